"""Reading exchanges: one by its place, or all of a file of any origin, however hostile."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from mediawatch.errors import Corrupt
from mediawatch.lake.damage import damaged
from mediawatch.lake.store import Store
from mediawatch.lake.warc.heads import Fields, as_uri, field, read_date, read_head, split_head
from mediawatch.lake.warc.payloads import payload_of
from mediawatch.lake.warc.streams import CHUNK, Broken, RecordStream, record_stream
from mediawatch.lake.warc.writing import MARK, ORIGINAL
from mediawatch.records import Exchange

_STATUS_LINE = re.compile(r"HTTP/[0-9](?:\.[0-9])? ([0-9]{3})(?: (.*))?", re.IGNORECASE)


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
    """A response that could not be used, or the place where the file cannot be followed any further; and why."""

    offset: int
    url: str
    why: str


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


def _ignore(_: Skipped) -> None:
    """The default: who counts outcomes passes a function of their own."""


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
    found = [exchange for exchange, _, _ in iter_exchanges(BytesIO(data), bounds=bounds, on_skip=skipped.append)]
    if found and not skipped:
        if digest and sha256(found[0].body).hexdigest() != digest:
            raise damaged(key, f"the record at {offset} is not the one that was written there")
        return found[0]
    if not skipped and [record["WARC-Type"] for _, record, _ in walk(BytesIO(data))] == ["metadata"]:
        raise Removed(f"{key}: the record at {offset} was removed", key)
    raise damaged(key, f"the record at {offset}: {skipped[0].why if skipped else 'no response record'}")


def iter_exchanges(
    source: Path | BinaryIO, *, bounds: Bounds | None = None, on_skip: Callable[[Skipped], None] = _ignore
) -> Iterator[Found]:
    """Every response of a WARC (plain, or gzip by record) with the offset and length that `read_exchange` takes.

    Request fields come with it where its request stands next to it.  Never raises for what the file holds: `on_skip`
    is told of every response left out, and of the place where a damaged file ends.
    """
    with source.open("rb") if isinstance(source, Path) else nullcontext(source) as raw:
        yield from _exchanges(raw, bounds or Bounds(), on_skip)


def _exchanges(raw: BinaryIO, bounds: Bounds, on_skip: Callable[[Skipped], None]) -> Iterator[Found]:
    held: _Response | None = None
    request: Record | None = None
    for offset, record, end in walk(raw, bounds, on_skip):
        if held is not None and record["WARC-Type"] == "request" and _belongs(record, held.record_id):
            exchange = replace(held.exchange, request_headers=_request_fields(record, bounds))
            yield exchange, held.offset, end - held.offset
            held = None
            continue
        if held is not None:
            yield held.exchange, held.offset, held.end - held.offset
        held = None
        if record["WARC-Type"] == "response":
            held = _response(offset, record, end, request, bounds=bounds, on_skip=on_skip)
        request = record if record["WARC-Type"] == "request" else None
    if held is not None:
        yield held.exchange, held.offset, held.end - held.offset


def walk(
    raw: BinaryIO, bounds: Bounds | None = None, on_skip: Callable[[Skipped], None] = _ignore
) -> Iterator[tuple[int, Record, int]]:
    """Every record with where it begins and ends, up to the end of the file or the first damage."""
    stream = record_stream(raw)
    offset = 0
    try:
        while stream.begin():
            offset = stream.offset
            record = _read_record(stream, bounds or Bounds())
            stream.finish()
            yield offset, record, stream.offset
    except Broken as damage:
        on_skip(Skipped(offset=offset, url="", why=f"the rest of the file cannot be read: {damage}"))


def _read_record(stream: RecordStream, bounds: Bounds) -> Record:
    version, fields = read_head(_head_of(stream, bounds.head_bytes))
    length = field(fields, "Content-Length")
    if not version.upper().startswith("WARC/") or not re.fullmatch(r"[0-9]{1,18}", length):
        raise Broken("no WARC record")
    return Record(fields=fields, block=_read_block(stream, int(length), bounds))


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
    offset: int,
    record: Record,
    end: int,
    request: Record | None,
    *,
    bounds: Bounds,
    on_skip: Callable[[Skipped], None],
) -> _Response | None:
    url = as_uri(record["WARC-Target-URI"].removeprefix("<").removesuffix(">").encode("latin-1"))
    try:
        exchange = _exchange(url, record, bounds)
    except ValueError as error:
        on_skip(Skipped(offset=offset, url=url, why=str(error)))
        return None
    if request is not None and _belongs(record, request["WARC-Record-ID"]):
        exchange = replace(exchange, request_headers=_request_fields(request, bounds))
    return _Response(record_id=record["WARC-Record-ID"], exchange=exchange, offset=offset, end=end)


def _exchange(url: str, record: Record, bounds: Bounds) -> Exchange:
    if not url.lower().startswith(("http://", "https://")):
        raise ValueError("not an exchange over http or https")
    if record.block is None:
        raise ValueError(f"a record of more than {bounds.record_bytes} bytes")
    head, body = split_head(record.block, bounds.head_bytes)
    first_line, fields = read_head(head)
    status = _STATUS_LINE.fullmatch(first_line)
    if status is None:
        raise ValueError("no HTTP status line")
    if record[MARK[0]] == MARK[1]:
        fields = tuple(_received(fields[:-1]))
    else:
        body = payload_of(fields, body, bounds.payload_bytes)
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
