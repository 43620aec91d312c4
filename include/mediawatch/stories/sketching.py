"""A text as a sketch: a few hundred bytes from which one can tell how much of it another text holds.

The sketch is the K smallest hashes of the text's shingles (a bottom-k sketch: Cohen and Kaplan, PODC 2007), those of
its numbers, a key of its title, and where the title's words stand in the text.  Below the smaller of two sketches'
largest hashes both are samples of their texts at the same rate, so the share of one that the other holds can be read
off for either: a copy that was cut to a fifth, or that a list of headlines was added to, is as plain as a whole one.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final, overload

import numpy as np

from mediawatch.language import fold

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Hashes = NDArray[np.uint32]
    Wide = NDArray[np.uint64]
    Kinds = NDArray[np.uint8]
    Flags = NDArray[np.bool_]
    Places = NDArray[np.intp]

K: Final = 128
"""Hashes of shingles kept."""
NUMBERS: Final = 24
"""Hashes of numbers kept."""
HAN_SHINGLE: Final = 4
"""Characters of a shingle of Chinese."""
WORD_SHINGLE: Final = 3
"""Words of a shingle of English."""
SUBJECTS: Final = 16
"""Words of the title (pairs of Han characters, words of WORD letters or more, numbers) kept."""
WORD: Final = 4
FEWEST: Final = 12
"""Tokens that a text needs (without: its title as well) for its shingles to say anything."""
TITLE: Final = 8
"""Characters (words count two) that a title needs to stand for a text that is not there."""

_HEAD: Final = struct.Struct("<QII")
_LENGTH: Final = _HEAD.size + 4 * (K + NUMBERS + 2 * SUBJECTS)
_LENGTH_BEFORE: Final = _HEAD.size + 4 * (K + NUMBERS)
_DATED: Final = "年月日号"
"""Behind a number they make a date of it, which reports of one day share whatever they report."""
_POWER: Final = np.uint64(0x9E3779B97F4A7C15)
_POWER_BACK: Final = np.uint64(pow(0x9E3779B97F4A7C15, -1, 2**64))
_SINGLE, _RUN, _DIGIT = 1, 2, 3
_EMPTY: Final = np.zeros(0, dtype=np.uint32)


@dataclass(frozen=True, slots=True)
class Sketch:
    """A signature read: sorted hashes of shingles and of numbers, how many of each the text has, its title's key.

    `title` is 0 where the title is too short to tell anything.  `subject_keys` are the words of the title in order,
    `subject_hashes` the hash of the first shingle of the text that begins with each, 0 where there is none.
    """

    title: int
    shingles: int
    numbers: int
    hashes: Hashes
    number_hashes: Hashes
    subject_keys: Hashes
    subject_hashes: Hashes


def signature(title: str, text: str) -> bytes:
    """The signature of an article: 752 bytes, or none where title and text are too short to say anything.

    Texts that differ in script, width, case, punctuation or spaces have one signature.
    """
    headline, tokens = _tokens(fold(title)), _tokens(fold(text))
    subjects = _subjects(headline, tokens)
    if tokens.count < FEWEST and text.strip():
        tokens = _tokens(fold(f"{title}\n{text}"))
    hashes = _shingles(tokens) if tokens.count >= FEWEST else _EMPTY
    numbers = _EMPTY
    if len(hashes):
        numbers = np.unique(_narrow(np.concatenate([tokens.facts, tokens.small_facts][: 1 + (len(hashes) <= K)])))
    key = _title_key(headline)
    if not key and not len(hashes):
        return b""
    kept = (_padded(hashes, K), _padded(numbers, NUMBERS), *(_padded(part, SUBJECTS, 0) for part in subjects))
    return _HEAD.pack(key, len(hashes), len(numbers)) + b"".join(kept)


def read_signature(data: bytes) -> Sketch:
    """The sketch that `signature` made, or made before it kept subjects.  Raises ValueError for another length."""
    if len(data) == _LENGTH_BEFORE:
        data += bytes(_LENGTH - _LENGTH_BEFORE)
    if len(data) != _LENGTH:
        raise ValueError(f"a signature has {_LENGTH} bytes, not {len(data)}")
    title, shingles, numbers = _HEAD.unpack_from(data)
    hashes = np.frombuffer(data, dtype="<u4", offset=_HEAD.size)
    return Sketch(
        title=title,
        shingles=shingles,
        numbers=numbers,
        hashes=hashes[: min(shingles, K)],
        number_hashes=hashes[K : K + min(numbers, NUMBERS)],
        subject_keys=hashes[K + NUMBERS : K + NUMBERS + SUBJECTS],
        subject_hashes=hashes[K + NUMBERS + SUBJECTS :],
    )


class Sketches(Sequence[Sketch]):
    """The sketches of many signatures, each read whenever it is asked for: kept, they would take as much again."""

    def __init__(self, signatures: Sequence[bytes]) -> None:
        self._signatures = signatures

    def __len__(self) -> int:
        return len(self._signatures)

    @overload
    def __getitem__(self, number: int) -> Sketch: ...

    @overload
    def __getitem__(self, number: slice) -> Sketches: ...

    def __getitem__(self, number: int | slice) -> Sketch | Sketches:
        if isinstance(number, slice):
            return Sketches(self._signatures[number])
        return read_signature(self._signatures[number])

    def titles(self) -> list[int]:
        """The key of each title, 0 for none."""
        return [_HEAD.unpack_from(data)[0] for data in self._signatures]

    def texts(self) -> list[int]:
        """How many shingles each text has."""
        return [_HEAD.unpack_from(data)[1] for data in self._signatures]


def _padded(hashes: Hashes, size: int, fill: int = 0xFFFFFFFF) -> bytes:
    kept = np.full(size, fill, dtype="<u4")
    kept[: len(hashes)] = hashes[:size]
    return kept.tobytes()


@dataclass(frozen=True, slots=True)
class _Tokens:
    """The tokens of a text in order: a hash of each, whether it is one character, whether it can name a subject.

    `facts` are the hashes of the telling numbers: of two digits or more, and no years.  `small_facts` are those of one
    digit and its unit, which tell something where there is little else: in long texts they are counts of anything.
    """

    hashes: Wide
    is_single: Flags
    is_subject: Flags
    facts: Wide
    small_facts: Wide

    @property
    def count(self) -> int:
        return len(self.hashes)


def _tokens(folded: str) -> _Tokens:
    """A Han character, a word or a number is a token; what is neither letter nor digit is none."""
    codes, kinds = _kinds(folded)
    held = kinds > 0
    starts = held & (kinds == _SINGLE)
    starts[:1] |= held[:1]
    starts[1:] |= held[1:] & (kinds[1:] != kinds[:-1])
    ends = held.copy()
    ends[:-1] &= starts[1:] | ~held[1:]
    first, last = np.flatnonzero(starts), np.flatnonzero(ends)
    powers, back = _powers(len(codes) + 1)
    sums = np.zeros(len(codes) + 1, dtype=np.uint64)
    np.cumsum((codes + np.uint64(1)) * powers[: len(codes)], out=sums[1:])
    hashes = _mixed((sums[last + 1] - sums[first]) * back[first])
    is_single, is_number = kinds[first] == _SINGLE, kinds[first] == _DIGIT
    is_subject = ~is_single & (is_number | (last - first >= WORD - 1))
    facts = hashes[is_number & (last > first) & ~_is_year(codes, first, last)]
    return _Tokens(
        hashes, is_single, is_subject, facts, _small_facts(codes, hashes, is_number & (last == first), is_single, first)
    )


def _small_facts(codes: Wide, hashes: Wide, is_digit: Flags, is_single: Flags, first: Places) -> Wide:
    """Digits with the Han character that follows at once, unless that makes a date of them."""
    follows = np.flatnonzero(is_digit[:-1] & is_single[1:] & (first[1:] == first[:-1] + 1))
    units = codes[first[follows + 1]]
    is_dated = np.isin(units, [ord(sign) for sign in _DATED])
    return _mixed(hashes[follows] * _POWER + units)[~is_dated]


def _is_year(codes: Wide, first: Places, last: Places) -> Flags:
    starts, next_ones = codes[first], codes[np.minimum(first + 1, last)]
    is_this = (starts == ord("2")) & (next_ones == ord("0"))
    is_last = (starts == ord("1")) & (next_ones == ord("9"))
    is_year: Flags = (last - first == 3) & (is_this | is_last)
    return is_year


def _subjects(title: _Tokens, text: _Tokens) -> tuple[Hashes, Hashes]:
    """The title's words in order, and the hash of the first shingle of the text that begins with each (0: none)."""
    pairs = _pairs(title)
    names, places = np.unique(np.concatenate([pairs, title.hashes[title.is_subject]]), return_index=True)
    names = names[np.argsort(places, kind="stable")][:SUBJECTS]
    shingles = np.zeros(len(names), dtype=np.uint32)
    han, words = _windows(text.hashes, HAN_SHINGLE), _windows(text.hashes, WORD_SHINGLE)
    for windows, tokens in ((words, text.hashes), (han, _pairs(text, is_dense=True))):
        starts = tokens[: len(windows)]
        for number in np.flatnonzero(np.isin(names, starts)):
            place = int(np.argmax(starts == names[number]))
            shingles[number] = max(int(_narrow(_mixed(windows[place : place + 1]))[0]), 1)
    return _narrow(_mixed(names)), shingles


