"""Which query parameters can go without changing the article that an address means; the list is trackers.txt."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

_UNLESS_NUMBERS = frozenset({"from", "ref", "referrer", "refer"})
"""Dropped when the value is a word: `from=timeline` tells the way here, `from=20` could be a page of a list."""

_AMP = frozenset({("amp", ""), ("amp", "1"), ("amp", "true"), ("outputtype", "amp")})
"""Name and value, lower-case, that ask for the AMP twin of a page."""


def is_tracker(name: str, value: str) -> bool:
    """Whether the (decoded) parameter says nothing about which article is meant."""
    name = name.lower()
    if name in _UNLESS_NUMBERS:
        return not value.isdecimal()
    names, prefixes = _listed()
    return name in names or name.startswith(prefixes) or (name, value.lower()) in _AMP


@cache
def _listed() -> tuple[frozenset[str], tuple[str, ...]]:
    text = files(__package__).joinpath("trackers.txt").read_text("utf-8")
    words = [word for line in text.splitlines() if (word := line.partition("#")[0].strip())]
    prefixes = tuple(word.removesuffix("*") for word in words if word.endswith("*"))
    return frozenset(words), prefixes
