from __future__ import annotations

import gzip
import io
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediawatch.harvest.discovery.unpacking import LARGEST, MOST_MEMBERS, PIECE, pieces_of, unpacked

SIZES = st.sampled_from([0, 1, 100, 4_095, 4_096, 4_097, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
MEMBERS = st.lists(st.tuples(st.sampled_from([b"x", b"<loc>"]), SIZES, st.integers(0, 9)), min_size=1, max_size=4)


def bomb(size: int) -> bytes:
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=1) as stream:
        for _ in range(size // 1_000_000):
            stream.write(bytes(1_000_000))
    return packed.getvalue()


@given(MEMBERS, st.binary(max_size=3).filter(lambda end: not end.startswith(b"\x1f")))
def test_what_was_packed_comes_back_in_small_pieces(members: list[tuple[bytes, int, int]], padding: bytes) -> None:
    texts = [word * size for word, size, _ in members]
    packed = [gzip.compress(text, level) for text, (_, _, level) in zip(texts, members, strict=True)]
    body = b"".join(packed) + padding
    assert unpacked(body) == b"".join(texts)
    assert unpacked(gzip.compress(body)) == b"".join(texts)
    assert all(len(piece) <= PIECE for piece in pieces_of(body))


@given(st.binary(max_size=200))
def test_what_is_not_packed_stays(body: bytes) -> None:
    if not body.startswith(b"\x1f\x8b"):
        assert b"".join(pieces_of(body)) == unpacked(body) == body


@given(st.binary(max_size=200), st.integers(1, 30))
def test_broken_gzip_is_a_value_error_after_what_came_before(text: bytes, cut: int) -> None:
    packed = gzip.compress(text)
    with pytest.raises(ValueError, match="broken gzip"):
        unpacked(packed[: max(2, len(packed) - cut)])
    damaged = bytearray(packed)
    damaged[-1] ^= 1
    with pytest.raises(ValueError, match="broken gzip"):
        unpacked(bytes(damaged))


@pytest.mark.parametrize("body", [bomb(LARGEST + 2_000_000), gzip.compress(bomb(LARGEST + 2_000_000), mtime=0)])
def test_a_bomb_is_given_up_at_the_limit(body: bytes) -> None:
    size = 0
    with pytest.raises(ValueError, match=f"larger than {LARGEST} bytes"):  # noqa: PT012 - pieces count until it ends
        for piece in pieces_of(body):
            size += len(piece)
    assert size <= LARGEST


def test_members_are_counted() -> None:
    assert unpacked(gzip.compress(b"a") * MOST_MEMBERS) == b"a" * MOST_MEMBERS
    with pytest.raises(ValueError, match="more than"):
        unpacked(gzip.compress(b"a") * (MOST_MEMBERS + 1))


def test_the_checksum_is_looked_at() -> None:
    packed = bytearray(gzip.compress(b"a" * 1000))
    packed[-8:-4] = (zlib.crc32(b"b") & 0xFFFFFFFF).to_bytes(4, "little")
    with pytest.raises(ValueError, match="broken gzip"):
        unpacked(bytes(packed))
