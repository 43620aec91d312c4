"""Judging daily figures of sources by their own history: volume, shares, lengths, lags, whatever is counted by day.

A figure is compared with what the source's own last eight weeks let expect of this day of the week: the level of the
last two good weeks plus what the day of the week adds, and the spread of how far good days were off when they were
expected (`levels`).  A day is told when it is off by much at once, or by less on two days in a row, when a count says
the same for too many days, or when the level has drifted for a month.  Where single days have been off before and all
was usual again the next day, one day alone has to be further off.  What many sources do on one day, a holiday, is taken
off first.  A count that goes together with another one of its source is also judged by that one (`Company`).  Days
that were told teach nothing of the level; after two weeks a new level is taken for the usual one, and the way back to
the former one is no news.
"""

from __future__ import annotations

import math
from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import combinations, pairwise
from statistics import median
from typing import Final, Literal

from mediawatch.quality.levels import (
    FLOOR,
    MISS_FLOOR,
    Company,
    Expected,
    Kind,
    common_change,
    correlation,
    middle,
    miss,
    scaled,
    spread_of,
    unscaled,
    weekdays,
)

Verdict = Literal["silent", "low", "high", "frozen", "drifting", "usual", "unknown"]
Severity = Literal["info", "warn", "quarantine"]

NEEDED_DAYS: Final = 14
"""Good days before which nothing is judged."""
HISTORY_DAYS: Final = 56
LEVEL_DAYS: Final = 14
AT_ONCE: Final = 4.0
"""Spreads by which one day is off."""
EACH_DAY: Final = 1.3
TWO_DAYS: Final = 3.3
"""Spreads by which each of two days in a row is off, and both together: their sum over the root of two."""
ACCEPTED_AFTER: Final = 14
"""Days after which what was told is the usual level."""
FEWEST_TOGETHER: Final = 8
"""Sources of which a common change of one day can be told."""
STEADY_DAYS: Final = 14
"""Days without anything told, after which a drift can be."""
DRIFTED: Final = 2.8
"""Spreads by which the level has moved in a month."""
BLIP: Final = 1.1
"""By how much further off a single day has to be than one before that was over the next day."""
FROZEN: Final = 0.0008
"""The chance of so many equal days, by which a count is frozen."""
CALM: Final = 2.0
"""Spreads within which a count is as usual, so that another of the source can be judged by it."""
RARE: Final = 0.002
"""The chance of so many days without anything, by which a source is silent."""
NO_COMPANY: Final = Company()
NO_HOLIDAYS: Final[Mapping[str, Collection[date]]] = {}
_EARLY: Final = 1.4
"""By how much wider the spread is taken while fewer than four weeks are known."""
_LEAST: Final[Mapping[Kind, float]] = {"count": 0.3, "share": 0.08, "amount": 0.3}
"""By how much a day has to be off on the scale: a third, or eight points of a hundred."""


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
    """One figure of one source while its days are judged in order, values on the scale of its kind.

    `history` are all days, `good` those that were not told, `misses` by how much those were off, `former` the good days
    of before a level that was taken for the usual one, `fixed` a value that it always has, once that was told, `blips`
    the days that were off alone, and `off_alone` by how much yesterday was off after days of calm.
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
    blips: deque[tuple[date, float]] = field(default_factory=deque)
    off_alone: float | None = None
    adds: list[float] = field(default_factory=list)
    adds_age: int = 0

    def expected(self, day: date, articles: float) -> Expected:
        """What `day` is expected to bring, of which `articles` are behind a share."""
        adds, floor = self._weekdays(), FLOOR[self.kind]
        flat = [y - adds[on.weekday()] for on, y in self.good]
        level = middle(flat[-LEVEL_DAYS:], floor)
        misses = self.misses or [miss(self.kind, y, level + adds[on.weekday()]) for on, y in self.good]
        spread = spread_of(misses, MISS_FLOOR[self.kind])
        if len(self.good) < HISTORY_DAYS // 2:
            spread *= _EARLY
        # Of days that were told, and of the way back from them, no drift is told.
        is_steady = len(flat) == HISTORY_DAYS and day - self.last_told > timedelta(days=STEADY_DAYS)
        moved = level - middle(flat[: HISTORY_DAYS // 2], floor) if is_steady else 0.0
        former = [y - adds[on.weekday()] for on, y in self.former[-LEVEL_DAYS:]]
        add = adds[day.weekday()]
        return Expected(
            kind=self.kind,
            usual=level,
            level=level + add,
            spread=spread,
            articles=articles,
            is_continuous=2 * len({y for _, y in self.good}) > len(self.good),
            moved=moved,
            former=middle(former, floor) + add if former else math.nan,
        )

    def _weekdays(self) -> list[float]:
        """What each day of the week adds, reckoned once a week."""
        if not self.adds or self.adds_age >= 7:
            self.adds, self.adds_age = weekdays(self.history, FLOOR[self.kind]), 0
        return self.adds


@dataclass(slots=True)
class _Together:
    """The standard scores of two counts of a source on the days when both were judged and neither was far off."""

    scores: deque[tuple[float, float]] = field(default_factory=lambda: deque(maxlen=HISTORY_DAYS))
    r: float = 0.0
    age: int = 0

    def correlation(self) -> float:
        """How closely they go together, reckoned once a week."""
        if self.age % 7 == 0:
            self.r = correlation(self.scores)
        self.age += 1
        return self.r


@dataclass(frozen=True, slots=True, kw_only=True)
class _Day:
    """A day's value on the scale, by how much it is `off` there, and by how many standard deviations."""

    day: date
    y: float
    off: float
    z: float
    miss: float