def _pairs(tokens: _Tokens, *, is_dense: bool = False) -> Wide:
    """The pairs of Han characters; `is_dense` keeps a 0 in the place of what is none."""
    pairs = _windows(tokens.hashes, 2)
    is_pair = tokens.is_single[:-1] & tokens.is_single[1:]
    return np.where(is_pair, pairs, np.uint64(0)) if is_dense else pairs[is_pair]


def _shingles(tokens: _Tokens) -> Hashes:
    """Sorted distinct hashes of the runs of HAN_SHINGLE tokens from a single character on, WORD_SHINGLE from a word."""
    han = _windows(tokens.hashes, HAN_SHINGLE)[tokens.is_single[: tokens.count - HAN_SHINGLE + 1]]
    words = _windows(tokens.hashes, WORD_SHINGLE)[~tokens.is_single[: tokens.count - WORD_SHINGLE + 1]]
    return np.unique(_narrow(_mixed(np.concatenate([han, words]))))


def _windows(hashes: Wide, width: int) -> Wide:
    """One number for each run of `width` tokens."""
    count = max(len(hashes) - width + 1, 0)
    total = hashes[:count].copy()
    for shift in range(1, width):
        total = total * _POWER + hashes[shift : shift + count]
    return total


def _title_key(tokens: _Tokens) -> int:
    weight = tokens.count + int((~tokens.is_single).sum())
    return int(_mixed(_windows(tokens.hashes, tokens.count))[0]) or 1 if weight >= TITLE else 0


