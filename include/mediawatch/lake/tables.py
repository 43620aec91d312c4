"""Rows as Parquet (zstd) and back, and digests of rows that do not depend on how they are stored.

A row is a frozen dataclass of str, int (64 bits), float, bool, bytes, date, aware datetime (kept in microseconds, UTC),
StrEnum (as its word), tuples of str, int or float, and any of these or None.  Text is fixed: see `columns`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from functools import cache
from hashlib import blake2b, sha256
from operator import attrgetter
from typing import Any, TypeVar, overload

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from mediawatch.errors import Corrupt
from mediawatch.lake.columns import Column, columns_of, fixed
from mediawatch.tables.declaration import Table

Row = TypeVar("Row")

ROW_DIGEST = 32
"""Bytes of a `row_digest`."""
_LEVEL = 3
"""zstd's own default: news text at a third of its size, several hundred MB/s a processor."""


def arrow_schema(record_type: type[Any]) -> pa.Schema:
    """The Arrow schema of a dataclass.  Raises TypeError naming a field that the lake cannot keep."""
    return pa.schema(pa.field(c.name, c.arrow, nullable=c.is_optional) for c in columns_of(record_type))


def to_parquet(rows: Iterable[Row], record_type: type[Row], *, sort_by: Sequence[str] = ()) -> bytes:
    """`rows` as one Parquet object, in the given order or sorted by the fields `sort_by` (None first).

    Raises ValueError naming the field that holds something its type does not allow.
    """
    kept = _sorted(rows, sort_by)
    table = pa.Table.from_arrays(
        [_array(column, kept, record_type) for column in columns_of(record_type)], schema=arrow_schema(record_type)
    )
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd", compression_level=_LEVEL)
    return sink.getvalue().to_pybytes()  # type: ignore[no-any-return]


def ordered(table: Table[Row], rows: Iterable[Row]) -> list[Row]:
    """`rows` in the order of `table`."""
    return _sorted(rows, table.sort_by)


def _sorted(rows: Iterable[Row], sort_by: Sequence[str]) -> list[Row]:
    return sorted(rows, key=_sort_key(sort_by)) if sort_by else list(rows)


def part_of(table: Table[Row], rows: Iterable[Row]) -> bytes:
    """`rows` as one Parquet object of `table`: of its row type, in its order.  Raises as `to_parquet` does."""
    return to_parquet(rows, table.row, sort_by=table.sort_by)


@overload
def from_parquet(data: bytes, record_type: type[Row], columns: None = None) -> list[Row]: ...
@overload
def from_parquet(data: bytes, record_type: type[Row], columns: Sequence[str]) -> list[dict[str, Any]]: ...
def from_parquet(
    data: bytes, record_type: type[Row], columns: Sequence[str] | None = None
) -> list[Row] | list[dict[str, Any]]:
    """The rows of a Parquet object: records, or dicts of only these `columns`.

    A field that the object lacks takes its default, a column the record lacks is ignored.  Raises Corrupt when
    the bytes are no Parquet or do not fit the record.
    """
    kept = [column for column in columns_of(record_type) if columns is None or column.name in columns]
    if columns is not None and (unknown := set(columns) - {column.name for column in kept}):
        raise ValueError(f"{record_type.__name__} has no fields {sorted(unknown)}")
    table = read_table(data, [column.name for column in kept], renamed_columns(record_type))
    return _rows(table, kept, record_type, record_type if columns is None else dict)


def chosen_rows(data: bytes, record_type: type[Row], choose: Callable[[pa.Table], pa.Array]) -> list[Row]:
    """Those rows of a Parquet object that `choose` marks (an array of booleans) by its columns; no others are made.

    Raises Corrupt as `from_parquet` does.
    """
    columns = columns_of(record_type)
    table = read_table(data, [column.name for column in columns], renamed_columns(record_type))
    return _rows(table.filter(choose(table)), columns, record_type, record_type)


def _rows(table: pa.Table, kept: Sequence[Column], record_type: type[Any], build: Callable[..., Any]) -> list[Any]:
    values = [_values(table, column, record_type) for column in kept]
    names = [column.name for column in kept]
    return [build(**dict(zip(names, row, strict=True))) for row in zip(*values, strict=True)]


def renamed_columns(record_type: Any) -> dict[str, str]:
    """{first name: name} of the fields that were called otherwise when rows of them were first written."""
    return {c.first_name: c.name for c in columns_of(record_type) if c.first_name != c.name}


