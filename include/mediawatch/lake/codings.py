"""Content codings of HTTP (gzip, deflate, br, zstd) undone under a limit, for live answers and archives alike.

Nothing is inflated further than the limit, whatever the codings promise: each is undone piece by piece, and so is each
coding of a coding.
"""

from __future__ import annotations

import codecs
import re
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backports.zstd import ZstdDecompressor

OFFERED = "gzip, deflate, br, zstd"
"""What a request may say that it accepts."""

GZIP_MAGIC = b"\x1f\x8b"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
ZSTD_WINDOW_LOG = 23
"""8 MiB, the most that RFC 9659 lets a server use."""

_MOST = 3
_PIECE = 1 << 16
_START = 512
_SURELY = 7
"""Bytes from which text without controls is no chance: the shortest packed texts hold their length, and an end."""
_NAMES = {"gzip": "gzip", "x-gzip": "gzip", "deflate": "deflate", "br": "br", "zstd": "zstd"}
_FOREIGN = frozenset(
    {"aes128gcm", "bzip2", "compress", "dcb", "dcz", "exi", "lz4", "lzma", "pack200-gzip", "sdch", "snappy", "xz"}
    | {"x-bzip2", "x-compress"}
)
"""Codings that exist and are not undone here.  Any other word (none, utf-8, text/html) is no coding, and harmless."""
_MARKUP = re.compile(
    rb"(?:\xef\xbb\xbf)?[ \t\r\n]{0,200}<(?:!--|!doctype|\?xml|html|head|body|rss|feed|urlset)", re.IGNORECASE
)


class UnknownCoding(ValueError):
    """The message is packed in a way that is not undone here; the text is the coding's name."""


class DamagedCoding(ValueError):
    """What was packed cannot be unpacked."""


class _CutShort(DamagedCoding):
    """The packed message ends before its end."""


class _PackedTooLong(Exception):
    """The packed message is longer than what may come out of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpacked:
    """A body: `is_over` when there was more than the limit, `is_cut` when its packed form ended too early."""

    body: bytes
    is_over: bool = False
    is_cut: bool = False


def codings_of(*values: str) -> tuple[str, ...]:
    """The codings named in the values of Content-Encoding and then Transfer-Encoding, in the order they were applied.

    Words that are no coding are left out, `chunked` too, which others undo.  Raises UnknownCoding.
    """
    words = [word.strip(" \t\"'").lower() for value in values for word in value.split(",")]
    if unknown := _FOREIGN.intersection(words):
        raise UnknownCoding(min(unknown))
    return tuple(_NAMES[word] for word in words if word in _NAMES)[-_MOST:]


def unpacked(codings: Sequence[str], pieces: Iterable[bytes], limit: int, *, forgive_cut: bool = False) -> Unpacked:
    """The body that comes in `pieces`, or its first `limit` bytes.  Raises DamagedCoding.

    No more than about twice the limit is taken of what is packed, for nothing may come out of it for ever.  A body
    that only says that it is packed is taken as it is.  One that ends too early is damaged unless
    `forgive_cut`; a deflated one is always forgiven, for many servers never close it.
    """
    kept: list[bytes] = []
    size = 0
    try:
        for piece in _without(codings, _sliced(_no_longer_than(2 * limit + _PIECE, pieces)), limit):
            kept.append(piece)
            size += len(piece)
            if size > limit:
                return Unpacked(body=b"".join(kept)[:limit], is_over=True)
    except _PackedTooLong:
        return Unpacked(body=b"".join(kept), is_over=True)
    except _CutShort:
        if not forgive_cut and codings[-1:] != ("deflate",):
            raise
        return Unpacked(body=b"".join(kept), is_cut=True)
    return Unpacked(body=b"".join(kept))


def _without(codings: Sequence[str], pieces: Iterator[bytes], limit: int) -> Iterator[bytes]:
    for coding in reversed(codings):
        pieces = _bounded(_undone(coding, pieces), limit)
    return pieces


def _no_longer_than(limit: int, pieces: Iterable[bytes]) -> Iterator[bytes]:
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > limit:
            raise _PackedTooLong
        yield piece


def _sliced(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Short pieces: what a decoder has not taken yet is copied at each of its steps."""
    for piece in pieces:
        for at in range(0, len(piece), _PIECE):
            yield piece[at : at + _PIECE]


def _bounded(pieces: Iterable[bytes], limit: int) -> Iterator[bytes]:
    """`pieces` up to the one that goes over the limit, so that no coding inside another is a way around it."""
    size = 0
    for piece in pieces:
        yield piece
        size += len(piece)
        if size > limit:
            return


