"""Judging daily figures of sources by their own history: volume, shares, lengths, lags, whatever is counted by day.

A figure is compared with what the source's own last eight weeks let expect of this day of the week.  On a scale that
makes its noise alike everywhere (logarithms for counts and amounts, as they are for shares), the expectation is the
median of the last good days plus what the day of the week adds, and the spread is the median of how far good days were
off when they were expected (times 1.4826: the standard deviation of a normal spread).  A day is told when it is off by
much at once, or by less on two days in a row, or when the level has drifted for a month.  What many sources do on one
day, a holiday, is taken off first.  Days that were told teach nothing of the level; after two weeks a new level is
taken for the usual one, and the way back to the former one is no news.
"""

from __future__ import annotations

import math
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from statistics import fmean, median, pvariance
from typing import Final, Literal

Verdict = Literal["silent", "low", "high", "frozen", "drifting", "usual", "unknown"]
Severity = Literal["info", "warn", "quarantine"]
Kind = Literal["count", "share", "amount"]

NEEDED_DAYS: Final = 14
"""Good days before which nothing is judged."""
HISTORY_DAYS: Final = 56
LEVEL_DAYS: Final = 14
AT_ONCE: Final = 4.3
"""Spreads by which one day is off."""
EACH_DAY: Final = 1.3
TWO_DAYS: Final = 3.5
"""Spreads by which each of two days in a row is off, and both together: their sum over the root of two."""
ACCEPTED_AFTER: Final = 14
"""Days after which what was told is the usual level."""
FEWEST_TOGETHER: Final = 8
"""Sources of which a common change of one day can be told."""
DRIFTED: Final = 4.0
"""Spreads by which the level has moved in a month."""
RARE: Final = 0.002
"""The chance of so many days without anything, by which a source is silent."""
_NORMAL: Final = 1.4826
_EARLY: Final = 1.25
"""By how much wider the spread is taken while fewer than four weeks are known."""
_OWN_WAY: Final = 0.5
"""The part of a common change by which one source may differ from the others."""
_LEAST: Final[Mapping[Kind, float]] = {"count": 0.3, "share": 0.08, "amount": 0.3}
"""By how much a day has to be off on the scale: a third, or eight points of a hundred."""
_FLOOR: Final[Mapping[Kind, float]] = {"count": 0.06, "share": 0.015, "amount": 0.05}
"""The least spread, for figures that never moved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """The value of `metric` of a source on a day."""

    day: date
    source: str
    metric: str
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What is to be told of a figure: `low` to `high` was expected by `days_known` good days.

    One finding a change of state: while a source stays as it was told, nothing more is said, and `standing` is what it
    was told as ("" when all is usual).  `unknown` says that fewer than NEEDED_DAYS are known.
    """

    day: date
    source: str
    metric: str
    verdict: Verdict
    severity: Severity
    observed: float
    low: float
    high: float
    days_known: int
    standing: str = ""


