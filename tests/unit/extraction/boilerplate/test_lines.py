"""When two lines are the same line."""

from __future__ import annotations

import pytest

from mediawatch.extraction.boilerplate import strip
from mediawatch.extraction.boilerplate.lines import EXAMPLE, keys_of, page_lines


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("更新时间 2026-04-29 09:30", "更新時間 2026-4-3 17:05"),
        ("已有 12 人评论", "已有1034人評論"),
        ("Share this  article", "SHARE THIS ARTICLE"),
        ("Ｃopyright　Daily", "Copyright Daily"),
    ],
)
def test_script_case_width_white_space_and_numbers_beside_a_label_make_no_difference(one: str, other: str) -> None:
    assert keys_of([one]) == keys_of([other])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("物价上月上涨3.1%。", "物价上月上涨2.9%。"),
        ("The index fell 12 points.", "The index fell 34 points."),
        ("责任编辑：李明", "责任编辑：王芳"),
    ],
)
def test_numbers_of_a_sentence_and_words_make_one(one: str, other: str) -> None:
    assert keys_of([one]) != keys_of([other])


def test_a_line_without_letters_and_digits_has_no_key() -> None:
    assert keys_of(["* * *", "", "___", "一"])[:3] == ["", "", ""]
    assert page_lines("1", "paper", "* * *\n正文").examples == ("正文",)


def test_an_example_is_bounded() -> None:
    (example,) = page_lines("1", "paper", "字" * 500).examples
    assert len(example) == EXAMPLE


BODY = "市水务局周四公布，城北水库的蓄水量比去年同期多出两成。"
FOOTER = "读者热线 0800-000-123"
HELD = frozenset(keys_of([FOOTER]))


def test_template_lines_go_wherever_they_stand() -> None:
    found = strip(f"{FOOTER}\n{BODY}\n读者热线 0800-000-456\n* * *", HELD)

    assert found.lines == (BODY, "* * *")
    assert not found.is_whole
    assert found.share == 2 * len(FOOTER) / (2 * len(FOOTER) + len(BODY) + len("* * *"))


def test_a_text_without_any_stays() -> None:
    found = strip(BODY, HELD)
    assert (found.lines, found.share, found.is_whole) == ((BODY,), 0.0, True)


def test_a_text_of_little_else_stays_whole_and_the_share_tells() -> None:
    text = "\n".join((*([FOOTER] * 9), "快讯"))
    found = strip(text, HELD)

    assert "\n".join(found.lines) == text
    assert found.is_whole
    assert found.share > 0.9
    assert strip(FOOTER, HELD).share == 1.0
