"""What an alert shows beside the facts: spellings, headlines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from functools import cache
from itertools import chain
from math import sqrt
from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from mediawatch.keywords.candidates import Window
from mediawatch.keywords.reading import LATIN, PARTED, Codes, Reading, codes_of
from mediawatch.keywords.vocabulary import ENGLISH_COMMON
from mediawatch.language import fold
from mediawatch.language.aliases import POINTS, Aliases
from mediawatch.language.aligned import Folded
from mediawatch.records import Headline

HEADLINES: Final = 3
FORMS: Final = 8
_FAVOUR: Final = 3.0
"""What a headline shares is worth so many times as much where it has the word, and where it is of the last day."""
_NOTHING_SHARED: Final = 0.5
"""What a headline that shares nothing is worth, so that such ones are told apart as well."""


def readings_with(article_ids: Collection[str], window: Window) -> list[Reading]:
    """The articles `article_ids` of the window."""
    wanted = set(article_ids)
    return [reading for reading in window.corpus.readings if reading.article_id in wanted]


def most_telling(term: str, readings: Sequence[Reading]) -> Reading | None:
    """The one of `readings` whose headline says best what they report: the one with most in common with the others.

    What headlines have in common is counted once a story, by pairs of characters and by Latin words: the centroid of
    Radev et al. (Centroid-based summarization of multiple documents, 2004) over headlines.  It is worth three times as
    much in a headline that has the word, and in one of the last day.
    """
    newest = max((one.day for one in readings), default=None)
    titles = {reading.article_id: _grams(reading) for reading in readings}
    of_stories: dict[str, set[_Gram]] = {}
    for reading in readings:
        of_stories.setdefault(reading.story, set()).update(titles[reading.article_id])
    counts = Counter(chain.from_iterable(of_stories.values()))

    word = codes_of(term)

    def telling(reading: Reading) -> tuple[float, float, str]:
        grams = titles[reading.article_id]
        shared = sum(counts[gram] - 1 for gram in grams) / sqrt(len(grams) or 1)
        favours = (reading.day == newest) + _is_in(word, _title_codes(reading))
        return (shared + _NOTHING_SHARED) * _FAVOUR**favours, reading.at.timestamp(), reading.article_id

    return max((one for one in readings if one.title), key=telling, default=None)


_Gram = tuple[int, ...]
"""A pair of Han characters that stand side by side, or one Latin word."""


def _title_codes(reading: Reading) -> Codes:
    return replace(reading.units, end=reading.units.first + reading.title_units).codes


def _is_in(word: tuple[int, ...], codes: Codes) -> bool:
    units = codes[codes != PARTED]
    return 0 < len(word) <= len(units) and bool((sliding_window_view(units, len(word)) == word).all(axis=1).any())


def _grams(reading: Reading) -> set[_Gram]:
    codes = _title_codes(reading)
    words = codes[(codes >= LATIN) & ~np.isin(codes, _common_codes())]
    han = (codes != PARTED) & (codes < LATIN)
    first = np.flatnonzero(han[:-1] & han[1:])
    pairs = zip(codes[first].tolist(), codes[first + 1].tolist(), strict=True)
    return {*pairs, *((word,) for word in words.tolist())}


@cache
def _common_codes() -> Codes:
    return np.array(sorted({code for word in ENGLISH_COMMON for code in codes_of(word)}), np.uint32)


def headlines_of(readings: Iterable[Reading], telling: Reading | None = None) -> tuple[Headline, ...]:
    """Three of `readings` at most, of distinct publishers: `telling`, then the newest, those of the last day first."""
    found: dict[str, Reading] = {telling.publisher: telling} if telling else {}
    for reading in sorted(readings, key=lambda one: (one.day, one.at, one.article_id), reverse=True):
        found.setdefault(reading.publisher, reading)
    return tuple(
        Headline(
            article_id=reading.article_id,
            title=reading.title,
            url=reading.url,
            publisher=reading.publisher or reading.site,
            language=reading.language,
            published_at=reading.at,
        )
        for reading in list(found.values())[:HEADLINES]
    )


class Spellings:
    """The spellings of a folded term in texts as published, counted text by text."""

    def __init__(self, term: str, aliases: Aliases) -> None:
        patterns = {_pattern(form) for form in (term, *map(fold, aliases.forms(term)))}
        self._anyone = re.compile("|".join(sorted(patterns, key=lambda one: (-len(one), one))))
        self._term, self._seen = term, Counter[str]()

    def count(self, folded: Folded, text: str) -> None:
        """Count those in `text`, which is given `folded` as well."""
        for match in self._anyone.finditer(folded.text):
            start, end = folded.span(*match.span())
            self._seen[text[start:end]] += 1

    def told(self) -> tuple[str, ...]:
        """The spellings, most frequent first; the term where there is none."""
        ordered = sorted(self._seen, key=lambda form: (-self._seen[form], form))
        return tuple(ordered[:FORMS]) or (self._term,)


def _pattern(form: str) -> str:
    """`form` with a space or a point allowed wherever units meet."""
    joined = re.sub(rf"[ {POINTS}]", "", form) if not form.isascii() else form
    inner = rf"[ {POINTS}]?".join(map(re.escape, joined)) if not form.isascii() else re.escape(form)
    return rf"\b{inner}\b" if form.isascii() else inner
