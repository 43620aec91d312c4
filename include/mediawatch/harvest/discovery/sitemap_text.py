"""The bytes of sitemaps made fit for an XML parser, piece by piece: their encoding, and what XML calls an entity."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from html import escape
from html.entities import html5
from itertools import chain
from typing import Final

from mediawatch.language.decoding import decode

_UTF8_MARK: Final = b"\xef\xbb\xbf"
_WIDE: Final = (
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
_DECLARATION: Final = re.compile(rb"^<\?xml[^<>]{0,200}\?>")
_ENCODING: Final = re.compile(rb"encoding ?= ?[\"']([\w.:-]{2,40})[\"']")
_WIDER: Final = {"big5": "big5hkscs", "gb2312": "gb18030", "gbk": "gb18030"}
"""Encodings that sites name when they use a larger one."""
_AS_IT_IS: Final = frozenset({"utf-8", "ascii"})
_LONGEST_CHARACTER: Final = 4
_HELD: Final = 48
"""Bytes at the end of a piece that may be the begin of a token."""
_TOKEN: Final = re.compile(
    rb"<!\[CDATA\[|\]\]>|<(?![A-Za-z_/!?:])|&(?:#[0-9]{1,7};|#[xX][0-9a-fA-F]{1,6};|(?P<name>[A-Za-z][A-Za-z0-9]{1,31};))?"
)
_CONTROLS: Final = bytes(byte for byte in range(0x20) if byte not in b"\t\n\r")
_ROOT: Final = re.compile(rb"<(?:\?xml|urlset|sitemapindex)[\s>]")
_JUNK: Final = 2_000
"""Bytes before the root in which a server may have printed its warnings."""
_OF_XML: Final = frozenset({b"amp;", b"lt;", b"gt;", b"quot;", b"apos;"})


def as_utf8(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """`pieces` in UTF-8, without a mark, blanks before the text, and a declaration of XML.

    The encoding is what a mark or the declaration says, else UTF-8, else what pages in such bytes are read in; what is
    not of it becomes replacement characters.  Raises what `pieces` raises.
    """
    first = next(pieces, b"")
    encoding = _encoding_of(first) or _undeclared(first)
    if encoding:
        decoder = codecs.getincrementaldecoder(encoding)("replace")
        texts = (decoder.decode(piece) for piece in chain([first], pieces))
        pieces = (text.encode("utf-8", "replace") for text in texts)
        first = next(pieces, b"")
    yield _DECLARATION.sub(b"", _from_root(first.removeprefix(_UTF8_MARK).lstrip()))
    yield from pieces


def _from_root(text: bytes) -> bytes:
    """`text` without what stands before the root of a sitemap, such as the warnings of a server."""
    root = _ROOT.search(text[:_JUNK])
    before = text[: root.start()].lower() if root else b""
    return text[root.start() :] if root and b"<html" not in before and b"<!doctype" not in before else text


def _encoding_of(head: bytes) -> str:
    """The encoding to decode from; empty where the bytes are UTF-8 or the parser's to make out."""
    for mark, name in _WIDE:
        if head.startswith(mark):
            return name
    declaration = _DECLARATION.match(head.removeprefix(_UTF8_MARK).lstrip())
    named = _ENCODING.search(declaration[0]) if declaration else None
    if named is None or head.startswith(_UTF8_MARK):
        return ""
    try:
        name = codecs.lookup(named[1].decode("ascii")).name
    except LookupError:
        return ""
    is_known = name not in _AS_IT_IS and name.startswith(("big5", "cp", "euc", "gb", "hz", "iso8859", "shift", "latin"))
    return _WIDER.get(name, name) if is_known else ""


def _undeclared(head: bytes) -> str:
    """The encoding of bytes that are not the UTF-8 that XML is where it does not say otherwise; empty for UTF-8."""
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        is_cut = error.start > len(head) - _LONGEST_CHARACTER
        found = None if is_cut else decode(head)
        return found.encoding if found and found.encoding != "utf-8" else ""
    return ""


def well_formed(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """`pieces` of XML in UTF-8 in which each `&` begins an entity that XML knows: HTML's are written out, others are
    meant as they stand, as in `?x=1&y=2`.  So is a `<` that begins no tag; controls are left out.
    """
    is_literal, held = False, b""
    try:
        for piece in pieces:
            text = held + piece.translate(None, _CONTROLS)
            edge = _last_safe(text)
            done, is_literal = _repaired(text[:edge], is_literal)
            held = text[edge:]
            yield done
    except ValueError:  # what came before the packing broke counts
        yield _repaired(held, is_literal)[0]
        raise
    yield _repaired(held, is_literal)[0]


def _last_safe(text: bytes) -> int:
    """Where the part of `text` ends in which no token is cut through."""
    begin = max(0, len(text) - _HELD)
    starts = [at for token in (b"&", b"<", b"]") if (at := text.find(token, begin)) >= 0]
    edge = min(starts, default=len(text))
    if text[edge : edge + 1] == b"]":  # the first bracket of a ]]> may stand before the part that was looked at
        edge -= len(text[max(0, edge - 2) : edge]) - len(text[max(0, edge - 2) : edge].rstrip(b"]"))
    return edge


def _repaired(text: bytes, is_literal: bool) -> tuple[bytes, bool]:
    """`text` with its entities, and whether a CDATA section goes on behind it."""
    parts: list[bytes] = []
    last = 0
    for token in _TOKEN.finditer(text):
        if token[0] == b"<":
            parts += [text[last : token.start()], b"<" if is_literal else b"&lt;"]
            last = token.end()
        elif token[0].startswith(b"<"):
            is_literal = True
        elif token[0].startswith(b"]"):
            is_literal = False
        elif not is_literal:
            parts += [text[last : token.start()], _entity(token)]
            last = token.end()
    return b"".join([*parts, text[last:]]), is_literal


def _entity(token: re.Match[bytes]) -> bytes:
    name = token["name"]
    if token[0] == b"&":
        return b"&amp;"
    if name is None or name in _OF_XML:
        return token[0]
    characters = html5.get(name.decode("ascii"))
    return escape(characters).encode() if characters else b"&amp;" + name
