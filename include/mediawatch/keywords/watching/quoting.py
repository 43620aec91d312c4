"""What was found, shown in the original text: marked, as an excerpt, and as the sentence that has it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from mediawatch.keywords.watching.matching import Matcher, Span
from mediawatch.keywords.watching.patterns import LONGEST_TEXT, compile_bounded
from mediawatch.language.aliases import Aliases
from mediawatch.language.aligned import fold_aligned

AROUND: Final = 40
"""Characters shown before and after a find: a line of a terminal holds two such excerpts of Chinese."""
QUOTED: Final = 60
"""Characters of a quoted sentence before and after what was found; of 90 characters is the sentence of a newspaper."""
LONGEST_MARKED: Final = 80
"""Characters of what a pattern found that are quoted."""

Marked = tuple[tuple[str, bool], ...]
"""A text in pieces; True marks those that were found."""

_BLANKS: Final = re.compile(r"\s+")
_ENDS: Final = re.compile(r"[。！？!?；;\n\r\u2028\u2029]+[”’」』）)\"']*|\.(?=\s)")
"""Where a sentence ends.  A point ends one only before a blank: 3.5, example.com."""


def mark(matcher: Matcher, text: str, terms: Sequence[str], patterns: Sequence[str] = ()) -> Marked:
    """The original `text` in pieces, with `terms` and what `patterns` match marked, in whatever spelling it has."""
    folded = fold_aligned(text)
    rewritten, places = _rewritten_with_places(matcher.aliases, folded.text)
    spans = matcher.spans(rewritten, terms)
    spans += [m.span() for p in patterns for m in compile_bounded(p).finditer(rewritten[:LONGEST_TEXT]) if m[0]]
    pieces: list[tuple[str, bool]] = []
    done = 0
    for start, end in sorted(folded.span(places[s][0], places[e - 1][1]) for s, e in spans):
        if start >= done:
            pieces += [(text[done:start], False), (text[start:end], True)]
            done = end
    return tuple(piece for piece in (*pieces, (text[done:], False)) if piece[0])


def excerpt(pieces: Marked) -> Marked:
    """The surroundings of the first find, on one line; nothing when there is none."""
    found = _first(pieces)
    if found is None:
        return ()
    before, match, after = found
    shown = ((before[-AROUND:], False), (match, True), (after[:AROUND], False))
    return tuple((_BLANKS.sub(" ", text), is_found) for text, is_found in shown if text)


def quote(pieces: Marked) -> tuple[str, ...]:
    """The sentence of the first find, on one line, as what stands before it, the find and what stands behind it.

    A long sentence is cut; nothing when there is no find.
    """
    found = _first(pieces)
    if found is None:
        return ()
    before, match, after = found
    starts = [end.end() for end in _ENDS.finditer(before)]
    ends = _ENDS.search(after)
    before = before[starts[-1] if starts else 0 :].lstrip()
    after = after[: ends.end() if ends else len(after)].rstrip()
    before = before if len(before) <= QUOTED else "…" + before[-QUOTED:]
    after = after if len(after) <= QUOTED else after[:QUOTED] + "…"
    match = match if len(match) <= LONGEST_MARKED else match[:LONGEST_MARKED] + "…"
    return tuple(_BLANKS.sub(" ", text) for text in (before, match, after))


def _first(pieces: Marked) -> tuple[str, str, str] | None:
    """What stands before the first find, the find, and what stands behind it."""
    number = next((number for number, (_, is_found) in enumerate(pieces) if is_found), None)
    if number is None:
        return None
    before, after = ("".join(text for text, _ in some) for some in (pieces[:number], pieces[number + 1 :]))
    return before, pieces[number][0], after


def _rewritten_with_places(aliases: Aliases, folded: str) -> tuple[str, list[Span]]:
    """`folded` with canonical names, and for each of its characters where it stood in `folded`."""
    pieces: list[str] = []
    places: list[Span] = []
    done = 0
    for start, end, canonical in aliases.occurrences(folded, english=True):
        pieces += [folded[done:start], canonical]
        places += [(place, place + 1) for place in range(done, start)] + [(start, end)] * len(canonical)
        done = end
    places += [(place, place + 1) for place in range(done, len(folded))]
    return "".join([*pieces, folded[done:]]), places
