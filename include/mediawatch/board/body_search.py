"""Finding articles in the lake: every title, and the bodies of the last days, in either script."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import reduce

import numpy as np

from mediawatch.board.body_index import BodyIndex, DayIndex
from mediawatch.board.local_index import BODY_DAYS, headlines_at, texts_of
from mediawatch.board.titles import (
    Flags,
    Rows,
    TitleIndex,
    TitlePlace,
    Titles,
    publishers_in,
    revisions_in,
    with_name,
    with_term,
)
from mediawatch.lake.store import Store
from mediawatch.search.excerpts import Excerpt, excerpts
from mediawatch.search.grammar import Days, Either, Every, Named, Query, Term, Text, Without, terms_of
from mediawatch.tables.board import HeadlineRow


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

    def find(self, query: Query, *, today: date) -> Found:
        """Every article that `query` finds, in titles, and in the bodies of the last days."""
        indexed = self._bodies.days(today)
        held = self._titles.days()
        days = (_Day(day, titles, indexed.days.get(day)) for day, titles in held.items())
        found = [_day_found(day.day, day.titles, rows) for day in days if len(rows := np.flatnonzero(day.flags(query)))]
        return Found(
            terms=terms_of(query),
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


@dataclass(frozen=True, slots=True)
class _Day:
    """One day while a query is answered."""

    day: date
    titles: Titles
    bodies: DayIndex | None

    def flags(self, query: Query) -> Flags:
        """Which of the day's articles `query` finds."""
        match query:
            case Text(term, in_title):
                return self._any(self._with(spelling, in_title=in_title) for spelling in term.spellings)
            case Named(field, value):
                return with_name(self.titles, field, value)
            case Days(first, last):
                is_within = (first or self.day) <= self.day <= (last or self.day)
                return np.full(len(self.titles), is_within, np.bool_)
            case Every(parts):
                return reduce(np.logical_and, map(self.flags, parts), np.ones(len(self.titles), np.bool_))
            case Either(parts):
                return self._any(map(self.flags, parts))
            case Without(part):
                return ~self.flags(part)

    def _any(self, flags: Iterable[Flags]) -> Flags:
        return reduce(np.logical_or, flags, np.zeros(len(self.titles), np.bool_))

    def _with(self, term: Term, *, in_title: bool) -> Flags:
        """With `term` in the title, or in what is indexed of that very edition of the day."""
        found = with_term(self.titles, term)
        if not in_title and self.bodies is not None and self.titles.generation in self.bodies.generations:
            found[self.bodies.rows(term)] = True
        return found


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


__all__ = ["BODY_DAYS", "DayFound", "Finder", "Found", "TitleHit"]
