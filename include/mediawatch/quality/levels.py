"""What a day is expected to bring, and by how many standard deviations it is off: robust levels, spreads and scales.

Counts and amounts are compared on a logarithmic scale, shares as they are.  Counts are taken as negative binomial with
a dispersion of the source's own, also below that of chance, and shares as binomial.
"""

from __future__ import annotations

import math
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean, median, pvariance
from typing import Final, Literal

Kind = Literal["count", "share", "amount"]

FLOOR: Final[Mapping[Kind, float]] = {"count": 0.06, "share": 0.015, "amount": 0.05}
"""The least spread on the scale, for figures that never moved."""
MISS_FLOOR: Final[Mapping[Kind, float]] = {**FLOOR, "count": 0.4}
"""The least spread of what `miss` gives."""
_LARGEST: Final = math.log(sys.float_info.max)
"""On the scale: bounds of larger values are no numbers."""
_NORMAL: Final = 1.4826
"""The standard deviation of a normal spread, of its median absolute deviation."""
_OWN_WAY: Final = 0.25
"""The part of a common change by which sources differ at least."""
MOST_CORRELATED: Final = 0.9
LEAST_TOGETHER: Final = 28
"""Days that two counts have to be known for, before one is judged by the other."""
_LEAST_COMMON: Final = 0.1
"""The least common change: a tenth."""
_CONTINUOUS: Final = 0.25
"""The least spread of a share that is no share of articles, as a part of what chance gives."""


def scaled(kind: Kind, value: float) -> float:
    """`value` where its noise is alike."""
    return value if kind == "share" else math.copysign(math.log1p(abs(value)), value)


