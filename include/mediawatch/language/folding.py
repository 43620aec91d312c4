"""Folding: one spelling for texts that differ only in script, width or case."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from mediawatch.language.conversion import changed_characters, to_simplified

MOST_MARKS: Final = 200
"""Combining marks in a row that are kept; no word of any language has more than a handful."""

_BECOMING_MARKS: Final = "\u0f73\u0f75\u0f81\uff9e\uff9f"
"""Three Tibetan vowels and half-width ﾞ and ﾟ: the characters that are no marks and that NFKC makes marks of."""


def fold(text: str) -> str:
    """`text` in NFKC, traditional characters as simplified, in lower case.

    Idempotent: `fold(fold(x)) == fold(x)`.  Lone surrogates become U+FFFD, of combining marks MOST_MARKS in a row stay.
    """
    if text.isascii():
        return text.lower()
    return _settled(_without_lone_surrogates(text))


@cache
def character_map() -> Mapping[str, str]:
    """Each single traditional character and its simplified one, as `fold` writes it.

    A character whose reading depends on its neighbours (乾, 著) has the reading that it has alone.
    """
    return MappingProxyType({character: fold(character) for character in changed_characters(to_simplified)})


def _settled(text: str) -> str:
    """The fixed point of folding once.

    One pass is not enough: 薴 becomes 苧 and that 苎, and a conversion can complete a phrase with its neighbours.  The
    passes cannot run for ever, since no pass after the first lengthens a text; were they ever to go round in a
    circle, the least member of the circle would be the same whatever the entry.
    """
    passed: list[str] = []
    while text not in passed:
        passed.append(text)
        text = to_simplified(unicodedata.normalize("NFKC", _bounded_marks(text))).lower()
    return min(passed[passed.index(text) :])


def _bounded_marks(text: str) -> str:
    """`text` without the combining marks beyond MOST_MARKS in a row.

    Normalising sorts the marks of a row by insertion: 40,000 in two kinds take 2 s, a page of them half an hour.
    """
    if len(text) <= MOST_MARKS or not any(map(_is_mark, text[:: MOST_MARKS // 2])):  # no longer row escapes that
        return text
    kept, row = [], 0
    for character in text:
        row = row + 1 if _is_mark(character) else 0
        if row <= MOST_MARKS:
            kept.append(character)
    return "".join(kept)


def _is_mark(character: str) -> bool:
    """Whether normalising may move `character` among its neighbours."""
    return unicodedata.combining(character) != 0 or character in _BECOMING_MARKS


def _without_lone_surrogates(text: str) -> str:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
