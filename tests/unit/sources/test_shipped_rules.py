"""The rules of each shipped source, on a page of our own in the markup of such a site."""

from __future__ import annotations

from pathlib import Path

import pytest

from mediawatch.extraction import extract_all
from mediawatch.records import Article, Source
from mediawatch.sources import read_catalogue
from mediawatch.sources.publishers import Publishers
from tests.support.articles import ENGLISH, PARAGRAPHS, html, page

RULED = {source.name: source for source in read_catalogue(Path("include/sources")).sources if source.rules}
TITLE, TITLE_EN = "城北水库春灌水量充足", "Northern reservoir is full for the spring"
UNWANTED = "这一句不属于正文，也不该出现在文章里。"


def paragraphs(*lines: str, tag: str = "p", attributes: str = "") -> str:
    return "".join(f"<{tag}{attributes}>{line}</{tag}>" for line in lines)


EMBED = f'<div class="wsw__embed">{UNWANTED}</div>'
_PARTED = f"{paragraphs(*PARAGRAPHS[:2])}{EMBED}{paragraphs(*PARAGRAPHS[2:])}"
WSW = f"<div id='article-content'><div class='wsw'>{_PARTED}</div></div>"
DONATION = f"<div class='donation-box__Container-sc-1'>{UNWANTED}</div>"
PAGES = {
    "voachinese": html(title=TITLE, body=WSW),
    "voanews": html(title=TITLE, body=WSW),
    "twreporter": html(title=TITLE, body=paragraphs(*PARAGRAPHS) + DONATION),
    "guardian": html(
        title=TITLE_EN,
        body=f"<div class='article-body-viewer-selector'>{paragraphs(*ENGLISH)}<aside>{UNWANTED}</aside></div>",
    ),
    "apnews": html(
        title=TITLE_EN,
        body=f"<div class='RichTextStoryBody'>{paragraphs(*ENGLISH)}<div><p>{UNWANTED}</p></div></div>",
    ),
    "nytimes-chinese": html(
        title=TITLE,
        body=(
            f"<section class='article-body'>{paragraphs(*PARAGRAPHS, tag='div', attributes=' class=article-paragraph')}"
            f"</section><footer class='author-info'>{UNWANTED}</footer>"
        ),
    ),
}


def test_each_source_with_rules_has_a_page() -> None:
    assert set(PAGES) == set(RULED)


@pytest.mark.parametrize("name", sorted(RULED))
def test_its_text_is_whole_and_what_the_rules_keep_out_is_not_in_it(name: str) -> None:
    source: Source = RULED[name]
    url = f"{source.home}2026/03/04/1234567.html"
    found = extract_all(page(url=url), PAGES[name].encode(), source, Publishers()).outcome
    assert isinstance(found, Article)
    lines = ENGLISH if name in ("guardian", "apnews") else PARAGRAPHS
    assert [line for line in lines if line not in found.text] == []
    assert UNWANTED not in found.text
