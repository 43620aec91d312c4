"""The index of runs: one row for each time a stage was run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from mediawatch.search.fields import COUNT, COUNTED_AT, DAY, FLAG, FLAG_AS_NUMBER, INSTANT, KEYWORD, document_of, strict

MAPPING = strict(
    {
        "run_key": KEYWORD,
        "stage": KEYWORD,
        "day": DAY,
        COUNTED_AT: INSTANT,
        "batch": KEYWORD,
        "started_at": INSTANT,
        "ended_at": INSTANT,
        "duration_seconds": {"type": "double"},
        "is_passed": FLAG,
        "passed": FLAG_AS_NUMBER,
        "detail": KEYWORD,
        "received": COUNT,
        "delivered": COUNT,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """One run of one stage; `received` and `delivered` count its inputs and outputs, `detail` says what went wrong."""

    run_key: str
    stage: str
    day: date
    batch: str
    started_at: datetime
    ended_at: datetime
    is_passed: bool
    detail: str
    received: int
    delivered: int


def run_id(row: RunRow) -> str:
    """The same for the same run, stage, day and batch: a retry of the run replaces its row."""
    return f"{row.run_key}|{row.stage}|{row.day}|{row.batch}"


def run_document(row: RunRow) -> dict[str, Any]:
    """A run as a document."""
    seconds = (row.ended_at - row.started_at).total_seconds()
    return document_of(row, MAPPING, duration_seconds=seconds, passed=int(row.is_passed))
