"""Strings of characters that several stories of a few days share, found without a dictionary.

Strings are grown one unit at a time, each level only from strings that enough stories have (Agrawal and Srikant's
Apriori), so that the cost is that of the text, not of all its substrings.  Strings are compared by hashes of 44 bits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt

from mediawatch.errors import BadConfiguration
from mediawatch.keywords.reading import LATIN, PARTED, Codes, Flags, PackedCodes, Places, UnitCodes

Hashes = npt.NDArray[np.uint64]

LONGEST: Final = 8
"""Units of the longest string grown; names end there or so, what is longer is a quotation."""

_STORY_BITS: Final = 20
"""Low bits of a hash that are free to hold a story; where there are more stories, see `_Judged`.  The 44 bits left to a
hash make two of ten million strings share one about three times."""
_HASH: Final = ~np.uint64((1 << _STORY_BITS) - 1)
_PIECE: Final = 1 << 18
"""Places that are worked on together; what is made for them on the way takes some ten megabytes."""
_AT_A_TIME: Final = 1 << 21
"""Places whose strings are compared with one another at a time; of more the text is gone through again.  What is made
for them takes less than a hundred megabytes."""
_COMMON_BITS: Final = 8
_FEW: Final = 1 << 12
"""No places are held of units that are more than one of 256 of a text, and more than so many."""
_SPREAD: Final = np.uint32(0x9E3779B1)
_HEAD_BITS: Final = 8
_FAN_BITS: Final = 4
"""Bits by which hashes are parted at once: sixteen ways, so that parting n places costs n log n and not n squared."""
MOST_UNITS: Final = (1 << 31) - 1
"""Units that a window or a day can number: places take 32 bits, so that an index of them is half as large."""
_FACTOR: Final = np.uint64(0x9E3779B97F4A7C15)
_STEP: Final = np.uint64(0xD6E8FEB86659FD93)
_TABLE_BITS: Final = (8, 28)
"""Fewest and most first bits that `Sought` tells hashes apart by, ..."""
_MORE_BITS: Final = 3
_MOST_LIKELY_BITS: Final = 24
"""... and how many more it first looks at: 16 MB at most, for what is larger is in no cache of a processor."""


def check_units(units: int) -> None:
    """Raise BadConfiguration where so many `units` cannot be numbered, before anything is counted wrong."""
    if units > MOST_UNITS:
        raise BadConfiguration(
            f"the words of {units:,} characters are to be judged together, and {MOST_UNITS:,} can be: part the "
            "catalogue into several newsrooms, each with a lake of its own (docs/scale.md)"
        )


class UnitIndex:
    """Where each unit of `codes` stands, so that a string is looked for where its rarest unit is and nowhere else.

    It is made when it is first asked: until then a window does without its four bytes a unit.  Of what parts them, and
    of the few units that make up most of a text, no places are held: a string of these alone is looked for everywhere.
    """

    def __init__(self, codes: PackedCodes) -> None:
        self._codes = codes

    @cached_property
    def _ordered(self) -> _Ordered:
        return _Ordered.of(self._codes)

    def places_of(self, string: Sequence[int]) -> Places:
        """The places of a string, given by its units, in order; none of an empty one."""
        if not len(string) or not len(self._codes):
            return np.zeros(0, np.int32)
        units = np.array(string, np.uint32)
        numbers = np.searchsorted(self._codes.units, units)
        if not np.array_equal(self._codes.units.take(numbers, mode="clip"), units):
            return np.zeros(0, np.int32)
        rarest = int(np.argmin(self._ordered.counts[numbers]))
        found: Places = self._ordered.places(int(numbers[rarest]), self._codes) - np.int32(rarest)
        found = found[(found >= 0) & (found <= len(self._codes) - len(units))]
        for offset, number in enumerate(numbers):
            found = found[self._codes.numbers[found + offset] == number]
        return found


@dataclass(frozen=True, slots=True)
class _Ordered:
    """The places of the rarer units, by unit, then by place, from the unit's `starts` on; `counts` are of all units."""

    order: Places
    starts: npt.NDArray[np.int64]
    counts: npt.NDArray[np.int64]

    @classmethod
    def of(cls, codes: PackedCodes) -> _Ordered:
        """They are counted first, so that each has its place in the order: what is made on the way is made of a
        piece.
        """
        counts = [_counts(codes, start) for start in range(0, len(codes), _PIECE)]
        total = sum(counts, np.zeros(len(codes.units), np.int64))
        is_held = total <= max(_FEW, len(codes) >> _COMMON_BITS)
        starts = np.append(0, np.cumsum(total * is_held))
        order, filled = np.empty(int(starts[-1]), np.int32), starts[:-1].copy()
        for start, counted in zip(range(0, len(codes), _PIECE), counts, strict=True):
            piece = codes.numbers[start : start + _PIECE]
            places = np.flatnonzero(is_held[piece])
            units, held = piece[places], counted * is_held
            by_unit = np.argsort(units, kind="stable")
            # Those of a unit come after the ones of earlier pieces, in their order.
            before = filled - (np.cumsum(held) - held)
            order[before[units[by_unit]] + np.arange(len(units))] = places[by_unit] + start
            filled += held
        return cls(order, starts, total)

    def places(self, number: int, codes: PackedCodes) -> Places:
        """The places of one unit, in order."""
        first, end = int(self.starts[number]), int(self.starts[number + 1])
        if end > first:
            return self.order[first:end]
        pieces = (np.flatnonzero(codes.numbers[at : at + _PIECE] == number) + at for at in range(0, len(codes), _PIECE))
        return np.concatenate([piece.astype(np.int32) for piece in pieces])


