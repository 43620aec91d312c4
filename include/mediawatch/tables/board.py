"""The tables of the board: a day's headlines, and the bodies that are searched without Elasticsearch."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from mediawatch.records.former import FORMERLY
from mediawatch.tables.declaration import Per, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadlineRow:
    """One admitted article of a day, as the board lists it.  `row` counts from 0, oldest first.

    `folded` is the title, and the English one on a second line.  `publisher` is the publisher's id, or as printed, or
    the site.  `is_revision` says that the article was counted on an earlier day.
    """

    row: int
    article_id: str
    title: str
    title_en: str
    url: str
    site: str
    source: str
    original_publisher: str = field(metadata={FORMERLY: "publisher"})
    publisher: str = field(metadata={FORMERLY: "voice"})
    language: str
    published_at: datetime | None
    first_seen_at: datetime
    is_repost: bool
    is_revision: bool
    folded: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """The text of one row."""

    row: int
    text: str


HEADLINES: Final = Table(
    name="headlines", stage="shelf", row=HeadlineRow, per=Per.DAY, about="An admitted article as the board lists it."
)
TEXTS: Final = Table(name="texts", stage="bodies", row=Text, per=Per.DAY, about="The text of one row of headlines.")
