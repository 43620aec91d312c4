"""The index of the ledger: one row a stage, source and day, and one more for each reason."""

from __future__ import annotations

from typing import Any

from mediawatch.records.ledger import LedgerRow
from mediawatch.search.fields import COUNT, COUNTED_AT, DAY, INSTANT, KEYWORD, noon_of, strict, without_blanks

MAPPING = strict(
    {
        "day": DAY,
        COUNTED_AT: INSTANT,
        "stage": KEYWORD,
        "source": KEYWORD,
        "kind": KEYWORD,
        "received": COUNT,
        "passed": COUNT,
        "pending": COUNT,
        "reason": KEYWORD,
        "reason_class": KEYWORD,
        "lost": COUNT,
        "waiting": COUNT,
    }
)


def ledger_id(row: LedgerRow) -> str:
    """The same for the same day, stage, source and reason, so that a rerun rewrites."""
    return f"{row.day}|{row.stage}|{row.source}|{row.reason}"


def ledger_document(row: LedgerRow) -> dict[str, Any]:
    """A ledger row as a document.

    Each number stands in one kind of row only, so that a sum over all rows counts nothing twice: `received`, `passed`
    and `pending` in `stage` rows; `lost` (final reasons) and `waiting` (retryable ones) in `reason` rows.
    """
    key = {
        "day": row.day.isoformat(),
        COUNTED_AT: noon_of(row.day).isoformat(timespec="milliseconds"),
        "stage": row.stage,
        "source": row.source,
        "kind": row.kind,
    }
    if row.kind == "stage":
        return {**key, "received": row.received, "passed": row.passed, "pending": row.pending}
    count = {"waiting": row.pending} if row.pending else {"lost": row.lost}
    return without_blanks({**key, "reason": row.reason, "reason_class": row.reason_class, **count})
