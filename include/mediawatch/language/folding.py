"""Folding: one spelling for texts that differ only in script, width or case."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from mediawatch.language.marks import without_long_stacks

HAN_BLOCKS: Final = (
    range(0x2E80, 0x2FE0),
    range(0x3005, 0x3008),
    range(0x3400, 0x4DC0),
    range(0x4E00, 0xA000),
    range(0xF900, 0xFB00),
    range(0x20000, 0x323B0),
)
"""Radicals, 々〆〇, Unified Ideographs and their extensions, Compatibility Ideographs."""


def to_simplified(text: str) -> str:
    """`text` with traditional Chinese characters as simplified ones, phrase by phrase (OpenCC t2s)."""
    return _conversion("t2s")(text)


def to_traditional(text: str) -> str:
    """`text` with simplified Chinese characters as traditional ones, phrase by phrase (OpenCC s2t)."""
    return _conversion("s2t")(text)


def changed_characters(convert: Callable[[str], str]) -> list[str]:
    """The Han characters that `convert` changes when they stand alone.

    Every code point is tried, because OpenCC ships its dictionaries in binary form.
    """
    characters = [chr(point) for block in HAN_BLOCKS for point in block]
    # One call for all of them: no entry of a dictionary crosses a line break.
    converted = convert("\n".join(characters)).split("\n")
    return [character for character, other in zip(characters, converted, strict=True) if other != character]


@cache
def _conversion(name: str) -> Callable[[str], str]:
    # Imported here: whatever imports this package only for its types should not load dictionaries.
    from opencc import OpenCC

    convert: Callable[[str], str] = OpenCC(name).convert
    return convert


BLANKS_BEFORE: Final = r"(?:(?<!\s)\s++)?+"
r"""Stands for a leading `\s*`, and costs a search no more than one evaluation of each blank.

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
