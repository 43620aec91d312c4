"""What has to hold of the lake after each day, and of all days together."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import mean

from devsites import Newsroom
from mediawatch.delivery.outbox_status import outbox
from mediawatch.keywords.detect_stage import alerts_of
from mediawatch.lake.partitions import PartitionKey, current, read_rows
from mediawatch.lake.store import Store
from mediawatch.pipeline.closed import is_closed
from mediawatch.records.ledger import STAGES
from mediawatch.sources.urls import link_id
from mediawatch.tables.ledger import BOUNDARIES, FINAL_OUTCOMES
from tests.support.sinks import Posted

PARTS = 3
"""Processes of a day on which nothing was killed."""
FLAT = 1.15
"""What the last quarter of the days may take of memory and time, as a multiple of the quarter before."""
FORESEEN = 0.1
"""By how much of it the disk may be off what the days up to a third of them foretold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day as it was lived: `tries` of its parts, and what it left."""

    day: date
    fault: str
    tries: int
    links: int
    articles: int
    alerts: int
    megabytes: float
    seconds: float
    clock_seconds: float
    lake_megabytes: float


def troubles_of(store: Store, day: date, sites: Newsroom, first: date, until: timedelta) -> Iterator[str]:
    """What is wrong with a day that was closed: not closed, a ledger that does not balance, links lost or invented.

    `until` is when its last harvest was, after its midnight; the first day reaches further back.
    """
    if not is_closed(store, day):
        yield f"{day} is not closed"
        return
    yield from _unbalanced(store, day)
    reached = _admitted(store, day) | _admitted(store, day - timedelta(days=1))
    end = datetime.combine(day, datetime.min.time(), UTC) + until
    announced = [*sites.truth(day), *sites.truth(day - timedelta(days=1))]
    due = {link_id(one.url) for one in announced if one.outcome == "article" and _is_due(one.announced_at, end)}
    if day > first and (missing := due - reached):
        yield f"{day}: {len(missing)} of {len(due)} articles are not admitted"
    printed = (one for back in range(5) for one in sites.truth(day - timedelta(days=back)))
    known = {link_id(one.url) for one in printed if one.outcome == "article"}
    if invented := _admitted(store, day) - known:
        yield f"{day}: {len(invented)} articles are admitted that are none"


def _is_due(announced_at: datetime, end: datetime) -> bool:
    return end - timedelta(days=1) < announced_at <= end


def _admitted(store: Store, day: date) -> set[str]:
    """The links of a day that passed the audit."""
    receipt = current(store, PartitionKey(stage="ledger", day=day))
    rows = read_rows(store, receipt, FINAL_OUTCOMES) if receipt else ()
    return {row.link_id for row in rows if row.stage == "index"}


def _unbalanced(store: Store, day: date) -> Iterator[str]:
    """Stage boundaries of the day's ledger that do not balance, counted again from its rows."""
    receipt = current(store, PartitionKey(stage="ledger", day=day))
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in read_rows(store, receipt, BOUNDARIES) if receipt else ():
        if row.kind == "stage":
            counts[row.stage].update(received=row.received, passed=row.passed, stopped=row.lost + row.pending)
        else:
            counts[row.stage].update(reasons=row.lost + row.pending)
    for stage, found in counts.items():
        if found["received"] != found["passed"] + found["stopped"] or found["stopped"] != found["reasons"]:
            yield f"{day}: {stage} does not balance: {dict(found)}"
    for before, after in pairwise(STAGES):
        if counts[before]["passed"] != counts[after]["received"]:
            yield f"{day}: what passed {before} is not what {after} received"


def not_told_once(store: Store, days: Sequence[date], received: Sequence[Posted], at: datetime) -> Iterator[str]:
    """Alerts of `days` that were not told, or more than once; a message that came again under its own key is one."""
    told: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for posted in received:
        fields = posted.document
        for alert, step in zip(*(str(fields.get(name, "")).split(",") for name in ("alert_ids", "steps")), strict=True):
            if alert:
                told[alert, step].add(posted.key)
    for (alert, step), keys in told.items():
        if len(keys) > 1:
            yield f"alert {alert}, step {step}: {len(keys)} messages"
    rows = outbox(store, at)
    sent = {row.alert_id for row in rows if row.status == "sent"}
    yield from (f"{row.status}: {row.term} of {row.day}" for row in rows if row.status != "sent")
    found = ((day, alert) for day in days for alert in alerts_of(store, day))
    yield from (f"{day}: {alert.term} was not told" for day, alert in found if alert.alert_id not in sent)


def megabytes_below(folder: Path) -> float:
    """What the files below `folder` take."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6


def verdicts(days: Sequence[Day]) -> Mapping[str, tuple[float, float, bool]]:
    """{what: (before, after, whether it is as it should be)} of memory, time and disk.

    Memory and time are the means of the days of the last quarter, and of the quarter before, in which nothing was
    killed; the disk is what the days up to a third foretell of the last one, and what it is.
    """
    quarter = len(days) // 4
    quarters = days[-2 * quarter : -quarter], days[-quarter:]
    before, after = ([day for day in some if day.tries == PARTS] for some in quarters)
    found: dict[str, tuple[float, float, bool]] = {}
    for name in ("megabytes", "seconds"):
        earlier, later = (mean(getattr(day, name) for day in some) for some in (before, after))
        found[name] = earlier, later, later <= FLAT * earlier
    third = max(len(days) // 3, 2)
    start = third // 2
    a_day = (days[third - 1].lake_megabytes - days[start - 1].lake_megabytes) / (third - start)
    foreseen = days[third - 1].lake_megabytes + a_day * (len(days) - third)
    last = days[-1].lake_megabytes
    found["disk"] = foreseen, last, abs(last - foreseen) <= FORESEEN * foreseen
    return found
