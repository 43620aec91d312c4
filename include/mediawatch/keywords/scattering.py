"""Whether the reports of a known word are of one happening: whether they share other words that are rare.

A word of every day that many reports mention in passing (结果, 食品, Christmas) rises on some days, and other words of
the day may well stand beside it.  Reports of one happening are known by what they have in common: each pair shares
names and words that few reports of a month have.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from math import log
from typing import Final

from mediawatch.keywords.candidates import Candidate, Window
from mediawatch.keywords.rising import Rise
from mediawatch.keywords.rules import Gate
from mediawatch.keywords.vocabulary import language_of_term, words_of
from mediawatch.records import AlertKind

_RARE: Final = 3.0
"""Nats of surprise at a word that one in twenty reports has; those that more have make no two reports alike."""
_ALIKE: Final = 12.0
"""Nats beyond that, over the words that two reports share, which make them reports of one happening, or ..."""
_SHARE: Final = 0.5
"""... this part of all that the shorter of them has: a headline has few words."""
_HELD: Final = 0.5
"""A word is of a happening when so many of its reports are like one of them ..."""
_TITLED: Final = 0.25
"""... or have it in their headlines."""
_HELD_HEADLINES: Final = 0.22
"""Headlines share little even where they are of one happening."""
_MOST: Final = 100
"""Stories of a word that are compared: 5,000 pairs."""

Weights = Mapping[str, float]
"""{word: how rare it is}, in nats beyond `_RARE`."""


def rarities(words: Iterable[Rise], stories: int) -> dict[str, float]:
    """How rare each of the day's words is in a baseline of so many `stories`; the common ones are left out."""
    found = {word.term: log((stories + 1) / (word.usual + 0.5)) - _RARE for word in words}
    return {term: rarity for term, rarity in found.items() if rarity > 0}


def unscattered(candidates: Sequence[Candidate], window: Window, rare: Weights) -> list[Candidate]:
    """`candidates`, of which the known words of unrelated reports are stopped by the gate LONE.

    Asked are those of the dictionary that few headlines have, and English ones that only headlines have.
    """
    asked = {id(one): _least(one) for one in candidates if one.gate is Gate.PASSED and one.kind is AlertKind.RISING}
    wanted = frozenset[str]().union(*(one.stories for one in candidates if asked.get(id(one))))
    words = _words_of_stories(window, wanted, rare)

    def judged(one: Candidate) -> Candidate:
        least = asked.get(id(one), 0.0)
        return one.stopped(Gate.LONE) if least and held_together(one, words) < least else one

    return [judged(one) for one in candidates]


def held_together(word: Candidate, words: Mapping[str, Weights]) -> float:
    """The part of a word's stories that are like one of them, which is counted; `words` are the rare ones of each."""
    stories = [_without(words.get(story, {}), word.term) for story in sorted(word.stories)[:_MOST]]
    alike = [1] * len(stories)
    for one, other in combinations(range(len(stories)), 2):
        if _is_alike(stories[one], stories[other]):
            alike[one] += 1
            alike[other] += 1
    return max(alike, default=1) / max(1, len(stories))


def _least(word: Candidate) -> float:
    """How much of its stories must be held together; 0 for a word that is not asked."""
    if language_of_term(word.term) == "en":
        return _HELD_HEADLINES if word.is_headline else 0.0
    return _HELD if word.is_word and word.titles < _TITLED * len(word.stories) else 0.0


def _words_of_stories(window: Window, wanted: frozenset[str], rare: Weights) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for reading in window.corpus.readings:
        if reading.story in wanted:
            held = found.setdefault(reading.story, {})
            held.update((term, rare[term]) for term in words_of(reading) if term in rare)
    return found


def _without(words: Weights, term: str) -> Weights:
    return {word: rarity for word, rarity in words.items() if word not in term and term not in word}


def _is_alike(one: Weights, other: Weights) -> bool:
    shared = sum(rarity for word, rarity in one.items() if word in other)
    return 0 < shared >= min(_ALIKE, _SHARE * min(sum(one.values()), sum(other.values())))
