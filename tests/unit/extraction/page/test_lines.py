from __future__ import annotations

import re

import pytest

from mediawatch.extraction.page.lines import HIDDEN_BIT, NAMES, Layout, layout_of
from mediawatch.extraction.page.tree import parse


def layout(body: str) -> Layout:
    return layout_of(parse(f"<html><head><title>t</title></head><body>{body}</body></html>"))


def texts(body: str) -> list[str]:
    return [line.text for line in layout(body).lines]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<p>one <b>two</b>\n three</p>four", ["one two three", "four"]),
        ("one<br>two<br><br>three", ["one", "two", "three"]),
        ("<table><tr><td>a</td><td>b</td></tr></table>", ["a", "b"]),
        ("a<script>b</script>c<style>d</style><button>e</button>", ["ac"]),
        ("a<span style='display: none'>b<i>c</i></span>d", ["ad"]),
        ("a<font style='font-size:0px'>b</font>c<font style='font-size:0.9em'>d</font>", ["acd"]),
        ("<p>  </p><div><br></div>", []),
    ],
)
def test_lines_end_at_blocks_and_breaks(body: str, expected: list[str]) -> None:
    assert texts(body) == expected


def test_a_block_knows_its_lines_and_its_parent() -> None:
    found = layout("<div class='Article-Body'><p>one</p><p>two</p></div><p>three</p>")
    division = next(block for block in found.blocks if block.tag == "div")
    assert [line.text for line in found.lines[division.start : division.end]] == ["one", "two"]
    assert found.blocks[division.parent].tag == "body"
    assert division.names >> list(NAMES).index("body") & 1


def test_what_a_style_hides_is_marked() -> None:
    found = layout("<div style='DISPLAY:none'><p>one</p></div>")
    assert found.blocks[1].names & HIDDEN_BIT


def test_an_anchor_that_is_never_closed_links_no_more_than_a_headline() -> None:
    long = "水" * 500
    assert layout(f"<a href='/x'>{long}").lines[0].linked == 80
    assert layout(f"<a name='x'>{long}").lines[0].linked == 0
    assert layout("<a href='/x'>a b</a> c <b>de</b>").lines[0].linked == 2
    assert layout("<a href='/x'>a b</a> c <b>de</b>").lines[0].bold == 2


def test_deep_pages_do_not_recurse() -> None:
    assert texts("<div>" * 480 + "deep") == ["deep"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<p>a</p><img src='x.jpg'><p>b</p><p>c</p>", [False, True, False]),
        ("<p><img src='x.jpg'><br>a</p><p>b<img src='y.jpg'></p><p>c</p>", [True, False, True]),
        ("<p>a</p><img src='x.gif' width='16' height='16'><p>b</p>", [False, False]),
    ],
)
def test_a_line_knows_the_picture_before_it(body: str, expected: list[bool]) -> None:
    assert [line.follows_picture for line in layout(body).lines] == expected


def test_answers_to_choose_are_known_by_their_buttons() -> None:
    row = "<tr><td><input type='radio'></td><td>{}</td></tr>"
    found = layout(f"<p>问</p><table>{row.format('答一')}{row.format('答二')}</table><p>文</p>").lines
    assert [(line.text, line.is_choice) for line in found] == [
        ("问", False),
        ("答一", True),
        ("答二", True),
        ("文", False),
    ]


def test_what_is_mixed_in_against_copying_is_no_text() -> None:
    styles = "<style>.n7{display:none} .menu { display: block }</style>"
    mixed = "水库<span class='n7'>某某网</span>水量<font color='#FFFFFF'>某某网</font>充足<p class='n7 x'>某某网</p>"
    assert texts(f"{styles}<div>{mixed}</div>") == ["水库水量充足"]
    long = "水库的蓄水量比去年同期多出两成。" * 5
    assert texts(f"{styles}<p class='n7'>{long}</p>") == [long]  # may be shown later


def test_words_of_two_classes_that_the_page_hides_by_neighbouring_rules_are_not_there() -> None:
    head = "<style>.ga{display:none}.gb { display : none; } p .gc{display:block}</style>"
    body = "<p>a<i class='ga'>b</i>c<i class='gb'>d</i>e<i class='gc'>f</i></p>"
    found = layout_of(parse(f"<html><head>{head}</head><body>{body}</body></html>"))
    assert [line.text for line in found.lines] == ["acef"]


@pytest.mark.parametrize(
    "word",
    [
        "Article-Content",
        "storybody",
        "text",
        "context",
        "post_content",
        "ad",
        "ads-top",
        "header",
        "col-r",
        "zw",
        "art",
        "continue",
        "cont",
        "parts",
        "subhead",
        "sub-head",
        "stop",
        "top-nav",
        "xiangguan-hot",
        "p",
        "推荐",
    ],
)
def test_a_class_has_the_names_whose_pattern_is_in_it(word: str) -> None:
    expected = {name for name, pattern in NAMES.items() if re.search(pattern, word.lower())}
    (block,) = (block for block in layout(f"<div class='{word}'>x</div>").blocks if block.tag == "div")
    assert {name for place, name in enumerate(NAMES) if block.names >> place & 1} == expected