def _counts(codes: PackedCodes, start: int) -> npt.NDArray[np.int64]:
    """How often each unit stands in a piece."""
    return np.bincount(codes.numbers[start : start + _PIECE], minlength=len(codes.units))


def are_units(codes: UnitCodes) -> Flags:
    """Which of `codes` part nothing."""
    return _flags(codes, lambda piece: piece != PARTED)


def _flags(codes: UnitCodes, judged: Callable[[Codes], Flags]) -> Flags:
    found = np.empty(len(codes), np.bool_)
    for start in range(0, len(codes), _PIECE):
        found[start : start + _PIECE] = judged(codes[start : start + _PIECE])
    return found


def mixed(codes: Codes) -> Hashes:
    """One 64-bit number a unit, spread evenly."""
    spread = codes.astype(np.uint64)
    spread *= _FACTOR
    high = spread >> np.uint64(29)
    spread ^= high
    spread *= np.uint64(0xBF58476D1CE4E5B9)
    np.right_shift(spread, np.uint64(32), out=high)
    spread ^= high
    return spread


def levels(codes: Codes, longest: int = LONGEST) -> Iterator[tuple[int, Hashes, Flags]]:
    """(n, hash of the n units from each place, whether no parting unit is among them) for n from 1."""
    spread, units = mixed(codes), codes != PARTED
    hashes, whole = spread.copy(), units.copy()
    for length in range(1, longest + 1):
        if length > 1:
            if len(codes) < length:
                return
            hashes, whole = hashes[:-1], whole[:-1]
            hashes *= _STEP
            hashes += spread[length - 1 :]
            whole &= units[length - 1 :]
        yield length, finished(hashes), whole.copy()


def finished(hashes: Hashes) -> Hashes:
    """Hashes with their low bits free to hold a story."""
    free = hashes >> np.uint64(31)
    free ^= hashes
    free &= _HASH
    return free


def hashes_at(codes: UnitCodes, places: Places, length: int) -> Hashes:
    """The hashes of the `length` units from each of `places`, as `levels` has them."""
    found = np.empty(len(places), np.uint64)
    for start in range(0, len(places), _PIECE):
        piece = places[start : start + _PIECE]
        hashes = mixed(codes[piece])
        for number in range(1, length):
            hashes = hashes * _STEP + mixed(codes[piece + number])
        found[start : start + _PIECE] = finished(hashes)
    return found


