"""What earlier days tell: what the detector asks, wherever those days are kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, Protocol

import numpy as np

from mediawatch.keywords.reading import Codes, Places, Reading
from mediawatch.keywords.vocabulary import DayTerms, count_terms

_SOURCE_KNOWN_FROM_THE_START: Final = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class DayCodes:
    """The units of a day's articles laid end to end, a parting unit (0) after each.

    `article` numbers the article of each unit from 0; `publishers` are the articles' publishers, empty where nobody
    kept them.
    """

    day: date
    codes: Codes
    article: Places
    publishers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The first and the last day that a term was counted."""

    first_on: date
    last_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class WordTally:
    """Stories of one publisher with a term on one day, and those about it."""

    day: date
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

    def spans(self, terms: Collection[str], before: date) -> Mapping[str, Span]:
        """First and last day of `terms` over all history before `before`; a term never seen is absent."""
        ...

    def publishers(self, before: date) -> Mapping[str, date]:
        """{publisher: its first day} over all history before `before`."""
        ...

    def codes(self, first: date, last: date) -> Iterator[DayCodes]:
        """The units of the days, oldest first, as far back as they are kept."""
        ...

    def since(self) -> date | None:
        """The first day of which anything is known; None for no history."""
        ...

    def first_publisher(self, strings: Sequence[tuple[int, ...]], day: date) -> str:
        """The publisher of the earliest article of `day` with one of `strings`; "" where that is not known."""
        ...


def having(codes: Codes, article: Places, strings: Sequence[tuple[int, ...]]) -> list[int]:
    """The numbers of the articles that have one of `strings`, in order; `article` numbers the article of each unit."""
    found = [article[_places(codes, string)] for string in strings]
    return np.unique(np.concatenate(found)).tolist() if found else []


def _places(codes: Codes, string: tuple[int, ...]) -> Places:
    places = np.flatnonzero(codes[: max(0, len(codes) - len(string) + 1)] == string[0])
    for offset, code in enumerate(string[1:], 1):
        places = places[codes[places + offset] == code]
    return places.astype(np.int32)


def codes_of_day(day: date, readings: Sequence[Reading]) -> DayCodes:
    """What is kept of a day's texts to look strings up in."""
    size = sum(len(reading.units.codes) + 1 for reading in readings)
    codes, article = np.zeros(size, np.uint32), np.zeros(size, np.int32)
    place = 0
    for number, reading in enumerate(readings):
        end = place + len(reading.units.codes)
        codes[place:end] = reading.units.codes
        article[place : end + 1] = number
        place = end + 1
    return DayCodes(day, codes, article, tuple(reading.publisher for reading in readings))


@dataclass(slots=True)
class MemoryHistory:
    """History in memory, for a stream read day by day.

    Tables of the last `table_days` days, units and exposures of the last `reach_days` are held; of all terms and
    publishers, only their first and last days.
    """

    table_days: int = 32
    reach_days: int = 92
    _tables: dict[date, Mapping[str, Sequence[WordTally]]] = field(default_factory=dict)
    _exposures: dict[date, Mapping[str, int]] = field(default_factory=dict)
    _spans: dict[str, tuple[date, date]] = field(default_factory=dict)
    _publishers: dict[str, date] = field(default_factory=dict)
    _codes: dict[date, DayCodes] = field(default_factory=dict)

    def add(self, day: date, readings: Sequence[Reading]) -> None:
        """Close `day`: from now on it is history."""
        self.add_table(day, count_terms(readings))
        # Earliest first, so that the first publisher of a string can be told.
        self._codes[day] = codes_of_day(day, sorted(readings, key=lambda one: (one.at, one.article_id)))
        self._forget(day)

    def add_table(self, day: date, table: DayTerms) -> None:
        """The table of `day` alone, without its strings."""
        counts: defaultdict[str, list[WordTally]] = defaultdict(list)
        for row in table.terms:
            counts[row.term].append(
                WordTally(day=day, publisher=row.publisher, stories=row.stories, central=row.central)
            )
        self._tables[day] = counts
        self._exposures[day] = {row.publisher: row.stories for row in table.exposures}
        for term in counts:
            self._spans[term] = (self._spans.get(term, (day, day))[0], day)
        for exposure in table.exposures:
            self._publishers.setdefault(exposure.publisher, day)

    def exposures(self, first: date, last: date) -> Mapping[date, Mapping[str, int]]:
        return {day: found for day, found in self._exposures.items() if first <= day <= last}

    def tallies(self, terms: Collection[str], first: date, last: date) -> Mapping[str, Sequence[WordTally]]:
        found: defaultdict[str, list[WordTally]] = defaultdict(list)
        for day, table in sorted(self._tables.items()):
            if first <= day <= last:
                for term in terms:
                    if term in table:
                        found[term] += table[term]
        return found

    def spans(self, terms: Collection[str], before: date) -> Mapping[str, Span]:
        held = {term: self._spans[term] for term in terms if term in self._spans}
        return {term: Span(first_on=first, last_on=last) for term, (first, last) in held.items() if first < before}

    def publishers(self, before: date) -> Mapping[str, date]:
        return {publisher: first for publisher, first in self._publishers.items() if first < before}

    def codes(self, first: date, last: date) -> Iterator[DayCodes]:
        return (held for day, held in sorted(self._codes.items()) if first <= day <= last)

    def since(self) -> date | None:
        return min(self._publishers.values(), default=None)

    def first_publisher(self, strings: Sequence[tuple[int, ...]], day: date) -> str:
        held = self._codes.get(day)
        numbers = having(held.codes, held.article, strings) if held else []
        return held.publishers[numbers[0]] if held and held.publishers and numbers else ""

    def _forget(self, today: date) -> None:
        for day in [day for day in self._tables if (today - day).days > self.table_days]:
            del self._tables[day]
        for day in [day for day in self._codes if (today - day).days > self.reach_days]:
            del self._codes[day]
        for day in [day for day in self._exposures if (today - day).days > self.reach_days]:
            del self._exposures[day]


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
