"""Laws of undoing Content-Encoding: what was packed comes out, in whatever pieces, never above the limit."""

from __future__ import annotations

import gzip
import zlib

from hypothesis import given
from hypothesis import strategies as st

from mediawatch.fetching.decoding import Inflater


def raw_deflate(data: bytes) -> bytes:
    return zlib.compress(data, wbits=-15)


def two_members(data: bytes) -> bytes:
    middle = len(data) // 2
    return gzip.compress(data[:middle]) + gzip.compress(data[middle:])


def padded(data: bytes) -> bytes:
    return gzip.compress(data) + b"\0" * 7


packings = st.sampled_from(
    [
        ("", bytes),
        ("identity", bytes),
        ("gzip", gzip.compress),
        ("X-GZIP", gzip.compress),
        ("gzip", two_members),
        ("gzip", padded),
        ("deflate", zlib.compress),
        ("deflate", raw_deflate),
        ("identity, gzip", gzip.compress),
    ]
)


def pieces(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


@given(packing=packings, data=st.binary(max_size=3000), size=st.integers(2, 700))
def test_what_was_packed_comes_out(packing: tuple[str, object], data: bytes, size: int) -> None:
    name, pack = packing
    inflater = Inflater(name, 10_000)
    assert inflater.read(pieces(pack(data), size)) == data  # type: ignore[operator]
    assert not inflater.is_over


@given(
    packing=packings, data=st.binary(min_size=1, max_size=3000), size=st.integers(2, 700), limit=st.integers(0, 3000)
)
def test_never_more_than_the_limit(packing: tuple[str, object], data: bytes, size: int, limit: int) -> None:
    name, pack = packing
    inflater = Inflater(name, limit)
    assert inflater.read(pieces(pack(data), size)) == data[:limit]  # type: ignore[operator]
    assert inflater.is_over == (len(data) > limit)


@given(name=st.sampled_from(["", "gzip", "deflate"]), data=st.binary(max_size=500), size=st.integers(1, 100))
def test_any_bytes_give_a_body_or_a_zlib_error(name: str, data: bytes, size: int) -> None:
    try:
        body = Inflater(name, 1000).read(pieces(data, size))
    except zlib.error:
        return
    assert len(body) <= 1000
