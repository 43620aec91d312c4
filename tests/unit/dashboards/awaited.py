"""Mappings and fields that the dashboards draw and that the index does not hold in this tree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mediawatch.indexing import KINDS
from mediawatch.indexing.analysis import CHINESE
from mediawatch.indexing.fields import COUNT, DAY, FLAG, INSTANT, KEYWORD, URL, strict

_NUMBER = {"type": "double"}
_WORD = {**CHINESE, "fields": {"raw": KEYWORD}}

AWAITED_KINDS: Mapping[str, Mapping[str, Any]] = {
    "stories": strict(
        {
            "story_id": KEYWORD,
            "day": DAY,
            "first_on": DAY,
            "title": _WORD,
            "url": URL,
            "language": KEYWORD,
            "voice": KEYWORD,
            "articles": COUNT,
            "sites": COUNT,
            "voices": COUNT,
            "earliest_at": INSTANT,
            "newest_at": INSTANT,
            "absorbed": KEYWORD,
        }
    ),
    "terms": strict(
        {
            "day": DAY,
            "term": _WORD,
            "kind": KEYWORD,
            "language": KEYWORD,
            "articles": COUNT,
            "voices": COUNT,
            "stories": COUNT,
            "share": _NUMBER,
            "forms": _WORD,
            "watchlists": KEYWORD,
        }
    ),
    "alerts": strict(
        {
            "alert_id": KEYWORD,
            "rule": KEYWORD,
            "kind": KEYWORD,
            "topic": _WORD,
            "term": _WORD,
            "forms": _WORD,
            "also": _WORD,
            "episode_on": DAY,
            "day": DAY,
            "step": COUNT,
            "score": _NUMBER,
            "articles": COUNT,
            "stories": COUNT,
            "voices": COUNT,
            "voice_names": KEYWORD,
            "ratio": _NUMBER,
            "p_value": _NUMBER,
            "baseline_days": COUNT,
            "first_seen_on": DAY,
            "last_seen_on": DAY,
            "series": {
                "type": "nested",
                "dynamic": "strict",
                "properties": {"day": DAY, "articles": COUNT, "voices": COUNT, "is_covered": FLAG},
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
            "co_terms": KEYWORD,
            "article_ids": KEYWORD,
            "watchlists": KEYWORD,
            "look": {"type": "keyword", "index": False, "doc_values": False},
        }
    ),
}

AWAITED_FIELDS: Mapping[str, Mapping[str, Any]] = {
    "articles": {
        "story_id": KEYWORD,
        "voice": KEYWORD,
        # Seconds from `published_at` to `fetched_at`; missing where the page tells no time.
        "lag_seconds": COUNT,
    },
    # The best place that the story's links have in any readers' list; missing where they stand in none.
    "stories": {"best_rank": COUNT},
    # Voices of the story that the line leads to; 0 where no article of it was admitted.
    "rankings": {"voices": COUNT},
    "alerts": {
        # The voice of the earliest of `article_ids`.
        "first_voice": KEYWORD,
        # Titles and links of `headlines`, flat: nested fields cannot be shown as columns.
        "headline_titles": KEYWORD,
        "headline_urls": URL,
    },
}


def expected_mappings() -> dict[str, Mapping[str, Any]]:
    """The index's own mappings, with what is awaited where it is not there yet."""
    held = {kind.name: kind.mapping for kind in KINDS}
    return {name: _with(name, mapping) for name, mapping in {**AWAITED_KINDS, **held}.items()}


def _with(name: str, mapping: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**mapping, "properties": {**AWAITED_FIELDS.get(name, {}), **mapping["properties"]}}
