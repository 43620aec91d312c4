"""The articles of some days laid end to end, as columns: what the detector looks strings up in.

A window has hundreds of units an article.  So 11 bytes are kept of a unit, none of which says what its article says of
all its units, and no article keeps units of its own beside them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from itertools import islice
from typing import Final, Generic, TypeVar

import numpy as np
import numpy.typing as npt

from mediawatch.keywords.mining import check_units
from mediawatch.keywords.reading import (
    CLASS,
    CLOSES,
    EARLY,
    LINK,
    NO_UNITS,
    OPENS,
    TITLE,
    Classes,
    Codes,
    Columns,
    Flags,
    Marks,
    Places,
    Reading,
    Units,
)

_NEAR_BITS: Final = 6
"""Of each 64 units the article of the first is kept; hardly any article has fewer, so that it is the next at most."""
_READINGS_AT_A_TIME: Final = 500
_EARLY: Final = 70
"""Characters of a text that say what it is about: its first sentence or so."""
_LINK: Final = 6
"""Characters of the shortest line taken for a headline; a shorter one may be a name that stands by itself."""

Kind = TypeVar("Kind", bound=np.generic)
At = Places | slice | int


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
    """Readings laid end to end, a parting unit after each; `article` says which reading each unit is of."""

    readings: tuple[Reading, ...]
    columns: Columns
    article: ArticleOfUnit

    @classmethod
    def of(cls, readings: Iterable[Reading]) -> Corpus:
        """The corpus of `readings`, by day, time and id.  Raises BadConfiguration for more units than can be numbered.

        They are asked for once, some hundred at a time, and their units copied: where nobody else keeps them, they are
        not in memory beside it.
        """
        told: list[Reading] = []
        sizes: list[int] = []
        # One buffer that grows gives its memory back at once; that of many pieces would lie between the readings.
        gathered = [bytearray() for _ in _NAMES]
        for some in _batches(readings):
            joined = _joined(some)
            for buffer, name in zip(gathered, _NAMES, strict=True):
                buffer.extend(getattr(joined, name).tobytes())
            sizes += (len(one.units) for one in some)
            told += (replace(one, units=NO_UNITS) for one in some)
        check_units(sum(sizes) + len(sizes))
        order = sorted(
            range(len(told)), key=lambda number: (told[number].day, told[number].at, told[number].article_id)
        )
        columns = _in_order(gathered, sizes, order)
        held = np.array([sizes[number] + 1 for number in order], np.int32)
        ends = np.cumsum(held, dtype=np.int64).tolist()
        ordered = tuple(
            replace(told[number], units=Units(columns, end - 1 - sizes[number], end - 1))
            for number, end in zip(order, ends, strict=True)
        )
        _mark_links(ordered)
        return cls(ordered, columns, ArticleOfUnit(held))

    @property
    def codes(self) -> Codes:
        """The code of each unit."""
        return self.columns.codes

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
        return int(self.columns.starts[place])

    def surface(self, place: int, length: int) -> str:
        """The folded text of the `length` units from `place`."""
        last = place + length - 1
        end = self.start(last) + int(self.columns.sizes[last])
        return self.reading_at(place).folded[self.start(place) : end]


def _batches(readings: Iterable[Reading]) -> Iterator[list[Reading]]:
    held = iter(readings)
    while some := list(islice(held, _READINGS_AT_A_TIME)):
        yield some


def _joined(readings: Sequence[Reading]) -> Columns:
    """The units of `readings` one after the other, with marks of what is a title, or early in a text."""
    columns = [reading.units.columns for reading in readings]
    bounds = [slice(reading.units.first, reading.units.end) for reading in readings]
    found = Columns(
        *(
            np.concatenate([getattr(held, name)[inside] for held, inside in zip(columns, bounds, strict=True)])
            for name in _NAMES
        )
    )
    sizes = [len(reading.units) for reading in readings]
    titles = np.repeat(np.array([reading.title_length for reading in readings], np.int32), sizes)
    found.marks[found.starts < titles] |= TITLE
    found.marks[found.starts <= titles + np.int32(_EARLY)] |= EARLY
    return found


_NAMES: Final = tuple(field.name for field in fields(Columns))


def _in_order(gathered: list[bytearray], sizes: Sequence[int], order: Sequence[int]) -> Columns:
    """The units of articles in `order`, a parting unit after each; `sizes` says how many each has in `gathered`.

    Takes each column out of `gathered` as soon as it is laid, so that there are never two of all.
    """
    found = Columns.empty(sum(sizes) + len(sizes))
    firsts = [0, *np.cumsum(sizes, dtype=np.int64).tolist()]
    for name in _NAMES:
        column, place = getattr(found, name), 0
        given = np.frombuffer(gathered.pop(0), column.dtype)
        for number in order:
            size = sizes[number]
            column[place : place + size] = given[firsts[number] : firsts[number] + size]
            place += size + 1
    return found


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
