"""The ledger as people read it: one line a source, and the links and seeds that did not get through."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from mediawatch.context import Context
from mediawatch.errors import BadRequest
from mediawatch.harvest.visits import SeedDay, by_seed, visits_of
from mediawatch.lake.batches import BatchManifest, read_batch_rows
from mediawatch.lake.partitions import PartitionKey, current, read_rows
from mediawatch.records import Reason, ReasonClass
from mediawatch.records.ledger import LedgerRow
from mediawatch.tables.harvest import CANDIDATES, FETCHED
from mediawatch.tables.ledger import FINAL_OUTCOMES, FinalOutcome, Visit
from mediawatch.workflow.ledger import boundaries_on, visits_on

ALL = "all sources"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceDay:
    """A source's day in links; `lost` counts faults only, `why` names every reason but "known already".

    `visits` to its seeds and how many `failed`, whose reasons `why` names first; None in a ledger of an older
    version, which does not know.
    """

    source: str
    visits: int | None = None
    failed: int | None = None
    announced: int
    known: int
    fetched: int
    extracted: int
    admitted: int
    indexed: int
    pending: int
    lost: int
    why: str


def day_summary(context: Context, day: date) -> list[SourceDay]:
    """One row a source, sorted by name, and a last row for all of them.  Raises BadRequest without a ledger."""
    rows, visits = _ledger(context, day), visits_on(context.store, day)
    sources = sorted({row.source for row in rows} | {visit.source for visit in visits or ()})
    lines = [
        _source_day(
            name,
            [row for row in rows if row.source == name],
            None if visits is None else [visit for visit in visits if visit.source == name],
        )
        for name in sources
    ]
    return [*lines, _source_day(ALL, rows, visits)]


def sums(context: Context, day: date) -> dict[str, int]:
    """The day's links by what became of them, over all sources; empty where there is no ledger yet.

    What is held back is pending as well.
    """
    if current(context.store, PartitionKey(stage="ledger", day=day)) is None:
        return {}
    everything = day_summary(context, day)[-1]
    held = sum(row.pending for row in _ledger(context, day) if row.reason == Reason.HELD_BACK.value)
    names = ("announced", "admitted", "indexed", "pending", "lost")
    return {name: getattr(everything, name) for name in names} | {"held": held}


def fell_short(context: Context, manifest: BatchManifest) -> dict[str, int]:
    """The links of a sealed batch that were not fetched, by fault (`lost`) or not yet (`pending`); and how many of its
    seeds failed."""
    reasons = [row.reason for row in read_batch_rows(context.store, manifest, CANDIDATES)]
    reasons += [row.reason for row in read_batch_rows(context.store, manifest, FETCHED)]
    found = [reason for reason in reasons if reason is not None]
    lost = sum(reason.kind is ReasonClass.FAULT for reason in found)
    failed = sum(visit.result == "failed" for visit in visits_of(context.store, manifest))
    return {
        "lost": lost,
        "pending": sum(not reason.is_final for reason in found),
        "seeds_failed": failed,
    }


def unfinished(context: Context, day: date, *, with_policy: bool = False) -> list[FinalOutcome]:
    """The day's links that were lost or are pending; neither policy nor articles waiting for the index count.

    `with_policy` counts what was left out on purpose too, but for links that were known already.
    """
    left_out = {None, Reason.NOT_INDEXED_YET, *([Reason.KNOWN_ALREADY] if with_policy else ())}
    receipt = current(context.store, PartitionKey(stage="ledger", day=day))
    if receipt is None:
        raise _no_ledger(day)
    outcomes = read_rows(context.store, receipt, FINAL_OUTCOMES)
    return [
        outcome
        for outcome in outcomes
        if outcome.reason not in left_out and (with_policy or not _is_policy(outcome.reason))
    ]


def _is_policy(reason: Reason | None) -> bool:
    return reason is not None and reason.kind is ReasonClass.POLICY


def failed_seeds(context: Context, day: date) -> list[SeedDay]:
    """The seeds that failed in a harvest of the day; none where the ledger does not know."""
    return [found for found in by_seed(visits_on(context.store, day) or ()) if found.failed]


def _ledger(context: Context, day: date) -> list[LedgerRow]:
    rows = boundaries_on(context.store, day)
    if rows is None:
        raise _no_ledger(day)
    return rows


def _no_ledger(day: date) -> BadRequest:
    return BadRequest(f"{day} has no ledger yet: `mediawatch build --day {day}` makes it.")


def _source_day(name: str, rows: Iterable[LedgerRow], visits: Sequence[Visit] | None) -> SourceDay:
    passed: Counter[str] = Counter()
    reasons: Counter[Reason] = Counter()
    announced = 0
    for row in rows:
        if row.kind == "reason":
            reasons[Reason(row.reason)] += row.lost + row.pending  # type: ignore[call-arg]
            continue
        passed[row.stage] += row.passed
        announced += row.received if row.stage == "discover" else 0
    faults = {reason: count for reason, count in reasons.items() if reason.kind is ReasonClass.FAULT}
    others: Counter[Reason] = Counter(
        {reason: count for reason, count in reasons.items() if reason is not Reason.KNOWN_ALREADY}
    )
    failures = _failures(visits or ())
    return SourceDay(
        source=name,
        visits=None if visits is None else len(visits),
        failed=None if visits is None else failures.total(),
        announced=announced,
        known=reasons[Reason.KNOWN_ALREADY],
        fetched=passed["fetch"],
        extracted=passed["extract"],
        admitted=passed["audit"],
        indexed=passed["index"],
        pending=sum(count for reason, count in reasons.items() if not reason.is_final),
        lost=sum(faults.values()),
        why="; ".join(part for part in (f"seeds: {_listed(failures)}" if failures else "", _listed(others)) if part),
    )


def _failures(visits: Iterable[Visit]) -> Counter[Reason]:
    found: Counter[Reason] = Counter()
    for visit in visits:
        if visit.reason is not None and visit.result == "failed":
            found[visit.reason] += 1
    return found


def _listed(reasons: Counter[Reason]) -> str:
    return ", ".join(f"{reason.value} {count}" for reason, count in reasons.most_common())
