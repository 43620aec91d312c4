from __future__ import annotations

from mediawatch.extraction import join_pages
from tests.support.articles import PARAGRAPHS, article_of, html, paragraphs


def test_pages_are_joined_and_repeats_kept_once() -> None:
    pages = [
        article_of(html(body=paragraphs(*PARAGRAPHS[:3]))),
        article_of(html(body=paragraphs(PARAGRAPHS[0], PARAGRAPHS[3])), url="https://news.example/2026/a_2.html"),
    ]
    joined = join_pages(pages)
    assert (joined.text, joined.pages, joined.url) == ("\n".join(PARAGRAPHS), 2, pages[0].url)
    assert joined.text_length == len(joined.text)
    assert joined.text_digest == article_of(html()).text_digest
    assert len(joined.labels) == 4


def test_credits_of_all_pages_are_kept() -> None:
    pages = [
        article_of(html(top="<div>记者 林晓舟</div>", body=paragraphs(*PARAGRAPHS[:2]))),
        article_of(html(body=paragraphs(*PARAGRAPHS[2:], "（责任编辑：周远）"))),
    ]
    assert join_pages(pages).credits == ("writer:林晓舟", "editor:周远")
