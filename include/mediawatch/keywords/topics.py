"""From many words to a few topics: which words are one event, and which of them names it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from math import log2, sqrt
from types import MappingProxyType
from typing import Final, Protocol

import numpy as np

from mediawatch.keywords.candidates import Candidate, Sharing, chance_of_sharing
from mediawatch.keywords.expressions import is_plain
from mediawatch.keywords.rules import Rules
from mediawatch.keywords.vocabulary import language_of_term
from mediawatch.language.romanisation import is_same_name
from mediawatch.language.segmentation import tag_of
from mediawatch.records import AlertKind

_HEAD: Final = 1.5
"""New words name an event before known ones that rise with it."""
_CHANCE: Final = 0.01
"""Stories that two words share by chance with more than this probability do not make them one event."""
_COVER: Final = 0.3
"""Share of the loudest word's stories that a word needs to name the topic."""
_OWN: Final = 0.5
"""A word names a topic better than its head only if so many of its own stories are the head's."""
_COMMON: Final = 10
"""A known word of the dictionary with so many usual stories in a baseline is a common one, and ..."""
_COMMON_COVER: Final = 0.35
"""... one that stands in so many of its stories may name the topic instead; of any other head, in ..."""
_WHOLE: Final = 0.6
"""... so many."""
_GAIN: Final = 0.35
"""Then the headlines must have it so much more often, in shares of the stories, ..."""
_MARGIN: Final = 1.3
"""... and it must be worth so many times more."""
_KNOWN: Final = 28.0
"""A name that a baseline has no more often, which is daily, may name the reports of a word of the dictionary."""
_PLACE: Final = "ns"
_LESS: Final = 0.2
"""Share of headlines by which a name that is better than a common word may have fewer."""


class LookedAt(Protocol):
    """The stories of the days looked at, and how many of them are of the day judged."""

    @property
    def stories(self) -> tuple[str, ...]: ...
    @property
    def stories_today(self) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """Words of one event, the one that names it first; `stories` are those of its loudest word.

    `common` is the common word that names it, or that the expression which names it is told for; empty for a name.
    """

    words: tuple[Candidate, ...]
    stories: Set[str]
    score: float
    common: str = ""

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


def topics_of(
    candidates: Sequence[Candidate],
    looked_at: LookedAt,
    rules: Rules,
    expressions: Mapping[str, Candidate] = MappingProxyType({}),
) -> list[Topic]:
    """The topics of scored candidates, loudest first; `looked_at` are all stories among which they were found.

    A word joins the first topic that shares its stories, or whose loudest word is its name in the other script.
    `expressions` are the strings in which common words are told, by the word.
    """
    gathered: list[list[Candidate]] = []

    def is_shared(one: Candidate, other: Candidate, shared: int) -> bool:
        """What reports of half a day's news have, three of four share by chance."""
        few, many = sorted((one, other), key=lambda word: len(word.stories))
        share = len(many.stories) / (len(looked_at.stories) if many.is_of_window else looked_at.stories_today)
        return is_overlap(shared, len(few.stories), share, rules.same_topic)

    loudest = sorted(candidates, key=lambda word: (-word.score, word.term))
    sharing = Sharing([word.stories for word in loudest])
    latin, other = list[int](), list[int]()
    # Of each topic how many stories its first word has, whether that is in letters, and which topic a word began.
    sizes, letters = np.zeros(len(loudest)), np.zeros(len(loudest), np.bool_)
    begun = np.full(len(loudest), -1, np.int32)
    for place, candidate in enumerate(loudest):
        # Only topics with enough stories of its own, or named in the other script, can be the word's: a large day has
        # thousands that share one with it.
        own, is_letters = rules.same_topic * len(candidate.stories), _is_letters(candidate.term)
        words, counts = sharing.of(place)
        is_first = begun[words] >= 0
        numbers, counts = begun[words[is_first]], counts[is_first]
        is_likely = (counts >= np.minimum(own, rules.same_topic * sizes[numbers])) | (letters[numbers] != is_letters)
        shared = Counter(dict(zip(numbers[is_likely].tolist(), counts[is_likely].tolist(), strict=True)))
        for number in sorted({*shared, *(other if candidate.term.isascii() else latin)}):
            first = gathered[number][0]
            if is_shared(candidate, first, shared[number]) or is_same_name(candidate.term, first.term):
                gathered[number].append(candidate)
                break
        else:
            begun[place], sizes[len(gathered)], letters[len(gathered)] = (
                len(gathered),
                len(candidate.stories),
                is_letters,
            )
            (latin if candidate.term.isascii() else other).append(len(gathered))
            gathered.append([candidate])
    return [_topic(words, expressions) for words in gathered]


