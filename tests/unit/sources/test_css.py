from __future__ import annotations

from pathlib import Path

import pytest
from lxml.html import HtmlElement, document_fromstring

from mediawatch.errors import BadCatalogue
from mediawatch.sources.catalogue import read_catalogue
from mediawatch.sources.css import compiled, selected, words_of
from tests.support.growth import growth

ENTRY = """\
name: daily
title: Daily
home: https://news.example/
hosts: [news.example]
timezone: UTC
languages: [en]
country: GB
discovery: [{kind: auto, url: "https://news.example/"}]
"""
ROOT = document_fromstring("<div class='a'><p>one</p><p> two </p></div>")


def test_css_and_xpath_find_the_same() -> None:
    assert [words_of(item) for item in selected(ROOT, ".a > p")] == ["one", "two"]
    assert [words_of(item) for item in selected(ROOT, "//*[@class='a']/p")] == ["one", "two"]
    assert [words_of(item) for item in selected(ROOT, "//p/text()")] == ["one", "two"]


SELECTORS = (
    *("p + p", "p ~ p", "h2 ~ p", "h2.x + p", "p ~ p ~ p", "div p", "div div p", "body p, div p", "p, div"),
    *("p:first-child", "p:last-child", "p:first-of-type", "p:last-of-type", "p:only-of-type", "div:only-child p"),
)


@pytest.mark.parametrize("selector", SELECTORS)
@pytest.mark.parametrize("unit", ["<p>水</p>", "<div><p>水</p></div>"], ids=["beside one another", "in blocks"])
def test_selectors_take_linear_time(selector: str, unit: str) -> None:
    compiled(selector)
    assert growth(lambda count: selected(page(unit * count), selector), 1_000, 6) < 20


@pytest.mark.parametrize("selector", ["div p", "div div p", "div > div p ~ p"])
def test_selectors_take_linear_time_below_many_blocks(selector: str) -> None:
    blocks = "<div>" * 200
    assert growth(lambda count: selected(page(blocks + "<p>水</p>" * count), selector), 1_000, 6) < 20


def page(body: str) -> HtmlElement:
    return document_fromstring(f"<html><body>{body}</body></html>")


@pytest.mark.parametrize("selector", ["div >", "//[", "p:no-such(", ".a || b", ""])
def test_what_is_neither_is_refused(selector: str) -> None:
    with pytest.raises(ValueError, match="neither CSS nor XPath"):
        compiled(selector)


def test_the_catalogue_names_a_bad_selector_with_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "daily.yaml").write_text(
        f"{ENTRY}rules:\n  body: '#a'\n  title: 'h1 >'\n  drop:\n    - .ad\n    - '//['\n"
    )
    with pytest.raises(BadCatalogue) as raised:
        read_catalogue(tmp_path)
    faults = str(raised.value).splitlines()
    assert [fault.split("/")[-1].split(" is neither")[0] for fault in faults] == [
        "daily.yaml:11: rules.title:",
        "daily.yaml:14: rules.drop.1:",
    ]
