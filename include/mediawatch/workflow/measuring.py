"""The metrics of the newsroom as the lake has them now, by the functions that answer commands and pages as well.

One part that cannot be read costs its own metrics and no others, and is named by `mediawatch_part_readable`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Final

from mediawatch import __version__
from mediawatch.context import Context
from mediawatch.delivery.outbox_status import OutboxRow, outbox
from mediawatch.delivery.recipients import read_recipients
from mediawatch.errors import MediawatchError
from mediawatch.keywords.watching.watchlist import RECIPIENTS
from mediawatch.lake.leases import held_leases
from mediawatch.lake.partitions import PartitionKey, current
from mediawatch.monitoring.metrics import (
    ALERTS,
    BUILD,
    DAYS_LACKING,
    DISK,
    LATE,
    LEASES,
    LINKS,
    LINKS_DUE,
    MOST_SOURCES,
    NEWEST_ARTICLE,
    NEWEST_HARVEST,
    OTHERS,
    OUTBOX,
    OUTBOX_OLDEST,
    READABLE,
    REASONS,
    SOURCE_LINKS,
    SOURCE_VISITS,
    SOURCES,
    Sample,
)
from mediawatch.workflow.day_states import day_states
from mediawatch.workflow.freshness import free_bytes, signs_of_life
from mediawatch.workflow.ledger import boundaries_on
from mediawatch.workflow.punctuality import alerts_by_time, links_due, newest_article_at, newest_harvest_at
from mediawatch.workflow.reporting import SourceDay, day_summary
from mediawatch.workflow.source_health import health_on, last_judged

OUTBOX_DAYS: Final = 7
_WAY: Final = ("announced", "known", "fetched", "extracted", "admitted", "indexed", "pending", "lost")
_UNSENT: Final = frozenset({"waiting", "retrying", "sending"})


def measured(context: Context) -> list[Sample]:
    """Every series with its value now."""
    found = [Sample(metric=BUILD, labels=(__version__,), value=1)]
    for name, part in _parts(context).items():
        try:
            samples = list(part())
        except (MediawatchError, OSError):
            samples, is_read = [], False
        else:
            is_read = True
        found += [*samples, Sample(metric=READABLE, labels=(name,), value=is_read)]
    return found


def _ledger(context: Context) -> Iterator[Sample]:
    for said, day in (("today", context.today), ("yesterday", context.today - timedelta(days=1))):
        ways: Counter[tuple[str, str]] = Counter()
        reasons: Counter[tuple[str, str, str]] = Counter()
        for row in boundaries_on(context.store, day) or ():
            if row.kind == "reason":
                reasons[row.stage, row.reason, row.reason_class] += row.lost + row.pending
                continue
            for way in ("received", "passed", "pending", "lost"):
                ways[row.stage, way] += getattr(row, way)
        yield from (Sample(metric=LINKS, labels=(said, *key), value=count) for key, count in ways.items())
        yield from (Sample(metric=REASONS, labels=(said, *key), value=count) for key, count in reasons.items())


def _source_links(context: Context) -> Iterator[Sample]:
    """Today's ledger by source; the sources with most links by name."""
    if current(context.store, PartitionKey(stage="ledger", day=context.today)) is None:
        return
    *lines, _ = day_summary(context, context.today)
    lines.sort(key=lambda line: (-line.announced, line.source))
    for name, some in _named(lines):
        for way in _WAY:
            yield Sample(metric=SOURCE_LINKS, labels=(name, way), value=sum(getattr(line, way) for line in some))
        for way in ("visits", "failed"):
            count = sum(getattr(line, way) or 0 for line in some)
            yield Sample(metric=SOURCE_VISITS, labels=(name, way), value=count)


def _named(lines: list[SourceDay]) -> Iterator[tuple[str, list[SourceDay]]]:
    yield from ((line.source, [line]) for line in lines[:MOST_SOURCES])
    if lines[MOST_SOURCES:]:
        yield OTHERS, lines[MOST_SOURCES:]


def _sources(context: Context) -> Iterator[Sample]:
    day = last_judged(context.store, context.today)
    states = Counter(row.state for row in health_on(context.store, day)) if day else {}
    return (Sample(metric=SOURCES, labels=(state,), value=count) for state, count in sorted(states.items()))


def _punctuality(context: Context) -> Iterator[Sample]:
    due = links_due(context)
    yield Sample(metric=LINKS_DUE, labels=("due",), value=due.due)
    yield Sample(metric=LINKS_DUE, labels=("admitted",), value=due.admitted)
    for metric, at in ((NEWEST_ARTICLE, newest_article_at(context)), (NEWEST_HARVEST, newest_harvest_at(context))):
        if at is not None:
            yield Sample(metric=metric, value=at.timestamp())


def _late(context: Context) -> Iterator[Sample]:
    return (Sample(metric=LATE, labels=(sign.name,), value=bool(sign.late)) for sign in signs_of_life(context))


def _days(context: Context) -> Iterator[Sample]:
    lacks = Counter(lack for state in day_states(context) for lack in state.lacks)
    return (Sample(metric=DAYS_LACKING, labels=(lack,), value=count) for lack, count in sorted(lacks.items()))


def _messages(rows: Sequence[OutboxRow]) -> Iterator[Sample]:
    counts = Counter(row.status for row in rows)
    yield from (Sample(metric=OUTBOX, labels=(status,), value=count) for status, count in sorted(counts.items()))
    for status, at in sorted(_oldest(rows).items()):
        yield Sample(metric=OUTBOX_OLDEST, labels=(status,), value=at.timestamp())


def _alerts(context: Context, rows: Sequence[OutboxRow]) -> Iterator[Sample]:
    recipients = read_recipients(context.settings.watchlists_dir / RECIPIENTS)
    for told, count in alerts_by_time(context, rows, recipients).items():
        yield Sample(metric=ALERTS, labels=(told,), value=count)


def _since(context: Context) -> date:
    return context.today - timedelta(days=OUTBOX_DAYS)


def _oldest(rows: Iterable[OutboxRow]) -> dict[str, datetime]:
    found: dict[str, datetime] = {}
    for row in rows:
        if row.status in _UNSENT:
            found[row.status] = min(row.at, found.get(row.status, row.at))
    return found


def _machine(context: Context) -> Iterator[Sample]:
    yield from (Sample(metric=DISK, labels=(disk,), value=free) for disk, free in free_bytes(context).items())
    works = Counter(name.partition("/")[0] for name in held_leases(context.store, context.clock()))
    yield from (Sample(metric=LEASES, labels=(work,), value=count) for work, count in sorted(works.items()))


def _parts(context: Context) -> dict[str, Callable[[], Iterator[Sample]]]:
    """{name: what reads that part}; the outbox is read once for the two that tell of it."""
    rows = cache(lambda: outbox(context.store, context.clock(), since=_since(context)))
    return {
        "ledger": lambda: _ledger(context),
        "source_links": lambda: _source_links(context),
        "sources": lambda: _sources(context),
        "punctuality": lambda: _punctuality(context),
        "late": lambda: _late(context),
        "days": lambda: _days(context),
        "messages": lambda: _messages(rows()),
        "alerts": lambda: _alerts(context, rows()),
        "machine": lambda: _machine(context),
    }
