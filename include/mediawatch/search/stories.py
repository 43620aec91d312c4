"""The index of stories: one row a day and story, as known on that day."""

from __future__ import annotations

from typing import Any

from mediawatch.records import Story
from mediawatch.search.analysis import CHINESE
from mediawatch.search.fields import COUNT, COUNTED_AT, DAY, INSTANT, KEYWORD, URL, document_of, strict

MAPPING = strict(
    {
        "story_id": KEYWORD,
        "day": DAY,
        COUNTED_AT: INSTANT,
        "first_on": DAY,
        "title": {**CHINESE, "fields": {"raw": KEYWORD}},
        "url": URL,
        "language": KEYWORD,
        "publisher": KEYWORD,
        "articles": COUNT,
        "sites": COUNT,
        "publishers": COUNT,
        "earliest_at": INSTANT,
        "newest_at": INSTANT,
        "absorbed": KEYWORD,
        "best_rank": COUNT,
    }
)


def story_id(row: Story) -> str:
    """The same for the same day and story: a later build of the day takes an earlier one's place."""
    return f"{row.day}|{row.story_id}"


def story_document(row: Story, absorbed: tuple[str, ...] = (), *, best_rank: int | None = None) -> dict[str, Any]:
    """A story as a document.

    `absorbed` are the stories that became part of it on that day, `best_rank` is its best place in any list of what is
    read (None: in none).
    """
    return document_of(row, MAPPING, absorbed=absorbed, best_rank=best_rank)
