"""Archives of other hands, hostile ones among them: all that can be read is, and the rest is told."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import brotli
import pytest
from backports import zstd
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from mediawatch.errors import Corrupt
from mediawatch.lake.opening import open_store
from mediawatch.lake.store import Store
from mediawatch.lake.warc import Bounds, SegmentWriter, Skipped, iter_exchanges, read_exchange
from mediawatch.records import Exchange
from tests.support.exchanges import EXCHANGE


def record(block: bytes, *fields: str, kind: str = "response", url: str = "http://news.example/") -> bytes:
    head = ["WARC/1.0", f"WARC-Type: {kind}", f"WARC-Target-URI: {url}", "WARC-Date: 2025-05-04T00:00:00Z", *fields]
    if not any(line.startswith("Content-Length") for line in fields):
        head.append(f"Content-Length: {len(block)}")
    return "\r\n".join(head).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


def answer(body: bytes, *fields: str) -> bytes:
    return "\r\n".join(["HTTP/1.1 200 OK", *fields]).encode() + b"\r\n\r\n" + body


def chunks(body: bytes) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in (body[:3], body[3:])) + b"0\r\n\r\n"


def read(data: bytes, bounds: Bounds | None = None) -> tuple[list[Exchange], list[str]]:
    skipped: list[Skipped] = []
    found = [found for found, _, _ in iter_exchanges(BytesIO(data), bounds=bounds, on_skip=skipped.append)]
    return found, [skip.why for skip in skipped]


@pytest.mark.parametrize("is_gzip", [True, False])
def test_warcio_archives_are_read(tmp_path: Path, is_gzip: bool) -> None:
    file = BytesIO()
    writer = WARCWriter(file, gzip=is_gzip)
    bodies = [b"one", gzip.compress(b"two", mtime=0)]
    for number, body in enumerate(bodies):
        url = f"http://news.example/{number}"
        fields = [("Content-Type", "text/html"), *([("Content-Encoding", "gzip")] if number else [])]
        head = StatusAndHeaders("200 OK", fields, protocol="HTTP/1.1")
        request = StatusAndHeaders(f"GET /{number} HTTP/1.1", [("Host", "news.example")], is_http_request=True)
        writer.write_request_response_pair(
            writer.create_warc_record(url, "request", payload=BytesIO(), http_headers=request),
            writer.create_warc_record(url, "response", payload=BytesIO(body), http_headers=head),
        )
    store: Store = open_store(tmp_path)
    store.put("foreign", file.getvalue())
    found = list(iter_exchanges(tmp_path / "foreign"))
    assert [exchange.body for exchange, _, _ in found] == [b"one", b"two"]
    assert [exchange.request_headers for exchange, _, _ in found] == [(("Host", "news.example"),)] * 2
    for exchange, offset, length in found:
        assert read_exchange(store, "foreign", offset, length).body == exchange.body


def test_a_request_that_comes_first_is_read_with_its_answer() -> None:
    request = record(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n", "WARC-Record-ID: <urn:1>", kind="request")
    data = request + record(answer(b"x"), "WARC-Record-ID: <urn:2>", "WARC-Concurrent-To: <urn:1>")
    (exchange,), _ = read(data)
    assert exchange.request_headers == (("Host", "h"),)


def test_chunks_codings_and_brackets_of_other_writers_are_undone() -> None:
    body = gzip.compress(b"news", mtime=0)
    chunked = b"%x;ext=1\r\n%s\r\n3\r\n%s\r\n0\r\n\r\n" % (len(body) - 3, body[:-3], body[-3:])
    fields = ("transfer-encoding: Chunked", "content-encoding: x-gzip", "Folded: a\r\n  b")
    (exchange,), skipped = read(record(answer(chunked, *fields), url="<http://news.example/新>"))
    assert (exchange.url, exchange.body, skipped) == ("http://news.example/%E6%96%B0", b"news", [])
    assert exchange.header("folded") == "a b"


@pytest.mark.parametrize(
    ("block", "body"),
    [
        (answer(b"plain", "Content-Encoding: gzip"), b"plain"),
        (answer(b"not chunked", "Transfer-Encoding: chunked"), b"not chunked"),
        (answer(b"5\r\nhello\r\n5\r\nwo", "Transfer-Encoding: chunked"), b"hellowo"),
        (answer(gzip.compress(b"a", mtime=0) + gzip.compress(b"b", mtime=0), "Content-Encoding: gzip"), b"ab"),
        (answer(gzip.compress(b"cut off" * 99, mtime=0)[:-8], "Content-Encoding: gzip"), b"cut off" * 99),
        (answer(b"", "Content-Encoding: gzip"), b""),
        (answer(b"x", "Content-Encoding: identity"), b"x"),
        (answer(b"x", "Content-Encoding: none"), b"x"),
        (answer(b"x", "Content-Encoding: UTF-8"), b"x"),
        (answer(brotli.compress(b"news"), "Content-Encoding: br"), b"news"),
        (answer(zstd.compress(b"news"), "Content-Encoding: zstd"), b"news"),
        (answer(gzip.compress(b"news", mtime=0), "Content-Encoding: gzip", "Content-Encoding: gzip"), b"news"),
        (answer(chunks(gzip.compress(b"news", mtime=0)), "Transfer-Encoding: gzip, chunked"), b"news"),
        (
            answer(chunks(gzip.compress(b"news", mtime=0)), "Transfer-Encoding: Chunked", "Content-Encoding: gzip"),
            b"news",
        ),
        (answer(b"<html>as it is", "Transfer-Encoding: gzip, chunked", "Content-Encoding: br"), b"<html>as it is"),
        (answer(b"4\nnews\n0\n\n", "Transfer-Encoding: chunked"), b"news"),
        (answer(b"  4 ;a=b\r\nnews\r\n0\r\n\r\n", "Transfer-Encoding: chunked"), b"news"),
        (b"HTTP/2 200\r\n\r\nx", b"x"),
        (b"HTTP/1.1  200 OK\r\n\r\nx", b"x"),
        (b"HTTP/1.0 204\n\n", b""),
    ],
)
def test_payloads_that_are_not_quite_what_they_say_are_read(block: bytes, body: bytes) -> None:
    found, skipped = read(record(block))
    assert ([exchange.body for exchange in found], skipped) == ([body], [])


@pytest.mark.parametrize(
    ("block", "body", "note"),
    [
        (answer(b"5\r\nhello\r\n5\r\nwo", "Transfer-Encoding: chunked"), b"hellowo", "end too early"),
        (answer(b"5\r\nhello\r\nnot a size\r\n", "Transfer-Encoding: chunked"), b"hellonot a size", "bad chunking"),
        (
            answer(gzip.compress(b"cut off" * 99, mtime=0)[:-8], "Content-Encoding: gzip"),
            b"cut off" * 99,
            "ends too early",
        ),
    ],
)
def test_a_body_that_is_used_as_far_as_it_goes_is_told(block: bytes, body: bytes, note: str) -> None:
    told: list[Skipped] = []
    ((exchange, _, _),) = iter_exchanges(BytesIO(record(block)), on_note=told.append)
    assert exchange.body == body
    assert (told[0].url, told[0].fetched_at) == (exchange.url, exchange.fetched_at)
    assert note in told[0].why


@pytest.mark.parametrize("at", [0, 3, 40, 45, 46, 47, 48, 49, 50, 93])
@pytest.mark.parametrize("noise", [b"", b"zz\r\n", b"\r\n", b"!" * 30])
def test_behind_a_bad_chunk_the_others_are_read(at: int, noise: bytes) -> None:
    """Only what is damaged shows: the sizes of the chunks behind it do not stand in the text."""
    text = b"".join(b"<p>line %03d of the town</p>" % n for n in range(28))
    chunked = b"".join(b"2a\r\n%s\r\n" % text[n : n + 42] for n in range(0, len(text), 42)) + b"0\r\n\r\n"
    begin = 48 * 3 + at
    damaged = chunked[:begin] + noise + chunked[begin + (0 if noise else 3) :]
    ((exchange, _, _),) = iter_exchanges(BytesIO(record(answer(damaged, "Transfer-Encoding: chunked"))))
    assert exchange.body.startswith(text[: 42 * 3])
    assert exchange.body.endswith(text[42 * 7 :])
    assert exchange.body.count(b"2a\r\n") <= 2


def test_a_body_that_was_cut_off_when_it_was_captured_is_told() -> None:
    told: list[Skipped] = []
    list(iter_exchanges(BytesIO(record(answer(b"x"), "WARC-Truncated: length")), on_note=told.append))
    assert [note.why for note in told] == ["cut off when it was captured (length)"]


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (record(answer(b"x", "Content-Encoding: compress")), "content coding 'compress'"),
        (record(answer(b"\xff\xff\xff\xff", "Content-Encoding: br")), "damaged payload: brotli"),
        (record(answer(b"\x1f\x8b\x08broken", "Content-Encoding: gzip")), "damaged payload: zlib"),
        (record(b"no status line\r\n\r\n"), "no HTTP status line"),
        (record(b"HTTP/1.1 200 OK"), "no end of the head"),
        (record(answer(b"x"), url="dns:news.example"), "not an exchange"),
        (record(answer(b"x")).replace(b"2025-05-04T00:00:00Z", b"some day"), "a date that cannot be read"),
        (record(answer(b"x" * 5000)), "a record of more than"),
    ],
)
def test_a_bad_response_is_told_and_the_next_is_read(bad: bytes, why: str) -> None:
    bounds = Bounds(record_bytes=3000)
    for data in (bad + record(answer(b"next")), gzip.compress(bad, mtime=0) + gzip.compress(record(answer(b"next")))):
        found, skipped = read(data, bounds)
        assert [exchange.body for exchange in found] == [b"next"]
        assert len(skipped) == 1
        assert why in skipped[0]


def test_records_of_other_kinds_are_counted() -> None:
    kinds = ["warcinfo", "metadata", "revisit", "resource", "request", "response"]
    told: list[str] = []
    data = b"".join(record(answer(b"x" * 10), kind=kind) for kind in kinds)
    found = list(iter_exchanges(BytesIO(data), on_record=lambda one: told.append(one["WARC-Type"])))
    assert (len(found), told) == (1, kinds)


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize(
    "tail",
    [
        record(answer(b"x"))[:-30],
        record(answer(b"x"), "Content-Length: 99999999"),
        record(answer(b"x"), "Content-Length: -1"),
        record(answer(b"x"), "Content-Length: " + "9" * 17),
        record(answer(b"x"), "Content-Length: ٣"),
        b"GET / HTTP/1.1\r\n\r\n",
        b"no archive",
        b"X" * 300_000,
    ],
)
def test_where_an_archive_cannot_be_followed_is_told(pack: type[bytes], tail: bytes) -> None:
    found, skipped = read(pack(record(answer(b"good"))) + pack(tail))
    assert [exchange.body for exchange in found] == [b"good"]
    assert len(skipped) == 1
    assert "the rest of the file cannot be read" in skipped[0]


def test_an_archive_cut_short_gives_what_is_whole(tmp_path: Path) -> None:
    with SegmentWriter(tmp_path, "s.warc.gz") as writer:
        places = [writer.write(EXCHANGE) for _ in range(3)]
    found, skipped = read(writer.close().read_bytes()[: places[2].offset + 50])
    assert (found, len(skipped)) == ([EXCHANGE] * 2, 1)


MANY = b"".join(
    record(answer(bytes([65 + n % 26]) * 50_000), kind=("response", "request")[n % 3 == 2]) for n in range(9)
)


@pytest.mark.parametrize("size", [None, 7_000, 65_280, 333_333], ids=lambda size: f"members of {size}")
def test_an_archive_compressed_as_a_whole_is_read(size: int | None) -> None:
    """In one gzip member, or cut into members that end anywhere (bgzip, pigz)."""
    size = size or len(MANY)
    members = b"".join(gzip.compress(MANY[at : at + size], mtime=0) for at in range(0, len(MANY), size))
    found, skipped = read(members)
    assert skipped == []
    assert found == read(MANY)[0]
    assert len(found) == 6


def test_places_of_a_segment_are_whole_members_and_nothing_else(tmp_path: Path) -> None:
    """What others may do, our own segments do not."""
    store = open_store(tmp_path)
    data = gzip.compress(record(answer(b"x")) * 2)
    store.put("foreign", data)
    with pytest.raises(Corrupt, match="not compressed record by record"):
        read_exchange(store, "foreign", 0, len(data))


@pytest.mark.parametrize(
    "damage", [b"\xff\xff\xff", b"\x1f\x8b\x08!", b""], ids=["noise", "a false start", "bytes missing"]
)
@pytest.mark.parametrize("part", [0, 1, 5, 9])
def test_a_damaged_member_costs_itself_and_is_told(damage: bytes, part: int) -> None:
    pieces = [gzip.compress(record(answer(bytes([65 + n]) * 300))) for n in range(4)]
    at = (len(pieces[1]) - 3) * part // 9
    pieces[1] = pieces[1][:at] + damage + pieces[1][at + 3 :]
    found, skipped = read(b"".join(pieces))
    assert [exchange.body[:1] for exchange in found] == [b"A", b"C", b"D"]
    assert len(skipped) == 1
    assert skipped[0].startswith("bytes up to ")


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"WARC/1.0", b"\xff\xff"), (b"Content-Length", b"Content-Lost"), (b": 3", b": 2")],
)
def test_a_damaged_record_costs_what_it_covers_and_is_told(old: bytes, new: bytes) -> None:
    records = [record(answer(bytes([65 + n]) * 300)) for n in range(4)]
    records[1] = records[1].replace(old, new, 1)
    found, skipped = read(b"".join(records))
    assert (found[0].body[:1], found[-1].body[:1]) == (b"A", b"D")
    assert len(skipped) == 1
    assert skipped[0].startswith("bytes up to ")


@pytest.mark.parametrize("dictionary", [b"", b"plain", b"packed"], ids=["none", "plain", "packed"])
def test_zstandard_archives_are_read_with_their_dictionary(dictionary: bytes) -> None:
    records = [record(answer(f"<p>news of the town number {n}</p>".encode() * 20)) for n in range(30)]
    learned = zstd.train_dict(records * 10, 2000) if dictionary else None
    head = b""
    if learned is not None:
        content = zstd.compress(learned.dict_content) if dictionary == b"packed" else learned.dict_content
        head = b"\x5d\x2a\x4d\x18" + len(content).to_bytes(4, "little") + content
    found, skipped = read(head + b"".join(zstd.compress(one, zstd_dict=learned) for one in records))
    assert (len(found), skipped) == (30, [])
    assert found == read(b"".join(records))[0]
    _, skipped = read(head + b"".join(zstd.compress(one, zstd_dict=learned) for one in records)[:-20])
    assert len(skipped) == 1


ARC = b"""filedesc://IA-001.arc 0.0.0.0 20050601120000 text/plain 76
1 1 InternetArchive
URL IP-address Archive-date Content-type Archive-length

