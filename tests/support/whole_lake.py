"""Every text that a lake holds: archives inflated, tables as values, whatever names them or not."""

from __future__ import annotations

import zlib
from pathlib import Path

import pyarrow.parquet as pq


def texts_in(lake: Path) -> dict[str, str]:
    """{file: its name and all its text}."""
    return {
        path.relative_to(lake).as_posix(): f"{path.name} {_text(path)}"
        for path in sorted(lake.rglob("*"))
        if path.is_file()
    }


def holders(lake: Path, *needles: str) -> list[str]:
    """The files that hold one of `needles`."""
    return [name for name, text in texts_in(lake).items() if any(needle in text for needle in needles)]


def _text(path: Path) -> str:
    data = path.read_bytes()
    if path.suffix == ".gz":
        data = inflated(data)
    if path.suffix == ".parquet":
        rows = pq.read_table(path).to_pylist()
        return " ".join(_plain(value) for row in rows for value in row.values())
    return data.decode("utf-8", "replace")


def _plain(value: object) -> str:
    if isinstance(value, bytes):
        units = value.decode("utf-32-le", "replace") if len(value) % 4 == 0 else ""
        return f"{value.decode('utf-8', 'replace')} {units}"
    return " ".join(map(_plain, value)) if isinstance(value, list) else str(value)


def inflated(data: bytes) -> bytes:
    """All members of a gzip file."""
    plain = b""
    while data:
        member = zlib.decompressobj(16 + zlib.MAX_WBITS)
        plain += member.decompress(data)
        data = member.unused_data
    return plain
