"""The forms in which a word of a query counts as found."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from mediawatch.language import han_share

_ENDING: Final = re.compile(r"(?<=\w{4})(?:ies|es|s|ed|ing|y)$")
ENDINGS: Final = ("", "s", "es", "ed", "ing", "y", "ies")
"""Inflections that count as the same word, as the excerpts of the index have it."""


def has_letters(term: str) -> bool:
    """Whether there is anything to look for."""
    return any(map(str.isalnum, term))


def inflections(word: str) -> tuple[str, ...]:
    """A word in its endings: `tariff` and `tariffs` find one another."""
    stem = _ENDING.sub("", word)
    return tuple(sorted({word, *(f"{stem}{ending}" for ending in ENDINGS)})) if word.isalpha() else (word,)


def title_pattern(term: str) -> str:
    """A regular expression (RE2) that finds `term` (folded) in a folded title as the index would mark it."""
    if han_share(term) > 0:
        return r"\s*".join(map(re.escape, term.split()))
    words = [f"(?:{'|'.join(map(re.escape, _longest_first(inflections(word))))})" for word in term.split()]
    return r"(?:^|[^0-9a-z\x{c0}-\x{24f}])" + r"[^0-9a-z]+".join(words) + r"(?:$|[^0-9a-z\x{c0}-\x{24f}])"


def _longest_first(words: Iterable[str]) -> list[str]:
    return sorted(words, key=lambda word: (-len(word), word))
