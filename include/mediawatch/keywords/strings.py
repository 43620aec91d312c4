"""Candidates from raw text: strings of the window that the baseline does not have, or has far less.

A string is taken for a word where its edges are edges of words in most of its places, neither edge is a function word,
its parts belong together (pointwise mutual information over every split) and its neighbours vary (no neighbour stands
beside most of its places; a function word is no neighbour).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from mediawatch.keywords.candidates import Candidate, Having, Window, spread_of, tails
from mediawatch.keywords.cohesion import StringCounts
from mediawatch.keywords.corpus import Corpus
from mediawatch.keywords.history import History
from mediawatch.keywords.memory import release
from mediawatch.keywords.mining import Grams, Sought, hash_of, shared_strings, sought_anywhere, sought_in
from mediawatch.keywords.reading import (
    ACTION,
    FUNCTION,
    LATIN,
    MEASURE,
    NAME,
    NO_NOUNS,
    PARTED,
    PREDICATES,
    QUALITY,
    Flags,
    Places,
    codes_of,
)
from mediawatch.keywords.rules import Gate, Rules
from mediawatch.keywords.vocabulary import ENGLISH_COMMON, is_time
from mediawatch.language.segmentation import is_name
from mediawatch.records import AlertKind

_WORD: Final = re.compile(r"[A-Za-z][\w'’-]*")


def is_common_english(window: Window, places: Places, length: int) -> bool:
    """Whether a Latin string is written small in most titles that do not capitalise every word."""
    text = window.surface(int(places[0]), length)
    if not text.isascii():
        return False
    small, large = 0, 0
    for number in sorted(set(window.corpus.article[places].tolist())):
        title = window.corpus.readings[number].title
        if _is_sentence_case(title):
            small += int(text in title)
            large += int(text not in title and text in title.lower())
    return small > large


def _is_sentence_case(title: str) -> bool:
    words = [match.group() for match in _WORD.finditer(title)][1:]
    return 2 * sum(word[0].islower() for word in words) >= len(words)


_PIECES: Final = re.compile(r"[0-9a-z\u00df-\u024f'’&.+/_-]+|[^0-9a-z\u00df-\u024f'’&.+/_ -]+")
_PARTS: Final = np.array([ord(character) for character in "的了是在和与及被将就也对称把给"], np.uint32)
"""Function words that part a phrase wherever they stand by themselves; the 将 of 麻将夫人 does not."""
_SAID: Final = np.array(sorted(ord(word[0]) << 32 | ord(word[1]) for word in PREDICATES), np.uint64)
_POSSESSIVE: Final = re.compile(r"['’]s\Z")
_LATIN_LETTERS: Final = 3
_NAME_ENDS: Final = np.array([ord(character) for character in "和以之同年日元家"], np.uint32)
"""Function words and units that end names as well: 吕志和 is one, 议会和 is none."""
_NAME_BEGINS: Final = np.array([ord("何")], np.uint32)
"""A pronoun that is a surname as well: 何立峰.  Of 于 and 和, which are too, names mostly stand behind them."""
_WHEN: Final = np.array([ord(character) for character in "后时约"], np.uint32)
_JOINING: Final = np.array([ord(character) for character in "及与暨和"], np.uint32)
_NUMBER: Final = re.compile(r"(?<![0-9a-z.,+/_-])[0-9][0-9.,]*\Z")
_NUMBER_LENGTH: Final = 16
_YEAR: Final = re.compile(r"(?:19|20)[0-9]{2}")
_BESIDE: Final = 0.8
"""A name stands beside such a character in no more of its places."""
_ALWAYS: Final = 0.95
_LATIN_HALF: Final = 0.55
_PHRASE_WORDS: Final = 2
"""Words of a phrase, and units of what stands behind it."""
_WITNESSES: Final = 3
"""Articles that must have the rest of a name."""
_TITLE_UNITS: Final = 2
_TITLED_ELSEWHERE: Final = 0.6
"""A title stands before one name in fewer of its places."""
_STORIES_AT_A_TIME: Final = 1 << 22
"""Stories of the strings that are looked for together; for more the text is gone through again."""
_NAME_PLACES: Final = 4
"""A name ends in such a character when it never stands without it, in so many places."""


@dataclass(frozen=True, slots=True)
class _String:
    """A string, where it stands, and in how many stories of the baseline it was."""

    places: Places
    length: int
    usual: int


@dataclass(frozen=True, slots=True)
class _Rare:
    """Strings of one length: their places in the window, which of them stands at each, and in how many articles of the
    baseline each was.
    """

    places: Places
    which: Places
    usual: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class WindowStrings:
    """The strings that enough stories of the window share, and how many articles of the baseline had each.

    `exposures` is how many such windows the baseline is worth, by the stories of the days that were collected.
    """

    window: Window
    rules: Rules
    grams: Mapping[int, Grams]
    usual: Mapping[int, npt.NDArray[np.int64]]
    exposures: float

    @classmethod
    def of(cls, window: Window, history: History, rules: Rules) -> WindowStrings:
        """The strings of `window`, looked up in `history`."""
        corpus = window.corpus
        found = shared_strings(
            corpus.codes,
            window.story,
            window.publisher,
            counts=~corpus.is_link[:],
            stories=rules.stories,
            publishers=1,
            longest=rules.longest,
        )
        grams = {held.length: held for held in found}
        first, last = _baseline(window, rules)
        before = sum(sum(publishers.values()) for publishers in history.exposures(first, last).values())
        exposures = before / max(1, len(window.stories))
        return cls(window, rules, grams, _baseline_stories(window, history, rules, grams), exposures)

    def usual_of(self, codes: Sequence[int]) -> int | None:
        """Articles of the baseline with the string of `codes`; None where too few stories of the window have it."""
        held = self.grams.get(len(codes))
        if held is None or not len(held.hashes):
            return None
        wanted = np.uint64(hash_of(codes))
        at = int(np.searchsorted(held.hashes, wanted))
        is_held = at < len(held.hashes) and held.hashes[at] == wanted
        return int(self.usual[len(codes)][at]) if is_held else None

    def candidates(self) -> list[Candidate]:
        """Every string that may be a word, new or far more frequent than before.

        Strings of a single publisher are among them, stopped by their gate, because they explain the words inside them.
        """
        window, rules = self.window, self.rules
        by_length = self._wordlike()
        release()
        firsts = {n: np.array([one.places[0] for one in held], np.int32) for n, held in by_length.items()}
        counts = StringCounts(window.corpus.codes, firsts)
        found, told = [], dict[bytes, Having]()
        for length, first in firsts.items():
            strings = by_length.pop(length)
            cohesion = counts.cohesion(first, length)
            for string, value in zip(strings, cohesion, strict=True):
                if (
                    value >= rules.cohesion
                    and _is_whole(window, string, counts)
                    and is_open(window, string.places, length, rules.extended)
                    and is_apart(window, string.places, length)
                    and not _follows_numbers(window, string.places)
                    and not _is_phrase_with_word(self, string, counts)
                ):
                    found.append(_candidate(self, string, value, counts, told))
        return found

    def _wordlike(self) -> dict[int, list[_String]]:
        """{n: the strings of n units that are new, or rare before, and may be words}, by their hashes."""
        rare = {length: self._is_rare(length) for length in self.grams}
        stories = sum(int(self.grams[length].stories[held].sum()) for length, held in rare.items())
        bits = (stories // _STORIES_AT_A_TIME).bit_length()
        found: defaultdict[int, list[_String]] = defaultdict(list)
        for part in range(1 << bits):
            of_part = {length: held & self.grams[length].begin_with(part, bits) for length, held in rare.items()}
            for length, strings in self._where(of_part).items():
                found[length] += _strings(self, length, strings)
        return dict(sorted(found.items()))

    def _is_rare(self, length: int) -> Flags:
        """Which strings of `length` units are new, or rare before."""
        rules, stories, usual = self.rules, self.grams[length].stories, self.usual[length]
        is_frequent = usual * rules.known_ratio <= stories * self.exposures
        rare: Flags = (usual == 0) | ((stories >= rules.known_stories) & is_frequent)
        return rare

    def _where(self, wanted: Mapping[int, Flags]) -> dict[int, _Rare]:
        """Where those of the strings stand that are `wanted`, by length."""
        sought = {length: Sought(self.grams[length].hashes[held]) for length, held in wanted.items()}
        parts: defaultdict[int, list[tuple[Places, Places]]] = defaultdict(list)
        for length, places, which in sought_anywhere(self.window.corpus.codes, sought):
            parts[length].append((places, which))
        return {
            length: _Rare(
                np.concatenate([places for places, _ in found]),
                np.concatenate([which for _, which in found]),
                self.usual[length][wanted[length]],
            )
            for length, found in parts.items()
        }


def _baseline(window: Window, rules: Rules) -> tuple[date, date]:
    last = window.day - timedelta(days=rules.window_days)
    return last - timedelta(days=rules.baseline_days - 1), last


def _baseline_stories(
    window: Window, history: History, rules: Rules, grams: Mapping[int, Grams]
) -> dict[int, npt.NDArray[np.int64]]:
    """How many articles of the baseline have each string."""
    found = {length: np.zeros(len(held.hashes), np.int64) for length, held in grams.items()}
    sought = {length: Sought(held.hashes) for length, held in grams.items() if len(held.hashes)}
    for day in history.codes(*_baseline(window, rules)):
        for length, places, which in sought_in(day.codes, sought):
            pairs = np.sort(which.astype(np.int64) << 32 | day.article[places])
            first = np.concatenate(([True], pairs[1:] != pairs[:-1]))[: len(pairs)]
            found[length] += np.bincount(pairs[first] >> 32, minlength=len(found[length]))
    return found


def _strings(held: WindowStrings, length: int, rare: _Rare) -> Iterator[_String]:
    """Those of the strings of one length that have word edges and stand in today's text."""
    window, rules, places, which = held.window, held.rules, rare.places, rare.which
    order = np.argsort(which, kind="stable")
    which, places = which[order], places[order]
    if not len(places):
        return
    bounds = np.flatnonzero(np.concatenate(([True], which[1:] != which[:-1], [True])))
    first, size = bounds[:-1], np.diff(bounds)
    corpus, last = window.corpus, places + length - 1

    def share(marks: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
        return np.add.reduceat(marks.astype(np.int64), first) / size

    latin_first, latin_last = (corpus.codes[places] & LATIN) > 0, (corpus.codes[last] & LATIN) > 0
    bound = (FUNCTION,) if length == 1 else (FUNCTION, MEASURE)
    begins_a_name = np.isin(corpus.codes[places], _NAME_BEGINS) & (length > 2)
    ends_a_name = np.isin(corpus.codes[last], _NAME_ENDS)
    good = (
        (share(corpus.opens[places]) >= rules.aligned)
        & (share(corpus.closes[last]) >= rules.aligned)
        & (share(np.isin(corpus.classes[places], bound) & ~latin_first & ~begins_a_name) <= 0.5)
        & (share(np.isin(corpus.classes[last], bound) & ~latin_last & ~ends_a_name) <= 0.5)
        & (share(window.is_today[places]) > 0)
        & (share(_ends_in_predicate(corpus, places, length)) <= 0.5)
    )
    for inner in range(1, length - 1):
        good &= share(_is_part(corpus, places + inner)) <= 0.5
    # Copies, for what the others take is not to stay.
    usual, places = rare.usual[which[first[good]]], places[np.repeat(good, size)]
    ends = np.cumsum(size[good]).tolist()
    for number, (start, end) in enumerate(pairwise((0, *ends))):
        found: Places = places[start:end]
        text = window.surface(int(found[0]), length)
        if _is_wordlike(text) and not (_is_mixed(text) and _is_english(window, found)):
            yield _String(found, length, int(usual[number]))


def _ends_in_predicate(corpus: Corpus, places: Places, length: int) -> Flags:
    """Whether a string is a word with what is said of it or when: its last word is a verb, an adjective, 后, 时 or 约.

    Chinese names end in what they are.  A single character tells nothing else, for unknown names fall apart into them.
    """
    last = places + length - 1
    begins = np.zeros(len(places), np.bool_)
    for inner in range(1, length):
        begins |= corpus.opens[places + inner]
    is_long = ~corpus.opens[last]
    is_when = corpus.opens[last] & np.isin(corpus.codes[last], _WHEN)
    is_said: Flags = begins & ((is_long & np.isin(corpus.classes[last], (ACTION, QUALITY))) | is_when)
    return is_said


def _is_part(corpus: Corpus, places: Places) -> Flags:
    """Whether what parts phrases stands at each of `places` by itself: a function word, or what is said of anybody."""
    after = np.minimum(places + 1, len(corpus.codes) - 1)
    pairs = corpus.codes[places].astype(np.uint64) << np.uint64(32) | corpus.codes[after]
    is_said = np.isin(pairs, _SAID) & ~corpus.closes[places] & corpus.closes[after]
    is_part: Flags = corpus.opens[places] & (is_said | np.isin(corpus.codes[places], _PARTS) & corpus.closes[places])
    return is_part


def _is_phrase_with_word(held: WindowStrings, string: _String, counts: StringCounts) -> bool:
    """Whether a Chinese string is a phrase of two words and more with a word behind it that stand apart as well.

    议会辩论加密货币 is one, where 议会辩论 mostly stands before other words and 加密货币 behind others.  Names made of
    two common words are not: 铁拳议员; nor those that begin with what the dictionary does not have: 星穹机器人.
    """
    corpus, place = held.window.corpus, int(string.places[0])
    end = place + string.length
    if (corpus.codes[place:end] & LATIN).any():
        return False
    own = float(counts.of(string.places[:1], string.length)[0])
    opens = np.flatnonzero(corpus.opens[place:end]).tolist()
    for words, cut in enumerate(opens):
        is_listed = all(after - at > 1 for at, after in pairwise(opens[: words + 1]))
        if words < _PHRASE_WORDS or not is_listed or string.length - cut < _PHRASE_WORDS:
            continue
        left = float(counts.of(string.places[:1], cut)[0])
        right = float(counts.of(string.places[:1] + cut, string.length - cut)[0])
        if own < held.rules.nested * min(left, right):
            return True
    return False


def _is_whole(window: Window, string: _String, counts: StringCounts) -> bool:
    """Whether a string may begin and end as it does: with a function word only where the rest never stands without."""
    corpus, first = window.corpus, int(string.places[0])
    last = first + string.length - 1
    is_end = corpus.codes[last] in _NAME_ENDS and corpus.classes[last] == FUNCTION
    is_begin = corpus.codes[first] in _NAME_BEGINS and corpus.classes[first] == FUNCTION
    rests = [string.places[:1] + skipped for skipped, is_edge in enumerate((is_end, is_begin)) if is_edge]
    return all(
        len(string.places) >= max(_NAME_PLACES, _ALWAYS * float(counts.of(rest, string.length - 1)[0]))
        for rest in rests
    )


def is_apart(window: Window, places: Places, length: int) -> bool:
    """Whether a string stands apart often enough on both sides: from the end of a sentence, a word of the dictionary, a
    function word, a Latin one.

    Single characters that no dictionary puts together are rather parts of names: two people whose names end alike; so
    are places inside a word of the dictionary, and what mostly stands behind an and: 公共服务部 of 卫生及公共服务部.
    """
    corpus = window.corpus
    before, after = np.maximum(places - 1, 0), places + length
    inside = (~corpus.opens[places], ~corpus.closes[places + length - 1])
    for beside, is_inside in zip((before, after), inside, strict=True):
        at = np.minimum(beside, len(corpus.codes) - 1)
        codes = corpus.codes[at]
        is_single = corpus.opens[at] & corpus.closes[at] & (corpus.classes[at] != FUNCTION)
        is_beside = is_single & (codes != PARTED) & ((codes & LATIN) == 0)
        if float((is_beside | is_inside).mean()) > _BESIDE:
            return False
    return bool(float(np.isin(corpus.codes[before], _JOINING).mean()) < _BESIDE)


def _follows_numbers(window: Window, places: Places) -> bool:
    """Whether most places of a string come right behind a number that is no year: such a string begins with a unit."""
    count, corpus = 0, window.corpus
    # A number is no unit, unless it ends a Latin token: behind a character none is to be found.
    before = corpus.codes[np.maximum(places - 1, 0)]
    for place in places[(before == PARTED) | (before >= LATIN)].tolist():
        reading, start = corpus.reading_at(place), corpus.start(place)
        number = _NUMBER.search(reading.folded[max(0, start - _NUMBER_LENGTH) : start])
        count += number is not None and not _YEAR.fullmatch(number.group())
    return 2 * count > len(places)


def _is_wordlike(text: str) -> bool:
    """Whether a string may be a word by its characters alone."""
    if is_time(text):
        return False
    pieces = _PIECES.findall(text)
    if not pieces or pieces[0] in ENGLISH_COMMON or pieces[-1] in ENGLISH_COMMON or _POSSESSIVE.search(text):
        return False
    return len(text) >= _LATIN_LETTERS or not text.isascii()


def _is_mixed(text: str) -> bool:
    """Whether a string has letters of both scripts."""
    return not text.isascii() and any(character.isascii() and character.isalpha() for character in text)


def _is_english(window: Window, places: Places) -> bool:
    """Whether all articles of a string are English: what is Chinese in it is the canonical spelling of a name, and the
    rest a word beside it.
    """
    numbers = set(window.corpus.article[places].tolist())
    return all(window.corpus.readings[number].language.startswith("en") for number in numbers)


def is_open(window: Window, places: Places, length: int, most: float) -> bool:
    """Whether no unit stands before, or after, nearly every place of a string of `length` units.

    A function word beside it does not count, for it belongs to the sentence (在…之后, 由…), unless it ends names and
    always stands there, nor does a title before a name, which stands before others as well.  The articles may not
    have nearly all the same single character behind one of the places either, nor most the same Latin word on one side:
    who is named in full at first is a half name afterwards.
    """
    codes, classes = window.corpus.codes, window.corpus.classes
    before, behind = np.maximum(places - 1, 0), np.minimum(places + length, len(codes) - 1)
    for is_behind, (beside, of_names) in enumerate(((before, _NAME_BEGINS), (behind, _NAME_ENDS))):
        held = codes[beside]
        bound = (classes[beside] == FUNCTION) & ((held & LATIN) == 0)
        counted = Counter(held[(held != PARTED) & ~bound].tolist())
        if (
            counted
            and max(counted.values()) >= most * len(held)
            and (is_behind or not is_titled(window, places, length))
        ):
            return False
        always = Counter(held[bound & np.isin(held, of_names)].tolist())
        if always and max(always.values()) >= max(_NAME_PLACES, _ALWAYS * len(held)):
            return False
        if _is_half(window, places, beside, bound, most, is_behind=bool(is_behind)):
            return False
    return True


def is_titled(window: Window, places: Places, length: int) -> bool:
    """Whether a name of `length` units stands behind one and the same common word: a title, a verb (局长, 首府, 约谈).

    That word mostly stands before something else, and is no name itself; the name is a dictionary's, or unknown to it.
    """
    corpus, place = window.corpus, int(places[0])
    first = place - 1
    while first > 0 and not corpus.opens[first]:
        first -= 1
    size = place - first
    if size < _TITLE_UNITS or corpus.classes[first] not in (NAME, ACTION) or not corpus.closes[place - 1]:
        return False
    is_unknown = bool(corpus.opens[place : place + length].all())
    if not is_unknown and not is_name(window.surface(place, length)):
        return False
    title = window.places_of(corpus.codes[first:place].tolist())
    is_before = float(np.isin(title + size, places).mean()) if len(title) else 1.0
    return is_before < _TITLED_ELSEWHERE and not is_name(window.surface(first, size))


@cache
def _common_codes() -> npt.NDArray[np.uint32]:
    return np.array(sorted(code for word in ENGLISH_COMMON for code in codes_of(word)), np.uint32)


def _is_half(window: Window, places: Places, beside: Places, bound: Flags, most: float, *, is_behind: bool) -> bool:
    """Whether the articles of a string have the same unit beside one of its places: the rest of a name."""
    corpus = window.corpus
    codes = corpus.codes[beside]
    is_latin, is_alone = (codes & LATIN) > 0, corpus.opens[beside] & corpus.closes[beside]
    # An English headline has a name in full or half of it, seldom both: fewer articles have to agree.
    enough = min(most, _LATIN_HALF) if corpus.codes[places[0]] & LATIN else most
    if corpus.codes[places[0]] & LATIN:
        kept = is_latin & ~np.isin(codes, _common_codes())
    else:
        # A Chinese name goes on behind its half; what stands before one is often a verb.
        kept = is_alone & ~is_latin & ~bound & (codes != PARTED) & is_behind
    # The same headline on two days is one witness.
    titles = [corpus.readings[number].title for number in corpus.article[places].tolist()]
    most_of_all = max(_WITNESSES, enough * len(set(titles)))
    if np.count_nonzero(kept) < most_of_all:
        return False
    pairs = {(titles[at], int(codes[at])) for at in np.flatnonzero(kept).tolist()}
    having = Counter(code for _, code in pairs)
    return bool(having) and max(having.values()) >= most_of_all


def _candidate(
    held: WindowStrings, string: _String, cohesion: float, counts: StringCounts, told: dict[bytes, Having]
) -> Candidate:
    window, rules, exposures = held.window, held.rules, held.exposures
    spread = spread_of(window, string.places, told)
    count = float(len(spread.numbers))
    p_value = float(tails(np.array([count]), np.array([float(string.usual)]), np.array([exposures]))[0])
    first = int(string.places[0])
    is_listed = string.length > 1 and int(window.corpus.opens[first : first + string.length].sum()) == 1
    found = Candidate(
        term=window.surface(first, string.length),
        kind=AlertKind.RISING if string.usual else AlertKind.NEW,
        codes=tuple(window.corpus.codes[first : first + string.length].tolist()),
        places=string.places,
        **spread.counts(),
        usual=float(string.usual),
        exposures=exposures,
        p_value=p_value,
        surprise=-float(np.log10(max(p_value, 1e-300))),
        cohesion=float(cohesion),
        is_listed=is_listed,
        is_noun=not is_listed or bool(window.corpus.classes[first] not in NO_NOUNS),
        is_name=is_listed and is_name(window.surface(first, string.length)),
        actions=_actions(held, first, string.length, counts) + is_common_english(window, string.places, string.length),
    )
    trusted = np.count_nonzero(window.is_trusted[spread.numbers])
    if len(found.publishers) < rules.publishers:
        return found.stopped(Gate.FEW_PUBLISHERS)
    # A new source may be the third to say it; what only new sources say is their own vocabulary.
    return found if trusted >= min(2, len(spread.numbers)) else found.stopped(Gate.NEW_SOURCE)


def _actions(held: WindowStrings, place: int, length: int, counts: StringCounts) -> int:
    """Verbs of at least two characters beside other words; 0 for a string that is one word.

    What the dictionary calls a verb and stands hardly anywhere else before the rest is a name: 扶摇 of 扶摇手机.  What
    stands before a name of the dictionary is said of it, wherever else it stands: 渲染中国.
    """
    corpus = held.window.corpus
    starts = np.flatnonzero(corpus.opens[place : place + length]).tolist()
    if len(starts) < 2:
        return 0
    words = pairwise([*starts, length])
    verbs = [(at, end) for at, end in words if end - at > 1 and corpus.classes[place + at] == ACTION]
    if not verbs or verbs[0][0] or is_name(held.window.surface(place + verbs[0][1], length - verbs[0][1])):
        return len(verbs)
    own, first = (counts.of(np.array([place], np.int32), size)[0] for size in (length, verbs[0][1]))
    return len(verbs) - int(own >= held.rules.nested * first)
