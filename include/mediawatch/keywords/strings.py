"""Candidates from raw text: strings of the window that the baseline does not have, or has far less.

A string is taken for a word where its edges are edges of words in most of its places, neither edge is a function word,
its parts belong together (pointwise mutual information over every split) and its neighbours vary (no neighbour stands
beside most of its places; a function word is no neighbour).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, partial
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from mediawatch.keywords.candidates import (
    Candidate,
    Occurrences,
    Spread,
    Window,
    most_alike,
    tails,
)
from mediawatch.keywords.cohesion import StringCounts
from mediawatch.keywords.corpus import Corpus
from mediawatch.keywords.history import History
from mediawatch.keywords.memory import release
from mediawatch.keywords.mining import Grams, Sought, changes, hash_of, shared_strings, sought_anywhere, sought_in
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
    WIDTH_OF_ONE,
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
_OF_NUMBERS: Final = frozenset("0123456789.,")
_YEAR: Final = re.compile(r"(?:19|20)[0-9]{2}")
_BESIDE: Final = 0.8
"""A name stands beside such a character in no more of its places."""
_ALWAYS: Final = 0.95
_LATIN_HALF: Final = 0.55
_PHRASE_WORDS: Final = 2
"""Words of a phrase, and units of what stands behind it."""
_LONG_PHRASE: Final = 3 * _PHRASE_WORDS
"""Units of the shortest phrase of two words with a word behind it."""
_WITNESSES: Final = 3
"""Articles that must have the rest of a name."""
_TITLE_UNITS: Final = 2
_TITLED_ELSEWHERE: Final = 0.6
"""A title stands before one name in fewer of its places."""
_STORIES_AT_A_TIME: Final = 1 << 22
"""Stories of the strings that are looked for together; for more the text is gone through again."""
_PLACES_AT_A_TIME: Final = 1 << 18
"""Places whose strings are judged together; what is made for them on the way takes some tens of megabytes."""
_NAME_PLACES: Final = 4
"""A name ends in such a character when it never stands without it, in so many places."""


@dataclass(frozen=True, slots=True)
class _Strings:
    """Strings of one length, and in how many articles of the baseline each was."""

    held: Occurrences
    usual: npt.NDArray[np.int32]

    def only(self, kept: Flags) -> _Strings:
        """Those that are `kept`."""
        return _Strings(self.held.only(kept), self.usual[kept])

    def pieces(self) -> Iterator[_Strings]:
        """The same, some hundred thousand places at a time."""
        for first, end in self.held.pieces(_PLACES_AT_A_TIME):
            yield _Strings(self.held.between(first, end), self.usual[first:end])


@dataclass(frozen=True, slots=True)
class WindowStrings:
    """The strings that enough stories of the window share, and how many articles of the baseline had each.

    `exposures` is how many such windows the baseline is worth, by the stories of the days that were collected.
    """

    window: Window
    rules: Rules
    grams: Mapping[int, Grams]
    usual: Mapping[int, npt.NDArray[np.int32]]
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
        by_length = self._wordlike()
        release()
        firsts = {length: strings.held.firsts for length, strings in by_length.items()}
        counts = StringCounts(self.window.corpus.codes, firsts)
        found = []
        for length in firsts:
            for strings in by_length.pop(length).pieces():
                found += self._candidates_of(strings, counts)
            release()
        return found

    def _candidates_of(self, strings: _Strings, counts: StringCounts) -> list[Candidate]:
        """Those of one length."""
        window, rules = self.window, self.rules
        cohesion = counts.cohesion(strings.held.firsts, strings.held.length)
        judges: list[Callable[[Occurrences], Flags]] = [
            lambda held: _are_whole(window, held, counts),
            lambda held: are_open(window, held, rules.extended),
            lambda held: are_apart(window, held),
            lambda held: ~_follow_numbers(window, held),
            lambda held: ~_are_phrases_with_words(self, held, counts),
        ]
        kept = cohesion >= rules.cohesion
        for judge in judges:
            strings, cohesion = strings.only(kept), cohesion[kept]
            kept = judge(strings.held)
        return _candidates(self, strings.only(kept), cohesion[kept], counts) if kept.any() else []

    def _wordlike(self) -> dict[int, _Strings]:
        """{n: the strings of n units that are new, or rare before, and may be words}, by their hashes."""
        wanted = self._aligned({length: self._is_rare(length) for length in self.grams})
        stories = sum(int(self.grams[length].stories[held].sum()) for length, held in wanted.items())
        bits = (stories // _STORIES_AT_A_TIME).bit_length()
        found: defaultdict[int, list[_Strings]] = defaultdict(list)
        for part in range(1 << bits):
            of_part = {length: held & self.grams[length].begin_with(part, bits) for length, held in wanted.items()}
            for length, strings in self._where(of_part):
                found[length] += (_wordlike(self.window, some, self.rules) for some in strings.pieces())
            release()
        return {length: _joined(parts) for length, parts in sorted(found.items())}

    def _aligned(self, wanted: Mapping[int, Flags]) -> dict[int, Flags]:
        """Those of the strings `wanted` that begin and end where words do.

        They are counted while the text is gone through: most strings do not, and their places are never kept.
        """
        corpus = self.window.corpus
        sought = {length: Sought(self.grams[length].hashes[held]) for length, held in wanted.items()}
        counts = {length: np.zeros((3, len(held.hashes)), np.int32) for length, held in sought.items()}
        for length, places, which in sought_anywhere(corpus.codes, sought):
            everywhere, opening, closing = counts[length]
            np.add.at(everywhere, which, 1)
            np.add.at(opening, which[corpus.opens[places]], 1)
            np.add.at(closing, which[corpus.closes[places + length - 1]], 1)
        found = {}
        for length, (everywhere, opening, closing) in counts.items():
            is_found, times = everywhere > 0, np.maximum(everywhere, 1)
            is_aligned = (opening / times >= self.rules.aligned) & (closing / times >= self.rules.aligned)
            found[length] = wanted[length].copy()
            found[length][wanted[length]] = is_found & is_aligned
        return found

    def _is_rare(self, length: int) -> Flags:
        """Which strings of `length` units are new, or rare before."""
        rules, stories, usual = self.rules, self.grams[length].stories, self.usual[length]
        is_frequent = usual * rules.known_ratio <= stories * self.exposures
        rare: Flags = (usual == 0) | ((stories >= rules.known_stories) & is_frequent)
        return rare

    def _where(self, wanted: Mapping[int, Flags]) -> Iterator[tuple[int, _Strings]]:
        """Where those of the strings stand that are `wanted`, by length."""
        sought = {length: Sought(self.grams[length].hashes[held]) for length, held in wanted.items() if held.any()}
        parts: defaultdict[int, list[tuple[Places, Places]]] = defaultdict(list)
        for length, places, which in sought_anywhere(self.window.corpus.codes, sought):
            parts[length].append((places, which))
        for length in list(parts):
            places, which = (np.concatenate(some) for some in zip(*parts.pop(length), strict=True))
            order = np.argsort(which, kind="stable")
            which = which[order]
            first = np.flatnonzero(changes(which))
            held = Occurrences(places[order], np.append(first, len(which)), length)
            yield length, _Strings(held, self.usual[length][wanted[length]][which[first]])


def _baseline(window: Window, rules: Rules) -> tuple[date, date]:
    last = window.day - timedelta(days=rules.window_days)
    return last - timedelta(days=rules.baseline_days - 1), last


def _baseline_stories(
    window: Window, history: History, rules: Rules, grams: Mapping[int, Grams]
) -> dict[int, npt.NDArray[np.int32]]:
    """How many articles of the baseline have each string."""
    found = {length: np.zeros(len(held.hashes), np.int32) for length, held in grams.items()}
    sought = {length: Sought(held.hashes) for length, held in grams.items() if len(held.hashes)}
    for day in history.codes(*_baseline(window, rules)):
        for length, places, which in sought_in(day.codes, sought):
            pairs = np.sort(which.astype(np.int64) << 32 | day.article[places])
            np.add.at(found[length], pairs[changes(pairs)] >> 32, 1)
    return found


def _joined(parts: Sequence[_Strings]) -> _Strings:
    return _Strings(Occurrences.joined([part.held for part in parts]), np.concatenate([part.usual for part in parts]))


def _wordlike(window: Window, strings: _Strings, rules: Rules) -> _Strings:
    """Those of `strings` that have word edges and stand in today's text."""
    corpus, length = window.corpus, strings.held.length
    bound = (FUNCTION,) if length == 1 else (FUNCTION, MEASURE)

    def are_bound(places: Places, but: npt.NDArray[np.uint32]) -> Flags:
        codes = corpus.codes[places]
        found: Flags = np.isin(corpus.classes[places], bound) & ((codes & LATIN) == 0) & ~np.isin(codes, but)
        return found

    judges: list[Callable[[Places], Flags]] = [
        lambda places: are_bound(places, _NAME_BEGINS if length > 2 else _NAME_BEGINS[:0]),
        lambda places: are_bound(places + (length - 1), _NAME_ENDS),
        partial(_end_in_predicates, corpus, length),
        *(partial(_are_parts, corpus, offset) for offset in range(1, length - 1)),
    ]
    for are_wrong in judges:
        strings = strings.only(strings.held.share(are_wrong(strings.held.places)) <= 0.5)
    strings = strings.only(strings.held.at(window.is_today[strings.held.places]) > 0)
    texts = surfaces_of(window, strings.held)
    kept = np.fromiter(map(_is_wordlike, texts), np.bool_, len(texts))
    for number in np.flatnonzero(kept).tolist():
        kept[number] = not (_is_mixed(texts[number]) and _is_english(window, strings.held.of(number)))
    return strings.only(kept)