def kind_of(metric: str, values: Iterable[float]) -> Kind:
    """Shares lie between 0 and 1 and are not whole, counts are whole and not negative; all else is an amount."""
    known = [value for value in values if not math.isnan(value)]
    if all(0 <= value <= 1 for value in known) and ("share" in metric or any(value % 1 for value in known)):
        return "share"
    return "count" if all(value >= 0 and value % 1 == 0 for value in known) else "amount"


def judge(
    figures: Iterable[Figure], *, with_usual: bool = False, holidays: Mapping[str, Collection[date]] = NO_HOLIDAYS
) -> Iterator[Finding]:
    """Judge `figures` day by day, each by the days before it; findings in the order of days, sources and metrics.

    A day that is missing is not judged: nothing was collected then.  `with_usual` also yields what is usual, and what
    is unknown for lack of days.  On one of its `holidays` a source may bring less or nothing, which teaches nothing.
    """
    by_day: dict[date, list[Figure]] = defaultdict(list)
    values: dict[str, list[float]] = defaultdict(list)
    for figure in figures:
        if not math.isnan(figure.value):
            by_day[figure.day].append(figure)
            values[figure.metric].append(figure.value)
    kinds = {metric: kind_of(metric, found) for metric, found in values.items()}
    held: dict[tuple[str, str], _Series] = {}
    counts: defaultdict[tuple[str, str, str], _Together] = defaultdict(_Together)
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
        for key, usual in expected.items():
            common, apart = together.get(key[1], (0.0, 0.0))
            expected[key] = replace(usual, level=usual.level + common, former=usual.former + common, apart=apart)
        companies = _companies(today, held, expected, counts)
        for figure in today:
            key = (figure.source, figure.metric)
            series, known = held[key], expected.get(key)
            if known:
                is_holiday = series.kind == "count" and day in holidays.get(figure.source, ())
                finding = _judged(series, figure, known, companies.get(key, NO_COMPANY), is_holiday=is_holiday)
            else:
                finding = _unknown(series, figure)
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
    expected: Mapping[tuple[str, str], Expected],
) -> dict[str, tuple[float, float]]:
    """{metric: the `common_change` of today}, of counts and where enough sources can tell."""
    off: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for figure in today:
        key = (figure.source, figure.metric)
        if key in expected and held[key].kind == "count":
            known = expected[key]
            off[figure.metric].append((scaled("count", figure.value) - known.level, known.deviation))
    return {metric: common_change(found) for metric, found in off.items() if len(found) >= FEWEST_TOGETHER}


def _companies(
    today: Iterable[Figure],
    held: Mapping[tuple[str, str], _Series],
    expected: Mapping[tuple[str, str], Expected],
    together: Mapping[tuple[str, str, str], _Together],
) -> dict[tuple[str, str], Company]:
    """{(source, metric): the other count of its source that this one goes together with}; adds today to `together`.

    Counts that go up and down together say more of each other than of themselves: half of the articles is rare where
    there are as many links as ever.  Which one is asked follows from the days before alone, or of many counts one would
    always be found that makes this one look odd.  It has to be as usual, so that it is not blamed on this one, and this
    one has to be off the same way by itself.
    """
    by_source: dict[str, dict[str, float]] = defaultdict(dict)
    for figure in today:
        key = (figure.source, figure.metric)
        if key in expected and held[key].kind == "count":
            by_source[figure.source][figure.metric] = expected[key].z(scaled("count", figure.value))
    found: dict[tuple[str, str], Company] = {}
    for source, z in by_source.items():
        best = dict.fromkeys(z, NO_COMPANY)
        for one, two in combinations(z, 2):
            pair = together[source, one, two]
            r = pair.correlation()
            for metric, other in ((one, two), (two, one)):
                if r > best[metric].r:
                    best[metric] = Company(r=r, other=z[other])
            if max(abs(z[one]), abs(z[two])) < AT_ONCE:
                pair.scores.append((z[one], z[two]))
        for metric, company in best.items():
            own = z[metric]
            is_calm = abs(company.other) < min(abs(own), CALM)
            if is_calm and company.given(own) * own > own * own:
                found[source, metric] = company
    return found


def _unknown(series: _Series, figure: Figure) -> Finding:
    series.good.append((figure.day, scaled(series.kind, figure.value)))
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


