"""What manifests and receipts say about one stored object, and reading it only as it was stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa

from mediawatch.errors import Corrupt
from mediawatch.lake.damage import damaged, reading
from mediawatch.lake.store import Store
from mediawatch.lake.tables import chosen_rows, from_parquet, read_table

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectInfo:
    """One object: its key, SHA-256 (hex) and size in bytes; `rows` where it holds rows."""

    key: str
    digest: str
    size_bytes: int
    rows: int | None = None

    def document(self) -> dict[str, Any]:
        """As a JSON document."""
        return {"key": self.key, "digest": self.digest, "size_bytes": self.size_bytes, "rows": self.rows}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> ObjectInfo:
        """Back from `document`."""
        return cls(**document)


def put_object(store: Store, key: str, data: bytes | Path, rows: int | None = None) -> ObjectInfo:
    """Store `data` (bytes or a file's content) under `key` and say what was stored."""
    info = described(key, data, rows)
    store.put(key, data)
    return info


def described(key: str, data: bytes | Path, rows: int | None = None) -> ObjectInfo:
    """The description of `data` under `key`; nothing is stored."""
    if isinstance(data, bytes):
        return ObjectInfo(key=key, digest=sha256(data).hexdigest(), size_bytes=len(data), rows=rows)
    with data.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    return ObjectInfo(key=key, digest=digest, size_bytes=data.stat().st_size, rows=rows)


def read_object(store: Store, info: ObjectInfo) -> bytes:
    """The object's bytes.  Raises Corrupt, naming the key, when they are not those that were stored."""
    data = store.read(info.key)
    found = sha256(data).hexdigest()
    if found != info.digest:
        raise damaged(info.key, f"digest {found[:16]}... where {info.digest[:16]}... was stored")
    return data


def read_records(store: Store, info: ObjectInfo, record_type: type[Row]) -> list[Row]:
    """The rows of a stored Parquet object, its bytes checked.  Raises Corrupt, naming the key."""
    data = read_object(store, info)
    with reading(info.key):
        return from_parquet(data, record_type)


def fields_in(store: Store, info: ObjectInfo, record_type: type[Row], columns: Sequence[str]) -> list[dict[str, Any]]:
    """Only those `columns` of the rows of a stored object.  Raises Corrupt as `read_records` does."""
    data = read_object(store, info)
    with reading(info.key):
        return from_parquet(data, record_type, columns)


def columns_in(store: Store, info: ObjectInfo, columns: Sequence[str]) -> pa.Table:
    """Those `columns` that a stored object has, as an Arrow table.  Raises Corrupt, naming the key."""
    data = read_object(store, info)
    with reading(info.key):
        return read_table(data, columns)


def read_chosen(
    store: Store, info: ObjectInfo, record_type: type[Row], choose: Callable[[pa.Table], pa.Array]
) -> list[Row]:
    """Those rows of a stored object that `choose` marks by its columns.  Raises Corrupt as `read_records` does."""
    data = read_object(store, info)
    with reading(info.key):
        return chosen_rows(data, record_type, choose)


def read_stored(store: Store, key: str, record_type: type[Row]) -> list[Row]:
    """The rows of an object that nothing names yet, so that its bytes can be read only.  Raises Corrupt."""
    data = store.read(key)
    with reading(key):
        return from_parquet(data, record_type)


def fault_of(store: Store, info: ObjectInfo) -> str:
    """What is wrong with the stored object, in a sentence that names it; "" when it is as it was stored."""
    try:
        read_object(store, info)
    except Corrupt as error:
        return str(error)
    return ""
