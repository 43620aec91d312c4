"""A day's words: which are content, and how many stories of each publisher have them."""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from mediawatch.keywords.reading import CLASS, FUNCTION, LATIN, MEASURE, PARTED, Reading, Units
from mediawatch.tables.keywords import Exposure, TermCount

_HAN: Final = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af]{2,}")
_LATIN: Final = re.compile(r"[a-z0-9]")
_POSSESSIVE: Final = re.compile(r"['’]s?$")
_LATIN_LETTERS: Final = 3
_LATIN_WORD: Final = CLASS + 1
"""Stands for the class of a Latin token, which has none."""

_TIME: Final = re.compile(
    r"(?:[今昨明前去后本上下][年天日晚早午周月]?|.*(?:周[一二三四五六日末]|星期[一二三四五六日天]?|礼拜[一二三四五六日天]?|月份?|"
    r"年度?|季度?|上午|下午|晚上?|凌晨|清晨|早上|中午|傍晚|今年|去年|明年|昨天|今天|明天|今日|昨日|当天|当日|时间|小时|分钟)"
    r"|[第约近逾超]?[一二三四五六七八九十百千万亿两几零〇数多]+.{0,2})"
)
_MEASURE_MARK: Final = re.compile("[一二三四五六七八九十百千万亿两几零〇第每多数半些年月日时前后上下内外中间里]")

_ENGLISH: Final = """
    the a an of in on at to for and or nor but by with from as is are was were be been being it its that this these
    those he she they we you i his her hers their our your my me him them us who whom whose what which when where
    why how not no yes if than then so too very just still also only even ever never again once before after over
    under into onto out up down off about above below against between among during through while until since because
    despite without within across behind beyond near per via amid will would shall should can could may might must
    do does did done has have had having get gets got make makes made take takes took go goes went come comes say
    says said tell tells told set sets put see sees saw new old more most less least many much few some any all both
    each every other another such own same first second last next one two three four five six seven eight nine ten
    year years month months week weeks day days time times today tomorrow yesterday tonight morning night monday
    tuesday wednesday thursday friday saturday sunday january february march april june july august september
    october november december man men woman women people there here now back vs mr mrs ms dr
"""
ENGLISH_COMMON: Final = frozenset(_ENGLISH.split())
"""English words that carry no topic."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayTerms:
    """The compact table of a day: all that later days need of it, but for its strings.

    `terms` are in the order of terms and publishers, and are made when they are asked for: a large day has millions.
    """

    terms: Counted
    exposures: tuple[Exposure, ...]


Keys = npt.NDArray[np.int64]
Counts = npt.NDArray[np.int32]
_ROWS: Final = 1 << 18
"""Counts that are joined together, or made rows of."""


@dataclass(frozen=True, slots=True)
class Counted:
    """Counts of words as columns, in the order of terms and publishers.

    A key has the number of a term among `names` and, in its low 32 bits, that of a publisher; `counts` are articles,
    stories, and stories about it.
    """

    names: Sequence[str]
    publishers: Sequence[str]
    keys: Keys
    counts: Counts

    def __len__(self) -> int:
        return len(self.keys)

    def totals(self, among: Collection[str], *, publishers: int, stories: int) -> list[tuple[str, int, int]]:
        """(term, stories, those about it) of the terms that enough publishers `among` those named have, in enough
        stories; by their order.

        Rows are made of none of the others, which are nearly all.
        """
        counted = np.array([publisher in among for publisher in self.publishers], np.bool_)
        rows = np.flatnonzero(counted[self.keys & 0xFFFFFFFF]) if len(self.keys) else np.zeros(0, np.int64)
        terms = self.keys[rows] >> 32
        first = np.flatnonzero(np.diff(terms, prepend=-1))
        if not len(first):
            return []
        sums = np.add.reduceat(self.counts[rows, 1:], first, axis=0, dtype=np.int64)
        enough = (np.diff(np.append(first, len(terms))) >= publishers) & (sums[:, 0] >= stories)
        names = map(self.names.__getitem__, terms[first[enough]].tolist())
        return [(name, told, central) for name, (told, central) in zip(names, sums[enough].tolist(), strict=True)]

    def __iter__(self) -> Iterator[TermCount]:
        for start in range(0, len(self.keys), _ROWS):
            rows = self.keys[start : start + _ROWS].tolist(), self.counts[start : start + _ROWS].tolist()
            for key, (articles, stories, central) in zip(*rows, strict=True):
                term = self.names[key >> 32]
                yield TermCount(
                    term=term,
                    publisher=self.publishers[key & 0xFFFFFFFF],
                    language=language_of_term(term),
                    articles=articles,
                    stories=stories,
                    central=central,
                )


def count_terms(readings: Sequence[Reading]) -> DayTerms:
    """The table of one day's `readings`, whatever their order; rows by term and publisher, and by publisher."""
    once = {(reading.publisher, reading.story, reading.article_id): reading for reading in readings}
    counted = TermCounter(Counter((reading.publisher, reading.story) for reading in once.values()))
    for reading in once.values():
        counted.add(reading)
    return DayTerms(terms=counted.terms(), exposures=tuple(counted.exposures()))


