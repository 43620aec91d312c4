"""A word that may make an alert, with all that was counted of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from mediawatch.keywords.corpus import Corpus, OfArticle
from mediawatch.keywords.mining import UnitIndex
from mediawatch.keywords.reading import Flags, Places, Reading
from mediawatch.keywords.rules import Gate
from mediawatch.records import AlertKind

Numbers = npt.NDArray[np.float64]

PRIOR: Final = 0.5
"""Jeffreys' prior of a Poisson rate, in shape and in exposures."""


def tails(seen: Numbers, counts: Numbers, exposures: Numbers) -> Numbers:
    """P(X >= seen) for words with `counts` stories in baselines that are worth `exposures` of now."""
    from scipy.special import betainc

    shape, p = PRIOR + counts, (PRIOR + exposures) / (PRIOR + exposures + 1)
    # The cumulative distribution of NB(r, p) at n - 1 is the regularised incomplete beta I_p(r, n).
    found: Numbers = np.where(seen > 0, betainc(np.maximum(seen, 1), shape, 1 - p), 1.0)
    return found


def chance_of_sharing(shared: int, stories: int, share: float) -> float:
    """How likely `shared` or more of some `stories` are among those that are `share` of all, by chance alone."""
    from scipy.special import betainc

    return float(betainc(shared, stories - shared + 1, min(share, 1.0))) if shared else 1.0


def effects(seen: Numbers, counts: Numbers, exposures: Numbers, *, sigmas: float) -> Numbers:
    """Lower bound of log2 of now's rate over the baseline's, `sigmas` standard errors below the estimate."""
    ratio = np.log2((seen + PRIOR) / (counts + PRIOR) * exposures)
    bound: Numbers = ratio - sigmas * np.sqrt(1 / (seen + PRIOR) + 1 / (counts + PRIOR)) / np.log(2)
    return bound


def false_discovery(p_values: Sequence[float]) -> list[float]:
    """The smallest false discovery rate at which each is a discovery (Benjamini and Hochberg 1995), in their order."""
    if not p_values:
        return []
    given = np.asarray(p_values, np.float64)
    order = np.argsort(given, kind="stable")
    scaled = given[order] * len(given) / np.arange(1, len(given) + 1)
    bounded = np.minimum.accumulate(scaled[::-1])[::-1]
    found = np.empty(len(given), np.float64)
    found[order] = np.minimum(bounded, 1.0)
    return [float(value) for value in found]


@dataclass(frozen=True, slots=True)
class Window:
    """The days looked at, as one corpus.

    `story` numbers the story of each unit, `publisher` the publisher of each story; `is_trusted` says whether that
    publisher has been collected long enough; `is_today` marks the units of the day judged, `is_text` those of articles
    that are more than a headline; `stories_today` stories are of that day.  `index` tells where strings stand.
    """

    day: date
    corpus: Corpus
    story: OfArticle[np.int32]
    stories: tuple[str, ...]
    publisher: Places
    is_trusted: Flags
    is_today: OfArticle[np.bool_]
    is_text: OfArticle[np.bool_]
    stories_today: int
    index: UnitIndex

    @classmethod
    def of(cls, day: date, corpus: Corpus, trusted: frozenset[str]) -> Window:
        """The window of `corpus`, the last day of which is `day`."""
        numbers: dict[str, int] = {}
        names: dict[str, int] = {}
        publishers: list[str] = []
        of_article = []
        for reading in corpus.readings:
            number = numbers.setdefault(reading.story, len(numbers))
            if number == len(publishers):
                publishers.append(reading.publisher)
            of_article.append(number)
        story = np.array(of_article, np.int32)
        today = np.array([reading.day == day for reading in corpus.readings], np.bool_)
        texts = np.array([reading.has_text for reading in corpus.readings], np.bool_)
        return cls(
            day=day,
            corpus=corpus,
            story=OfArticle(story, corpus.article),
            stories=tuple(numbers),
            publisher=np.array([names.setdefault(name, len(names)) for name in publishers], np.int32),
            is_trusted=np.array([name in trusted for name in publishers], np.bool_),
            is_today=OfArticle(today, corpus.article),
            is_text=OfArticle(texts, corpus.article),
            stories_today=len(np.unique(story[today])),
            index=UnitIndex(corpus.codes),
        )

    def surface(self, place: int, length: int) -> str:
        """The folded text of the `length` units from `place`."""
        return self.corpus.surface(place, length)

    def places_of(self, codes: Sequence[int]) -> Places:
        """Where the string of `codes` stands."""
        return self.index.places_of(codes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One string or word of the window (NEW and BACK) or of the day (RISING).

    `stories` are its stories' ids, `publishers` counts them by publisher; `central` are about it (in the title, or
    twice), `titles` have it in the title, `early` there or where a text begins, `texts` in more than a headline, at
    `in_texts` places; `places` where it stands in the window.  `usual` stories had it in a baseline
    worth `exposures` of what was looked at; `surprise` is -log10 of the tail, `central_surprise` that of the stories
    about it.  `cohesion` is the least pointwise mutual information over its splits (nats; infinite for a dictionary
    word), `actions` how many verbs it is made of besides other words, and one more for an English string that titles
    write small.  A word of the dictionary `is_listed`, one of the table of words `is_word` as well; those that are
    verbs, adjectives or numbers, or that English titles write small, are no nouns.
    `is_name` of one that the dictionary has as the name of a person, a place or a body.  `gate` is the first that it
    failed.
    """

    term: str
    kind: AlertKind
    codes: tuple[int, ...]
    stories: frozenset[str]
    publishers: Counter[str]
    central: int
    titles: int
    early: int
    texts: int
    in_texts: int
    places: Places
    article_ids: tuple[str, ...]
    usual: float
    exposures: float
    p_value: float
    surprise: float
    central_surprise: float | None = None
    discovery: float = 0.0
    effect: float = 0.0
    cohesion: float = float("inf")
    actions: int = 0
    is_word: bool = False
    is_listed: bool = False
    is_noun: bool = True
    is_name: bool = False
    gate: Gate = Gate.PASSED
    score: float = 0.0

    def stopped(self, gate: Gate) -> Candidate:
        """The same, stopped by `gate` unless an earlier gate stopped it."""
        return self if self.gate is not Gate.PASSED else replace(self, gate=gate)

    @property
    def is_headline(self) -> bool:
        """Whether most of its stories have it in no text: they are headlines alone."""
        return 2 * self.texts < len(self.stories)

    @property
    def is_latin_word(self) -> bool:
        """Whether it is one Latin token."""
        return len(self.codes) == 1

    @property
    def is_of_window(self) -> bool:
        """Whether all days of the window were counted, and not the day alone."""
        return self.central_surprise is None

    @property
    def ratio(self) -> float:
        """Stories over what the baseline lets expect; a half is added to both counts."""
        return (len(self.stories) + 0.5) / (self.usual + 0.5) * self.exposures


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Who has a string: what counting its places gives."""

    stories: frozenset[str]
    numbers: tuple[int, ...]
    publishers: Counter[str]
    central: int
    titles: int
    early: int
    texts: int
    in_texts: int
    article_ids: tuple[str, ...]

    def counts(self) -> dict[str, Any]:
        """The fields of a Candidate of the same names."""
        return {field.name: getattr(self, field.name) for field in fields(self) if field.name != "numbers"}


