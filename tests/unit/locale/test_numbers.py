"""Chances, ratios and counts as people say them."""

from __future__ import annotations

import pytest

from mediawatch.locale import chance_words, counted, ratio_words, words_of
from mediawatch.locale.numbers import chinese_number


@pytest.mark.parametrize(
    ("p_value", "zh", "en"),
    [
        (None, "", ""),
        (float("nan"), "", ""),
        (0.05, "约二十分之一", "about one in 20"),
        (3.1e-5, "约三万二千分之一", "about one in 32,000"),
        (5e-06, "约二十万分之一", "about one in 200,000"),
        (0.0, "不到百万分之一", "less than one in a million"),
    ],
)
def test_odds_in_words(p_value: float | None, zh: str, en: str) -> None:
    assert (chance_words(p_value, "zh"), chance_words(p_value, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (2, "二"),
        (10, "十"),
        (12, "十二"),
        (110, "一百一十"),
        (3200, "三千二百"),
        (10_000, "一万"),
        (110_000, "十一万"),
        (1_000_000, "一百万"),
    ],
)
def test_numbers_in_chinese(number: int, said: str) -> None:
    assert chinese_number(number) == said


def test_ratios_in_words() -> None:
    assert [ratio_words(ratio, "en") for ratio in (None, float("inf"), 2.04, 23.4)] == [
        "",
        "",
        "2.0 times the usual rate",
        "23 times the usual rate",
    ]


def test_one_is_not_counted_as_many() -> None:
    assert list(counted(words_of("en"), 1, 1, 1).values()) == ["1 article", "1 story", "1 publisher"]
    assert list(counted(words_of("en"), 1200, 0, 2).values()) == ["1,200 articles", "0 stories", "2 publishers"]
    assert list(counted(words_of("zh"), 1, 1, 1).values()) == ["1 篇", "1 条报道", "1 个独立来源"]