class TermCounter:
    """Counts the words of a day, one article after the other: partial counts in columns, which are joined at the end.

    `copies` says how many articles each story of a publisher has, so that nothing is kept of one that is complete; all
    of them are added, each once.
    """

    def __init__(self, copies: Mapping[tuple[str, str], int]) -> None:
        self._stories = dict(zip(copies, range(len(copies)), strict=True))
        self._left = np.fromiter(copies.values(), np.int32, len(copies))
        self._terms, self._publishers = _Numbers(), _Numbers()
        self._publisher_of = np.zeros(len(copies), np.int32)
        self._articles, self._counted = Counter[str](), Counter[str]()
        self._words = _WordNumbers(self._terms)
        # The words of articles that are not counted yet: their stories, how many each has, their numbers and weights.
        self._of, self._sizes = array("i"), array("i")
        self._numbers, self._weights = array("i"), array("b")
        self._waiting = np.zeros((0, 3), np.int32)
        self._rows = _Rows()

    def add(self, reading: Reading) -> None:
        """Count an article."""
        story = self._stories[reading.publisher, reading.story]
        self._left[story] -= 1
        self._publisher_of[story] = self._publishers[reading.publisher]
        self._articles[reading.publisher] += 1
        self._counted[reading.publisher] += not self._left[story]
        starts, numbers = self._words.of(reading)
        self._of.append(story)
        self._sizes.append(len(numbers))
        self._numbers.extend(numbers)
        self._weights.extend([2 if start < reading.title_length else 1 for start in starts])
        if len(self._numbers) >= _ROWS:
            self._count()

    def _count(self) -> None:
        """Count the stories that are complete: how many articles have each word, and whether one is about it."""
        rows = np.concatenate([self._waiting, self._of_articles()])
        complete = self._left[rows[:, 0]] == 0
        # Copies may come late, and until then the words of all stories that have some wait here.
        self._waiting, rows = rows[~complete], rows[complete]
        keys, central = rows[:, 0].astype(np.int64) << 32 | rows[:, 1], rows[:, 2]
        order = np.argsort(keys, kind="stable")
        keys, central = keys[order], central[order]
        first = np.flatnonzero(np.diff(keys, prepend=-1))
        if not len(first):
            return
        story, term = keys[first] >> 32, keys[first] & 0xFFFFFFFF
        counts = np.ones((len(first), 3), np.int32)
        counts[:, 0] = np.diff(np.append(first, len(keys)))
        counts[:, 2] = np.maximum.reduceat(central, first)
        self._rows.add(term << 32 | self._publisher_of[story], counts)

    def _of_articles(self) -> npt.NDArray[np.int32]:
        """(story, word, whether it is about it) of each word of the articles since the last count."""
        sizes = np.array(self._sizes, np.int32)
        article = np.repeat(np.arange(len(sizes), dtype=np.int64), sizes)
        numbers, weights = np.array(self._numbers, np.int32), np.array(self._weights, np.int32)
        stories = np.array(self._of, np.int32)
        for held in (self._of, self._sizes, self._numbers, self._weights):
            del held[:]
        is_word = numbers >= 0
        keys, weights = (article << 32 | numbers)[is_word], weights[is_word]
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
        first = np.flatnonzero(np.diff(keys, prepend=-1))
        rows = np.zeros((len(first), 3), np.int32)
        rows[:, 0], rows[:, 1] = stories[keys[first] >> 32], keys[first] & 0xFFFFFFFF
        rows[:, 2] = np.add.reduceat(weights[order], first) > 1 if len(first) else 0
        return rows

    def terms(self) -> Counted:
        """The counts of the words, by term and publisher, once all articles were added."""
        self._count()
        keys, counts = self._rows.joined()
        names, publishers = list(self._terms), list(self._publishers)
        by_name, by_publisher = _ranks(names), _ranks(publishers)
        keys = (by_name[keys >> 32] << 32 | by_publisher[keys & 0xFFFFFFFF]) if len(keys) else keys
        order = np.argsort(keys)
        return Counted(sorted(names), sorted(publishers), keys[order], counts[order])

    def exposures(self) -> Iterator[Exposure]:
        """How many articles and stories each publisher has."""
        for publisher in sorted(self._counted):
            yield Exposure(publisher=publisher, articles=self._articles[publisher], stories=self._counted[publisher])


class _Numbers(dict[str, int]):
    """Names by number, in the order in which they were first asked for."""

    def __missing__(self, name: str) -> int:
        return self.setdefault(name, len(self))


def _ranks(names: Sequence[str]) -> Keys:
    """The place of each of `names` in their order."""
    ranks = np.zeros(len(names), np.int64)
    ranks[sorted(range(len(names)), key=names.__getitem__)] = np.arange(len(names))
    return ranks


