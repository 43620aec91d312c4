"""What earlier days tell: what the detector asks, wherever those days are kept."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from mediawatch.keywords.corpus import ArticleOfUnit
from mediawatch.keywords.mining import check_units
from mediawatch.keywords.reading import Codes, PackedCodes, Places, Reading
from mediawatch.keywords.string_filter import StringFilter
from mediawatch.keywords.string_search import StringSearch
from mediawatch.keywords.vocabulary import DayTerms, count_terms

Numbers = npt.NDArray[np.int32]

_SOURCE_KNOWN_FROM_THE_START: Final = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class DayCodes:
    """The units of a day's articles laid end to end, a parting unit (0) after each.

    `sizes` are the units of each article, that one included; `publishers` are the articles' publishers, empty where
    nobody kept them.
    """

    day: date
    codes: Codes
    sizes: Places
    publishers: tuple[str, ...] = ()

    @property
    def article(self) -> ArticleOfUnit:
        """The number of the article of each unit."""
        return ArticleOfUnit(self.sizes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The first and the last day that a term was counted."""

    first_on: date
    last_on: date


class WordTally(NamedTuple):
    """Stories of one publisher with a term on one day, and those about it.

    A tuple, because a day asks for some hundred thousand of them.
    """

    day: date
    publisher: str
    stories: int
    central: int


class WordTotal(NamedTuple):
    """Stories of one publisher with a term on several days together, and those about it."""

    publisher: str
    stories: int
    central: int


class History(Protocol):
    """Closed days before the one judged.  `first` and `last` are inclusive; a day that was not collected is absent."""

    def exposures(self, first: date, last: date) -> Mapping[date, Mapping[str, int]]:
        """{day: {publisher: stories}}."""
        ...

    def tallies(self, terms: Collection[str], first: date, last: date) -> Mapping[str, Sequence[WordTally]]:
        """The counts of `terms` by day and publisher; a term without any is absent."""
        ...

    def totals(self, terms: Collection[str], first: date, last: date) -> Mapping[str, Sequence[WordTotal]]:
        """The counts of `terms` by publisher, those first that had the term first; a term without any is absent."""
        ...

    def spans(self, terms: Collection[str], before: date) -> Mapping[str, Span]:
        """First and last day of `terms` over all history before `before`; a term never seen is absent."""
        ...

    def publishers(self, before: date) -> Mapping[str, date]:
        """{publisher: its first day} over all history before `before`."""
        ...

    def codes(self, first: date, last: date) -> Iterator[DayCodes]:
        """The units of the days, oldest first, as far back as they are kept."""
        ...

    def last_standing(self, strings: Collection[tuple[int, ...]], before: date) -> Mapping[tuple[int, ...], date]:
        """The last day before `before` whose texts have each of `strings`, over all history; one never had is absent.

        Of days whose units are not kept, a history may only know their month: it tells the month's last collected day.
        """
        ...

    def first_standing(self, strings: Collection[tuple[int, ...]], before: date) -> Mapping[tuple[int, ...], date]:
        """The first day, likewise; of days whose units are not kept it may be the month's first collected day."""
        ...

    def since(self) -> date | None:
        """The first day of which anything is known; None for no history."""
        ...

    def first_publisher(self, strings: Sequence[tuple[int, ...]], day: date) -> str:
        """The publisher of the earliest article of `day` with one of `strings`; "" where that is not known."""
        ...


def having(codes: Codes, article: ArticleOfUnit, strings: Sequence[tuple[int, ...]]) -> list[int]:
    """The numbers of the articles that have one of `strings`, in order; `article` tells the article of each unit."""
    return articles_at([_places(codes, string) for string in strings], article)


def articles_at(places: Sequence[Places], article: ArticleOfUnit) -> list[int]:
    """The numbers of the articles of units, in order."""
    return np.unique(np.concatenate([article[some] for some in places])).tolist() if places else []


def _places(codes: Codes, string: tuple[int, ...]) -> Places:
    places = np.flatnonzero(codes[: max(0, len(codes) - len(string) + 1)] == string[0])
    for offset, code in enumerate(string[1:], 1):
        places = places[codes[places + offset] == code]
    return places.astype(np.int32)


def standing(strings: Collection[tuple[int, ...]], days: Iterable[DayCodes]) -> dict[tuple[int, ...], date]:
    """The first of `days`, in their order, that has each of `strings`; reads no more of them than it has to."""
    found: dict[tuple[int, ...], date] = {}
    missing = set(strings)
    search = StringSearch(missing)
    for held in days if missing else ():
        if here := search.found(held.codes):
            found |= dict.fromkeys(here, held.day)
            missing -= here
            if not missing:
                break
            search = StringSearch(missing)
    return found


