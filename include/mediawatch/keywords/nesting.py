"""One word out of many strings that hold one another.

As in Frantzi and Ananiadou's C-value, a longer string takes its occurrences from the shorter ones inside it: a short
one that is left with nothing unusual is a piece (铁拳 of 铁拳议员), and a long one that holds only a part of a word's
occurrences is that word with its neighbours (失踪卫星), unless these stand nowhere else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

from mediawatch.keywords.candidates import Candidate, Window, tails
from mediawatch.keywords.reading import NAME, Flags, Places
from mediawatch.keywords.rules import Gate, Rules
from mediawatch.keywords.strings import is_titled
from mediawatch.records import AlertKind

_SOME = 0.3
"""A longer string with less of a word's occurrences cannot be what makes it rise."""
_ONE_NAME = 0.8
"""Where one name has so many of the places of all that hold a string, there are no several."""
_APART = 2
"""Stories in which a string that no dictionary has must stand without the clause, to be its word."""
_PHRASE_UNITS = 2
"""Units of a phrase before a word: a single one belongs to the name (王小明)."""
_USUAL = 0.01
"""What is left of a word is usual when so many stories are expected with more than this probability."""


def unnested(candidates: Sequence[Candidate], window: Window, rules: Rules) -> list[Candidate]:
    """`candidates`, those explained by longer or shorter ones stopped; of equal strings, NEW stands before RISING."""
    held: dict[tuple[int, ...], Candidate] = {}
    for candidate in candidates:
        other = held.get(candidate.codes)
        if other is None or _stands_before(candidate, other):
            held[candidate.codes] = candidate
    explained = set(_common_parts(held, window, rules))
    for codes in sorted(held, key=lambda codes: (-len(codes), held[codes].term)):
        if codes not in explained:
            _settle(codes, held, explained, window, rules)
    return [held[codes].stopped(Gate.NESTED) if codes in explained else held[codes] for codes in sorted(held)]


def _stands_before(one: Candidate, other: Candidate) -> bool:
    if (one.kind is AlertKind.NEW) != (other.kind is AlertKind.NEW):
        return one.kind is AlertKind.NEW
    return one.is_word and not other.is_word


def _settle(
    codes: tuple[int, ...],
    held: dict[tuple[int, ...], Candidate],
    explained: set[tuple[int, ...]],
    window: Window,
    rules: Rules,
) -> None:
    longer = held[codes]
    pieces = []
    for offset, piece in _pieces(codes):
        if piece not in held or piece in explained:
            continue
        if _explains(longer, held[piece], offset, window, rules):
            pieces.append(piece)
        elif not _is_compound(longer, held[piece], offset, window, rules):
            # What is no name itself takes no known word with it.
            explained.update({codes, *(one for one in pieces if not held[one].is_listed)})
            return
    explained.update(pieces)


def _pieces(codes: tuple[int, ...]) -> Iterator[tuple[int, tuple[int, ...]]]:
    """The shorter strings inside one and where each begins, longest first."""
    for length in range(len(codes) - 1, 0, -1):
        for offset in range(len(codes) - length + 1):
            yield offset, codes[offset : offset + length]


def _common_parts(held: dict[tuple[int, ...], Candidate], window: Window, rules: Rules) -> Iterator[tuple[int, ...]]:
    """The strings that are parts of several names, and nothing unusual beside them.

    铁拳 is one, on the day of both 铁拳议员 and 铁拳教练, although neither has most of its places.
    """
    names: defaultdict[tuple[int, ...], list[Places]] = defaultdict(list)
    for codes, name in held.items():
        for offset, piece in _pieces(codes) if name.kind is AlertKind.NEW and not name.actions else ():
            if piece in held and not _is_clause(name, held[piece], offset, window, rules):
                names[piece].append(name.places + offset)
    for piece, places in names.items():
        inside = np.isin(held[piece].places, np.concatenate(places))
        is_most = float(inside.mean()) >= rules.nested and _are_several(places)
        if is_most and not _is_unusual(held[piece], ~inside, window):
            yield piece


def _are_several(places: Sequence[Places]) -> bool:
    """Whether no one of these strings stands in nearly all places that any of them has."""
    everywhere = len(np.unique(np.concatenate(places)))
    return max(map(len, places)) < _ONE_NAME * everywhere


