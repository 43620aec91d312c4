"""Markup made safe for the parser: libxml2 takes time that grows with the square of the attributes of one element."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Final

MOST_TAGS: Final = 400_000
"""Of a page, counted as "<": ten for each element of the largest page that is read, scripts and all."""
MOST_ATTRIBUTES: Final = 500
"""Of one tag; real ones have dozens, and hundreds where a quotation mark is missing."""

_SHORT: Final = 3 * MOST_ATTRIBUTES
"""Characters of a tag that cannot have more than MOST_ATTRIBUTES: names differ, most have two letters and a blank."""
_TAG: Final = re.compile(r"<[a-zA-Z][^>=]*+(?:=\s*+(?:\"[^\"]*+\"|'[^']*+')?+[^>=]*+)*+>?+")
_ATTRIBUTE: Final = re.compile(r"[^\s/>=][^\s/>=]*+(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>]*+))?+")
_RAW: Final = re.compile(r"<(/?)(script|style|textarea|title)(?=[\s/>])", re.IGNORECASE)


def tamed(text: str) -> str:
    """The markup `text` without the attributes of each tag beyond the first MOST_ATTRIBUTES."""
    # Asked first of all tags, and in the fewest steps: hardly a page has one.
    if not any(end - start > _SHORT for start, end in (tag.span() for tag in _TAG.finditer(text))):
        return text
    cuts = list(_cuts(text))
    edges = [0, *(edge for cut in cuts for edge in cut), len(text)]
    return "".join(text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True))


def _cuts(text: str) -> Iterator[tuple[int, int]]:
    """Where the attributes stand that are too many."""
    raw: list[int] | None = None
    for tag in _TAG.finditer(text):
        start, end = tag.span()
        if end - start <= _SHORT:
            continue
        raw = list(_raw_edges(text)) if raw is None else raw
        if bisect_right(raw, start) % 2:
            continue
        for number, attribute in enumerate(_ATTRIBUTE.finditer(text, start + 1, end)):
            if number > MOST_ATTRIBUTES:  # the first is the name of the tag
                yield attribute.start(), end - text[start:end].endswith(">")
                break


def _raw_edges(text: str) -> Iterator[int]:
    """Where scripts and the like begin and end, in turn: their text is not markup."""
    name = ""
    for edge in _RAW.finditer(text):
        is_end, found = bool(edge[1]), edge[2].lower()
        if not name and not is_end:
            name = found
            yield edge.end()
        elif name == found and is_end:
            name = ""
            yield edge.start()