"""


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
@pytest.mark.parametrize("middle", ["", " 200 - - 0 IA-001.arc"], ids=["version 1", "version 2"])
def test_arc_files_are_read(pack: type[bytes], middle: str) -> None:
    def one(url: str, block: bytes) -> bytes:
        return f"{url} 192.0.2.7 20050601120102 text/html{middle} {len(block)}\n".encode() + block + b"\n"

    records = [ARC, one("http://news.example/a b", answer(b"one")), one("dns:news.example", b"x")]
    records.append(one("http://news.example/2", answer(b"two")))
    found, skipped = read(b"".join(map(pack, records)))
    assert [(exchange.url, exchange.body) for exchange in found] == [
        ("http://news.example/a%20b", b"one"),
        ("http://news.example/2", b"two"),
    ]
    assert found[0].fetched_at == datetime(2005, 6, 1, 12, 1, 2, tzinfo=UTC)
    assert found[0].remote_address == "192.0.2.7"
    assert skipped == ["not an exchange over http or https"]


def test_empty_lines_before_a_record_do_no_harm() -> None:
    for pack in (bytes, gzip.compress):
        found, skipped = read(pack(b"\r\n\r\n" + record(answer(b"a"))) + pack(b"\r\n" + record(answer(b"b"))))
        assert (len(found), skipped) == (2, [])


def test_an_empty_file_holds_nothing() -> None:
    assert read(b"") == ([], [])


def bomb() -> bytes:
    return zlib.compress(bytes(300_000_000), 9, wbits=31)


@pytest.mark.slow
@pytest.mark.parametrize(
    "make",
    [
        bomb,
        lambda: gzip.compress(record(answer(bomb(), "Content-Encoding: gzip"))),
        lambda: zlib.compress(record(answer(bytes(100_000_000))), wbits=31),
        lambda: gzip.compress(b"WARC/1.0\r\nA: " + bytes(50_000_000), mtime=0),
        lambda: gzip.compress(b"WARC/1.0\r\n" + b"A: b\r\n" * 5_000_000, mtime=0),
    ],
    ids=["no line end", "payload", "record", "one field", "many fields"],
)
def test_a_bomb_takes_no_more_memory_than_the_bounds_allow(make: Callable[[], bytes]) -> None:
    data = make()
    tracemalloc.start()
    try:
        found, skipped = read(data, Bounds(record_bytes=1 << 20, payload_bytes=1 << 20, head_bytes=1 << 16))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (found, len(skipped)) == ([], 1)
    assert peak < 8 << 20
