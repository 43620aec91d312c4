"""The index of evidence: one row an alert, day and article that it rests on, so that a word leads to its articles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from mediawatch.search.analysis import CHINESE
from mediawatch.search.fields import COUNTED_AT, DAY, INSTANT, KEYWORD, URL, document_of, strict

MAPPING = strict(
    {
        "alert_id": KEYWORD,
        "day": DAY,
        COUNTED_AT: INSTANT,
        "term": {**CHINESE, "fields": {"raw": KEYWORD}},
        "kind": KEYWORD,
        "article_id": KEYWORD,
        "story_id": KEYWORD,
        "title": {**CHINESE, "fields": {"raw": KEYWORD}},
        "url": URL,
        "publisher": KEYWORD,
        "site": KEYWORD,
        "language": KEYWORD,
        "published_at": INSTANT,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRow:
    """An article that an alert of `day` rests on.

    `term` and `kind` are the alert's, `publisher` who wrote its story, as people call it; `published_at` is when it was
    published, or first collected.
    """

    alert_id: str
    day: date
    term: str
    kind: str
    article_id: str
    story_id: str
    title: str
    url: str
    publisher: str
    site: str
    language: str
    published_at: datetime


def evidence_id(row: EvidenceRow) -> str:
    """The same for the same alert, day and article, so that a rerun rewrites."""
    return f"{row.day}|{row.alert_id}|{row.article_id}"


def evidence_document(row: EvidenceRow) -> dict[str, Any]:
    """The row as a document."""
    return document_of(row, MAPPING)
