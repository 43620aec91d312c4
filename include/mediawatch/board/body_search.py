"""Finding articles in the lake: every title, and the bodies of the last days, in either script.

Of an article with revisions the newest is found, and only that.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from typing import Final

import numpy as np

from mediawatch.board.body_index import BodyIndex, DayIndex
from mediawatch.board.local_index import BODY_DAYS, headlines_at, texts_of
from mediawatch.board.titles import (
    NO_ROWS,
    Flags,
    Numbers,
    Rows,
    TitleIndex,
    TitlePlace,
    Titles,
    codes_in,
    publishers_in,
    revisions_in,
    with_name,
    with_term,
)
from mediawatch.lake.store import Store
from mediawatch.search.excerpts import Excerpt, excerpts
from mediawatch.search.grammar import Days, Either, Every, Named, NameField, Query, Term, Text, Without, terms_of
from mediawatch.search.searching import TimeOrder
from mediawatch.tables.board import HeadlineRow

_AT_ONCE: Final = min(4, os.cpu_count() or 1)
"""Days that are looked through at once: comparing a day's titles leaves the interpreter free for another."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DayFound:
    """What one day has: `rows` ascending, `articles` without revisions of earlier ones, and their publishers.

    `rows` are without those that a later day has in a newer revision; these count among the `articles`.
    """

    day: date
    rows: Rows
    articles: int
    publishers: frozenset[str]
    titles: Titles


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

    def shares(self, field: NameField) -> Counter[str]:
        """How many of the articles have each value of `field`; one with several authors counts for each."""
        found: Counter[str] = Counter()
        for day in self.days:
            column = day.titles.names[field][0]
            numbers = np.bincount(codes_in(column)[day.rows], minlength=len(column.dictionary))
            for value, number in zip(column.dictionary.to_pylist(), numbers.tolist(), strict=True):
                found.update(dict.fromkeys(filter(None, value.split("\n")), number) if number else ())
        return found

    def listed(self, order: TimeOrder = "seen", *, one_a_story: bool = False) -> FoundList:
        """The articles in an order, the newest first; of each story the first one alone if `one_a_story`."""
        days = np.concatenate([np.full(len(day.rows), at) for at, day in enumerate(self.days)] or [NO_ROWS])
        rows = np.concatenate([day.rows[::-1] for day in self.days] or [NO_ROWS])

        def held(name: str) -> Numbers:
            return np.concatenate([getattr(day.titles, name)[day.rows[::-1]] for day in self.days] or [NO_ROWS])

        by_time = np.argsort(-held("seen"), kind="stable")
        if order == "published":
            by_time = by_time[np.argsort(-held("published")[by_time].astype(float), kind="stable")]
        copies = np.ones(len(rows), np.int64)
        if one_a_story:
            _, first, copies = np.unique(held("stories")[by_time], return_index=True, return_counts=True)
            in_order = np.argsort(first)
            by_time, copies = by_time[first[in_order]], copies[in_order]
        return FoundList(days=tuple(day.day for day in self.days), day=days[by_time], row=rows[by_time], copies=copies)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FoundList:
    """Articles found, in order: `row` of `days[day]`, and how many of those found are of its story (1 each where
    stories are not told apart)."""

    days: tuple[date, ...]
    day: Numbers
    row: Numbers
    copies: Numbers

    def __len__(self) -> int:
        return len(self.row)

    def page(self, numbers: range) -> list[tuple[TitlePlace, int]]:
        """The articles `numbers`, each with its `copies`."""
        part = slice(numbers.start, numbers.stop)
        found = zip(self.day[part].tolist(), self.row[part].tolist(), self.copies[part].tolist(), strict=True)
        return [(TitlePlace(day=self.days[day], row=row), copies) for day, row, copies in found]


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleHit:
    """One article found and where its words stand; it stands for `copies` of its story that were found."""

    day: date
    article: HeadlineRow
    excerpts: tuple[Excerpt, ...]
    copies: int = 1


class Finder:
    """Answers queries from the lake; one a process, for its titles stay in memory."""

    def __init__(self, store: Store, titles: TitleIndex, bodies: BodyIndex) -> None:
        self._store = store
        self._titles = titles
        self._bodies = bodies
        self._readers = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="titles")

    def warm(self, today: date, *, wait_seconds: float = 0.0) -> None:
        """Read the titles and begin to index the bodies, so that the first reader does not wait."""
        self._titles.days()
        self._bodies.days(today, wait_seconds=wait_seconds)

    def find(self, query: Query, *, today: date) -> Found:
        """Every article that `query` finds, in titles, and in the bodies of the last days."""
        indexed = self._bodies.days(today)
        held = self._titles.days()
        days = [_Day(day, titles, indexed.days.get(day)) for day, titles in held.items()]
        every = zip(days, self._readers.map(lambda day: day.flags(query), days), strict=True)
        found = [_day_found(day, flags) for day, flags in every if flags.any()]
        return Found(
            terms=terms_of(query),
            days=tuple(found),
            titles_since=min(held, default=None),
            bodies_since=indexed.since,
            covered=frozenset(held),
        )

    def hits(
        self, found: Found, numbers: range, *, listed: FoundList | None = None, with_excerpts: bool = True
    ) -> list[TitleHit]:
        """The articles `numbers` of `listed`, else of the newest first; excerpts cost a read of each text."""
        places = (found.listed() if listed is None else listed).page(numbers)
        hits: dict[TitlePlace, TitleHit] = {}
        for day in {place.day for place, _ in places}:
            copies = {place.row: copies for place, copies in places if place.day == day}
            rows = headlines_at(self._store, day, copies)
            is_read = with_excerpts and day >= found.bodies_since
            texts = dict(texts_of(self._store, day, copies)) if is_read else {}
            terms = found.terms if with_excerpts else ()
            for row, article in rows.items():
                hit = _hit(day, article, texts.get(row, ""), terms, copies[row])
                hits[TitlePlace(day=day, row=row)] = hit
        return [hits[place] for place, _ in places if place in hits]


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
                counted = self.titles.counted_on
                return (counted >= _since_1970(first or date.min)) & (counted <= _since_1970(last or date.max))
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


def _since_1970(day: date) -> int:
    return (day - date(1970, 1, 1)).days


def _day_found(day: _Day, flags: Flags) -> DayFound:
    rows, titles = np.flatnonzero(flags), day.titles
    return DayFound(
        day=day.day,
        rows=np.flatnonzero(flags & ~titles.is_superseded),
        articles=len(rows) - revisions_in(titles, rows),
        publishers=publishers_in(titles, rows),
        titles=titles,
    )


def _hit(day: date, article: HeadlineRow, text: str, terms: tuple[Term, ...], copies: int) -> TitleHit:
    texts = (("title", article.title), ("title_en", article.title_en), ("text", text))
    return TitleHit(day=day, article=article, excerpts=excerpts(texts, terms) if terms else (), copies=copies)


__all__ = ["BODY_DAYS", "DayFound", "Finder", "Found", "TitleHit"]