@dataclass(slots=True)
class _Series:
    """One figure of one source while its days are judged in order.

    `history` are all days, `good` those that were not told, `misses` by how much those were off, `former` the good days
    of before a level that was taken for the usual one, `fixed` a value that it always has, once that was told.
    """

    kind: Kind
    history: deque[tuple[date, float]] = field(default_factory=lambda: deque(maxlen=HISTORY_DAYS))
    good: deque[tuple[date, float]] = field(default_factory=lambda: deque(maxlen=HISTORY_DAYS))
    misses: deque[float] = field(default_factory=lambda: deque(maxlen=HISTORY_DAYS))
    told: list[tuple[date, float]] = field(default_factory=list)
    former: tuple[tuple[date, float], ...] = ()
    last_told: date = date.min
    last: float = 0.0
    empty_days: int = 0
    equal_days: int = 0
    value: float = math.nan
    fixed: float = math.nan
    state: str = ""
    calm: int = 0

    def scaled(self, value: float) -> float:
        """`value` where its noise is alike."""
        if self.kind == "share":
            return value
        return math.copysign(math.log1p(abs(value)), value)

    def unscaled(self, value: float) -> float:
        """Back from `scaled`."""
        if self.kind == "share":
            return value
        return math.copysign(math.expm1(abs(value)), value)

    def expected(self, day: date, articles: float) -> _Expected:
        """What `day` is expected to bring, of which `articles` are behind a share."""
        adds = _weekdays(self.history)
        flat = [y - adds[on.weekday()] for on, y in self.good]
        level = median(flat[-LEVEL_DAYS:])
        off = self.misses or [y - level for y in flat]
        spread = max(_NORMAL * median(map(abs, off)), _FLOOR[self.kind])
        if self.kind == "count":
            # The chance in counts themselves, however steady the days were.
            spread = max(spread, 1.1 / math.sqrt(max(self.unscaled(level), 0.0) + 1.0))
        if self.kind == "share" and articles > 0:
            spread = max(spread, math.sqrt(max(level * (1 - level), 0.5 / articles) / articles))
        if len(self.good) < HISTORY_DAYS // 2:
            spread *= _EARLY
        # Of days that were told, and of the way back from them, no drift is told.
        is_steady = len(flat) == HISTORY_DAYS and day - self.last_told > timedelta(days=HISTORY_DAYS // 2)
        moved = level - median(flat[: HISTORY_DAYS // 2]) if is_steady else 0.0
        before = median(y - adds[on.weekday()] for on, y in self.former[-LEVEL_DAYS:]) if self.former else math.nan
        add = adds[day.weekday()]
        return _Expected(level=level + add, spread=spread, moved=moved, former=before + add)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Expected:
    """Level and spread of a day on the scale, by how much the level `moved` in a month, and the `former` level."""

    level: float
    spread: float
    moved: float
    former: float


def _weekdays(history: Sequence[tuple[date, float]]) -> list[float]:
    """What each day of the week adds, from all days against their own weeks; drawn to nothing as far as it is noise."""
    days, off = list(history), defaultdict(list)
    for at in range(len(days)):
        week = [y for _, y in days[max(at - 3, 0) : at + 4]]
        if len(week) == 7:
            off[days[at][0].weekday()].append(days[at][1] - fmean(week))
    if len(off) < 7:
        return [0.0] * 7
    adds = [median(off[k]) for k in range(7)]
    noise = median(abs(y - adds[k]) for k in range(7) for y in off[k]) * _NORMAL
    weeks = len(days) / 7
    signal = max(pvariance(adds) - noise**2 / weeks, 0.0)
    kept = signal / (signal + noise**2 / weeks) if signal else 0.0
    return [kept * (add - fmean(adds)) for add in adds]


def kind_of(metric: str, values: Iterable[float]) -> Kind:
    """Shares lie between 0 and 1 and are not whole, counts are whole and not negative; all else is an amount."""
    known = [value for value in values if not math.isnan(value)]
    if all(0 <= value <= 1 for value in known) and ("share" in metric or any(value % 1 for value in known)):
        return "share"
    return "count" if all(value >= 0 and value % 1 == 0 for value in known) else "amount"


def judge(figures: Iterable[Figure], *, with_usual: bool = False) -> Iterator[Finding]:
    """Judge `figures` day by day, each by the days before it; findings in the order of days, sources and metrics.

    A day that is missing is not judged: nothing was collected then.  `with_usual` also yields what is usual, and what
    is unknown for lack of days.
    """
    by_day: dict[date, list[Figure]] = defaultdict(list)
    values: dict[str, list[float]] = defaultdict(list)
    for figure in figures:
        if not math.isnan(figure.value):
            by_day[figure.day].append(figure)
            values[figure.metric].append(figure.value)
    kinds = {metric: kind_of(metric, found) for metric, found in values.items()}
    held: dict[tuple[str, str], _Series] = {}
    for day in sorted(by_day):
        today = sorted(by_day[day], key=lambda figure: (figure.source, figure.metric))
        for figure in today:
            held.setdefault((figure.source, figure.metric), _Series(kind=kinds[figure.metric]))
        articles = _articles(figure for figure in today if kinds[figure.metric] == "count")
        expected = {
            (f.source, f.metric): held[f.source, f.metric].expected(day, articles.get(f.source, 0.0))
            for f in today
            if len(held[f.source, f.metric].good) >= NEEDED_DAYS
        }
        together = _together(today, held, expected)
        for figure in today:
            series, known = held[figure.source, figure.metric], expected.get((figure.source, figure.metric))
            common = together.get(figure.metric, 0.0)
            finding = _judged(series, figure, known, common) if known else _unknown(series, figure)
            if finding.verdict not in ("usual", "unknown") or with_usual:
                yield finding


def _articles(counts: Iterable[Figure]) -> dict[str, float]:
    """{source: how many articles its shares are of}: the middle one of its counts."""
    found: dict[str, list[float]] = defaultdict(list)
    for figure in counts:
        found[figure.source].append(figure.value)
    return {source: median(values) for source, values in found.items()}


def _together(
    today: Iterable[Figure],
    held: Mapping[tuple[str, str], _Series],
    expected: Mapping[tuple[str, str], _Expected],
) -> dict[str, float]:
    """{metric: by how much the source in the middle is off today}, of counts and where enough sources can tell."""
    off: dict[str, list[float]] = defaultdict(list)
    for figure in today:
        key = (figure.source, figure.metric)
        if key in expected and held[key].kind == "count":
            off[figure.metric].append(held[key].scaled(figure.value) - expected[key].level)
    return {metric: median(found) for metric, found in off.items() if len(found) >= FEWEST_TOGETHER}


def _unknown(series: _Series, figure: Figure) -> Finding:
    series.good.append((figure.day, series.scaled(figure.value)))
    series.history.append(series.good[-1])
    return Finding(
        day=figure.day,
        source=figure.source,
        metric=figure.metric,
        verdict="unknown",
        severity="info",
        observed=figure.value,
        low=math.nan,
        high=math.nan,
        days_known=len(series.good) - 1,
    )


def _judged(series: _Series, figure: Figure, expected: _Expected, common: float) -> Finding:
    y = series.scaled(figure.value)
    known = len(series.good)
    series.empty_days = series.empty_days + 1 if figure.value == 0 else 0
    series.equal_days = series.equal_days + 1 if figure.value == series.value else 0
    series.value = figure.value
    if abs(y - expected.former) < 3 * expected.spread <= abs(y - expected.level):
        # Back where it was before the level that was taken for usual.
        series.good, series.former, expected = deque(series.former, HISTORY_DAYS), (), _returned(expected)
    off = y - expected.level - common
    # Sources keep a holiday in different measure.
    expected = replace(expected, spread=expected.spread + _OWN_WAY * abs(common))
    verdict = _verdict(series, figure.value, off, expected)
    is_news = verdict not in ("usual", series.state)
    severity = _severity(series.kind, verdict, off / expected.spread) if is_news else "info"
    _remember(series, (figure.day, y), off, expected.spread, verdict)
    bound = max(AT_ONCE * expected.spread, _LEAST[series.kind])
    low, high = (series.unscaled(expected.level + common + side * bound) for side in (-1, 1))
    return Finding(
        day=figure.day,
        source=figure.source,
        metric=figure.metric,
        verdict=verdict if is_news else "usual",
        severity=severity,
        observed=figure.value,
        low=max(low, 0.0) if series.kind == "count" else low,
        high=high,
        days_known=known,
        standing=series.state,
    )


def _returned(expected: _Expected) -> _Expected:
    return replace(expected, level=expected.former, moved=0.0, former=math.nan)


def _verdict(series: _Series, value: float, off: float, expected: _Expected) -> Verdict:
    """What the figure is by itself, whatever was told before."""
    z, before, least = off / expected.spread, series.last, _LEAST[series.kind]
    if series.kind == "count" and value == 0 and _is_silent(series, expected.level):
        return "silent"
    at_once = abs(z) >= AT_ONCE
    two_days = z * before > 0 and min(abs(z), abs(before)) >= EACH_DAY and abs(z + before) / math.sqrt(2) >= TWO_DAYS
    if (at_once or two_days) and abs(off) >= least:
        return "low" if off < 0 else "high"
    if series.kind == "count" and value >= 10 and series.equal_days >= 2 and value != series.fixed:
        return "frozen"
    has_moved = abs(expected.moved) >= max(least, DRIFTED * expected.spread * math.sqrt(1.57 / LEVEL_DAYS + 1.57 / 28))
    if has_moved and (expected.moved < 0 or series.kind != "count"):
        return "drifting"
    return "usual"


def _is_silent(series: _Series, level: float) -> bool:
    """Whether so many days without anything are rare in the source's own history."""
    none = sum(1 for _, y in series.good if y == 0)
    chance = (none + 0.5) / (len(series.good) + 1)
    is_rare = chance**series.empty_days < RARE
    return is_rare or (chance < 0.1 and series.empty_days * max(math.expm1(level), 0.0) > 8)


def _remember(series: _Series, day: tuple[date, float], off: float, spread: float, verdict: Verdict) -> None:
    """Learn from a good day; of the others what days of the week do, and after a while that they are usual."""
    series.last = off / spread
    series.history.append(day)
    if verdict in ("usual", "drifting") and abs(series.last) < 3:
        series.calm += verdict == "usual"
        if series.calm >= 2:
            series.state, series.told = "", []
        series.good.append(day)
        series.misses.append(off)
    else:
        series.calm, series.last_told = 0, day[0]
        series.told = [one for one in series.told if day[0] - one[0] < timedelta(days=2 * ACCEPTED_AFTER)] + [day]
        # Silence is never the usual of a source that had something: it stays told until something comes.
        is_silence = series.kind == "count" and all(y == 0 for _, y in series.told)
        if len(series.told) >= ACCEPTED_AFTER and not is_silence:
            series.fixed = series.value if series.state == "frozen" else math.nan
            series.former = tuple(series.good)
            series.good.clear()
            series.good.extend(series.told)
            series.state, series.told = "", []
    if verdict != "usual" and series.told:
        series.state = verdict
    elif verdict == "drifting":
        series.state, series.calm = verdict, 0


def _severity(kind: Kind, verdict: Verdict, z: float) -> Severity:
    if verdict == "high" and kind == "count":
        return "info" if abs(z) < 2 * AT_ONCE else "warn"
    return "quarantine" if kind == "share" and abs(z) >= 2 * AT_ONCE else "warn"
