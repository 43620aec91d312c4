"""The bodies of the last days in memory: an index by tantivy for each day, made from the texts on the shelf.

Each Chinese character and each word of another script of a searchable text is a token with its place, and a query is a
phrase: what is found stands in the text as it was asked for.

An index is no part of the lake.  It takes 0.2 ms and 1.4 KB an article, is made by every process that shows the board,
newest day first, and again when its day changes; so what is forgotten is gone from it as it is from the shelf.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa

from mediawatch.board.local_index import first_body_day
from mediawatch.board.titles import NO_ROWS, Rows
from mediawatch.lake.partitions import PartitionKey, Receipt, current, partition_days, read_columns, read_rows
from mediawatch.lake.store import Store
from mediawatch.records import Clock
from mediawatch.search.grammar import Term
from mediawatch.search.searchable import searchable
from mediawatch.search.wordforms import forms_of, has_letters
from mediawatch.tables.board import HEADLINES, TEXTS

if TYPE_CHECKING:
    import tantivy

LOOK_AGAIN: Final = timedelta(seconds=20)
WAIT_SECONDS: Final = 1.0
"""How long the first readers wait while nothing is indexed.  After that nobody waits, and the page says how far back
bodies were searched."""

_HAN: Final = (
    r"\u{2e80}-\u{2fdf}\u{3005}-\u{3007}\u{3040}-\u{30ff}\u{3400}-\u{9fff}\u{ac00}-\u{d7af}"
    r"\u{f900}-\u{faff}\u{20000}-\u{323af}"
)
_TOKEN: Final = rf"[{_HAN}]|[\w--[_\u{{2e80}}-\u{{ffdc}}\u{{20000}}-\u{{323af}}]]+"
"""In the words of Rust's regular expressions."""
_HEAP_BYTES: Final = 16 << 20


@dataclass(frozen=True, slots=True, eq=False)
class DayIndex:
    """The bodies of one day, with their titles.  `generations` are those of the partitions it was made from."""

    generations: tuple[str, ...]
    _searcher: Any = field(repr=False)
    _size: int

    def rows(self, term: Term) -> Rows:
        """The rows, ascending, that hold `term`; none for one without letters."""
        import tantivy

        parts = list(_parts(term))
        if not parts or not self._size:
            return NO_ROWS
        found = [(tantivy.Occur.Must, _query(part, is_phrase=term.is_phrase)) for part in parts]
        query = tantivy.Query.boolean_query(found)
        hits = self._searcher.search(query, limit=self._size, count=False).hits
        found = self._searcher.fast_field_values("row", [address for _, address in hits])
        return np.sort(np.asarray(found, dtype=np.int64))


@dataclass(frozen=True, slots=True, kw_only=True)
class Indexed:
    """The days that are indexed; `since` is the first day from which on none is missing."""

    days: Mapping[date, DayIndex]
    since: date


