"""What disks, tools and people do to files of a lake."""

from __future__ import annotations

from pathlib import Path

KINDS = ("flip", "cut", "delete", "replace")


def damage(path: Path, kind: str, other: bytes = b"", *, at: int | None = None) -> None:
    """Damage a file: one bit of a byte two thirds in, cut off behind the middle, gone, or with `other` in its place.

    `at` is another place to flip or to cut, counted round and round; `empty` leaves nothing of it.  The file is a new
    one afterwards, so that hard links to it keep what was there.
    """
    data = path.read_bytes()
    path.unlink()
    if kind == "delete":
        return
    where = len(data) * 2 // 3 if at is None else at % max(1, len(data))
    flipped = data[:where] + bytes([data[where] ^ 1]) + data[where + 1 :] if data else b"\0"
    cut = data[: len(data) // 2] if at is None else data[:where]
    path.write_bytes({"flip": flipped, "cut": cut, "empty": b"", "replace": other}[kind])
