"""The tables of the ledger: where each link and each visit to a seed ended, counted at every stage boundary."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from mediawatch.records import Reason
from mediawatch.records.ledger import LedgerRow
from mediawatch.tables.declaration import Per, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class FinalOutcome:
    """Where one link of the day ended: the furthest stage it reached, and why it went no further."""

    day: date
    link_id: str
    source: str
    url: str
    title: str
    stage: str
    reason: Reason | None
    detail: str


Result = Literal["visited", "unchanged", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One visit of a run to a seed; `reason` says why it is not visited, `items` how many it announced.

    `is_pointer` marks one that only named further addresses, which is no news by itself.  `certificate_until` is when
    the certificate of its host ends, where one was shown.
    """

    day: date
    batch: str
    source: str
    url: str
    kind: str
    at: datetime
    reason: Reason | None
    detail: str
    items: int
    is_pointer: bool
    certificate_until: datetime | None = None

    @property
    def result(self) -> Result:
        """The one outcome."""
        if self.reason is None:
            return "visited"
        return "unchanged" if self.reason is Reason.UNCHANGED else "failed"

    @property
    def why(self) -> str:
        """The reason and its detail on one line."""
        word = self.reason.value if self.reason else ""
        return f"{word}: {self.detail}" if self.detail else word


BOUNDARIES: Final = Table(
    name="rows",
    stage="ledger",
    row=LedgerRow,
    per=Per.DAY,
    sort_by=("stage", "source", "kind", "reason"),
    about="Links received, passed, lost and pending at a stage, by source and by reason.",
)
FINAL_OUTCOMES: Final = Table(
    name="final_outcomes",
    formerly="fates",
    stage="ledger",
    row=FinalOutcome,
    per=Per.DAY,
    sort_by=("link_id",),
    about="Where a link of the day ended.",
)
VISITS: Final = Table(
    name="visits",
    stage="ledger",
    row=Visit,
    per=Per.DAY,
    sort_by=("batch", "source", "url"),
    about="One visit to a feed, sitemap or list page, and its result.",
)
VISIT_BOUNDARIES: Final = Table(
    name="seeds",
    formerly="seeds",
    stage="ledger",
    row=LedgerRow,
    per=Per.DAY,
    sort_by=("source", "kind", "reason"),
    about="Visits received, passed, lost and pending, by source and by reason.",
)
