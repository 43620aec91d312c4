"""Laws of undoing content codings: what was packed comes out, in whatever pieces, never above the limit."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib
from collections.abc import Callable, Iterator

import brotli
import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from mediawatch.lake.codings import DamagedCoding, UnknownCoding, codings_of, unpacked

Pack = Callable[[bytes], bytes]


def raw_deflate(data: bytes) -> bytes:
    return zlib.compress(data, wbits=-15)


def two_members(data: bytes) -> bytes:
    middle = len(data) // 2
    return gzip.compress(data[:middle]) + gzip.compress(data[middle:])


def padded(data: bytes) -> bytes:
    return gzip.compress(data) + b"\0" * 7


def two_frames(data: bytes) -> bytes:
    middle = len(data) // 2
    return zstd.compress(data[:middle]) + zstd.compress(data[middle:])


PACKINGS: list[tuple[str, Pack]] = [
    ("", bytes),
    ("identity", bytes),
    ("none", bytes),
    ("UTF-8, text/html", bytes),
    ("gzip", gzip.compress),
    ("X-GZIP", gzip.compress),
    ("gzip", two_members),
    ("gzip", padded),
    ("deflate", zlib.compress),
    ("deflate", raw_deflate),
    ("deflate", gzip.compress),
    ("br", brotli.compress),
    ("zstd", zstd.compress),
    ("zstd", two_frames),
    ("identity, gzip", gzip.compress),
    ("gzip, br", lambda data: brotli.compress(gzip.compress(data))),
    ("br, gzip, zstd", lambda data: zstd.compress(gzip.compress(brotli.compress(data)))),
]
packings = st.sampled_from(PACKINGS)


def pieces(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


@given(packing=packings, data=st.binary(max_size=3000), size=st.integers(1, 700))
def test_what_was_packed_comes_out(packing: tuple[str, Pack], data: bytes, size: int) -> None:
    name, pack = packing
    read = unpacked(codings_of(name), pieces(pack(data), size), 10_000)
    assert (read.body, read.is_over, read.is_cut) == (data, False, False)


@given(
    packing=packings, data=st.binary(min_size=1, max_size=3000), size=st.integers(1, 700), limit=st.integers(0, 3000)
)
def test_never_more_than_the_limit(packing: tuple[str, Pack], data: bytes, size: int, limit: int) -> None:
    name, pack = packing
    # A coding inside another is bounded as well: what is larger packed than unpacked needs room for its packed form.
    room = max(limit, 4000 if name.count(",") and len(data) <= limit else 0)
    read = unpacked(codings_of(name), pieces(pack(data), size), room)
    assert data.startswith(read.body)
    assert len(read.body) <= room
    if "," not in name:
        assert (read.body, read.is_over) == (data[:limit], len(data) > limit)


@given(
    name=st.sampled_from(["", "gzip", "deflate", "br", "zstd"]), data=st.binary(max_size=500), size=st.integers(1, 9)
)
def test_any_bytes_give_a_body_or_are_damaged(name: str, data: bytes, size: int) -> None:
    try:
        read = unpacked(codings_of(name), pieces(data, size), 1000)
    except DamagedCoding:
        return
    assert len(read.body) <= 1000


@given(packing=packings, data=st.binary(min_size=200, max_size=3000), cut=st.integers(1, 9))
def test_what_was_cut_off_is_damaged_or_said(packing: tuple[str, Pack], data: bytes, cut: int) -> None:
    name, pack = packing
    if not codings_of(name) or pack in (padded, two_frames):
        return
    packed = pack(data)[:-cut]
    read = unpacked(codings_of(name), [packed], 10_000, forgive_cut=True)
    assert data.startswith(read.body)
    assert read.is_cut
    if codings_of(name)[-1] != "deflate":
        with pytest.raises(DamagedCoding):
            unpacked(codings_of(name), [packed], 10_000)


@pytest.mark.parametrize("name", ["gzip", "deflate", "br", "zstd"])
@pytest.mark.parametrize("body", [b"<!DOCTYPE html><p>news</p>", b"\xef\xbb\xbf\r\n<html><body>news" + b"." * 1000])
def test_a_page_that_only_says_it_is_packed_is_taken_as_it_is(name: str, body: bytes) -> None:
    assert unpacked((name,), pieces(body, 7), 10_000).body == body


@pytest.mark.parametrize("name", ["compress", "gzip, X-Compress", "xz", "dcb"])
def test_a_coding_that_is_not_undone_here_is_named(name: str) -> None:
    with pytest.raises(UnknownCoding):
        codings_of(name)


@pytest.mark.parametrize(
    "bomb",
    [
        ("gzip", lambda: gzip.compress(bytes(50_000_000))),
        ("deflate", lambda: zlib.compress(bytes(50_000_000))),
        ("br", lambda: brotli.compress(bytes(100_000_000), quality=5)),
        ("zstd", lambda: zstd.compress(bytes(500_000_000))),
        ("gzip, gzip", lambda: gzip.compress(gzip.compress(bytes(50_000_000)))),
        ("zstd, gzip", lambda: gzip.compress(zstd.compress(bytes(500_000_000)))),
    ],
    ids=lambda bomb: bomb[0],
)
def test_a_bomb_stops_at_the_limit(bomb: tuple[str, Callable[[], bytes]]) -> None:
    name, make = bomb
    packed = make()
    tracemalloc.start()
    try:
        read = unpacked(codings_of(name), [packed], 1_000_000)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert read.is_over
    assert len(read.body) == 1_000_000
    assert peak < 6_000_000


def test_what_nothing_comes_out_of_stops_as_well() -> None:
    empty, taken = gzip.compress(b"") * 1_000, 0

    def without_end() -> Iterator[bytes]:
        nonlocal taken
        while True:
            taken += len(empty)
            yield empty

    assert unpacked(("gzip",), without_end(), 100_000).is_over
    assert taken < 400_000


def test_a_frame_that_wants_more_memory_than_is_allowed_is_damaged() -> None:
    options = {zstd.CompressionParameter.window_log: 27, zstd.CompressionParameter.content_size_flag: 0}
    squeeze = zstd.ZstdCompressor(options=options)
    with pytest.raises(DamagedCoding, match="zstd"):
        unpacked(("zstd",), [squeeze.compress(b"x" * 100) + squeeze.flush()], 1000)


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("gzip", lambda data: gzip.compress(data, 0)),
        ("br", lambda d: brotli.compress(d, quality=0)),
        ("zstd", zstd.compress),
    ],
)
def test_a_body_in_one_large_piece_comes_out_whole(name: str, pack: Pack) -> None:
    noise = zlib.compress(bytes(range(256)) * 4, 0) * 4000
    assert unpacked((name,), [pack(noise)], 10_000_000).body == noise


PLAIN = ["User-agent: *\nDisallow: /x", '{"items": []}', "<div>渡口复航</div>", "渡口复航\r\n\t首日"]


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
@pytest.mark.parametrize("text", PLAIN)
def test_text_that_only_says_that_it_is_packed_is_taken_as_it_is(coding: str, text: str) -> None:
    assert unpacked((coding,), [text.encode()], 10_000).body == text.encode()


@pytest.mark.parametrize("text", [*PLAIN, "", "a", "1234567", "abcdefg" * 100])
@pytest.mark.parametrize(
    ("coding", "pack"), [("deflate", raw_deflate), ("deflate", zlib.compress), ("br", brotli.compress)]
)
def test_packed_text_is_not_taken_for_plain(text: str, coding: str, pack: Pack) -> None:
    assert unpacked((coding,), [pack(text.encode())], 10_000).body == text.encode()
