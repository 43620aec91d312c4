"""The index of alerts: one row an alert, its newest evidence."""

from __future__ import annotations

from typing import Any

from mediawatch.records import Alert, DayCount, Headline
from mediawatch.search.analysis import CHINESE
from mediawatch.search.fields import COUNT, DAY, FLAG, INSTANT, KEYWORD, URL, strict, without_blanks

_NUMBER = {"type": "double"}

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
        "step": COUNT,
        "score": _NUMBER,
        "articles": COUNT,
        "stories": COUNT,
        "publishers": COUNT,
        "publisher_names": KEYWORD,
        "ratio": _NUMBER,
        "p_value": _NUMBER,
        "baseline_days": COUNT,
        "first_seen_on": DAY,
        "last_seen_on": DAY,
        "series": {
            "type": "nested",
            "dynamic": "strict",
            "properties": {"day": DAY, "articles": COUNT, "publishers": COUNT, "is_covered": FLAG},
        },
        "headlines": {
            "type": "nested",
            "dynamic": "strict",
            "properties": {
                "article_id": KEYWORD,
                "title": CHINESE,
                "url": URL,
                "publisher": KEYWORD,
                "language": KEYWORD,
                "published_at": INSTANT,
            },
        },
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
    """The same for all steps and days of an episode: newer evidence takes the older one's place."""
    return alert.alert_id


def alert_document(alert: Alert) -> dict[str, Any]:
    """An alert as a document."""
    return without_blanks(
        {
            "alert_id": alert.alert_id,
            "rule": alert.rule,
            "kind": alert.kind.value,
            "topic": alert.topic,
            "term": alert.term,
            "forms": list(alert.forms),
            "also": list(alert.also),
            "episode_on": alert.episode_on.isoformat(),
            "day": alert.day.isoformat(),
            "step": alert.step,
            "score": alert.score,
            "articles": alert.articles,
            "stories": alert.stories,
            "publishers": alert.publishers,
            "publisher_names": list(alert.publisher_names),
            "ratio": alert.ratio,
            "p_value": alert.p_value,
            "baseline_days": alert.baseline_days,
            "first_seen_on": alert.first_seen_on.isoformat() if alert.first_seen_on else None,
            "last_seen_on": alert.last_seen_on.isoformat() if alert.last_seen_on else None,
            "series": [_day_count(count) for count in alert.series],
            "headlines": [_headline(headline) for headline in alert.headlines],
            # Flat as well: Kibana shows no nested field as a column.
            "headline_titles": [headline.title for headline in alert.headlines],
            "headline_urls": [headline.url for headline in alert.headlines],
            "first_publisher": alert.first_publisher,
            "co_terms": list(alert.co_terms),
            "article_ids": list(alert.article_ids),
            "watchlists": list(alert.watchlists),
            "evaluation": alert.evaluation,
        }
    )


def _day_count(count: DayCount) -> dict[str, Any]:
    return {
        "day": count.day.isoformat(),
        "articles": count.articles,
        "publishers": count.publishers,
        "is_covered": count.is_covered,
    }


def _headline(headline: Headline) -> dict[str, Any]:
    return without_blanks(
        {
            "article_id": headline.article_id,
            "title": headline.title,
            "url": headline.url,
            "publisher": headline.publisher,
            "language": headline.language,
            "published_at": headline.published_at.isoformat() if headline.published_at else None,
        }
    )
