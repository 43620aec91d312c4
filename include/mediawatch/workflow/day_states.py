"""Every day at a glance: how far it is, what is missing, and the command that repairs it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, Literal

from mediawatch.context import Context, Report, prefixed
from mediawatch.errors import Corrupt, Unavailable
from mediawatch.harvest.harvesting import unsealed_batches
from mediawatch.keywords.evaluations import evaluations_of
from mediawatch.lake.batches import sealed_batches, sealed_days
from mediawatch.lake.folders import is_fact
from mediawatch.lake.partitions import PartitionKey, current, read_rows
from mediawatch.lake.store import Store
from mediawatch.pipeline.closed import day_by_day, is_closed
from mediawatch.quality.audit_stage import is_held
from mediawatch.quality.decisions import decisions_of
from mediawatch.tables.quality import RULE_RESULTS
from mediawatch.workflow.closing import close_day, days_to_build, days_to_close, days_waiting, serve_day
from mediawatch.workflow.reporting import sums
from mediawatch.workflow.runner import build_day
from mediawatch.workflow.watch import days_to_watch, watch_day

SHOWN_DAYS: Final = 14

Lack = Literal["harvest", "seal", "build", "gate", "index", "evaluation", "close", "readable"]
"""What a day can lack, each with a message `lack.<name>`.

`harvest`: nothing was harvested; `seal`: a harvest was left open; `gate`: the audit holds the day back; `readable`: a
fact or table of it is damaged.
"""
_REPAIRS: Final[dict[Lack, str]] = {
    "harvest": "mediawatch import-warc FILE",
    "seal": "mediawatch close --day {day}",
    "build": "mediawatch build --day {day}",
    "gate": "mediawatch quarantine list --day {day}",
    "index": "mediawatch index --day {day}",
    "evaluation": "mediawatch watch run --day {day}",
    "close": "mediawatch close --day {day}",
    "readable": "mediawatch verify --day {day}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DayState:
    """A day's links by what became of them (None before its ledger), and what it `lacks`, the first step first."""

    day: date
    batches: int
    announced: int | None = None
    admitted: int | None = None
    indexed: int | None = None
    pending: int | None = None
    lost: int | None = None
    evaluations: int = 0
    is_closed: bool = False
    is_today: bool = False
    lacks: tuple[Lack, ...] = ()

    @property
    def repair(self) -> str:
        """The command for what is lacking first; "" where nothing is."""
        return _REPAIRS[self.lacks[0]].format(day=self.day) if self.lacks else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """What is to be done in the whole lake."""

    to_build: Collection[date]
    to_watch: Collection[date]
    to_close: Collection[date]
    waiting: Collection[date] = field(default=())


def day_states(context: Context, *, days: int = SHOWN_DAYS) -> list[DayState]:
    """The last `days` days since the first harvest, today included, newest first."""
    first = context.today - timedelta(days=days - 1)
    known = sealed_days(context.store)
    if not known:
        return []
    work = _Work(
        to_build=set(days_to_build(context)),
        to_watch=set(days_to_watch(context)),
        to_close=set(days_to_close(context, context.clock)),
        waiting=set(_waiting(context)),
    )
    start = max(first, known[0])
    span = [start + timedelta(days=number) for number in range((context.today - start).days + 1)]
    return [_state(context, day, work) for day in reversed(span)]


def _waiting(context: Context) -> list[date]:
    """Days that are not in the index; none without one, or while it does not answer, which doctor tells."""
    if not context.settings.elasticsearch_url:
        return []
    try:
        return days_waiting(context)
    except Unavailable:
        return []


def _state(context: Context, day: date, work: _Work) -> DayState:
    try:
        return _readable_state(context, day, work)
    except Corrupt as error:
        # What is derived is made again by the build; a fact has to be restored.
        lack: Lack = "build" if error.key and not is_fact(error.key) else "readable"
        return DayState(day=day, batches=0, is_today=day == context.today, lacks=(lack,))


def _readable_state(context: Context, day: date, work: _Work) -> DayState:
    decisions_of(context.store, day)  # damage there is told, not met by the next build
    counts = sums(context, day)
    batches = len(sealed_batches(context.store, day))
    lacks = tuple(_lacks(context, day, work, batches))
    return DayState(
        day=day,
        batches=batches,
        announced=counts.get("announced"),
        admitted=counts.get("admitted"),
        indexed=counts.get("indexed"),
        pending=counts.get("pending"),
        lost=counts.get("lost"),
        evaluations=len(evaluations_of(context.store, day)),
        is_closed=is_closed(context.store, day),
        is_today=day == context.today,
        lacks=lacks,
    )


def _lacks(context: Context, day: date, work: _Work, batches: int) -> Iterator[Lack]:
    if day < context.today:
        if list(unsealed_batches(context, day)):
            yield "seal"
        elif not batches:
            yield "harvest"
    if day in work.to_build or (batches and day < context.today and not _is_whole(context.store, day)):
        yield "build"
    if _is_held(context, day):
        yield "gate"
        return
    if day in work.waiting:
        yield "index"
    if day in work.to_watch:
        yield "evaluation"
    if day in work.to_close and batches:
        yield "close"


def _is_whole(store: Store, day: date) -> bool:
    """Whether what stands on the day's facts is there: a closed day may have lost it."""
    return all(current(store, PartitionKey(stage=stage, day=day)) for stage in ("audit", "cluster", "ledger"))


def _is_held(context: Context, day: date) -> bool:
    receipt = current(context.store, PartitionKey(stage="audit", day=day))
    return receipt is not None and is_held(read_rows(context.store, receipt, RULE_RESULTS))


_BY_MACHINE: Final[frozenset[Lack]] = frozenset({"seal", "build", "index", "evaluation", "close"})


def repair_days(context: Context, states: Collection[DayState], report: Report) -> dict[date, Exception]:
    """Do what the days lack as far as a machine can: build, close, index and evaluate them, the oldest first.

    What is held back, damaged or was never harvested waits for a person.  What stopped each day that did not come
    through.
    """
    by_day = {state.day: set(state.lacks) for state in states}

    def work(day: date) -> None:
        lacks, say = by_day[day], prefixed(report, day)
        if lacks & {"seal", "close"} or (lacks & {"build"} and day < context.today):
            close_day(context, day, say)
        elif "build" in lacks:
            build_day(context, day, say)
        if "index" in lacks:
            serve_day(context, day, say)
        if lacks & {"seal", "build", "evaluation"}:
            watch_day(context, day, say)

    return day_by_day(sorted(day for day, lacks in by_day.items() if lacks & _BY_MACHINE), work, report)