def _is_unusual(word: Candidate, kept: Flags, window: Window) -> bool:
    """Whether a word is unusual by the stories of the places that are `kept` alone."""
    left = float(len(np.unique(window.story[word.places[kept]])))
    return float(tails(np.array([left]), np.array([word.usual]), np.array([word.exposures]))[0]) <= _USUAL


def _is_compound(longer: Candidate, word: Candidate, offset: int, window: Window, rules: Rules) -> bool:
    """Whether a new string is a name made with a common word: 皮衣夫人, where 皮衣 stands nowhere else, or 星穹机器人,
    where what stands before the word is no word itself.
    """
    if longer.kind is not AlertKind.NEW or longer.actions or not _is_common(word, window):
        return False
    before, after = longer.codes[:offset], longer.codes[offset + len(word.codes) :]
    if before and after:
        return False
    if len(before) >= _PHRASE_UNITS and _is_unknown(window, int(longer.places[0]), len(before)):
        return True
    rest, place = (before, 0) if before else (after, len(word.codes))
    return float(np.isin(window.places_of(rest), longer.places + place).mean()) >= rules.nested


def _is_common(word: Candidate, window: Window) -> bool:
    """Whether a string is a word that was known, or ends in one: 大模型."""
    last = int(word.places[0]) + len(word.codes) - 1
    is_noun = window.corpus.classes[last] == NAME and not window.corpus.opens[last]
    return word.is_word or word.kind is not AlertKind.NEW or bool(is_noun)


def _is_clause(longer: Candidate, shorter: Candidate, offset: int, window: Window, rules: Rules) -> bool:
    """Whether a longer string is a word with what is said of it, and no name.

    A verb is added to the word (卫星突发爆炸), or a phrase that stands before other words as well (议会辩论垃圾):
    Chinese names end in what they are, so that one common word behind makes one (木马事件), and several do not
    (比特币销量突破).  A string that is no word of the dictionary has to stand in two stories without it, or in the
    baseline, unless what stands before it is a title.
    """
    if shorter.gate is not Gate.PASSED or longer.term.isascii():
        return False
    apart = shorter.places[~np.isin(shorter.places, longer.places + offset)]
    length = len(shorter.codes)
    if offset and offset + length == len(longer.codes) and is_titled(window, longer.places + offset, length):
        return True
    is_known = shorter.is_word or (shorter.usual > 0 and longer.kind is AlertKind.NEW)
    if not is_known and len(np.unique(window.story[apart])) < _APART:
        return False
    end, place = offset + len(shorter.codes), int(longer.places[0])
    has_words_behind = _listed_words(window, place + end, place + len(longer.codes)) > 1
    return longer.actions > shorter.actions or has_words_behind or _is_phrase_before(longer, offset, window, rules)


def _is_phrase_before(longer: Candidate, length: int, window: Window, rules: Rules) -> bool:
    """Whether the first `length` units of a string are whole words that mostly stand before something else."""
    corpus, places = window.corpus, longer.places
    if length < _PHRASE_UNITS or not (corpus.opens[places].all() and corpus.closes[places + length - 1].all()):
        return False
    if _is_unknown(window, int(places[0]), length):
        return False
    return float(np.isin(window.places_of(longer.codes[:length]), places).mean()) < rules.nested


def _listed_words(window: Window, first: int, end: int) -> int:
    """How many words of several units the dictionary has in the units from `first` to before `end`."""
    opens = window.corpus.opens[first : end + 1].tolist()
    return sum(opens[number] and not opens[number + 1] for number in range(end - first))


def _is_unknown(window: Window, place: int, length: int) -> bool:
    """Whether the dictionary has no word of several units in the `length` units from `place`: 星穹, 铁拳 has one."""
    return bool(window.corpus.opens[place : place + length].all())


def _explains(longer: Candidate, shorter: Candidate, offset: int, window: Window, rules: Rules) -> bool:
    inside = np.isin(shorter.places, longer.places + offset)
    share = float(inside.mean())
    if share >= rules.nested:
        return not _is_clause(longer, shorter, offset, window, rules)
    if longer.kind is AlertKind.NEW and shorter.kind is AlertKind.NEW:
        return False
    return share >= _SOME and not _is_unusual(shorter, ~inside, window)
