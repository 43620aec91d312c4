"""Archives of other hands, hostile ones among them: all that can be read is, and the rest is told."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

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


def read(data: bytes, bounds: Bounds | None = None) -> tuple[list[Exchange], list[str]]:
    skipped: list[Skipped] = []
    found = [found for found, _, _ in iter_exchanges(BytesIO(data), bounds=bounds, on_skip=skipped.append)]
    return found, [skip.why for skip in skipped]


@pytest.mark.parametrize("is_gzip", [True, False])
def test_warcio_archives_are_read(tmp_path: Path, is_gzip: bool) -> None:
    file = BytesIO()
    writer = WARCWriter(file, gzip=is_gzip)
    bodies = [b"one", gzip.compress(b"two")]
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
    body = gzip.compress(b"news")
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
        (answer(gzip.compress(b"a") + gzip.compress(b"b"), "Content-Encoding: gzip"), b"ab"),
        (answer(gzip.compress(b"cut off" * 99)[:-8], "Content-Encoding: gzip"), b"cut off" * 99),
        (answer(b"", "Content-Encoding: gzip"), b""),
        (answer(b"x", "Content-Encoding: identity"), b"x"),
        (b"HTTP/1.0 204\n\n", b""),
    ],
)
def test_payloads_that_are_not_quite_what_they_say_are_read(block: bytes, body: bytes) -> None:
    found, skipped = read(record(block))
    assert ([exchange.body for exchange in found], skipped) == ([body], [])


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (record(answer(b"x", "Content-Encoding: br")), "content coding 'br'"),
        (record(answer(b"\x1f\x8b\x08broken", "Content-Encoding: gzip")), "damaged gzip"),
        (record(b"no status line\r\n\r\n"), "no HTTP status line"),
        (record(b"HTTP/1.1 200 OK"), "no end of the head"),
        (record(answer(b"x"), url="dns:news.example"), "not an exchange"),
        (record(answer(b"x")).replace(b"2025-05-04T00:00:00Z", b"some day"), "Invalid isoformat"),
        (record(answer(b"x" * 5000)), "a record of more than"),
    ],
)
def test_a_bad_response_is_told_and_the_next_is_read(bad: bytes, why: str) -> None:
    bounds = Bounds(record_bytes=3000)
    for data in (bad + record(answer(b"next")), gzip.compress(bad) + gzip.compress(record(answer(b"next")))):
        found, skipped = read(data, bounds)
        assert [exchange.body for exchange in found] == [b"next"]
        assert len(skipped) == 1
        assert why in skipped[0]


def test_other_records_are_passed_over_in_silence() -> None:
    others = [record(b"x" * 10, kind=kind) for kind in ("warcinfo", "metadata", "revisit", "resource", "request")]
    found, skipped = read(b"".join(others) + record(answer(b"x")))
    assert (len(found), skipped) == (1, [])


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


def test_an_archive_compressed_as_a_whole_is_told() -> None:
    _, skipped = read(gzip.compress(record(answer(b"x")) * 2))
    assert "not compressed record by record" in skipped[0]


def test_an_empty_file_holds_nothing() -> None:
    assert read(b"") == ([], [])


BOMB = zlib.compress(bytes(300_000_000), 9, wbits=31)


@pytest.mark.parametrize(
    "data",
    [
        BOMB,
        gzip.compress(record(answer(BOMB, "Content-Encoding: gzip"))),
        zlib.compress(record(answer(bytes(100_000_000))), wbits=31),
        gzip.compress(b"WARC/1.0\r\nA: " + bytes(50_000_000)),
        gzip.compress(b"WARC/1.0\r\n" + b"A: b\r\n" * 5_000_000),
    ],
    ids=["no line end", "payload", "record", "one field", "many fields"],
)
def test_a_bomb_takes_no_more_memory_than_the_bounds_allow(data: bytes) -> None:
    tracemalloc.start()
    try:
        found, skipped = read(data, Bounds(record_bytes=1 << 20, payload_bytes=1 << 20, head_bytes=1 << 16))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (found, len(skipped)) == ([], 1)
    assert peak < 8 << 20
