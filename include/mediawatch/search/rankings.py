"""The index of rankings: one row a day, site, list and rank."""

from __future__ import annotations

from typing import Any

from mediawatch.records import Ranking
from mediawatch.search.analysis import CHINESE
from mediawatch.search.fields import COUNT, COUNTED_AT, DAY, INSTANT, KEYWORD, URL, document_of, strict

MAPPING = strict(
    {
        "day": DAY,
        COUNTED_AT: INSTANT,
        "source": KEYWORD,
        "site": KEYWORD,
        "heading": KEYWORD,
        "rank": COUNT,
        "title": {**CHINESE, "fields": {"raw": KEYWORD}},
        "url": URL,
        "link_id": KEYWORD,
        "publishers": COUNT,
    }
)


def ranking_id(row: Ranking) -> str:
    """The same for the same day, site, list and rank, so that a later list of the day takes an earlier one's place."""
    return f"{row.day}|{row.site}|{row.heading}|{row.rank}"


def ranking_document(row: Ranking, *, publishers: int = 0) -> dict[str, Any]:
    """A line of a ranking list as a document, with how many publishers tell the story that it leads to."""
    return document_of(row, MAPPING, publishers=publishers)
