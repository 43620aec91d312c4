"""Undoing Content-Encoding under a limit: a small answer that unpacks to gigabytes stops at the limit."""

from __future__ import annotations

import zlib
from collections.abc import Iterable


class UnknownEncoding(ValueError):
    """The answer is packed in a way that was not offered."""


class Inflater:
    """Collects the pieces of one body, unpacked, up to `limit` bytes; `is_over` tells that there was more.

    Raises UnknownEncoding for anything but gzip and deflate, zlib.error for broken data.
    """

    def __init__(self, encoding: str, limit: int) -> None:
        names = [name for name in encoding.lower().replace(" ", "").split(",") if name not in ("", "identity")]
        if len(names) > 1 or not {"gzip", "x-gzip", "deflate"}.issuperset(names):
            raise UnknownEncoding(encoding)
        self._encoding = names[0] if names else ""
        self._stream = zlib.decompressobj(47) if self._encoding else None
        self._limit = limit
        self._pieces: list[bytes] = []
        self._size = 0
        self._is_begun = False
        self.is_over = False

    def read(self, pieces: Iterable[bytes]) -> bytes:
        """The whole body, or its first `limit` bytes."""
        for piece in pieces:
            self._feed(piece)
            if self.is_over:
                return b"".join(self._pieces)[: self._limit]
        if self._stream is not None and self._is_begun and not self._stream.eof:
            self._keep(self._stream.flush())
            if self._encoding != "deflate" and not self._stream.eof:
                raise zlib.error("the packed answer ends too early")
        return b"".join(self._pieces)

    def _feed(self, piece: bytes) -> None:
        while piece and not self.is_over:
            if self._stream is None:
                self._keep(piece)
                return
            piece = self._unpack(self._stream, piece)

    def _unpack(self, stream: zlib._Decompress, piece: bytes) -> bytes:
        """Unpack up to just over the limit; what is left of `piece` begins another member, or is padding."""
        if not self._is_begun:
            self._is_begun = True
            if self._encoding == "deflate" and not _has_zlib_header(piece):
                stream = self._stream = zlib.decompressobj(-zlib.MAX_WBITS)
        self._keep(stream.decompress(piece, self._limit + 1 - self._size))
        if not stream.eof or not stream.unused_data.startswith(b"\x1f\x8b"):
            return b""
        self._stream = zlib.decompressobj(47)
        return stream.unused_data

    def _keep(self, data: bytes) -> None:
        self._pieces.append(data)
        self._size += len(data)
        self.is_over = self._size > self._limit


def _has_zlib_header(data: bytes) -> bool:
    """RFC 1950 against bare RFC 1951, which many servers send as deflate."""
    return data[0] & 0x0F == 8 and (len(data) < 2 or (data[0] * 256 + data[1]) % 31 == 0)
