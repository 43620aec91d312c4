"""The tables of the audit: what it says of each article, and how each rule ended."""

from __future__ import annotations

from dataclasses import dataclass

from mediawatch.records import Reason


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
