"""Reading exchanges: one by its place, or all of a file of any origin, however hostile."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from mediawatch.errors import Corrupt
from mediawatch.lake.damage import damaged
from mediawatch.lake.store import Store
from mediawatch.lake.warc.arc import arc_fields
from mediawatch.lake.warc.heads import Fields, as_uri, field, read_date, read_head, split_head
from mediawatch.lake.warc.payloads import PayloadTooLarge, payload_of
from mediawatch.lake.warc.streams import CHUNK, Broken, RecordStream, record_stream
from mediawatch.lake.warc.writing import MARK, ORIGINAL
from mediawatch.records import Exchange, Reason

_STATUS_LINE = re.compile(r"HTTP/[0-9](?:\.[0-9])?[ \t]{1,9}([0-9]{3})(?:[ \t](.*))?", re.IGNORECASE)
_LEADING_LINES = 8


class Removed(Corrupt):
    """The record was erased because a person asked for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What one record may take, in bytes; more is skipped.  `skipped_bytes` bounds what is inflated to get past it."""

    head_bytes: int = 1 << 18
    record_bytes: int = 64 << 20
    payload_bytes: int = 64 << 20
    skipped_bytes: int = 8 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A response that could not be used, or (`is_place`) a place where the file cannot be followed; and why.

    `fetched_at` is None where the record does not say it.
    """

    offset: int
    url: str
    why: str
    fetched_at: datetime | None = None
    reason: Reason = Reason.UNDECODABLE
    is_place: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One WARC record; `block` is None when it is longer than the bound.  `record[name]` is a field or ""."""

    fields: Fields
    block: bytes | None

    def __getitem__(self, name: str) -> str:
        return field(self.fields, name)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Response:
    record_id: str
    exchange: Exchange
    offset: int
    end: int


Found = tuple[Exchange, int, int]


def _ignore(_: object) -> None:
    """The default: who counts outcomes passes a function of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """Who is told what, beside the exchanges: of every record, of responses left out, and of those used in part."""

    on_record: Callable[[Record], None] = _ignore
    on_skip: Callable[[Skipped], None] = _ignore
    on_note: Callable[[Skipped], None] = _ignore


def read_exchange(
    store: Store, key: str, offset: int, length: int, *, digest: str = "", bounds: Bounds | None = None
) -> Exchange:
    """The exchange at this place of the WARC `key`; its payload's SHA-256 has to be `digest`, where that is given.

    Raises Missing without the object, Removed where it was erased, Corrupt where no readable response lies or another.
    """
    data = store.read_range(key, offset, length)
    if len(data) < length:
        raise damaged(key, f"the archive ends before the record at {offset} does")
    skipped: list[Skipped] = []
    listener = Listener(on_skip=skipped.append)
    found = [exchange for exchange, _, _ in _exchanges(BytesIO(data), bounds or Bounds(), listener)]
    if found and not skipped:
        if digest and sha256(found[0].body).hexdigest() != digest:
            raise damaged(key, f"the record at {offset} is not the one that was written there")
        return found[0]
    if not skipped and [record["WARC-Type"] for _, record, _ in walk(BytesIO(data))] == ["metadata"]:
        raise Removed(f"{key}: the record at {offset} was removed", key)
    raise damaged(key, f"the record at {offset}: {skipped[0].why if skipped else 'no response record'}")


def iter_exchanges(
    source: Path | BinaryIO,
    *,
    bounds: Bounds | None = None,
    on_skip: Callable[[Skipped], None] = _ignore,
    on_note: Callable[[Skipped], None] = _ignore,
    on_record: Callable[[Record], None] = _ignore,
) -> Iterator[Found]:
    """Every response of a WARC or ARC of any origin, with its offset and length.

    The file may be plain, gzip or Zstandard; where it is gzip by record, `read_exchange` takes offset and length.
    Request fields come with a response where its request stands next to it.  Never raises for what the file holds:
    `on_skip` is told of every response left out and of every place where a damaged file could not be followed,
    `on_note` of responses whose body is used as far as it goes, `on_record` of each record of whatever kind.
    """
    listener = Listener(on_skip=on_skip, on_note=on_note, on_record=on_record)
    with source.open("rb") if isinstance(source, Path) else nullcontext(source) as raw:
        yield from _exchanges(raw, bounds or Bounds(), listener, is_foreign=True)


def _exchanges(raw: BinaryIO, bounds: Bounds, listener: Listener, *, is_foreign: bool = False) -> Iterator[Found]:
    held: _Response | None = None
    request: Record | None = None
    for offset, record, end in walk(raw, bounds, listener.on_skip, is_foreign=is_foreign):
        listener.on_record(record)
        if held is not None and record["WARC-Type"] == "request" and _belongs(record, held.record_id):
            exchange = replace(held.exchange, request_headers=_request_fields(record, bounds))
            yield exchange, held.offset, end - held.offset
            held = None
            continue
        if held is not None:
            yield held.exchange, held.offset, held.end - held.offset
        held = None
        if record["WARC-Type"] == "response":
            held = _response(offset, record, end, request, bounds=bounds, listener=listener)
        request = record if record["WARC-Type"] == "request" else None
    if held is not None:
        yield held.exchange, held.offset, held.end - held.offset


