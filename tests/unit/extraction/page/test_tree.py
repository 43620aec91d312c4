from __future__ import annotations

from collections.abc import Callable

import pytest
from lxml.html import HtmlElement, document_fromstring, tostring

from mediawatch.extraction.body.main_text import prune
from mediawatch.extraction.body.paragraphs import captions_in
from mediawatch.extraction.body.rankings import take_rankings
from mediawatch.extraction.page.context import PageContext
from mediawatch.extraction.page.declared import declared_by
from mediawatch.extraction.page.tree import (
    CHARACTERS,
    DEPTH,
    ELEMENTS,
    TEXT,
    UnparsableError,
    drop_trees,
    parse,
    runs_in_body,
    texts_in,
    visible_text,
    with_classes,
    with_itemprops,
)
from mediawatch.extraction.rules import apply_rules
from mediawatch.extraction.titles import headline_of
from mediawatch.records import Reason, SiteRules
from tests.support.articles import FETCHED_AT, html, loss_of
from tests.support.growth import growth


@pytest.mark.parametrize(
    "text",
    [
        "<p>" + "<div>" * (DEPTH + 1),
        "<div>" * 10_000,
        "<br>" * (ELEMENTS + 1),
        "<p>" + "字" * (TEXT + 1),
        f"<p title='{'x' * CHARACTERS}'>",
        "",
        "<!-- nothing -->",
    ],
    ids=["depth", "depth bomb", "elements", "text", "markup", "empty", "comment only"],
)
def test_pages_beyond_bounds_are_refused(text: str) -> None:
    with pytest.raises(UnparsableError):
        parse(text)


def test_what_is_nested_deeper_than_usual_is_kept() -> None:
    root = parse("<div>" * 400 + "deep" + "</div>" * 400 + "<p>after</p>")
    assert root.text_content() == "deepafter"


def test_the_encoding_that_a_page_declares_has_no_say() -> None:
    root = parse('<?xml version="1.0" encoding="gbk"?><html><meta charset="gbk"><p>水库</p></html>')
    assert root.text_content() == "水库"


def test_an_unparsable_page_is_a_loss_that_says_why() -> None:
    loss = loss_of(html(body="<b>" * 3_000))
    assert (loss.reason, loss.detail) == (Reason.UNPARSABLE, f"nested deeper than {DEPTH}")


def test_an_empty_answer_is_a_loss() -> None:
    assert loss_of(b"").reason is Reason.UNPARSABLE


def test_bytes_that_are_no_text_are_a_loss() -> None:
    assert loss_of(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20).reason is Reason.UNDECODABLE


PAGE = """<html><head><title>新馆自习区通宵开放</title></head><body> <h1>新馆<b>自习区</b>通宵开放</h1>前
<script>var a = "b";</script>后<p>一<script>c</script>二<i>三</i>四<a href="/x">五</a>六</p>七<style>d</style>
<ul><li>八<li>九</ul></body></html>"""


def page(body: str) -> HtmlElement:
    return document_fromstring(f"<html><head><title>新馆自习区通宵开放</title></head><body>{body}</body></html>")


def test_texts_are_those_that_stand_outside() -> None:
    root = document_fromstring(PAGE)
    expected = root.xpath(".//text()[not(parent::script or parent::style or parent::a)][normalize-space()]")
    assert texts_in(root, outside=("script", "style", "a")) == expected
    assert texts_in(root.find(".//p"), outside=("script",)) == ["一", "二", "三", "四", "五", "六"]


def test_what_is_dropped_is_gone_and_what_stood_behind_it_stays() -> None:
    one, other = document_fromstring(PAGE), document_fromstring(PAGE)
    for element in list(one.iter("script", "i", "a", "ul", "li")):
        element.drop_tree()
    drop_trees(other, list(other.iter("script", "i", "a", "ul", "li")))
    assert tostring(other, encoding="unicode") == tostring(one, encoding="unicode")


def _captions(root: HtmlElement) -> object:
    return captions_in(root, headline=next(root.iter("h1"), None))