class Alike:
    """Equal parts of spreads, held once: the strings of one phrase stand in the same stories."""

    def __init__(self) -> None:
        self._stories: dict[frozenset[str], frozenset[str]] = {}
        self._articles: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._publishers: dict[frozenset[tuple[str, int]], Counter[str]] = {}

    def shared(self, spread: Spread) -> Spread:
        """`spread` of the parts that an equal one had before."""
        return replace(
            spread,
            stories=self._stories.setdefault(spread.stories, spread.stories),
            article_ids=self._articles.setdefault(spread.article_ids, spread.article_ids),
            publishers=self._publishers.setdefault(frozenset(spread.publishers.items()), spread.publishers),
        )


def without_links(window: Window, places: Places) -> Places:
    """Those of `places` that stand in no list of links; all where there are no others."""
    told = places[~window.corpus.is_link[places]]
    return told if len(told) else places


def spread_of(window: Window, places: Places) -> Spread:
    """Stories, publishers and articles of a string that stands at `places`; lists of links do not count."""
    places = without_links(window, places)
    story = window.story[places]
    times = Counter(story.tolist())
    titles = set(story[window.corpus.in_title[places]].tolist())
    numbers = tuple(sorted(times))
    having = np.unique(story.astype(np.int64) << 32 | window.corpus.article[places])
    readings = [window.corpus.readings[number] for number in (having & 0xFFFFFFFF).tolist()]
    speakers = _speakers(zip((having >> 32).tolist(), readings, strict=True))
    return Spread(
        stories=frozenset(window.stories[number] for number in numbers),
        numbers=numbers,
        publishers=_independent(Counter(speakers[number] for number in numbers), {r.house for r in readings}),
        central=sum(number in titles or times[number] > 1 for number in numbers),
        titles=len(titles),
        early=len(np.unique(story[window.corpus.is_early[places]])),
        texts=len(np.unique(story[window.is_text[places]])),
        in_texts=int(window.is_text[places].sum()),
        article_ids=tuple(sorted({reading.article_id for reading in readings})),
    )


def _independent(publishers: Counter[str], houses: Collection[str]) -> Counter[str]:
    """`publishers` with their stories; the house alone where only it prints a word, and mostly in reports of its own:
    agencies that it names in the others are no second witness.  Of a house that gathers others' reports they are.
    """
    if len(houses) == 1:
        [house] = houses
        if 2 * publishers[house] > publishers.total():
            return Counter({house: publishers.total()})
    return publishers


def _speakers(having: Iterable[tuple[int, Reading]]) -> dict[int, str]:
    """{story: who says in it what these articles, the earliest of each story first, have and its others need not}.

    The publisher of the story where an article that speaks for it has the word.  Else the word was added to a copy, and
    the first that added it says it.
    """
    added: dict[int, str] = {}
    said: dict[int, str] = {}
    for story, reading in having:
        added.setdefault(story, reading.origin)
        if reading.origin == reading.publisher:
            said.setdefault(story, reading.publisher)
    return added | said
