"""Laws of archives: exchanges come back, others' places stay when one is erased, and no bytes raise."""

from __future__ import annotations

import gzip
import zlib
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from mediawatch.lake.warc import Bounds, SegmentWriter, Skipped, erase, iter_exchanges, rewrite
from mediawatch.lake.warc.heads import as_uri, read_date, write_date
from mediawatch.lake.warc.payloads import payload_of
from mediawatch.records import Exchange

pytestmark = pytest.mark.slow

untimed = settings(deadline=None)
names = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters=":"), min_size=1, max_size=20)
values = st.text(st.characters(max_codepoint=0xFF, exclude_characters="\r\n\x00"), max_size=40).map(
    lambda value: value.strip(" \t")
)
known = st.sampled_from(
    ["Content-Length", "content-encoding", "Transfer-Encoding", "X-Archive-Orig-Content-Length", "Set-Cookie"]
)
fields = st.lists(st.tuples(known | names, values), max_size=6).map(tuple)
urls = st.builds("http://{}.example/{}".format, st.sampled_from("ab"), st.text("abc/?=&%#", max_size=20))
instants = st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
awkward = st.sampled_from([b"", b"\r\n\r\n", b"WARC/1.1\r\n", b"\x1f\x8b\x08" * 50, b"x" * 200_000])
exchanges = st.builds(
    Exchange,
    url=urls,
    status=st.integers(100, 999),
    phrase=values,
    request_headers=fields,
    headers=fields,
    body=st.binary(max_size=300)
    | st.sampled_from([b"", b"\r\n\r\n", b"WARC/1.1\r\n", b"\x1f\x8b\x08" * 50, b"x" * 200_000]),
    fetched_at=instants,
    remote_address=st.sampled_from(["", "192.0.2.7", "2001:db8::1"]),
)


def segment(some: list[Exchange]) -> tuple[bytes, list[tuple[int, int]]]:
    with TemporaryDirectory() as folder, SegmentWriter(Path(folder), "s.warc.gz") as writer:
        places = [(located.offset, located.length) for located in map(writer.write, some)]
        return writer.close().read_bytes(), places


def plain(data: bytes) -> tuple[bytes, list[tuple[int, int]]]:
    """The same records uncompressed."""
    raw = gzip.decompress(data)
    return raw, [(offset, length) for _, offset, length in read(raw)]


def read(data: bytes) -> list[tuple[Exchange, int, int]]:
    skipped: list[Skipped] = []
    found = list(iter_exchanges(BytesIO(data), on_skip=skipped.append))
    assert skipped == []
    return found


@untimed
@given(st.lists(exchanges, max_size=4))
def test_exchanges_come_back_as_they_were_with_their_places(some: list[Exchange]) -> None:
    data, places = segment(some)
    assert read(data) == [(exchange, *place) for exchange, place in zip(some, places, strict=True)]
    for exchange, (offset, length) in zip(some, places, strict=True):
        assert [found for found, _, _ in read(data[offset : offset + length])] == [exchange]
    assert segment(some)[0] == data


@untimed
@given(st.lists(exchanges, max_size=3))
def test_warcio_reads_the_same_bodies_and_finds_the_digests_true(some: list[Exchange]) -> None:
    data, _ = segment(some)
    records = ArchiveIterator(BytesIO(data), check_digests="raise")
    bodies = [record.content_stream().read() for record in records if record.rec_type == "response"]
    assert bodies == [exchange.body for exchange in some]


@untimed
@given(st.lists(exchanges, min_size=1, max_size=4), st.data())
def test_erasing_one_leaves_every_other_in_its_place(some: list[Exchange], draw: st.DataObject) -> None:
    data, places = segment(some)
    data, places = draw.draw(st.sampled_from([(data, places), plain(data)]))
    victims = draw.draw(st.sets(st.integers(0, len(some) - 1), min_size=1))
    erased = data
    for victim in victims:
        erased = erase(erased, *places[victim])
    assert len(erased) == len(data)
    assert read(erased) == [(e, *places[n]) for n, e in enumerate(some) if n not in victims]
    kinds = [record.rec_type for record in ArchiveIterator(BytesIO(erased), check_digests="raise")]
    assert kinds.count("metadata") == len(victims)
    assert kinds.count("response") == kinds.count("request") == len(some) - len(victims)