def _headline(root: HtmlElement) -> object:
    return headline_of(root, declared_by(root, ""), runs_in_body(root), announced="")


def page_context(rules: SiteRules) -> PageContext:
    return PageContext(url="", asked="", fetched_at=FETCHED_AT, rules=rules)


HEADING = "<h1>新馆自习区通宵开放</h1>"
SHAPES: dict[str, tuple[str, str, Callable[[HtmlElement], object]]] = {
    "texts beside scripts, visible": (
        HEADING,
        "<script></script>市图书馆说。",
        lambda root: visible_text(root, runs_in_body(root), None),
    ),
    "texts beside scripts, headline": ("", "<script></script>市图书馆说，自习区。", _headline),
    "texts beside scripts, pruned": (HEADING, "<script></script>市图书馆说。", lambda root: prune(root, keep=None)),
    "captions beside texts": (HEADING, "<figcaption>夜里</figcaption>市图书馆说。", _captions),
    "captions by class": (HEADING, "<div class=caption>夜里</div>", _captions),
    "headings beside one another": (
        HEADING,
        "<p>热门排行</p>",
        lambda root: take_rankings(root, runs_in_body(root), url="", headline=None),
    ),
    "lists below headings": (
        HEADING,
        f"<h3>热门排行</h3><ul>{'<li><a href=/x>市图书馆新馆自习区通宵开放</a></li>' * 3}</ul>",
        lambda root: take_rankings(root, runs_in_body(root), url="", headline=None),
    ),
    "headings and blanks in one block": (
        f"{HEADING}<div>",
        "<b></b><span>热门排行</span>",
        lambda root: take_rankings(root, runs_in_body(root), url="", headline=None),
    ),
    "dropped by a rule": (
        HEADING,
        "<aside></aside>市图书馆说。",
        lambda root: apply_rules(root, page_context(SiteRules(drop=("aside",)))),
    ),
    "one name declared often": ("", "<meta name=author content=a>", lambda root: declared_by(root, "")),
}


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
def test_many_of_a_kind_take_linear_time(shape: str) -> None:
    before, unit, work = SHAPES[shape]
    assert growth(lambda count: work(page(before + unit * count)), 1_000, 8) < 28


def test_a_page_is_measured_in_linear_time() -> None:
    assert growth(lambda count: parse(f"<body>{'<b></b>市图书馆说。' * count}</body>"), 1_500, 8) < 28


def test_headings_behind_many_blanks_take_linear_time() -> None:
    def work(count: int) -> object:
        block = f"{HEADING}<div>{'<i></i>' * count}{'<em>热门排行</em>' * count}</div>"
        root = page(block)
        return take_rankings(root, runs_in_body(root), url="", headline=None)

    assert growth(work, 500, 8) < 28


def test_captions_far_from_a_deep_headline_take_linear_time() -> None:
    deep = "<div>" * 200 + HEADING + "</div>" * 200

    def work(count: int) -> object:
        return _captions(page(f"{deep}{'<section>' * count}{'<figcaption>夜里</figcaption>' * 200}"))

    assert growth(work, 30, 6) < 20


def test_a_headline_that_was_dropped_with_what_is_around_it_keeps_all_captions() -> None:
    root = page(f"<header>{HEADING}</header><figure><img><figcaption>夜里的自习区</figcaption></figure>")
    headline = next(root.iter("h1"))
    next(root.iter("header")).drop_tree()
    assert captions_in(root, headline=headline) == ("夜里的自习区",)


def test_a_button_that_is_never_closed_swallows_nothing() -> None:
    root = parse("<body><button class='menu'>菜单<div><p>闸门打开，田里的水涨了起来。</p></div></body>")
    assert root.find(".//button") is None
    assert root.text_content() == "菜单闸门打开，田里的水涨了起来。"


def test_what_stands_behind_the_end_of_the_document_names_no_author() -> None:
    root = parse("<html><body class='a'><p itemprop='b'>One</p></body></html><div class='c' itemprop='d'>Two</div>")
    assert [names for _, names in with_classes(root)] == ["a"]
    assert [names for _, names in with_itemprops(root)] == ["b"]
