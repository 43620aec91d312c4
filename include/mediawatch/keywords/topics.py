"""From many words to a few topics: how much speaks for a word, and which words are one event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from mediawatch.keywords.candidates import Candidate
from mediawatch.keywords.rules import Rules
from mediawatch.records import AlertKind

_VOICE: Final = 0.8
_VOICES: Final = 6
_CENTRAL: Final = 1.0
_ANY: Final = 0.5
_PHRASE: Final = 1.0
_LONG: Final = 6
_HEAD: Final = 1.5
_COVER: Final = 0.3


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
    """`candidate` with its score: its surprise, weighed by the share of its stories that are about it, and its voices."""
    share = candidate.central / len(candidate.stories)
    if candidate.central_surprise is not None:
        score = 0.5 * candidate.surprise * (0.2 + 0.8 * share) + 0.7 * candidate.central_surprise
    else:
        score = candidate.surprise * (_ANY + _CENTRAL * share)
        score *= 1.0 if candidate.kind is not AlertKind.RISING else 0.8
    score += _VOICE * (min(len(candidate.voices), _VOICES) - 2)
    score -= _PHRASE * candidate.actions + max(0, len(candidate.codes) - _LONG)
    return replace(candidate, score=score)


def topics_of(candidates: Sequence[Candidate], rules: Rules) -> list[Topic]:
    """The topics of scored candidates, loudest first; a word joins the first topic that shares its stories."""
    gathered: list[list[Candidate]] = []
    for candidate in sorted(candidates, key=lambda word: (-word.score, word.term)):
        for words in gathered:
            shared = len(candidate.stories & words[0].stories)
            if shared >= rules.same_topic * min(len(candidate.stories), len(words[0].stories)):
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
