"""A day's words: which are content, and how many stories of each publisher have them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

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
    """The compact table of a day: all that later days need of it, but for its strings."""

    terms: tuple[TermCount, ...]
    exposures: tuple[Exposure, ...]


def count_terms(readings: Sequence[Reading]) -> DayTerms:
    """The table of one day's `readings`, whatever their order; rows by term and publisher, and by publisher."""
    copies: defaultdict[tuple[str, str], dict[str, Reading]] = defaultdict(dict)
    for reading in readings:
        copies[reading.publisher, reading.story][reading.article_id] = reading
    counts: defaultdict[str, defaultdict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0, 0]))
    printed: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for (publisher, _), same in copies.items():
        printed[publisher][0] += len(same)
        printed[publisher][1] += 1
        for term, (having, is_central) in _of_copies(same.values()).items():
            row = counts[term][publisher]
            row[0] += having
            row[1] += 1
            row[2] += is_central
    return DayTerms(
        terms=tuple(
            TermCount(
                term=term,
                publisher=publisher,
                language=language,
                articles=articles,
                stories=stories,
                central=central,
            )
            for term, publishers in sorted(counts.items())
            for language in (language_of_term(term),)
            for publisher, (articles, stories, central) in sorted(publishers.items())
        ),
        exposures=tuple(
            Exposure(publisher=publisher, articles=articles, stories=stories)
            for publisher, (articles, stories) in sorted(printed.items())
        ),
    )


def _of_copies(readings: Iterable[Reading]) -> dict[str, tuple[int, bool]]:
    """{term: (articles with it, whether one is about it)} of the copies of one story."""
    found: dict[str, tuple[int, bool]] = {}
    for reading in readings:
        for term, is_central in words_of(reading).items():
            having, is_any = found.get(term, (0, False))
            found[term] = (having + 1, is_any or is_central)
    return found


def words_of(reading: Reading) -> dict[str, bool]:
    """The content words of a reading, and whether it is about each: the title has it, or the article twice."""
    found: dict[str, int] = {}
    title_ends = reading.title_length
    for word, start in _content(reading.folded, reading.units):
        found[word] = found.get(word, 0) + (2 if start < title_ends else 1)
    return {word: weight > 1 for word, weight in found.items()}


def _content(text: str, units: Units) -> Iterable[tuple[str, int]]:
    """(word, start) of each dictionary word of two characters and each Latin token that carries content."""
    codes = units.codes
    latin = codes >= LATIN
    for place in np.flatnonzero(latin).tolist():
        start = int(units.starts[place])
        word = _POSSESSIVE.sub("", text[start : int(units.ends[place])])
        if len(word) >= _LATIN_LETTERS and word not in ENGLISH_COMMON:
            yield word, start
    han = (codes != PARTED) & ~latin
    # A word of the cut runs from where one opens to the next place where one closes.
    first, last = np.flatnonzero(han & units.opens), np.flatnonzero(units.closes)
    at = np.searchsorted(last, first)
    first, last = first[at < len(last)], last[at[at < len(last)]]
    starts, ends = units.starts[first], units.ends[last]
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


def language_of_term(term: str) -> str:
    """en for a term in Latin letters, else zh."""
    return "zh" if _HAN.search(term) or not _LATIN.search(term) else "en"
