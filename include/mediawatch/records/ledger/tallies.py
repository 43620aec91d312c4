"""Tallies, which balance or do not exist: from outcome rows to them, and from them to the rows that are charted."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from mediawatch.errors import Corrupt
from mediawatch.records.ledger.outcome import STAGES, VISIT, Outcome
from mediawatch.records.reason import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """`received == passed + sum(lost.values()) + sum(pending.values())`, else ValueError.

    `lost` counts final reasons, `pending` retryable ones.
    """

    stage: str
    source: str
    received: int
    passed: int
    lost: Mapping[Reason, int] = field(default_factory=dict)
    pending: Mapping[Reason, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "lost", MappingProxyType(dict(self.lost)))
        object.__setattr__(self, "pending", MappingProxyType(dict(self.pending)))
        misplaced = [r for r in self.lost if not r.is_final] + [r for r in self.pending if r.is_final]
        if misplaced:
            raise ValueError(f"{self.stage}/{self.source}: reasons on the wrong side: {misplaced}")
        if min(self.received, self.passed, *self.lost.values(), *self.pending.values()) < 0:
            raise ValueError(f"{self.stage}/{self.source}: a count is negative")
        accounted = self.passed + sum(self.lost.values()) + sum(self.pending.values())
        if accounted != self.received:
            raise ValueError(f"{self.stage}/{self.source}: received {self.received}, accounted for {accounted}")


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """One line of the ledger as charted: a `stage` row with the sums, or a `reason` row with one reason's count."""

    day: date
    stage: str
    source: str
    kind: str
    received: int
    passed: int
    pending: int
    lost: int
    reason: str
    reason_class: str


def tallies(best: Mapping[str, Mapping[str, Outcome]]) -> list[Tally]:
    """Tallies per stage and source from {stage: {link_id: best outcome}}; each balances."""
    found: list[Tally] = []
    for stage in STAGES:
        by_source: defaultdict[str, Counter[Reason | None]] = defaultdict(Counter)
        for outcome in best.get(stage, {}).values():
            by_source[outcome.source][outcome.reason] += 1
        found += [_tally(stage, source, counts) for source, counts in sorted(by_source.items())]
    return found


def _tally(stage: str, source: str, counts: Counter[Reason | None]) -> Tally:
    reasons = {reason: count for reason, count in counts.items() if reason is not None}
    return Tally(
        stage=stage,
        source=source,
        received=counts.total(),
        passed=counts[None],
        lost={reason: count for reason, count in sorted(reasons.items()) if reason.is_final},
        pending={reason: count for reason, count in sorted(reasons.items()) if not reason.is_final},
    )


def visit_tallies(visits: Iterable[tuple[str, Reason | None]]) -> list[Tally]:
    """Tallies per source of the visits to seeds, from (source, reason); a reason of None means that it was read.

    Each visit counts, so a seed that failed in the morning and answered in the evening is visited once and failed
    once.
    """
    by_source: defaultdict[str, Counter[Reason | None]] = defaultdict(Counter)
    for source, reason in visits:
        by_source[source][reason] += 1
    return [_tally(VISIT, source, counts) for source, counts in sorted(by_source.items())]


def check_boundaries(best: Mapping[str, Mapping[str, Outcome]]) -> None:
    """Raise Corrupt unless each stage received exactly the links that passed the one before."""
    for before, after in itertools.pairwise(STAGES):
        passed = {link_id for link_id, outcome in best.get(before, {}).items() if outcome.reason is None}
        received = set(best.get(after, {}))
        if passed != received:
            strays = sorted(passed ^ received)[:3]
            raise Corrupt(
                f"the ledger does not close between {before} ({len(passed)} passed) and {after} "
                f"({len(received)} received); for example {', '.join(strays)}"
            )


def ledger_rows(day: date, found: Iterable[Tally]) -> list[LedgerRow]:
    """One `stage` row for each tally and one `reason` row for each reason in it."""
    rows: list[LedgerRow] = []
    for tally in found:
        rows.append(
            LedgerRow(
                day=day,
                stage=tally.stage,
                source=tally.source,
                kind="stage",
                received=tally.received,
                passed=tally.passed,
                pending=sum(tally.pending.values()),
                lost=sum(tally.lost.values()),
                reason="",
                reason_class="",
            )
        )
        rows += [_reason_row(day, tally, reason, count) for reason, count in {**tally.lost, **tally.pending}.items()]
    return rows


def _reason_row(day: date, tally: Tally, reason: Reason, count: int) -> LedgerRow:
    return LedgerRow(
        day=day,
        stage=tally.stage,
        source=tally.source,
        kind="reason",
        received=0,
        passed=0,
        pending=0 if reason.is_final else count,
        lost=count if reason.is_final else 0,
        reason=reason.value,
        reason_class=reason.kind.value,
    )
