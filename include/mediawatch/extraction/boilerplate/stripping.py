"""Template lines out of a text."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from mediawatch.extraction.boilerplate.lines import keys_of

LEAST: Final = 0.2
"""Share of a text that has to be left; one with less is kept whole, because then the page is odd, not its template."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stripped:
    """The lines of a text that stay, and the share of its characters that is template text, 0 to 1.

    `is_whole` says that nothing was taken out: there was nothing to take, or too little would have been left.
    """

    lines: tuple[str, ...]
    share: float
    is_whole: bool


def strip(text: str, template: AbstractSet[str]) -> Stripped:
    """`text` without the lines whose keys are in `template`."""
    lines = tuple(text.split("\n"))
    if not template:
        return Stripped(lines=lines, share=0.0, is_whole=True)
    kept = tuple(line for line, key in zip(lines, keys_of(lines), strict=True) if key not in template)
    whole, left = sum(map(len, lines)), sum(map(len, kept))
    share = (whole - left) / whole if whole else 0.0
    if not kept or share == 0 or 1 - share < LEAST:
        return Stripped(lines=lines, share=share, is_whole=True)
    return Stripped(lines=kept, share=share, is_whole=False)
