"""When each source is visited next: by how much was new in its last visits, within the bounds of its entry.

Pure over the batches of the lake: no clock but the argument, and nothing is stored beside what visits found.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

from mediawatch.context import Context
from mediawatch.harvest.memory import read_announced
from mediawatch.lake.batches import sealed_batches, sealed_days
from mediawatch.lake.store import Store
from mediawatch.records import Cadence, Reason, Source
from mediawatch.records.times import day_of
from mediawatch.tables.harvest import SeedAnswer

WANTED: Final = 8
"""New links that a visit should find on average: feeds hold 10 to 100, and a visit that finds one was hardly needed."""
REMEMBERED: Final = timedelta(hours=48)
"""Visits older than this say nothing: a source has its days, and its nights."""
NEARLY_ALL: Final = 0.8
"""A seed of which this share was new may have dropped others before the visit."""
FEWEST_ITEMS: Final = 5
"""Of a seed with less, all may be new at any time."""
SLACK: Final = timedelta(minutes=5)
"""A source is visited so much before its time rather than a whole run after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceVisit:
    """One visit to all seeds of a source: `new` links that nobody had announced before, None where that is not known.

    `is_full` says that nearly all of what a seed announced was new.
    """

    at: datetime
    new: int | None
    is_full: bool = False


def interval_after(visits: Sequence[SourceVisit], cadence: Cadence) -> timedelta:
    """How long after the last of `visits` (oldest first) the source is to be visited again.

    So long that WANTED links are new at the rate of these visits; half of that where the last one was full.  The first
    visit counts for nothing: all that it met was new.  Without two visits it is the entry's own interval.
    """
    known = [visit for visit in visits if visit.new is not None]
    hours = cadence.interval_hours
    if len(known) > 1 and known[-1].at > known[0].at:
        new = sum(visit.new or 0 for visit in known[1:])
        span = (known[-1].at - known[0].at).total_seconds() / 3600
        hours = WANTED * span / new if new else cadence.most_hours
        hours /= 2 if known[-1].is_full else 1
    return timedelta(hours=min(max(hours, cadence.least_hours), cadence.most_hours))


def next_visit(visits: Sequence[SourceVisit], cadence: Cadence) -> datetime | None:
    """When the source is due; None: at once, for it was not visited within REMEMBERED."""
    return visits[-1].at + interval_after(visits, cadence) if visits else None


def due_sources(context: Context, at: datetime | None = None) -> tuple[Source, ...]:
    """The enabled sources that are due at the instant `at` (now), by name, from the batches sealed until then."""
    moment = at or context.clock()
    visits = recent_visits(context.store, moment, context.settings.timezone)
    return tuple(
        source
        for source in context.catalogue.enabled().sources
        if (due := next_visit(visits.get(source.name, ()), source.cadence)) is None or due - SLACK <= moment
    )


def recent_visits(store: Store, moment: datetime, timezone: str) -> dict[str, list[SourceVisit]]:
    """{source: its visits within REMEMBERED before `moment`, oldest first}, by the batches that were opened until then.

    All seeds of a source are visited when its batch is opened.
    """
    found: defaultdict[str, list[SourceVisit]] = defaultdict(list)
    for opened_at, rows in _batches(store, moment, timezone):
        by_source = sorted(rows, key=lambda row: row.source)
        for source, same in groupby(by_source, key=lambda row: row.source):
            found[source].append(_visit(opened_at, list(same)))
    return dict(found)


def _batches(store: Store, moment: datetime, timezone: str) -> Iterator[tuple[datetime, Iterable[SeedAnswer]]]:
    since = moment - REMEMBERED
    live = [
        manifest
        for day in sealed_days(store, since=day_of(since, timezone))
        for manifest in sealed_batches(store, day)
        if manifest.origin == "live" and since <= manifest.opened_at <= moment
    ]
    for manifest in sorted(live, key=lambda manifest: manifest.opened_at):
        yield manifest.opened_at, read_announced(store, manifest)


def _visit(opened_at: datetime, rows: Sequence[SeedAnswer]) -> SourceVisit:
    read = [row for row in rows if row.reason in (None, Reason.UNCHANGED) and row.new is not None]
    return SourceVisit(
        at=opened_at,
        new=sum(row.new or 0 for row in read) if read else None,
        is_full=any(row.items >= FEWEST_ITEMS and (row.new or 0) >= NEARLY_ALL * row.items for row in read),
    )
