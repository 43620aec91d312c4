"""The tables of what stands in Elasticsearch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from mediawatch.records.ledger import Outcome
from mediawatch.tables.declaration import Per, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedArticle:
    """A document as it stands in the index `target` (a name that a new server or generation changes)."""

    article_id: str
    revision: int
    index: str
    digest: str
    target: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedDocument:
    """A small document as it stands in the index `target` (as `index.IndexedArticle` has it)."""

    index: str
    id: str
    target: str = ""


INDEXED: Final = Table(
    name="indexed",
    stage="index",
    row=IndexedArticle,
    per=Per.DAY,
    sort_by=("article_id",),
    about="An article that stands in Elasticsearch.",
)
INDEX_OUTCOMES: Final = Table(
    name="outcomes",
    stage="index",
    row=Outcome,
    per=Per.DAY,
    about="What became of an admitted article: indexed, or why not yet.",
)
PUBLISHED: Final = Table(
    name="published",
    stage="publish",
    row=PublishedDocument,
    per=Per.DAY,
    sort_by=("index", "id"),
    about="A story, ranking, ledger row or the like that stands in Elasticsearch.",
)
PUBLISHED_WORDS: Final = Table(
    name="published",
    stage="announce",
    row=PublishedDocument,
    per=Per.DAY,
    sort_by=("index", "id"),
    about="A word or an alert that stands in Elasticsearch.",
)
