"""Which part of an address says which article is meant, where a site gives one article several addresses."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qsl, quote, urlsplit

LONGEST_TEMPLATE: Final = 200
"""Characters of a template; the addresses of articles have about a hundred."""

_HOLE: Final = "{id}"
_ID: Final = r"(?<![0-9A-Za-z])(?=[A-Za-z]*+[0-9])(?P<id>[0-9A-Za-z]++)"
"""Letters and digits from the first to the last of them, with a digit: a word alone is a section."""
_ANY: Final = "[^/]*"
_REST: Final = "/**"
_KEPT: Final = "/%~:@!$&'()+,;=-._*"


class AddressTemplate:
    """The form of a site's article addresses: `/news/*/breakingnews/{id}`, `/show?id={id}`, `/{id}/**`.

    `{id}` stands once, for letters and digits with at least one digit; `*` for anything within one step of the path,
    once a step; `/**` at the end for whatever follows, or nothing.  Parameters that the template does not name say
    nothing, and the case of their names does not count.  Matching takes time linear in the address.  Raises
    ValueError, in words, for what is no template.
    """

    def __init__(self, text: str) -> None:
        path, has_query, query = text.partition("?")
        _check(text, path)
        self._text = text
        self._is_open = path.endswith(_REST)
        self._name, has_name, value = query.partition("=")
        if has_query and not (has_name and self._name and value == _HOLE):
            raise ValueError("may name one parameter, the one that is the number: ?name={id}")
        steps = path.removesuffix(_REST).split("/")
        pattern = "/".join(map(_step, steps)) + ("(?:/.*)?" if self._is_open else "")
        self._path = re.compile(pattern, re.DOTALL)
        self._id = re.compile(_ID)

    def filled(self, address: str) -> str:
        """The template with the number that `address` (normalised) has in its place; empty where it does not fit."""
        parts = urlsplit(address)
        found = self._path.fullmatch(parts.path)
        if found is None or parts.fragment:
            return ""
        if not self._name:
            return self._text.replace(_HOLE, found["id"])
        values = [value for name, value in parse_qsl(parts.query) if name.lower() == self._name.lower()]
        is_number = len(values) == 1 and self._id.fullmatch(values[0])
        return self._text.replace(_HOLE, values[0]) if is_number else ""


def _check(text: str, path: str) -> None:
    if not path.startswith("/") or len(text) > LONGEST_TEMPLATE or "#" in text:
        raise ValueError(f"must be a path that begins with /, of at most {LONGEST_TEMPLATE} characters")
    if text.count(_HOLE) != 1 or {"{", "}"} & set(text.replace(_HOLE, "")):
        raise ValueError("must have {id} once, where the number of the article stands")
    steps = path.removesuffix(_REST).split("/")
    if any(step.count("*") > 1 for step in steps) or "*{id}" in path:
        raise ValueError("may have one * in a step of the path, not right before {id}, and /** at the end")


def _step(step: str) -> str:
    """One step of the path as a regular expression."""
    pieces = re.split(r"(\*|\{id\})", step)
    known = {"*": _ANY, _HOLE: _ID}
    return "".join(known.get(piece) or re.escape(quote(piece, safe=_KEPT)) for piece in pieces if piece)
