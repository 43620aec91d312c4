"""The articles of some days laid end to end, as columns: what the detector looks strings up in.

A window has hundreds of units an article.  So four or five bytes are kept of a unit, none of which says what its
article says of all its units, and no article keeps units of its own beside them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Final, Generic, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from mediawatch.keywords.mining import check_units
from mediawatch.keywords.reading import (
    CLASS,
    CLOSES,
    EARLY,
    LATIN,
    LINK,
    NO_UNITS,
    OPENS,
    PARTED,
    TITLE,
    At,
    Classes,
    Codes,
    Columns,
    Flags,
    Marks,
    Numbers,
    PackedCodes,
    Places,
    Reading,
    Units,
    number_type,
    size_of,
)

_NEAR_BITS: Final = 6
"""Of each 64 units the article of the first is kept; hardly any article has fewer, so that it is the next at most."""
_READINGS_AT_A_TIME: Final = 500
_EARLY: Final = 70
"""Characters of a text that say what it is about: its first sentence or so."""
_CHARACTERS: Final = 0x323B0
"""Codes of Han characters are below."""
_LINK: Final = 6
"""Characters of the shortest line taken for a headline; a shorter one may be a name that stands by itself."""

Kind = TypeVar("Kind", bound=np.generic)


class ArticleOfUnit:
    """The number of the article of each unit, from 0, asked for by places; `sizes` are the units of each article."""

    def __init__(self, sizes: npt.NDArray[np.int32]) -> None:
        self._ends = np.cumsum(sizes, dtype=np.int64).astype(np.int32)
        first = np.arange(0, int(self._ends[-1]) if len(sizes) else 0, 1 << _NEAR_BITS)
        self._near = np.searchsorted(self._ends, first, "right").astype(np.int32)

    def __getitem__(self, places: Places) -> Places:
        found: Places = self._near[places >> _NEAR_BITS]
        left = np.flatnonzero(self._ends[found] <= places)
        while len(left):
            found[left] += 1
            left = left[self._ends[found[left]] <= places[left]]
        return found

    def at(self, place: int) -> int:
        """The number of the article at one place."""
        return int(np.searchsorted(self._ends, place, "right"))

    def first(self, number: int) -> int:
        """The place of the first unit of an article."""
        return int(self._ends[number - 1]) if number else 0


@dataclass(frozen=True, slots=True)
class OfArticle(Generic[Kind]):
    """What is known of each article, asked for by the places of its units."""

    values: npt.NDArray[Kind]
    article: ArticleOfUnit

    def __getitem__(self, places: Places) -> npt.NDArray[Kind]:
        return self.values[self.article[places]]


@dataclass(frozen=True, slots=True)
class Marked:
    """Whether units have a mark, asked for by places."""

    marks: Marks
    mark: int

    def __getitem__(self, at: At) -> Flags:
        found: Flags = (self.marks[at] & np.uint8(self.mark)) > 0
        return found


@dataclass(frozen=True, slots=True)
class Classed:
    """The class of the word that has each unit, asked for by places."""

    marks: Marks

    def __getitem__(self, at: At) -> Classes:
        found: Classes = self.marks[at] & np.uint8(CLASS)
        return found


@dataclass(frozen=True, slots=True)
class Corpus:
    """Readings laid end to end, a parting unit after each; `article` says which reading each unit is of, and `codes`
    are those of `columns`.
    """

    readings: tuple[Reading, ...]
    columns: Columns
    article: ArticleOfUnit
    codes: PackedCodes

    @classmethod
    def of(cls, readings: Iterable[Reading]) -> Corpus:
        """The corpus of `readings`, by day, time and id.  Raises BadConfiguration for more units than can be numbered.

        They are asked for once, some hundred at a time, and their units copied: where nobody else keeps them, they are
        not in memory beside it.
        """
        told: list[Reading] = []
        sizes: list[int] = []
        gathered = _Gathered()
        for some in _batches(readings):
            gathered.add(_joined(some))
            sizes += (len(one.units) for one in some)
            told += (replace(one, units=NO_UNITS) for one in some)
        check_units(sum(sizes) + len(sizes))
        order = sorted(
            range(len(told)), key=lambda number: (told[number].day, told[number].at, told[number].article_id)
        )
        codes, widths, marks = gathered.laid(_Layout(sizes, order))
        columns = Columns(codes, widths, marks)
        held = np.array([sizes[number] + 1 for number in order], np.int32)
        ends = np.cumsum(held, dtype=np.int64).tolist()
        ordered = tuple(
            replace(told[number], units=Units(columns, end - 1 - sizes[number], end - 1))
            for number, end in zip(order, ends, strict=True)
        )
        _mark_links(ordered)
        return cls(ordered, columns, ArticleOfUnit(held), codes)

    @property
    def opens(self) -> Marked:
        """Whether a word of the dictionary's cut begins with a unit."""
        return Marked(self.columns.marks, OPENS)

    @property
    def closes(self) -> Marked:
        """Whether a word of the dictionary's cut ends with a unit."""
        return Marked(self.columns.marks, CLOSES)

    @property
    def classes(self) -> Classed:
        """The class of the word that has a unit."""
        return Classed(self.columns.marks)

    @property
    def in_title(self) -> Marked:
        """Whether a unit is of a title."""
        return Marked(self.columns.marks, TITLE)

    @property
    def is_early(self) -> Marked:
        """Whether a unit is of a title, or of the first `_EARLY` characters of a text."""
        return Marked(self.columns.marks, EARLY)

    @property
    def is_link(self) -> Marked:
        """Whether a unit is of a line that is another report's headline."""
        return Marked(self.columns.marks, LINK)

    def reading_at(self, place: int) -> Reading:
        """The reading that has a unit."""
        return self.readings[self.article.at(place)]

    def start(self, place: int) -> int:
        """Where a unit begins in the folded text of its reading."""
        return self._start(place, self.article.at(place))

    def surface(self, place: int, length: int) -> str:
        """The folded text of the `length` units from `place`."""
        number, last = self.article.at(place), place + length - 1
        *before, width = self.columns.widths[place : last + 1].tolist()
        start = self._start(place, number)
        end = start + sum(one >> 1 for one in before) + (size_of(width) if self.codes[last] >= LATIN else 1)
        return self.readings[number].folded[start:end]

    def _start(self, place: int, number: int) -> int:
        return int((self.columns.widths[self.article.first(number) : place] >> 1).sum())


