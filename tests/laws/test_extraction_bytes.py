"""Any bytes have one outcome, within bounds; what was taken once is taken again."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mediawatch.extraction import decode, extract
from mediawatch.extraction.body.main_text import main_text
from mediawatch.extraction.page.tree import parse
from mediawatch.records import Article, Loss
from tests.support.articles import article_of, html, page, paragraphs, source

pytestmark = pytest.mark.slow

TOKENS = (
    st.sampled_from(
        (
            "<div>",
            "</div>",
            "<p>",
            "</p>",
            "<a href=x>",
            "</a>",
            "<table><tr><td>",
            "<ul><li>",
            "<br>",
            "<!--",
            "-->",
            "<h1>",
        )
    )
    | st.sampled_from(
        (
            "<script>",
            "</script>",
            "<style>",
            "<svg>",
            "</body>",
            "<html>",
            "&#0;",
            "&#xD800;",
            "&nbsp;",
            "\x00",
            "\ufeff",
        )
    )
    | st.sampled_from(
        (
            "<title>",
            "</title>",
            "<meta charset=gbk>",
            "<p style='display:none'>",
            "水库开闸放水，下游受益。",
            "Water, again.",
        )
    )
)
MARKUP = st.lists(TOKENS | st.text(max_size=12), max_size=80).map("".join)
ENCODINGS = st.sampled_from(["utf-8", "utf-16", "utf-16-be", "gb18030", "big5hkscs", "cp1252", "utf-32"])
CLAUSES = st.sampled_from(
    (
        *("市水务局周四公布", "城北水库的蓄水量比去年同期多出两成", "负责调度的工程师说", "新的闸门上个月已经试运行"),
        *("住在下游的农民告诉记者", "他们打算多种三十亩水稻", "库区周边仍然禁止游泳和钓鱼", "巡查人员会一直守到秋天"),
        *("春灌用水可以放心", "开关一次只需要七分钟"),
    )
)
SENTENCES = st.lists(CLAUSES, min_size=3, max_size=7, unique=True).map(lambda clauses: "，".join(clauses) + "。")
BODIES = st.lists(SENTENCES, min_size=2, max_size=9, unique=True)

LARGE = {
    "depth bomb": b"<div>" * 50_000,
    "inline depth bomb": b"<b>" * 50_000 + b"x",
    "one text node of 20 MB": b"<p>" + "字".encode() * 7_000_000,
    "null bytes": b"<p>" + b"\x00" * 1_000_000 + "水库".encode(),
    "48,000 elements": b"<p>x</p>" * 48_000,
    "as many elements as allowed": b"<div><p>x, y.</p></div>" * 19_000,
    "as many links as allowed": b"<li><a href=x>one, two.</a>" * 19_000,
    "as deep as allowed": b"<div>x, y." * 490,
    "one line as long as allowed": b"<p>" + "水，".encode() * 490_000,
    "a title as long as allowed": b"<title>" + b"a - " * 200_000 + b"</title><p>b</p>" * 100,
    "a body declared and cut": b'<script type="application/ld+json">"articleBody": "'
    + b"\\" * 900_000
    + b"</script><p>x",
    "attributes": b"<p class='" + b"content " * 500_000 + b"'>x</p>",
    "half a character": "<p>水库".encode("utf-16")[:-1],
    "lying marks": b"\xff\xfe" + "<p>水库".encode(),
}


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=600) | st.builds(lambda text, name: text.encode(name, "replace"), MARKUP, ENCODINGS))
def test_any_bytes_have_one_outcome_and_always_the_same(body: bytes) -> None:
    outcome = extract(page(), body, source())
    assert isinstance(outcome, Article | Loss)
    assert extract(page(), body, source()) == outcome


@pytest.mark.timeout(60)
@pytest.mark.parametrize("body", LARGE.values(), ids=LARGE)
def test_large_and_hostile_pages_end(body: bytes) -> None:
    assert isinstance(extract(page(), body, source()), Article | Loss)


@settings(max_examples=60, deadline=None)
@given(BODIES)
def test_an_article_alone_on_a_page_is_taken_whole_and_then_again(body: list[str]) -> None:
    text = article_of(html(body=paragraphs(*body))).text
    assert text == "\n".join(body)
    assert article_of(html(body=paragraphs(*text.splitlines()))).text == text


@settings(max_examples=60, deadline=None)
@given(BODIES, st.sampled_from(["gb18030", "big5hkscs", "utf-16", "utf-8-sig"]))
def test_the_encoding_on_the_way_makes_no_difference(body: list[str], encoding: str) -> None:
    markup = html(body=paragraphs(*body))
    try:
        encoded = markup.encode(encoding)
    except UnicodeEncodeError:
        return
    outcome = extract(page(content_type="text/html"), encoded, source())
    assert isinstance(outcome, Article)
    assert outcome.text == article_of(markup).text


@settings(max_examples=60, deadline=None)
@given(st.lists(CLAUSES, min_size=1, max_size=30).map("，".join), st.sampled_from(["cp1252", "latin-1"]))
def test_utf8_that_was_encoded_twice_is_read(text: str, taken_for: str) -> None:
    once = f"<p>{text}</p>".encode()
    twice = "".join(_character(byte, taken_for) for byte in once).encode()
    decoded = decode(twice)
    assert decoded is not None
    assert decoded.text == f"<p>{text}</p>"


@settings(max_examples=80, deadline=None)
@given(MARKUP)
def test_lines_of_the_main_text_stand_on_the_page(markup: str) -> None:
    decoded = decode(f"<html><body>{markup}</body></html>".encode(errors="replace"))
    assume(decoded is not None)
    assert decoded is not None
    root = parse(decoded.text)
    shown = root.xpath(".//text()[not(parent::script or parent::style)]")
    whole = "".join("".join(shown).split())
    for line in main_text(root, headline=None).splitlines():
        assert "".join(line.split()) in whole


def _character(byte: int, taken_for: str) -> str:
    return bytes([byte]).decode(taken_for, "ignore") or chr(byte)
