"""Regular expressions that people write into files, made unable to run away on any text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from mediawatch.language import fold

LONGEST: Final = 200
"""Characters of a pattern."""
FARTHEST: Final = 99
"""What `*`, `+` and `{n,}` reach at most: they are rewritten to `{0,99}` and the like, so that a match is local."""
MOST_WAYS: Final = 10_000
"""Product of the lengths that the repeats of one pattern can take, and of its choices.  Near this bound the worst
found, `a{0,20}a{0,20}a{0,20}b` on 20,000 times `a`, takes 0.4 s; `(a+)+b`, refused, does not end on 40 of them."""
LONGEST_TEXT: Final = 20_000
"""Characters of an article that patterns look at."""

_TOKEN: Final = re.compile(
    rf"(?P<escape>\\.)|(?P<set>\[\^?\]?(?:\\.|[^\]\\]){{0,{LONGEST}}}+\])"
    r"|(?P<repeat>(?:[*+?]|\{(?P<low>\d*+)(?P<comma>,?)(?P<high>\d*+)\})[?+]?)"
    r"|(?P<group>\((?:\?:)?(?!\?))|(?P<odd>\(\?)|(?P<close>\))|(?P<branch>\|)|(?P<plain>.)",
    re.DOTALL,
)


def compile_bounded(pattern: str) -> re.Pattern[str]:
    """`pattern` for folded text: its own letters are folded, its repeats are bounded.

    Raises ValueError in words for what is no regular expression, is too long, or could take for ever: a repeat or a
    choice inside a repeated group, look-around, back-references, too many variable repeats.
    """
    if len(pattern) > LONGEST:
        raise ValueError(f"is longer than {LONGEST} characters; write several patterns")
    try:
        re.compile(pattern)
        return re.compile("".join(_bounded(pattern)))
    except re.error as error:
        raise ValueError(f"is not a regular expression: {error}") from error


@dataclass(slots=True)
class _Group:
    """An open group: whether something in it can match in more than one way, and among how many parts it chooses."""

    is_variable: bool = False
    parts: int = 1


@dataclass(slots=True)
class _Reading:
    ways: int = 1
    groups: list[_Group] = field(default_factory=lambda: [_Group()])
    closed: _Group | None = None


def _bounded(pattern: str) -> Iterator[str]:
    reading = _Reading()
    for token in _TOKEN.finditer(pattern):
        kind = token.lastgroup or ""
        kind = "repeat" if token["repeat"] else kind
        if kind == "repeat":
            yield _repeat(token, reading)
            continue
        reading.closed = None
        _note(kind, token[0], reading)
        yield fold(token[0]) if kind in ("plain", "set") else token[0]


def _note(kind: str, text: str, reading: _Reading) -> None:
    """Follow groups and choices; refuse what cannot be bounded."""
    if kind == "odd":
        raise ValueError(f"{text} is refused here: only plain groups, (...) and (?:...), are allowed")
    if kind == "escape" and text[1].isdigit() and text[1] != "0":
        raise ValueError(f"the back-reference {text} is refused here")
    if kind == "group":
        reading.groups.append(_Group())
    elif kind == "branch":
        reading.groups[-1].is_variable = True
        reading.groups[-1].parts += 1
    elif kind == "close":
        reading.closed = reading.groups.pop()
        reading.groups[-1].is_variable |= reading.closed.is_variable
        _multiply(reading, reading.closed.parts)


def _repeat(token: re.Match[str], reading: _Reading) -> str:
    low, high, mode = _limits(token)
    if reading.closed is not None and reading.closed.is_variable and high > 1:
        raise ValueError(
            f"{token[0]} repeats a group that has a repeat or a choice inside, which can take for ever;"
            " write [ab] for (a|b), or {0,20} on the parts"
        )
    if high > low:
        reading.groups[-1].is_variable = True
    _multiply(reading, high - low + 1)
    reading.closed = None
    return f"{{{low},{high}}}{mode}"


def _multiply(reading: _Reading, ways: int) -> None:
    reading.ways *= ways
    if reading.ways > MOST_WAYS:
        raise ValueError(f"it can match in more than {MOST_WAYS} ways; use smaller bounds such as {{0,20}}, or terms")


def _limits(token: re.Match[str]) -> tuple[int, int, str]:
    """The least and the most times, and the lazy or possessive mark."""
    text = token["repeat"]
    mode = text[-1] if len(text) > 1 and text[-1] in "?+" else ""
    if text[0] in "*+?":
        low, high = {"*": (0, FARTHEST), "+": (1, FARTHEST), "?": (0, 1)}[text[0]]
        return low, high, mode
    low = int(token["low"] or 0)
    high = int(token["high"]) if token["high"] else (low + FARTHEST if token["comma"] else low)
    return low, high, mode
