"""Gzip undone in pieces, so that a small answer that unpacks to gigabytes costs little before it is given up."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from itertools import chain
from typing import Final

LARGEST: Final = 52_428_800
"""Bytes of one sitemap or feed when unpacked: the sitemap protocol's own limit (50 MB)."""
MOST_MEMBERS: Final = 2_000
"""Gzip streams one after another in one answer; block-wise packers begin a new one every 64 kB, so 50 MB have 800."""
PIECE: Final = 65_536
"""Bytes handed on at a time, at most."""
_FED: Final = 4_096
"""Packed bytes unpacked at a time: what is left of them when a member ends is copied, and the members may be tiny."""
_GZIP: Final = b"\x1f\x8b"
_NESTED: Final = 2
"""Times that an answer may be packed: some servers pack a .gz file again."""


class UnpackedTooLarge(ValueError):
    """More bytes than LARGEST."""


def pieces_of(body: bytes) -> Iterator[bytes]:
    """`body` in pieces of at most PIECE bytes, gunzipped where its first bytes say gzip, also twice.

    Raises ValueError, after the pieces that came before, when it is broken, has more than MOST_MEMBERS members or is
    larger than LARGEST bytes when unpacked (TooLarge).
    """
    pieces: Iterator[bytes] = (body[start : start + PIECE] for start in range(0, len(body), PIECE))
    for _ in range(_NESTED):
        first = next(pieces, b"")
        pieces = chain([first], pieces)
        if not first.startswith(_GZIP):
            break
        pieces = _gunzipped(pieces)
    yield from pieces


def unpacked(body: bytes) -> bytes:
    """`body` whole, gunzipped like `pieces_of`.  Raises ValueError like it."""
    return b"".join(pieces_of(body)) if body.startswith(_GZIP) else body


def _gunzipped(packed: Iterator[bytes]) -> Iterator[bytes]:
    size, members = 0, _Members()
    for piece in packed:
        for start in range(0, len(piece), _FED):
            for out in members.unpack(piece[start : start + _FED]):
                size += len(out)
                if size > LARGEST:
                    raise UnpackedTooLarge(f"larger than {LARGEST} bytes when unpacked")
                yield out
    if not members.is_whole:
        raise ValueError("broken gzip: it ends too early")


class _Members:
    """The gzip streams of one answer; what follows the last one and is no gzip is padding."""

    def __init__(self) -> None:
        self._stream = zlib.decompressobj(wbits=31)
        self._count = 1
        self._is_padding = False
        self._begun = b""

    @property
    def is_whole(self) -> bool:
        return self._stream.eof

    def unpack(self, packed: bytes) -> Iterator[bytes]:
        """What `packed` unpacks to, in pieces of at most PIECE bytes."""
        is_more = False
        while (packed or is_more) and not self._is_padding:
            if self._stream.eof:
                packed, is_more = self._next_member(packed), False
                continue
            try:
                out = self._stream.decompress(packed, PIECE)
            except zlib.error as error:
                raise ValueError(f"broken gzip: {error}") from error
            packed = self._stream.unused_data if self._stream.eof else self._stream.unconsumed_tail
            is_more = len(out) == PIECE  # zlib may hold more, with all that is packed taken in
            if out:
                yield out

    def _next_member(self, packed: bytes) -> bytes:
        """Begin the next member where one begins: its first bytes, of which one may have come before."""
        packed, self._begun = self._begun + packed, b""
        if packed == _GZIP[:1]:
            self._begun = packed
            return b""
        self._is_padding = not packed.startswith(_GZIP)
        if self._is_padding:
            return b""
        self._count += 1
        if self._count > MOST_MEMBERS:
            raise ValueError(f"broken gzip: more than {MOST_MEMBERS} members")
        self._stream = zlib.decompressobj(wbits=31)
        return packed
