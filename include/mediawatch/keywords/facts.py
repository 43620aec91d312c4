"""What is known of a word on a day: the counts and days that every sentence about it is made of.

Messages, the board, `mediawatch why` and the index say the same of a word because all of them ask here.  An article has
a word when its units have the word's units in a row: Chinese anywhere in the text, Latin words as whole words, in any
script, width, case and alias.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import numpy as np

from mediawatch.keywords.candidates import Candidate, Window
from mediawatch.keywords.history import DayCodes, History, Span, articles_at, having
from mediawatch.keywords.mining import Sought, hash_of, sought_anywhere
from mediawatch.keywords.reading import LATIN, PARTED, Reading, codes_of, units_of
from mediawatch.keywords.rules import Rules
from mediawatch.records import DayCount

Strings = tuple[tuple[int, ...], ...]
"""The strings of units that a word is counted by."""

_ENDINGS: Final = ("'s", "’s")
"""What an English name has behind it when something is its own; the token with it has a code of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """An article with the word: `publisher` is that of its story, `origin` who speaks in this copy alone."""

    article_id: str
    day: date
    at: datetime
    publisher: str
    origin: str
    story: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Articles and stories with the word from `since` to the day; `publishers` are (name, stories), most stories
    first.
    """

    since: date
    articles: int = 0
    stories: int = 0
    publishers: tuple[tuple[str, int], ...] = ()

    @property
    def publisher_names(self) -> tuple[str, ...]:
        """The publishers, most stories first."""
        return tuple(name for name, _ in self.publishers)


@dataclass(frozen=True, slots=True, kw_only=True)
class WordFacts:
    """A word up to `day`.

    `today` counts the day alone, `window` the days that NEW and BACK look at.  `first_seen_on` is the first day on
    record with the word, and `first_publisher` who had it first on that day ("" where that was not kept);
    `recorded_since` is the first day on record that could have told.  `seen_on` are the days with it, oldest first, as
    far back as they are known.  `series` ends with `day`.  `baseline_days` are the days before of which something was
    collected.
    """

    term: str
    day: date
    today: Count
    window: Count
    first_seen_on: date | None
    first_publisher: str
    recorded_since: date | None
    seen_on: tuple[date, ...]
    series: tuple[DayCount, ...]
    baseline: tuple[date, date]
    baseline_days: int

    def counted(self, candidate: Candidate | None) -> Count:
        """What is told of a word that was judged as `candidate`, or was none: the days that it was judged by."""
        return self.window if candidate is not None and candidate.is_of_window else self.today

    @property
    def last_seen_on(self) -> date | None:
        """The last day with the word up to the day itself."""
        return self.seen_on[-1] if self.seen_on else None

    def window_before(self, day: date) -> date:
        """The first day of the window that ends with `day`."""
        return day - (self.day - self.window.since)

    def last_before(self, since: date) -> date | None:
        """The last day before `since` with the word."""
        return max((day for day in self.seen_on if day < since), default=None)

    def usual(self, since: date) -> int:
        """Articles with the word in the baseline, as far as it lies before `since`."""
        first, last = self.baseline
        return sum(count.articles for count in self.series if first <= count.day <= last and count.day < since)


def strings_of(term: str) -> Strings:
    """The strings that a folded `term` in its canonical spelling is counted by; none where it is no one string.

    An English name's possessive counts as the name.
    """
    codes = units_of(term).codes
    if not len(codes) or (codes == PARTED).any():
        return ()
    own = tuple(int(code) for code in codes)
    if not own[-1] & LATIN:
        return (own,)
    return (own, *(codes_of(term + ending) for ending in _ENDINGS if not term.endswith(_ENDINGS)))


def mention_of(reading: Reading) -> Mention:
    """A reading as an article with a word."""
    return Mention(
        article_id=reading.article_id,
        day=reading.day,
        at=reading.at,
        publisher=reading.publisher,
        origin=reading.origin,
        story=reading.story,
    )


def mentions_of(window: Window, strings: Strings) -> list[Mention]:
    """The articles of the window with one of `strings`, earliest first."""
    numbers = articles_at([window.places_of(string) for string in strings], window.corpus.article)
    found = [mention_of(window.corpus.readings[number]) for number in numbers]
    return sorted(found, key=lambda one: (one.day, one.at, one.article_id))


def holders(words: Mapping[str, Strings], held: DayCodes) -> dict[str, list[int]]:
    """{word: the numbers of the day's articles that have it} of many words, by one pass over the day's units."""
    sought: dict[int, dict[int, list[str]]] = {}
    for term, strings in words.items():
        for string in strings:
            sought.setdefault(len(string), {}).setdefault(hash_of(string), []).append(term)
    found: dict[str, set[int]] = {}
    known = {length: sorted(hashes) for length, hashes in sought.items()}
    wanted = {length: Sought(np.array(hashes, np.uint64)) for length, hashes in known.items()}
    article_of = held.article
    for length, places, which in sought_anywhere(held.codes, wanted):
        for number, article in np.unique(np.stack([which, article_of[places]], axis=1), axis=0).tolist():
            for term in sought[length][known[length][number]]:
                found.setdefault(term, set()).add(article)
    return {term: sorted(numbers) for term, numbers in found.items()}


def facts_in(window: Window, words: Mapping[str, Strings], history: History, rules: Rules) -> dict[str, WordFacts]:
    """The facts of those of `words` (folded, canonical; by the strings they are counted by) that can be counted, on the
    day of the window."""
    words = {term: strings for term, strings in words.items() if strings}
    mentions = {term: mentions_of(window, strings) for term, strings in words.items()}
    covered = {reading.day for reading in window.corpus.readings}
    return facts_of(words, mentions=mentions, covered=covered, history=history, day=window.day, rules=rules)


def facts_of(
    words: Mapping[str, Strings],
    *,
    mentions: Mapping[str, Sequence[Mention]],
    covered: Collection[date],
    history: History,
    day: date,
    rules: Rules,
) -> dict[str, WordFacts]:
    """The facts of `words` on `day`, from their `mentions` in the window, earliest first, and from the days before it.

    `covered` are the days of the window of which something was collected.
    """
    if not words:
        return {}
    since = day - timedelta(days=rules.window_days - 1)
    past = _Past.of(words, history, since - timedelta(days=1))
    spans = history.spans(words.keys(), day)
    older = _standing_before(words, history, min(past.covered, default=since))
    baseline = _baseline(day, rules)
    baseline_days = len(history.exposures(*baseline))
    found = {}
    for term, strings in words.items():
        counted = past.counts[term] | _by_day(mentions[term])
        days = {on for on, count in counted.items() if count.articles}
        seen_on = tuple(sorted(days.union(_ends(spans.get(term)), older[term])))
        first = seen_on[0] if seen_on else None
        found[term] = WordFacts(
            term=term,
            day=day,
            today=count_of([one for one in mentions[term] if one.day == day], day),
            window=count_of(mentions[term], since),
            first_seen_on=first,
            first_publisher=_first_publisher(strings, mentions[term], first, history),
            recorded_since=history.since() or min(covered, default=None),
            seen_on=seen_on,
            series=_series(counted, {*past.covered, *covered}, day, rules),
            baseline=baseline,
            baseline_days=baseline_days,
        )
    return found


def count_of(mentions: Sequence[Mention], since: date) -> Count:
    """What `mentions` come to.

    A story is said by its publisher where an article that speaks for it has the word.  Else the word was added to a
    copy, and the first that added it says it.
    """
    added: dict[str, str] = {}
    said: dict[str, str] = {}
    for one in sorted(mentions, key=lambda one: (one.day, one.at, one.article_id)):
        added.setdefault(one.story, one.origin)
        if one.origin == one.publisher:
            said.setdefault(one.story, one.publisher)
    publishers = Counter((added | said).values())
    return Count(
        since=since,
        articles=len({one.article_id for one in mentions}),
        stories=len(added),
        publishers=tuple(sorted(publishers.items(), key=lambda publisher: (-publisher[1], publisher[0]))),
    )


@dataclass(slots=True)
class _Past:
    """Articles and publishers of each word on each day before the window, and which of these days were collected."""

    counts: dict[str, dict[date, DayCount]]
    covered: list[date]

    @classmethod
    def of(cls, words: Mapping[str, Strings], history: History, last: date) -> _Past:
        past = cls({term: {} for term in words}, [])
        for held in history.codes(date.min, last):
            if not len(held.codes):
                continue
            past.covered.append(held.day)
            for term, strings in words.items():
                if numbers := having(held.codes, held.article, strings):
                    # A day kept without publishers has one at least for its articles.
                    publishers = {held.publishers[number] if held.publishers else "" for number in numbers}
                    past.counts[term][held.day] = DayCount(
                        day=held.day, articles=len(numbers), publishers=len(publishers)
                    )
        return past


def _by_day(mentions: Sequence[Mention]) -> dict[date, DayCount]:
    found = {}
    for day in {one.day for one in mentions}:
        count = count_of([one for one in mentions if one.day == day], day)
        found[day] = DayCount(day=day, articles=count.articles, publishers=len(count.publishers))
    return found


def _first_publisher(strings: Strings, mentions: Sequence[Mention], first: date | None, history: History) -> str:
    if first is None:
        return ""
    today = next((one.publisher for one in mentions if one.day == first), "")
    return today or history.first_publisher(strings, first)


def _standing_before(words: Mapping[str, Strings], history: History, before: date) -> dict[str, frozenset[date]]:
    """The first and the last day with each word before `before`, the first day whose texts are counted."""
    strings = frozenset(string for held in words.values() for string in held)
    ends = (history.first_standing(strings, before), history.last_standing(strings, before))
    return {
        term: frozenset(days[string] for days in ends for string in held if string in days)
        for term, held in words.items()
    }


def _ends(span: Span | None) -> tuple[date, ...]:
    return (span.first_on, span.last_on) if span else ()


def _baseline(day: date, rules: Rules) -> tuple[date, date]:
    last = day - timedelta(days=rules.guard_days + 1)
    return last - timedelta(days=rules.baseline_days - 1), last


def _series(
    counted: Mapping[date, DayCount], covered: Collection[date], day: date, rules: Rules
) -> tuple[DayCount, ...]:
    length = rules.baseline_days + rules.window_days
    days = (day - timedelta(days=back) for back in range(length - 1, -1, -1))
    return tuple(counted.get(on) or DayCount(day=on, articles=0, publishers=0, is_covered=on in covered) for on in days)