def _kinds(folded: str) -> tuple[Wide, Kinds]:
    """The code points of a text, and what each is; a point or comma between digits is part of a number."""
    codes = np.frombuffer(folded.encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.uint64)
    kinds = _kind_of_code()[np.minimum(codes, np.uint64(0xFFFF)).astype(np.intp)]
    if len(codes) > 2:
        joins = (codes[1:-1] == ord(".")) | (codes[1:-1] == ord(","))
        kinds[1:-1][joins & (kinds[:-2] == _DIGIT) & (kinds[2:] == _DIGIT)] = _DIGIT
    return codes, kinds


@cache
def _kind_of_code() -> Kinds:
    """What each code point of the first plane is: part of nothing, a token by itself, part of a word, a digit.

    Han, kana and everything beyond the first plane (the last entry stands for it) are tokens by themselves.
    """
    kinds = np.zeros(0x10000, dtype=np.uint8)
    for code in range(0x10000):
        if chr(code).isalnum():
            kinds[code] = _DIGIT if chr(code).isdecimal() else _RUN
    for first, last in ((0x3005, 0x3008), (0x3041, 0x3100), (0x31F0, 0x3200), (0x3400, 0x4DC0), (0x4E00, 0xA000)):
        kinds[first:last] = np.where(kinds[first:last] > 0, _SINGLE, 0)
    kinds[0xFFFF] = _SINGLE
    return kinds


@lru_cache(maxsize=4)
def _table(size: int) -> tuple[Wide, Wide]:
    """The powers of _POWER modulo 2^64, and their inverses."""
    powers, back = np.full(size, _POWER), np.full(size, _POWER_BACK)
    powers[0] = back[0] = 1
    return np.cumprod(powers, dtype=np.uint64), np.cumprod(back, dtype=np.uint64)


def _powers(size: int) -> tuple[Wide, Wide]:
    """Tables of at least `size` powers, made in few sizes."""
    return _table(max(4096, 1 << (size - 1).bit_length()))


def _mixed(values: Wide) -> Wide:
    """Stafford's 13th mixer (that of SplitMix64): every bit of a value decides over every bit of the result."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def _narrow(values: Wide) -> Hashes:
    return (values >> np.uint64(32)).astype(np.uint32)