def surfaces_of(window: Window, strings: Occurrences) -> list[str]:
    """The folded text of each of `strings` where it stands first.

    Of Han characters with nothing between them the units are the text.
    """
    corpus, length = window.corpus, strings.length
    at = strings.units
    codes = corpus.codes[at]
    is_plain = (codes < LATIN).all(axis=1) & (corpus.columns.widths[at[:, :-1]] == WIDTH_OF_ONE).all(axis=1)
    plain = iter(np.ascontiguousarray(codes[is_plain]).view(f"<U{length}").ravel().tolist())
    firsts = zip(is_plain.tolist(), at[:, 0].tolist(), strict=True)
    return [next(plain) if one else window.surface(first, length) for one, first in firsts]


def _end_in_predicates(corpus: Corpus, length: int, places: Places) -> Flags:
    """Whether the string at each of `places` is a word with what is said of it or when: its last word is a verb, an
    adjective, 后, 时 or 约.

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


def _are_parts(corpus: Corpus, offset: int, places: Places) -> Flags:
    """Whether what parts phrases stands `offset` behind each of `places` by itself: a function word, or what is said of
    anybody.
    """
    places = places + offset
    after = np.minimum(places + 1, len(corpus.codes) - 1)
    pairs = corpus.codes[places].astype(np.uint64) << np.uint64(32) | corpus.codes[after]
    is_said = np.isin(pairs, _SAID) & ~corpus.closes[places] & corpus.closes[after]
    is_part: Flags = corpus.opens[places] & (is_said | np.isin(corpus.codes[places], _PARTS) & corpus.closes[places])
    return is_part


def _are_phrases_with_words(held: WindowStrings, strings: Occurrences, counts: StringCounts) -> Flags:
    """Whether each Chinese string is a phrase of two words and more with a word behind it that stand apart as well.

    议会辩论加密货币 is one, where 议会辩论 mostly stands before other words and 加密货币 behind others.  Names made of
    two common words are not: 铁拳议员; nor those that begin with what the dictionary does not have: 星穹机器人.
    """
    corpus, firsts, length = held.window.corpus, strings.firsts, strings.length
    found = np.zeros(len(strings), np.bool_)
    if length < _LONG_PHRASE:
        return found
    at = strings.units
    likely = (corpus.opens[at].sum(axis=1) > _PHRASE_WORDS) & ((corpus.codes[at] & LATIN) == 0).all(axis=1)
    for number in np.flatnonzero(likely).tolist():
        found[number] = _is_phrase_with_word(held, firsts[number : number + 1], length, counts)
    return found


def _is_phrase_with_word(held: WindowStrings, place: Places, length: int, counts: StringCounts) -> bool:
    own = float(counts.of(place, length)[0])
    opens = np.flatnonzero(held.window.corpus.opens[int(place[0]) : int(place[0]) + length]).tolist()
    for words, cut in enumerate(opens):
        is_listed = all(after - at > 1 for at, after in pairwise(opens[: words + 1]))
        if words < _PHRASE_WORDS or not is_listed or length - cut < _PHRASE_WORDS:
            continue
        left, right = counts.of(place, cut)[0], counts.of(place + cut, length - cut)[0]
        if own < held.rules.nested * min(float(left), float(right)):
            return True
    return False


def _are_whole(window: Window, strings: Occurrences, counts: StringCounts) -> Flags:
    """Whether each string may begin and end as it does: with a function word only where the rest never stands alone."""
    corpus, firsts = window.corpus, strings.firsts
    lasts, sizes = firsts + strings.length - 1, strings.sizes
    found = np.ones(len(strings), np.bool_)
    for skipped, (edges, of_names) in enumerate(((lasts, _NAME_ENDS), (firsts, _NAME_BEGINS))):
        some = np.flatnonzero(np.isin(corpus.codes[edges], of_names) & (corpus.classes[edges] == FUNCTION))
        rest = counts.of(firsts[some] + np.int32(skipped), strings.length - 1)
        found[some] &= sizes[some] >= np.maximum(_NAME_PLACES, _ALWAYS * rest)
    return found


def is_apart(window: Window, places: Places, length: int) -> bool:
    """Whether a string of `length` units that stands at `places` stands apart, as `are_apart` says."""
    return bool(are_apart(window, Occurrences.one(places, length))[0])


def are_apart(window: Window, strings: Occurrences) -> Flags:
    """Whether each string stands apart often enough on both sides: from the end of a sentence, a word of the
    dictionary, a function word, a Latin one.

    Single characters that no dictionary puts together are rather parts of names: two people whose names end alike; so
    are places inside a word of the dictionary, and what mostly stands behind an and: 公共服务部 of 卫生及公共服务部.
    """
    corpus, places = window.corpus, strings.places
    before, after = np.maximum(places - 1, 0), places + strings.length
    found = strings.share(np.isin(corpus.codes[before], _JOINING)) < _BESIDE
    inside = (~corpus.opens[places], ~corpus.closes[after - 1])
    for beside, is_inside in zip((before, after), inside, strict=True):
        at = np.minimum(beside, len(corpus.codes) - 1)
        codes = corpus.codes[at]
        is_single = corpus.opens[at] & corpus.closes[at] & (corpus.classes[at] != FUNCTION)
        is_beside = is_single & (codes != PARTED) & ((codes & LATIN) == 0)
        found &= strings.share(is_beside | is_inside) <= _BESIDE
    return found


def _follow_numbers(window: Window, strings: Occurrences) -> Flags:
    """Whether most places of each string come right behind a number that is no year: such a string begins with a
    unit.
    """
    corpus, places = window.corpus, strings.places
    # A number is no unit, unless it ends a Latin token: behind a character none is to be found.
    before = corpus.codes[np.maximum(places - 1, 0)]
    is_behind = (before == PARTED) | (before >= LATIN)
    is_behind &= np.repeat(2 * strings.at(is_behind) > strings.sizes, strings.sizes)
    is_behind[is_behind] = _behind_numbers(corpus, places[is_behind])
    return 2 * strings.at(is_behind) > strings.sizes


def _behind_numbers(corpus: Corpus, places: Places) -> Flags:
    """Whether each of `places` comes right behind a number that is no year."""
    found, articles = np.zeros(len(places), np.bool_), corpus.article[places]
    order = np.argsort(articles, kind="stable")
    bounds = np.append(np.flatnonzero(changes(articles[order])), len(order))
    # By article: where its units begin is counted once for all that stand in it.
    for first, end in pairwise(bounds.tolist()):
        numbers = order[first:end]
        reading = corpus.readings[articles[numbers[0]]]
        text, starts = reading.folded, reading.units.starts[places[numbers] - reading.units.first]
        for number, start in zip(numbers.tolist(), starts.tolist(), strict=True):
            if start and text[start - 1] in _OF_NUMBERS:
                match = _NUMBER.search(text[max(0, start - _NUMBER_LENGTH) : start])
                found[number] = match is not None and not _YEAR.fullmatch(match.group())
    return found


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
    """Whether a string of `length` units that stands at `places` is open, as `are_open` says."""
    return bool(are_open(window, Occurrences.one(places, length), most)[0])


def are_open(window: Window, strings: Occurrences, most: float) -> Flags:
    """Whether no unit stands before, or after, nearly every place of each string.

    A function word beside it does not count, for it belongs to the sentence (在…之后, 由…), unless it ends names and
    always stands there, nor does a title before a name, which stands before others as well.  The articles may not
    have nearly all the same single character behind one of the places either, nor most the same Latin word on one side:
    who is named in full at first is a half name afterwards.
    """
    corpus, places, length = window.corpus, strings.places, strings.length
    before, behind = np.maximum(places - 1, 0), np.minimum(places + length, len(corpus.codes) - 1)
    found, which, sizes = np.ones(len(strings), np.bool_), strings.which, strings.sizes
    for is_behind, (beside, of_names) in enumerate(((before, _NAME_BEGINS), (behind, _NAME_ENDS))):
        held = corpus.codes[beside]
        bound = (corpus.classes[beside] == FUNCTION) & ((held & LATIN) == 0)
        counted = (held != PARTED) & ~bound
        alike = most_alike(which[counted], held[counted], len(strings))
        is_fixed = (alike > 0) & (alike >= most * sizes)
        for number in [] if is_behind else np.flatnonzero(is_fixed).tolist():
            is_fixed[number] = not is_titled(window, strings.of(number), length)
        ends_names = bound & np.isin(held, of_names)
        always = most_alike(which[ends_names], held[ends_names], len(strings))
        is_fixed |= (always > 0) & (always >= np.maximum(_NAME_PLACES, _ALWAYS * sizes))
        found &= ~is_fixed & ~_are_halves(window, strings, beside, bound, most, is_behind=bool(is_behind))
    return found


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


def _are_halves(
    window: Window, strings: Occurrences, beside: Places, bound: Flags, most: float, *, is_behind: bool
) -> Flags:
    """Whether the articles of each string have the same unit beside one of its places: the rest of a name."""
    corpus, found = window.corpus, np.zeros(len(strings), np.bool_)
    codes, sizes = corpus.codes[beside], strings.sizes
    is_latin, is_alone = (codes & LATIN) > 0, corpus.opens[beside] & corpus.closes[beside]
    latin = (corpus.codes[strings.firsts] & LATIN) > 0
    # A Chinese name goes on behind its half; what stands before one is often a verb.
    kept = is_alone & ~is_latin & ~bound & (codes != PARTED) & is_behind
    if latin.any():
        kept = np.where(np.repeat(latin, sizes), is_latin & ~np.isin(codes, _common_codes()), kept)
    # Few strings have so many: the others are done with.
    likely = strings.at(kept) >= _WITNESSES
    if not likely.any():
        return found
    some, inside = strings.only(likely), np.repeat(likely, sizes)
    codes, kept, which = codes[inside], kept[inside], some.which
    # The same headline on two days is one witness.
    titles = window.title[corpus.article[some.places]]
    told = np.sort(which << 32 | titles)
    witnesses = np.bincount(told[changes(told)] >> 32, minlength=len(some))
    # An English headline has a name in full or half of it, seldom both: fewer articles have to agree.
    enough = np.maximum(_WITNESSES, np.where(latin[likely], min(most, _LATIN_HALF), most) * witnesses)
    which, titles, codes = which[kept], titles[kept], codes[kept]
    order = np.lexsort((titles, codes, which))
    which, titles, codes = which[order], titles[order], codes[order]
    once = changes(which) | changes(codes) | changes(titles)
    is_half = most_alike(which[once], codes[once], len(some)) >= enough
    found[likely] = is_half & (some.at(kept) >= enough)
    return found


def _candidates(
    held: WindowStrings, strings: _Strings, cohesion: npt.NDArray[np.float64], counts: StringCounts
) -> list[Candidate]:
    window, rules, length = held.window, held.rules, strings.held.length
    firsts, exposures = strings.held.firsts, held.exposures
    spread = Spread.of(window, strings.held)
    stories, usual = spread.stories, strings.usual.astype(np.float64)
    p_values = tails(stories.astype(np.float64), usual, np.full(len(usual), exposures))
    surprises = -np.log10(np.maximum(p_values, 1e-300))
    at = strings.held.units
    codes, opens, classes = window.corpus.codes[at], window.corpus.opens[at], window.corpus.classes[at]
    is_listed = (opens.sum(axis=1) == 1) & (length > 1)
    is_noun = ~is_listed | ~np.isin(classes[:, 0], NO_NOUNS)
    has_verb = (opens & (classes == ACTION)).any(axis=1) & (opens.sum(axis=1) > 1)
    is_trusted = spread.trusted() >= np.minimum(2, stories)
    found = []
    for number, (term, counted) in enumerate(zip(surfaces_of(window, strings.held), spread.rows(), strict=True)):
        places = strings.held.of(number)
        gate = Gate.PASSED if is_trusted[number] else Gate.NEW_SOURCE
        actions = _actions(held, int(firsts[number]), length, counts) if has_verb[number] else 0
        found.append(
            Candidate(
                term=term,
                kind=AlertKind.RISING if usual[number] else AlertKind.NEW,
                codes=tuple(codes[number].tolist()),
                places=places,
                **counted,
                usual=float(usual[number]),
                exposures=exposures,
                p_value=float(p_values[number]),
                surprise=float(surprises[number]),
                cohesion=float(cohesion[number]),
                is_listed=bool(is_listed[number]),
                is_noun=bool(is_noun[number]),
                is_name=bool(is_listed[number]) and is_name(term),
                actions=actions + is_common_english(window, places, length),
                # A new source may be the third to say it; what only new sources say is their own vocabulary.
                gate=gate if counted["publishers"] >= rules.publishers else Gate.FEW_PUBLISHERS,
            )
        )
    return found


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
