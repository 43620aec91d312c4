"""Today, as far as it is built: which sources have brought less than they had by this hour on other days.

Sources are judged when a day is closed.  Whoever asks before that is answered by the articles that were first seen
until the last full mark of the clock (3, 6, ... 21 hours), against those of other days until the same mark.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from mediawatch.context import Context
from mediawatch.errors import Corrupt
from mediawatch.lake.batches import sealed_batches
from mediawatch.lake.partitions import current, partition_days, read_rows
from mediawatch.lake.store import Store
from mediawatch.quality.judging import HISTORY_DAYS
from mediawatch.quality.source_health import MARKS, findings_on, until
from mediawatch.records import Source
from mediawatch.tables.health import FIGURES, SourceFigure, SourceFinding
from mediawatch.workflow.ledger import batches_on, visits_on
from mediawatch.workflow.source_health import figures_on, health_key, holidays_before

WINDOW = timedelta(days=HISTORY_DAYS)
BETWEEN = timedelta(hours=3)
"""Between two marks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SoFar:
    """What is known of today until `hour`: how many sources were `judged`, and those that are `behind`."""

    hour: int
    judged: int
    behind: list[SourceFinding]


def so_far(context: Context) -> SoFar | None:
    """Today's sources until the last mark that is built; None where no mark is yet.  Raises Corrupt.

    Judged is who answered shortly before the mark (`_patience`): what was not asked for is nobody's fault.
    """
    day, zone = context.today, ZoneInfo(context.settings.timezone)
    asked = _last_asked(context, day, zone)
    if asked is None:
        return None
    hour, sources = asked
    today = [f for f in figures_on(context, day) if f.metric == until(hour) and f.source in sources]
    known = [*_kept(context.store, day, until(hour)), *today]
    findings = findings_on(day, known, holidays_before(context, day))
    return SoFar(
        hour=hour,
        judged=sum(finding.verdict != "unknown" for finding in findings),
        behind=[finding for finding in findings if _is_behind(finding)],
    )


def _is_behind(finding: SourceFinding) -> bool:
    """Whether it is told as silent or low and is so now: it stands so for a usual day longer, so as not to flicker."""
    is_below = finding.observed == 0 or (finding.low is not None and finding.observed < finding.low)
    return finding.standing in ("silent", "low") and is_below


def _last_asked(context: Context, day: date, zone: ZoneInfo) -> tuple[int, set[str]] | None:
    """The last mark before which no harvest waits to be built, and the sources that answered shortly before it."""
    built = batches_on(context.store, day)
    waiting = [batch.opened_at for batch in sealed_batches(context.store, day) if batch.batch not in built]
    upto = min([context.clock(), *waiting])
    answered = [visit for visit in visits_on(context.store, day) or () if visit.result != "failed"]
    patience = {source.name: _patience(source) for source in context.catalogue.sources}
    for mark in reversed(MARKS):
        end = datetime.combine(day, time(mark), zone)
        sources = {v.source for v in answered if end - patience.get(v.source, BETWEEN) <= v.at < end}
        if end <= upto and sources:
            return mark, sources
    return None


def _patience(source: Source) -> timedelta:
    """How long before a mark a source may have answered last: its interval, an hour at least and three at most."""
    return min(max(timedelta(hours=source.cadence.interval_hours), timedelta(hours=1)), BETWEEN)


def _kept(store: Store, day: date, metric: str) -> Iterator[SourceFigure]:
    """The figures of this name that closed days before `day` have; a damaged day is left out."""
    for on in partition_days(store, "health", since=day - WINDOW):
        try:
            receipt = current(store, health_key(on)) if on < day else None
            rows = list(read_rows(store, receipt, FIGURES)) if receipt else []
        except Corrupt:
            continue
        yield from (row for row in rows if row.metric == metric)
