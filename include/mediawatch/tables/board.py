"""The tables of the board: a day's headlines, and the bodies that are searched without Elasticsearch."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Final

from mediawatch.records.article import Listed
from mediawatch.records.former import FORMERLY
from mediawatch.tables.declaration import Per, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadlineRow(Listed):
    """One admitted article of a day, as the board lists it.  `row` counts from 0, oldest first.

    `searchable` is the title as it is searched, and the English one after a boundary.  `publisher` is the publisher's
    id, or as printed, or the site.  `is_revision` says that the article was counted on an earlier day, `counted_on`.
    `story_publisher` is who wrote it as clustering decides, by which publishers are counted everywhere; one that is not
    clustered yet is a story of its own, by its own `publisher`.
    """

    row: int
    original_publisher: str = field(default="", metadata={FORMERLY: "publisher"})
    publisher: str = field(metadata={FORMERLY: "voice"})
    is_revision: bool
    counted_on: date | None = None
    story_id: str = ""
    story_publisher: str = ""
    searchable: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """The text of one row."""

    row: int
    text: str


HEADLINES: Final = Table(
    name="headlines", stage="shelf", row=HeadlineRow, per=Per.DAY, about="An admitted article as the board lists it."
)
TEXTS: Final = Table(name="texts", stage="bodies", row=Text, per=Per.DAY, about="The text of one row of headlines.")
