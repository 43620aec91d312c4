"""From many words to a few topics: which words are one event, and which of them names it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from mediawatch.keywords.candidates import Candidate, chance_of_sharing
from mediawatch.keywords.rules import Rules
from mediawatch.language.romanisation import is_same_name
from mediawatch.records import AlertKind

_HEAD: Final = 1.5
"""New words name an event before known ones that rise with it."""
_CHANCE: Final = 0.01
"""Stories that two words share by chance with more than this probability do not make them one event."""
_COVER: Final = 0.3
"""Share of the loudest word's stories that a word needs to name the topic."""


class LookedAt(Protocol):
    """The stories of the days looked at, and how many of them are of the day judged."""

    @property
    def stories(self) -> tuple[str, ...]: ...
    @property
    def stories_today(self) -> int: ...


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


def is_overlap(shared: int, stories: int, share: float, least: float) -> bool:
    """Whether `shared` of some `stories` with others, which are `share` of all stories, make both one event.

    They have to be a part of `least`, and more than chance brings: on the day of an election half of the reports of
    anything are about the election as well.
    """
    return shared >= least * stories and chance_of_sharing(shared, stories, share) <= _CHANCE


def topics_of(candidates: Sequence[Candidate], looked_at: LookedAt, rules: Rules) -> list[Topic]:
    """The topics of scored candidates, loudest first; `looked_at` are all stories among which they were found.

    A word joins the first topic that shares its stories, or whose loudest word is its name in the other script.
    """
    gathered: list[list[Candidate]] = []

    def is_shared(one: Candidate, other: Candidate) -> bool:
        """What reports of half a day's news have, three of four share by chance."""
        few, many = sorted((one, other), key=lambda word: len(word.stories))
        share = len(many.stories) / (len(looked_at.stories) if many.is_of_window else looked_at.stories_today)
        return is_overlap(len(few.stories & many.stories), len(few.stories), share, rules.same_topic)

    for candidate in sorted(candidates, key=lambda word: (-word.score, word.term)):
        for words in gathered:
            if is_shared(candidate, words[0]) or is_same_name(candidate.term, words[0].term):
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