def _batches(readings: Iterable[Reading]) -> Iterator[list[Reading]]:
    held = iter(readings)
    while some := list(islice(held, _READINGS_AT_A_TIME)):
        yield some


class _Joined(NamedTuple):
    """The units of some readings one after the other, in columns that are as wide as any can be."""

    codes: Codes
    widths: npt.NDArray[np.uint32]
    marks: Marks


_KINDS: Final = {"codes": np.uint32, "widths": np.uint32, "marks": np.uint8}


def _joined(readings: Sequence[Reading]) -> _Joined:
    """The units of `readings`, with marks of what is a title, or early in a text."""
    units = [reading.units for reading in readings]
    parts = ([getattr(held.columns, name)[held.first : held.end] for held in units] for name in _KINDS)
    found = _Joined(*(np.concatenate(some, dtype=kind) for some, kind in zip(parts, _KINDS.values(), strict=True)))
    starts = np.concatenate([held.starts for held in units])
    sizes = list(map(len, units))
    titles = np.repeat(np.array([reading.title_length for reading in readings], np.int32), sizes)
    found.marks[starts < titles] |= TITLE
    found.marks[starts <= titles + np.int32(_EARLY)] |= EARLY
    return found


class _Column:
    """Numbers that are added one piece after the other, in as many bytes each as the largest so far needs.

    One buffer that grows gives its memory back at once; that of many pieces would lie between the readings.
    """

    def __init__(self) -> None:
        self._kind, self._buffer = np.dtype(np.uint8), bytearray()

    def add(self, numbers: npt.NDArray[Any]) -> None:
        """Add `numbers`, none of which is below 0."""
        kind = np.min_scalar_type(numbers.max(initial=0))
        if kind.itemsize > self._kind.itemsize:
            self._buffer = bytearray(self.taken().astype(kind).tobytes())
            self._kind = kind
        self._buffer.extend(numbers.astype(self._kind).tobytes())

    def taken(self) -> npt.NDArray[Any]:
        """All numbers, which are not held here any more."""
        buffer, self._buffer = self._buffer, bytearray()
        return np.frombuffer(buffer, self._kind)


