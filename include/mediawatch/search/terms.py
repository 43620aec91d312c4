"""The index of words: one row a day and word, with how many articles, stories and publishers have it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from mediawatch.search.analysis import CHINESE
from mediawatch.search.fields import COUNT, COUNTED_AT, DAY, INSTANT, KEYWORD, document_of, strict

MAPPING = strict(
    {
        "day": DAY,
        COUNTED_AT: INSTANT,
        "term": {**CHINESE, "fields": {"raw": KEYWORD}},
        "kind": KEYWORD,
        "language": KEYWORD,
        "articles": COUNT,
        "publishers": COUNT,
        "stories": COUNT,
        "share": {"type": "double"},
        "forms": {**CHINESE, "fields": {"raw": KEYWORD}},
        "watchlists": KEYWORD,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TermRow:
    """One word of one day.

    `share` is the part of the day's stories that have it, 0 to 1.  `forms` are the spellings it is counted under,
    `watchlists` the lists that name it, `kind` that of the day's alert about it (empty: none).
    """

    day: date
    term: str
    kind: str
    language: str
    articles: int
    publishers: int
    stories: int
    share: float
    forms: tuple[str, ...]
    watchlists: tuple[str, ...]


def term_id(row: TermRow) -> str:
    """The same for the same day and word, so that a rerun rewrites."""
    return f"{row.day}|{row.term}"


def term_document(row: TermRow) -> dict[str, Any]:
    """A word's day as a document."""
    return document_of(row, MAPPING)
