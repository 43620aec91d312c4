"""A WARC file as a run of records, compressed or not, read with bounded memory whatever it holds.

All streams are used alike: `begin` a record, `read` or `line` within it, `finish` it; `offset` is a place in the file
as stored (with Zstandard: as unpacked), true between records.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import BinaryIO, Protocol

from mediawatch.lake.codings import GZIP_MAGIC, ZSTD_MAGIC, DamagedCoding, unzstd

CHUNK = 1 << 16
_BLANK_MOST = 1 << 10
"""Two line ends are due after a record; some writers add more."""
MAGIC = GZIP_MAGIC
_MEMBER = GZIP_MAGIC + b"\x08"
_PROBE = 1 << 12
_RECORD = b"WARC/"
_DICTIONARY = b"\x5d\x2a\x4d\x18"
"""A skippable frame with the dictionary of a `.warc.zst`."""
_WINDOW_LOG = 27
"""128 MiB, what `zstd` itself takes without being asked for more."""


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

    def resync(self) -> bool:
        """After damage, go to where the next WARC record begins; False when none is found."""
        ...


def record_stream(raw: BinaryIO, *, is_foreign: bool = False) -> RecordStream:
    """The stream that suits the file's first bytes.

    One that `is_foreign` may be compressed as a whole or in any pieces; else it is compressed record by record.
    """
    start = raw.read(CHUNK)
    if start.startswith(MAGIC):
        return GzipStream(raw, start, is_foreign=is_foreign)
    if is_foreign and start.startswith((ZSTD_MAGIC, _DICTIONARY)):
        return PlainStream(_Unzstd(raw, start), b"")
    return PlainStream(raw, start)


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class PlainStream:
    """Records one after another, uncompressed."""

    def __init__(self, raw: _Readable, start: bytes) -> None:
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

    def resync(self) -> bool:
        mark = b"\n" + _RECORD
        while (at := self._held.find(mark)) < 0:
            self._take(max(0, len(self._held) - len(mark) + 1))
            if not self._fetch():
                return False
        self._take(at + 1)
        return True

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


class _Unzstd:
    """A `.warc.zst` file, unpacked as it is read."""

    def __init__(self, raw: BinaryIO, start: bytes) -> None:
        self._pieces = _unpacked_zstd(raw, start)

    def read(self, _size: int, /) -> bytes:
        try:
            return next((piece for piece in self._pieces if piece), b"")
        except DamagedCoding as error:
            raise Broken(str(error)) from error


def _unpacked_zstd(raw: BinaryIO, start: bytes) -> Iterator[bytes]:
    """The frames' content, by the dictionary that the file may begin with (itself compressed, or not)."""
    dictionary = b""
    if start.startswith(_DICTIONARY):
        size = int.from_bytes(start[4:8], "little")
        start += raw.read(max(0, 8 + min(size, CHUNK << 8) - len(start)))
        dictionary, start = start[8 : 8 + size], start[8 + size :]
        if dictionary.startswith(ZSTD_MAGIC):
            dictionary = b"".join(unzstd([dictionary], window_log=_WINDOW_LOG))[: CHUNK << 8]

    def pieces() -> Iterator[bytes]:
        yield start
        while piece := raw.read(CHUNK):
            yield piece

    yield from unzstd(pieces(), window_log=_WINDOW_LOG, dictionary=dictionary)


class GzipStream:
    """Records compressed one by one, each a gzip member of its own; or, from others, in members as they come."""

    def __init__(self, raw: BinaryIO, start: bytes, *, is_foreign: bool = False) -> None:
        self.offset = 0
        self._raw = raw
        self._compressed = start
        self._held = b""
        self._is_foreign = is_foreign
        self._goes_on = False
        self._begun_at = 0
        self._member = _new_member()

    def begin(self) -> bool:
        if self._goes_on:
            self._goes_on = False
            return True
        self._begun_at = self.offset
        self._member = _new_member()
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
        while self._held or self._inflate_some():
            rest = self._held.lstrip(b"\r\n")
            left -= len(self._held) - len(rest)
            self._held = rest
            if left < 0 or (rest and not self._is_foreign):
                raise Broken("a gzip member that goes on after its record: not compressed record by record")
            if rest:
                self._goes_on = True
                return

    def resync(self) -> bool:
        self._held, self._goes_on = b"", False
        self._skip(max(0, self._begun_at + 1 - self.offset))
        while self._has_more():
            at = self._compressed.find(_MEMBER)
            if at < 0:
                self._skip(max(1, len(self._compressed) - len(_MEMBER) + 1))
                self._compressed += self._raw.read(CHUNK)
                continue
            self._skip(at)
            if self._begins_record():
                return True
            self._skip(1)
        return False

    def _has_more(self) -> bool:
        if not self._compressed:
            self._compressed = self._raw.read(CHUNK)
        return bool(self._compressed)

    def _skip(self, size: int) -> None:
        skipped = min(size, len(self._compressed))
        self._compressed = self._compressed[skipped:]
        self.offset += skipped

    def _begins_record(self) -> bool:
        """Whether the next member begins with a record."""
        while len(self._compressed) < _PROBE and (more := self._raw.read(CHUNK)):
            self._compressed += more
        try:
            return _new_member().decompress(self._compressed[:_PROBE], len(_RECORD)) == _RECORD
        except zlib.error:
            return False

    def _fill(self) -> bool:
        """Inflate a little more, at the end of a member from the next one if the record goes on there; or False."""
        while not self._inflate_some():
            is_split = self._is_foreign and self._has_more() and not self._begins_record()
            if not is_split or not self._compressed.startswith(MAGIC):
                return False
            self._member = _new_member()
        return True

    def _inflate_some(self) -> bool:
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


def _new_member() -> zlib._Decompress:
    return zlib.decompressobj(16 + zlib.MAX_WBITS)
