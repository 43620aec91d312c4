"""Outcome rows: the unit of the ledger is one link on one day at one stage, and its best attempt counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from mediawatch.records.reason import Reason, ReasonClass

STAGES = ("discover", "fetch", "extract", "audit", "index")
"""The stage boundaries of the walk, in order: what passes one is what the next receives."""

VISIT = "visit"
"""The stage boundary before the walk, whose unit is one visit to a seed: received = visited + unchanged + failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one attempt of `stage` made of a link: `reason` None means that it passed."""

    day: date
    batch: str
    stage: str
    link_id: str
    source: str
    reason: Reason | None
    detail: str = ""

    @property
    def is_pending(self) -> bool:
        """Whether a later run tries again."""
        return self.reason is not None and not self.reason.is_final


def _rank(outcome: Outcome) -> tuple[int, str, str]:
    """Lower is better.  A decision beats "not yet"; "known already" only says that another attempt decided."""
    reason = outcome.reason
    if reason is None:
        grade = 0
    elif reason is Reason.KNOWN_ALREADY:
        grade = 4
    else:
        grade = {ReasonClass.FAULT: 1, ReasonClass.POLICY: 2, ReasonClass.RETRYABLE: 3}[reason.kind]
    return grade, outcome.batch, outcome.source


def best_by_link(outcomes: Iterable[Outcome]) -> dict[str, Outcome]:
    """The best attempt for each link id: passed, then decided, then pending, then "known already".

    Expects rows of one day and stage; among equals the earliest batch wins, so the order of rows does not matter.
    """
    best: dict[str, Outcome] = {}
    for outcome in outcomes:
        held = best.get(outcome.link_id)
        if held is None or _rank(outcome) < _rank(held):
            best[outcome.link_id] = outcome
    return best
