"""Questions to many Parquet objects at once, in SQL (DuckDB), on a disk and in S3 alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from mediawatch.errors import Corrupt
from mediawatch.lake.store import Store

ROWS = 10_000


def query(store: Store, keys: Sequence[str], sql: str, params: Sequence[Any] | None = None) -> list[tuple[Any, ...]]:
    """What `sql` says of the table `rows`: the objects `keys` together, by column name, times in UTC.

    The column `filename` holds the address of each row's object.  Without keys there is no table and the answer is
    empty.  Raises Corrupt when an object cannot be read.
    """
    return [row for rows in stream(store, keys, sql, params) for row in rows]


def stream(
    store: Store, keys: Sequence[str], sql: str, params: Sequence[Any] | None = None
) -> Iterator[list[tuple[Any, ...]]]:
    """The same answer, some thousand rows at a time."""
    import duckdb

    if not keys:
        return
    with duckdb.connect() as connection:
        if (filesystem := store.filesystem()) is not None:
            connection.register_filesystem(filesystem)
        connection.execute("SET TimeZone = 'UTC'")
        try:
            source = connection.read_parquet([store.url(key) for key in keys], union_by_name=True, filename=True)
            source.create_view("rows")
            answer = connection.execute(sql, list(params or ()))
            while rows := answer.fetchmany(ROWS):
                yield rows
        except (duckdb.IOException, duckdb.InvalidInputException, FileNotFoundError) as error:
            raise Corrupt(f"{len(keys)} objects from {keys[0]} on: {error}") from error
