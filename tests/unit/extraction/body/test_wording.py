from __future__ import annotations

import re

import pytest

from mediawatch.extraction.body.line_classifier import describe
from mediawatch.extraction.body.overlap import PageDescription
from mediawatch.extraction.body.wording import key_of
from mediawatch.extraction.page.lines import layout_of
from mediawatch.extraction.page.tree import parse

LINES = (
    "The reservoir is full, the town says.",
    "Share this and share that",
    "By Jo Hale",
    "Goodbye to the old gates",
    "News via the wire",
    "Photo: Ann Lee, 5 MARCH 2026, see www.news.example",
    "请扫描二维码 关注我们",
    "Ⅷ und ² are no digits of ours, ÄÖ capitals",
)


@pytest.mark.parametrize("text", [*LINES, "", "_a_ B-c!", "\x7fdel ete"])
def test_a_key_has_the_letters_and_digits_in_lower_case(text: str) -> None:
    assert key_of(text) == re.sub(r"\W+", "", text).lower()


def test_words_of_sites_are_found_in_the_lines_that_hold_them() -> None:
    page = describe(layout_of(parse("<body>" + "".join(f"<p>{line}</p>" for line in LINES))), PageDescription())

    def marked(name: str) -> list[int]:
        sizes = [page.columns[f"{name}, {size}"] for size in ("short", "middle", "long")]
        return [place for place in range(len(LINES)) if any(column[place] for column in sizes)]

    assert marked("tool") == [1]
    assert marked("editor") == [2]
    assert marked("source") == [4]
    assert marked("picture") == [5]
    assert marked("offer") == [6]


def test_signs_in_a_line_are_counted_alike_in_any_script() -> None:
    page = describe(layout_of(parse("<body>" + "".join(f"<p>{line}</p>" for line in LINES))), PageDescription())
    shares = {name: page.columns[name] * [min(100, len(line)) for line in LINES] for name in ("digits", "capitals")}
    assert shares["digits"].round().tolist() == [sum(map(str.isdigit, line)) for line in LINES]
    assert shares["capitals"].round().tolist() == [sum(map(str.isupper, line)) for line in LINES]
    assert page.columns["address"].tolist() == [0, 0, 0, 0, 0, 1, 0, 0]
    assert page.columns["short with date"].tolist() == [0, 0, 0, 0, 0, 1, 0, 0]
    assert page.columns["ends"].tolist() == [1, 0, 0, 0, 0, 0, 0, 0]
