"""Words of a day as the detector counts them, made by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import zip_longest
from typing import Final

import numpy as np

from mediawatch.keywords.candidates import Candidate, Stories, Window
from mediawatch.keywords.corpus import Corpus
from mediawatch.keywords.reading import TextDocument, read
from mediawatch.language.aliases import Aliases
from mediawatch.records import AlertKind

_AT: Final = datetime(2026, 4, 29, tzinfo=UTC)


def window_of(texts: Sequence[str], titles: Sequence[str] = ()) -> Window:
    """A day with one article for each of `texts`, each a story of its own, all of one publisher.

    `titles` are the headlines of the first ones; the others have one that says nothing.
    """
    documents = (
        TextDocument(
            article_id=f"{number}",
            day=_AT.date(),
            at=_AT,
            site="晨报",
            publisher="晨报",
            story=f"{number}",
            language="zh-Hans",
            title=title,
            text=text,
        )
        for number, (title, text) in enumerate(zip_longest(titles, texts, fillvalue="报道"))
    )
    return Window.of(_AT.date(), Corpus.of(read(one, Aliases()) for one in documents), frozenset({"晨报"}))


def a_word(
    term: str, stories: str, *, titles: int, score: float, usual: float = 0.0, is_listed: bool = False
) -> Candidate:
    """A word of the stories that `stories` has a letter for: new, or known where it has usual stories."""
    return Candidate(
        term=term,
        kind=AlertKind.RISING if usual else AlertKind.NEW,
        codes=tuple(map(ord, term)),
        stories=Stories.named(stories),
        publishers=2,
        articles=len(stories),
        central=len(stories),
        titles=titles,
        early=len(stories),
        texts=len(stories),
        in_texts=3 * len(stories),
        places=np.zeros(0, np.int32),
        usual=usual,
        exposures=28.0,
        p_value=1e-6,
        surprise=6.0,
        is_listed=is_listed,
        score=score,
    )
