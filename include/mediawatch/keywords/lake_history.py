"""The past as the detector asks for it: counts of words and strings of closed days, in the lake.

    past/day=<first of a month>      spans      first and last day of each word in that month
                                     publishers     first day of each publisher in that month
                                     filters        the strings of that month, as a filter

A month is rolled up when a later one is first judged, and dropped when one of its days is counted anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import chain, groupby
from typing import Final

import numpy as np

from mediawatch.errors import Corrupt
from mediawatch.keywords import DayCodes, Mention, Span, WordTally
from mediawatch.keywords.history import WordTotal, having, standing
from mediawatch.keywords.mining import check_units
from mediawatch.keywords.string_filter import StringFilter
from mediawatch.lake.history import query
from mediawatch.lake.objects import ObjectInfo
from mediawatch.lake.partitions import (
    PartitionKey,
    PartitionWriter,
    Receipt,
    current,
    current_or_none,
    discard,
    partition_days,
    read_rows,
)
from mediawatch.lake.store import Store
from mediawatch.lake.tables import batches_of
from mediawatch.pipeline.admitted import Placement, places_of
from mediawatch.tables.keywords import (
    EXPOSURES,
    PUBLISHER_STARTS,
    STRING_FILTERS,
    STRINGS,
    TERM_SPANS,
    FilterPart,
    PublisherStart,
    Strings,
    TermCount,
    TermSpan,
)

VERSION = "2"
REACH_DAYS = 128
"""Days before the one judged whose own tables are asked: window, baseline, and the strings of three months."""
_PART: Final = 1 << 20
"""Bytes of a filter in a row."""
_ARTICLES_AT_A_TIME: Final = 5_000
"""Articles whose units are marked in a filter together: some ten megabytes."""

String = tuple[int, ...]


@dataclass(frozen=True)
class LakeHistory:
    """The counted days before `before`: a `keywords.History` over the lake.

    One that `is_reader` makes no roll-ups: what is not rolled up yet it does not know of.
    """

    store: Store
    before: date
    is_reader: bool = False

    @cached_property
    def inputs(self) -> dict[str, str]:
        """What the answers depend on: {table: digest}."""
        days = {f"terms {day}": receipt.digest for day, receipt in self._days.items()}
        return days | {f"past {receipt.day}": receipt.digest for receipt in self._months}

    @cached_property
    def _days(self) -> dict[date, Receipt]:
        since = self.before - timedelta(days=REACH_DAYS)
        days = [day for day in partition_days(self.store, "terms", since=since) if day < self.before]
        receipts = {day: current(self.store, _terms(day)) for day in days}
        return {day: receipt for day, receipt in receipts.items() if receipt is not None}

    @cached_property
    def _months(self) -> list[Receipt]:
        """The roll-ups of the months before that of `before`, made where they are missing."""
        this_month = self.before.replace(day=1)
        days = [day for day in self._counted if day < this_month]
        months = sorted({day.replace(day=1) for day in days})
        if self.is_reader:
            held = (current_or_none(self.store, _month(month)) for month in months)
            return [receipt for receipt in held if receipt is not None and receipt.version == VERSION]
        return [
            _sound(self.store, _month(month)) or _roll_up(self.store, month, [d for d in days if _is_in(d, month)])
            for month in months
        ]

    @cached_property
    def _exposures(self) -> dict[date, dict[str, int]]:
        return {
            day: {row.publisher: row.stories for row in read_rows(self.store, receipt, EXPOSURES)}
            for day, receipt in self._days.items()
        }

    def exposures(self, first: date, last: date) -> Mapping[date, Mapping[str, int]]:
        """{day: {publisher: stories}} of the days that were counted; one without any article was not collected."""
        return {day: found for day, found in self._exposures.items() if first <= day <= last and found}

    def is_counted(self, day: date) -> bool:
        """Whether the words of `day` were counted."""
        return current(self.store, _terms(day)) is not None

    def tallies(self, terms: Collection[str], first: date, last: date) -> Mapping[str, Sequence[WordTally]]:
        """The counts of `terms` by day and publisher."""
        parts = _parts((r for day, r in self._days.items() if first <= day <= last), "terms")
        rows = query(
            self.store,
            parts,
            "SELECT term, regexp_extract(filename, 'day=([0-9-]{10})', 1)::DATE AS day, publisher, stories, central "
            "FROM rows SEMI JOIN (SELECT unnest(?::VARCHAR[]) AS term) USING (term) ORDER BY ALL",
            [sorted(terms)],
            row=TermCount,
        )
        found: defaultdict[str, list[WordTally]] = defaultdict(list)
        for term, day, publisher, stories, central in rows:
            found[term].append(WordTally(day, publisher, stories, central))
        return found

    def totals(self, terms: Collection[str], first: date, last: date) -> Mapping[str, Sequence[WordTotal]]:
        """The counts of `terms` by publisher, those first that had the term first."""
        rows = query(
            self.store,
            _parts((r for day, r in self._days.items() if first <= day <= last), "terms"),
            "SELECT term, publisher, sum(stories)::BIGINT, sum(central)::BIGINT FROM rows "
            "SEMI JOIN (SELECT unnest(?::VARCHAR[]) AS term) USING (term) GROUP BY term, publisher "
            "ORDER BY term, min(regexp_extract(filename, 'day=([0-9-]{10})', 1)), publisher",
            [sorted(terms)],
            row=TermCount,
        )
        return {
            term: [WordTotal(*total) for _, *total in group] for term, group in groupby(rows, key=lambda row: row[0])
        }

    def spans(self, terms: Collection[str], before: date) -> Mapping[str, Span]:
        """First and last day of `terms` before `before`, over all months and the days since the last of them."""
        wanted = [sorted(terms)]
        rows = query(
            self.store,
            _parts(self._months, "spans"),
            "SELECT term, min(first_on), max(last_on) FROM rows "
            "SEMI JOIN (SELECT unnest(?::VARCHAR[]) AS term) USING (term) WHERE first_on < ? GROUP BY term",
            [*wanted, before],
        )
        this_month = self.before.replace(day=1)
        since = {day: receipt for day, receipt in self._days.items() if this_month <= day < before}
        rows += query(
            self.store,
            _parts(since.values(), "terms"),
            "SELECT term, min(day), max(day) FROM (SELECT term, regexp_extract(filename, 'day=([0-9-]{10})', 1)::DATE "
            "AS day FROM rows SEMI JOIN (SELECT unnest(?::VARCHAR[]) AS term) USING (term)) GROUP BY term",
            wanted,
        )
        found: dict[str, Span] = {}
        for term, first_on, last_on in sorted(rows):
            held = found.get(term)
            found[term] = Span(
                first_on=min(held.first_on, first_on) if held else first_on,
                last_on=max(held.last_on, last_on) if held else last_on,
            )
        return found

    def publishers(self, before: date) -> Mapping[str, date]:
        """{publisher: its first day} before `before`."""
        starts = chain.from_iterable(read_rows(self.store, month, PUBLISHER_STARTS) for month in self._months)
        found: dict[str, date] = {}
        for start in sorted(starts, key=lambda row: row.first_on):
            found.setdefault(start.publisher, start.first_on)
        for day, exposures in sorted(self._exposures.items()):
            for publisher in exposures:
                found[publisher] = min(found.get(publisher, day), day)
        return {publisher: first_on for publisher, first_on in found.items() if first_on < before}

    def codes(self, first: date, last: date) -> Iterator[DayCodes]:
        """The units of the days, oldest first, one day in memory at a time."""
        return self._read_each(day for day in sorted(self._days) if first <= day <= last)

    def last_standing(self, strings: Collection[String], before: date) -> Mapping[String, date]:
        """The last day before `before` with each of `strings`: a month whose filter holds one is looked through."""
        recent = sorted((day for day in self._days if day < before), reverse=True)
        found = standing(strings, self._read_each(recent))
        for month in reversed(self._months):
            older = sorted(self._older_days(month.day, before), reverse=True)
            found |= self._standing_in(month, older, set(strings) - found.keys())
        return found

    def first_standing(self, strings: Collection[String], before: date) -> Mapping[String, date]:
        """The first day, likewise."""
        found: dict[String, date] = {}
        for month in self._months:
            older = sorted(self._older_days(month.day, before))
            found |= self._standing_in(month, older, set(strings) - found.keys())
        recent = sorted(day for day in self._days if day < before)
        return found | standing(set(strings) - found.keys(), self._read_each(recent))

    def _standing_in(self, month: Receipt, days: Sequence[date], strings: Collection[String]) -> dict[String, date]:
        """The first of `days`, which are of `month`, with each of `strings`."""
        if not days or not strings:
            return {}
        parts = sorted(read_rows(self.store, month, STRING_FILTERS), key=lambda part: part.number)
        held = StringFilter(np.frombuffer(b"".join(part.marks for part in parts), np.uint8))
        return standing([string for string in strings if held.may_hold(string)], self._read_each(days))

    def _older_days(self, month: date, before: date) -> list[date]:
        """The counted days of `month` before `before` that are too long ago to be asked themselves."""
        return [day for day in self._counted if _is_in(day, month) and day not in self._days and day < before]

    def _read_each(self, days: Iterable[date]) -> Iterator[DayCodes]:
        for day in days:
            receipt = self._days.get(day) or current(self.store, _terms(day))
            if receipt is not None:
                yield codes_in(day, list(read_rows(self.store, receipt, STRINGS)))

    @cached_property
    def _counted(self) -> list[date]:
        return [day for day in partition_days(self.store, "terms") if day < self.before]

    def since(self) -> date | None:
        """The first day that was counted."""
        return next(iter(partition_days(self.store, "terms")), None)

    def first_publisher(self, strings: Sequence[tuple[int, ...]], day: date) -> str:
        """As History has it, by the stories of the day."""
        receipt = self._days.get(day) or current(self.store, _terms(day))
        found = mentions_in(self.store, receipt, day, strings) if receipt else []
        return found[0].publisher if found else ""


_PARTED = np.zeros(1, np.uint32)


def _sound(store: Store, key: PartitionKey) -> Receipt | None:
    """The partition's receipt; None where it was made by an earlier version, and where that cannot be read any more:
    then nothing is left of it.
    """
    try:
        receipt = current(store, key)
    except Corrupt:
        discard(store, key)
        return None
    return receipt if receipt is not None and receipt.version == VERSION else None


def codes_in(day: date, rows: Sequence[Strings]) -> DayCodes:
    """The units of the articles `rows` of `day`, in their order.  Raises BadConfiguration where they are too many."""
    texts = [np.frombuffer(row.units, "<u4") for row in rows]
    check_units(sum(len(text) + 1 for text in texts))
    parted = [part for text in texts for part in (text, _PARTED)]
    sizes = np.array([len(text) + 1 for text in texts], np.int32)
    codes = np.concatenate(parted) if parted else np.zeros(0, np.uint32)
    return DayCodes(day, codes, sizes, tuple(row.publisher for row in rows))


def mentions_in(store: Store, counted: Receipt, day: date, strings: Sequence[tuple[int, ...]]) -> list[Mention]:
    """The articles of `day`, whose words were `counted`, that have one of `strings`; earliest first."""
    rows = list(read_rows(store, counted, STRINGS))
    held = codes_in(day, rows)
    ids = [rows[number].article_id for number in having(held.codes, held.article, strings)]
    return mentions_by_id(day, ids, places_of(store, day)) if ids else []


def mentions_by_id(day: date, ids: Iterable[str], stories: Mapping[str, Placement]) -> list[Mention]:
    """The articles `ids` of `day` as those with a word, by their `stories`; earliest first."""
    mentions = [
        Mention(
            article_id=article_id,
            day=day,
            at=place.at,
            publisher=place.publisher,
            origin=place.origin or place.publisher,
            story=place.story_id,
        )
        for article_id in ids
        if (place := stories.get(article_id)) is not None
    ]
    return sorted(mentions, key=lambda one: (one.at, one.article_id))


def _roll_up(store: Store, month: date, days: Sequence[date]) -> Receipt:
    receipts = {day: current(store, _terms(day)) for day in days}
    held = {day: receipt for day, receipt in receipts.items() if receipt is not None}
    rows = query(
        store,
        _parts(held.values(), "terms"),
        "SELECT term, min(day), max(day) FROM (SELECT term, regexp_extract(filename, 'day=([0-9-]{10})', 1)::DATE "
        "AS day FROM rows) GROUP BY term ORDER BY term",
    )
    publishers: dict[str, date] = {}
    for day, receipt in sorted(held.items()):
        for row in read_rows(store, receipt, EXPOSURES):
            publishers.setdefault(row.publisher, day)
    inputs = {day.isoformat(): receipt.digest for day, receipt in held.items()}
    writer = PartitionWriter(store, _month(month), inputs=inputs, version=VERSION, settings={})
    spans = [TermSpan(term=term, first_on=first, last_on=last) for term, first, last in rows]
    writer.append(TERM_SPANS, spans)
    starts = [PublisherStart(publisher=publisher, first_on=day) for publisher, day in sorted(publishers.items())]
    writer.append(PUBLISHER_STARTS, starts)
    writer.append(STRING_FILTERS, _filter_of(store, held))
    return writer.publish()


def _filter_of(store: Store, held: Mapping[date, Receipt]) -> list[FilterPart]:
    """The filter of the strings of the days `held`, in parts."""
    sizes = query(store, _parts(held.values(), "strings"), "SELECT sum(octet_length(units) // 4 + 1)::BIGINT FROM rows")
    pieces = (codes_in(day, rows).codes for day, receipt in held.items() for rows in _some_rows(store, receipt))
    marks = StringFilter.sized(pieces, sizes[0][0] or 0 if sizes else 0).marks
    starts = range(0, len(marks), _PART)
    return [FilterPart(number=number, marks=marks[at : at + _PART].tobytes()) for number, at in enumerate(starts)]


def _some_rows(store: Store, receipt: Receipt) -> Iterator[list[Strings]]:
    """The strings of a day, some thousand articles in memory at a time."""
    return batches_of(read_rows(store, receipt, STRINGS), _ARTICLES_AT_A_TIME)


def _parts(receipts: Collection[Receipt] | Iterator[Receipt], table: str) -> list[ObjectInfo]:
    return [part for receipt in receipts for part in receipt.tables[table].parts]


def _is_in(day: date, month: date) -> bool:
    return day.replace(day=1) == month


def _terms(day: date) -> PartitionKey:
    return PartitionKey(stage="terms", day=day)


def _month(month: date) -> PartitionKey:
    return PartitionKey(stage="past", day=month)
