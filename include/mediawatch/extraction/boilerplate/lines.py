"""The lines of a text in the form in which they are compared.

A line is the unit.  Near-equal lines were looked for as well (5-character shingles, half of them in common): 157 pages
with all that trafilatura alone leaves in had no template line whose copies differ by more than digits and white space.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
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
