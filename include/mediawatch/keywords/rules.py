"""What the detector holds a word to.  docs/keywords.md says which values were swept, and which were set by reading."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Gate(StrEnum):
    """Why a word makes no alert, in the order in which the gates stand."""

    PASSED = "passed"
    EXCLUDED = "excluded"
    """On the exclusion list, or dismissed."""
    FEW_STORIES = "few stories"
    FEW_PUBLISHERS = "few publishers"
    NEW_SOURCE = "new source"
    """Only sources in their first fortnight have it."""
    BASELINE = "baseline"
    """Too few days were collected to say what is usual."""
    TAIL = "tail"
    """Such a count is usual enough (false discovery rate)."""
    EFFECT = "effect"
    """Not doubled."""
    WEEKDAY = "weekday"
    """Usual on this day of the week."""
    VOLUME = "volume"
    """One publisher has most of it and printed far more than usual."""
    BOUNDARY = "boundary"
    """A piece of a longer word, or a word with what stands beside it."""
    NESTED = "nested"
    """Explained by a longer or a shorter word."""
    COMMON = "common"
    """A function word, a date, a number, a time of day."""
    SCORE = "score"
    """Too little speaks for it."""
    LONE = "lone"
    """A common word of reports that share nothing else."""
    FADING = "fading"
    """Most of its stories are of a day before: it is no news of the day."""
    BUDGET = "budget"
    """The day has louder topics."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The detector's constants.

    Days: `window_days` are looked at for NEW and BACK, the day alone for RISING; `baseline_days` before the window say
    what is usual, of which `covered_days` must have been collected; a source counts for novelty `trust_days` after its
    first day.  `stories` and `publishers` are the fewest that make a word.  `discovery` is the false discovery rate,
    `doubling` the least lower bound of log2 of the ratio, `sigmas` standard errors below the estimate.
    """

    window_days: int = 4
    baseline_days: int = 28
    guard_days: int = 2
    covered_days: int = 10
    trust_days: int = 14
    reach_days: int = 92
    stories: int = 3
    publishers: int = 2
    discovery: float = 0.05
    doubling: float = 1.0
    sigmas: float = 1.0
    longest: int = 8
    aligned: float = 0.7
    extended: float = 0.8
    cohesion: float = 4.0
    nested: float = 0.6
    known_ratio: float = 3.0
    known_stories: int = 4
    same_topic: float = 0.5
    same_episode: float = 0.34
    quiet_days: int = 5
    least_score: float = 3.0
    quota: int = 6
    crowded_score: float = 4.75
    budget: int = 14
    open_score: float = 9.0
    open_publishers: int = 3
    follow_up: float = 3.0
    freshness: float = 0.4

    def has_room(self, begun: int, score: float) -> bool:
        """Whether a topic of `score` may begin on a day on which `begun` have.

        The first `quota` need no more than `least_score`; others, up to `budget`, must be as loud as `crowded_score`.
        So a small newsroom hears of modest words, and a large one is not flooded by them.
        """
        return begun < self.quota or (begun < self.budget and score >= self.crowded_score)
