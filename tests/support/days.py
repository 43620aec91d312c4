"""Everything that the lake says about a day, as plain rows that two runs can be compared by."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict
from datetime import date
from hashlib import sha256
from typing import Any

from mediawatch.lake.batches import read_batch_rows, sealed_batches
from mediawatch.lake.partitions import PartitionKey, current, read_columns
from mediawatch.lake.store import Store
from mediawatch.lake.warc import read_exchange
from mediawatch.pipeline.admitted import admitted_articles
from mediawatch.records import Page
from mediawatch.search import placed_document
from mediawatch.search.catalog import Generation
from mediawatch.tables import TABLES
from mediawatch.tables.declaration import Table
from mediawatch.tables.harvest import ANNOUNCED, CANDIDATES, FETCHED, PAGES

HARVESTED: tuple[Table[Any], ...] = (ANNOUNCED, CANDIDATES, FETCHED, PAGES)
WHERE_IN_THE_ARCHIVE = frozenset({"warc_file", "warc_offset", "warc_length"})
"""Pages lie in the archive in the order in which they came."""

BY_BATCH = ("extract", "analyse")
DERIVED = ("audit", "cluster", "index", "ledger", "publish", "seen", "closed", "lines")
WATCHED = ("terms", "detect", "announce")
GENERATION = Generation(prefix="mediawatch", name="articles", number=1, period="month")

Rows = dict[str, list[Any]]


def day_as_rows(store: Store, day: date) -> Rows:
    """{table: sorted rows} of everything harvested and built, and the documents that the index is given.

    The archived bytes of every page are checked against its digest on the way.
    """
    return {**_harvested(store, day), **_derived(store, day), "documents": documents(store, day)}


def documents(store: Store, day: date) -> list[str]:
    """The day's articles as they are sent to the index."""
    found = (placed_document(article, GENERATION) for article in admitted_articles(store, day))
    return sorted(repr((document.index, document.id, sorted((document.source or {}).items()))) for document in found)


def made_as_rows(store: Store, day: date) -> Rows:
    """{table: sorted rows} of everything that is made of the day's facts, the words that were looked for included."""
    found = [
        (f"{stage} {table}", rows)
        for stage in WATCHED
        for table, rows in _tables(store, PartitionKey(stage=stage, day=day))
    ]
    return {**_derived(store, day), **dict(found), "documents": documents(store, day)}


def row_digests(store: Store, day: date) -> dict[str, str]:
    """{partition and table: digest of its rows} of everything built from the day's facts."""
    keys = [PartitionKey(stage=s, day=day, batch=m.batch) for m in sealed_batches(store, day) for s in BY_BATCH]
    keys += [PartitionKey(stage=stage, day=day) for stage in ("audit", "cluster", "index", "ledger", "publish")]
    receipts = {key.path: current(store, key) for key in keys}
    assert None not in receipts.values()
    return {f"{path} {name}": table.digest for path, r in receipts.items() if r for name, table in r.tables.items()}


def _harvested(store: Store, day: date) -> Rows:
    found: Rows = {table.name: [] for table in HARVESTED}
    for manifest in sealed_batches(store, day):
        for table in HARVESTED:
            rows = (asdict(row) for row in read_batch_rows(store, manifest, table))
            found[table.name] += _plain(rows, without=WHERE_IN_THE_ARCHIVE)
        for page in read_batch_rows(store, manifest, PAGES):
            _check_bytes(store, page)
    return {name: sorted(rows) for name, rows in found.items()}


def _check_bytes(store: Store, page: Page) -> None:
    archived = read_exchange(store, page.warc_file, page.warc_offset, page.warc_length)
    assert (archived.url, sha256(archived.body).hexdigest()) == (page.final_url, page.digest)


def _derived(store: Store, day: date) -> Rows:
    keys = [PartitionKey(stage=s, day=day, batch=m.batch) for m in sealed_batches(store, day) for s in BY_BATCH]
    keys += [PartitionKey(stage=stage, day=day) for stage in DERIVED]
    return {f"{key.path} {table}": rows for key in keys for table, rows in _tables(store, key)}


def _tables(store: Store, key: PartitionKey) -> Iterator[tuple[str, list[str]]]:
    receipt = current(store, key)
    for table in TABLES:
        if receipt is not None and table.stage == key.stage and table.name in receipt.tables:
            names = _columns(store, receipt.tables[table.name].parts[0].key)
            yield table.name, sorted(_plain(read_columns(store, receipt, table, names).to_pylist()))


def _columns(store: Store, key: str) -> list[str]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    return list(pq.read_schema(pa.BufferReader(store.read(key))).names)


def _plain(rows: Iterable[dict[str, Any]], without: Collection[str] = ()) -> list[str]:
    return [repr(sorted((k, v) for k, v in row.items() if k not in without)) for row in rows]
