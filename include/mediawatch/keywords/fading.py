"""Whether what a word tells is news of the day, or of a day before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from mediawatch.keywords.candidates import Candidate, Window
from mediawatch.keywords.rules import Gate


def with_freshness(candidates: Sequence[Candidate], window: Window) -> list[Candidate]:
    """`candidates` with their freshness: those that passed and were counted over all days of the window; others have 1.

    A word may be in enough reports only when its happening is over, or pass a gate when the talk of it dies down.
    """
    days = np.array([reading.day.toordinal() for reading in window.corpus.readings], np.int64)

    def judged(one: Candidate) -> Candidate:
        if one.gate is not Gate.PASSED or not one.is_of_window or not len(one.places):
            return one
        articles = np.unique(window.corpus.article[one.places])
        # A story that goes on counts on each of its days.
        seen = np.unique(np.stack((days[articles], window.story.values[articles].astype(np.int64))), axis=1)
        which, counts = np.unique(seen[0], return_counts=True)
        today = int(counts[which == window.day.toordinal()].sum())
        return replace(one, freshness=today / int(counts.max()))

    return [judged(one) for one in candidates]
