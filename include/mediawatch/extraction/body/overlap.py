"""How each line overlaps with what the page says of its article elsewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from mediawatch.extraction.body.wording import Column, Columns, Measures, column, each, key_of
from mediawatch.language.folding import BLANKS_BEFORE

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_COMPARED: Final = 300_000_000
"""Lines times characters of the other text; comparing the whole text of a page with itself takes at most 49 million
on 545 pages."""
_COPY, _COPY_CHARACTERS = 3, 30
_READ: Final = 150
"""Letters of a line that are held against the description, which is about as long."""
_SHORT, _LONG = 8, 200
"""Letters below which a line is not held against the description, and from which not against the title."""
_LETTERS: Final = 48
"""Bits of three letters; the number of the line stands above them."""
_AT_ONCE: Final = 30_000
"""Lines whose numbers fit there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageDescription:
    """What the page says of itself elsewhere: headline, description, JSON-LD article body, names of the site."""

    title: str = ""
    description: str = ""
    declared_body: str = ""
    sites: frozenset[str] = frozenset()


def overlap(measures: Measures, page: PageDescription) -> Columns:
    """How each line agrees with what the page says of itself, and whether it stood before."""
    told, title = [measures.keys[place] for place in measures.told], key_of(page.title)
    body = key_of(page.declared_body)
    has_body = float(len(body) > 60)
    within = standing_in(measures.keys, body) * has_body
    is_longer = measures.weight > 8
    return {
        "is title": measures.among(each(told, lambda key: _is_title(key, title))),
        "like title": measures.among(_like_title(told, title)),
        "described": measures.among(_described(told, key_of(page.description))),
        "declared": within,
        "declared, longer": within * is_longer,
        "undeclared": (1 - within) * has_body,
        "undeclared, longer": (1 - within) * has_body * is_longer,
        "copied": _copied(measures.keys),
    }


def _described(keys: Sequence[str], description: str) -> Column:
    """The share of the triples of letters of each key that the key `description` has too, or of the other's where it
    has fewer."""
    different, shared, among = _shared_grams([key[:_READ] for key in keys], description, size=3)
    is_long = column(map(len, keys)) >= _SHORT
    return np.where(is_long, shared / np.maximum(1, np.minimum(different, among)), 0.0)


def _like_title(keys: Sequence[str], title: str) -> Column:
    """The share of the pairs of letters of the key `title` that each key has, unless it is much longer."""
    _, shared, among = _shared_grams([key if len(key) < _LONG else "" for key in keys], title, size=2)
    return shared / max(1, among)


def _shared_grams(keys: Sequence[str], text: str, *, size: int) -> tuple[Column, Column, int]:
    """Of each key how many different runs of `size` letters it has and how many of these `text` has; and how many
    `text` has itself.

    As numbers and for all lines of a page at once: a third of the time that sets of tuples take.  Letters are units of
    UTF-16, so that three and the number of a line fit into one integer.
    """
    if len(keys) > _AT_ONCE:
        halves = keys[:_AT_ONCE], keys[_AT_ONCE:]
        first, rest = (_shared_grams(half, text, size=size) for half in halves)
        return np.concatenate([first[0], rest[0]]), np.concatenate([first[1], rest[1]]), first[2]
    wanted, nothing = np.unique(_grams(_units(text), size)), np.zeros(len(keys))
    if not len(wanted):
        return nothing, nothing, 0
    units = _units("\n".join(keys))
    is_edge = units == ord("\n")
    lines, count = np.cumsum(is_edge), max(0, len(units) - size + 1)
    is_within = ~is_edge[:count] & (lines[:count] == lines[size - 1 :])
    numbered = (lines[:count] << _LETTERS | _grams(units, size))[is_within]
    numbered.sort()
    numbered = numbered[np.append(True, numbered[1:] != numbered[:-1])] if len(numbered) else numbered
    lines, grams = numbered >> _LETTERS, numbered & ((1 << _LETTERS) - 1)
    places = np.minimum(np.searchsorted(wanted, grams), len(wanted) - 1)
    counts = (np.bincount(found, minlength=len(keys)) for found in (lines, lines[wanted[places] == grams]))
    different, shared = (count.astype(np.float64) for count in counts)
    return different, shared, len(wanted)


