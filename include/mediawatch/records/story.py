"""A story: one text, however many sites carry it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from mediawatch.records.former import FORMERLY


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Articles that are copies of one another, as known on `day`.

    `story_id` is the id of its first article by (batch, article id); it keeps it when others join.  `first_on` is the
    day that began it.  `articles` counts all its copies so far, `sites` their sites, `publishers` the original
    publishers behind them, which is 1 unless copies name several.  `publisher` is the one that said it first, or the
    site of the earliest copy where no page names one.  `title` and `url` are those of the earliest copy.
    """

    story_id: str
    day: date
    first_on: date
    title: str
    url: str
    language: str
    publisher: str = field(metadata={FORMERLY: "voice"})
    articles: int
    sites: int
    publishers: int = field(metadata={FORMERLY: "voices"})
    earliest_at: datetime
    newest_at: datetime
