"""Making foreign text harmless before it goes into a message: titles are written by strangers."""

from __future__ import annotations

import re
import unicodedata
from typing import Final
from urllib.parse import quote, urlsplit

from mediawatch.delivery.channels import Dialect

LONGEST: Final = 300
"""Characters of one title, name or word in a message; of 28,704 real headlines none is longer than 200."""
LONGEST_URL: Final = 2000

_SPACE: Final = re.compile(r"\s+")
_SEQUENCE: Final = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-_])")
"""Sequences of terminals: colours, titles of windows, links."""
_CALLS: Final = re.compile(r"@(?=everyone|here|channel|all|所有人)|<(?=[!@#/]|at\b)", re.IGNORECASE)
"""What chat services read as a call to people: @everyone, <!channel>, <@U123>, <at user_id="all">."""
_JOINER: Final = "\u2060"
"""Invisible, and no longer a call."""
_MARKDOWN: Final = re.compile(r"([\\`*_~\[\]()<>#|!])")
_URL_SAFE: Final = "/:?#[]@!$&*+,;=%~-._"
"""Left as they are; quotes, brackets and spaces are not, so that an address ends where it ends in any dialect."""


def clean(text: str, dialect: Dialect = "plain") -> str:
    """`text` on one line, without control and direction characters and without calls to people; marks escaped."""
    bare = _SEQUENCE.sub("", text[: 4 * LONGEST])
    spaced = "".join(" " if c in "\t\n\r\v\f\x85\u2028\u2029" else c for c in bare)
    shown = "".join(c for c in spaced if not unicodedata.category(c).startswith("C"))
    line = _SPACE.sub(" ", shown).strip()
    line = line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"
    line = _CALLS.sub(lambda found: found[0] + _JOINER, line)
    return _MARKDOWN.sub(r"\\\1", line) if dialect == "markdown" else line


def clean_piece(text: str, dialect: Dialect = "plain") -> str:
    """A piece of a line, as `clean`, with the blank that parts it from the pieces beside it."""
    bare = clean(text, dialect)
    return f"{' ' * text[:1].isspace()}{bare}{' ' * text[-1:].isspace()}" if bare else " " * bool(text)


def link(url: str) -> str:
    """`url` with nothing in it that could end it early, or "" unless it is http(s) with a host."""
    try:
        parts = urlsplit(url)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return ""
    if not is_web or len(url) > LONGEST_URL or any(unicodedata.category(c).startswith(("C", "Z")) for c in url):
        return ""
    return quote(url, safe=_URL_SAFE)
