"""A word that may make an alert, with all that was counted of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from mediawatch.keywords.corpus import Corpus, OfArticle
from mediawatch.keywords.mining import UnitIndex, changes
from mediawatch.keywords.reading import Flags, Places
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
    publisher has been collected long enough.  Of each article `speaker` numbers its origin among `names`, `is_own` says
    whether that is its publisher, and `house` numbers its house.  `is_today` marks the units of the day judged,
    `is_text` those of articles that are more than a headline; `stories_today` stories are of that day.  `index` tells
    where strings stand.
    """

    day: date
    corpus: Corpus
    story: OfArticle[np.int32]
    stories: tuple[str, ...]
    publisher: Places
    is_trusted: Flags
    names: tuple[str, ...]
    speaker: Places
    is_own: Flags
    house: Places
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
        publisher = np.array([names.setdefault(name, len(names)) for name in publishers], np.int32)
        speaker, house = (
            np.array([names.setdefault(name, len(names)) for name in told], np.int32)
            for told in ((one.origin for one in corpus.readings), (one.house for one in corpus.readings))
        )
        return cls(
            day=day,
            corpus=corpus,
            story=OfArticle(story, corpus.article),
            stories=tuple(numbers),
            publisher=publisher,
            is_trusted=np.array([name in trusted for name in publishers], np.bool_),
            names=tuple(names),
            speaker=speaker,
            is_own=np.array([one.origin == one.publisher for one in corpus.readings], np.bool_),
            house=house,
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
    `is_name` of one that the dictionary has as the name of a person, a place or a body.  `freshness` is how many of
    its stories are of the day judged, for one of its loudest day in the window.  `gate` is the first that it failed.
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
    freshness: float = 1.0
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


class Having(NamedTuple):
    """What some articles say by themselves, wherever in them a string stands."""

    stories: frozenset[str]
    publishers: Counter[str]
    article_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Who has a string: what counting its places gives; `numbers` are those of its stories."""

    having: Having
    numbers: Places
    central: int
    titles: int
    early: int
    texts: int
    in_texts: int

    def counts(self) -> dict[str, Any]:
        """The fields of a Candidate of the same names."""
        own = {
            field.name: getattr(self, field.name) for field in fields(self) if field.name not in ("having", "numbers")
        }
        return own | self.having._asdict()


def without_links(window: Window, places: Places) -> Places:
    """Those of `places` that stand in no list of links; all where there are no others."""
    told = places[~window.corpus.is_link[places]]
    return told if len(told) else places


def spread_of(window: Window, places: Places, told: dict[bytes, Having] | None = None) -> Spread:
    """Stories, publishers and articles of a string that stands at `places`; lists of links do not count.

    What articles say is taken from `told` where these had a string before, and added to it: the strings of a phrase
    stand in the same articles, and have it in memory once.
    """
    places = without_links(window, places)
    corpus, article = window.corpus, window.corpus.article[places]
    story = window.story.values[article]
    # By story, and the articles of each in their order.
    order = np.argsort(story.astype(np.int64) << 32 | article, kind="stable")
    places, article, story = places[order], article[order], story[order]
    is_story, is_text = changes(story), window.is_text.values[article]
    is_article = is_story | changes(article)
    first = np.flatnonzero(is_story)
    numbers, times = story[first], np.diff(np.append(first, len(story)))
    titles, early, texts = (
        np.logical_or.reduceat(flags, first) if len(first) else flags
        for flags in (corpus.in_title[places], corpus.is_early[places], is_text)
    )
    articles = article[is_article]
    key = articles.tobytes()
    having = told.get(key) if told is not None else None
    if having is None:
        having = _having(window, numbers, articles, is_story[is_article])
        if told is not None:
            told[key] = having
    return Spread(
        having=having,
        numbers=numbers,
        central=int(np.count_nonzero((times > 1) | titles)),
        titles=int(np.count_nonzero(titles)),
        early=int(np.count_nonzero(early)),
        texts=int(np.count_nonzero(texts)),
        in_texts=int(np.count_nonzero(is_text)),
    )


def _having(window: Window, numbers: Places, articles: Places, is_story: Flags) -> Having:
    """What `articles` say, those of each story together, the first of which `is_story`; `numbers` are the stories."""
    speakers, houses = window.speaker[_speaking(window, articles, is_story)], window.house[articles]
    only = {window.names[houses[0]]} if len(houses) and (houses == houses[0]).all() else set[str]()
    return Having(
        stories=frozenset(map(window.stories.__getitem__, numbers.tolist())),
        publishers=_independent(Counter(map(window.names.__getitem__, speakers.tolist())), only),
        article_ids=tuple(sorted({window.corpus.readings[number].article_id for number in articles.tolist()})),
    )


def _speaking(window: Window, articles: Places, is_story: Flags) -> Places:
    """For each story, which of `articles` speaks for it of what these have and its others need not.

    It is the first that speaks for its story itself.  Else what they have was added to a copy, and the first that added
    it says it.
    """
    found, story = articles[is_story], np.cumsum(is_story) - 1
    # Of several the first stays: it is written last.
    own = np.flatnonzero(window.is_own[articles])[::-1]
    found[story[own]] = articles[own]
    return found


def _independent(publishers: Counter[str], only: Collection[str]) -> Counter[str]:
    """`publishers` with their stories; a house alone where `only` it prints a word, and mostly in reports of its own:
    agencies that it names in the others are no second witness.  Of a house that gathers others' reports they are.
    """
    for house in only:
        if 2 * publishers[house] > publishers.total():
            return Counter({house: publishers.total()})
    return publishers