@untimed
@given(st.integers(220, 400_000) | st.sampled_from([65_535 + n for n in range(-3, 30)]))
def test_a_member_of_any_length_is_replaced_by_one_of_that_length(length: int) -> None:
    head = b"WARC/1.1\r\nWARC-Type: resource\r\nWARC-Date: 2025-05-04T00:00:00Z\r\nContent-Length: 0\r\n\r\n\r\n\r\n"
    bare = zlib.compress(head, wbits=31)
    room = length - len(bare) - 2
    padding = room.to_bytes(2, "little") + bytes(room) if room <= 0xFFFF else b""
    member = bare[:3] + b"\x04" + bare[4:10] + padding + bare[10:] if padding else bare
    while len(member) < length:  # longer than one extra field: an empty stored block more
        stored = min(length - len(member), 0xFFFF + 5)
        member = member[:10] + b"\x00\x00\x00\xff\xff" * (stored // 5 or 1) + member[10:]
    blank = erase(b"before" + member + b"after", 6, len(member))
    assert (blank[:6], blank[-5:], len(blank)) == (b"before", b"after", len(member) + 11)
    assert gzip.decompress(blank[6:-5]).startswith(b"WARC/1.1\r\nWARC-Type: metadata\r\n")


def noisy_archives() -> st.SearchStrategy[bytes]:
    """Archives damaged at one place, plain and compressed, and plain noise."""
    whole = st.lists(exchanges, min_size=1, max_size=2).map(lambda some: segment(some)[0])
    whole = whole | whole.map(gzip.decompress)
    damaged = st.builds(
        lambda data, at, noise, cut: data[: at % len(data)] + noise + data[at % len(data) + cut :],
        whole,
        st.integers(0, 10**6),
        st.binary(max_size=8),
        st.integers(0, 8),
    )
    return damaged | st.binary(max_size=400) | st.binary(max_size=400).map(lambda tail: b"WARC/1.0\r\n" + tail)


@untimed
@given(noisy_archives())
def test_no_bytes_raise(data: bytes) -> None:
    skipped: list[Skipped] = []
    for exchange, offset, length in iter_exchanges(BytesIO(data), on_skip=skipped.append):
        assert isinstance(exchange, Exchange)
        assert 0 <= offset < offset + length <= len(data)


@untimed
@given(fields, st.binary(max_size=200))
def test_payloads_are_bounded_or_refused(some: tuple[tuple[str, str], ...], body: bytes) -> None:
    for wrapped in (body, gzip.compress(body * 10), zlib.compress(body)):
        try:
            assert len(payload_of(some, wrapped, 100)) <= 100
        except ValueError:
            continue


@untimed
@given(st.binary(max_size=500), st.integers(1, 7), st.sampled_from(["gzip", "deflate", "raw", ""]))
def test_payloads_come_out_of_chunks_and_codings(body: bytes, size: int, coding: str) -> None:
    raw = zlib.compressobj(wbits=-15)
    codings = {"gzip": gzip.compress(body), "deflate": zlib.compress(body), "raw": raw.compress(body) + raw.flush()}
    coded = codings.get(coding, body)
    pieces = [coded[at : at + size] for at in range(0, len(coded), size)]
    chunked = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
    headers = (("Transfer-Encoding", "chunked"), ("Content-Encoding", "deflate" if coding == "raw" else coding))
    assert payload_of(headers, chunked, 1000) == body


@untimed
@given(st.binary(max_size=60))
def test_any_address_becomes_one_word_of_ascii(address: bytes) -> None:
    uri = as_uri(address)
    assert uri.isascii()
    assert len(uri.split()) <= 1
    assert as_uri(uri.encode()) == uri


@untimed
@given(instants)
def test_dates_come_back(moment: datetime) -> None:
    assert read_date(write_date(moment)) == moment


@untimed
@given(st.integers(1000, 50_000))
def test_no_more_is_held_than_the_bounds_allow(size: int) -> None:
    bounds = Bounds(record_bytes=size - 200, payload_bytes=100)
    exchange = Exchange(
        url="http://a.example/",
        status=200,
        phrase="OK",
        request_headers=(),
        headers=(),
        body=bytes(size),
        fetched_at=datetime(2025, 5, 4, tzinfo=UTC),
        remote_address="",
    )
    skipped: list[Skipped] = []
    assert list(iter_exchanges(BytesIO(segment([exchange])[0]), bounds=bounds, on_skip=skipped.append)) == []
    assert [skip.why for skip in skipped] == [f"a record of more than {size - 200} bytes"]


@untimed
@given(st.lists(exchanges, max_size=4), st.data())
def test_rewritten_every_exchange_is_as_wanted_and_lies_where_it_is_said(
    some: list[Exchange], chosen: st.DataObject
) -> None:
    """Each is kept, given another body, or erased; a file in which nothing changes is the same bytes."""
    data, places = segment(some)
    wanted = [chosen.draw(st.sampled_from(("keep", "change", "erase"))) for _ in some]
    fates = {offset: fate for (offset, _), fate in zip(places, wanted, strict=True)}

    def change(exchange: Exchange, offset: int) -> Exchange | None:
        fate = fates[offset]
        return None if fate == "erase" else replace(exchange, body=b"other") if fate == "change" else exchange

    changed, moved = rewrite(data, "a/s.warc.gz", change)
    expected = [
        (replace(exchange, body=b"other") if fate == "change" else exchange, moved[offset])
        for exchange, (offset, _), fate in zip(some, places, wanted, strict=True)
        if fate != "erase"
    ]
    assert read(changed) == [(exchange, place.offset, place.length) for exchange, place in expected]
    assert all(place.digest in ("", sha256(b"other").hexdigest()) for _, place in expected)
    assert set(moved) == {offset for offset, fate in fates.items() if fate != "erase"}
    if set(wanted) <= {"keep"}:
        assert changed == data
