"""A word that may make an alert, with all that was counted of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

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


class Stories(Set[str]):
    """Ids of stories, by their numbers among `ids`, in order.

    A large day has millions of them in the strings that it judges: a number takes four bytes, an entry of a set dozens.
    """

    __slots__ = ("ids", "numbers")

    def __init__(self, numbers: Places, ids: Sequence[str]) -> None:
        self.numbers, self.ids = numbers, ids

    @classmethod
    def named(cls, ids: Iterable[str]) -> Stories:
        """The stories `ids`, which are of no window."""
        names = tuple(sorted(set(ids)))
        return cls(np.arange(len(names), dtype=np.int32), names)

    def __len__(self) -> int:
        return len(self.numbers)

    def __iter__(self) -> Iterator[str]:
        return map(self.ids.__getitem__, self.numbers.tolist())

    def __contains__(self, story: object) -> bool:
        return any(story == one for one in self)

    def __and__(self, other: Set[Any]) -> Set[str]:
        if isinstance(other, Stories) and other.ids is self.ids:
            few, many = sorted((self.numbers, other.numbers), key=len)
            return Stories(few[_are_in(few, many)], self.ids)
        names = frozenset(other)
        return frozenset(story for story in self if story in names)

    @classmethod
    def _from_iterable(cls, stories: Iterable[Any]) -> Set[Any]:
        return frozenset(stories)


def _are_in(numbers: Places, others: Places) -> Flags:
    """Which of `numbers` are among the sorted `others`."""
    at = np.searchsorted(others, numbers)
    found: Flags = others.take(at, mode="clip") == numbers if len(others) else np.zeros(len(numbers), np.bool_)
    return found


class Sharing:
    """Which of some words stand in the stories of a word; a word is named by its place among those given."""

    def __init__(self, words: Sequence[Set[str]]) -> None:
        numbers = _numbers(words)
        sizes = np.array([len(held) for held in numbers], np.int64)
        stories = np.concatenate([np.zeros(0, np.int32), *numbers])
        self._words = np.repeat(np.arange(len(numbers), dtype=np.int32), sizes)[np.argsort(stories, kind="stable")]
        self._firsts = np.append(0, np.cumsum(np.bincount(stories, minlength=1)))
        self._numbers = numbers

    def of(self, word: int) -> tuple[Places, Places]:
        """The words that share a story with `word`, itself among them, in order, and how many stories each shares."""
        numbers = self._numbers[word]
        firsts, ends = self._firsts[numbers], self._firsts[numbers + 1]
        return counted(self._words[ranges(firsts, ends)])


def counted(numbers: Places) -> tuple[Places, Places]:
    """The different `numbers` in order, and how often each is there."""
    found = np.sort(numbers)
    first = np.flatnonzero(changes(found))
    return found[first], np.diff(np.append(first, len(found))).astype(np.int32)


def ranges(firsts: npt.NDArray[Any], ends: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """All numbers from each of `firsts` to before its end, one range after the other."""
    sizes = ends - firsts
    return np.repeat(firsts - (np.cumsum(sizes) - sizes), sizes) + np.arange(int(sizes.sum()))


def _numbers(words: Sequence[Set[str]]) -> list[Places]:
    """The stories of each word as numbers, which are those of a window where all are of one."""
    held = [stories for stories in words if isinstance(stories, Stories)]
    if len(held) == len(words) and all(stories.ids is held[0].ids for stories in held):
        return [stories.numbers for stories in held]
    known: dict[str, int] = {}
    return [np.array(sorted(known.setdefault(one, len(known)) for one in word), np.int32) for word in words]


@dataclass(frozen=True, slots=True)
class Window:
    """The days looked at, as one corpus.

    `story` numbers the story of each unit, `publisher` the publisher of each story; `is_trusted` says whether that
    publisher has been collected long enough.  Of each article `speaker` numbers its origin among `names`, `is_own` says
    whether that is its publisher, `house` numbers its house, `identity` its id and `title` its headline.  `is_today`
    marks the units of the day judged, `is_text` those of articles that are more than a headline; `stories_today`
    stories are of that day.  `index` tells where strings stand.
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
    identity: Places
    title: Places
    is_today: OfArticle[np.bool_]
    is_text: OfArticle[np.bool_]
    stories_today: int
    index: UnitIndex

    @classmethod
    def of(cls, day: date, corpus: Corpus, trusted: frozenset[str]) -> Window:
        """The window of `corpus`, the last day of which is `day`."""
        numbers: dict[str, int] = {}
        names: dict[str, int] = {}
        ids: dict[str, int] = {}
        titles: dict[str, int] = {}
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
            identity=np.array([ids.setdefault(one.article_id, len(ids)) for one in corpus.readings], np.int32),
            title=np.array([titles.setdefault(one.title, len(titles)) for one in corpus.readings], np.int32),
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

    `articles` have it, of `stories` by `publishers` (`Spread` tells which these are); `central` are about it (in the
    title, or twice), `titles` have it in the title, `early` there or where a text begins, `texts` in more than a
    headline, at `in_texts` places; `places` where it stands in the window.  `usual` stories had it in a baseline worth
    `exposures` of what was looked at; `surprise` is -log10 of the tail, `central_surprise` that of the stories about
    it.  `cohesion` is the least pointwise mutual information over its splits (nats; infinite for a dictionary
    word), `actions` how many verbs it is made of besides other words, and one more for an English string that titles
    write small.  A word of the dictionary `is_listed`, one of the table of words `is_word` as well; those that are
    verbs, adjectives or numbers, or that English titles write small, are no nouns.
    `is_name` of one that the dictionary has as the name of a person, a place or a body.  `freshness` is how many of
    its stories are of the day judged, for one of its loudest day in the window.  `gate` is the first that it failed.
    """

    term: str
    kind: AlertKind
    codes: tuple[int, ...]
    stories: Set[str]
    publishers: int
    articles: int
    central: int
    titles: int
    early: int
    texts: int
    in_texts: int
    places: Places
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


@dataclass(frozen=True, slots=True)
class Occurrences:
    """Strings of one length and where each stands: the places of one after those of the other, from `bounds` on.

    Each has a place at least, and its places are in order.
    """

    places: Places
    bounds: npt.NDArray[np.int64]
    length: int

    @classmethod
    def one(cls, places: Places, length: int) -> Occurrences:
        """Those of one string."""
        return cls(places, np.array([0, len(places)]), length)

    @classmethod
    def joined(cls, parts: Sequence[Occurrences]) -> Occurrences:
        """The strings of all `parts`, which are of one length."""
        places = np.concatenate([part.places for part in parts])
        return cls(places, _bounds(np.concatenate([part.sizes for part in parts])), parts[0].length)

    def __len__(self) -> int:
        return len(self.bounds) - 1

    @property
    def firsts(self) -> Places:
        """The first place of each string."""
        return self.places[self.bounds[:-1]]

    @property
    def units(self) -> Places:
        """The places of the units of each string where it stands first, a row a string."""
        return np.add.outer(self.firsts, np.arange(self.length, dtype=np.int32))

    @property
    def sizes(self) -> npt.NDArray[np.int64]:
        """How many places each string has."""
        return np.diff(self.bounds)

    @property
    def which(self) -> npt.NDArray[np.int64]:
        """The number of the string that stands at each place."""
        return np.repeat(np.arange(len(self)), self.sizes)

    def of(self, number: int) -> Places:
        """The places of one string."""
        return self.places[self.bounds[number] : self.bounds[number + 1]]

    def only(self, kept: Flags) -> Occurrences:
        """Those strings that are `kept`."""
        sizes = self.sizes
        return Occurrences(self.places[np.repeat(kept, sizes)], _bounds(sizes[kept]), self.length)

    def pieces(self, places: int) -> Iterator[tuple[int, int]]:
        """Bounds of the strings that have so many `places` together, or of one that has more."""
        first = 0
        while first < len(self):
            end = max(first + 1, int(np.searchsorted(self.bounds, self.bounds[first] + places, "right")) - 1)
            yield first, end
            first = end

    def between(self, first: int, end: int) -> Occurrences:
        """The strings from `first` to before `end`."""
        bounds = self.bounds[first : end + 1]
        return Occurrences(self.places[bounds[0] : bounds[-1]], bounds - bounds[0], self.length)

    def at(self, kept: Flags) -> npt.NDArray[np.int64]:
        """How many places of each string are `kept`."""
        return sums(kept, self.bounds)

    def share(self, kept: Flags) -> Numbers:
        """The part of each string's places that are `kept`."""
        return self.at(kept) / self.sizes