class BodyIndex:
    """Indexes of the last days; one a process, safe for several threads."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._days: dict[date, DayIndex] = {}
        self._missing: set[date] | None = None
        self._looked_at = datetime.min.replace(tzinfo=UTC)
        self._error: Exception | None = None
        self._lock, self._is_done = Lock(), Event()
        self._is_done.set()

    def days(self, today: date, *, wait_seconds: float | None = None) -> Indexed:
        """The last days, as far as they are indexed (within `wait_seconds`, if given); the others follow meanwhile."""
        first = first_body_day(today)
        self._begin(first)
        patience = 0 if self._days else WAIT_SECONDS
        self._is_done.wait(patience if wait_seconds is None else wait_seconds)
        with self._lock:
            error, self._error = self._error, None
            days = {day: index for day, index in self._days.items() if day >= first}
            missing = {today} if self._missing is None else self._missing
        if error is not None:
            raise error
        newest = max((day for day in missing if day >= first), default=first - timedelta(days=1))
        return Indexed(days=days, since=newest + timedelta(days=1))

    def _begin(self, first: date) -> None:
        with self._lock:
            moment = self._clock()
            if not self._is_done.is_set() or moment - self._looked_at < LOOK_AGAIN:
                return
            self._looked_at = moment
            self._is_done.clear()
        Thread(target=self._run, args=(first,), name="body index", daemon=True).start()

    def _run(self, first: date) -> None:
        try:
            self._refresh(first)
        except Exception as error:  # noqa: BLE001 - it is raised again for the reader who waits
            with self._lock:
                self._error, self._looked_at = error, datetime.min.replace(tzinfo=UTC)
        finally:
            self._is_done.set()

    def _refresh(self, first: date) -> None:
        """Index what has changed, newest day first, and let go of what is not on the shelf any more."""
        on_shelf = reversed(partition_days(self._store, "bodies", since=first))
        receipts = {day: found for day in on_shelf if (found := _receipts(self._store, day))}
        with self._lock:
            self._days = {day: self._days[day] for day in receipts if day in self._days}
            stale = [day for day, found in receipts.items() if not self._is_fresh(day, found)]
            self._missing = missing = set(stale)
        for day in stale:
            index = _index_of(self._store, receipts[day])
            with self._lock:
                self._days[day] = index
                missing.discard(day)
            _give_back()

    def _is_fresh(self, day: date, receipts: Sequence[Receipt]) -> bool:
        return day in self._days and self._days[day].generations == _generations(receipts)


def _give_back() -> None:
    """Return the memory that indexing took: the C library keeps it for threads that are gone, 0.2 GB for 30 days."""
    pa.default_memory_pool().release_unused()
    with suppress(OSError, TypeError, AttributeError):  # it is glibc that can
        ctypes.CDLL(None).malloc_trim(0)


def _receipts(store: Store, day: date) -> tuple[Receipt, ...]:
    """Of the day's bodies and of its headlines, where there are any; none without bodies."""
    bodies = current(store, PartitionKey(stage="bodies", day=day))
    headlines = current(store, PartitionKey(stage="shelf", day=day))
    return tuple(filter(None, (bodies, headlines))) if bodies else ()


def _generations(receipts: Sequence[Receipt]) -> tuple[str, ...]:
    return tuple(receipt.generation for receipt in receipts)


def _index_of(store: Store, receipts: Sequence[Receipt]) -> DayIndex:
    bodies, *headlines = receipts
    titles = [title for found in headlines for title in _titles(store, found)]
    texts = ((text.row, text.text) for text in read_rows(store, bodies, TEXTS))
    searcher, size = _searcher_of((row, titles[row] if row < len(titles) else "", text) for row, text in texts)
    return DayIndex(_generations(receipts), searcher, size)


def _titles(store: Store, receipt: Receipt) -> list[str]:
    found: list[str] = read_columns(store, receipt, HEADLINES, ["searchable"]).column("searchable").to_pylist()
    return found


def _searcher_of(articles: Iterator[tuple[int, str, str]]) -> tuple[Any, int]:
    """A searcher over (row, searchable title, text), and how many there are.

    They are values of one field, between which no phrase goes across.
    """
    import tantivy

    index = tantivy.Index(_schema())
    index.register_tokenizer("ours", _analyzer())
    writer = index.writer(heap_size=_HEAP_BYTES, num_threads=1)
    size = 0
    for row, title, text in articles:
        document = tantivy.Document(row=row)
        for value in (title, searchable(text)):
            document.add_text("text", value.encode("utf-8", "replace").decode())
        writer.add_document(document)
        size += 1
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    return index.searcher(), size


def _parts(term: Term) -> Iterator[str]:
    """What `term` asks for: each stretch without blanks, a phrase in quotes as a whole."""
    text = term.text.encode("utf-8", "replace").decode()
    for stretch in [text] if term.is_phrase else text.split():
        if has_letters(stretch):
            yield stretch


def _query(part: str, *, is_phrase: bool) -> tantivy.Query:
    import tantivy

    found = []
    for form in forms_of(Term(text=part, is_phrase=is_phrase)):
        tokens = _analyzer().analyze(form)
        if len(tokens) > 1:
            found.append((tantivy.Occur.Should, tantivy.Query.phrase_query(_schema(), "text", [*tokens])))
        elif tokens:  # none of a script that is not indexed
            found.append((tantivy.Occur.Should, tantivy.Query.term_query(_schema(), "text", tokens[0])))
    return tantivy.Query.boolean_query(found)


@cache
def _schema() -> tantivy.Schema:
    import tantivy

    schema = tantivy.SchemaBuilder()
    schema.add_text_field("text", stored=False, tokenizer_name="ours", index_option="position")
    schema.add_integer_field("row", stored=False, indexed=False, fast=True)
    return schema.build()


@cache
def _analyzer() -> tantivy.TextAnalyzer:
    import tantivy

    return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.regex(_TOKEN)).build()
