"""Finding articles in the lake: every title, and the bodies of the last days, in either script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from mediawatch.board.body_index import BodyIndex, DayIndex
from mediawatch.board.local_index import BODY_DAYS, headlines_at, texts_of
from mediawatch.board.titles import (
    NO_ROWS,
    Rows,
    TitleIndex,
    TitlePlace,
    Titles,
    only,
    publishers_in,
    revisions_in,
    rows_with,
)
from mediawatch.board.wordforms import has_letters
from mediawatch.lake.store import Store
from mediawatch.search.excerpts import Excerpt, excerpts
from mediawatch.search.queries import Term, read_query
from mediawatch.tables.board import HeadlineRow

LONGEST_QUERY = 200
"""Characters of a query that are read; a headline has a third of that."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DayFound:
    """What one day has: `rows` ascending, `articles` without revisions of earlier ones, and their publishers."""

    day: date
    rows: Rows
    articles: int
    publishers: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The answer to a query, newest day first; only days with hits.

    `titles_since` is the first day whose titles were looked at, `bodies_since` the first whose bodies were.
    """

    query: str
    terms: tuple[Term, ...]
    days: tuple[DayFound, ...]
    titles_since: date | None
    bodies_since: date
    covered: frozenset[date] = field(default_factory=frozenset)

    @property
    def total(self) -> int:
        """How many articles."""
        return sum(len(day.rows) for day in self.days)

    def page(self, start: int, size: int) -> list[TitlePlace]:
        """Articles from `start` on, newest first."""
        places: list[TitlePlace] = []
        skipped = 0
        for day in self.days:
            if skipped + len(day.rows) > start:
                newest_first = day.rows[::-1][max(0, start - skipped) :]
                places += [TitlePlace(day=day.day, row=row) for row in newest_first[: size - len(places)].tolist()]
            skipped += len(day.rows)
            if len(places) >= size:
                break
        return places


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleHit:
    """One article found and where its words stand."""

    day: date
    article: HeadlineRow
    excerpts: tuple[Excerpt, ...]


class Finder:
    """Answers queries from the lake; one a process, for its titles stay in memory."""

    def __init__(self, store: Store, titles: TitleIndex, bodies: BodyIndex) -> None:
        self._store = store
        self._titles = titles
        self._bodies = bodies

    def warm(self, today: date, *, wait_seconds: float = 0.0) -> None:
        """Read the titles and begin to index the bodies, so that the first reader does not wait."""
        self._titles.days()
        self._bodies.days(today, wait_seconds=wait_seconds)

    def find(self, query: str, *, today: date, sources: Sequence[str] = (), languages: Sequence[str] = ()) -> Found:
        """Every article that holds all words of `query`; words in quotes stand together in titles."""
        return self.find_any([query], today=today, sources=sources, languages=languages)

    def find_any(
        self, queries: Sequence[str], *, today: date, sources: Sequence[str] = (), languages: Sequence[str] = ()
    ) -> Found:
        """Every article that `find` finds for one of `queries` at least."""
        asked = [terms for query in queries if (terms := _terms(query))]
        indexed = self._bodies.days(today)
        held = self._titles.days()
        found = []
        for day, titles in held.items():
            rows = NO_ROWS
            for terms in asked:
                rows = np.union1d(rows, _rows(titles, indexed.days.get(day), terms))
            rows = only(titles.sources, rows, sources) if sources else rows
            rows = only(titles.languages, rows, languages) if languages else rows
            if len(rows):
                found.append(_day_found(day, titles, rows))
        return Found(
            query=queries[0][:LONGEST_QUERY],
            terms=tuple(dict.fromkeys(term for terms in asked for term in terms)),
            days=tuple(found),
            titles_since=min(held, default=None),
            bodies_since=indexed.since,
            covered=frozenset(held),
        )

    def hits(self, found: Found, start: int, size: int, *, with_excerpts: bool = True) -> list[TitleHit]:
        """Articles from `start` on, newest first; excerpts cost a read of each text."""
        places = found.page(start, size)
        hits: list[TitleHit] = []
        for day in sorted({place.day for place in places}, reverse=True):
            rows = [place.row for place in places if place.day == day]
            listed = headlines_at(self._store, day, rows)
            is_read = with_excerpts and day >= found.bodies_since
            texts = dict(texts_of(self._store, day, rows)) if is_read else {}
            terms = found.terms if with_excerpts else ()
            hits += [_hit(day, listed[row], texts.get(row, ""), terms) for row in rows if row in listed]
        return hits


def _rows(titles: Titles, bodies: DayIndex | None, terms: Sequence[Term]) -> Rows:
    """The rows with all of `terms` in their title, or in what is indexed of that very edition of the day."""
    words = [term.text for term in terms]
    rows = rows_with(titles, words)
    if bodies is None or titles.generation not in bodies.generations:
        return rows
    return np.union1d(rows, bodies.rows(words))


def _terms(query: str) -> tuple[Term, ...]:
    return tuple(term for term in read_query(query[:LONGEST_QUERY]) if has_letters(term.text))


def _day_found(day: date, titles: Titles, rows: Rows) -> DayFound:
    return DayFound(
        day=day,
        rows=rows,
        articles=len(rows) - revisions_in(titles, rows),
        publishers=publishers_in(titles, rows),
    )


def _hit(day: date, article: HeadlineRow, text: str, terms: tuple[Term, ...]) -> TitleHit:
    texts = (("title", article.title), ("title_en", article.title_en), ("text", text))
    return TitleHit(day=day, article=article, excerpts=excerpts(texts, terms) if terms else ())


__all__ = ["BODY_DAYS", "LONGEST_QUERY", "DayFound", "Finder", "Found", "TitleHit"]
