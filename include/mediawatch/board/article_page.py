"""An article's page: its fields and where each was read, its story, revisions, and the alerts it is evidence for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from mediawatch.board.counts import Counts
from mediawatch.board.local_index import headlines_of
from mediawatch.board.story_page import StoryDay, speaking, story_day
from mediawatch.extraction.register import WINDOW
from mediawatch.lake.partitions import partition_days
from mediawatch.lake.store import Store
from mediawatch.pipeline.admitted import placed_article
from mediawatch.records import Alert, Article
from mediawatch.tables.board import HeadlineRow
from mediawatch.workflow.tracing import ALERTED_WITHIN


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleDay:
    """An article as `day` has it; `editions` are its revisions by the days that list them, the first one first.

    `story` is None where the day is not clustered, `alerts` where it is not judged.
    """

    day: date
    article: Article
    story: StoryDay | None
    editions: tuple[tuple[date, HeadlineRow], ...]
    alerts: tuple[Alert, ...] | None


def article_day(store: Store, counts: Counts, article_id: str, day: date) -> ArticleDay | None:
    """The article in the revision of `day`, else of the nearest day within WINDOW that lists it; None for none."""
    near = [on for on in partition_days(store, "shelf", since=day - WINDOW) if on <= day + WINDOW]
    listed = (on for on in sorted(near, key=lambda on: (abs(on - day), on)) if headlines_of(store, on, article_id))
    on = next(listed, day)
    found = placed_article(store, on, article_id)
    if found is None:
        return None
    article, admission = found
    first = article.counted_on
    alerts = counts.alerts(first, first + ALERTED_WITHIN)
    return ArticleDay(
        day=on,
        article=article,
        story=story_day(store, counts, admission.story_id, on),
        editions=tuple(_editions(store, article_id, first)),
        alerts=None if alerts is None else speaking(alerts, {article_id}),
    )


def _editions(store: Store, article_id: str, first: date) -> list[tuple[date, HeadlineRow]]:
    days = [on for on in partition_days(store, "shelf", since=first) if on <= first + WINDOW]
    return [(on, row) for on in days for row in headlines_of(store, on, article_id)]
