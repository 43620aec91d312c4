"""One word out of many strings that hold one another.

As in Frantzi and Ananiadou's C-value, a longer string takes its occurrences from the shorter ones inside it: a short
one that is left with nothing unusual is a piece (铁拳 of 铁拳议员), and a long one that holds only a part of a word's
occurrences is that word with its neighbours (声援卫星), unless these stand nowhere else.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mediawatch.keywords.candidates import Candidate, Window, tails
from mediawatch.keywords.rules import Gate, Rules
from mediawatch.records import AlertKind

_SOME = 0.3
"""A longer string with less of a word's occurrences cannot be what makes it rise."""
_USUAL = 0.01
"""What is left of a word is usual when so many stories are expected with more than this probability."""


def unnested(candidates: Sequence[Candidate], window: Window, rules: Rules) -> list[Candidate]:
    """`candidates`, those explained by longer or shorter ones stopped; of equal strings, NEW stands before RISING."""
    held: dict[tuple[int, ...], Candidate] = {}
    for candidate in candidates:
        other = held.get(candidate.codes)
        if other is None or _stands_before(candidate, other):
            held[candidate.codes] = candidate
    explained: set[tuple[int, ...]] = set()
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
    for length in range(len(codes) - 1, 0, -1):
        for offset in range(len(codes) - length + 1):
            piece = codes[offset : offset + length]
            if piece not in held or piece in explained:
                continue
            if _explains(longer, held[piece], offset, window, rules):
                explained.add(piece)
            elif not _is_compound(longer, held[piece], offset, window, rules):
                explained.add(codes)
                return


def _is_compound(longer: Candidate, word: Candidate, offset: int, window: Window, rules: Rules) -> bool:
    """Whether a new string is a name made with a common word: 皮衣夫人, where 皮衣 stands nowhere else."""
    if longer.kind is not AlertKind.NEW or longer.actions or not word.is_word:
        return False
    before, after = longer.codes[:offset], longer.codes[offset + len(word.codes) :]
    if before and after:
        return False
    rest, place = (before, 0) if before else (after, len(word.codes))
    return float(np.isin(window.places_of(rest), longer.places + place).mean()) >= rules.nested


def _stands_alone(candidate: Candidate) -> bool:
    return candidate.is_word and candidate.gate is Gate.PASSED


def _explains(longer: Candidate, shorter: Candidate, offset: int, window: Window, rules: Rules) -> bool:
    inside = np.isin(shorter.places, longer.places + offset)
    share = float(inside.mean())
    if share >= rules.nested:
        # A known word with a verb beside it (欧元持续发酵) is a clause about the word, no name.
        return not (_stands_alone(shorter) and longer.actions and not longer.term.isascii())
    if longer.kind is AlertKind.NEW and shorter.kind is AlertKind.NEW:
        return False
    left = float(len(np.unique(window.story[shorter.places[~inside]])))
    chance = tails(np.array([left]), np.array([shorter.usual]), np.array([shorter.exposures]))[0]
    return share >= _SOME and bool(chance > _USUAL)
