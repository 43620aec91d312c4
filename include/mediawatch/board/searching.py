"""One search box over two engines: Elasticsearch where it is configured and answers, else the lake."""

from __future__ import annotations

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
from mediawatch.search.asking import read_query, restricted
from mediawatch.search.grammar import Every, Query
from mediawatch.search.searching import FURTHEST, TimeOrder

PAGE = 20
LONGEST_QUERY = 200
"""Characters of a query that are read; a headline has a third of that."""
LAST_PAGE = 50
"""Pages one can turn: 1,000 articles, the most that the index gives at once; the CSV file has more."""
LARGEST_CSV = FURTHEST
"""Rows of a CSV file of search results."""

Engine = Literal["index", "fallback", "lake"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a reader searches for; empty filters do not restrict.  Copies stand behind one of their story unless
    `with_copies`."""

    query: str
    sources: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    order: TimeOrder = "seen"
    with_copies: bool = False

    def asked(self, context: Context) -> Query | None:
        """The query among the chosen sources and languages; None without anything to look for.  Raises BadQuery."""
        query = read_query(context, self.query[:LONGEST_QUERY])
        return None if query == Every(()) else restricted(query, sources=self.sources, languages=self.languages)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A page of results: of `articles` found `total` are listed, one a story or all.

    `engine` says who searched, the days what of the lake was searched.
    """

    articles: int
    total: int
    hits: tuple[TitleHit, ...]
    engine: Engine
    titles_since: date | None = None
    bodies_since: date | None = None


def search(state: BoardState, query: Query, wanted: Wanted, *, start: int = 0, size: int = PAGE) -> Answer:
    """Results for `query`, listed as `wanted`, from `start` on.

    An index that does not answer, or has never been filled, is no error.
    """
    places = range(start, start + size)
    if not state.context.settings.elasticsearch_url:
        return _in_lake(state, query, wanted, places, "lake")
    try:
        return _in_index(state, query, wanted, places)
    except (Unavailable, BadRequest):
        return _in_lake(state, query, wanted, places, "fallback")


def _in_lake(state: BoardState, query: Query, wanted: Wanted, places: range, engine: Engine) -> Answer:
    found = state.finder.find(query, today=state.today)
    listed = found.listed(wanted.order, one_a_story=not wanted.with_copies)
    return Answer(
        articles=found.total,
        total=len(listed),
        hits=tuple(state.finder.hits(found, places, listed=listed, with_excerpts=len(places) <= PAGE)),
        engine=engine,
        titles_since=found.titles_since,
        bodies_since=found.bodies_since,
    )


def _in_index(state: BoardState, query: Query, wanted: Wanted, places: range) -> Answer:
    settings, size = state.context.settings, len(places)
    one_a_story = not wanted.with_copies
    client = index.connect(settings)
    with client:
        articles = index.count(client, settings, query)
        total = index.count_stories(client, settings, query) if one_a_story else articles
        if size > index.LARGEST_PAGE:  # a file: read in pages, for the texts come with the hits
            everything = index.search_all(client, settings, query, order=wanted.order)
            found = list(islice(everything, places.start, places.stop))
        else:
            found = index.search(
                client, settings, query, start=places.start, size=size, order=wanted.order, one_a_story=one_a_story
            )
    return Answer(articles=articles, total=total, hits=tuple(map(_hit, found)), engine="index")


def _hit(hit: index.Hit) -> TitleHit:
    row = headline_row(0, hit, hit.counted_on, story_id=hit.story_id)
    return TitleHit(day=hit.counted_on, article=row, excerpts=hit.highlights, copies=hit.copies)
