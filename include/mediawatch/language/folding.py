"""Folding: one spelling for texts that differ only in script, width or case."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from mediawatch.language.conversion import changed_characters, to_simplified
from mediawatch.language.marks import without_long_stacks

BLANKS_BEFORE: Final = r"(?:(?<!\s)\s++)?+"
r"""Stands for a leading `\s*`, and costs a search no more than one look at each blank.

A search begins at every place of a text, so that of n blanks without what should follow them `\s*` reads n²/2.  This
one is entered only where a run of blanks begins and gives nothing back; what follows it must not begin with a blank.
"""


def fold(text: str) -> str:
    """`text` in NFKC, traditional characters as simplified, in lower case.

    Idempotent: `fold(fold(x)) == fold(x)`.  Lone surrogates become U+FFFD.  Takes time in proportion to the text.
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
        text = to_simplified(unicodedata.normalize("NFKC", without_long_stacks(text))).lower()
    return min(passed[passed.index(text) :])


def _without_lone_surrogates(text: str) -> str:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
