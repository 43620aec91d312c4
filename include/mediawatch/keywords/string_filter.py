"""Which strings the texts of a month have, in a few megabytes: a filter that may say yes too often, and never no.

Months of units are too much to search for every new string of every day.  A filter (Bloom 1970) holds the hashes of the
month's pieces: Latin tokens, pairs and triples of units.  A longer string can only be there when all its triples are.
So a string that a filter does not hold was not in the news of its month; one that it holds is looked up in the days.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from mediawatch.keywords.mining import Hashes, hash_of, levels
from mediawatch.keywords.reading import LATIN, Codes

_PIECE: Final = 3
"""Units of the longest piece kept.  Longer ones are nearly as many as the units of a month, and say little more."""
_BITS_A_UNIT: Final = 4
_LEAST: Final = 16
_MOST: Final = 34
"""The size in bits, as a power of two: from 8 KB to 2 GB, that of four thousand million units."""
_AT_A_TIME: Final = 1 << 18
"""Pieces marked together."""
_FACTORS: Final = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9)
"""One for each bit that a piece sets.  Of news more than half of a month's pairs and triples are the same again: an
eighth of the bits or so are set, and a piece that is not there is taken for one that is less than once in a hundred."""


@dataclass(frozen=True, slots=True)
class StringFilter:
    """The pieces of some texts; `marks` are its bits, eight in a byte, and their number a power of two."""

    marks: npt.NDArray[np.uint8]

    @classmethod
    def of(cls, texts: Sequence[Codes]) -> StringFilter:
        """The filter of the units of `texts`, each some articles with a parting unit after each."""
        return cls.sized(texts, sum(map(len, texts)))

    @classmethod
    def sized(cls, texts: Iterable[Codes], units: int) -> StringFilter:
        """The same of texts that are read one after the other: `units` says how many units they are together.

        Beside the filter, a byte for eight bits, no more is in memory than one of them and what is made of it.
        """
        bits = min(max(_LEAST, (units * _BITS_A_UNIT).bit_length()), _MOST)
        marks = np.zeros(1 << bits - 3, np.uint8)
        for codes in texts:
            for length, hashes, whole in levels(codes, _PIECE):
                counted = whole & (codes >= LATIN) if length == 1 else whole
                kept = hashes[counted]
                for start in range(0, len(kept), _AT_A_TIME):
                    for places in _places(kept[start : start + _AT_A_TIME], bits):
                        _mark(marks, places)
        return cls(marks)

    def may_hold(self, string: Sequence[int]) -> bool:
        """Whether the texts may have `string`, given by its units; False only where they have not.

        A single Han character is no piece: of it the answer is always True.
        """
        length = min(len(string), _PIECE)
        if length < _PIECE and (not length or (length == 1 and string[0] < LATIN)):
            return True
        pieces = [hash_of(string[start : start + length]) for start in range(len(string) - length + 1)]
        bits = (len(self.marks) * 8 - 1).bit_length()
        return all(
            bool((self.marks[at >> np.uint64(3)] >> (7 - (at & np.uint64(7))).astype(np.uint8) & 1).all())
            for at in _places(np.array(pieces, np.uint64), bits)
        )


def _mark(marks: npt.NDArray[np.uint8], places: Hashes) -> None:
    """Set the bits `places` of `marks`."""
    places.sort()
    byte, bit = places >> np.uint64(3), np.uint8(0x80) >> (places & np.uint64(7)).astype(np.uint8)
    first = np.flatnonzero(np.concatenate(([True], byte[1:] != byte[:-1]))[: len(byte)])
    # Of several bits in one byte only the last would stay; so they are joined first.
    marks[byte[first]] |= np.bitwise_or.reduceat(bit, first) if len(first) else bit


def _places(hashes: Hashes, bits: int) -> list[Hashes]:
    """The bits of each piece, one array a mark; `mining` leaves the low 20 bits of a hash free, so they are mixed."""
    return [(hashes >> np.uint64(20)) * np.uint64(factor) >> np.uint64(64 - bits) for factor in _FACTORS]