def sums(values: npt.NDArray[Any], bounds: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The sums of the numbers or flags from each of `bounds` to before the next one."""
    ends = np.append(0, np.cumsum(values, dtype=np.int64))
    found: npt.NDArray[np.int64] = ends[bounds[1:]] - ends[bounds[:-1]]
    return found


def _bounds(sizes: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    return np.append(0, np.cumsum(sizes, dtype=np.int64))


def most_alike(which: npt.NDArray[np.int64], values: npt.NDArray[Any], strings: int) -> npt.NDArray[np.int64]:
    """Of each of some `strings`, how often it has the value that it has most often; `which` has each of `values`."""
    found = np.zeros(strings, np.int64)
    keys = np.sort(which.astype(np.uint64) << np.uint64(32) | values.astype(np.uint64))
    first = np.flatnonzero(changes(keys))
    np.maximum.at(found, (keys[first] >> np.uint64(32)).astype(np.int64), np.diff(np.append(first, len(keys))))
    return found


@dataclass(frozen=True, slots=True)
class Spread:
    """Who has some strings: what counting their places gives, an entry for each string.

    `numbers` are those of the stories that have it, from its `bounds` on, and `speakers` who speaks for each; `only` is
    the one house that prints it, else -1.  `articles` have it, from its `article_bounds` on, by story.
    """

    window: Window
    numbers: Places
    speakers: Places
    bounds: npt.NDArray[np.int64]
    only: Places
    articles: Places
    article_bounds: npt.NDArray[np.int64]
    central: npt.NDArray[np.int64]
    titles: npt.NDArray[np.int64]
    early: npt.NDArray[np.int64]
    texts: npt.NDArray[np.int64]
    in_texts: npt.NDArray[np.int64]

    @classmethod
    def of(cls, window: Window, strings: Occurrences) -> Spread:
        """The spread of `strings`; lists of links do not count where a string stands elsewhere."""
        corpus, size = window.corpus, len(strings)
        told = ~corpus.is_link[strings.places]
        told |= np.repeat(strings.at(told) == 0, strings.sizes)
        places, which = strings.places[told], strings.which[told]
        article = corpus.article[places]
        story = window.story.values[article]
        # By string and story; the places of each are in their order.
        order = np.argsort(which * len(window.stories) + story, kind="stable")
        places, which, article, story = places[order], which[order], article[order], story[order]
        is_story = changes(which) | changes(story)
        is_article = is_story | changes(article)
        first = np.flatnonzero(is_story)
        times, bounds = np.diff(np.append(first, len(story))), _bounds_of(which[first], size)
        is_text = window.is_text.values[article]
        titles, early, texts = (
            np.logical_or.reduceat(flags, first) if len(first) else flags
            for flags in (corpus.in_title[places], corpus.is_early[places], is_text)
        )
        articles = article[is_article]
        article_bounds = _bounds_of(which[is_article], size)
        return cls(
            window=window,
            numbers=story[first],
            speakers=window.speaker[_speaking(window, articles, is_story[is_article])],
            bounds=bounds,
            only=_only(window.house[articles], article_bounds),
            articles=articles,
            article_bounds=article_bounds,
            central=sums((times > 1) | titles, bounds),
            titles=sums(titles, bounds),
            early=sums(early, bounds),
            texts=sums(texts, bounds),
            in_texts=sums(is_text, _bounds_of(which, size)),
        )

    @property
    def stories(self) -> npt.NDArray[np.int64]:
        """In how many stories each string is."""
        return np.diff(self.bounds)

    def stories_of(self, number: int) -> Stories:
        """The stories of one string."""
        return Stories(self.numbers[self.bounds[number] : self.bounds[number + 1]], self.window.stories)

    def publishers_of(self, number: int) -> Counter[str]:
        """The stories of one string by publisher; of a house alone where only it prints the string, and mostly in
        reports of its own: agencies that it names in the others are no second witness.  Of a house that gathers others'
        reports they are.
        """
        told = self.speakers[self.bounds[number] : self.bounds[number + 1]]
        found = Counter(map(self.window.names.__getitem__, told.tolist()))
        only = self.window.names[self.only[number]] if self.only[number] >= 0 else ""
        return Counter({only: found.total()}) if 2 * found[only] > found.total() else found

    def article_ids_of(self, number: int) -> tuple[str, ...]:
        """The ids of the articles that have one string."""
        readings = self.window.corpus.readings
        held = self.articles[self.article_bounds[number] : self.article_bounds[number + 1]]
        return tuple(sorted({readings[article].article_id for article in held.tolist()}))

    def trusted(self) -> npt.NDArray[np.int64]:
        """How many of each string's stories are of publishers that have been collected long enough."""
        return sums(self.window.is_trusted[self.numbers], self.bounds)

    def rows(self) -> list[dict[str, Any]]:
        """The fields of a Candidate of the same names, of each string."""
        own = {name: getattr(self, name).tolist() for name in ("central", "titles", "early", "texts", "in_texts")}
        own |= {"publishers": self._publishers().tolist(), "articles": self._articles().tolist()}
        return [
            {"stories": self.stories_of(number)} | dict(zip(own, row, strict=True))
            for number, row in enumerate(zip(*own.values(), strict=True))
        ]

    def _publishers(self) -> npt.NDArray[np.int64]:
        """How many `publishers_of` tells of each string."""
        which = np.repeat(np.arange(len(self.only)), self.stories)
        keys = np.sort(which << 32 | self.speakers)
        found = np.bincount(keys[changes(keys)] >> 32, minlength=len(self.only))
        own = sums(self.speakers == self.only[which], self.bounds)
        return np.where(2 * own > self.stories, 1, found)

    def _articles(self) -> npt.NDArray[np.int64]:
        """How many ids `article_ids_of` tells of each string."""
        which = np.repeat(np.arange(len(self.only)), np.diff(self.article_bounds))
        keys = np.sort(which << 32 | self.window.identity[self.articles])
        return np.bincount(keys[changes(keys)] >> 32, minlength=len(self.only))


def spread_of(window: Window, places: Places) -> Spread:
    """The spread of one string that stands at `places`."""
    return Spread.of(window, Occurrences.one(places, 0))


def article_ids_of(window: Window, places: Places) -> tuple[str, ...]:
    """The ids of the articles that have the string that stands at `places`."""
    return spread_of(window, places).article_ids_of(0)


def without_links(window: Window, places: Places) -> Places:
    """Those of `places` that stand in no list of links; all where there are no others."""
    told = places[~window.corpus.is_link[places]]
    return told if len(told) else places


def _bounds_of(which: npt.NDArray[np.int64], strings: int) -> npt.NDArray[np.int64]:
    """Where the entries of each of some `strings` begin, and the last ones end; `which` has each entry, in order."""
    return np.searchsorted(which, np.arange(strings + 1)).astype(np.int64)


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


def _only(houses: Places, bounds: npt.NDArray[np.int64]) -> Places:
    """The one house of the articles from each of `bounds` to before the next one; -1 where they have several."""
    found = np.full(len(bounds) - 1, -1, np.int32)
    some = np.flatnonzero(np.diff(bounds))
    first = houses[bounds[some]]
    is_one = sums(houses == np.repeat(first, np.diff(bounds)[some]), bounds)[some] == np.diff(bounds)[some]
    found[some[is_one]] = first[is_one]
    return found