def unscaled(kind: Kind, y: float) -> float:
    """Back from `scaled`."""
    return y if kind == "share" else math.copysign(math.expm1(min(abs(y), _LARGEST)), y)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a day brings: its `level` on the scale, the `usual` one of any day, and by how much that has `moved`.

    `spread` is the standard deviation on the scale, of counts that of `miss`; `apart` is by how much more sources
    differ today.  `former` is the level of before the one that was taken for usual, nan if there is none.  `articles`
    are those that a share is of, and `is_continuous` says that it takes other values than so many articles allow.
    """

    kind: Kind
    usual: float
    level: float
    spread: float
    articles: float
    is_continuous: bool
    moved: float
    former: float
    apart: float = 0.0

    def z(self, y: float) -> float:
        """By how many standard deviations `y` is off.

        Counts and shares of articles are compared by the transforms that make their variance constant (Anscombe,
        Biometrika 35, 1948), so that few articles are no more alarming on one side than on the other.
        """
        if self.kind == "count":
            return self._count(max(math.expm1(y), 0.0)) - self._count(max(math.expm1(self.level), 0.0))
        if self.kind == "share" and self.articles >= 1:
            p = min(max(self.level, 0.0), 1.0)
            chance = math.sqrt(max(p * (1 - p), 0.5 / self.articles) / self.articles)
            off = self._share(min(max(y, 0.0), 1.0)) - self._share(p)
            return off / max(_CONTINUOUS if self.is_continuous else 1.0, self.spread / chance)
        return (y - self.level) / math.hypot(self.spread, self.apart)

    @property
    def dispersion(self) -> tuple[float, float]:
        """Of counts: variance is the first times the mean, plus the square of the second times the mean.

        A newsroom that fills the same pages every day varies less than chance would, most vary more.
        """
        above = max(self.spread**2 - 1, 0.0) / self._usual_count
        return min(self.spread**2, 1.0), math.sqrt(max(above, FLOOR["count"] ** 2) + self.apart**2)

    @property
    def deviation(self) -> float:
        """The standard deviation of a usual day on the scale."""
        if self.kind != "count":
            return math.hypot(self.spread, self.apart)
        steady, own = self.dispersion
        return math.sqrt(steady / self._usual_count + own**2)

    @property
    def _usual_count(self) -> float:
        return max(math.expm1(self.usual), 0.0) + 1.0

    def _count(self, count: float) -> float:
        steady, own = self.dispersion
        return 2 / own * math.asinh(own * math.sqrt((count + 0.375) / steady))

    def _share(self, share: float) -> float:
        n = self.articles
        return 2 * math.sqrt(n + 0.5) * math.asin(math.sqrt((share * n + 0.375) / (n + 0.75)))


def miss(kind: Kind, y: float, level: float) -> float:
    """By how much `y` is off, of counts where the noise of chance is one."""
    if kind != "count":
        return y - level
    return 2 * (math.sqrt(max(math.expm1(y), 0.0) + 0.375) - math.sqrt(max(math.expm1(level), 0.0) + 0.375))


def middle(values: Sequence[float], floor: float) -> float:
    """The mean without what is further off than three spreads: as robust as a median, and of far less noise."""
    about = median(values)
    bound = 3 * max(_NORMAL * median([abs(value - about) for value in values]), floor)
    near = [value for value in values if abs(value - about) <= bound]
    return sum(near) / len(near)


def spread_of(off: Sequence[float], floor: float) -> float:
    """The standard deviation, about nothing, of what is off; what is further than three spreads counts as three."""
    bound = 3 * max(_NORMAL * median(map(abs, off)), floor)
    return max(math.sqrt(sum([min(abs(one), bound) ** 2 for one in off]) / len(off)), floor)


def weekdays(history: Sequence[tuple[date, float]], floor: float) -> list[float]:
    """What each day of the week adds, from all days against their own weeks; drawn to nothing as far as it is noise."""
    days, off = list(history), defaultdict(list)
    for at in range(len(days)):
        week = [y for _, y in days[max(at - 3, 0) : at + 4]]
        if len(week) == 7:
            off[days[at][0].weekday()].append(days[at][1] - sum(week) / 7)
    if len(off) < 7:
        return [0.0] * 7
    adds = [middle(off[k], floor) for k in range(7)]
    noise = spread_of([y - adds[k] for k in range(7) for y in off[k]], floor)
    weeks = len(days) / 7
    signal = max(pvariance(adds) - noise**2 / weeks, 0.0)
    kept = signal / (signal + noise**2 / weeks) if signal else 0.0
    return [kept * (add - fmean(adds)) for add in adds]


def common_change(off: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """By how much the source in the middle is off today, and how much more than usual sources differ today.

    `off` is of each source by how much it is off and its standard deviation; nothing is told of what may be chance.
    """
    common = median(one for one, _ in off)
    spread = median(usual for _, usual in off)
    if abs(common) <= max(4 * spread / math.sqrt(len(off)), _LEAST_COMMON):
        return 0.0, 0.0
    apart = _NORMAL * median(abs(one - common) for one, _ in off)
    return common, math.sqrt(max(apart**2 - spread**2, (_OWN_WAY * common) ** 2))


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """Another count of the same source: its standard score `other` of the day, and the correlation `r` of both."""

    r: float = 0.0
    other: float = 0.0

    def given(self, z: float) -> float:
        """The standard score `z` where the other one is known: the conditional one of a bivariate normal."""
        return (z - self.r * self.other) / self.narrower

    @property
    def narrower(self) -> float:
        """The conditional standard deviation, as a part of the usual one."""
        return math.sqrt(1 - self.r**2)


def correlation(together: Sequence[tuple[float, float]]) -> float:
    """The correlation of standard scores, not below 0, and 0 for fewer days than LEAST_TOGETHER.

    It is taken a standard error (Fisher's transform) below what was seen, and no larger than MOST_CORRELATED: that two
    counts have gone together until now does not prove that they always will.
    """
    if len(together) < LEAST_TOGETHER:
        return 0.0
    mean, mean_other = (fmean(values) for values in zip(*together, strict=True))
    products = sum((one - mean) * (two - mean_other) for one, two in together)
    squares = sum((one - mean) ** 2 for one, _ in together) * sum((two - mean_other) ** 2 for _, two in together)
    seen = min(products / math.sqrt(squares), 0.999) if products > 0 else 0.0
    return min(math.tanh(max(math.atanh(seen) - 1 / math.sqrt(len(together) - 3), 0.0)), MOST_CORRELATED)
