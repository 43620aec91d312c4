"""The indices of sources' health: how each source was on a day, and each of its figures against its bounds."""

from __future__ import annotations

from typing import Any

from mediawatch.search.fields import COUNT, COUNTED_AT, DAY, INSTANT, KEYWORD, NUMBER, document_of, strict
from mediawatch.tables.health import SourceFinding, SourceHealth

MAPPING = strict(
    {
        "day": DAY,
        COUNTED_AT: INSTANT,
        "source": KEYWORD,
        "state": KEYWORD,
        "since_on": DAY,
        "was": KEYWORD,
        "metric": KEYWORD,
        "detail": KEYWORD,
    }
)
FIGURES_MAPPING = strict(
    {
        "day": DAY,
        COUNTED_AT: INSTANT,
        "source": KEYWORD,
        "metric": KEYWORD,
        "verdict": KEYWORD,
        "standing": KEYWORD,
        "severity": KEYWORD,
        "observed": NUMBER,
        "low": NUMBER,
        "high": NUMBER,
        "days_known": COUNT,
    }
)


def health_id(row: SourceHealth) -> str:
    """The same for the same day and source, so that a rerun rewrites."""
    return f"{row.day}|{row.source}"


def health_document(row: SourceHealth) -> dict[str, Any]:
    """How a source was at the end of a day, as a document."""
    return document_of(row, MAPPING, since_on=row.since)


def figure_id(row: SourceFinding) -> str:
    """The same for the same day, source and metric, so that a rerun rewrites."""
    return f"{row.day}|{row.source}|{row.metric}"


def figure_document(row: SourceFinding) -> dict[str, Any]:
    """A figure of a source with the bounds that were expected of it, as a document; no bounds while none are known."""
    return document_of(row, FIGURES_MAPPING)
