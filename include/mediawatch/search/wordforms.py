"""The forms in which a word of a query counts as found."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from mediawatch.search.searchable import asked

if TYPE_CHECKING:
    from mediawatch.search.grammar import Term

_ENDING: Final = re.compile(r"(?<=\w{4})(?:ies|es|s|ed|ing|y)$")
_LATIN_ENDS: Final = "\u0250"
ENDINGS: Final = ("", "s", "es", "ed", "ing", "y", "ies")
"""Inflections that count as the same word, as the excerpts of the index have it."""


def has_letters(term: str) -> bool:
    """Whether there is anything to look for."""
    return any(map(str.isalnum, term))


def inflections(word: str) -> tuple[str, ...]:
    """A word in its endings: `tariff` and `tariffs` find one another."""
    stem = _ENDING.sub("", word)
    has_endings = word.isalpha() and word < _LATIN_ENDS
    return tuple(sorted({word, *(f"{stem}{ending}" for ending in ENDINGS)})) if has_endings else (word,)


def forms_of(term: Term) -> tuple[str, ...]:
    """What is looked for, each as it is searched: a word in its endings, a phrase as it stands (`tariff` finds tariffs,
    "tariff" does not)."""
    text = asked(term.text)
    return (text,) if term.is_phrase else inflections(text)
