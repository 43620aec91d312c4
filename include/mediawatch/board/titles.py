"""All titles in memory: what is searched without Elasticsearch beyond the last days' bodies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from threading import Lock
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mediawatch.extraction.register import WINDOW
from mediawatch.lake.partitions import PartitionKey, Receipt, current, partition_days, read_columns
from mediawatch.lake.store import Store
from mediawatch.language import han_share
from mediawatch.records import Clock
from mediawatch.search.grammar import NameField, Term
from mediawatch.search.names import key_of, keys_of
from mediawatch.search.searchable import pattern_of
from mediawatch.search.wordforms import forms_of
from mediawatch.tables.board import HEADLINES

Rows = npt.NDArray[np.int64]
"""Rows of a day's local index, ascending, each once."""
Numbers = npt.NDArray[np.int64]
NO_ROWS: Rows = np.zeros(0, np.int64)
Flags = npt.NDArray[np.bool_]

LARGEST = 3_000_000
"""Titles held; the newest days win.  A million of 30 characters takes 110 MB."""
_NAMED: Final = ("publisher", "original_publisher", "site", "source", "authors", "languages")
_KEYS: Final = ("article_id", "story_id")
_TIMES: Final = ("first_seen_at", "published_at", "counted_on")
UNKNOWN: Final = np.iinfo(np.int64).min
"""The time of what tells none: before all others."""
RECENT_DAYS = 3
"""Days that change while people look; the others only when somebody rebuilds them."""
LOOK_AGAIN = timedelta(seconds=20)
LOOK_AT_ALL = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class TitlePlace:
    """One article by its day and its row on that day's local index."""

    day: date
    row: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Titles:
    """One day's titles, in the order of its rows.

    `articles` and `stories` are hashes of their ids, equal within a process; `seen` and `published` are microseconds
    since 1970, UNKNOWN without a time, and `counted_on` days since then.  `is_superseded` marks what a later day has in
    a newer revision.
    """

    generation: str
    searchable: pa.Array
    publishers: pa.Array
    names: Mapping[NameField, tuple[pa.Array, ...]]
    is_revision: Flags
    articles: Numbers
    stories: Numbers
    seen: Numbers
    published: Numbers
    counted_on: Numbers
    is_superseded: Flags

    def __len__(self) -> int:
        return len(self.searchable)


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
        if held != self._days:
            held = _with_superseded(held)
        self._days, self._looked_at = held, moment
        self._looked_at_all = moment if whole else self._looked_at_all

    def _read(self, day: date, known: Titles | None) -> Titles | None:
        receipt = current(self._store, PartitionKey(stage="shelf", day=day))
        if receipt is None or (known is not None and known.generation == receipt.generation):
            return known if receipt is not None else None
        return _titles(self._store, receipt, day)


def _with_superseded(days: Mapping[date, Titles]) -> dict[date, Titles]:
    """`days`, newest first, each with what later ones have in a newer revision."""
    revised: list[tuple[date, Numbers]] = []
    marked = {}
    for day, titles in days.items():
        revised = [(on, ids) for on, ids in revised if on - day <= WINDOW]
        later = np.concatenate([ids for _, ids in revised]) if revised else NO_ROWS
        marked[day] = replace(titles, is_superseded=np.isin(titles.articles, later))
        if titles.is_revision.any():
            revised.append((day, titles.articles[titles.is_revision]))
    return marked


def _titles(store: Store, receipt: Receipt, day: date) -> Titles:
    columns = ["searchable", "is_revision", "story_publisher", *_NAMED, *_KEYS, *_TIMES]
    table = read_columns(store, receipt, HEADLINES, columns).combine_chunks()

    def has(name: str) -> bool:  # a day of before has none of some until it is made again
        return name in table.column_names

    def column(name: str) -> pa.Array:
        return pa.chunked_array(table.column(name).chunks, type=table.schema.field(name).type).combine_chunks()

    def encoded(name: str) -> pa.Array:
        values = column(name)
        return (pc.binary_join(values, "\n") if pa.types.is_list(values.type) else values).dictionary_encode()

    def hashed(name: str) -> Numbers:
        return np.fromiter(map(hash, column(name).to_pylist()), np.int64, table.num_rows)

    def instants(name: str) -> Numbers:
        return _numbers(column(name).cast(pa.timestamp("us", "UTC")).cast(pa.int64()))

    words = {name: encoded(name) for name in _NAMED}
    named: dict[NameField, tuple[pa.Array, ...]] = {
        "publisher": (words["publisher"], words["original_publisher"]),
        "site": (words["site"],),
        "source": (words["source"],),
        "author": (words["authors"],),
        "lang": (words["languages"],),
    }
    return Titles(
        generation=receipt.generation,
        searchable=column("searchable"),
        publishers=encoded("story_publisher") if has("story_publisher") else words["publisher"],
        names=named,
        is_revision=_flags(column("is_revision")),
        articles=hashed("article_id"),
        stories=hashed("story_id" if has("story_id") else "article_id"),
        seen=instants("first_seen_at"),
        published=instants("published_at"),
        counted_on=_numbers(column("counted_on").cast(pa.int32()))
        if has("counted_on")
        else np.full(table.num_rows, (day - date(1970, 1, 1)).days),
        is_superseded=np.zeros(table.num_rows, np.bool_),
    )


def with_term(titles: Titles, term: Term) -> Flags:
    """Which titles hold `term`."""
    forms = forms_of(term)
    if han_share(forms[0]) == 1:
        return _flags(pc.match_substring(titles.searchable, forms[0]))
    return _flags(pc.match_substring_regex(titles.searchable, pattern_of(forms)))


def with_name(titles: Titles, field: NameField, value: str) -> Flags:
    """Which articles go by the name `value` in `field`."""
    wanted, found = key_of(field, value), np.zeros(len(titles), np.bool_)
    for column in titles.names[field]:
        values = column.dictionary.to_pylist()
        held = np.array([wanted in keys_of(field, each.split("\n")) for each in values], np.bool_)
        found |= held[codes_in(column)] if len(values) else False
    return found


def _numbers(found: pa.Array) -> Numbers:
    whole: Numbers = pc.fill_null(found.cast(pa.int64()), UNKNOWN).to_numpy(zero_copy_only=False)
    return whole


def _flags(found: pa.Array) -> Flags:
    flags: Flags = found.to_numpy(zero_copy_only=False).astype(np.bool_)
    return flags


def publishers_in(titles: Titles, rows: Rows) -> frozenset[str]:
    """The publishers of `rows`."""
    return frozenset(
        titles.publishers.dictionary.take(pa.array(np.unique(codes_in(titles.publishers)[rows]))).to_pylist()
    )


def revisions_in(titles: Titles, rows: Rows) -> int:
    """How many of `rows` are revisions of articles of earlier days."""
    return int(titles.is_revision[rows].sum())


def codes_in(column: pa.Array) -> Numbers:
    """For each row the number of its value in the column's dictionary."""
    codes: Numbers = column.indices.to_numpy(zero_copy_only=False)
    return codes
