"""Whether a common word rises with a happening: other words of the day that stand in the same reports.

A word of every day that reports of many things happen to share (盈利, 优惠, 病逝) is no news.  One that a happening
carries brings others with it: names, places, further words that are new or far more frequent than usual.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from mediawatch.keywords.candidates import Candidate
from mediawatch.keywords.rules import Gate, Rules
from mediawatch.records import AlertKind

_SHARED: Final = 0.4
"""Share of a word's stories that a companion stands in, and ..."""
_STORIES: Final = 2
"""... in how many at least."""
_TITLED: Final = 0.5
"""A name in so many of its stories' headlines is what they are about, and needs none."""
_LONE: Final = 2.0
"""Against a word without one."""


def accompanied(candidates: Sequence[Candidate], rules: Rules) -> list[Candidate]:
    """Scored `candidates`, of which known words that no other word goes with lose `_LONE` points.

    Those that are left with less than `least_score` are stopped by the gate LONE.  Names that no dictionary has need no
    companion.
    """
    by_story: defaultdict[str, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        if candidate.gate in (Gate.PASSED, Gate.SCORE):
            for story in candidate.stories:
                by_story[story].append(candidate)
    return [_weighed(candidate, by_story, rules) for candidate in candidates]


def _weighed(candidate: Candidate, by_story: dict[str, list[Candidate]], rules: Rules) -> Candidate:
    is_latin_word = candidate.kind is AlertKind.RISING and len(candidate.codes) == 1
    is_asked = candidate.gate is Gate.PASSED and (candidate.is_listed or is_latin_word)
    is_told = candidate.is_name and candidate.titles >= _TITLED * len(candidate.stories)
    if not is_asked or is_told or _has_companion(candidate, by_story):
        return candidate
    weighed = replace(candidate, score=candidate.score - _LONE)
    return weighed.stopped(Gate.LONE) if weighed.score < rules.least_score else weighed


def _has_companion(candidate: Candidate, by_story: dict[str, list[Candidate]]) -> bool:
    shared: defaultdict[str, int] = defaultdict(int)
    for story in candidate.stories:
        for other in by_story[story]:
            shared[other.term] += 1
    enough = max(_STORIES, _SHARED * len(candidate.stories))
    return any(
        count >= enough and candidate.term not in term and term not in candidate.term for term, count in shared.items()
    )
