"""The ledger as people read it: one line a source, and the links that did not get through."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from mediawatch.errors import BadRequest
from mediawatch.lake.batches import BatchManifest
from mediawatch.lake.partitions import PartitionKey, current, read_rows
from mediawatch.ledger import LedgerRow, Outcome
from mediawatch.records import Reason, ReasonClass
from mediawatch.stages.account import Fate
from mediawatch.stages.memory import read_table
from mediawatch.stages.newsroom import Newsroom
from mediawatch.stages.rows import Candidate

ALL = "all sources"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceDay:
    """A source's day in links; `lost` counts faults only, `why` names every reason but "known already"."""

    source: str
    announced: int
    known: int
    fetched: int
    extracted: int
    admitted: int
    indexed: int
    pending: int
    lost: int
    why: str


def day_summary(newsroom: Newsroom, day: date) -> list[SourceDay]:
    """One row a source, sorted by name, and a last row for all of them.  Raises BadRequest without a ledger."""
    rows = _ledger(newsroom, day)
    sources = sorted({row.source for row in rows})
    return [*(_source_day(name, [r for r in rows if r.source == name]) for name in sources), _source_day(ALL, rows)]


def sums(newsroom: Newsroom, day: date) -> dict[str, int]:
    """The day's links by what became of them, over all sources; empty where there is no ledger yet.

    What is held back is pending as well.
    """
    if current(newsroom.store, PartitionKey(stage="ledger", day=day)) is None:
        return {}
    everything = day_summary(newsroom, day)[-1]
    held = sum(row.pending for row in _ledger(newsroom, day) if row.reason == Reason.HELD_BACK.value)
    names = ("announced", "admitted", "indexed", "pending", "lost")
    return {name: getattr(everything, name) for name in names} | {"held": held}


def fell_short(newsroom: Newsroom, manifest: BatchManifest) -> dict[str, int]:
    """The links of a sealed batch that were not fetched, by fault (`lost`) or not yet (`pending`)."""
    reasons = [row.reason for row in read_table(newsroom.store, manifest, "candidates", Candidate)]
    reasons += [row.reason for row in read_table(newsroom.store, manifest, "fetch", Outcome)]
    found = [reason for reason in reasons if reason is not None]
    lost = sum(reason.kind is ReasonClass.FAULT for reason in found)
    return {"lost": lost, "pending": sum(not reason.is_final for reason in found)}


def unfinished(newsroom: Newsroom, day: date) -> list[Fate]:
    """The day's links that were lost or are pending; neither policy nor articles waiting for the index count."""
    receipt = current(newsroom.store, PartitionKey(stage="ledger", day=day))
    if receipt is None:
        raise _no_ledger(day)
    fates = read_rows(newsroom.store, receipt, "fates", Fate)
    return [
        fate
        for fate in fates
        if fate.reason not in (None, Reason.NOT_INDEXED_YET) and fate.reason.kind is not ReasonClass.POLICY
    ]


def _ledger(newsroom: Newsroom, day: date) -> list[LedgerRow]:
    receipt = current(newsroom.store, PartitionKey(stage="ledger", day=day))
    if receipt is None:
        raise _no_ledger(day)
    return list(read_rows(newsroom.store, receipt, "rows", LedgerRow))


def _no_ledger(day: date) -> BadRequest:
    return BadRequest(f"{day} has no ledger yet: `mediawatch build --day {day}` makes it.")


def _source_day(name: str, rows: Iterable[LedgerRow]) -> SourceDay:
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
    others = Counter({reason: count for reason, count in reasons.items() if reason is not Reason.KNOWN_ALREADY})
    return SourceDay(
        source=name,
        announced=announced,
        known=reasons[Reason.KNOWN_ALREADY],
        fetched=passed["fetch"],
        extracted=passed["extract"],
        admitted=passed["audit"],
        indexed=passed["index"],
        pending=sum(count for reason, count in reasons.items() if not reason.is_final),
        lost=sum(faults.values()),
        why=", ".join(f"{reason.value} {count}" for reason, count in others.most_common()),
    )
