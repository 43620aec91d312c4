"""The expressions in which common words are told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from mediawatch.keywords.candidates import Candidate, Stories
from mediawatch.keywords.expressions import expressions_of, grown, in_full, told_in
from mediawatch.keywords.reading import codes_of
from mediawatch.keywords.rules import Gate, Rules
from tests.support.words import a_word, window_of

DAY = date(2026, 4, 29)
ALARM = a_word("警报", "abcdefgh", titles=4, score=9.0, usual=30.0, is_listed=True)


def test_a_common_word_is_told_in_the_expression_that_most_of_its_reports_have() -> None:
    wave, rare = a_word("海啸警报", "abcdef", titles=3, score=4.0, usual=5.0), a_word("警报", "a", titles=0, score=0.0)
    assert in_full(ALARM, [wave]) is wave
    assert in_full(ALARM, [rare, wave, a_word("战争警报", "abcdef", titles=3, score=4.0, usual=9.0)]) is wave


@pytest.mark.parametrize(
    "expression",
    [
        a_word("海啸警报", "abcde", titles=3, score=4.0, usual=5.0),
        a_word("警报内", "abcdefgh", titles=3, score=4.0),
        a_word("发布警报", "abcdefgh", titles=3, score=4.0),
        a_word("海啸警报系统", "abcdefgh", titles=3, score=4.0),
        replace(a_word("海啸警报", "abcdefgh", titles=3, score=4.0), actions=1),
    ],
    ids=[
        "in fewer reports",
        "with a place",
        "with what is said of anybody",
        "with a word on both sides",
        "with a verb",
    ],
)
def test_a_common_word_is_not_told_in_any_expression(expression: Candidate) -> None:
    assert in_full(ALARM, [expression]) is ALARM


def test_a_name_is_told_without_its_title() -> None:
    name = replace(a_word("覃岭舟", "abcdefgh", titles=4, score=9.0, is_listed=True), is_name=True)
    assert in_full(name, [a_word("主席覃岭舟", "abcdefgh", titles=4, score=4.0)]) is name


def test_expressions_are_nested_strings_with_a_common_word_that_passed() -> None:
    wave = replace(a_word("海啸警报", "abcdef", titles=3, score=4.0), gate=Gate.NESTED)
    assert expressions_of([ALARM, wave]) == [wave]
    assert expressions_of([replace(ALARM, gate=Gate.SCORE), wave]) == []
    assert expressions_of([ALARM, replace(wave, gate=Gate.SCORE)]) == []


def reported(term: str, sentences: Sequence[str], *, usual: int | None = 7, publishers: int = 1) -> str:
    """What `term` is told as by reports with these `sentences`, one each; its expression has `usual` stories before."""
    window, rules = window_of(sentences), Rules(publishers=publishers)
    codes = codes_of(term)
    head = replace(
        a_word(term, "", titles=0, score=9.0, usual=30.0, is_listed=True),
        codes=codes,
        stories=Stories.named(window.stories),
        places=window.places_of(codes),
    )
    told = grown(head, window, lambda _: usual, rules)
    [expression] = told_in([head], [], window, lambda _: usual, rules).values() or [head]
    assert expression.term == told.term
    assert told.usual == (30.0 if told is head or usual is None else float(usual))
    assert told is head or (told.gate, told.is_listed, len(told.codes)) == (
        Gate.NESTED,
        False,
        len(codes_of(told.term)),
    )
    return told.term


@pytest.mark.parametrize(
    ("term", "expression", "reports"),
    [
        ("短程", "短程弹道导弹", ["军方发射多枚短程弹道导弹", "短程弹道导弹落在海上", "那些短程火箭是另外一件事"]),
        ("警报", "海啸警报", ["当局发布海啸警报", "海啸警报已经解除", "海啸警报响了两次", "飞机的警报响了"]),
        ("边界", "河流边界问题", ["他们谈到河流边界问题", "河流边界问题没有结果", "河流边界问题"]),
        ("警报", "警报", ["当局发布海啸警报", "空袭警报已经解除", "飞机的警报响了"]),
        ("舷梯", "舷梯", ["有人站在舷梯上", "舷梯上没有人", "他从舷梯上下来"]),
        ("警报", "警报", ["他们听到警报", "我们听到警报", "谁也没有听到警报"]),
        ("警报", "警报", ["警报。海啸来了", "警报，海啸将至", "又是警报：海啸"]),
        ("纪录", "纪录", ["the 纪录", "the 纪录", "the 纪录"]),
    ],
    ids=["behind", "before", "on both sides", "of several kinds", "a place", "a verb", "across a stop", "latin"],
)
def test_a_common_word_grows_by_the_nouns_that_most_reports_have_beside_it(
    term: str, expression: str, reports: list[str]
) -> None:
    assert reported(term, reports) == expression


def test_what_the_baseline_never_counted_is_as_usual_as_its_word_at_most() -> None:
    assert reported("短程", ["发射短程弹道导弹", "短程弹道导弹落在海上"], usual=None) == "短程弹道导弹"


def test_what_one_publisher_alone_has_beside_a_word_makes_no_expression() -> None:
    assert reported("短程", ["发射短程弹道导弹", "短程弹道导弹落在海上"], publishers=2) == "短程"


def test_signs_are_no_part_of_an_expression() -> None:
    assert reported("语言", ["学习c++语言", "使用c++语言", "人们谈到c++语言"]) == "语言"
