"""A WARC file as a run of records, compressed or not, read with bounded memory whatever it holds.

Both streams are used alike: `begin` a record, `read` or `line` within it, `finish` it; `offset` is a place in the file
as stored, true between records.
"""

from __future__ import annotations

import zlib
from typing import BinaryIO, Protocol

CHUNK = 1 << 16
_BLANK_MOST = 1 << 10
"""Two line ends are due after a record; some writers add more."""
MAGIC = b"\x1f\x8b"


class Broken(ValueError):
    """From here on the file cannot be followed."""


class RecordStream(Protocol):
    """The records of one file."""

    offset: int

    def begin(self) -> bool:
        """Go to the next record; False at the end of the file."""
        ...

    def read(self, size: int) -> bytes:
        """At most `size` bytes (at most CHUNK) of the record, none at its end."""
        ...

    def line(self, limit: int) -> bytes:
        """The next line with its end.  Raises Broken when it is longer than `limit` bytes."""
        ...

    def finish(self) -> None:
        """Go past the empty lines that close a record.  Raises Broken when something else is there."""
        ...


def record_stream(raw: BinaryIO) -> RecordStream:
    """The stream that suits the file's first bytes."""
    start = raw.read(CHUNK)
    return GzipStream(raw, start) if start.startswith(MAGIC) else PlainStream(raw, start)


class PlainStream:
    """Records one after another, uncompressed."""

    def __init__(self, raw: BinaryIO, start: bytes) -> None:
        self.offset = 0
        self._raw = raw
        self._held = start

    def begin(self) -> bool:
        self.finish()
        return bool(self._held)

    def read(self, size: int) -> bytes:
        self._fill()
        return self._take(size)

    def line(self, limit: int) -> bytes:
        while b"\n" not in self._held and len(self._held) <= limit and self._fetch():
            pass
        line = self._take(self._held.find(b"\n") + 1 or len(self._held))
        if len(line) > limit:
            raise Broken(f"a line of more than {limit} bytes")
        return line

    def finish(self) -> None:
        self._fill()
        while self._held[:1] in {b"\r", b"\n"}:
            self._take(len(self._held) - len(self._held.lstrip(b"\r\n")))
            self._fill()

    def _fill(self) -> None:
        if not self._held:
            self._fetch()

    def _fetch(self) -> bool:
        more = self._raw.read(CHUNK)
        self._held += more
        return bool(more)

    def _take(self, size: int) -> bytes:
        taken, self._held = self._held[:size], self._held[size:]
        self.offset += len(taken)
        return taken


class GzipStream:
    """Records compressed one by one, each a gzip member of its own."""

    def __init__(self, raw: BinaryIO, start: bytes) -> None:
        self.offset = 0
        self._raw = raw
        self._compressed = start
        self._held = b""
        self._member = zlib.decompressobj(16 + zlib.MAX_WBITS)

    def begin(self) -> bool:
        self._member = zlib.decompressobj(16 + zlib.MAX_WBITS)
        return self._has_more()

    def read(self, size: int) -> bytes:
        if not self._held:
            self._fill()
        taken, self._held = self._held[:size], self._held[size:]
        return taken

    def line(self, limit: int) -> bytes:
        while b"\n" not in self._held and len(self._held) <= limit and self._fill():
            pass
        line = self.read(self._held.find(b"\n") + 1 or len(self._held) or 1)
        if len(line) > limit:
            raise Broken(f"a line of more than {limit} bytes")
        return line

    def finish(self) -> None:
        left = _BLANK_MOST
        while rest := self.read(CHUNK):
            left -= len(rest)
            if left < 0 or rest.strip(b"\r\n"):
                raise Broken("a gzip member that goes on after its record: not compressed record by record")

    def _has_more(self) -> bool:
        if not self._compressed:
            self._compressed = self._raw.read(CHUNK)
        return bool(self._compressed)

    def _fill(self) -> bool:
        """Inflate a little more of this member; False at its end."""
        while not self._member.eof:
            if not self._has_more():
                raise Broken("the file ends within a gzip member")
            piece = self._inflate()
            if piece:
                self._held += piece
                return True
        return False

    def _inflate(self) -> bytes:
        given = self._compressed
        try:
            piece = self._member.decompress(given, CHUNK)
        except zlib.error as error:
            raise Broken(f"not gzip data: {error}") from error
        self._compressed = self._member.unused_data if self._member.eof else self._member.unconsumed_tail
        self.offset += len(given) - len(self._compressed)
        return piece
