"""The index of alerts: one row an alert and day, with the evidence of that day."""

from __future__ import annotations

from typing import Any

from mediawatch.records import Alert
from mediawatch.search.analysis import CHINESE
from mediawatch.search.fields import COUNT, COUNTED_AT, DAY, FLAG, INSTANT, KEYWORD, NUMBER, URL, document_of, strict

_SERIES = strict({"day": DAY, "articles": COUNT, "publishers": COUNT, "is_covered": FLAG})
_HEADLINES = strict(
    {
        "article_id": KEYWORD,
        "title": CHINESE,
        "url": URL,
        "publisher": KEYWORD,
        "language": KEYWORD,
        "published_at": INSTANT,
    }
)

MAPPING = strict(
    {
        "alert_id": KEYWORD,
        "rule": KEYWORD,
        "kind": KEYWORD,
        "topic": {**CHINESE, "fields": {"raw": KEYWORD}},
        "term": {**CHINESE, "fields": {"raw": KEYWORD}},
        "forms": {**CHINESE, "fields": {"raw": KEYWORD}},
        "also": {**CHINESE, "fields": {"raw": KEYWORD}},
        "episode_on": DAY,
        "day": DAY,
        COUNTED_AT: INSTANT,
        "is_first": FLAG,
        "step": COUNT,
        "score": NUMBER,
        "articles": COUNT,
        "stories": COUNT,
        "publishers": COUNT,
        "publisher_names": KEYWORD,
        "ratio": NUMBER,
        "p_value": NUMBER,
        "baseline_days": COUNT,
        "first_seen_on": DAY,
        "last_seen_on": DAY,
        "series": {"type": "nested", **_SERIES},
        "headlines": {"type": "nested", **_HEADLINES},
        "headline_titles": KEYWORD,
        "headline_urls": URL,
        "first_publisher": KEYWORD,
        "co_terms": KEYWORD,
        "article_ids": KEYWORD,
        "watchlists": KEYWORD,
        "evaluation": {**KEYWORD, "index": False, "doc_values": False},
    }
)


def alert_id(alert: Alert) -> str:
    """The same for the same alert and day, so that a rerun rewrites."""
    return f"{alert.day}|{alert.alert_id}"


def alert_document(alert: Alert) -> dict[str, Any]:
    """An alert as a document; its `term` is spelled as the index of words has it, and the way it is written one of its
    `forms`, so that a choice of one word finds both."""
    return document_of(
        alert,
        MAPPING,
        term=alert.topic,
        is_first=alert.day == alert.episode_on,
        forms=tuple(dict.fromkeys((alert.term, *alert.forms))),
        series=[document_of(count, _SERIES) for count in alert.series],
        headlines=[document_of(headline, _HEADLINES) for headline in alert.headlines],
        # Flat as well: Kibana shows no nested field as a column.
        headline_titles=[headline.title for headline in alert.headlines],
        headline_urls=[headline.url for headline in alert.headlines],
    )
