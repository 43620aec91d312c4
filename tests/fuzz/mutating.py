"""Other bytes made of given ones: cut, repeated, nested, spliced, and salted with what has broken readers before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

LONGEST = 200_000
TOKENS = (
    *(
        b"<",
        b">",
        b"&#x",
        b"&amp;",
        b"<![CDATA[",
        b"]]>",
        b"<!--",
        b"-->",
        b"<!DOCTYPE x [<!ENTITY a 'b'>]>",
        b"\x00",
        b"\xff\xfe",
    ),
    *(
        b"\x1f\x8b\x08",
        b"\xef\xbb\xbf",
        b"{",
        b"[",
        b'"',
        b"\\u0000",
        b"<div>",
        b"<p>",
        b"<a href='//[x'>",
        b"<script>",
        b"\r\n",
    ),
    *(
        "\u3000".encode(),
        "\u0301".encode(),
        "\U0001f44d\U0001f3fb".encode(),
        "來源：".encode(),
        "记者".encode(),
        "驻".encode(),
    ),
    *(
        b"0",
        b"9" * 40,
        b" " * 40,
        b"-" * 40,
        b"2025-13-99",
        b"http://a\\@b/",
        b"NaN",
        b"1e999",
        b"Sitemap:",
        b"Disallow: /*$",
    ),
)
Change = Callable[[bytes, Random, Sequence[bytes]], bytes]


def _place(data: bytes, random: Random) -> int:
    return random.randrange(len(data) + 1)


def _span(data: bytes, random: Random) -> tuple[int, int]:
    one, other = sorted((_place(data, random), _place(data, random)))
    return one, other


def _cut(data: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    first, last = _span(data, random)
    return data[:first] + data[last:]


def _repeated(data: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    first, last = _span(data, random)
    return data[:first] + data[first:last] * random.choice((2, 3, 50, 1000)) + data[last:]


def _nested(data: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    depth = random.choice((3, 50, 2000))
    opening, closing = random.choice(((b"<div>", b"</div>"), (b"[", b"]"), (b'{"a":', b"}"), (b"<b><i>", b"</b></i>")))
    place = _place(data, random)
    return data[:place] + opening * depth + data[place : place + 50] + closing * depth + data[place + 50 :]


def _flipped(data: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    changed = bytearray(data)
    for _count in range(random.choice((1, 2, 8))):
        if changed:
            changed[random.randrange(len(changed))] = random.randrange(256)
    return bytes(changed)


def _salted(data: bytes, random: Random, _: Sequence[bytes]) -> bytes:
    place = _place(data, random)
    return data[:place] + random.choice(TOKENS) * random.choice((1, 1, 2, 200)) + data[place:]


def _spliced(data: bytes, random: Random, seeds: Sequence[bytes]) -> bytes:
    other = random.choice(seeds)
    first, last = _span(other, random)
    place = _place(data, random)
    return data[:place] + other[first:last] + data[place:]


CHANGES: tuple[Change, ...] = (_cut, _repeated, _nested, _flipped, _salted, _spliced)


def mutated(seeds: Sequence[bytes], random: Random) -> bytes:
    """One of `seeds` after up to five changes, at most LONGEST bytes; the same for the same state of `random`."""
    data = random.choice(seeds)
    for _ in range(random.randint(1, 5)):
        data = random.choice(CHANGES)(data, random, seeds)[:LONGEST]
    return data
