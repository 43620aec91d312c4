"""What leaves its own history is told once, what belongs to it is not."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable
from datetime import date, timedelta

import pytest

from mediawatch.quality.judging import NEEDED_DAYS, Figure, Finding, judge, kind_of
from mediawatch.quality.levels import LEAST_TOGETHER, MOST_CORRELATED, Company, correlation

FIRST = date(2026, 1, 5)
"""A Monday."""
WEEK = (1.0, 1.1, 1.0, 0.9, 1.0, 0.5, 0.4)


def volume(days: int, *, mean: float = 120.0, seed: int = 1, noise: float = 0.08) -> list[float]:
    """Articles a day with fewer on weekends."""
    dice = random.Random(seed)  # noqa: S311 - made-up figures
    usual = [mean * WEEK[at % 7] for at in range(days)]
    return [max(0.0, round(one * (1 + dice.gauss(0, noise)) + dice.gauss(0, math.sqrt(one)))) for one in usual]


def figures(values: Iterable[float], *, source: str = "paper", metric: str = "articles") -> list[Figure]:
    return [
        Figure(day=FIRST + timedelta(days=at), source=source, metric=metric, value=value)
        for at, value in enumerate(values)
    ]


def told(values: Iterable[float], *, metric: str = "articles") -> list[tuple[int, str]]:
    """(day from 0, verdict) of each finding."""
    return [((found.day - FIRST).days, found.verdict) for found in judge(figures(values, metric=metric))]


def changed(days: range, how: Callable[[float, int], float], *, mean: float = 120.0) -> list[float]:
    """120 days of volume, some of them changed."""
    return [how(value, at - days.start) if at in days else value for at, value in enumerate(volume(120, mean=mean))]


@pytest.mark.parametrize("seed", range(8))
def test_a_healthy_half_year_with_weekends_is_no_news(seed: int) -> None:
    assert len(told(volume(180, seed=seed))) <= 1


@pytest.mark.parametrize(
    ("fault", "verdict"),
    [
        (lambda value, at: 0.0, "silent"),
        (lambda value, at: round(value * 0.4), "low"),
        (lambda value, at: value * 2.2, "high"),
    ],
    ids=["silent", "less", "more"],
)
def test_a_fault_is_told_within_two_days_and_once(fault: Callable[[float, int], float], verdict: str) -> None:
    found = told(changed(range(80, 88), fault))
    during = [(at, what) for at, what in found if 80 <= at < 90]
    assert during
    assert during[0][0] in (80, 81)
    assert during[0][1] == verdict
    assert len(during) == 1


def test_a_feed_that_says_the_same_every_day_is_frozen() -> None:
    assert (82, "frozen") in told(changed(range(80, 90), lambda value, at: 118.0))


def test_a_slow_decline_is_told_although_no_day_stands_out() -> None:
    values = changed(range(70, 120), lambda value, at: round(value * (1 - 0.6 * at / 50)))
    assert {what for at, what in told(values) if at >= 75} & {"drifting", "low"}


def test_a_source_of_three_articles_a_day_may_have_an_empty_one() -> None:
    dice = random.Random(5)  # noqa: S311
    values = [float(sum(dice.random() < 0.1 for _ in range(30))) for _ in range(120)]
    assert 0.0 in values
    assert [what for _, what in told(values) if what == "silent"] == []
    assert "silent" in {what for _, what in told([*values, *[0.0] * 7])}


def test_shares_and_amounts_are_judged_on_their_own_scales() -> None:
    dice = random.Random(3)  # noqa: S311
    titled = [1.0 - 0.02 * dice.random() for _ in range(60)]
    lag = [math.exp(dice.gauss(0.3, 0.15)) for _ in range(60)]
    assert told([*titled, 0.5, 0.5], metric="share_titled") == [(60, "low")]
    assert told([*lag, lag[0] + 8, lag[1] + 8], metric="lag_hours") == [(60, "high")]


def test_what_many_sources_do_on_one_day_is_a_holiday() -> None:
    rows = [f for n in range(12) for f in figures(volume(90, seed=n), source=f"s{n:02}")]
    holiday = FIRST + timedelta(days=80)
    fewer = [Figure(day=f.day, source=f.source, metric=f.metric, value=round(f.value * 0.5)) for f in rows]
    mixed = [less if less.day == holiday else f for f, less in zip(rows, fewer, strict=True)]
    assert [found for found in judge(mixed) if found.day == holiday] == []


def test_a_new_level_is_told_once_and_so_is_nothing_on_the_way_back() -> None:
    values = volume(200)
    moved = [round(value * 0.4) if 80 <= at < 140 else value for at, value in enumerate(values)]
    found = told(moved)
    assert [what for at, what in found if 78 <= at < 138] == ["low"]
    assert [what for at, what in found if at >= 139] == []


def test_too_few_days_are_said_and_not_passed() -> None:
    found = list(judge(figures(volume(20)), with_usual=True))
    assert [one.verdict for one in found[:NEEDED_DAYS]] == ["unknown"] * NEEDED_DAYS
    assert [one.days_known for one in found] == list(range(20))
    assert all(math.isnan(one.low) for one in found[:NEEDED_DAYS])


def test_the_bounds_hold_what_is_usual() -> None:
    def holds(one: Finding) -> bool:
        return one.low <= one.observed <= one.high

    usual = [one for one in judge(figures(volume(120)), with_usual=True) if one.verdict == "usual"]
    assert sum(map(holds, usual)) >= 0.98 * len(usual)


def test_an_unknown_value_is_no_day() -> None:
    values = volume(60)
    gaps = [math.nan if at in (20, 21, 40) else value for at, value in enumerate(values)]
    assert len(list(judge(figures(gaps), with_usual=True))) == 57


@pytest.mark.parametrize(
    ("metric", "values", "kind"),
    [
        ("articles", [3, 0, 12], "count"),
        ("share_dated", [1, 1, 1], "share"),
        ("dated", [0.9, 1.0], "share"),
        ("lag_hours", [0.5, 9.0], "amount"),
        ("shift", [-2, 3], "amount"),
    ],
)
def test_what_a_figure_is_follows_from_its_values(metric: str, values: list[float], kind: str) -> None:
    assert kind_of(metric, values) == kind


def test_on_a_holiday_a_source_may_bring_nothing_and_that_teaches_nothing() -> None:
    holiday = FIRST + timedelta(days=80)
    values = changed(range(80, 81), lambda value, at: 0.0)
    assert (80, "silent") in told(values)
    found = judge(figures(values), holidays={"paper": {holiday}}, with_usual=True)
    kept = {(one.day - FIRST).days: one for one in found}
    assert {kept[at].verdict for at in range(78, 90)} == {"usual"}
    undisturbed = {(one.day - FIRST).days: one for one in judge(figures(volume(120)), with_usual=True)}
    assert kept[81].low == pytest.approx(undisturbed[81].low, rel=0.1)


def test_where_single_days_were_off_before_one_alone_is_no_news_and_two_are() -> None:
    values = changed(range(60, 61), lambda value, at: round(value * 0.4))
    assert (60, "low") in told(values)
    again = [round(value * 0.55) if at in (90, 100, 101) else value for at, value in enumerate(values)]
    assert [(at, what) for at, what in told(again) if at > 70] == [(101, "low")]


def test_a_newsroom_that_fills_the_same_pages_is_judged_by_its_own_dispersion() -> None:
    dice = random.Random(9)  # noqa: S311
    even = [float(10 + dice.choice((-1, 0, 0, 1))) for _ in range(80)]
    assert told([*even, 4.0, 4.0]) == [(80, "low")]


class TestTwoCountsThatGoTogether:
    """Articles and links of a source with about ten articles a day: a half of them is not rare by itself."""

    DAY = 100

    def told_of(self, articles: float = 1.0, links: float = 1.0) -> list[Finding]:
        """What is told of DAY and the next day, where both are so many times what they would have been."""
        bases = volume(self.DAY + 2, mean=12.0, seed=6)
        days = range(self.DAY, self.DAY + 2)
        dice = random.Random(2)  # noqa: S311 - made-up figures
        many = [round(one * dice.uniform(1.0, 1.3)) * (links if at in days else 1) for at, one in enumerate(bases)]
        few = [round(one * articles) if at in days else one for at, one in enumerate(bases)]
        found = judge([*figures(few), *figures(many, metric="new_links")])
        return [one for one in found if one.day >= FIRST + timedelta(days=self.DAY)]

    def test_a_half_of_one_is_told_where_the_other_is_as_ever(self) -> None:
        [found] = self.told_of(articles=0.5)
        assert (found.metric, found.verdict) == ("articles", "low")
        *_, alone = judge(figures(volume(self.DAY, mean=12.0, seed=6)), with_usual=True)
        assert found.high - found.low < alone.high - alone.low, "the bounds are those that it was judged by"

    def test_without_the_other_it_is_chance(self) -> None:
        bases = volume(self.DAY + 2, mean=12.0, seed=6)
        halved = [*bases[: self.DAY], *(round(one * 0.5) for one in bases[self.DAY :])]
        assert [at for at, _ in told(halved) if at >= self.DAY] == []

    def test_what_is_off_is_not_blamed_on_what_is_not(self) -> None:
        assert {found.metric for found in self.told_of(links=0.0)} == {"new_links"}
        assert {found.metric for found in self.told_of(links=3.0)} == {"new_links"}

    def test_what_is_usual_of_both_is_no_news(self) -> None:
        assert self.told_of() == []


def test_a_correlation_is_shown_by_enough_days_and_is_never_whole() -> None:
    alike = [(at % 7 - 3.0, at % 7 - 3.0) for at in range(LEAST_TOGETHER)]
    assert correlation(alike) == MOST_CORRELATED
    assert correlation(alike[1:]) == 0.0
    assert correlation([(one, -two) for one, two in alike]) == 0.0
    assert correlation([(1.0, 1.0)] * LEAST_TOGETHER) == 0.0
    half = [(one, two if at % 2 else -two) for at, (one, two) in enumerate(alike)]
    assert 0.0 <= correlation(half) < 0.3


def test_a_score_beside_another_is_the_conditional_one() -> None:
    company = Company(r=0.8, other=-1.0)
    assert company.given(-2.0) == pytest.approx(-2.0)
    assert company.given(1.0) == pytest.approx(3.0)
    assert company.narrower == pytest.approx(0.6)
    assert Company().given(1.5) == 1.5


def test_a_count_is_judged_by_the_one_it_goes_together_with_and_by_no_other() -> None:
    """Of many counts there is always one beside which a day looks odd; which one is asked is settled before."""
    dice = random.Random(1)  # noqa: S311 - made-up figures
    level = [100 * dice.uniform(0.8, 1.25) for _ in range(121)]

    def with_noise(noise: float) -> list[float]:
        return [float(round(one * (1 + dice.gauss(0, noise)))) for one in level]

    close, closer, loose = with_noise(0.02), with_noise(0.02), with_noise(0.06)
    close[120], closer[120], loose[120] = 70.0, 70.0, 105.0
    counts = {"close": close, "closer": closer, "loose": loose}
    found = judge([figure for metric, values in counts.items() for figure in figures(values, metric=metric)])
    assert [one for one in found if one.day == FIRST + timedelta(days=120)] == []


def test_values_as_large_as_can_be_have_bounds() -> None:
    huge = [1.7e308 if at % 2 else 1.6e308 for at in range(30)]
    assert all(math.isfinite(one.high) for one in judge(figures(huge), with_usual=True) if one.verdict != "unknown")
