"""Excerpts: where in the original text the words of a query stand, whatever script it was written in.

The search runs over folded text, so the server cannot mark the original; here the folded text leads back to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from mediawatch.language import fold_aligned, han_share
from mediawatch.search.grammar import Term

Span = tuple[int, int]

BEFORE, LENGTH = 24, 100

_LETTER = r"[^\W\u2e80-\uffdc]"
"""A letter or digit of a script that has words: not Han, kana or hangul."""
_NAMING = re.compile(r"\w")
"""What a word of a phrase has; a dash by itself would be looked for among all that may stand between words."""
_ENDINGS = "ies|es|s|ed|ing|y"
_ENDING = re.compile(rf"(?<=\w{{4}})(?:{_ENDINGS})$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """A piece of an article's `field` and the spans (start, end) in `text` that match the query."""

    field: str
    text: str
    spans: tuple[Span, ...]

    def marked(self, before: str, after: str) -> str:
        """The text with `before` and `after` around each match."""
        pieces, end = [], 0
        for start, stop in self.spans:
            pieces += [self.text[end:start], before, self.text[start:stop], after]
            end = stop
        return "".join([*pieces, self.text[end:]])


def excerpts(texts: Iterable[tuple[str, str]], terms: tuple[Term, ...], limit: int = 3) -> tuple[Excerpt, ...]:
    """At most `limit` pieces of the (field, text) pairs around matches of `terms`, in reading order.

    Without any match (the server may have matched by stem), the beginning of the first text.
    """
    held = [(field, text) for field, text in texts if text]
    found = [excerpt for field, text in held for excerpt in _pieces(field, text, matches(text, terms))]
    if not found and held:
        field, text = held[0]
        found = [Excerpt(field=field, text=_cut(text, 0, LENGTH), spans=())]
    return tuple(found[:limit])


def matches(text: str, terms: tuple[Term, ...]) -> list[Span]:
    """Where `terms` (folded) stand in `text` (as written): spans in order, overlapping ones joined."""
    folded = fold_aligned(text)
    spellings = [spelling for term in terms for spelling in term.spellings]
    found = sorted(folded.span(*span) for spelling in spellings for span in _occurrences(folded.text, spelling))
    joined: list[Span] = []
    for start, end in found:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _occurrences(folded: str, term: Term) -> list[Span]:
    pattern = _pattern(term)
    found = [match.span() for match in re.finditer(pattern, folded)]
    if found or term.is_phrase or not han_share(term.text):
        return found
    # Unquoted Chinese matches by its pairs of characters, which need not stand together.
    pairs = {term.text[i : i + 2] for i in range(len(term.text) - 1)}
    return [match.span() for pair in sorted(pairs) for match in re.finditer(re.escape(pair), folded)]


def _pattern(term: Term) -> str:
    """Chinese matches anywhere; other words match whole and in any inflection, so that `tariff` marks `tariffs`."""
    if han_share(term.text):
        return r"\s*".join(map(re.escape, term.text.split()))
    parts = [word for word in term.text.split() if _NAMING.search(word)] or [term.text]
    words = [re.escape(_ENDING.sub("", word)) + rf"(?:{_ENDINGS})?(?!{_LETTER})" for word in parts]
    return rf"(?<!{_LETTER})" + r"\W+".join(words)


def _pieces(field: str, text: str, spans: list[Span]) -> list[Excerpt]:
    pieces: list[Excerpt] = []
    until = 0
    for start, end in spans:
        if start < until and pieces:
            continue
        begin = _word_start(text, max(until, start - BEFORE), start)
        until = max(end, begin + LENGTH)
        inside = tuple((s - begin, e - begin) for s, e in spans if s >= begin and e <= until)
        pieces.append(Excerpt(field=field, text=_cut(text, begin, until), spans=inside))
    return pieces


def _word_start(text: str, begin: int, match: int) -> int:
    """`begin`, moved past the word or sentence it falls into when that still is before `match`."""
    if begin == 0:
        return 0
    breaks = [place for place in range(begin, match) if text[place - 1] in " \n。！？，；"]
    return breaks[0] if breaks else begin


def _cut(text: str, begin: int, end: int) -> str:
    """One line: a newline takes as much room as the space that replaces it, so spans stay true."""
    return text[begin:end].replace("\n", " ")
