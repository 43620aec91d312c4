"""OpenCC's two conversions, loaded once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Final

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