class _Rows:
    """Counts by key in pieces, of which two are joined as soon as they are of a size: so each is joined seldom."""

    def __init__(self) -> None:
        self._pieces: list[tuple[Keys, Counts]] = []

    def add(self, keys: Keys, counts: Counts) -> None:
        """Count articles, stories and those about it for each key, which may be there several times."""
        self._pieces.append(_joined([(keys, counts)]))
        while len(self._pieces) > 1 and 2 * len(self._pieces[-1][0]) > len(self._pieces[-2][0]):
            self._pieces.append(_joined([self._pieces.pop(), self._pieces.pop()]))

    def joined(self) -> tuple[Keys, Counts]:
        """The keys in order, and articles, stories and those about it of each; they are not held here any more."""
        pieces, self._pieces = self._pieces, []
        return _joined(pieces or [(np.zeros(0, np.int64), np.zeros((0, 3), np.int32))])


def _joined(pieces: list[tuple[Keys, Counts]]) -> tuple[Keys, Counts]:
    """The sums by key, in the order of the keys, of `pieces`, which are let go."""
    keys, counts = (np.concatenate(columns) for columns in zip(*pieces, strict=True))
    pieces.clear()
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    first = np.flatnonzero(np.diff(keys, prepend=-1))
    sums = np.zeros((len(first), 3), np.int32)
    for number in range(3) if len(first) else ():
        sums[:, number] = np.add.reduceat(counts[order, number], first)
    return keys[first], sums


def words_of(reading: Reading) -> dict[str, bool]:
    """The content words of a reading, and whether it is about each: the title has it, or the article twice."""
    found: dict[str, int] = {}
    for start, end, kind in zip(*_spans(reading.units), strict=True):
        if word := _word(reading.folded[start:end], kind):
            found[word] = found.get(word, 0) + (2 if start < reading.title_length else 1)
    return {word: weight > 1 for word, weight in found.items()}


class _WordNumbers:
    """The numbers of the content words of articles, each word judged once; -1 for what carries no content."""

    def __init__(self, terms: _Numbers) -> None:
        self._terms = terms
        self._known: tuple[dict[str, int], ...] = tuple({} for _ in range(_LATIN_WORD + 1))

    def of(self, reading: Reading) -> tuple[list[int], list[int]]:
        """Where each word begins, and its number."""
        starts, ends, kinds = _spans(reading.units)
        text, numbers = reading.folded, []
        for start, end, kind in zip(starts, ends, kinds, strict=True):
            word = text[start:end]
            number = self._known[kind].get(word)
            numbers.append(self._judged(word, kind) if number is None else number)
        return starts, numbers

    def _judged(self, word: str, kind: int) -> int:
        content = _word(word, kind)
        return self._known[kind].setdefault(word, self._terms[content] if content else -1)


def _spans(units: Units) -> tuple[list[int], list[int], list[int]]:
    """Where each Latin token, and each dictionary word of two characters that is no function word, begins and ends, and
    its class; `_LATIN_WORD` for a Latin one.
    """
    codes, begins, closing = units.codes, units.starts, units.ends
    is_latin = codes >= LATIN
    latin = np.flatnonzero(is_latin)
    # A word of the cut runs from where one opens to the next place where one closes.
    first, last = np.flatnonzero((codes != PARTED) & ~is_latin & units.opens), np.flatnonzero(units.closes)
    at = np.searchsorted(last, first)
    first, last = first[at < len(last)], last[at[at < len(last)]]
    kinds = units.classes[last]
    longer = (last > first) & (kinds != FUNCTION)
    return (
        [*begins[latin].tolist(), *begins[first[longer]].tolist()],
        [*closing[latin].tolist(), *closing[last[longer]].tolist()],
        [*[_LATIN_WORD] * len(latin), *kinds[longer].tolist()],
    )


def _word(text: str, kind: int) -> str:
    """The content word that a token or a word of the dictionary is; empty for none."""
    if kind != _LATIN_WORD:
        return text if _is_content(text, kind) else ""
    word = _POSSESSIVE.sub("", text)
    return word if len(word) >= _LATIN_LETTERS and word not in ENGLISH_COMMON else ""


@lru_cache(maxsize=100_000)
def _is_content(word: str, kind: int) -> bool:
    if not _HAN.fullmatch(word) or (kind == MEASURE and _MEASURE_MARK.search(word)):
        return False
    return not is_time(word)


def is_time(word: str) -> bool:
    """Whether a folded word is a time, a date or a number: 周三, 今年, 十二月, 第三次."""
    return bool(_TIME.fullmatch(word))


@lru_cache(maxsize=100_000)
def language_of_term(term: str) -> str:
    """en for a term in Latin letters, else zh."""
    return "zh" if _HAN.search(term) or not _LATIN.search(term) else "en"
