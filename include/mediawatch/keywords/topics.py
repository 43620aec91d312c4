"""From many words to a few topics: how much speaks for a word, and which words are one event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import log2
from typing import Final

from mediawatch.keywords.candidates import Candidate
from mediawatch.keywords.rules import Rules
from mediawatch.keywords.vocabulary import language_of_term
from mediawatch.language.romanisation import is_same_name
from mediawatch.records import AlertKind

_PUBLISHER: Final = 0.65
"""For each publisher beyond the second, up to PUBLISHERS."""
_PUBLISHERS: Final = 6
_ANY: Final = 0.5
_CENTRAL: Final = 1.2
"""A string's surprise counts by what share of its stories is about it."""
_KNOWN: Final = 0.55
"""... and a string that is not new counts less."""
_WORD_ANY: Final = 0.3
_WORD_CENTRAL: Final = 0.8
"""A known word's surprise in all its stories, and in those about it."""
_TITLE: Final = 1.0
"""For the share of stories that have it in the title."""
_EVERYDAY: Final = 0.4
"""Against words of every day: for each doubling of their usual stories a day beyond one."""
_PHRASE: Final = 2.0
"""Against each verb in a string of several words."""
_LONG: Final = 6
"""Units from which on a string is long; each costs one."""
_COHESION: Final = 0.3
_COHERENT: Final = 8.0
_MOST_COHERENT: Final = 12.0
"""For each nat of cohesion above COHERENT, or against each below."""
_BASELINE: Final = 28.0
"""Days of a baseline."""
_REPEATED: Final = 1.2
_UNREPEATED: Final = 2.5
"""Against a Chinese string of several units with fewer places than REPEATED times its stories: what an article is about
it says again (Church's adaptation, COLING 2000), while a turn of phrase stands in each article once."""
_TITLED: Final = 0.3
_UNTITLED: Final = 3.0
"""Against a known word that fewer than TITLED of its stories have in the title, in proportion: 合理 and 首批 stand in
many reports on some days, and none is about them."""
_NO_NOUN: Final = 1.0
"""Against a known word that is no noun: topics are."""
_HEAD: Final = 1.5
"""New words name an event before known ones that rise with it."""
_COVER: Final = 0.3
"""Share of the loudest word's stories that a word needs to name the topic."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """Words of one event, the one that names it first; `stories` are those of its loudest word."""

    words: tuple[Candidate, ...]
    stories: frozenset[str]
    score: float

    @property
    def head(self) -> Candidate:
        """The word that names the topic."""
        return self.words[0]

    @property
    def also(self) -> tuple[str, ...]:
        """The other words, loudest first, without those that hold or are held by one before them."""
        told = [self.head.term]
        for word in self.words[1:]:
            if not any(word.term in term or term in word.term for term in told):
                told.append(word.term)
        return tuple(told[1:])


def scored(candidate: Candidate) -> Candidate:
    """`candidate` with its score: its surprise, weighed by how many of its stories are about it, and its publishers.

    Words of every day, known words without headlines, and chance phrases lose by it.
    """
    stories = len(candidate.stories)
    share = candidate.central / stories
    is_known = candidate.kind is AlertKind.RISING
    if candidate.central_surprise is not None:
        score = _WORD_ANY * candidate.surprise * (0.2 + 0.8 * share) + _WORD_CENTRAL * candidate.central_surprise
        score -= _UNTITLED * max(0.0, 1 - candidate.titles / stories / _TITLED) + _NO_NOUN * (not candidate.is_noun)
    else:
        score = candidate.surprise * (_ANY + _CENTRAL * share) * (_KNOWN if is_known else 1.0)
        score += _COHESION * (min(candidate.cohesion, _MOST_COHERENT) - _COHERENT) if len(candidate.codes) > 1 else 0.0
        score -= _UNREPEATED if _is_turn_of_phrase(candidate) else 0.0
    score += _PUBLISHER * (min(len(candidate.publishers), _PUBLISHERS) - 2) + _TITLE * candidate.titles / stories
    score -= _PHRASE * candidate.actions + max(0, len(candidate.codes) - _LONG)
    if is_known:
        score -= _EVERYDAY * max(0.0, log2(max(candidate.usual, 1.0) / _BASELINE))
    return replace(candidate, score=score)


def _is_turn_of_phrase(candidate: Candidate) -> bool:
    is_chinese = language_of_term(candidate.term) == "zh" and len(candidate.codes) > 1
    return is_chinese and candidate.occurrences < _REPEATED * len(candidate.stories)


def topics_of(candidates: Sequence[Candidate], rules: Rules) -> list[Topic]:
    """The topics of scored candidates, loudest first.

    A word joins the first topic that shares its stories, or whose loudest word is its name in the other script.
    """
    gathered: list[list[Candidate]] = []
    for candidate in sorted(candidates, key=lambda word: (-word.score, word.term)):
        for words in gathered:
            shared = len(candidate.stories & words[0].stories)
            is_shared = shared >= rules.same_topic * min(len(candidate.stories), len(words[0].stories))
            if is_shared or is_same_name(candidate.term, words[0].term):
                words.append(candidate)
                break
        else:
            gathered.append([candidate])
    return [_topic(words) for words in gathered]


def _topic(words: list[Candidate]) -> Topic:
    loudest = words[0]

    def naming(word: Candidate) -> float:
        """New words name an event better than known ones that rise with it (济州航空, not 客机)."""
        if word is not loudest and len(word.stories) < _COVER * len(loudest.stories):
            return 0.0
        return word.score * (_HEAD if word.kind is not AlertKind.RISING else 1.0)

    ordered = sorted(words, key=lambda word: (-naming(word), -word.score, word.term))
    return Topic(words=tuple(ordered), stories=loudest.stories, score=loudest.score)