def codes_of_day(day: date, readings: Sequence[Reading]) -> DayCodes:
    """What is kept of a day's texts to look strings up in.  Raises BadConfiguration where they are too many."""
    sizes = np.array([len(reading.units) + 1 for reading in readings], np.int32)
    size = int(sizes.sum(dtype=np.int64))
    check_units(size)
    codes = np.zeros(size, np.uint32)
    place = 0
    for reading in readings:
        codes[place : place + len(reading.units)] = reading.units.codes
        place += len(reading.units) + 1
    return DayCodes(day, codes, sizes, tuple(reading.publisher for reading in readings))


@dataclass(frozen=True, slots=True)
class _Packed:
    """A day's units, packed."""

    day: date
    codes: PackedCodes
    sizes: Places
    publishers: tuple[str, ...]

    @classmethod
    def of(cls, held: DayCodes) -> _Packed:
        return cls(held.day, PackedCodes.of(held.codes), held.sizes, held.publishers)

    def unpacked(self) -> DayCodes:
        return DayCodes(self.day, self.codes[:], self.sizes, self.publishers)


@dataclass(frozen=True, slots=True)
class _Month:
    """The strings of a month, and its first and last collected day."""

    first: date
    last: date
    strings: StringFilter


@dataclass(slots=True)
class _Terms:
    """All terms and publishers by number, and the first and last day of each term: columns, for there are millions."""

    terms: dict[str, int] = field(default_factory=dict)
    publishers: dict[str, int] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    first: array[int] = field(default_factory=lambda: array("i"))
    last: array[int] = field(default_factory=lambda: array("i"))

    def number(self, term: str) -> int:
        """The number of `term`, a new one for one that was never met."""
        return self.terms.setdefault(term, len(self.terms))

    def publisher(self, name: str) -> int:
        """The number of a publisher, likewise."""
        number = self.publishers.setdefault(name, len(self.publishers))
        if number == len(self.names):
            self.names.append(name)
        return number

    def seen(self, numbers: Numbers, day: date) -> None:
        """The terms `numbers` were counted on `day`, the last so far."""
        new = len(self.terms) - len(self.first)
        self.first.extend([day.toordinal()] * new)
        self.last.extend([0] * new)
        np.frombuffer(self.last, np.intc)[numbers] = day.toordinal()

    def span(self, term: str) -> Span | None:
        """The first and the last day of `term`, None where it was never counted."""
        number = self.terms.get(term)
        if number is None:
            return None
        return Span(first_on=date.fromordinal(self.first[number]), last_on=date.fromordinal(self.last[number]))

    def rows_of(self, terms: Collection[str], table: _Table) -> Iterator[tuple[str, str, int, int]]:
        """(term, publisher, stories, central) of `terms` in a day's table."""
        known = [(number, term) for term in terms if (number := self.terms.get(term)) is not None]
        first, end = (np.searchsorted(table.terms, [n for n, _ in known], side=side) for side in ("left", "right"))
        for (_, term), start, stop in zip(known, first.tolist(), end.tolist(), strict=True):
            for row in range(start, stop):
                yield term, self.names[table.publishers[row]], int(table.stories[row]), int(table.central[row])


@dataclass(frozen=True, slots=True)
class _Table:
    """The counts of a day as columns, in the order of the numbers of their terms."""

    terms: Numbers
    publishers: Numbers
    stories: Numbers
    central: Numbers

    @classmethod
    def of(cls, table: DayTerms, numbers: _Terms) -> _Table:
        """Those of `table`; terms and publishers that are new get numbers."""
        rows = [(numbers.number(r.term), numbers.publisher(r.publisher), r.stories, r.central) for r in table.terms]
        columns = np.array(rows, np.int32).reshape(len(rows), 4)
        columns = columns[np.argsort(columns[:, 0], kind="stable")]
        return cls(*(np.ascontiguousarray(columns[:, number]) for number in range(4)))