class _Gathered:
    """The units of readings as they come, in columns as narrow as they are kept.

    Codes are numbered as they are first met: by a table of the characters, and of Latin tokens by a dictionary.
    """

    def __init__(self) -> None:
        self._codes, self._widths, self._marks = _Column(), _Column(), _Column()
        self._characters = np.full(_CHARACTERS, -1, np.int32)
        self._characters[PARTED] = 0
        self._latin: dict[int, int] = {}
        self._units = [PARTED]

    def add(self, joined: _Joined) -> None:
        """Add the units of some readings."""
        self._codes.add(self._numbers(joined.codes))
        self._widths.add(joined.widths)
        self._marks.add(joined.marks)

    def laid(self, layout: _Layout) -> tuple[PackedCodes, Numbers, Marks]:
        """The columns of all units as `layout` has them; each is taken out as soon as it is laid."""
        order = np.argsort(np.array(self._units, np.uint32))
        units = np.array(self._units, np.uint32)[order]
        ranks = np.empty(len(units), number_type(units))
        ranks[order] = np.arange(len(units))
        codes = PackedCodes(units, layout.laid(self._codes.taken(), ranks))
        return codes, layout.laid(self._widths.taken()), layout.laid(self._marks.taken())

    def _numbers(self, codes: Codes) -> npt.NDArray[np.int32]:
        is_latin = codes >= LATIN
        found = self._characters.take(codes, mode="clip")
        for code in np.unique(codes[~is_latin & (found < 0)]).tolist():
            self._characters[code] = self._numbered(code)
        found = self._characters.take(codes, mode="clip")
        tokens, which = np.unique(codes[is_latin], return_inverse=True)
        numbers = [self._latin[one] if one in self._latin else self._numbered(one) for one in tokens.tolist()]
        self._latin.update(zip(tokens.tolist(), numbers, strict=True))
        found[is_latin] = np.array(numbers, np.int32)[which]
        return found

    def _numbered(self, code: int) -> int:
        self._units.append(code)
        return len(self._units) - 1


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where the units of articles go: in `order`, a parting unit after each; `sizes` says how many each has."""

    sizes: Sequence[int]
    order: Sequence[int]

    def laid(self, given: npt.NDArray[Any], ranks: npt.NDArray[Any] | None = None) -> npt.NDArray[Any]:
        """The column `given` so laid; the rank of each of its numbers where `ranks` are told."""
        firsts = [0, *np.cumsum(self.sizes, dtype=np.int64).tolist()]
        kind = given.dtype if ranks is None else ranks.dtype
        column, place = np.zeros(len(given) + len(self.sizes), kind), 0
        for number in self.order:
            some = given[firsts[number] : firsts[number + 1]]
            column[place : place + len(some)] = some if ranks is None else ranks[some]
            place += len(some) + 1
        return column


def _mark_links(readings: Sequence[Reading]) -> None:
    """Mark the lines that are the headline of a report of another story: a list of links tells nothing itself."""
    told: dict[str, set[str]] = {}
    for reading in readings:
        told.setdefault(reading.folded[: reading.title_length].strip(), set()).add(reading.story)
    for reading in readings:
        at, story = reading.title_length + 1, reading.story
        for line in reading.folded[at:].split("\n"):
            if len(line) >= _LINK and told.get(line.strip(), {story}) != {story}:
                bounds = np.searchsorted(reading.units.starts, (at, at + len(line)))
                reading.units.marks[bounds[0] : bounds[1]] |= LINK
            at += len(line) + 1