def _units(text: str) -> npt.NDArray[np.int64]:
    return np.frombuffer(text.encode("utf-16-le", "surrogatepass"), dtype="<u2").astype(np.int64)


def _grams(units: npt.NDArray[np.int64], size: int) -> npt.NDArray[np.int64]:
    """The runs of `size` units, each as one number."""
    count = max(0, len(units) - size + 1)
    grams = units[:count]
    for by in range(1, size):
        grams = grams << 16 | units[by : by + count]
    return grams


def _is_title(key: str, title: str) -> bool:
    if not key or not title:
        return False
    return key == title or (len(key) >= 6 and key in title) or (title in key and len(key) < len(title) * 1.6)


def standing_in(keys: Sequence[str], text: str) -> Column:
    """Whether each key is in the key `text`; of none where comparing would take seconds."""
    if len(keys) * len(text) > _COMPARED:
        return np.zeros(len(keys))
    return each(keys, lambda key: _stands_in(key, text))


def _stands_in(key: str, body: str) -> bool:
    return bool(key) and (key in body or (len(key) > 30 and key[:20] in body and key[-20:] in body))


def _copied(keys: Sequence[str]) -> Column:
    """Whether a line is one of three that stood in the same order before; one sentence may well be said twice."""
    copied = np.zeros(len(keys))
    seen: set[tuple[str, ...]] = set()
    for place in range(len(keys) - _COPY + 1):
        window = tuple(keys[place : place + _COPY])
        if window in seen and sum(map(len, window)) >= _COPY_CHARACTERS:
            copied[place : place + _COPY] = 1
        seen.add(window)
    return copied


_DESCRIPTIONS: Final = ("description", "og:description")
_BODY: Final = re.compile(r'"articleBody"\s*:\s*"((?:[^"\\]|\\.)*)"', re.DOTALL)
_TAG: Final = re.compile(r"<[^<>]+>")
_PARTS: Final = re.compile(BLANKS_BEFORE + r"[_|｜»\-–—]++\s*")
_SITE: Final = range(2, 15)
"""Characters of a part of `<title>` that may be a site's name; more are another headline."""
_SITE_NAME: Final = range(2, 30)
_TITLE, _DESCRIPTION, _SCRIPT, _BODY_CHARACTERS = 400, 2_000, 1_000_000, 100_000
"""Characters read of each; the longest of 545 pages had 319, 1,833 and, an articleBody, 11,829."""


def page_description_of(root: HtmlElement, *, title: str) -> PageDescription:
    """What the page `root` says of the article with the headline `title`; by default the whole of `<title>`."""
    page_title = next((" ".join(element.text_content().split()) for element in root.iter("title")), "")[:_TITLE]
    metas = list(_metas(root))
    return PageDescription(
        title=title or page_title,
        description=next((content for name, content in metas if name in _DESCRIPTIONS), "")[:_DESCRIPTION],
        declared_body=next(_declared_bodies(root), ""),
        sites=frozenset(_sites(page_title, title, metas)),
    )


def _metas(root: HtmlElement) -> Iterator[tuple[str, str]]:
    for meta in root.iter("meta"):
        name = (meta.get("name") or meta.get("property") or "").lower()
        if name:
            yield name, (meta.get("content") or "").strip()


def _sites(page_title: str, title: str, metas: list[tuple[str, str]]) -> Iterator[str]:
    headline = key_of(title)
    for part in _PARTS.split(page_title):
        if len(part) in _SITE and key_of(part) not in headline:
            yield part.lower()
    yield from (content.lower() for name, content in metas if name == "og:site_name" and len(content) in _SITE_NAME)


def _declared_bodies(root: HtmlElement) -> Iterator[str]:
    for script in root.iter("script"):
        text = (script.text or "")[:_SCRIPT]
        if "ld+json" in (script.get("type") or "") and "articleBody" in text:
            found = _BODY.search(text)
            if found:
                yield _TAG.sub(" ", unescape(_string(found[1])))[:_BODY_CHARACTERS]


def _string(escaped: str) -> str:
    try:
        return str(json.loads(f'"{escaped}"', strict=False))
    except ValueError:
        return ""
