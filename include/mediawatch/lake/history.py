"""Questions to many Parquet objects at once, in SQL (DuckDB), on a disk and in S3 alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any, Final

from mediawatch.lake.damage import damaged
from mediawatch.lake.objects import ObjectInfo, read_object
from mediawatch.lake.store import Store
from mediawatch.lake.tables import is_of_first_names, renamed_columns

ROWS = 10_000
_MOST_CHECKED: Final = 100_000
_checked: set[tuple[str, str]] = set()
"""Objects whose bytes this process has checked, by address and digest: objects never change under their digest."""


def query(
    store: Store,
    objects: Sequence[ObjectInfo],
    sql: str,
    params: Sequence[Any] | None = None,
    *,
    row: type[Any] | None = None,
) -> list[tuple[Any, ...]]:
    """What `sql` says of the table `rows`: the `objects` together, by column name, times in UTC.

    The column `filename` holds the address of each row's object.  Without objects there is no table and the answer is
    empty.  `row` is what the objects hold, where it has changed since some of them were written: its fields stand under
    today's names, and texts and numbers that an object lacks have their defaults.  Each object is checked against its
    digest once a process.  Raises Corrupt, naming the object.
    """
    return [found for rows in stream(store, objects, sql, params, row=row) for found in rows]


def stream(
    store: Store,
    objects: Sequence[ObjectInfo],
    sql: str,
    params: Sequence[Any] | None = None,
    *,
    row: type[Any] | None = None,
) -> Iterator[list[tuple[Any, ...]]]:
    """The same answer, some thousand rows at a time."""
    import duckdb

    if not objects:
        return
    for info in objects:
        _check(store, info)
    with duckdb.connect() as connection:
        if (filesystem := store.filesystem()) is not None:
            connection.register_filesystem(filesystem)
        connection.execute("SET TimeZone = 'UTC'")
        try:
            addresses = [store.url(info.key) for info in objects]
            stored = connection.read_parquet(addresses, union_by_name=True, filename=True)
            named = stored.project(_columns(stored.columns, renamed_columns(row) if row else {}))
            named.project(_filled(named.columns, row) if row else "*").create_view("rows")
            answer = connection.execute(sql, list(params or ()))
            while rows := answer.fetchmany(ROWS):
                yield rows
        except (duckdb.IOException, duckdb.InvalidInputException, FileNotFoundError) as error:
            raise damaged(objects[0].key, f"or another of {len(objects)} objects from there on: {error}") from error


def _columns(stored: Sequence[str], renamed: Mapping[str, str]) -> str:
    """What to select so that columns have today's names, where objects of both times lie side by side."""
    if not is_of_first_names(stored, renamed):
        return "*"
    is_older = next(name for name in renamed if name not in renamed.values() and name in stored)

    def column(first: str, name: str) -> str:
        today = f'"{name}"' if name in stored else "NULL"
        return f'CASE WHEN "{is_older}" IS NULL THEN {today} ELSE "{first}" END AS "{name}"'

    same = [f'"{name}"' for name in stored if name not in renamed and name not in renamed.values()]
    return ", ".join([*same, *(column(first, name) for first, name in renamed.items())])


def _filled(stored: Sequence[str], row: type[Any]) -> str:
    """What to select so that a field that was added to `row` later is what it is by default."""
    from duckdb import ConstantExpression

    defaults = {field.name: field.default for field in fields(row) if isinstance(field.default, str | int | float)}

    def column(name: str) -> str:
        literal = str(ConstantExpression(defaults[name]))
        return f'coalesce("{name}", {literal}) AS "{name}"' if name in stored else f'{literal} AS "{name}"'

    return ", ".join([*(f'"{name}"' for name in stored if name not in defaults), *map(column, defaults)])


def _check(store: Store, info: ObjectInfo) -> None:
    name = (store.url(info.key), info.digest)
    if name in _checked:
        return
    read_object(store, info)
    if len(_checked) >= _MOST_CHECKED:
        _checked.clear()
    _checked.add(name)
