"""The lines of a text in the form in which they are compared, and template lines taken out of it.

A line is the unit.  Near-equal lines were looked for as well (5-character shingles, half of them in common): 157 pages
with all that trafilatura alone leaves in had no template line whose copies differ by more than digits and white space.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

from mediawatch.language import fold
from mediawatch.tables.extraction import PageLines

EXAMPLE: Final = 60
"""Characters of a line that are kept to show it, and the most that one line weighs in a comparison of texts."""

_SENTENCE_END: Final = re.compile(r"[.。!?;][\"'”’」』)\]]*$")
_DIGITS: Final = re.compile(r"\d+")
_WORD: Final = re.compile(r"[^\W_]")


def page_lines(link_id: str, source: str, text: str) -> PageLines:
    """The lines of `text`, but for those without letters and digits."""
    lines = text.split("\n")
    pairs = [(key, line[:EXAMPLE]) for key, line in zip(keys_of(lines), lines, strict=True) if key]
    return PageLines(
        link_id=link_id,
        source=source,
        keys=tuple(key for key, _ in pairs),
        examples=tuple(example for _, example in pairs),
    )


def keys_of(lines: Sequence[str]) -> list[str]:
    """16 hex digits for each line, equal for lines that say the same; empty where there are no letters or digits."""
    return [_key(line) for line in fold("\n".join(lines)).split("\n")]


def _key(folded: str) -> str:
    form = normalised(folded)
    return blake2b(form.encode(), digest_size=8).hexdigest() if _WORD.search(form) else ""


def normalised(folded: str) -> str:
    """A folded line without white space, each number as 0 unless the line is a sentence.

    In a sentence numbers are news (3.1% last month, 2.9% this month), beside a label they are dates and counters.
    """
    form = "".join(folded.split())
    return form if _SENTENCE_END.search(form) else _DIGITS.sub("0", form)


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
