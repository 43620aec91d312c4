"""Whether a source still says what it used to say: a domain that lapsed is taken over by who has something to sell.

The words of a day are held against those of its days before, and how alike they are against how alike its days usually
are.  A domain that was silent for months is held against what it said last.  Measured over 1,563 days of eleven sources
(docs/extraction.md): a paper's own days are at least half as alike as usual, pages that tout games or the domain itself
less than a third.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import Final

from mediawatch.tables.extraction import PastWords, SourceWords

SPEAKS_AS_BEFORE: Final = "source_speaks_as_before"
"""The audit's rule for it."""
LEAST: Final = 0.35
"""Of the usual likeness, below which a source is another."""
_FEWEST: Final = 5
"""Texts of a day below which its words tell nothing."""
_KNOWN_DAYS, _KNOWN_TEXTS = 3, 30
"""Days and texts that tell what a source's words are, and to which the next days are compared."""
_COMPARED: Final = 4
"""Days whose likeness has to be known before one can be called unlike."""
_KEPT: Final = 500
"""The most frequent words of the days before, which are kept."""
_SHOWN: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """How alike the words of a day are to those of the days before, as a share of what is usual there, and the most
    frequent ones that are new.
    """

    share: float
    new_words: tuple[str, ...]

    @property
    def is_taken_over(self) -> bool:
        """Whether the source is another one, by its words."""
        return self.share < LEAST


def past_words(days: Iterable[Iterable[SourceWords]], before: Iterable[PastWords] = ()) -> list[PastWords]:
    """What a window of `days`, oldest first, tells of each source's words, sources in order.

    `before` is what was told the last time: it stays true of a source while the window tells too little of it.  The
    `days` are a source's own, without those that were held back.  One that is unlike was let in by a person: the source
    speaks otherwise from then on, and what it said before is forgotten.
    """
    past: defaultdict[str, _Past] = defaultdict(_Past)
    past |= {row.source: _Past(last=row) for row in before if row.usual > 0}
    for day in days:
        for row in day:
            past[row.source].learn(row)
    return [each.row(source) for source, each in sorted(past.items())]


def likenesses(today: Iterable[SourceWords], past: Iterable[PastWords]) -> Mapping[str, Likeness]:
    """By source, how alike `today` is to the `past`; sources of which too little is known are left out: less than five
    texts today, or less than a week of days with as many.
    """
    known = {row.source: row for row in past if row.usual > 0}
    return {
        row.source: _likeness(row, known[row.source]) for row in today if row.source in known and row.texts >= _FEWEST
    }


def _likeness(day: SourceWords, past: PastWords) -> Likeness:
    words = Counter(dict(zip(past.words, past.counts, strict=True)))
    new = [word for word in day.words if word not in words]
    return Likeness(share=_overlap(day, words) / past.usual, new_words=tuple(new[:_SHOWN]))


def _overlap(day: SourceWords, words: Counter[str]) -> float:
    """From 0, no word in common, to 1, all equally frequent: the sum of the roots of the products of their shares."""
    whole, past = sum(day.counts), words.total()
    pairs = zip(day.words, day.counts, strict=True)
    return sum(math.sqrt(count / whole * words[word] / past) for word, count in pairs if word in words)


@dataclass(slots=True)
class _Past:
    """The words of a source's days, and how alike those were; `last` is what was known of it the last time."""

    last: PastWords | None = None
    days: int = 0
    texts: int = 0
    words: Counter[str] = field(default_factory=Counter)
    likenesses: list[float] = field(default_factory=list)

    @property
    def usual(self) -> float:
        """How alike its days are, 0 while that is not known."""
        return median(self.likenesses) if len(self.likenesses) >= _COMPARED else 0.0

    def learn(self, day: SourceWords) -> None:
        """Take `day` for one of the source's own; the first one, where it is unlike those before."""
        if day.texts >= _FEWEST and self._is_unlike(day):
            self.last, self.days, self.texts = None, 0, 0
            self.words.clear()
            self.likenesses.clear()
        if day.texts >= _FEWEST and self.days >= _KNOWN_DAYS and self.texts >= _KNOWN_TEXTS:
            self.likenesses.append(_overlap(day, self.words))
        self.days += 1
        self.texts += day.texts
        self.words.update(dict(zip(day.words, day.counts, strict=True)))

    def _is_unlike(self, day: SourceWords) -> bool:
        if self.usual > 0:
            return _overlap(day, self.words) < LEAST * self.usual
        return self.last is not None and _likeness(day, self.last).is_taken_over

    def row(self, source: str) -> PastWords:
        """As it is kept."""
        if self.last is not None and self.usual == 0:
            return self.last
        kept = sorted(self.words.items(), key=lambda each: (-each[1], each[0]))[:_KEPT]
        return PastWords(
            source=source,
            usual=self.usual,
            words=tuple(word for word, _ in kept),
            counts=tuple(count for _, count in kept),
        )
