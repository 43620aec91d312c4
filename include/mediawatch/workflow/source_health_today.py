"""Today, as far as it is built: which sources have brought less than they had by this hour on other days.

Sources are judged when a day is closed.  Whoever asks before that is answered by the articles that were first seen
until the last full mark of the clock (3, 6, ... 21 hours), against those of other days until the same mark.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from mediawatch.context import Context
from mediawatch.errors import Corrupt
from mediawatch.lake.batches import sealed_batches
from mediawatch.lake.partitions import PartitionKey, current, partition_days, read_columns
from mediawatch.lake.store import Store
from mediawatch.quality.judging import HISTORY_DAYS
from mediawatch.quality.source_health import MARKS, findings_on, holidays_of, until
from mediawatch.tables.health import FIGURES, SourceFigure, SourceFinding
from mediawatch.workflow.source_health import figures_on, health_key

WINDOW = timedelta(days=HISTORY_DAYS)
COLUMNS = ["day", "source", "metric", "value"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SoFar:
    """What is known of today until `hour`: how many sources were `judged`, and those that are `behind`."""

    hour: int
    judged: int
    behind: list[SourceFinding]


def so_far(context: Context) -> SoFar | None:
    """Today's sources until the last mark that is built; None where no mark is yet."""
    hour = _last_mark(context)
    if hour is None:
        return None
    day = context.today
    today = [figure for figure in figures_on(context, day) if figure.metric == until(hour)]
    known = [*_kept(context.store, day, until(hour)), *today]
    countries = {source.name: source.country for source in context.catalogue.sources}
    findings = findings_on(day, known, holidays_of(countries, day - WINDOW, day))
    return SoFar(
        hour=hour,
        judged=sum(finding.verdict != "unknown" for finding in findings),
        behind=[finding for finding in findings if finding.standing in ("silent", "low")],
    )


def _last_mark(context: Context) -> int | None:
    """The last mark that today's newest built harvest lies behind, and before which no harvest waits to be built."""
    day, zone = context.today, ZoneInfo(context.settings.timezone)
    receipt = current(context.store, PartitionKey(stage="ledger", day=day))
    live = [batch for batch in sealed_batches(context.store, day) if batch.origin == "live"]
    built = {name.removeprefix("batch ") for name in receipt.inputs} if receipt else set()
    hours = {batch.batch: batch.opened_at.astimezone(zone).hour for batch in live}
    newest = max((hour for name, hour in hours.items() if name in built), default=-1)
    waiting = min((hour for name, hour in hours.items() if name not in built), default=24)
    return max((mark for mark in MARKS if mark <= min(newest, waiting)), default=None)


def _kept(store: Store, day: date, metric: str) -> Iterator[SourceFigure]:
    """The figures of this name that closed days before `day` have; a damaged day is left out."""
    import pyarrow.compute as pc

    for on in partition_days(store, "health", since=day - WINDOW):
        try:
            receipt = current(store, health_key(on)) if on < day else None
            rows = read_columns(store, receipt, FIGURES, COLUMNS) if receipt else None
        except Corrupt:
            continue
        if rows is not None:
            yield from (SourceFigure(**row) for row in rows.filter(pc.field("metric") == metric).to_pylist())
