"""Runs of text and elements taken out of a tree: the same as lxml gives, in linear time."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from lxml.html import HtmlElement, document_fromstring, tostring

from mediawatch.extraction.captions import captions_in
from mediawatch.extraction.circumstances import Circumstances
from mediawatch.extraction.declared import declared_by
from mediawatch.extraction.parsing import parse
from mediawatch.extraction.pruning import prune
from mediawatch.extraction.rankings import take_rankings
from mediawatch.extraction.rules import apply_rules
from mediawatch.extraction.texts import drop_trees, texts_in
from mediawatch.extraction.titles import headline_of
from mediawatch.extraction.visible import visible_text
from mediawatch.records import SiteRules
from tests.support.articles import FETCHED_AT
from tests.support.growth import growth

PAGE = """<html><head><title>新馆自习区通宵开放</title></head><body> <h1>新馆<b>自习区</b>通宵开放</h1>前
<script>var a = "b";</script>后<p>一<script>c</script>二<i>三</i>四<a href="/x">五</a>六</p>七<style>d</style>
<ul><li>八<li>九</ul></body></html>"""


def page(body: str) -> HtmlElement:
    return document_fromstring(f"<html><head><title>新馆自习区通宵开放</title></head><body>{body}</body></html>")


def test_texts_are_those_that_stand_outside() -> None:
    root = document_fromstring(PAGE)
    expected = root.xpath(".//text()[not(parent::script or parent::style or parent::a)]")
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
    return headline_of(root, declared_by(root, ""), announced="")


def circumstances(rules: SiteRules) -> Circumstances:
    return Circumstances(url="", asked="", fetched_at=FETCHED_AT, rules=rules)


HEADING = "<h1>新馆自习区通宵开放</h1>"
SHAPES: dict[str, tuple[str, str, Callable[[HtmlElement], object]]] = {
    "texts beside scripts, visible": (HEADING, "<script></script>市图书馆说。", lambda root: visible_text(root, None)),
    "texts beside scripts, headline": ("", "<script></script>市图书馆说，自习区。", _headline),
    "texts beside scripts, pruned": (HEADING, "<script></script>市图书馆说。", lambda root: prune(root, keep=None)),
    "captions beside texts": (HEADING, "<figcaption>夜里</figcaption>市图书馆说。", _captions),
    "captions by class": (HEADING, "<div class=caption>夜里</div>", _captions),
    "headings beside one another": (
        HEADING,
        "<p>热门排行</p>",
        lambda root: take_rankings(root, url="", headline=None),
    ),
    "lists below headings": (
        HEADING,
        f"<h3>热门排行</h3><ul>{'<li><a href=/x>市图书馆新馆自习区通宵开放</a></li>' * 3}</ul>",
        lambda root: take_rankings(root, url="", headline=None),
    ),
    "headings and blanks in one block": (
        f"{HEADING}<div>",
        "<b></b><span>热门排行</span>",
        lambda root: take_rankings(root, url="", headline=None),
    ),
    "dropped by a rule": (
        HEADING,
        "<aside></aside>市图书馆说。",
        lambda root: apply_rules(root, circumstances(SiteRules(drop=("aside",)))),
    ),
    "one name declared often": ("", "<meta name=author content=a>", lambda root: declared_by(root, "")),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_many_of_a_kind_take_linear_time(shape: str) -> None:
    before, unit, work = SHAPES[shape]
    assert growth(lambda count: work(page(before + unit * count)), 1_000, 8) < 28


def test_a_page_is_measured_in_linear_time() -> None:
    assert growth(lambda count: parse(f"<body>{'<b></b>市图书馆说。' * count}</body>"), 1_500, 8) < 28


def test_headings_behind_many_blanks_take_linear_time() -> None:
    def work(count: int) -> object:
        block = f"{HEADING}<div>{'<i></i>' * count}{'<em>热门排行</em>' * count}</div>"
        return take_rankings(page(block), url="", headline=None)

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
