"""What a body is found by: pairs of Chinese characters and whole words of other scripts.

A run of Chinese characters gives each pair in it and its last character alone, so that a single character is found by
the pairs that begin with it.  A word in letters gives itself, and its parts where signs join them (`gpt-7`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from zlib import crc32

from mediawatch.language import han_share

BUCKETS: Final = 16
"""Tables that the grams of a day are dealt out to.  A query reads two or three of them instead of all: of a day of
2,740 articles 120 KB each."""

_HAN: Final = re.compile(
    r"[\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U000323af]+"
)
_WORD: Final = re.compile(
    r"[^\W_\u2e80-\uffdc\U00020000-\U000323af]+(?:[-'’.&+][^\W_\u2e80-\uffdc\U00020000-\U000323af]+)*"
)
_JOINT: Final = re.compile(r"[-'’.&+]")
_ENDING: Final = re.compile(r"(?<=\w{4})(?:ies|es|s|ed|ing|y)$")
ENDINGS: Final = ("", "s", "es", "ed", "ing", "y", "ies")
"""Inflections that count as the same word, as the excerpts of the index have it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One thing an article must hold: any of `grams`, or with `is_prefix` any gram that begins with one of them."""

    grams: tuple[str, ...]
    is_prefix: bool = False

    @property
    def buckets(self) -> frozenset[int]:
        """The tables that can hold them."""
        return frozenset(map(bucket_of, self.grams))


def grams_of(folded: str) -> set[str]:
    """Everything that a text (folded) is found by."""
    found: set[str] = set()
    for run in _HAN.findall(folded):
        found.update(run[i : i + 2] for i in range(len(run)))  # the last one is a single character
    for word in _WORD.findall(folded):
        found.add(word)
        found.update(part for part in _JOINT.split(word) if part)
    return found


def pieces_of(term: str) -> tuple[Piece, ...]:
    """What a word of a query (folded) asks for; every piece must be there.  Empty when it has no letters."""
    found: list[Piece] = []
    for run in _HAN.findall(term):
        if len(run) == 1:
            found.append(Piece(grams=(run,), is_prefix=True))
        else:
            found += [Piece(grams=(run[i : i + 2],)) for i in range(len(run) - 1)]
    found += [Piece(grams=inflections(word)) for word in _WORD.findall(term)]
    return tuple(found)


def inflections(word: str) -> tuple[str, ...]:
    """A word in its endings: `tariff` and `tariffs` find one another."""
    stem = _ENDING.sub("", word)
    return tuple(sorted({word, *(f"{stem}{ending}" for ending in ENDINGS)})) if word.isalpha() else (word,)


def bucket_of(gram: str) -> int:
    """The table that holds `gram`: all that begin with one character are in one."""
    return crc32(gram[0].encode("utf-8", "replace")) % BUCKETS


def title_pattern(term: str) -> str:
    """A regular expression (RE2) that finds `term` (folded) in a folded title as the index would mark it."""
    if han_share(term) > 0:
        return r"\s*".join(map(re.escape, term.split()))
    words = [f"(?:{'|'.join(map(re.escape, _longest_first(inflections(word))))})" for word in term.split()]
    return r"(?:^|[^0-9a-z\x{c0}-\x{24f}])" + r"[^0-9a-z]+".join(words) + r"(?:$|[^0-9a-z\x{c0}-\x{24f}])"


def _longest_first(words: Iterable[str]) -> list[str]:
    return sorted(words, key=lambda word: (-len(word), word))
