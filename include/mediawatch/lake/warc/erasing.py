"""Erasing an exchange from a WARC without moving anything else."""

from __future__ import annotations

import struct
import uuid
import zlib
from io import BytesIO

from mediawatch.errors import BadRequest, Corrupt
from mediawatch.lake.warc.heads import write_head
from mediawatch.lake.warc.reading import Bounds, Skipped, walk
from mediawatch.lake.warc.streams import MAGIC
from mediawatch.lake.warc.writing import VERSION

_GZIP_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_GZIP_TAIL = 8
_STORED_HEAD = 5
_STORED_MOST = 0xFFFF
_NOTE = b"This record was removed."


def erase(data: bytes, offset: int, length: int) -> bytes:
    """The WARC `data` with the records at this place replaced by one metadata record that says so, of the same length.

    In a compressed file that is one gzip member of stored blocks, padded; every other record keeps its place.  Raises
    BadRequest unless exactly whole records lie there, or when they are too short for the note (some 200 bytes).
    """
    region = data[offset : offset + length]
    date = _checked_date(region, length)
    is_compressed = region.startswith(MAGIC)
    blank = _stored_member(date, length) if is_compressed else _blank_record(date, length)
    return data[:offset] + blank + data[offset + length :]


def _checked_date(region: bytes, length: int) -> str:
    """The first record's WARC-Date, of a region that is `length` bytes of whole records."""
    damage: list[Skipped] = []
    found = [
        (record["WARC-Date"], end) for _, record, end in walk(BytesIO(region), Bounds(record_bytes=0), damage.append)
    ]
    if damage or not found or found[-1][1] != length or len(region) != length:
        raise BadRequest(f"no whole records lie there: {damage[0].why if damage else 'the place ends elsewhere'}")
    return found[0][0]


def _stored_member(date: str, length: int) -> bytes:
    """A gzip member of exactly `length` bytes that inflates to one blank record."""
    room = length - len(_GZIP_HEAD) - _GZIP_TAIL
    blocks = max(1, -(-room // (_STORED_HEAD + _STORED_MOST)))
    record = _blank_record(date, room - blocks * _STORED_HEAD)
    parts = [_GZIP_HEAD]
    for number in range(blocks):
        piece = record[number * _STORED_MOST : (number + 1) * _STORED_MOST]
        is_last = number == blocks - 1
        parts += [struct.pack("<BHH", is_last, len(piece), len(piece) ^ _STORED_MOST), piece]
    parts.append(struct.pack("<II", zlib.crc32(record), len(record) & 0xFFFFFFFF))
    return b"".join(parts)


def _blank_record(date: str, length: int) -> bytes:
    """An uncompressed metadata record of exactly `length` bytes."""
    fields = [("WARC-Type", "metadata"), ("WARC-Record-ID", f"<urn:uuid:{uuid.uuid4()}>"), ("WARC-Date", date)]
    fields.append(("Content-Type", "text/plain"))
    # Ten digits whatever the number, so that the head's length does not depend on the block's.
    head_length = len(write_head(VERSION, [*fields, ("Content-Length", f"{0:010d}")]))
    room = length - head_length - len(b"\r\n\r\n")
    if room < 0:
        raise BadRequest(f"a record of {length} bytes is too short to be replaced by a note")
    head = write_head(VERSION, [*fields, ("Content-Length", f"{room:010d}")])
    record = head + _NOTE[:room].ljust(room) + b"\r\n\r\n"
    if len(record) != length:
        raise Corrupt(f"a blank record of {len(record)} bytes where {length} were due")
    return record
