"""Laws of extraction: no bytes raise, labels partition the lines, lists and captions never overlap the body."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediawatch.extraction import extract_all, join_pages
from mediawatch.extraction.attribution.credits import people_in
from mediawatch.extraction.body.bilingual import body_of, pairs_of
from mediawatch.extraction.body.paragraphs import Label, sort_lines
from mediawatch.extraction.page.tree import parse
from mediawatch.language.stamps import read_stamp, stamps_in
from mediawatch.records import Article
from mediawatch.sources.pages import next_page
from mediawatch.sources.publishers import Publisher, Publishers
from tests.golden.shapes import CAPTIONS, EN, OTHERS, TITLE, ZH, shapes
from tests.support.articles import article_of, html, page, paragraphs, source

pytestmark = pytest.mark.slow

HEADINGS = (
    "24小时新闻排行榜",
    "點閱排行",
    "Most read",
    "相关阅读",
    "下一页",
    "责任编辑：某某",
    "来源：某某网",
    "2026-03-05 08:00",
    "(图)",
)
LINES = st.sampled_from((*ZH, *EN, *CAPTIONS, *OTHERS, *HEADINGS, TITLE, "1", "", "…", "摄"))
FRAGMENTS = st.lists(
    st.one_of(
        st.sampled_from(
            ("<p>", "</p>", "<div>", "</div>", "<ul>", "<li>", "<a href='/2.html'>", "</a>", "<h1>", "<table><tr><td>")
        )
        | st.sampled_from(
            ("<figcaption>", "<ol>", "<meta name='source' content='", "<time datetime='", "'>", "<br>", "<title>")
        ),
        LINES,
        st.text(max_size=20),
    ),
    max_size=60,
).map("".join)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=2_000) | FRAGMENTS.map(str.encode))
def test_any_bytes_give_an_article_or_a_loss(body: bytes) -> None:
    found = extract_all(page(), body, source())
    assert found.outcome.link_id == page().link_id
    assert found == extract_all(page(), body, source())


@settings(max_examples=60, deadline=None)
@given(st.lists(LINES, max_size=30))
def test_labels_partition_the_lines(lines: list[str]) -> None:
    text = "\n".join(lines)
    sorted_lines = sort_lines(text, titles=(TITLE,), ranked=OTHERS[:3])
    wanted = [" ".join(line.removeprefix("- ").split()) for line in lines]
    assert len(sorted_lines) == len([line for line in wanted if line])
    assert all(found.text in line for found, line in zip(sorted_lines, filter(None, wanted), strict=True))
    assert not set(OTHERS[:3]) & {line.text for line in sorted_lines if line.label is Label.BODY}


@settings(max_examples=40, deadline=None)
@given(st.lists(LINES, min_size=1, max_size=12))
def test_rankings_and_captions_never_overlap_the_body(lines: list[str]) -> None:
    items = "".join(f"<li><a href='/{n}.html'>{title}</a></li>" for n, title in enumerate(OTHERS))
    captions = "".join(f"<figure><img src='/a.jpg'><figcaption>{text}</figcaption></figure>" for text in CAPTIONS)
    found = extract_all(
        page(),
        html(body=paragraphs(*ZH, *lines) + captions, bottom=f"<h3>热点排行</h3><ol>{items}</ol>").encode(),
        source(),
    )
    assert isinstance(found.outcome, Article)
    body = set(found.outcome.text.splitlines())
    assert not body & set(found.outcome.captions)
    assert not body & {line.title for line in found.rankings}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from((*ZH, *EN, "……", "12%")), max_size=20))
def test_every_line_has_one_label_and_pairs_go_forward(lines: list[str]) -> None:
    body = body_of(lines)
    assert len(body.labels) == len(lines)
    labelled = list(zip(lines, body.labels, strict=True))
    assert body.body_zh == "\n".join(line for line, label in labelled if label.startswith("zh-"))
    assert body.body_en == "\n".join(line for line, label in labelled if label == "en")
    pairs = pairs_of(lines, body.labels)
    assert all(body.labels[en] == "en" and body.labels[zh].startswith("zh-") for en, zh in pairs)
    assert [en for en, _ in pairs] == sorted({en for en, _ in pairs})
    assert [zh for _, zh in pairs] == sorted({zh for _, zh in pairs})


def test_what_was_extracted_is_extracted_again_unchanged() -> None:
    for shape in shapes():
        first = article_of(shape.markup, url=shape.url)
        again = article_of(html(title=first.title, body=paragraphs(*first.text.splitlines())), url=shape.url)
        assert (shape.name, again.text) == (shape.name, first.text)


@given(st.integers(min_value=1, max_value=5))
def test_joining_one_page_changes_nothing_and_repeats_are_kept_once(copies: int) -> None:
    article = article_of(html())
    assert join_pages([article]) == article
    joined = join_pages([article] * copies)
    assert joined == replace(article, pages=copies)


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_next_page_is_on_the_same_host(address: str, words: str) -> None:
    root = parse(f"<p>x</p><a href=\"{address.replace(chr(34), '')}\">下一页</a><a href='{words}'>下一页</a>")
    found = next_page(root, "https://news.example/a/1.html")
    assert found == "" or found.startswith("https://news.example/")


@given(st.text(max_size=200))
def test_words_of_any_kind_are_read_without_raising(words: str) -> None:
    assert all(name.strip() for name in people_in(words))
    assert all(stamp.isoformat() for stamp in stamps_in(words))
    stamp = read_stamp(words)
    assert stamp is None or stamp.isoformat()


@given(st.text(max_size=30))
def test_a_publisher_is_found_by_any_of_its_names_in_either_script(words: str) -> None:
    known = Publishers(entries=(Publisher(id="rfi", name="法国国际广播电台", also=("法广",), hosts=("rfi.example",)),))
    assert known.named("法國國際廣播電台") == known.named("法广") == known.entries[0]
    assert known.named(words) in (None, known.entries[0])
    assert known.at(words) in (None, known.entries[0])
