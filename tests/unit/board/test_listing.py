"""Rows of the lake as cells in the words of the reader."""

from __future__ import annotations

from datetime import date

import pytest

from mediawatch.board.counts import Fact
from mediawatch.board.listing import facts, language_of, quality
from mediawatch.board.tables import CellMessage
from mediawatch.locale import words_of
from mediawatch.records import QualityResult

ZH, EN = words_of("zh"), words_of("en")


def a_result(rule: str, observed: str, expected: str) -> QualityResult:
    return QualityResult(
        day=date(2026, 4, 29), suite="articles", rule=rule, source="paper", severity="warning",
        observed=observed, expected=expected, checked=7, failed=1, is_passed=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("observed", "said"),
    [
        ("nothing to check", "没有可检查的"),
        ("1 of 7 fail", "7 篇中 1 篇未通过"),
        ("3 of 9 in quarantine", "9 篇中 3 篇被隔离"),
        ("6 of 9 admitted, 2 held back with their source", "9 篇中收录 6 篇，2 篇随采集源扣留"),
        ("-1.5 to 1e+06", "-1.5 至 1e+06"),
        ("something else", "something else"),
    ],
)
def test_what_a_rule_found_is_told_in_the_language_of_the_reader(observed: str, said: str) -> None:
    (row,) = quality([a_result("dated", observed, "a day or a time of publication")], ZH).rows
    assert [cell.label for cell in row if isinstance(cell, CellMessage)] == [
        "有日期",
        "警告",
        said,
        "有发布日期或时间",
        "未通过",
    ]
    (row,) = quality([a_result("dated", observed, "x")], EN).rows
    assert row[5].label == observed  # type: ignore[union-attr]


def test_what_a_rule_of_another_day_asked_for_stays_as_it_was_kept() -> None:
    (row,) = quality([a_result("recent", "1 of 7 fail", "at most 3 days old when fetched")], ZH).rows
    assert row[6].label == "at most 3 days old when fetched"  # type: ignore[union-attr]


def test_a_language_is_called_by_its_name_and_kept_by_its_tag() -> None:
    assert language_of("zh-Hant", ZH) == CellMessage(word="zh-Hant", label="繁体中文")
    assert language_of("fr", ZH).label == "fr"


def test_the_numbers_of_a_rule_are_told_as_people_say_them() -> None:
    found = [Fact(name="p_value", value=5e-06), Fact(name="effect", value=1.0), Fact(name="stories", value=4)]
    assert facts(found, ZH).rows == [("偶然概率", "约二十万分之一"), ("最低升幅", "2.0 倍"), ("报道", 4)]
    assert facts(found, EN).rows[0] == ("Odds of chance alone", "about one in 200,000")
