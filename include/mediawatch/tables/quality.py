"""The tables of the audit: what it says of each article, and how each rule ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from mediawatch.records import QualityResult, Reason
from mediawatch.tables.declaration import Per, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The audit's word on one article revision; `reason` None means admitted."""

    link_id: str
    article_id: str
    revision: int
    source: str
    batch: str
    reason: Reason | None
    detail: str


VERDICTS: Final = Table(
    name="verdicts",
    stage="audit",
    row=Verdict,
    per=Per.DAY,
    sort_by=("link_id", "batch"),
    about="Whether an article is admitted, or why not.",
)
RULE_RESULTS: Final = Table(
    name="quality",
    stage="audit",
    row=QualityResult,
    per=Per.DAY,
    sort_by=("suite", "rule", "source"),
    about="How a rule of quality ended for a source, or for the day.",
)
