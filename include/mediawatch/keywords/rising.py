"""Candidates among the day's known words: those far more frequent than their baseline lets expect.

What is expected is summed over publishers, each with its own rate in the baseline and its own output of today, so that
a publisher that falls silent, doubles its output or joins changes no ratio.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

import numpy as np

from mediawatch.keywords.candidates import Candidate, Window, effects, false_discovery, spread_of, tails
from mediawatch.keywords.history import History, WordTally, WordTotal
from mediawatch.keywords.reading import LATIN, NO_NOUNS, Places, codes_of
from mediawatch.keywords.rules import Gate, Rules
from mediawatch.keywords.strings import WindowStrings, is_apart, is_common_english, is_open
from mediawatch.keywords.vocabulary import DayTerms
from mediawatch.language.segmentation import is_name, tag_of
from mediawatch.records import AlertKind

_WEEKS: Final = 4
"""Weeks whose same day is compared."""
_DOUBLED: Final = 2
_DATE: Final = "t"
"""Feasts and dates come by the calendar, and are no news."""
_PERIODIC: Final = 1.5
"""A word of a weekly or fortnightly occasion (a ministry's press conference) has as many stories on the same weekday of
two of these weeks; it must have so many times more."""
_MOST: Final = 0.6
"""Share of a word's stories that are of one publisher ..."""
_MORE: Final = 1.5
"""... and how many times its usual output that publisher has today: together they make a flood of one publisher, no
rise.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """What the baseline says: days collected, stories per publisher, and the day's own stories per publisher."""

    days: int
    before: Mapping[str, int]
    today: Mapping[str, int]

    @property
    def stories(self) -> int:
        """The stories of the baseline, of the publishers of today."""
        return sum(self.before.get(publisher, 0) for publisher in self.today)

    @property
    def exposures(self) -> float:
        """How many of today the baseline is worth, over the publishers of today."""
        now = sum(self.today.values())
        return self.stories / now if now else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rise:
    """One word of today beside its baseline, over publishers that the baseline has."""

    term: str
    stories: int
    central: int
    usual: float
    usual_central: float
    exposures: float


@dataclass(frozen=True, slots=True)
class SameWeekday:
    """The stories of words on the day's weekday of the last weeks, of which `weeks` were collected."""

    stories: Sequence[Mapping[str, Sequence[WordTally]]]
    weeks: int

    @classmethod
    def of(cls, terms: Collection[str], history: History, day: date) -> SameWeekday:
        """Those of `terms`."""
        days = [day - timedelta(weeks=week) for week in range(1, _WEEKS + 1)]
        weeks = sum(bool(history.exposures(one, one)) for one in days)
        return cls([history.tallies(terms, one, one) for one in days], weeks)

    def is_usual(self, rise: Rise) -> bool:
        """Whether a word has less than twice the mean of these days, or less than 1.5 times the second most."""
        counts = [sum(tally.stories for tally in one.get(rise.term, ())) for one in self.stories]
        mean = sum(counts) / self.weeks if self.weeks else 0.0
        return rise.stories < max(_DOUBLED * mean, _PERIODIC * sorted((0, 0, *counts))[-2])


def usual_of(table: DayTerms, history: History, day: date, trusted: frozenset[str], rules: Rules) -> Usual:
    """The baseline of `day`: `baseline_days` that end `guard_days` before it."""
    last = day - timedelta(days=rules.guard_days + 1)
    days = history.exposures(last - timedelta(days=rules.baseline_days - 1), last)
    before: Counter[str] = Counter()
    for exposures in days.values():
        before.update(exposures)
    today = {
        row.publisher: row.stories for row in table.exposures if row.publisher in trusted and before[row.publisher]
    }
    return Usual(days=len(days), before=before, today=today)


def rises(table: DayTerms, usual: Usual, history: History, day: date, rules: Rules) -> list[Rise]:
    """The words of `table` that enough stories and publishers have, beside their baselines."""
    enough = table.terms.totals(usual.today.keys(), publishers=rules.publishers, stories=rules.stories)
    last = day - timedelta(days=rules.guard_days + 1)
    terms = [term for term, _, _ in enough]
    before = history.totals(terms, last - timedelta(days=rules.baseline_days - 1), last)
    return [_rise(term, stories, central, before.get(term, ()), usual) for term, stories, central in sorted(enough)]


def _rise(term: str, stories: int, central: int, before: Sequence[WordTotal], usual: Usual) -> Rise:
    known = [each for each in before if each.publisher in usual.today]
    expected = sum(usual.today[each.publisher] * each.stories / usual.before[each.publisher] for each in known)
    total = sum(each.stories for each in known)
    return Rise(
        term=term,
        stories=stories,
        central=central,
        usual=float(total),
        usual_central=float(sum(each.central for each in known)),
        exposures=total / expected if expected else usual.exposures,
    )


def rising_candidates(strings: WindowStrings, found: Sequence[Rise], history: History, usual: Usual) -> list[Candidate]:
    """Those of the day's words `found` that doubled at least by the lower bound of their ratio."""
    window, rules = strings.window, strings.rules
    if not found:
        return []
    seen = np.array([rise.stories for rise in found], np.float64)
    before = np.array([rise.usual for rise in found], np.float64)
    exposures = np.array([rise.exposures for rise in found], np.float64)
    p_values = tails(seen, before, exposures)
    central = tails(
        np.array([rise.central for rise in found], np.float64),
        np.array([rise.usual_central for rise in found], np.float64),
        exposures,
    )
    effect = effects(seen, before, exposures, sigmas=rules.sigmas)
    discovery = false_discovery([float(value) for value in p_values])
    doubled = [n for n in range(len(found)) if effect[n] >= rules.doubling and discovery[n] <= rules.discovery]
    weekday = SameWeekday.of([found[number].term for number in doubled], history, window.day)
    listed = []
    for number in doubled:
        rise = found[number]
        candidate = _candidate(window, rise, float(p_values[number]), float(central[number]))
        if candidate is not None:
            candidate = candidate.stopped(Gate.COMMON) if tag_of(candidate.term) == _DATE else candidate
            candidate = replace(candidate, discovery=discovery[number], effect=float(effect[number]))
            listed.append(_gated(candidate, rise, usual, strings, weekday))
    return listed


def _candidate(window: Window, rise: Rise, p_value: float, central: float) -> Candidate | None:
    codes = codes_of(rise.term)
    places = window.places_of(codes)
    places = places[window.is_today[places]]
    if not len(places):
        return None
    [counts] = spread_of(window, places).rows()
    return Candidate(
        term=rise.term,
        kind=AlertKind.RISING,
        codes=codes,
        places=places,
        **counts,
        usual=rise.usual,
        exposures=rise.exposures,
        p_value=p_value,
        surprise=-float(np.log10(max(p_value, 1e-300))),
        central_surprise=-float(np.log10(max(central, 1e-300))),
        is_word=True,
        is_listed=True,
        is_noun=_is_noun(window, places, len(codes)),
        is_name=is_name(rise.term),
    )


def _is_noun(window: Window, places: Places, length: int) -> bool:
    """Whether a word of the dictionary is a noun in most places; of a Latin one, whether titles write it large."""
    if window.corpus.codes[places[0]] & LATIN:
        return not is_common_english(window, places, length)
    return float(np.isin(window.corpus.classes[places], NO_NOUNS).mean()) <= 0.5


def _gated(candidate: Candidate, rise: Rise, usual: Usual, strings: WindowStrings, weekday: SameWeekday) -> Candidate:
    rules = strings.rules
    if candidate.publishers < rules.publishers:
        return candidate.stopped(Gate.FEW_PUBLISHERS)
    # A cut depends on its neighbours: where the string was as frequent as now, only the cut of it is new.
    as_string = strings.usual_of(candidate.codes) or 0
    if as_string > rise.usual and _effect(candidate, as_string, rules) < rules.doubling:
        return candidate.stopped(Gate.EFFECT)
    place = strings.window, candidate.places, len(candidate.codes)
    # 比奥 is a name of the dictionary, and half of 鲁比奥 and of 卢比奥.
    if not is_open(*place, rules.extended) or (candidate.is_name and not is_apart(*place)):
        return candidate.stopped(Gate.BOUNDARY)
    if weekday.is_usual(rise):
        return candidate.stopped(Gate.WEEKDAY)
    publishers = spread_of(strings.window, candidate.places).publishers_of(0)
    publisher, stories = max(sorted(publishers.items()), key=lambda item: item[1])
    mean = usual.before.get(publisher, 0) / max(1, usual.days)
    if stories >= _MOST * len(candidate.stories) and usual.today.get(publisher, 0) >= _MORE * mean:
        return candidate.stopped(Gate.VOLUME)
    return candidate


def _effect(candidate: Candidate, usual: int, rules: Rules) -> float:
    counts = (np.array([float(count)]) for count in (len(candidate.stories), usual, candidate.exposures))
    return float(effects(*counts, sigmas=rules.sigmas)[0])
