"""Folding with the way back to the original."""

from __future__ import annotations

import pytest

from mediawatch.language import Folded, fold, fold_aligned


@pytest.mark.parametrize(
    ("text", "folded", "original"),
    [
        ("對鋼材加徵關稅。", "关税", "關稅"),
        ("重量五㎏的貨物", "kg", "㎏"),
        ("重量五㎏的貨物", "k", "㎏"),
        ("等等…然後關稅", "关税", "關稅"),
        ("ＡＢＣ公司", "abc", "ＡＢＣ"),
        ("cafe\u0301 與關稅", "é", "e\u0301"),
        ("cafe\u0301 與關稅", "关税", "關稅"),
        ("ﾊﾞｽ停", "バス", "ﾊﾞｽ"),
        ("㍿的乾隆", "乾隆", "乾隆"),
        ("각국의 關稅", "关税", "關稅"),
        ("\ud83d\ude00關稅", "关税", "關稅"),
        ("一行㎏\n第二行關稅\n三", "关税", "關稅"),
    ],
)
def test_what_is_found_in_the_folded_text_is_shown_as_written(text: str, folded: str, original: str) -> None:
    aligned = fold_aligned(text)
    assert aligned.text == fold(text)
    at = aligned.text.index(folded)
    start, end = aligned.span(at, at + len(folded))
    assert text[start:end] == original


def test_a_text_that_keeps_its_places_needs_no_table() -> None:
    assert fold_aligned("對鋼材加徵關稅，ＡＢＣ。") == Folded("对钢材加征关税,abc。", 12)


def test_an_empty_stretch_has_a_place_too() -> None:
    aligned = fold_aligned("㎏税")
    assert [aligned.span(n, n) for n in range(len(aligned.text) + 1)] == [(0, 0), (0, 0), (1, 1), (2, 2)]
    assert fold_aligned("").span(0, 0) == (0, 0)


@pytest.mark.parametrize("span", [(-1, 1), (0, 4), (2, 1)])
def test_outside_the_text_there_is_nothing(span: tuple[int, int]) -> None:
    with pytest.raises(IndexError):
        fold_aligned("㎏税").span(*span)


def test_a_line_whose_length_a_conversion_changed_is_matched_by_what_is_equal() -> None:
    """Hangul vowels melt into what stands before, so that single characters do not add up."""
    text = "\u1112\u1161\u11ab" * 300 + "關稅"
    aligned = fold_aligned(text)
    at = aligned.text.index("关税")
    start, end = aligned.span(at, at + 2)
    assert text[start:end] == "關稅"
