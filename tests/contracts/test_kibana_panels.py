"""Every chart's search, run over a real Elasticsearch: none is refused, none comes back blank.

There is no Kibana here: this proves that the fields, filters and breakdowns of the panels find something, not that
Kibana draws it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from mediawatch.records import now
from mediawatch.workflow.dashboards import blank_panels
from tests.support.index import Index

pytest_plugins = ("tests.support.index_fixtures",)
pytestmark = pytest.mark.server

SITES = ("harbour.example", "gazette.example")
STAGES = ("discover", "fetch", "extract", "audit", "index")


def documents() -> Iterator[tuple[str, dict[str, Any]]]:
    """Two days and two sites of everything, as the index holds it."""
    today = now()
    for at in (today - timedelta(days=1), today):
        for number, site in enumerate(SITES):
            source = site.partition(".")[0]
            yield "articles", article(at, site, source, is_repost=bool(number))
            yield from ledger(at, source)
            yield "quality", quality(at, source)
            yield "health", health(at, source)
            yield "figures", figure(at, source)
        yield from words(at)
        yield "stories", story(at)
        yield "rankings", ranking(at)
        yield "runs", run(at)


def article(at: datetime, site: str, source: str, *, is_repost: bool) -> dict[str, Any]:
    return {
        "article_id": f"{at:%d}-{site}",
        "story_id": "s1",
        "title": "港口开放",
        "url": f"https://{site}/{at:%d}",
        "site": site,
        "source": source,
        "publisher": source,
        "language": "zh-Hans",
        "is_repost": is_repost,
        "is_retitled": is_repost,
        "title_before": "港口今晨开放" if is_repost else None,
        "published_at": instant(at - timedelta(hours=2)),
        "fetched_at": instant(at),
        "counted_on": f"{at:%Y-%m-%d}",
        "lag_seconds": 7200,
    }


def ledger(at: datetime, source: str) -> Iterator[tuple[str, dict[str, Any]]]:
    key = {"day": f"{at:%Y-%m-%d}", "source": source}
    for stage in STAGES:
        yield "ledger", {**key, "stage": stage, "kind": "stage", "received": 10, "passed": 7, "pending": 1}
    reasons = (("gone", "fault", "lost"), ("robots", "policy", "lost"), ("too_slow", "retryable", "waiting"))
    for reason, kind, counted in reasons:
        row = {**key, "stage": "fetch", "kind": "reason", "reason": reason, "reason_class": kind}
        yield "ledger", {**row, counted: 1}


def quality(at: datetime, source: str) -> dict[str, Any]:
    return {
        "day": f"{at:%Y-%m-%d}",
        "suite": "articles",
        "rule": "url_is_http",
        "source": source,
        "severity": "error",
        "checked": 7,
        "failed": 1,
        "is_passed": False,
        "passed": 0,
    }


def health(at: datetime, source: str) -> dict[str, Any]:
    return {
        "day": f"{at:%Y-%m-%d}",
        "source": source,
        "state": "silent",
        "since_on": f"{at:%Y-%m-%d}",
        "was": "live",
        "metric": "admitted",
        "detail": "gone 3",
    }


def figure(at: datetime, source: str) -> dict[str, Any]:
    return {
        "day": f"{at:%Y-%m-%d}",
        "source": source,
        "metric": "admitted",
        "verdict": "silent",
        "standing": "silent",
        "severity": "warn",
        "observed": 0.0,
        "low": 4.5,
        "high": 20.0,
        "days_known": 56,
    }


def words(at: datetime) -> Iterator[tuple[str, dict[str, Any]]]:
    day = f"{at:%Y-%m-%d}"
    said = {"term": "关税", "forms": ["关税", "關稅"], "articles": 3, "stories": 2, "publishers": 2}
    yield "terms", {**said, "day": day, "kind": "word", "language": "zh-Hans", "share": 0.2, "watchlists": ["trade"]}
    for kind in ("new", "back", "rising", "watch"):
        yield (
            "alerts",
            {
                **said,
                "alert_id": f"{kind}-{day}",
                "rule": kind,
                "kind": kind,
                "day": day,
                "is_first": True,
                "step": int(at < now() - timedelta(hours=12)),
                "score": 4.5,
                "publisher_names": ["harbour"],
                "first_publisher": "harbour",
                "headline_titles": ["港口开放"],
                "ratio": 3.0,
                "p_value": 0.001,
                "baseline_days": 28,
                "first_seen_on": day,
                "also": ["口岸"],
                "co_terms": ["港口"],
                "watchlists": ["trade"],
            },
        )


def story(at: datetime) -> dict[str, Any]:
    return {
        "story_id": f"s{at:%d}",
        "day": f"{at:%Y-%m-%d}",
        "title": "港口开放",
        "url": "https://harbour.example/1",
        "language": "zh-Hans",
        "publisher": "harbour",
        "articles": 2,
        "sites": 2,
        "publishers": 2,
        "earliest_at": instant(at - timedelta(hours=2)),
        "newest_at": instant(at),
    }


def ranking(at: datetime) -> dict[str, Any]:
    return {
        "day": f"{at:%Y-%m-%d}",
        "site": "gazette.example",
        "heading": "热读",
        "rank": 1,
        "title": "口岸通车",
        "url": "https://gazette.example/9",
        "publishers": 0,
    }


def run(at: datetime) -> dict[str, Any]:
    return {
        "run_key": f"{at:%d}",
        "day": f"{at:%Y-%m-%d}",
        "started_at": instant(at),
        "duration_seconds": 61.5,
        "received": 20,
        "delivered": 14,
        "passed": 1,
    }


def identity(kind: str, document: dict[str, Any]) -> str | None:
    return {"alerts": document.get("alert_id"), "runs": document.get("run_key")}.get(kind)


def instant(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")


@pytest.fixture
def filled(index: Index) -> Index:
    """Indices of every kind with `documents` in them."""
    client, prefix = index.client, index.settings.index_prefix
    for kind, document in documents():
        client.index(index=f"{prefix}-{kind}", id=identity(kind, document), document=at_noon(document))
    client.indices.refresh(index=f"{prefix}-*")
    return index


def at_noon(document: dict[str, Any]) -> dict[str, Any]:
    """`document` where dashboards draw it."""
    return {**document, "counted_at": f"{document.get('counted_on', document.get('day'))}T12:00:00.000Z"}


def test_every_chart_finds_something(filled: Index) -> None:
    assert blank_panels(filled.client, filled.settings.index_prefix) == {}


def test_a_chart_over_nothing_is_blank(filled: Index) -> None:
    client, prefix = filled.client, filled.settings.index_prefix
    for kind, document in documents():
        if kind == "runs" or document.get("kind") == "back":
            client.delete(index=f"{prefix}-{kind}", id=str(identity(kind, document)), refresh=True)

    assert blank_panels(client, prefix) == {
        "mw-keywords/count-back": ["Back"],
        "mw-keywords/kinds-by-day": ["Back"],
        "mw-health/runs": ["Started", "Took", "Links", "Pages", "Whole"],
    }
