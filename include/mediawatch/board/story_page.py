"""A story's page: its copies, who said it first, and the alerts that it speaks for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain

from mediawatch.board.counts import Counts, by_score, last_of_each
from mediawatch.lake.partitions import PartitionKey, Receipt, current, partition_days, read_columns, read_rows
from mediawatch.lake.store import Store
from mediawatch.records import Alert, Story
from mediawatch.tables.stories import CLUSTERED, EARLIER, MERGES, STORIES, Clustered

FOLLOWED = timedelta(days=30)
"""How long after the day that is asked for a story's further copies are looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One article of a story, and the day that counts it; `at` is when it was published, or first collected."""

    article_id: str
    day: date
    at: datetime
    title: str
    url: str
    language: str
    publisher: str
    site: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryDay:
    """A story as its last day has it.  `asked` is the id that was asked for: it may have become part of another one."""

    asked: str
    story: Story
    copies: tuple[Copy, ...]
    alerts: tuple[Alert, ...] | None


def story_day(store: Store, counts: Counts, story_id: str, day: date) -> StoryDay | None:
    """The story that got a copy on `day` or later, within FOLLOWED; None where there is none."""
    name, last = story_id, None
    for receipt in _clustered(store, day):
        name = next((merge.story_id for merge in read_rows(store, receipt, MERGES) if merge.absorbed == name), name)
        if name in read_columns(store, receipt, CLUSTERED, ["story_id"])["story_id"].to_pylist():
            last = (name, receipt)
    if last is None:
        return None
    name, receipt = last
    story = next(story for story in read_rows(store, receipt, STORIES) if story.story_id == name)
    rows = chain(read_rows(store, receipt, CLUSTERED), read_rows(store, receipt, EARLIER))
    copies = sorted((_copy(row) for row in rows if row.story_id == name), key=lambda c: (c.at, c.article_id, c.day))
    alerts = counts.alerts(story.first_on, story.day)
    return StoryDay(
        asked=story_id,
        story=story,
        copies=tuple(copies),
        alerts=None if alerts is None else speaking(alerts, {copy.article_id for copy in copies}),
    )


def _clustered(store: Store, day: date) -> Iterator[Receipt]:
    for on in partition_days(store, "cluster", since=day):
        if on <= day + FOLLOWED and (receipt := current(store, PartitionKey(stage="cluster", day=on))) is not None:
            yield receipt


def _copy(row: Clustered) -> Copy:
    return Copy(
        article_id=row.article_id,
        day=row.day,
        at=row.at,
        title=row.title,
        url=row.url,
        language=row.language,
        publisher=row.publisher or row.origin,
        site=row.site,
    )


def speaking(alerts: Sequence[Alert], articles: set[str]) -> tuple[Alert, ...]:
    """Those of `alerts` that one of `articles` is evidence for, one an episode, the newest day first."""
    return tuple(by_score(last_of_each(alert for alert in alerts if not articles.isdisjoint(alert.article_ids))))
