"""Structured data of a page (JSON-LD), cut to what a page about one article can need before anything walks over it."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from itertools import islice
from typing import Any, Final

Node = Mapping[str, Any]

_WRAPPING: Final = re.compile(
    r"(?m)^[^\S\n]{0,40}(?://[^\S\n]{0,40})?(?:/\*\s{0,40})?(?:<!\[CDATA\[|\]\]>)(?:\s{0,40}\*/)?"
    r"|^[^\S\n]{0,40}<!--|-->[^\S\n]{0,40}$|^[^\S\n]{0,40}//[^\n]*|/\*[^*\n]{0,200}\*/"
)
_TRAILING_COMMA: Final = re.compile(r",\s*([}\]])")
_FIELD: Final = re.compile(
    r"([\"'])(@type|datePublished|dateCreated|headline|pubDate) {0,4}\1\s{0,20}:\s{0,20}([\"'])"
    r"((?:(?!\3)[^\n\\]){1,300})\3(?=\s{0,20}(?:[,}\n]|$))"
)
_ESCAPED: Final = ("{&quot;", "[{&quot;", "{ &quot;", "{\n&quot;")
CHARACTERS: Final = 1_000_000
"""Of all scripts of a page together; a script that goes beyond it is not read."""
DEPTH: Final = 30
"""Levels of objects and lists; an article's author's organisation's address is at 6."""
VALUES: Final = 20_000
"""Objects, lists and plain values of a page, the outer ones before the inner ones."""
NODES: Final = 2_000
"""Objects given out for a page."""


def objects_in(scripts: Iterable[str]) -> tuple[Node, ...]:
    """The top-level objects of the JSON in `scripts`, outermost first, the members of lists and of @graph included.

    Text that is no JSON is passed over, which is common.  What is beyond CHARACTERS, DEPTH, VALUES or NODES is left
    out, so that what walks over the objects, recursively too, ends soon.
    """
    return tuple(islice(_objects(within_bounds(list(_values(scripts)))), NODES))


def within_bounds(value: list[Any]) -> list[Any]:
    """A copy of `value` without what is nested deeper than DEPTH or comes after VALUES others, level by level."""
    copy: list[Any] = []
    waiting: deque[tuple[Any, Any, str | None, int]] = deque((item, copy, None, 1) for item in value[:VALUES])
    for _ in range(VALUES):
        if not waiting:
            break
        item, parent, key, depth = waiting.popleft()
        made, members = _begun(item)
        if members is not None and depth <= DEPTH:
            room = max(0, VALUES - len(waiting))
            waiting.extend((inner, made, name, depth + 1) for name, inner in islice(members, room))
        if key is None:
            parent.append(made)
        else:
            parent[key] = made
    return copy


def _begun(item: Any) -> tuple[Any, Iterable[tuple[str | None, Any]] | None]:
    """What a copy of `item` begins as, and its members; a plain value is its own copy and has none."""
    if isinstance(item, dict):
        return {}, item.items()
    return ([], ((None, inner) for inner in item)) if isinstance(item, list) else (item, None)


def _values(scripts: Iterable[str]) -> Iterator[object]:
    left = CHARACTERS
    for text in scripts:
        if len(text) > left:
            continue
        left -= len(text)
        value = _read(text.strip().rstrip(";"))
        if value is not None:
            yield value


def _read(text: str) -> object:
    """The value of JSON as pages write it: in CDATA or comments, with trailing commas; at worst its plain fields."""
    text = unescape(text) if text.startswith(_ESCAPED) else text
    for attempt in (text, _TRAILING_COMMA.sub(r"\1", _WRAPPING.sub("", text))):
        try:
            return json.loads(attempt, strict=False, object_pairs_hook=_said)
        except (ValueError, RecursionError):
            continue
    return _plain_fields(text)


def _said(members: list[tuple[str, Any]]) -> dict[str, Any]:
    """The members of an object: of two of one name the last that is not empty, names without blanks around them."""
    found: dict[str, Any] = {}
    for name, value in members:
        key = name.strip()
        if key not in found or value not in ("", None):
            found[key] = value
    return found


def _plain_fields(text: str) -> Node | None:
    """The first dates and headline of an object that is broken elsewhere, by a bare quote in its text most often."""
    found: dict[str, str] = {}
    for match in _FIELD.finditer(text):
        found.setdefault(match[2], match[4])
    return found if "@type" in found and len(found) > 1 else None


def _objects(values: list[Any]) -> Iterator[Node]:
    waiting = values[::-1]
    while waiting:
        item = waiting.pop()
        if isinstance(item, list):
            waiting.extend(reversed(item))
        elif isinstance(item, dict):
            yield item
            waiting.append(item.get("@graph", item.get("mainEntity")))
