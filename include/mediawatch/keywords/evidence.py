"""What an alert shows beside the facts: spellings, headlines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import chain
from math import sqrt
from typing import Final

import numpy as np

from mediawatch.keywords.candidates import Candidate, Window
from mediawatch.keywords.reading import LATIN, PARTED, Reading, codes_of
from mediawatch.keywords.vocabulary import ENGLISH_COMMON
from mediawatch.language import fold
from mediawatch.language.aliases import POINTS, Aliases
from mediawatch.language.aligned import fold_aligned
from mediawatch.records import Headline

HEADLINES: Final = 3
FORMS: Final = 8
_FAVOUR: Final = 3.0
"""What a headline shares is worth so many times as much where it has the word, and where it is of the last day."""
_NOTHING_SHARED: Final = 0.5
"""What a headline that shares nothing is worth, so that such ones are told apart as well."""


def readings_with(candidate: Candidate, window: Window) -> list[Reading]:
    """The articles of the window that have the word."""
    wanted = set(candidate.article_ids)
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

    def telling(reading: Reading) -> tuple[float, float, str]:
        grams = titles[reading.article_id]
        shared = sum(counts[gram] - 1 for gram in grams) / sqrt(len(grams) or 1)
        favours = (reading.day == newest) + (term in reading.folded[: reading.title_length])
        return (shared + _NOTHING_SHARED) * _FAVOUR**favours, reading.at.timestamp(), reading.article_id

    return max((one for one in readings if one.title), key=telling, default=None)


_Gram = tuple[int, ...]
"""A pair of Han characters that stand side by side, or one Latin word."""


def _grams(reading: Reading) -> set[_Gram]:
    codes = reading.units.codes[: reading.title_units]
    words = codes[(codes >= LATIN) & ~np.isin(codes, _common_codes())]
    han = (codes != PARTED) & (codes < LATIN)
    first = np.flatnonzero(han[:-1] & han[1:])
    pairs = zip(codes[first].tolist(), codes[first + 1].tolist(), strict=True)
    return {*pairs, *((word,) for word in words.tolist())}


@cache
def _common_codes() -> list[int]:
    return [code for word in sorted(ENGLISH_COMMON) for code in codes_of(word)]


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


def forms_of(term: str, texts: Iterable[str], aliases: Aliases) -> tuple[str, ...]:
    """The spellings of folded `term` in `texts` as published, most frequent first; `term` where there is none."""
    patterns = {_pattern(form) for form in (term, *map(fold, aliases.forms(term)))}
    anyone = re.compile("|".join(sorted(patterns, key=lambda one: (-len(one), one))))
    seen: Counter[str] = Counter()
    for text in texts:
        folded = fold_aligned(text)
        for match in anyone.finditer(folded.text):
            start, end = folded.span(*match.span())
            seen[text[start:end]] += 1
    ordered = sorted(seen, key=lambda form: (-seen[form], form))
    return tuple(ordered[:FORMS]) or (term,)


def _pattern(form: str) -> str:
    """`form` with a space or a point allowed wherever units meet."""
    joined = re.sub(rf"[ {POINTS}]", "", form) if not form.isascii() else form
    inner = rf"[ {POINTS}]?".join(map(re.escape, joined)) if not form.isascii() else re.escape(form)
    return rf"\b{inner}\b" if form.isascii() else inner
