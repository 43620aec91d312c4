"""Folding that remembers where in the original each folded character comes from."""

from __future__ import annotations

import unicodedata
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from mediawatch.language.folding import fold

_LONGEST_COMPARED: Final = 400
"""Characters of a stretch that are compared one by one when a conversion changed its length; comparing is quadratic,
and such stretches are lines of news."""

_PLAIN: Final[set[str]] = set()
"""Characters seen so far that fold to one character and never melt into the one before."""
_NOT_PLAIN: Final[set[str]] = set()


@dataclass(frozen=True, slots=True)
class Folded:
    """`text` is `fold` of the original; `span` leads back to it.

    `starts[i]` and `ends[i]` bound the original characters that folded character i comes from; both are None where
    folding changed no length, so that every character stands where it stood.
    """

    text: str
    length: int
    starts: Sequence[int] | None = None
    ends: Sequence[int] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where in the original text the folded characters from `start` up to `end` come from.

        What folds to more than one character (㎏ to kg) is returned whole.  Raises IndexError outside the text.
        """
        if not 0 <= start <= end <= len(self.text):
            raise IndexError(f"{start}:{end} of {len(self.text)} folded characters")
        if self.starts is None or self.ends is None:
            return start, end
        first = self.starts[start] if start < len(self.text) else self.length
        return (first, self.ends[end - 1]) if end > start else (first, first)


def fold_aligned(text: str) -> Folded:
    """`text` folded, with the way back; `.text` equals `fold(text)` for every text."""
    folded = fold(text)
    if len(folded) == len(text) and _is_plain(text):
        return Folded(folded, len(text))
    starts, ends = array("L"), array("L")
    place = 0
    # Lines fold on their own: nothing composes with a line break, and no entry of OpenCC's crosses one.
    for number, (line, piece) in enumerate(zip(text.split("\n"), folded.split("\n"), strict=True)):
        if number:
            starts.append(place)
            place += 1
            ends.append(place)
        for width, start, end in _places(line, piece):
            starts.extend([place + start] * width)
            ends.extend([place + end] * width)
        place += len(line)
    return Folded(folded, len(text), starts, ends)


def _is_plain(text: str) -> bool:
    """Whether every character folds to one, whatever stands beside it: true of nearly every Chinese text."""
    unknown = set(text) - _PLAIN
    if unknown - _NOT_PLAIN:
        for character in unknown - _NOT_PLAIN:
            (_PLAIN if len(fold(character)) == 1 and not _melts(character) else _NOT_PLAIN).add(character)
        unknown -= _PLAIN
    return not unknown


def _melts(character: str) -> bool:
    """Whether `character` may become one with what stands before it: an accent, a vowel of a Korean syllable."""
    first = unicodedata.normalize("NFKD", character)[:1]
    return bool(
        unicodedata.combining(first)
        or unicodedata.category(first).startswith("M")
        or "\u1160" <= first <= "\u11ff"
        or "\udc00" <= first <= "\udfff"
    )


def _places(line: str, folded: str) -> Iterator[tuple[int, int, int]]:
    """(folded characters, start, end in `line`) of each stretch of `folded`, in order."""
    pieces = [(fold(line[start:end]), start, end) for start, end in _clusters(line)]
    if sum(len(piece) for piece, _, _ in pieces) == len(folded):
        yield from ((len(piece), start, end) for piece, start, end in pieces)
        return
    # A conversion that depends on its neighbours changed the length: what is equal on both sides is matched.
    joined = "".join(piece for piece, _, _ in pieces)
    sources = [(start, end) for piece, start, end in pieces for _ in piece]
    for before, after, width in _stretches(joined, folded):
        if before.stop - before.start == width:
            yield from ((1, *sources[place]) for place in before)
        elif before.stop > before.start:
            yield width, sources[before.start][0], sources[before.stop - 1][1]
        else:
            beside = sources[min(before.start, len(sources) - 1)] if sources else (0, len(line))
            yield after.stop - after.start, *beside


def _clusters(line: str) -> Iterator[tuple[int, int]]:
    """Each character with those that may melt into it."""
    start = 0
    for place in range(1, len(line) + 1):
        if place == len(line) or not _melts(line[place]):
            yield start, place
            start = place


def _stretches(one: str, other: str) -> Iterator[tuple[range, range, int]]:
    """Equal and replaced stretches of `one` and `other`, in order, and the width of each in `other`."""
    if max(len(one), len(other)) > _LONGEST_COMPARED:
        blocks = list(_outer(one, other))
    else:
        blocks = [codes[1:] for codes in SequenceMatcher(None, one, other, autojunk=False).get_opcodes()]
    for i, j, k, m in blocks:
        yield range(i, j), range(k, m), m - k


def _outer(one: str, other: str) -> Iterator[tuple[int, int, int, int]]:
    """The common beginning, what differs, the common end."""
    shorter = min(len(one), len(other))
    head = next((n for n in range(shorter) if one[n] != other[n]), shorter)
    tail = next((n for n in range(shorter - head) if one[-1 - n] != other[-1 - n]), shorter - head)
    yield 0, head, 0, head
    yield head, len(one) - tail, head, len(other) - tail
    yield len(one) - tail, len(one), len(other) - tail, len(other)
