"""All titles in memory, folded: what is searched without Elasticsearch beyond the last days' bodies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from threading import Lock

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mediawatch.board.wordforms import title_pattern
from mediawatch.lake.partitions import PartitionKey, Receipt, current, partition_days, read_columns
from mediawatch.lake.store import Store
from mediawatch.language import han_share
from mediawatch.records import Clock
from mediawatch.tables.board import HEADLINES

Rows = npt.NDArray[np.int64]
"""Rows of a day's local index, ascending, each once."""
NO_ROWS: Rows = np.zeros(0, np.int64)

LARGEST = 3_000_000
"""Titles held; the newest days win.  A million of 30 characters takes 110 MB."""
RECENT_DAYS = 3
"""Days that change while people look; the others only when somebody rebuilds them."""
LOOK_AGAIN = timedelta(seconds=20)
LOOK_AT_ALL = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class TitlePlace:
    """One article by its day and its row on that day's local index."""

    day: date
    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Titles:
    """One day's titles, in the order of its rows."""

    generation: str
    folded: pa.Array
    publishers: pa.Array
    sources: pa.Array
    languages: pa.Array
    is_revision: pa.Array

    def __len__(self) -> int:
        return len(self.folded)


class TitleIndex:
    """The titles of every day that is in the local index, read once and looked after; safe for several threads."""

    def __init__(self, store: Store, clock: Clock, largest: int = LARGEST) -> None:
        self._store, self._clock, self._largest = store, clock, largest
        self._days: dict[date, Titles] = {}
        self._lock = Lock()
        self._looked_at = self._looked_at_all = datetime.min.replace(tzinfo=UTC)

    def days(self) -> dict[date, Titles]:
        """{day: titles}, newest first, as far back as memory allows."""
        # While one reader looks whether anything changed, the others go on with what is known.
        if self._lock.acquire(blocking=not self._days):
            try:
                self._refresh()
            finally:
                self._lock.release()
        return dict(self._days)

    def _refresh(self) -> None:
        moment = self._clock()
        if moment - self._looked_at < LOOK_AGAIN:
            return
        names = partition_days(self._store, "shelf")[::-1]
        whole = moment - self._looked_at_all >= LOOK_AT_ALL
        held: dict[date, Titles] = {}
        total = 0
        for place, day in enumerate(names):
            known = self._days.get(day)
            titles = known if known is not None and not whole and place >= RECENT_DAYS else self._read(day, known)
            if titles is None:
                continue
            total += len(titles)
            if total > self._largest and held:
                break
            held[day] = titles
        self._days, self._looked_at = held, moment
        self._looked_at_all = moment if whole else self._looked_at_all

    def _read(self, day: date, known: Titles | None) -> Titles | None:
        receipt = current(self._store, PartitionKey(stage="shelf", day=day))
        if receipt is None or (known is not None and known.generation == receipt.generation):
            return known if receipt is not None else None
        return _titles(self._store, receipt)


def _titles(store: Store, receipt: Receipt) -> Titles:
    table = read_columns(
        store, receipt, HEADLINES, ["folded", "publisher", "source", "language", "is_revision"]
    ).combine_chunks()

    def column(name: str) -> pa.Array:
        return pa.chunked_array(table.column(name).chunks, type=table.schema.field(name).type).combine_chunks()

    words = {name: column(name).dictionary_encode() for name in ("publisher", "source", "language")}
    return Titles(
        generation=receipt.generation,
        folded=column("folded"),
        publishers=words["publisher"],
        sources=words["source"],
        languages=words["language"],
        is_revision=column("is_revision"),
    )


def rows_with(titles: Titles, terms: Sequence[str]) -> Rows:
    """The rows whose title holds every one of `terms` (folded); none without a term."""
    mask: pa.Array | None = None
    for term in terms:
        found = _mask(titles.folded, term)
        mask = found if mask is None else pc.and_(mask, found)
    return NO_ROWS if mask is None else np.flatnonzero(mask.to_numpy(zero_copy_only=False))


def _mask(folded: pa.Array, term: str) -> pa.Array:
    if han_share(term) > 0 and " " not in term:
        return pc.match_substring(folded, term)
    return pc.match_substring_regex(folded, title_pattern(term))


def publishers_in(titles: Titles, rows: Rows) -> frozenset[str]:
    """The publishers of `rows`."""
    return frozenset(
        titles.publishers.dictionary.take(pa.array(np.unique(_codes(titles.publishers)[rows]))).to_pylist()
    )


def revisions_in(titles: Titles, rows: Rows) -> int:
    """How many of `rows` are revisions of articles of earlier days."""
    return int(titles.is_revision.to_numpy(zero_copy_only=False)[rows].sum())


def only(column: pa.Array, rows: Rows, wanted: Sequence[str]) -> Rows:
    """Those of `rows` where `column` (of the titles' sources or languages) has one of `wanted`."""
    places = [place for place, value in enumerate(column.dictionary.to_pylist()) if value in wanted]
    return rows[np.isin(_codes(column)[rows], places)]


def _codes(column: pa.Array) -> Rows:
    codes: Rows = column.indices.to_numpy(zero_copy_only=False)
    return codes