def _judged(series: _Series, figure: Figure, expected: Expected, company: Company, *, is_holiday: bool) -> Finding:
    y = scaled(series.kind, figure.value)
    known = len(series.good)
    series.empty_days = series.empty_days + (not is_holiday) if figure.value == 0 else 0
    series.equal_days = series.equal_days + 1 if figure.value == series.value else 0
    series.value = figure.value
    if abs(y - expected.former) < 3 * expected.deviation <= abs(y - expected.level):
        # Back where it was before the level that was taken for usual.
        series.good, series.former, expected = deque(series.former, HISTORY_DAYS), (), _returned(expected)
        company = NO_COMPANY
    today = _Day(
        day=figure.day,
        y=y,
        off=y - expected.level,
        z=company.given(expected.z(y)),
        miss=miss(series.kind, y, expected.level),
    )
    is_excused = is_holiday and today.z < 0
    verdict = "usual" if is_excused else _verdict(series, figure.value, today, expected)
    is_news = verdict not in ("usual", series.state)
    severity = _severity(series.kind, verdict, today.z) if is_news else "info"
    if is_excused:
        series.last = 0.0
    else:
        _note_blip(series, today, verdict)
        _remember(series, today, verdict)
    bound = max(AT_ONCE * company.narrower * expected.deviation, _LEAST[series.kind])
    centre = expected.level + company.r * company.other * expected.deviation
    low, high = (unscaled(series.kind, centre + side * bound) for side in (-1, 1))
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


def _returned(expected: Expected) -> Expected:
    return replace(expected, level=expected.former, moved=0.0, former=math.nan)


def _verdict(series: _Series, value: float, today: _Day, expected: Expected) -> Verdict:
    """What the figure is by itself, whatever was told before."""
    z, before, least = today.z, series.last, _LEAST[series.kind]
    if series.kind == "count" and value == 0 and _is_silent(series, expected.level):
        return "silent"
    if series.kind == "count" and value not in (0, series.fixed) and _is_frozen(series, value, expected):
        return "frozen"
    # Single days have been as far off before, and the next day all was usual.
    alone = max((BLIP * abs(one) for _, one in series.blips if one * z > 0), default=0.0)
    at_once = abs(z) >= max(AT_ONCE, alone)
    two_days = z * before > 0 and min(abs(z), abs(before)) >= EACH_DAY and abs(z + before) / math.sqrt(2) >= TWO_DAYS
    if (at_once or two_days) and abs(today.off) >= least:
        return "low" if today.off < 0 else "high"
    needed = DRIFTED * expected.deviation * math.sqrt(1 / LEVEL_DAYS + 2 / HISTORY_DAYS)
    if abs(expected.moved) >= max(least, needed) and (expected.moved < 0 or series.kind != "count"):
        return "drifting"
    return "usual"


def _is_silent(series: _Series, level: float) -> bool:
    """Whether so many days without anything are rare in the source's own history."""
    none = sum(1 for _, y in series.good if y == 0)
    chance = (none + 0.5) / (len(series.good) + 1)
    is_rare = chance**series.empty_days < RARE
    return is_rare or (chance < 0.1 and series.empty_days * max(math.expm1(level), 0.0) > 8)


def _is_frozen(series: _Series, value: float, expected: Expected) -> bool:
    """Whether a count has been the same for so many days that it cannot be chance.

    The chance of two equal days in a row is that of a normal spread when rounded, 1 / (2 sqrt(pi) deviation), or how
    often it was so in the source's own history, whichever is more.
    """
    deviation = max(expected.deviation * (value + 1), 0.01)
    equal = sum(1 for (_, one), (_, after) in pairwise(series.good) if one == after)
    chance = max(min(1.0, 1 / (2 * math.sqrt(math.pi) * deviation)), (equal + 0.5) / len(series.good))
    return series.equal_days >= 2 and chance**series.equal_days < FROZEN


def _note_blip(series: _Series, today: _Day, verdict: Verdict) -> None:
    """Keep that yesterday was off alone, for the spread and for what one day says of this source."""
    while series.blips and today.day - series.blips[0][0] > timedelta(days=HISTORY_DAYS):
        series.blips.popleft()
    if verdict == "usual" and abs(today.z) < 2 and series.off_alone is not None:
        series.blips.append((today.day, series.last))
        series.misses.append(series.off_alone)


def _remember(series: _Series, today: _Day, verdict: Verdict) -> None:
    """Learn from a good day; of the others what days of the week do, and after a while that they are usual."""
    series.last = today.z
    series.history.append((today.day, today.y))
    series.adds_age += 1
    if verdict in ("usual", "drifting") and (abs(today.z) < 3 or abs(today.off) < _LEAST[series.kind]):
        series.calm += verdict == "usual"
        if series.calm >= 2:
            series.state, series.told = "", []
        series.good.append((today.day, today.y))
        series.misses.append(today.miss)
        series.off_alone = None
    else:
        series.off_alone = today.miss if series.calm else None
        series.calm = 0
        if verdict != "usual":
            series.last_told = today.day
        series.told = [one for one in series.told if today.day - one[0] < timedelta(days=2 * ACCEPTED_AFTER)]
        series.told.append((today.day, today.y))
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
