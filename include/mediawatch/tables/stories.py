"""The tables of stories: signatures of texts, and which articles are one story."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from mediawatch.records import Story
from mediawatch.records.former import FORMERLY
from mediawatch.tables.declaration import Per, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """An article revision with its signature, and what decides which story and publisher it is part of.

    `named_publisher` is who wrote it by its own words and `site` the house that printed it, both as ids of the
    dictionary of publishers where it knows them; `named_publisher` is empty where the page names nobody.  `at` is when
    it was published, or first seen where the page does not say.
    """

    article_id: str
    revision: int
    link_id: str
    named_publisher: str = field(metadata={FORMERLY: "publisher"})
    site: str
    at: datetime
    title: str
    url: str
    language: str
    signature: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An article as a possible part of a story.

    `at` is when it was published, or first seen where the page does not say.  `named_publisher` is who wrote it by its
    own words (an id, or a name), empty where it does not say; `site` is the house that printed it, in the same terms,
    so that an original and a copy that names it meet.
    """

    article_id: str
    batch: str
    day: date
    at: datetime
    named_publisher: str = field(metadata={FORMERLY: "publisher"})
    site: str
    signature: bytes
    title: str = ""
    url: str = ""
    language: str = ""

    @property
    def origin(self) -> str:
        """Who speaks in this copy alone: the publisher that it names, or its site."""
        return self.named_publisher or self.site


@dataclass(frozen=True, slots=True, kw_only=True)
class Clustered(Member):
    """An article of an earlier day, and the story it is part of.

    One from before the window has no signature: it tells how old its story is, and cannot be joined.
    """

    story_id: str
    publisher: str = field(default="", metadata={FORMERLY: "voice"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """The story `absorbed` goes on as `story_id`."""

    absorbed: str
    story_id: str


SIGNATURES: Final = Table(
    name="signatures",
    stage="analyse",
    row=Signed,
    per=Per.BATCH,
    sort_by=("article_id", "revision", "link_id"),
    about="An article with the signature of its text.",
)
CLUSTERED: Final = Table(
    name="clustered",
    stage="cluster",
    row=Clustered,
    per=Per.DAY,
    sort_by=("article_id",),
    about="An article of the day, its story and its publisher.",
)
EARLIER: Final = Table(
    name="earlier",
    stage="cluster",
    row=Clustered,
    per=Per.DAY,
    sort_by=("article_id", "day"),
    about="An article of an earlier day that is part of one of the day's stories.",
)
STORIES: Final = Table(
    name="stories",
    stage="cluster",
    row=Story,
    per=Per.DAY,
    sort_by=("story_id",),
    about="A story that the day touched, as known then.",
)
MERGES: Final = Table(
    name="merges",
    stage="cluster",
    row=Merge,
    per=Per.DAY,
    sort_by=("absorbed",),
    about="A story that went on as another one.",
)
