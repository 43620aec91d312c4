"""One search box over two engines: Elasticsearch where it is configured and answers, else the lake."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Literal

from mediawatch import search as index
from mediawatch.board.body_search import TitleHit
from mediawatch.board.local_index import headline_row
from mediawatch.board.state import BoardState
from mediawatch.context import Context
from mediawatch.errors import BadRequest, Unavailable
from mediawatch.records import day_of
from mediawatch.search.asking import read_query, restricted
from mediawatch.search.grammar import Every, Query

PAGE = 20
LONGEST_QUERY = 200
"""Characters of a query that are read; a headline has a third of that."""
LAST_PAGE = 50
"""Pages one can turn: 1,000 articles, the most that the index gives at once; the CSV file has more."""
LARGEST_CSV = 10_000
"""Rows of a CSV file of search results."""

Engine = Literal["index", "fallback", "lake"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a reader searches for; empty filters do not restrict."""

    query: str
    sources: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()

    def asked(self, context: Context) -> Query | None:
        """The query among the chosen sources and languages; None without anything to look for.  Raises BadQuery."""
        query = read_query(context, self.query[:LONGEST_QUERY])
        return None if query == Every(()) else restricted(query, sources=self.sources, languages=self.languages)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A page of results; `engine` says who searched, the days what of the lake was searched."""

    total: int
    hits: tuple[TitleHit, ...]
    engine: Engine
    titles_since: date | None = None
    bodies_since: date | None = None


def search(state: BoardState, query: Query, *, start: int = 0, size: int = PAGE) -> Answer:
    """Results from `start` on.  An index that does not answer, or has never been filled, is no error."""
    if not state.context.settings.elasticsearch_url:
        return _in_lake(state, query, start, size, "lake")
    try:
        return _in_index(state, query, start, size)
    except (Unavailable, BadRequest):
        return _in_lake(state, query, start, size, "fallback")


def _in_lake(state: BoardState, query: Query, start: int, size: int, engine: Engine) -> Answer:
    found = state.finder.find(query, today=state.today)
    return Answer(
        total=found.total,
        hits=tuple(state.finder.hits(found, start, size, with_excerpts=size <= PAGE)),
        engine=engine,
        titles_since=found.titles_since,
        bodies_since=found.bodies_since,
    )


def _in_index(state: BoardState, query: Query, start: int, size: int) -> Answer:
    settings = state.context.settings
    client = index.connect(settings)
    with client:
        total = index.count(client, settings, query)
        found: Sequence[index.Hit]
        if start + size <= PAGE * LAST_PAGE:
            found = index.search(client, settings, query, size=start + size)[start:]
        else:
            found = list(islice(index.search_all(client, settings, query), start, start + size))
    zone = settings.timezone
    hits = tuple(_hit(hit, day_of(hit.first_seen_at, zone)) for hit in found)
    return Answer(total=total, hits=hits, engine="index")


def _hit(hit: index.Hit, day: date) -> TitleHit:
    return TitleHit(day=day, article=headline_row(0, hit, day), excerpts=hit.highlights)