def _undone(coding: str, pieces: Iterator[bytes]) -> Iterator[bytes]:
    start, pieces = _begun(pieces)
    if not start or _MARKUP.match(start) or (coding in ("br", "deflate") and _is_plain(start)):
        return pieces
    is_gzip, is_zlib = start.startswith(GZIP_MAGIC), _has_zlib_header(start)
    if coding == "br":
        return _unbrotlied(pieces)
    if coding == "zstd":
        return unzstd(pieces, window_log=ZSTD_WINDOW_LOG) if start.startswith(ZSTD_MAGIC) else pieces
    if is_gzip:
        return _gunzipped(pieces)
    if coding == "gzip" and not is_zlib:
        return pieces
    return _inflated(pieces, zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS)


def _begun(pieces: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """The first bytes, enough to tell what they are, and all pieces."""
    start = b""
    for piece in pieces:
        start += piece
        if len(start) >= _START:
            break
    return start, chain((start,), pieces)


def _is_plain(start: bytes) -> bool:
    """Whether a body begins with text: what is packed has controls, or is not UTF-8, within its first bytes."""
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return False
    return len(start) >= _SURELY and all(character >= " " or character in "\t\r\n" for character in text)


def _has_zlib_header(data: bytes) -> bool:
    """RFC 1950 against bare RFC 1951, which many servers send as deflate."""
    return data[0] & 0x0F == 8 and (len(data) < 2 or (data[0] * 256 + data[1]) % 31 == 0)


def _gunzipped(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Member after member; what follows the last is padding."""
    stream, held = zlib.decompressobj(16 + zlib.MAX_WBITS), b""
    for piece in pieces:
        held += piece
        while held and not (stream.eof and len(held) < len(GZIP_MAGIC)):
            if stream.eof:
                if not held.startswith(GZIP_MAGIC):
                    return
                stream = zlib.decompressobj(16 + zlib.MAX_WBITS)
            yield from _some(stream, held)
            held = stream.unused_data if stream.eof else stream.unconsumed_tail
    if not stream.eof:
        yield stream.flush()
        raise _CutShort("it ends too early")


def _inflated(pieces: Iterable[bytes], window: int) -> Iterator[bytes]:
    stream = zlib.decompressobj(window)
    for piece in pieces:
        held = piece
        while held and not stream.eof:
            yield from _some(stream, held)
            held = stream.unconsumed_tail
    if not stream.eof:
        yield stream.flush()
        raise _CutShort("it ends too early")


def _some(stream: zlib._Decompress, data: bytes) -> Iterator[bytes]:
    try:
        yield stream.decompress(data, _PIECE)
    except zlib.error as error:
        raise DamagedCoding(f"zlib: {error}") from error


def _unbrotlied(pieces: Iterable[bytes]) -> Iterator[bytes]:
    import brotli

    stream = brotli.Decompressor()
    for piece in pieces:
        given = piece
        while not stream.is_finished():
            try:
                some = stream.process(given, output_buffer_limit=_PIECE)
            except brotli.error as error:
                raise DamagedCoding(f"brotli: {error}") from error
            if not some and stream.can_accept_more_data():
                break
            yield some
            given = b""
    if not stream.is_finished():
        raise _CutShort("it ends too early")


def unzstd(pieces: Iterable[bytes], *, window_log: int, dictionary: bytes = b"") -> Iterator[bytes]:
    """Zstandard frames, one after another, in pieces of at most 64 KiB.  Raises DamagedCoding.

    `window_log` bounds the memory that a frame may ask for: two to its power, in bytes.
    """
    new, failure = _zstd(window_log, dictionary)
    stream, held = new(), b""
    for piece in pieces:
        held += piece
        while held or not (stream.eof or stream.needs_input):
            if stream.eof:
                stream = new()
            try:
                yield stream.decompress(held, _PIECE)
            except failure as error:
                raise DamagedCoding(f"zstd: {error}") from error
            held = stream.unused_data if stream.eof else b""
    if not stream.eof:
        raise _CutShort("it ends too early")


def _zstd(window_log: int, dictionary: bytes) -> tuple[Callable[[], ZstdDecompressor], type[Exception]]:
    """A maker of decompressors, and what they raise: from Python itself where it has them."""
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd

    options: dict[int, int] = {zstd.DecompressionParameter.window_log_max: window_log}
    known = zstd.ZstdDict(dictionary) if dictionary else None
    return lambda: zstd.ZstdDecompressor(zstd_dict=known, options=options), zstd.ZstdError
