"""The tables of extraction: articles and their ids, and what is known of each site's template text."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import Final

from mediawatch.records import Article, Ranking, Reason
from mediawatch.records.ledger import Outcome
from mediawatch.tables.declaration import Per, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A link's article: minted here (`reason` None), or why not (`copy_of_link`, `unchanged`).

    `day` and `batch` are those that brought this revision, `counted_on` is the day of the article's first one.
    `title_before` is the title before the one that it has now, "" where it always had that.
    """

    link_id: str
    article_id: str
    revision: int
    source: str
    address: str
    text_digest: str
    day: date
    batch: str
    counted_on: date
    reason: Reason | None
    title: str = ""
    title_before: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DamagedPage:
    """Where the bytes of a page lie that could not be read."""

    link_id: str
    warc_file: str
    warc_offset: int
    warc_length: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLines:
    """The lines of one article before anything was taken out: the key of each, and its first EXAMPLE characters."""

    link_id: str
    source: str
    keys: tuple[str, ...]
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineCount:
    """A line of a source on one day.

    `pages` are the different texts with it; `carried` how many more had it as part of a story that another source
    printed too, which do not count.
    """

    source: str
    line: str
    pages: int
    carried: int
    example: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePages:
    """How many different texts a source had on one day."""

    source: str
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceWords:
    """The most frequent words in the beginnings of a source's texts on one day, and how often each stands there.

    A word is a pair of Han characters or a run of other letters; `texts` are the different ones.
    """

    source: str
    texts: int
    words: tuple[str, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PastWords:
    """The words of a source in the days before, and how alike to them its days `usual`ly are (to 1; 0: not known)."""

    source: str
    usual: float
    words: tuple[str, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateLine:
    """A line that is template text of `source`: the pages it stood on within the window, its first and its last day."""

    source: str
    line: str
    pages: int
    first_on: date
    last_on: date
    example: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FurtherPage(Article):
    """What a page after the first one of its article gave, as if it were an article; `part` counts from 2."""

    part: int

    @classmethod
    def of(cls, article: Article, part: int) -> FurtherPage:
        """`article` as the page number `part`."""
        return cls(**{field.name: getattr(article, field.name) for field in fields(article)}, part=part)


READ_ARTICLES: Final = Table(
    name="articles",
    stage="read",
    row=Article,
    per=Per.SEGMENT,
    sort_by=("link_id",),
    about="An article as read from its first page, with its site's template text.",
)
FURTHER_PAGES: Final = Table(
    name="further",
    stage="read",
    row=FurtherPage,
    per=Per.SEGMENT,
    sort_by=("link_id", "part"),
    about="What a further page of an article gave.",
)
READ_RANKINGS: Final = Table(
    name="rankings",
    stage="read",
    row=Ranking,
    per=Per.SEGMENT,
    sort_by=("site", "heading", "rank"),
    about="A place in a ranking list, as one page printed it.",
)
UNREAD: Final = Table(
    name="losses",
    stage="read",
    row=Outcome,
    per=Per.SEGMENT,
    sort_by=("link_id",),
    about="Why a page is no article.",
)
ARTICLES: Final = Table(
    name="articles",
    stage="extract",
    row=Article,
    per=Per.BATCH,
    sort_by=("link_id",),
    about="An article as read from its page, without its site's template text.",
)
PAGE_LINES: Final = Table(
    name="lines",
    stage="extract",
    row=PageLines,
    per=Per.BATCH,
    sort_by=("link_id",),
    about="An article's lines before anything was taken out: what template text is learned from.",
)
IDENTITIES: Final = Table(
    name="identities",
    stage="extract",
    row=Identity,
    per=Per.BATCH,
    sort_by=("link_id",),
    about="Which article a page is, and in which revision.",
)
RANKINGS: Final = Table(
    name="rankings",
    stage="extract",
    row=Ranking,
    per=Per.BATCH,
    sort_by=("site", "heading", "rank"),
    about="A place in a ranking list that a page printed.",
)
EXTRACTED: Final = Table(
    name="outcomes",
    stage="extract",
    row=Outcome,
    per=Per.BATCH,
    sort_by=("link_id",),
    about="What became of a page: an article, or why not.",
)
DAMAGED: Final = Table(
    name="damaged",
    stage="extract",
    row=DamagedPage,
    per=Per.BATCH,
    sort_by=("link_id",),
    about="A page whose bytes cannot be read from the archive any more.",
)
LINE_COUNTS: Final = Table(
    name="lines",
    stage="lines",
    row=LineCount,
    per=Per.DAY,
    sort_by=("source", "line"),
    about="How often a line stood in the texts of a source.",
)
SOURCE_PAGES: Final = Table(
    name="sources",
    stage="lines",
    row=SourcePages,
    per=Per.DAY,
    sort_by=("source",),
    about="How many different texts a source had.",
)
SOURCE_WORDS: Final = Table(
    name="words",
    stage="lines",
    row=SourceWords,
    per=Per.DAY,
    sort_by=("source",),
    about="With which words the texts of a source began: what tells that a source was taken over.",
)
TEMPLATE_LINES: Final = Table(
    name="lines",
    stage="boilerplate",
    row=TemplateLine,
    per=Per.DAY,
    sort_by=("source", "line"),
    is_fact=True,
    about="A line that the day is built without, frozen at its first build.",
)
PAST_WORDS: Final = Table(
    name="words",
    stage="boilerplate",
    row=PastWords,
    per=Per.DAY,
    sort_by=("source",),
    is_fact=True,
    about="Which words a source had in the days before, by which the day is judged, frozen at its first build.",
)
