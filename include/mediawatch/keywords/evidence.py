"""What an alert shows: series, spellings, headlines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Final

import numpy as np

from mediawatch.keywords.candidates import Candidate, Window
from mediawatch.keywords.history import History
from mediawatch.keywords.mining import hash_of, levels
from mediawatch.keywords.reading import Reading
from mediawatch.language import fold
from mediawatch.language.aliases import POINTS, Aliases
from mediawatch.language.aligned import fold_aligned
from mediawatch.records import DayCount, Headline

HEADLINES: Final = 3
FORMS: Final = 8


def series_of(codes: tuple[int, ...], window: Window, history: History, days: int) -> tuple[DayCount, ...]:
    """Articles and voices with the string on each of the `days` days that end with the window's, oldest first.

    Days of which nothing was collected are listed as not covered.
    """
    last = window.day
    counted = _in_window(codes, window)
    first = last - timedelta(days=days - 1)
    before = min((reading.day for reading in window.corpus.readings), default=last) - timedelta(days=1)
    counted |= _in_history(codes, history, first, before)
    spread = (first + timedelta(days=number) for number in range(days))
    return tuple(counted.get(day, DayCount(day=day, articles=0, voices=0, is_covered=False)) for day in spread)


def _in_window(codes: tuple[int, ...], window: Window) -> dict[date, DayCount]:
    readings = window.corpus.readings
    holding = sorted(set(window.corpus.article[window.places_of(codes)].tolist()))
    articles = Counter(readings[number].day for number in holding)
    voices = Counter(day for day, _ in {(readings[number].day, readings[number].voice) for number in holding})
    return {
        day: DayCount(day=day, articles=articles[day], voices=voices[day])
        for day in {reading.day for reading in readings}
    }


def _in_history(codes: tuple[int, ...], history: History, first: date, last: date) -> dict[date, DayCount]:
    wanted, found = np.uint64(hash_of(codes)), {}
    for day in history.codes(first, last):
        holding: set[int] = set()
        for length, hashes, whole in levels(day.codes, len(codes)):
            if length == len(codes):
                holding = set(day.article[np.flatnonzero((hashes == wanted) & whole)].tolist())
        # A day kept without voices has one at least for its articles.
        voices = {day.voices[number] if day.voices else "" for number in holding}
        found[day.day] = DayCount(day=day.day, articles=len(holding), voices=len(voices))
    return found


def readings_with(candidate: Candidate, window: Window) -> list[Reading]:
    """The articles of the window that have the word."""
    wanted = set(candidate.article_ids)
    return [reading for reading in window.corpus.readings if reading.article_id in wanted]


def headlines_of(readings: Iterable[Reading]) -> tuple[Headline, ...]:
    """The newest of `readings` of distinct voices, three at most; those of the last day before all others."""
    found: dict[str, Reading] = {}
    for reading in sorted(readings, key=lambda one: (one.day, one.at, one.article_id), reverse=True):
        found.setdefault(reading.voice, reading)
    return tuple(
        Headline(
            article_id=reading.article_id,
            title=reading.title,
            url=reading.url,
            publisher=reading.publisher,
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


def voice_names(candidate: Candidate) -> tuple[str, ...]:
    """The voices, most stories first."""
    return tuple(sorted(candidate.voices, key=lambda voice: (-candidate.voices[voice], voice)))


def first_voice(readings: Iterable[Reading]) -> str:
    """The voice of the earliest of `readings`."""
    return min(readings, key=lambda one: (one.at, one.article_id)).voice


def first_and_last(
    series: Sequence[DayCount], term: str, history: History, day: date
) -> tuple[date | None, date | None]:
    """First and last day with the term, over its series and all history."""
    days = [count.day for count in series if count.articles]
    span = history.spans([term], day).get(term)
    return (
        min([*days, *([span.first_on] if span else [])], default=None),
        max([*days, *([span.last_on] if span else [])], default=None),
    )