def is_of_first_names(stored: Iterable[str], renamed: Mapping[str, str]) -> bool:
    """Whether an object with the columns `stored` was written before its fields were `renamed`."""
    return not (renamed.keys() - set(renamed.values())).isdisjoint(stored)


def read_table(data: bytes, columns: Sequence[str] | None = None, renamed: Mapping[str, str] | None = None) -> pa.Table:
    """A Parquet object as an Arrow table of those `columns` that it has, under the names of today.

    Raises Corrupt when it cannot be read.
    """
    try:
        file = pq.ParquetFile(pa.BufferReader(data))
        stored = file.schema_arrow.names
        if not is_of_first_names(stored, renamed or {}):
            return file.read(None if columns is None else [name for name in columns if name in stored])
        table = file.read()
        table = table.rename_columns([(renamed or {}).get(name, name) for name in stored])
        return table if columns is None else table.select([name for name in columns if name in table.column_names])
    except (pa.ArrowException, OSError) as error:
        raise Corrupt(f"not a readable Parquet object: {error}") from error


def row_digest(row: Any) -> bytes:
    """32 bytes that equal rows share: over field names and values, None left out, equal numbers and instants alike."""
    parts: list[bytes] = []
    record_type: Any = type(row)
    for label, get, column in _digesters(record_type):
        value = get(row)
        if value is not None:
            encoded = column.encode(value)
            parts += (label, len(encoded).to_bytes(8, "big"), encoded)
    return sha256(b"".join(parts)).digest()


def rows_digest(rows: Iterable[Any]) -> str:
    """A hex digest of a bag of rows (or of their `row_digest`s): their order is no matter, their number is."""
    return bag_digest(b"".join(row if isinstance(row, bytes) else row_digest(row) for row in rows))


def bag_digest(digests: bytes | bytearray) -> str:
    """The same, of `row_digest`s laid end to end: 32 bytes a row and no objects, for tables of millions of rows."""
    ordered = np.sort(np.frombuffer(digests, f"S{ROW_DIGEST}"))
    return blake2b(ordered.tobytes(), digest_size=32).hexdigest()


@cache
def _digesters(record_type: Hashable) -> tuple[tuple[bytes, Callable[[Any], Any], Column], ...]:
    return tuple((b"\x00" + c.first_name.encode() + b"\x00", attrgetter(c.name), c) for c in columns_of(record_type))


def _sort_key(sort_by: Sequence[str]) -> Callable[[Any], Any]:
    def key(row: Any) -> list[tuple[bool, Any]]:
        values = [getattr(row, name) for name in sort_by]
        return [(value is not None, value) for value in values]

    return key


def _array(column: Column, rows: Sequence[Any], record_type: type[Any]) -> pa.Array:
    values: Sequence[Any] = list(map(attrgetter(column.name), rows))
    try:
        array = _to_arrow(column, values)
    except (pa.ArrowException, TypeError, ValueError, OverflowError, AttributeError) as error:
        raise ValueError(f"{record_type.__name__}.{column.name}: {error}") from error
    if array.null_count and not column.is_optional:
        raise ValueError(f"{record_type.__name__}.{column.name}: None in a field that is never None")
    return array


def _to_arrow(column: Column, values: Sequence[Any]) -> pa.Array:
    if column.into is not None:
        values = column.into(values)
    try:
        return pa.array(values, column.arrow)
    except UnicodeEncodeError:
        return pa.array([_fixed(value) for value in values], column.arrow)


def _fixed(value: Any) -> Any:
    if isinstance(value, tuple):
        return [fixed(item) for item in value]
    return value if value is None else fixed(value)


def _values(table: pa.Table, column: Column, record_type: type[Any]) -> Sequence[Any]:
    name = f"{record_type.__name__}.{column.name}"
    if column.name not in table.column_names:
        return _defaults(column, record_type, table.num_rows, name)
    array = table.column(column.name).combine_chunks()
    if array.null_count and not column.is_optional:
        raise Corrupt(f"{name}: nulls in a field that is never None")
    try:
        return column.out(array if array.type == column.arrow else array.cast(column.arrow))
    except (pa.ArrowException, ValueError) as error:
        raise Corrupt(f"{name}: {error}") from error


def _defaults(column: Column, record_type: type[Any], rows: int, name: str) -> list[Any]:
    if not column.has_default:
        raise Corrupt(f"{name}: the stored rows lack this field, which has no default")
    field = next(field for field in fields(record_type) if field.name == column.name)
    return [column.default(field) for _ in range(rows)]


def batches_of(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    """`rows` in lists of at most `size`, so that no more of them are in memory at once."""
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) >= size:
            yield batch
            batch = []
    if batch:
        yield batch
