"""A day's words: which are content, and how many stories of each publisher have them."""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Final

import numpy as np
import numpy.typing as npt

from mediawatch.keywords.reading import FUNCTION, LATIN, MEASURE, PARTED, Reading, Units
from mediawatch.tables.keywords import Exposure, TermCount

_HAN: Final = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af]{2,}")
_LATIN: Final = re.compile(r"[a-z0-9]")
_POSSESSIVE: Final = re.compile(r"['’]s?$")
_LATIN_LETTERS: Final = 3

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


_Words = tuple["array[int]", bytes]
"""The numbers of an article's words, and whether it is about each."""


class TermCounter:
    """Counts the words of a day, one article after the other: partial counts in columns, which are joined at the end.

    `copies` says how many articles each story of a publisher has, so that nothing is kept of one that is complete; all
    of them are added, each once.
    """

    def __init__(self, copies: Mapping[tuple[str, str], int]) -> None:
        self._copies = copies
        self._terms, self._publishers = _Numbers(), _Numbers()
        self._begun: dict[tuple[str, str], list[_Words]] = {}
        self._articles, self._stories = Counter[str](), Counter[str]()
        self._rows = _Rows()

    def add(self, reading: Reading) -> None:
        """Count an article."""
        story, words = (reading.publisher, reading.story), words_of(reading)
        articles = self._begun.pop(story, [])
        # As numbers: copies may come late, and until then the words of all stories that have some wait here.
        articles.append((array("i", map(self._terms.__getitem__, words)), bytes(words.values())))
        if len(articles) < self._copies[story]:
            self._begun[story] = articles
        else:
            self._count(reading.publisher, articles)

    def _count(self, publisher: str, articles: Sequence[_Words]) -> None:
        """Count a story: how many of its `articles` have each of its words, and whether one is about it."""
        self._articles[publisher] += len(articles)
        self._stories[publisher] += 1
        number = self._publishers[publisher]
        found: dict[int, tuple[int, int]] = {}
        for term, is_central in chain.from_iterable(zip(*words, strict=True) for words in articles):
            having, is_any = found.get(term, (0, 0))
            found[term] = (having + 1, is_any | is_central)
        self._rows.add((term << 32 | number, having, is_any) for term, (having, is_any) in found.items())

    def terms(self) -> Counted:
        """The counts of the words, by term and publisher, once all articles were added."""
        keys, counts = self._rows.joined()
        names, publishers = list(self._terms), list(self._publishers)
        by_name, by_publisher = _ranks(names), _ranks(publishers)
        order = np.lexsort((by_publisher[keys & 0xFFFFFFFF], by_name[keys >> 32])) if len(keys) else keys
        return Counted(names, publishers, keys[order], counts[order])

    def exposures(self) -> Iterator[Exposure]:
        """How many articles and stories each publisher has."""
        for publisher in sorted(self._stories):
            yield Exposure(publisher=publisher, articles=self._articles[publisher], stories=self._stories[publisher])


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
        self._keys, self._articles, self._central = array("q"), array("i"), array("b")
        self._pieces: list[tuple[Keys, Counts]] = []

    def add(self, rows: Iterable[tuple[int, int, int]]) -> None:
        """Count a story for each key, by its articles and whether one is about it."""
        for key, articles, is_central in rows:
            self._keys.append(key)
            self._articles.append(articles)
            self._central.append(is_central)
        if len(self._keys) >= _ROWS:
            self._close()

    def joined(self) -> tuple[Keys, Counts]:
        """The keys in order, and articles, stories and those about it of each."""
        self._close()
        return _joined(self._pieces)

    def _close(self) -> None:
        keys = np.array(self._keys, np.int64)
        counts = np.ones((len(keys), 3), np.int32)
        counts[:, 0], counts[:, 2] = np.array(self._articles, np.int32), np.array(self._central, np.int32)
        self._keys, self._articles, self._central = array("q"), array("i"), array("b")
        self._pieces.append(_joined([(keys, counts)]))
        while len(self._pieces) > 1 and 2 * len(self._pieces[-1][0]) > len(self._pieces[-2][0]):
            self._pieces[-2:] = [_joined(self._pieces[-2:])]


def _joined(pieces: Sequence[tuple[Keys, Counts]]) -> tuple[Keys, Counts]:
    """The sums by key, in the order of the keys."""
    keys, counts = (np.concatenate(columns) for columns in zip(*pieces, strict=True))
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    first = np.flatnonzero(np.diff(keys, prepend=-1))
    return keys[first], np.add.reduceat(counts[order], first, axis=0, dtype=np.int32) if len(first) else counts


def words_of(reading: Reading) -> dict[str, bool]:
    """The content words of a reading, and whether it is about each: the title has it, or the article twice."""
    found: dict[str, int] = {}
    title_ends = reading.title_length
    for word, start in _content(reading.folded, reading.units):
        found[word] = found.get(word, 0) + (2 if start < title_ends else 1)
    return {word: weight > 1 for word, weight in found.items()}


def _content(text: str, units: Units) -> Iterable[tuple[str, int]]:
    """(word, start) of each dictionary word of two characters and each Latin token that carries content."""
    codes, begins, closing = units.codes, units.starts, units.ends
    latin = codes >= LATIN
    for place in np.flatnonzero(latin).tolist():
        start = int(begins[place])
        word = _POSSESSIVE.sub("", text[start : int(closing[place])])
        if len(word) >= _LATIN_LETTERS and word not in ENGLISH_COMMON:
            yield word, start
    han = (codes != PARTED) & ~latin
    # A word of the cut runs from where one opens to the next place where one closes.
    first, last = np.flatnonzero(han & units.opens), np.flatnonzero(units.closes)
    at = np.searchsorted(last, first)
    first, last = first[at < len(last)], last[at[at < len(last)]]
    starts, ends = begins[first], closing[last]
    longer = (last > first) & (units.classes[last] != FUNCTION)
    rows = (starts[longer].tolist(), ends[longer].tolist(), units.classes[last[longer]].tolist())
    for start, end, kind in zip(*rows, strict=True):
        if _is_content(text[start:end], kind):
            yield text[start:end], start


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
