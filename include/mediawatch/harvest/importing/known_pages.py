"""The links whose pages the lake holds, in a database on local disk: read once for a run, asked about each link."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from mediawatch.harvest.memory import pages_of_the_lake
from mediawatch.lake.history import stream
from mediawatch.lake.objects import read_object
from mediawatch.lake.store import Store
from mediawatch.lake.tables import from_parquet
from mediawatch.tables.harvest import SeenLink


class KnownPages:
    """The link ids, as many as there are, in constant memory.  `add` those of pages that come in meanwhile."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        database.execute("CREATE TABLE known (link TEXT PRIMARY KEY) WITHOUT ROWID")

    def __contains__(self, link_id: str) -> bool:
        return self._database.execute("SELECT 1 FROM known WHERE link = ?", (link_id,)).fetchone() is not None

    def add(self, link_ids: Iterable[str]) -> None:
        """From now on these are known."""
        self._database.executemany("INSERT OR IGNORE INTO known VALUES (?)", ((link,) for link in link_ids))


def known_pages(store: Store, database: sqlite3.Connection) -> KnownPages:
    """The links of every page in a sealed batch, of whatever day."""
    found = KnownPages(database)
    roll_ups, tables = pages_of_the_lake(store)
    for info in roll_ups:
        rows = from_parquet(read_object(store, info), SeenLink, columns=("link_id", "is_page"))
        found.add(row["link_id"] for row in rows if row["is_page"])
    for rows_of in stream(store, tables, "SELECT link_id FROM rows"):
        found.add(row[0] for row in rows_of)
    return found


def open_scratch(folder: Path) -> sqlite3.Connection:
    """A database for the length of one run: never committed, and worth nothing once the run is over."""
    database = sqlite3.connect(folder / "scratch.sqlite", isolation_level=None)
    for pragma in ("journal_mode = OFF", "synchronous = OFF", "locking_mode = EXCLUSIVE", "cache_size = -32768"):
        database.execute(f"PRAGMA {pragma}")
    database.execute("BEGIN")
    return database
