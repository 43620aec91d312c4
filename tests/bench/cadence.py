"""How much a feed drops between two visits: fixed intervals against visits when the source is due.

    python tests/bench/cadence.py

Simulated sites publish at random with a quiet night, over two weeks; a feed shows their last items.
"""

from __future__ import annotations

import math
import random
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from mediawatch.harvest.cadence import NEARLY_ALL, REMEMBERED, SLACK, SourceVisit, interval_after
from mediawatch.records import Cadence

DAYS = 14
TICK_HOURS = 0.5
BEGIN = datetime(2026, 4, 1, tzinfo=UTC)
AGENCY = Cadence(interval_hours=0.5, least_hours=0.5, most_hours=6)
SITES = (
    ("agency, 500 a day", 500, 30, AGENCY),
    ("agency, 500 a day", 500, 100, AGENCY),
    ("paper, 150 a day", 150, 30, Cadence()),
    ("paper, 60 a day", 60, 20, Cadence()),
    ("paper, 20 a day", 20, 20, Cadence()),
    ("magazine, 3 a day", 3, 10, Cadence()),
)


@dataclass(frozen=True, slots=True)
class Seen:
    """Visits a day, the share of articles that no visit met, and the median hours from publication to visit."""

    visits: float
    missed: float
    lag: float

    def __str__(self) -> str:
        return f"{self.visits:.1f} visits, {self.missed:.0%} missed, lag {self.lag:.1f} h"


def published(per_day: float, seed: int = 1) -> list[float]:
    """Hours at which articles come out, a tenth as many at four in the night as at four in the afternoon."""
    dice, moments, hour = random.Random(seed), [], 0.0  # noqa: S311 - no secret
    while hour < DAYS * 24:
        hour += dice.expovariate(per_day / 24 * 1.9)
        if dice.random() < 0.55 - 0.45 * math.cos((hour - 4) / 24 * 2 * math.pi):
            moments.append(hour)
    return moments


def visited(moments: Sequence[float], items: int, cadence: Cadence | None, every: float = 0) -> Seen:
    """Visits to a feed of `items`, `every` so many hours or when `cadence` makes them due."""
    visits: list[SourceVisit] = []
    lags: list[float] = []
    missed, known, due = 0, 0, 0.0
    for tick in range(int(DAYS * 24 / TICK_HOURS)):
        hour = tick * TICK_HOURS
        if due - SLACK / timedelta(hours=1) > hour:
            continue
        last = bisect_right(moments, hour)
        first = max(known, last - items)
        missed += first - known
        lags += [hour - moment for moment in moments[first:last]]
        new, known = last - first, last
        visits.append(SourceVisit(at=BEGIN + timedelta(hours=hour), new=new, is_full=new >= NEARLY_ALL * items))
        recent = [visit for visit in visits if visit.at >= visits[-1].at - REMEMBERED]
        due = hour + (every if cadence is None else interval_after(recent, cadence) / timedelta(hours=1))
    return Seen(len(visits) / DAYS, missed / len(moments), sorted(lags)[len(lags) // 2])


def main() -> None:
    """One line a site."""
    for name, per_day, items, cadence in SITES:
        moments = published(per_day)
        every = ", ".join(f"every {hours} h: {visited(moments, items, None, hours)}" for hours in (12, 6))
        print(f"{name}, feed of {items}: {every}, when due: {visited(moments, items, cadence)}")


if __name__ == "__main__":
    main()
