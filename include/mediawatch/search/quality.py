"""The index of audit results: one row a day, suite, rule and source."""

from __future__ import annotations

from typing import Any

from mediawatch.records import QualityResult
from mediawatch.search.fields import COUNT, COUNTED_AT, DAY, FLAG, FLAG_AS_NUMBER, INSTANT, KEYWORD, document_of, strict

MAPPING = strict(
    {
        "day": DAY,
        COUNTED_AT: INSTANT,
        "suite": KEYWORD,
        "rule": KEYWORD,
        "source": KEYWORD,
        "severity": KEYWORD,
        "observed": KEYWORD,
        "expected": KEYWORD,
        "checked": COUNT,
        "failed": COUNT,
        "is_passed": FLAG,
        "passed": FLAG_AS_NUMBER,
    }
)


def quality_id(row: QualityResult) -> str:
    """The same for the same day, suite, rule and source, so that a rerun rewrites."""
    return f"{row.day}|{row.suite}|{row.rule}|{row.source}"


def quality_document(row: QualityResult) -> dict[str, Any]:
    """An audit result as a document."""
    return document_of(row, MAPPING, passed=int(row.is_passed))
