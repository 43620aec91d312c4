"""Some dozens of strings looked for in the units of many days, by their first pair of units."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

import numpy as np

from mediawatch.keywords.mining import Hashes, Sought, hash_of, hashes_at, sought_anywhere
from mediawatch.keywords.reading import Codes, Places


class StringSearch:
    """`strings`, given by their units, made ready to be looked for.

    A pass over a day's units makes two hashes a unit, however many strings there are and however long they are; only
    where a string's first pair stands is the string compared.
    """

    def __init__(self, strings: Collection[tuple[int, ...]]) -> None:
        self._by_length: dict[int, dict[int, tuple[int, ...]]] = defaultdict(dict)
        for string in strings:
            self._by_length[len(string)][hash_of(string)] = string
        first = {n: _sorted(hash_of(string[:n]) for string in strings if min(len(string), 2) == n) for n in (1, 2)}
        self._first = {length: Sought(hashes) for length, hashes in first.items() if len(hashes)}
        self._wanted = {length: _sorted(held) for length, held in self._by_length.items()}

    def found(self, codes: Codes) -> set[tuple[int, ...]]:
        """Those of the strings that stand in `codes`, the articles of a day with a parting unit after each."""
        found: set[tuple[int, ...]] = set()
        for first, places, _ in sought_anywhere(codes, self._first):
            for length, wanted in self._wanted.items():
                if min(length, 2) == first:
                    found |= self._at(codes, places, length, wanted)
        return found

    def _at(self, codes: Codes, places: Places, length: int, wanted: Hashes) -> set[tuple[int, ...]]:
        inside = places[places <= len(codes) - length]
        here = np.intersect1d(hashes_at(codes, inside, length), wanted)
        return {self._by_length[length][value] for value in here.tolist()}


def _sorted(hashes: Iterable[int]) -> Hashes:
    return np.array(sorted(set(hashes)), np.uint64)
