"""How firmly the parts of a string belong together, by how often they stand apart in the window."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from mediawatch.keywords.mining import Hashes, Sought, are_units, hashes_at, sought_anywhere
from mediawatch.keywords.reading import Places, UnitCodes

Counts = npt.NDArray[np.float64]


class StringCounts:
    """How often some strings and their parts stand in `codes`; a string is named by one of its places.

    `strings` are those strings by their length.  What is kept are the counts of them and of the parts that every split
    of them gives.
    """

    def __init__(self, codes: UnitCodes, strings: Mapping[int, Places]) -> None:
        self._size = int(are_units(codes).sum())
        self._codes = codes
        self._held = {length: np.unique(np.concatenate(hashes)) for length, hashes in self._parts(strings).items()}
        self._counts = {length: np.zeros(len(held), np.int64) for length, held in self._held.items()}
        for length, _, which in sought_anywhere(codes, {length: Sought(held) for length, held in self._held.items()}):
            self._counts[length] += np.bincount(which, minlength=len(self._held[length]))

    def of(self, places: Places, length: int) -> Counts:
        """The count of the string of `length` units at each of `places`; of no units, 0."""
        if not length or not len(places):
            return np.zeros(len(places))
        at = np.searchsorted(self._held[length], hashes_at(self._codes, places, length))
        return self._counts[length][at].astype(np.float64)

    def cohesion(self, places: Places, length: int) -> Counts:
        """The least of log(p(xy) / (p(x) p(y))) over the splits of each string, in nats; infinite for one unit.

        Its parts are counted without it.
        """
        own = self.of(places, length)
        least = np.full(len(places), np.inf)
        for cut in range(1, length):
            left, right = self.of(places, cut), self.of(places + cut, length - cut)
            apart = (np.maximum(left - own, 0) + 1) * (np.maximum(right - own, 0) + 1)
            least = np.minimum(least, np.log(own * self._size / apart))
        return least

    def _parts(self, strings: Mapping[int, Places]) -> Mapping[int, list[Hashes]]:
        """{length: hashes} of the strings and of both sides of each of their splits."""
        found: defaultdict[int, list[Hashes]] = defaultdict(list)
        for length, places in strings.items():
            for cut in range(1, length + 1) if len(places) else ():
                found[cut].append(hashes_at(self._codes, places, cut))
                if cut < length:
                    found[length - cut].append(hashes_at(self._codes, places + cut, length - cut))
        return found