def hash_of(codes: Sequence[int]) -> int:
    """The hash of one string; 0 for no units."""
    if not len(codes):
        return 0
    return int(hashes_at(np.array(codes, np.uint32), np.zeros(1, np.int32), len(codes))[0])


@dataclass(frozen=True, slots=True)
class Grams:
    """Strings of `length` units that enough stories have: hashes in order, and how many stories have each."""

    length: int
    hashes: Hashes
    stories: Places

    def begin_with(self, part: int, bits: int) -> Flags:
        """Whether each hash begins with the `bits` of `part`."""
        return self.hashes >> np.uint64(64 - bits) == part if bits else np.ones(len(self.hashes), np.bool_)


class Numbered(Protocol):
    """A number for each place."""

    def __getitem__(self, places: Places, /) -> Places: ...


def shared_strings(
    codes: UnitCodes,
    story_of: Numbered,
    publisher_of: Places,
    *,
    stories: int,
    publishers: int,
    longest: int = LONGEST,
    counts: Flags | None = None,
) -> Iterator[Grams]:
    """The strings in at least `stories` stories of at least `publishers` publishers, by length from 1 (Latin tokens
    only).

    `story_of` numbers the story of each place, `publisher_of` the publisher of each story; `counts` says which places
    do, all unless given.
    """
    judged = _Judged(publisher_of, stories=stories, publishers=publishers)
    text = _Text.of(codes)
    # A story, or a longer string that is shared, begins there.
    alive = are_units(codes)
    if counts is not None:
        alive &= counts
    begins = alive & _flags(codes, lambda piece: piece >= LATIN)
    if longest and begins.any():
        yield _shared(text, begins, 1, story_of, judged)
    for length in range(2, min(longest, len(codes)) + 1):
        end = len(codes) - length + 1
        begins = alive[:end] & alive[1 : end + 1]
        for start in range(0, end, _PIECE):
            begins[start : start + _PIECE] &= (
                codes[start + length - 1 : min(start + _PIECE, end) + length - 1] != PARTED
            )
        if not begins.any():
            return
        yield _shared(text, begins, length, story_of, judged)
        alive[:end] = begins
        alive[end:] = False


def _shared(text: _Text, begins: Flags, length: int, story_of: Numbered, judged: _Judged) -> Grams:
    """The shared strings of `length` units among those that begin where `begins` says, which is left saying where these
    do.
    """
    found: list[tuple[Hashes, Places]] = []
    for places in _alike(text.heads, begins):
        hashes = hashes_at(text.codes, places, length)
        found.append(judged.enough(hashes, story_of[places]))
        begins[places] = is_among(hashes, found[-1][0])
    hashes, counts = (np.concatenate(columns) for columns in zip(*found, strict=True))
    order = np.argsort(hashes) if len(found) > 1 else slice(None)
    return Grams(length, hashes[order], counts[order])


@dataclass(frozen=True, slots=True)
class _Text:
    """Units, and the first bits of each, spread evenly: by these the places where strings begin are parted."""

    codes: UnitCodes
    heads: npt.NDArray[Any]

    @classmethod
    def of(cls, codes: UnitCodes) -> _Text:
        heads = np.empty(len(codes), np.uint8 if _part_bits(len(codes)) <= _HEAD_BITS else np.uint16)
        shift = np.uint32(32 - 8 * heads.itemsize)
        for start in range(0, len(codes), _PIECE):
            heads[start : start + _PIECE] = codes[start : start + _PIECE] * _SPREAD >> shift
        return cls(codes, heads)


