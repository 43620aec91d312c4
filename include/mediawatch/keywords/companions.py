"""Whether a word goes with a happening: other words of the day that stand in the same reports.

A word of every day that reports of many things happen to share (盈利, 优惠, 病逝) is no news.  One that a happening
carries brings others with it: names, places, further words that are new or far more frequent than usual.  So does a
new name that reports mention in passing, if it is a part of what happened.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from mediawatch.keywords.candidates import Candidate, Sharing
from mediawatch.keywords.rules import Gate, Rules
from mediawatch.keywords.vocabulary import language_of_term
from mediawatch.records import AlertKind

_SHARED: Final = 0.4
"""Share of a word's stories that a companion stands in, and ..."""
_STORIES: Final = 2
"""... in how many at least."""
_TITLED: Final = 0.5
"""A name in so many of its stories' headlines is what they are about, and needs none."""
_LONE: Final = 2.0
"""Against a word without one."""
_EARLY: Final = 0.7
"""A new word that fewer of its stories name in the title or where they begin ..."""
_REPEATED: Final = 2.05
"""... and that their texts name no more than twice or so ..."""
_HAPPENING: Final = 3
"""... stands in the background, unless so many others go with it."""
_BACKGROUND: Final = 1.5
"""Against a word in the background."""


def accompanied(candidates: Sequence[Candidate], rules: Rules) -> list[Candidate]:
    """Scored `candidates`, of which known words that no other word goes with lose `_LONE` points.

    English words that only headlines have are asked too, for nothing tells a name from a word there.  New words that
    are named in passing (a commentator, one of a list) lose `_BACKGROUND` points where few others go with them.  Those
    that are left with less than `least_score` are stopped by the gate LONE.
    """
    company = _Company([one for one in candidates if one.gate in (Gate.PASSED, Gate.SCORE)])
    numbers = iter(range(len(company.words)))
    return [
        _weighed(one, company, next(numbers), rules) if one.gate in (Gate.PASSED, Gate.SCORE) else one
        for one in candidates
    ]


def _weighed(candidate: Candidate, company: _Company, number: int, rules: Rules) -> Candidate:
    is_asked, is_behind = _is_asked(candidate), _is_in_background(candidate)
    if candidate.gate is not Gate.PASSED or not (is_asked or is_behind):
        return candidate
    companions = company.of(number)
    lost = _LONE * (is_asked and not companions) + _BACKGROUND * (is_behind and companions < _HAPPENING)
    if not lost:
        return candidate
    weighed = replace(candidate, score=candidate.score - lost)
    return weighed.stopped(Gate.LONE) if weighed.score < rules.least_score else weighed


def _is_asked(candidate: Candidate) -> bool:
    is_known = candidate.kind is AlertKind.RISING
    is_latin = candidate.is_latin_word and (is_known or candidate.is_headline)
    is_told = candidate.is_name and candidate.titles >= _TITLED * len(candidate.stories)
    return (candidate.is_listed or is_latin) and not is_told


def _is_in_background(candidate: Candidate) -> bool:
    """Whether a new Chinese string is named late and seldom in the texts that have it."""
    if candidate.kind is AlertKind.RISING or candidate.is_latin_word or language_of_term(candidate.term) == "en":
        return False
    is_repeated = candidate.in_texts >= _REPEATED * candidate.texts
    return candidate.texts > 0 and candidate.early < _EARLY * len(candidate.stories) and not is_repeated


class _Company:
    """The words of the day that may go with one another."""

    def __init__(self, words: Sequence[Candidate]) -> None:
        self.words = words
        self._sharing = Sharing([word.stories for word in words])

    def of(self, number: int) -> int:
        """How many words go with the word of that number."""
        word = self.words[number]
        others, shared = self._sharing.of(number)
        likely = others[shared >= max(_STORIES, _SHARED * len(word.stories))].tolist()
        terms = (self.words[other].term for other in likely)
        return sum(word.term not in term and term not in word.term for term in terms)
