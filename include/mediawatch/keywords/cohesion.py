"""How firmly the parts of a string belong together, by how often they stand apart in the window."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mediawatch.keywords.mining import hashes_at, levels, mixed
from mediawatch.keywords.reading import PARTED, Codes, Places

Counts = npt.NDArray[np.float64]


class StringCounts:
    """How often every string of up to `longest` units stands in `codes`; a string is named by one of its places.

    Only the sorted hashes are kept (8 bytes a unit and length); those of the few strings asked for are made again.
    """

    def __init__(self, codes: Codes, longest: int) -> None:
        self._size = int((codes != PARTED).sum())
        self._spread = mixed(codes)
        self._sorted = {length: np.sort(hashes[whole]) for length, hashes, whole in levels(codes, longest)}

    def of(self, places: Places, length: int) -> Counts:
        """The count of the string of `length` units at each of `places`; of no units, 0."""
        if not length or not len(places):
            return np.zeros(len(places))
        wanted, held = hashes_at(self._spread, places, length), self._sorted[length]
        return (np.searchsorted(held, wanted, "right") - np.searchsorted(held, wanted, "left")).astype(np.float64)

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
