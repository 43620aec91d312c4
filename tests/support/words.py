"""Words of a day as the detector counts them, made by hand."""

from __future__ import annotations

from collections import Counter

import numpy as np

from mediawatch.keywords.candidates import Candidate
from mediawatch.records import AlertKind


def a_word(
    term: str, stories: str, *, titles: int, score: float, usual: float = 0.0, is_listed: bool = False
) -> Candidate:
    """A word of the stories that `stories` has a letter for: new, or known where it has usual stories."""
    return Candidate(
        term=term,
        kind=AlertKind.RISING if usual else AlertKind.NEW,
        codes=tuple(map(ord, term)),
        stories=frozenset(stories),
        publishers=Counter({"晨报": 2, "晚报": 1}),
        central=len(stories),
        titles=titles,
        early=len(stories),
        texts=len(stories),
        in_texts=3 * len(stories),
        places=np.zeros(0, np.int32),
        article_ids=tuple(stories),
        usual=usual,
        exposures=28.0,
        p_value=1e-6,
        surprise=6.0,
        is_listed=is_listed,
        score=score,
    )
