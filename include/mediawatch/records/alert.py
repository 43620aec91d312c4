"""An alert: one topic that people should hear of, with what speaks for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from mediawatch.errors import Corrupt
from mediawatch.records.former import with_names_of_today

QUIET_DAYS: Final = 90
"""So long a dismissed word makes no alert.  It may be news again after a season; what never is belongs into
exclusions.yaml."""


class AlertKind(StrEnum):
    """Why a topic is worth a message."""

    NEW = "new"
    """Never in the history before its window."""
    BACK = "back"
    """In the history, but silent for more than 28 days before its window."""
    RISING = "rising"
    """At least twice as frequent as its baseline says."""
    WATCH = "watch"
    """A watch list asked for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """One article that speaks for an alert.

    `quote` is a sentence of its text in three pieces, what was found in the middle; empty where nothing is quoted.
    """

    article_id: str
    title: str
    url: str
    publisher: str
    language: str
    published_at: datetime | None
    quote: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCount:
    """Articles and publishers with the topic on `day`; `is_covered` False says that nothing was collected that day."""

    day: date
    articles: int
    publishers: int
    is_covered: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """What a rule says about a topic on `day`, within the episode that began on `episode_on`.

    `alert_id` is made of rule, topic and episode start alone: later days and higher counts update the same alert.
    `step` is 0 for the first message of an episode and 1 for its one follow-up.  `term` is written as most articles
    write it, `forms` are all the spellings seen, `also` other words of the same topic.  `articles`, `stories` and
    `publishers` count those with the word from `counted_from` to `day`; `publisher_names` lists the publishers, most
    stories first. `first_seen_on` is the first day with the word on record, which begins on `recorded_since`,
    `first_publisher` the one that had it first then, `last_seen_on` the last day with it up to `day`, and
    `seen_before_on` the last one before `counted_from`.  `usual` articles had it on the `baseline_days` days before of
    which something was collected (None: not known).  `ratio` is today's rate over
    the baseline's (None where there is nothing to compare with), `p_value` the chance of such a count under the
    baseline.  `score` orders a day's alerts, higher first.  `headlines` are three at most, of distinct publishers: the
    one that says best what is reported (of a watch list the newest), then the newest; `article_ids` are all articles
    that the rule counted.  `watchlists` are the lists that match, `matched` how many articles, stories and publishers
    answer the list; `evaluation` names the batches and generations that were seen.
    """

    alert_id: str
    rule: str
    kind: AlertKind
    topic: str
    term: str
    forms: tuple[str, ...]
    also: tuple[str, ...]
    episode_on: date
    day: date
    step: int
    score: float
    articles: int
    stories: int
    publishers: int
    publisher_names: tuple[str, ...]
    ratio: float | None
    p_value: float | None
    baseline_days: int
    first_seen_on: date | None
    last_seen_on: date | None
    series: tuple[DayCount, ...]
    headlines: tuple[Headline, ...]
    co_terms: tuple[str, ...]
    article_ids: tuple[str, ...]
    watchlists: tuple[str, ...]
    evaluation: str
    first_publisher: str = ""
    seen_before_on: date | None = None
    counted_from: date | None = None
    recorded_since: date | None = None
    usual: int | None = None
    matched: tuple[int, int, int] | None = None


def alert_document(alert: Alert) -> Any:
    """`alert` as a JSON document."""
    return _adapter().dump_python(alert, mode="json")


def alert_from(document: Any) -> Alert:
    """Back from `alert_document`.  Raises Corrupt for anything else."""
    try:
        return _adapter().validate_python(with_names_of_today(document))
    except ValidationError as error:
        raise Corrupt(f"not an alert: {error.error_count()} faults, the first: {error.errors()[0]['msg']}") from error


@cache
def _adapter() -> TypeAdapter[Alert]:
    return TypeAdapter(Alert)