def _is_letters(term: str) -> bool:
    """Whether a term begins as the Pinyin of a name does."""
    return "a" <= term[:1] <= "z"


def _topic(words: list[Candidate], expressions: Mapping[str, Candidate]) -> Topic:
    loudest = words[0]

    def naming(word: Candidate) -> float:
        """New words name an event better than known ones that rise with it (济州航空, not 客机)."""
        if word is not loudest and len(word.stories) < _COVER * len(loudest.stories):
            return 0.0
        return word.score * (_HEAD if word.kind is not AlertKind.RISING else 1.0)

    ordered = sorted(words, key=lambda word: (-naming(word), -word.score, word.term))
    named = _better_name(ordered[0], ordered[1:])
    told = [expressions[named.term], named] if named.term in expressions else [named]
    others = (word for word in ordered if not any(word is one for one in told))
    common = named.term if is_plain(named) else ""
    return Topic(words=(*told, *others), stories=loudest.stories, score=loudest.score, common=common)


def _better_name(head: Candidate, others: Sequence[Candidate]) -> Candidate:
    """Which word names a topic, where its head is a common word (座谈会), or one that headlines hardly have.

    A name of the same reports is better, one that is new or that no dictionary has: 夏宝龙, who holds the meeting.  So
    is any name that is not in the news every day, where most of the reports of a word of the dictionary have it.
    """
    best, worth = head, _worth(head, head) * (1.0 if is_plain(head) or _is_common(head) else _MARGIN)
    for word in others:
        if _may_name(word, head) and _worth(word, head) > worth:
            best, worth = word, _worth(word, head)
    return best


def _is_common(word: Candidate) -> bool:
    return word.kind is AlertKind.RISING and word.is_listed and word.usual >= _COMMON


def _may_name(word: Candidate, head: Candidate) -> bool:
    is_part = word.term in head.term or head.term in word.term
    is_other_script = language_of_term(word.term) != language_of_term(head.term)
    shared = len(word.stories & head.stories)
    if is_part or is_other_script or not word.is_noun or word.actions or shared < _OWN * len(word.stories):
        return False
    more = word.titles / len(word.stories) - head.titles / len(head.stories)
    is_whole = shared >= _WHOLE * len(head.stories)
    # The dictionary's names of bodies and people may be told for one that no headline has; a country tells too little.
    is_body = head.titles == 0 and word.is_name and tag_of(word.term) != _PLACE
    is_known = word.kind is AlertKind.RISING and word.is_listed and not is_body
    if is_plain(head) and is_whole and word.usual <= _KNOWN and more >= -_LESS and (word.is_name or not is_known):
        return True
    if is_known:
        return False
    if _is_common(head):
        return 2 * word.usual <= head.usual and shared >= _COMMON_COVER * len(head.stories) and more >= -_LESS
    return word.usual <= _COMMON and is_whole and more >= _GAIN


def _worth(word: Candidate, head: Candidate) -> float:
    """How well a word names the reports of `head`: by headlines that have it, by how rare it is, by how many have it.

    A usual story in a baseline makes it a tenth less, each doubling as much again.
    """
    titled = 0.2 + word.titles / len(word.stories)
    covered = len(word.stories & head.stories) / len(head.stories)
    return float(titled / (1 + 0.15 * log2(1 + word.usual)) * sqrt(covered))
