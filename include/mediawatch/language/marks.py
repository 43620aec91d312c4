"""Combining marks: accents and vowels that are written over, under or in the character before them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from itertools import groupby
from typing import Final

_LONGEST: Final = 30
"""Marks on one character that any text needs: the bound of Unicode's stream-safe format (UAX 15, 13)."""
_DECORATION: Final = 4
"""More marks than this on one character of a headline are ornament: Hebrew and Vietnamese have three, Tibetan four."""
_BLOCKS: Final = range(0x300, 0x1E94B)
"""From the first to the last character that normalises to a mark (Unicode 14 to 16)."""
_JOINERS: Final = "\u200c\u200d"
_INVISIBLE: Final = re.compile(
    r"[\0-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u115f\u1160\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0]"
)
"""Controls of terminals, blanks of no width, marks of direction and fillers; the joiners are left, which emoji and
Persian words need."""


def without_long_stacks(text: str) -> str:
    """`text` without the marks of one character beyond the thirtieth.

    Normalising sorts them by a method whose time grows with the square of their number: 100,000 take 20 s.
    """
    if len(text) <= _LONGEST:
        return text
    likely, exact = _long_stacks()
    return likely.sub(lambda run: exact.sub(_beginning, run[0]), text)


def without_ornament(text: str) -> str:
    """`text` without the marks on characters that have more of them than any script needs, and without characters that
    cannot be seen."""
    return text if text.isascii() and text.isprintable() else _ornament().sub(_plain, _INVISIBLE.sub("", text))


def printed_length(text: str) -> int:
    """The characters of `text` as a reader counts them: marks stand on others."""
    return len(text) if text.isascii() else sum(not _is_mark(character) for character in text)


def _is_mark(character: str) -> bool:
    """Whether `character` is a combining mark or a joiner; there is none below U+0300."""
    return character > "\u02ff" and (character in _JOINERS or unicodedata.category(character).startswith("M"))


def _plain(likely: re.Match[str]) -> str:
    runs = ((is_mark, "".join(run)) for is_mark, run in groupby(likely[0], key=_is_mark))
    return "".join(run for is_mark, run in runs if not is_mark or len(run) <= _DECORATION)


def _beginning(stack: re.Match[str]) -> str:
    return stack[0][:_LONGEST]


@cache
def _long_stacks() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """More than thirty characters in a row that normalise to marks alone: a quick pattern, and the exact one."""
    marks = [chr(point) for point in _BLOCKS if unicodedata.combining(unicodedata.normalize("NFKD", chr(point))[0])]
    return _likely(marks, _LONGEST + 1), re.compile(f"[{''.join(marks)}]{{{_LONGEST + 1},}}")


@cache
def _ornament() -> re.Pattern[str]:
    return _likely([chr(point) for point in _BLOCKS if _is_mark(chr(point))], _DECORATION + 1)


def _likely(marks: Sequence[str], least: int) -> re.Pattern[str]:
    """At least so many of `marks` in a row, every character beyond the basic plane being one: thirty times as fast."""
    names = "".join(mark for mark in marks if mark <= "\uffff")
    return re.compile(f"[{names}\U00010000-\U0010ffff]{{{least},}}")