def walk(
    raw: BinaryIO,
    bounds: Bounds | None = None,
    on_skip: Callable[[Skipped], None] = _ignore,
    *,
    is_foreign: bool = False,
) -> Iterator[tuple[int, Record, int]]:
    """Every record with where it begins and ends, up to the end of the file or the first damage.

    In a file that `is_foreign` what follows the damage is read as well, from where the next record is found.
    """
    stream = record_stream(raw, is_foreign=is_foreign)
    while True:
        offset = stream.offset
        try:
            if not stream.begin():
                return
            offset = stream.offset
            record = _read_record(stream, bounds or Bounds())
            stream.finish()
        except Broken as damage:
            if not is_foreign or not stream.resync():
                on_skip(
                    Skipped(offset=offset, url="", why=f"the rest of the file cannot be read: {damage}", is_place=True)
                )
                return
            on_skip(
                Skipped(
                    offset=offset, url="", why=f"bytes up to {stream.offset} cannot be read: {damage}", is_place=True
                )
            )
        else:
            yield offset, record, stream.offset


def _read_record(stream: RecordStream, bounds: Bounds) -> Record:
    first = _first_line(stream, bounds.head_bytes)
    if first[:5].upper() == b"WARC/":
        fields = read_head(first + _head_of(stream, bounds.head_bytes))[1]
    else:
        fields = arc_fields(first) or ()
    length = field(fields, "Content-Length")
    if not re.fullmatch(r"[0-9]{1,18}", length):
        raise Broken("no WARC record")
    return Record(fields=fields, block=_read_block(stream, int(length), bounds))


def _first_line(stream: RecordStream, limit: int) -> bytes:
    """The line that a record begins with; empty ones before it are passed over."""
    for _ in range(_LEADING_LINES):
        line = stream.line(limit)
        if line.strip(b"\r\n"):
            return line
    return b""


def _head_of(stream: RecordStream, limit: int) -> bytes:
    """The lines up to the first empty one."""
    lines = []
    while (line := stream.line(limit)).strip(b"\r\n"):
        lines.append(line)
        limit -= len(line)
    return b"".join(lines)


def _read_block(stream: RecordStream, length: int, bounds: Bounds) -> bytes | None:
    """The block; None, and nothing kept of it, when it is longer than the bound."""
    if length > bounds.skipped_bytes:
        raise Broken(f"a record of {length} bytes")
    pieces = []
    left = length
    while left:
        piece = stream.read(min(left, CHUNK))
        if not piece:
            raise Broken("a record that ends before its block does")
        left -= len(piece)
        if length <= bounds.record_bytes:
            pieces.append(piece)
    return b"".join(pieces) if length <= bounds.record_bytes else None


def _response(
    offset: int, record: Record, end: int, request: Record | None, *, bounds: Bounds, listener: Listener
) -> _Response | None:
    url = as_uri(record["WARC-Target-URI"].removeprefix("<").removesuffix(">").encode("latin-1"))
    fetched_at = _date_of(record)

    def note(why: str) -> None:
        listener.on_note(Skipped(offset=offset, url=url, why=why, fetched_at=fetched_at))

    try:
        exchange = _exchange(url, record, bounds, note)
    except ValueError as error:
        reason = Reason.TOO_LARGE if isinstance(error, PayloadTooLarge) else Reason.UNDECODABLE
        listener.on_skip(Skipped(offset=offset, url=url, why=str(error), fetched_at=fetched_at, reason=reason))
        return None
    if request is not None and _belongs(record, request["WARC-Record-ID"]):
        exchange = replace(exchange, request_headers=_request_fields(request, bounds))
    return _Response(record_id=record["WARC-Record-ID"], exchange=exchange, offset=offset, end=end)


def _date_of(record: Record) -> datetime | None:
    try:
        return read_date(record["WARC-Date"])
    except ValueError:
        return None


def _exchange(url: str, record: Record, bounds: Bounds, note: Callable[[str], None]) -> Exchange:
    if not url.lower().startswith(("http://", "https://")):
        raise ValueError("not an exchange over http or https")
    if record.block is None:
        raise PayloadTooLarge(f"a record of more than {bounds.record_bytes} bytes")
    head, body = split_head(record.block, bounds.head_bytes)
    first_line, fields = read_head(head)
    status = _STATUS_LINE.fullmatch(first_line)
    if status is None:
        raise ValueError("no HTTP status line")
    if record[MARK[0]] == MARK[1]:
        fields = tuple(_received(fields[:-1]))
    else:
        body = payload_of(fields, body, bounds.payload_bytes, note)
    if cut := record["WARC-Truncated"]:
        note(f"cut off when it was captured ({cut[:40]})")
    return Exchange(
        url=url,
        status=int(status[1]),
        phrase=status[2] or "",
        request_headers=(),
        headers=fields,
        body=body,
        fetched_at=read_date(record["WARC-Date"]),
        remote_address=record["WARC-IP-Address"],
    )


def _received(fields: Fields) -> Iterator[tuple[str, str]]:
    """The fields as they came, from those that a segment keeps."""
    for name, value in fields:
        yield name.removeprefix(ORIGINAL), value


def _belongs(record: Record, other_id: str) -> bool:
    return bool(other_id) and record["WARC-Concurrent-To"] == other_id


def _request_fields(request: Record, bounds: Bounds) -> Fields:
    try:
        head, _ = split_head(request.block or b"", bounds.head_bytes)
    except ValueError:
        return ()
    return read_head(head)[1]
