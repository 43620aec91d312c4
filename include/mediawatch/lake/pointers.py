"""A pointer: a value that changes by compare-and-swap, built on nothing but exclusive creates.

Entry n is the object `<prefix>/<n>.json`, created once; the highest number is the current value.  An entry carries a
random mark of its own and the mark of the entry that it follows, so that a writer can tell its own entry from
another's after a lost answer, and a stale one from a followed one.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mediawatch.errors import Contended, Corrupt
from mediawatch.lake.damage import reading
from mediawatch.lake.documents import dump_at, load
from mediawatch.lake.names import key_of, numbers_in
from mediawatch.lake.store import Missing, Store

_RETRIES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class PointerEntry:
    """One value that a pointer has had; numbers count from 1 without gaps."""

    number: int
    value: Mapping[str, Any]
    mark: str


class Pointer:
    """The pointer kept below the folder `prefix`."""

    def __init__(self, store: Store, prefix: str) -> None:
        self._store = store
        self._prefix = prefix

    def current(self) -> PointerEntry | None:
        """The newest entry, None before the first."""
        for _ in range(_RETRIES):
            numbers = self._numbers()
            if not numbers:
                return None
            try:
                return self._read(numbers[-1])[0]
            except Missing:
                continue  # a newer entry was made and this one pruned since the listing
        raise Contended(f"{self._prefix}: changes faster than it can be read")

    def advance(self, expected: PointerEntry | None, value: Mapping[str, Any]) -> PointerEntry:
        """Make `value` current if `expected` (None: nothing yet) still is.  Raises Contended if it is not.

        Of any number of writers that expect the same entry one wins.
        """
        number = (expected.number if expected else 0) + 1
        after = expected.mark if expected else ""
        entry = PointerEntry(number=number, value=dict(value), mark=uuid.uuid4().hex)
        created = self._store.create(
            self._key(number),
            dump_at(self._key(number), {"value": entry.value, "mark": entry.mark, "after": after}),
        )
        if not self._is_mine(entry, created=created):
            raise Contended(f"{self._prefix}: entry {number} was made by somebody else")
        return entry

    def entries(self) -> list[PointerEntry]:
        """The entries that can be read, oldest first: not those pruned, nor what damage left of old ones."""
        found = []
        for number in self._numbers():
            try:
                found.append(self._read(number)[0])
            except Corrupt:
                continue  # pruned since the listing, or damaged; of the newest one `current` says so
        return found

    def prune(self, keep: int = 3) -> None:
        """Remove all entries but the newest `keep` (at least one)."""
        for number in self._numbers()[: -max(keep, 1)]:
            self._store.delete(self._key(number))

    def _is_mine(self, entry: PointerEntry, *, created: bool) -> bool:
        """Whether `entry` is in the chain: created, and not in a place that was pruned long ago."""
        if not created:  # perhaps by ourselves, in a request whose answer was lost
            try:
                return self._read(entry.number)[0].mark == entry.mark
            except Missing:
                return False
        if self._numbers()[-1:] <= [entry.number]:
            return True
        try:
            return self._read(entry.number + 1)[1] == entry.mark
        except Missing:
            return False

    def _numbers(self) -> list[int]:
        return numbers_in(self._store, self._prefix)

    def _read(self, number: int) -> tuple[PointerEntry, str]:
        """The entry, and the mark of the one that it follows."""
        key = self._key(number)
        document = load(self._store.read(key), key)
        with reading(key):
            entry = PointerEntry(number=number, value=dict(document["value"]), mark=str(document["mark"]))
            return entry, str(document["after"])

    def _key(self, number: int) -> str:
        return key_of(self._prefix, number)
