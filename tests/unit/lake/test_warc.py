"""Archives of other hands, hostile ones among them, and the corners of our own."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib
from collections.abc import Iterable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from mediawatch.errors import BadRequest, Corrupt
from mediawatch.lake.store import Missing, Store, open_store
from mediawatch.lake.warc import Bounds, Removed, SegmentWriter, Skipped, erase, iter_exchanges, read_exchange
from mediawatch.records import Exchange

EXCHANGE = Exchange(
    url="http://news.example/a?b=1",
    status=200,
    phrase="OK",
    request_headers=(("Host", "news.example"), ("User-Agent", "mediawatch")),
    headers=(("Content-Type", "text/html"), ("Content-Encoding", "gzip"), ("Content-Length", "7")),
    body="<p>新闻</p>".encode(),
    fetched_at=datetime(2025, 5, 4, 3, 2, 1, 123456, tzinfo=UTC),
    remote_address="192.0.2.7",
)


def segment_of(folder: Path, exchanges: Iterable[Exchange]) -> tuple[Path, list[tuple[int, int]]]:
    with SegmentWriter(folder, "s.warc.gz") as writer:
        places = [(located.offset, located.length) for located in map(writer.write, exchanges)]
    return writer.close(), places


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


# -- our own


def test_a_segment_says_what_warcio_expects(tmp_path: Path) -> None:
    path, _ = segment_of(tmp_path, [EXCHANGE])
    with path.open("rb") as file:
        records = [(r.rec_type, r.rec_headers, r.http_headers) for r in ArchiveIterator(file, check_digests="raise")]
    assert [kind for kind, _, _ in records] == ["warcinfo", "response", "request"]
    _, (_, about, head), (_, about_request, request) = records
    assert about.protocol == "WARC/1.1"
    assert about["WARC-Date"] == "2025-05-04T03:02:01.123456Z"
    assert about["WARC-IP-Address"] == "192.0.2.7"
    assert about_request["WARC-Concurrent-To"] == about["WARC-Record-ID"]
    assert request.protocol + request.statusline == "GET/a?b=1 HTTP/1.1"
    assert head.headers == [
        ("Content-Type", "text/html"),
        ("X-Archive-Orig-Content-Encoding", "gzip"),
        ("X-Archive-Orig-Content-Length", "7"),
        ("Content-Length", str(len(EXCHANGE.body))),
    ]


def test_an_exchange_is_read_by_its_place(tmp_path: Path) -> None:
    _, places = segment_of(tmp_path, [EXCHANGE] * 3)
    store = open_store(tmp_path)
    assert [read_exchange(store, "s.warc.gz", *place) for place in places] == [EXCHANGE] * 3
    with pytest.raises(Missing):
        read_exchange(store, "none.warc.gz", 0, 10)


@pytest.mark.parametrize(("move", "stretch"), [(1, 0), (0, 9999), (-5, 0), (0, -20)])
def test_a_wrong_place_is_corrupt(tmp_path: Path, move: int, stretch: int) -> None:
    _, [_, (offset, length)] = segment_of(tmp_path, [EXCHANGE] * 2)
    with pytest.raises(Corrupt, match=f"s.warc.gz at {offset + move}"):
        read_exchange(open_store(tmp_path), "s.warc.gz", offset + move, length + stretch)


def test_no_value_can_forge_a_field_or_a_record(tmp_path: Path) -> None:
    evil = Exchange(
        url="http://news.example/\r\nWARC-Type: metadata",
        status=200,
        phrase="OK\r\nSet-Cookie: a=b",
        request_headers=(("A\r\nB", "c\r\n\r\nGET / HTTP/1.1"),),
        headers=(("X: Y", "z\r\nContent-Length: 0\r\n\r\nWARC/1.1"), ("Title", "新闻")),
        body=b"body",
        fetched_at=EXCHANGE.fetched_at,
        remote_address="192.0.2.7\r\nWARC-Type: metadata",
    )
    path, _ = segment_of(tmp_path, [evil, EXCHANGE])
    first, second = read(path.read_bytes())[0]
    assert second == EXCHANGE
    assert (first.url, first.body) == ("http://news.example/%0D%0AWARC-Type:%20metadata", b"body")
    assert [name for name, _ in first.headers] == ["X_ Y", "Title"]
    assert len(first.request_headers) == 1


@pytest.mark.parametrize(
    "url", ["http://[broken", "http://news.example?q", "http://news.example/新闻#部分", "http://h"]
)
def test_any_url_can_be_archived(tmp_path: Path, url: str) -> None:
    path, _ = segment_of(tmp_path, [EXCHANGE, Exchange(**{**_fields(EXCHANGE), "url": url})])
    with path.open("rb") as file:
        lines = [r.http_headers.statusline for r in ArchiveIterator(file) if r.rec_type == "request"]
    assert lines[1].startswith("/")
    assert lines[1].endswith(" HTTP/1.1")


def _fields(exchange: Exchange) -> dict[str, object]:
    return {name: getattr(exchange, name) for name in exchange.__slots__}


def test_an_erased_exchange_is_gone_and_says_so(tmp_path: Path) -> None:
    path, places = segment_of(tmp_path, [EXCHANGE] * 3)
    store = open_store(tmp_path)
    erased = erase(path.read_bytes(), *places[1])
    store.put("s.warc.gz", erase(erased, *places[1]))
    with pytest.raises(Removed):
        read_exchange(store, "s.warc.gz", *places[1])
    assert [read_exchange(store, "s.warc.gz", *places[n]) for n in (0, 2)] == [EXCHANGE] * 2
    start, length = places[1]
    assert EXCHANGE.url.encode() not in gzip.decompress(erased[start : start + length])


@pytest.mark.parametrize(("move", "stretch"), [(1, 0), (0, 1), (0, -1), (-7, 7), (10**6, 0)])
def test_only_whole_records_are_erased(tmp_path: Path, move: int, stretch: int) -> None:
    path, [_, (offset, length)] = segment_of(tmp_path, [EXCHANGE] * 2)
    with pytest.raises(BadRequest):
        erase(path.read_bytes(), offset + move, length + stretch)


def test_a_record_too_short_for_the_note_is_not_erased() -> None:
    tiny = b"WARC/1.0\r\nContent-Length: 0\r\n\r\n\r\n\r\n"
    for data in (tiny, gzip.compress(tiny)):
        with pytest.raises(BadRequest, match="too short"):
            erase(data, 0, len(data))


# -- of other hands


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
    path, places = segment_of(tmp_path, [EXCHANGE] * 3)
    found, skipped = read(path.read_bytes()[: places[2][0] + 50])
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
