"""Finding articles in the lake: every title, and the bodies of the last days, in either script."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mediawatch.board.grams import Piece, pieces_of
from mediawatch.board.local_index import BODY_DAYS, first_body_day, gram_table, headlines_at, texts_of
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
from mediawatch.lake.partitions import PartitionKey, Receipt, current, read_columns
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

    def __init__(self, store: Store, titles: TitleIndex) -> None:
        self._store = store
        self._titles = titles

    def warm(self) -> None:
        """Read the titles now, so that the first reader does not wait."""
        self._titles.days()

    def find(self, query: str, *, today: date, sources: Sequence[str] = (), languages: Sequence[str] = ()) -> Found:
        """Every article that holds all words of `query`; words in quotes stand together in titles."""
        return self.find_any([query], today=today, sources=sources, languages=languages)

    def find_any(
        self, queries: Sequence[str], *, today: date, sources: Sequence[str] = (), languages: Sequence[str] = ()
    ) -> Found:
        """Every article that `find` finds for one of `queries` at least."""
        asked = [terms for query in queries if (terms := _terms(query))]
        first = first_body_day(today)
        held = self._titles.days()
        found = []
        for day, titles in held.items():
            rows = NO_ROWS
            for terms in asked:
                rows = np.union1d(rows, self._rows(day, titles, terms, with_bodies=day >= first))
            rows = only(titles.sources, rows, sources) if sources else rows
            rows = only(titles.languages, rows, languages) if languages else rows
            if len(rows):
                found.append(_day_found(day, titles, rows))
        return Found(
            query=queries[0][:LONGEST_QUERY],
            terms=tuple(dict.fromkeys(term for terms in asked for term in terms)),
            days=tuple(found),
            titles_since=min(held, default=None),
            bodies_since=first,
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

    def _rows(self, day: date, titles: Titles, terms: Sequence[Term], *, with_bodies: bool) -> Rows:
        rows = rows_with(titles, [term.text for term in terms])
        return np.union1d(rows, self._rows_in_bodies(day, terms, len(titles))) if with_bodies else rows

    def _rows_in_bodies(self, day: date, terms: Iterable[Term], size: int) -> Rows:
        receipt = current(self._store, PartitionKey(stage="bodies", day=day))
        if receipt is None:
            return NO_ROWS
        pieces = [piece for term in terms for piece in pieces_of(term.text)]
        tables = {b: _grams(self._store, receipt, b) for b in sorted({b for p in pieces for b in p.buckets})}
        found: Rows | None = None
        for piece in pieces:
            rows = np.unique(np.concatenate([_rows(tables[bucket], piece) for bucket in sorted(piece.buckets)]))
            found = rows if found is None else np.intersect1d(found, rows, assume_unique=True)
            if not len(found):
                break
        return NO_ROWS if found is None else found[found < size]


def _terms(query: str) -> tuple[Term, ...]:
    return tuple(term for term in read_query(query[:LONGEST_QUERY]) if pieces_of(term.text))


def _grams(store: Store, receipt: Receipt, bucket: int) -> pa.Table:
    return read_columns(store, receipt, gram_table(bucket), ["gram", "rows"])


def _rows(table: pa.Table, piece: Piece) -> Rows:
    if table.num_rows == 0:
        return NO_ROWS
    grams = table.column("gram")
    if piece.is_prefix:
        masks = [pc.starts_with(grams, gram) for gram in piece.grams]
        mask = masks[0]
        for other in masks[1:]:
            mask = pc.or_(mask, other)
    else:
        mask = pc.is_in(grams, pa.array(piece.grams))
    return np.concatenate([NO_ROWS, *map(decoded, table.column("rows").filter(mask).to_pylist())])


def decoded(blob: bytes) -> Rows:
    """The rows of a posting."""
    return np.cumsum(np.frombuffer(blob, dtype=np.uint32), dtype=np.int64)


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


__all__ = ["BODY_DAYS", "LONGEST_QUERY", "DayFound", "Finder", "Found", "TitleHit", "decoded"]
