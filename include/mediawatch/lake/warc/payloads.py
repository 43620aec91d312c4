"""What an HTTP message carries, free of how it travelled, within a bound."""

from __future__ import annotations

import re
from collections.abc import Callable

from mediawatch.lake.codings import DamagedCoding, UnknownCoding, codings_of, unpacked
from mediawatch.lake.warc.heads import Fields, values

_CHUNK = re.compile(rb"[ \t]{0,64}([0-9A-Fa-f]{1,16})[ \t]{0,64}(?:;[^\r\n]{0,1024})?\r?\n")
_CHUNK_BETWEEN = re.compile(rb"\r\n([0-9A-Fa-f]{1,8})[ \t]{0,64}\r\n")
_LINE_END = re.compile(rb"\r?\n")

Note = Callable[[str], None]


class PayloadTooLarge(ValueError):
    """There is more than the bound."""


def payload_of(fields: Fields, body: bytes, limit: int, on_note: Note | None = None) -> bytes:
    """`body` without chunks, transfer codings and content codings.

    A message that only says it is chunked or compressed is taken as it is (archives differ in what they keep).
    `on_note` is told where it ends too early or breaks off, and what there is is kept.  Raises ValueError for a
    coding that is not undone here and for damaged data, TooLarge for more than `limit` bytes.
    """
    note = on_note or _ignore
    transfer = values(fields, "Transfer-Encoding")
    if any("chunked" in value.lower() for value in transfer):
        body = _without_chunks(body, note)
    try:
        read = unpacked(codings_of(*values(fields, "Content-Encoding"), *transfer), [body], limit, forgive_cut=True)
    except UnknownCoding as error:
        raise ValueError(f"content coding {str(error)!r}") from error
    except DamagedCoding as error:
        raise ValueError(f"damaged payload: {error}") from error
    if read.is_over:
        raise PayloadTooLarge(f"a payload of more than {limit} bytes")
    if read.is_cut:
        note("compressed data that ends too early")
    return read.body


def _ignore(_: str) -> None:
    """The default."""


def _without_chunks(body: bytes, note: Note) -> bytes:
    """The chunks joined; `body` itself where it does not begin with one.  What is between bad chunks is kept as is."""
    pieces: list[bytes] = []
    at = 0
    is_bad = False
    while (head := _CHUNK.match(body, at)) is not None or (pieces and at < len(body)):
        if head is None:
            is_bad = True
            begun, at = at, _next_chunk(body, at)
            pieces.append(body[begun:at].removesuffix(b"\r\n"))
            continue
        size = int(head[1], 16)
        if size == 0:
            break
        at = head.end() + size
        pieces.append(body[head.end() : at])
        line_end = _LINE_END.match(body, at)
        at = line_end.end() if line_end is not None else at
    if pieces and (is_bad or head is None):
        note("bad chunking" if is_bad else "chunks that end too early")
    return b"".join(pieces) if pieces or head is not None else body


def _next_chunk(body: bytes, at: int) -> int:
    """Where behind `at` a chunk begins that ends where it says; the end of `body` where none does."""
    for found in _CHUNK_BETWEEN.finditer(body, max(0, at - 2)):
        end = found.end() + int(found[1], 16)
        if found.start(1) > at and (end == found.end() or body[end : end + 2] == b"\r\n"):
            return found.start(1)
    return len(body)
