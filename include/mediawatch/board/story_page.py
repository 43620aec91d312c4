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
from mediawatch.stories import publishers_of
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
    both = chain(read_rows(store, receipt, CLUSTERED), read_rows(store, receipt, EARLIER))
    copies = _copies([row for row in both if row.story_id == name])
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


def _copies(rows: Sequence[Clustered]) -> list[Copy]:
    """One of each article, the earliest first: its newest title, on its first day, by whom the last day has it."""
    publishers = publishers_of(rows)
    found: dict[str, Copy] = {}
    for row in sorted(rows, key=lambda row: row.day):
        first = found.get(row.article_id)
        found[row.article_id] = Copy(
            article_id=row.article_id,
            day=first.day if first else row.day,
            at=first.at if first else row.at,
            title=row.title,
            url=row.url,
            language=row.language,
            publisher=publishers[row.article_id],
            site=row.site,
        )
    return sorted(found.values(), key=lambda copy: (copy.at, copy.article_id))


def speaking(alerts: Sequence[Alert], articles: set[str]) -> tuple[Alert, ...]:
    """Those of `alerts` that one of `articles` is evidence for, one an episode, the newest day first."""
    return tuple(by_score(last_of_each(alert for alert in alerts if not articles.isdisjoint(alert.article_ids))))
