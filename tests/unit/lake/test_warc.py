"""Segments of our own: what other readers find in them, what cannot be forged, what is erased."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from mediawatch.errors import BadRequest, Corrupt
from mediawatch.lake.opening import open_store
from mediawatch.lake.store import Missing
from mediawatch.lake.warc import Bounds, Removed, SegmentWriter, Skipped, erase, iter_exchanges, read_exchange
from mediawatch.records import Exchange
from tests.support.exchanges import EXCHANGE


def segment_of(folder: Path, exchanges: Iterable[Exchange]) -> tuple[Path, list[tuple[int, int]]]:
    with SegmentWriter(folder, "s.warc.gz") as writer:
        places = [(located.offset, located.length) for located in map(writer.write, exchanges)]
    return writer.close(), places


def read(data: bytes, bounds: Bounds | None = None) -> tuple[list[Exchange], list[str]]:
    skipped: list[Skipped] = []
    found = [found for found, _, _ in iter_exchanges(BytesIO(data), bounds=bounds, on_skip=skipped.append)]
    return found, [skip.why for skip in skipped]


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
    with pytest.raises(Corrupt, match=rf"^s\.warc\.gz: .*record at {offset + move}\b"):
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
