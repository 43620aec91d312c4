"""What disks, tools and people do to files of a lake."""

from __future__ import annotations

from pathlib import Path

KINDS = ("flip", "cut", "delete", "replace")


def damage(path: Path, kind: str, other: bytes = b"") -> None:
    """Damage a file: one bit of a byte two thirds in, cut off behind the middle, gone, or with `other` in its place.

    The file is a new one afterwards, so that hard links to it keep what was there.
    """
    data = path.read_bytes()
    path.unlink()
    if kind == "delete":
        return
    at = len(data) * 2 // 3
    flipped = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :] if data else b"\0"
    path.write_bytes({"flip": flipped, "cut": data[: len(data) // 2], "replace": other}[kind])
