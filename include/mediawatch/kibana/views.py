"""The data views: one over each kind of index, with the period's field, formats, and Chinese names of fields."""

from __future__ import annotations

from typing import Final

from mediawatch.kibana.bilingual import Json, Say
from mediawatch.kibana.columns import COUNTED_AT, DURATION, PERCENT
from mediawatch.kibana.lookups import NO_LABELS, Labels, formats
from mediawatch.kibana.saved_objects import DataView

ARTICLES: Final = "mw-data-articles"
STORIES: Final = "mw-data-stories"
RANKINGS: Final = "mw-data-rankings"
TERMS: Final = "mw-data-terms"
ALERTS: Final = "mw-data-alerts"
EVIDENCE: Final = "mw-data-evidence"
LEDGER: Final = "mw-data-ledger"
QUALITY: Final = "mw-data-quality"
HEALTH: Final = "mw-data-health"
FIGURES: Final = "mw-data-figures"
RUNS: Final = "mw-data-runs"

MINUTE: Final[Json] = {"id": "date", "params": {"pattern": "YYYY-MM-DD HH:mm"}}
DAY: Final[Json] = {"id": "date", "params": {"pattern": "YYYY-MM-DD"}}
LINK: Final[Json] = {"id": "url"}


def views(say: Say, labels: Labels = NO_LABELS) -> list[DataView]:
    """All data views; `labels` are the words for values that the newsroom itself has."""
    return [_articles(say, labels), *_of_stories(say, labels), *_of_words(say), *_of_operations(say, labels)]


def _articles(say: Say, labels: Labels) -> DataView:
    return DataView(
        id=ARTICLES,
        kind="articles",
        name=say("Media: articles"),
        # Not when it was published: some pages do not say, and every other kind is counted by this day.
        time_field=COUNTED_AT,
        formats={
            **formats(say, "language source", labels),
            "url": LINK,
            "canonical_url": LINK,
            "counted_on": DAY,
            "published_on": DAY,
            "published_at": MINUTE,
            "announced_at": MINUTE,
            "first_seen_at": MINUTE,
            "fetched_at": MINUTE,
            "lag_seconds": DURATION,
            "boilerplate_share": PERCENT,
            "han_share": PERCENT,
            "provenance_confidence": PERCENT,
        },
        labels=_labels(
            say,
            "article_id counted_on fetched_at is_repost lag_seconds language original_publisher "
            "published_at site source story_id title title.raw url publisher",
        ),
    )


def _of_stories(say: Say, labels: Labels) -> list[DataView]:
    return [
        DataView(
            id=STORIES,
            kind="stories",
            name=say("Media: stories"),
            time_field=COUNTED_AT,
            formats={
                **formats(say, "language", labels),
                "url": LINK,
                "day": DAY,
                "first_on": DAY,
                "earliest_at": MINUTE,
                "newest_at": MINUTE,
            },
            labels=_labels(
                say,
                "articles best_rank day earliest_at language newest_at publisher publishers story_id title title.raw "
                "url",
            ),
        ),
        DataView(
            id=RANKINGS,
            kind="rankings",
            name=say("Media: readers' rankings"),
            time_field=COUNTED_AT,
            formats={**formats(say, "source", labels), "url": LINK, "day": DAY},
            labels=_labels(say, "day rank site source title title.raw url publishers"),
        ),
    ]


def _of_words(say: Say) -> list[DataView]:
    return [
        DataView(
            id=TERMS,
            kind="terms",
            name=say("Media: words by day"),
            time_field=COUNTED_AT,
            formats={**formats(say, "language", NO_LABELS), "day": DAY, "share": PERCENT},
            labels=_labels(say, "articles day forms.raw language share stories term.raw publishers watchlists"),
        ),
        DataView(
            id=ALERTS,
            kind="alerts",
            name=say("Media: alerts"),
            time_field=COUNTED_AT,
            formats={
                **formats(say, "kind", NO_LABELS),
                "day": DAY,
                "episode_on": DAY,
                "first_seen_on": DAY,
                "last_seen_on": DAY,
                "headline_urls": LINK,
            },
            labels=_labels(
                say,
                "also.raw articles co_terms day first_seen_on first_publisher forms.raw headline_titles "
                "headline_urls kind p_value rule score stories term term.raw publisher_names publishers watchlists",
            ),
        ),
        DataView(
            id=EVIDENCE,
            kind="evidence",
            name=say("Media: articles behind alerts"),
            time_field=COUNTED_AT,
            formats={**formats(say, "kind language", NO_LABELS), "url": LINK, "day": DAY, "published_at": MINUTE},
            labels=_labels(say, "day kind language published_at publisher site term title url"),
        ),
    ]


def _of_operations(say: Say, labels: Labels) -> list[DataView]:
    return [
        DataView(
            id=LEDGER,
            kind="ledger",
            name=say("Media: ledger"),
            time_field=COUNTED_AT,
            formats={**formats(say, "stage reason source", labels), "day": DAY},
            labels=_labels(say, "day lost reason received source stage"),
        ),
        DataView(
            id=QUALITY,
            kind="quality",
            name=say("Media: quality"),
            time_field=COUNTED_AT,
            formats={**formats(say, "rule severity source", labels), "day": DAY, "passed": PERCENT},
            labels=_labels(say, "checked day expected failed is_passed observed rule severity source"),
        ),
        DataView(
            id=HEALTH,
            kind="health",
            name=say("Media: sources' health"),
            time_field=COUNTED_AT,
            formats={**formats(say, "state was metric source", labels), "day": DAY, "since_on": DAY},
            labels=_labels(say, "day detail metric since_on source state was"),
        ),
        DataView(
            id=FIGURES,
            kind="figures",
            name=say("Media: sources' figures"),
            time_field=COUNTED_AT,
            formats={**formats(say, "metric verdict standing source", labels), "day": DAY},
            labels=_labels(say, "day days_known high low metric observed source standing verdict"),
        ),
        DataView(
            id=RUNS,
            kind="runs",
            name=say("Media: runs"),
            time_field=COUNTED_AT,
            formats={
                **formats(say, "stage", labels),
                "day": DAY,
                "started_at": MINUTE,
                "ended_at": MINUTE,
                "duration_seconds": DURATION,
            },
            labels=_labels(say, "day detail duration_seconds is_passed received stage"),
        ),
    ]


def _labels(say: Say, fields: str) -> dict[str, str]:
    labels = {field: say.field(field) for field in fields.split()}
    return {field: label for field, label in labels.items() if label != field}