def _part_bits(places: int) -> int:
    """The bits by which so many `places` are parted."""
    return (places // _AT_A_TIME).bit_length()


def _alike(heads: npt.NDArray[Any], begins: Flags) -> Iterator[Places]:
    """The places where `begins` says, some millions at a time: all that begin with one unit are together."""
    bits = _part_bits(int(np.count_nonzero(begins)))
    if not bits:
        yield np.flatnonzero(begins).astype(np.int32)
        return
    shift = 8 * heads.itemsize - bits
    for part in range(1 << bits):
        inside = []
        for start in range(0, len(begins), _PIECE):
            piece = begins[start : start + _PIECE]
            of_part = heads[start : start + len(piece)] >> shift == part
            inside.append(np.flatnonzero(piece & of_part).astype(np.int32) + np.int32(start))
        yield np.concatenate(inside)


@dataclass(frozen=True, slots=True)
class _Judged:
    """Tells which strings at least `stories` stories of at least `publishers` have; `publisher_of` numbers theirs."""

    publisher_of: Places
    stories: int
    publishers: int

    def enough(self, hashes: Hashes, story: Places) -> tuple[Hashes, Places]:
        """The strings, hashes in order, and how many stories have each; `story` is that of each place.

        A range of hashes is judged after the other.  All in one range begin with the same bits, which leaves these free
        for the number of a story: however many stories there are, there is room for it.
        """
        to_part = max((len(hashes) // _PIECE).bit_length(), len(self.publisher_of).bit_length() - _STORY_BITS)
        found = list(self._ranges(hashes, story, 0, to_part))
        return np.concatenate([part for part, _ in found]), np.concatenate([counts for _, counts in found])

    def _ranges(self, hashes: Hashes, story: Places, parted: int, to_part: int) -> Iterator[tuple[Hashes, Places]]:
        """As `enough`, range by range; all `hashes` have the first `parted` bits in common."""
        bits = min(_FAN_BITS, to_part - parted)
        if bits <= 0 or not len(hashes):
            yield self._of_range(hashes, story, parted)
            return
        # What stands before the bits that part them is dropped by the first shift.
        part_of = (hashes << np.uint64(parted) >> np.uint64(64 - bits)).astype(np.uint8)
        order = np.argsort(part_of, kind="stable").astype(np.int32)
        ends = np.cumsum(np.bincount(part_of, minlength=1 << bits)).tolist()
        del part_of
        for first, end in pairwise((0, *ends)):
            inside = order[first:end]
            yield from self._ranges(hashes[inside], story[inside], parted + bits, to_part)

    def _of_range(self, hashes: Hashes, story: Places, parted: int) -> tuple[Hashes, Places]:
        """As `enough`, of hashes that have their first `parted` bits in common."""
        shift, low = np.uint64(parted), np.uint64((1 << _STORY_BITS + parted) - 1)
        keys = hashes << shift | story.astype(np.uint64)
        keys.sort()
        keys = keys[changes(keys)]
        grams, who = keys & ~low, (keys & low).astype(np.int64)
        first = np.flatnonzero(changes(grams))
        counts = np.diff(np.append(first, len(grams)))
        many = np.repeat(counts >= self.stories, counts)
        pairs = np.sort(grams[many] | self.publisher_of[who[many]].astype(np.uint64))
        heard, first_of = np.unique(pairs[changes(pairs)] & ~low, return_counts=True)
        enough = heard[first_of >= self.publishers]
        at = np.searchsorted(grams[first], enough)
        common = hashes[:1] & np.uint64((1 << 64) - (1 << 64 - parted))
        return (enough >> shift) | common, counts[at].astype(np.int32)


def changes(ordered: npt.NDArray[Any]) -> Flags:
    """Which are other than the one before them."""
    found = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=found[1:])
    return found


class Sought:
    """Hashes looked for, in order; `found` tells where they are.

    A table has, for each value of the first bits, the first hash that begins so: few begin alike, so that one or two
    comparisons a place are enough, however many are sought.  Most places have none: another table, of some more bits
    and a byte each, tells that of nearly all of them by one look.
    """

    def __init__(self, hashes: Hashes) -> None:
        self.hashes = hashes
        least, most = _TABLE_BITS
        bits = min(max(len(hashes).bit_length(), least), most)
        self._shift = np.uint64(64 - bits)
        self._first = np.full(1 << bits, len(hashes), np.int32)
        begins = hashes >> self._shift
        # Of several that begin alike the first stays: it is written last.
        self._first[begins[::-1]] = np.arange(len(hashes) - 1, -1, -1, dtype=np.int32)
        bits = min(bits + _MORE_BITS, _MOST_LIKELY_BITS)
        self._likely_shift = np.uint64(64 - bits)
        self._likely = np.zeros(1 << bits, np.bool_)
        self._likely[hashes >> self._likely_shift] = True
        self._bounded = np.append(hashes, np.uint64(2**64 - 1))

    def found(self, hashes: Hashes, whole: Flags) -> tuple[Places, Places]:
        """The places of `hashes`, among those that are `whole`, that are sought, and which of those sought each is."""
        found = [(np.zeros(0, np.int32), np.zeros(0, np.int32))]
        for start in range(0, len(hashes) if len(self.hashes) else 0, _PIECE):
            places, which = self._found_in(hashes[start : start + _PIECE], whole[start : start + _PIECE])
            found.append((places + np.int32(start), which))
        return np.concatenate([places for places, _ in found]), np.concatenate([which for _, which in found])

    def _found_in(self, piece: Hashes, whole: Flags) -> tuple[Places, Places]:
        places = np.flatnonzero(whole & self._likely[piece >> self._likely_shift]).astype(np.int32)
        wanted = piece[places]
        at = self._first[wanted >> self._shift]
        left = np.flatnonzero(self._bounded[at] < wanted)
        while len(left):
            at[left] += 1
            left = left[self._bounded[at[left]] < wanted[left]]
        right = self._bounded[at] == wanted
        return places[right], at[right]


def sought_anywhere(codes: UnitCodes, sought: Mapping[int, Sought]) -> Iterator[tuple[int, Places, Places]]:
    """(n, places, which) of the strings of n units that are sought and stand in `codes`: of every n several times, the
    places in order.

    A piece of the text is looked through after the other: the hashes of all of it take ten times its memory.
    """
    longest = max(sought, default=0)
    for start in range(0, len(codes) if longest else 0, _PIECE):
        for length, hashes, whole in levels(codes[start : start + _PIECE + longest - 1], longest):
            if length in sought:
                places, which = sought[length].found(hashes[:_PIECE], whole[:_PIECE])
                yield length, places + np.int32(start), which


def sought_in(codes: Codes, sought: Mapping[int, Sought]) -> Iterator[tuple[int, Places, Places]]:
    """(n, places, which) of the strings of n units that are sought and stand in `codes`, for n from 1.

    Of every string of three units and more the string without its last unit must be sought as well: so what is longer
    is looked for only where that was found, which is a small part of the text.
    """
    if 1 in sought:
        _, hashes, whole = next(levels(codes, 1))
        yield 1, *sought[1].found(hashes, whole)
    spread, units = mixed(codes), codes != PARTED
    hashes = spread[:-1] * _STEP + spread[1:]
    kept = np.flatnonzero(units[:-1] & units[1:]).astype(np.int32)
    hashes = hashes[kept]
    for length in range(2, max(sought, default=0) + 1):
        if length > 2:
            inside = kept + length - 1 < len(codes)
            kept, hashes = kept[inside], hashes[inside]
            hashes = hashes * _STEP + spread[kept + length - 1]
        if length not in sought or not len(kept):
            return
        places, which = sought[length].found(finished(hashes), units[kept + length - 1])
        yield length, kept[places], which
        kept, hashes = kept[places], hashes[places]


def is_among(hashes: Hashes, known: Hashes) -> Flags:
    """Whether each of `hashes` is among the sorted `known`."""
    marks = np.zeros(len(hashes), np.bool_)
    marks[Sought(known).found(hashes, np.ones(len(hashes), np.bool_))[0]] = True
    return marks
