"""What an import made of one file: every record of it counted, and what could not be read said."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from mediawatch.harvest.memory import pages_of_the_lake
from mediawatch.lake.batches import BatchManifest
from mediawatch.lake.history import stream
from mediawatch.lake.objects import read_object
from mediawatch.lake.store import Store
from mediawatch.lake.tables import from_parquet
from mediawatch.records import Reason
from mediawatch.tables.harvest import SeenLink

_SAID = 20
"""Different reasons kept by their words; a hostile file could have one for each record."""
_DAMAGE = 3
_MAGIC = (
    (b"PK\x03\x04", "a ZIP file; if it is a WACZ, unpack it and import the files in its folder `archive`"),
    (b"\xfd7zXZ", "an xz file; unpack it first"),
    (b"BZh", "a bzip2 file; unpack it first"),
    (b"7z\xbc\xaf", "a 7-Zip file; unpack it first"),
    (b"Rar!", "a RAR file; unpack it first"),
    (b" CDX", "an index of archives (CDX), which holds no pages"),
    (b"PAR1", "a Parquet file"),
    (b"<", "a page, not an archive of pages"),
    (b"{", "JSON"),
)


@dataclass(slots=True, kw_only=True)
class Imported:
    """One file, counted.  Of its `response` records each is in `links`, `repeats`, `before`, `unreadable` or `no_page`.

    `links` are counted by day and final outcome (None: the page was taken); `repeats` are further answers of a link on
    one day, `before` answers of days that an earlier run of this import sealed, `no_page` those of no web address.
    `unreadable` counts answers that are of no link because they do not say when or of what they are, `unreadable_pages`
    the links (in `links` too) whose page cannot be unpacked, `cut` bodies that are used although they end too early;
    `damage` names the places where the file could not be followed.
    """

    file: Path
    records: Counter[str] = field(default_factory=Counter)
    links: Counter[tuple[date, Reason | None]] = field(default_factory=Counter)
    repeats: int = 0
    before: int = 0
    no_page: int = 0
    unreadable: Counter[str] = field(default_factory=Counter)
    unreadable_pages: Counter[str] = field(default_factory=Counter)
    cut: Counter[str] = field(default_factory=Counter)
    damage: list[str] = field(default_factory=list)
    manifests: list[BatchManifest] = field(default_factory=list)

    def outcomes(self, day: date | None = None) -> Counter[Reason | None]:
        """The links of `day`, or of all days, by outcome."""
        found: Counter[Reason | None] = Counter()
        for (of_day, reason), count in self.links.items():
            if day in (None, of_day):
                found[reason] += count
        return found

    @property
    def trouble(self) -> str:
        """Why no answer at all could be read of the file; "" when some could, or when there is just none in it."""
        if self.records["response"] or (self.records.total() and not self.damage):
            return ""
        return f"{self.file}: {'; '.join((_what_it_is(self.file, self.records.total()), *self.damage[:1]))}"

    def told(self) -> str:
        """Everything that the counts by outcome do not say, in one line."""
        other = {kind: count for kind, count in self.records.items() if kind != "response"}
        parts = [
            ("other records", told(other)),
            ("unreadable", told(self.unreadable_pages + self.unreadable)),
            ("used although cut", told(self.cut)),
            ("answers of days imported before", str(self.before or "")),
            ("further answers of the same links", str(self.repeats or "")),
            ("answers of no web address", str(self.no_page or "")),
            ("damage", "; ".join(self.damage[:_DAMAGE] + ["and more"] * (len(self.damage) > _DAMAGE))),
        ]
        return "; ".join(f"{name}: {words}" for name, words in parts if words)


def count_words(counts: Counter[str], words: str) -> None:
    """Count `words`, or once there are very many different ones, "something else"."""
    counts[words if words in counts or len(counts) < _SAID else "something else"] += 1


def told(counts: Mapping[str, int]) -> str:
    """`counts` in words, the largest first."""
    return ", ".join(
        f"{words} {count}" for words, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    )


def _what_it_is(file: Path, records: int) -> str:
    with file.open("rb") as stream:
        start = stream.read(8)
    if not start:
        return "the file is empty"
    if records:
        return "damaged before its first answer"
    known = next((what for magic, what in _MAGIC if start.startswith(magic)), "")
    return f"no WARC or ARC file: {known or 'no record can be read'}"


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
