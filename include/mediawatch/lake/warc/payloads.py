"""What an HTTP message carries, free of how it travelled, within a bound."""

from __future__ import annotations

import zlib

from mediawatch.lake.warc.heads import Fields, field

_CODINGS = 3
_WINDOWS = {"gzip": 16 + zlib.MAX_WBITS, "x-gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS}
_GZIP_MAGIC = b"\x1f\x8b"


def payload_of(fields: Fields, body: bytes, limit: int) -> bytes:
    """`body` without chunks and content codings.

    A message that only says it is chunked or compressed is taken as it is (archives differ in what they keep).
    Raises ValueError for an unknown coding, damaged data and more than `limit` bytes.
    """
    if field(fields, "Transfer-Encoding").lower() == "chunked":
        body = _without_chunks(body)
    codings = [coding.strip().lower() for coding in field(fields, "Content-Encoding").split(",")]
    for coding in reversed([coding for coding in codings if coding not in {"", "identity"}][-_CODINGS:]):
        body = _decoded(coding, body, limit)
    if len(body) > limit:
        raise ValueError(f"a payload of more than {limit} bytes")
    return body


def _without_chunks(body: bytes) -> bytes:
    """The chunks joined; `body` itself where it does not begin with one.  Cut off chunks are kept so far."""
    pieces: list[bytes] = []
    at = 0
    while (end := body.find(b"\r\n", at, at + 64)) != -1:
        size = _chunk_size(body[at:end])
        if size is None:
            return body if not pieces else b"".join(pieces)
        if size == 0:
            return b"".join(pieces)
        pieces.append(body[end + 2 : end + 2 + size])
        at = end + 2 + size + 2
    return b"".join(pieces) if pieces else body


def _chunk_size(line: bytes) -> int | None:
    digits = line.partition(b";")[0].strip()
    if not digits or digits.strip(b"0123456789abcdefABCDEF"):
        return None
    return int(digits, 16)


def _decoded(coding: str, body: bytes, limit: int) -> bytes:
    if coding not in _WINDOWS:
        raise ValueError(f"content coding {coding[:40]!r}")
    if not body or (coding != "deflate" and not body.startswith(_GZIP_MAGIC)):
        return body
    try:
        return _inflated(body, _WINDOWS[coding], limit)
    except zlib.error:
        if coding != "deflate":
            raise ValueError("damaged gzip payload") from None
    try:
        return _inflated(body, -zlib.MAX_WBITS, limit)
    except zlib.error as error:
        raise ValueError("damaged deflate payload") from error


def _inflated(body: bytes, window: int, limit: int) -> bytes:
    """All gzip members of `body`; what was cut off at the end is forgiven."""
    plain = bytearray()
    while body:
        member = zlib.decompressobj(window)
        plain += member.decompress(body, limit + 1 - len(plain))
        if len(plain) > limit:
            raise ValueError(f"a payload of more than {limit} bytes")
        body = member.unused_data if window > zlib.MAX_WBITS and member.unused_data.startswith(_GZIP_MAGIC) else b""
    return bytes(plain)