@dataclass(slots=True)
class MemoryHistory:
    """History in memory, for a stream read day by day.

    Tables of the last `table_days` days, units and exposures of the last `reach_days` are held; of all terms and
    publishers, only their first and last days, and of the strings of older days a filter for each month.
    """

    table_days: int = 32
    reach_days: int = 92
    _terms: _Terms = field(default_factory=_Terms)
    _tables: dict[date, _Table] = field(default_factory=dict)
    _exposures: dict[date, Mapping[str, int]] = field(default_factory=dict)
    _publishers: dict[str, date] = field(default_factory=dict)
    _codes: dict[date, _Packed] = field(default_factory=dict)
    _months: dict[date, _Month] = field(default_factory=dict)

    def add(self, day: date, readings: Sequence[Reading], table: DayTerms | None = None) -> None:
        """Close `day`: from now on it is history.  `table` is that of its `readings`, counted here unless given."""
        self.add_table(day, table or count_terms(readings))
        # Earliest first, so that the first publisher of a string can be told.
        self._codes[day] = _Packed.of(codes_of_day(day, sorted(readings, key=lambda one: (one.at, one.article_id))))
        self._forget(day)

    def add_table(self, day: date, table: DayTerms) -> None:
        """The table of `day` alone, without its strings."""
        for exposure in table.exposures:
            self._publishers.setdefault(exposure.publisher, day)
        self._exposures[day] = {row.publisher: row.stories for row in table.exposures}
        self._tables[day] = _Table.of(table, self._terms)
        self._terms.seen(np.unique(self._tables[day].terms), day)

    def exposures(self, first: date, last: date) -> Mapping[date, Mapping[str, int]]:
        return {day: found for day, found in self._exposures.items() if first <= day <= last}

    def tallies(self, terms: Collection[str], first: date, last: date) -> Mapping[str, Sequence[WordTally]]:
        found: defaultdict[str, list[WordTally]] = defaultdict(list)
        for day, table in sorted(self._tables.items()):
            if first <= day <= last:
                for term, publisher, stories, central in self._terms.rows_of(terms, table):
                    found[term].append(WordTally(day, publisher, stories, central))
        return found

    def totals(self, terms: Collection[str], first: date, last: date) -> Mapping[str, Sequence[WordTotal]]:
        return {term: _totals(tallies) for term, tallies in self.tallies(terms, first, last).items()}

    def spans(self, terms: Collection[str], before: date) -> Mapping[str, Span]:
        held = {term: span for term in terms if (span := self._terms.span(term)) is not None}
        return {term: span for term, span in held.items() if span.first_on < before}

    def publishers(self, before: date) -> Mapping[str, date]:
        return {publisher: first for publisher, first in self._publishers.items() if first < before}

    def codes(self, first: date, last: date) -> Iterator[DayCodes]:
        return (self._codes[day].unpacked() for day in sorted(self._codes) if first <= day <= last)

    def last_standing(self, strings: Collection[tuple[int, ...]], before: date) -> Mapping[tuple[int, ...], date]:
        days = (self._codes[day].unpacked() for day in sorted(self._codes, reverse=True) if day < before)
        found = standing(strings, days)
        for _, month in sorted(self._months.items(), reverse=True):
            if month.last < before:
                found |= {one: month.last for one in set(strings) - found.keys() if month.strings.may_hold(one)}
        return found

    def first_standing(self, strings: Collection[tuple[int, ...]], before: date) -> Mapping[tuple[int, ...], date]:
        found: dict[tuple[int, ...], date] = {}
        for _, month in sorted(self._months.items()):
            if month.last < before:
                found |= {one: month.first for one in set(strings) - found.keys() if month.strings.may_hold(one)}
        days = (self._codes[day].unpacked() for day in sorted(self._codes) if day < before)
        return found | standing(set(strings) - found.keys(), days)

    def since(self) -> date | None:
        return min(self._publishers.values(), default=None)

    def first_publisher(self, strings: Sequence[tuple[int, ...]], day: date) -> str:
        held = self._codes[day].unpacked() if day in self._codes else None
        numbers = having(held.codes, held.article, strings) if held else []
        return held.publishers[numbers[0]] if held and held.publishers and numbers else ""

    def _forget(self, today: date) -> None:
        for day in [day for day in self._tables if (today - day).days > self.table_days]:
            del self._tables[day]
        for month in sorted({day.replace(day=1) for day in self._codes}):
            days = sorted(day for day in self._codes if day.replace(day=1) == month)
            # The last day of the month decides, so that its filter is made once.
            if (today - _last_of(month)).days > self.reach_days:
                held = StringFilter.of([self._codes.pop(day).unpacked().codes for day in days])
                self._months[month] = _Month(days[0], days[-1], held)
        for day in [day for day in self._exposures if (today - day).days > self.reach_days]:
            del self._exposures[day]


def _totals(tallies: Sequence[WordTally]) -> list[WordTotal]:
    """The sums of `tallies`, which are in the order of their days."""
    sums: dict[str, list[int]] = {}
    for tally in tallies:
        held = sums.setdefault(tally.publisher, [0, 0])
        held[0] += tally.stories
        held[1] += tally.central
    return [WordTotal(publisher, stories, central) for publisher, (stories, central) in sums.items()]


def _last_of(month: date) -> date:
    """The last day of the month that begins on `month`."""
    return (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def trusted_publishers(history: History, day: date, publishers: Collection[str], trust_days: int) -> frozenset[str]:
    """Those of `publishers` that have been collected for `trust_days`, or since history began."""
    known = history.publishers(day)
    if not known:
        return frozenset()
    from_the_start = min(known.values()) + _SOURCE_KNOWN_FROM_THE_START
    return frozenset(
        publisher
        for publisher in publishers
        if publisher in known and (known[publisher] < from_the_start or (day - known[publisher]).days >= trust_days)
    )
