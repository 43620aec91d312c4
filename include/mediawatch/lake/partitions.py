"""Derived data: partitions that can be made again from their inputs, published whole.

    <stage>/day=D[/batch=B[/segment=S]]/generation=G/<table>-NNNNN-<digest>.parquet    parts
    <stage>/day=D[/batch=B[/segment=S]]/generation=G/receipt-<digest>.json             what was made, from what
    <stage>/day=D[/batch=B[/segment=S]]/current/NNNNNNNNNNNN.json                      the pointer: which receipt holds

A generation is named by its inputs, version and settings.  Names carry the digest of their content, so nothing that a
pointer leads to is ever overwritten, not even by a late writer of the same generation.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Any, Final, TypeVar

import pyarrow as pa

from mediawatch.errors import BadRequest, Contended, Corrupt
from mediawatch.lake.damage import damaged, reading
from mediawatch.lake.documents import digest_of, dump, load
from mediawatch.lake.folders import is_fact
from mediawatch.lake.leases import Lease
from mediawatch.lake.names import days_in, key_of
from mediawatch.lake.objects import ObjectInfo, fault_of, fields_in, put_object, read_object, read_records
from mediawatch.lake.pointers import Pointer, PointerEntry
from mediawatch.lake.receipts import PartitionKey, Receipt, TableInfo
from mediawatch.lake.store import Store, missing
from mediawatch.lake.tables import bag_digest, ordered, part_of, read_table, renamed_columns, row_digest
from mediawatch.tables.declaration import Table

__all__ = [
    "PartitionKey",
    "PartitionWriter",
    "Receipt",
    "TableInfo",
    "current",
    "current_or_none",
    "discard",
    "erase",
    "generation_of",
    "is_fresh",
    "partition_days",
    "read_columns",
    "read_fields",
    "read_rows",
    "sweep",
]

Row = TypeVar("Row")

ROWS_A_PART: Final = 50_000
"""Rows of one object: of the largest rows, texts and their units, some hundred megabytes.  A column of an object cannot
be read any more from two thousand on."""
_PUBLISHING_SECONDS = 0.3
"""A pointer follows its receipt within so long, unless the writer was killed between the two."""
_RECEIPT = re.compile(r"receipt-([0-9a-f]{16})\.json")


def generation_of(inputs: Mapping[str, str], version: str, settings: Mapping[str, str]) -> str:
    """16 hex digits that name what these inputs, version and settings make."""
    return digest_of({"inputs": dict(inputs), "version": version, "settings": dict(settings)})[:16]


def current(store: Store, key: PartitionKey) -> Receipt | None:
    """The receipt of the partition's current generation, None when nothing was published.

    Raises Corrupt; of a derived partition also where a receipt lies and no pointer leads to any.
    """
    entry = pointer_of(store, key).current() or _entry_beside_a_receipt(store, key)
    return None if entry is None else receipt_at(store, key, entry)


def current_or_none(store: Store, key: PartitionKey) -> Receipt | None:
    """As `current`; None also for a receipt that cannot be read: of a derived partition, it has to be made again."""
    try:
        return current(store, key)
    except Corrupt:
        return None


def is_fresh(
    store: Store, key: PartitionKey, *, inputs: Mapping[str, str], version: str, settings: Mapping[str, str]
) -> Receipt | None:
    """The current receipt if it was made from exactly these and its objects are there, else None: there is work to do.

    Objects are compared by name and size, which costs one listing; `soundness.fault_in` reads them.
    """
    receipt = current_or_none(store, key)
    wanted = generation_of(inputs, version, settings)
    return receipt if receipt is not None and receipt.generation == wanted and _is_all_there(store, receipt) else None


def discard(store: Store, key: PartitionKey) -> None:
    """Remove all that was published of the partition, to be made again.  Only for who holds the lease on it.

    Raises BadRequest for a partition that is a fact.
    """
    if is_fact(key.path):
        raise BadRequest(f"{key.path} is a fact and cannot be made again.")
    for name in store.folders(key.path):
        if name == "current" or name.startswith("generation="):
            store.delete_all(f"{key.path}/{name}")


class PartitionWriter:
    """Makes one generation of a partition: `append` tables part by part, then `publish` once.

    A derived partition whose pointer cannot be read any more is begun anew.  Until `publish` nothing is visible.
    Whoever publishes in the meantime wins: `publish` then raises Contended.
    """

    def __init__(
        self,
        store: Store,
        key: PartitionKey,
        *,
        inputs: Mapping[str, str],
        version: str,
        settings: Mapping[str, str],
        lease: Lease | None = None,
    ) -> None:
        self.key = key
        self.generation = generation_of(inputs, version, settings)
        self._inputs, self._version, self._settings = dict(inputs), version, dict(settings)
        self._store = store
        self._lease = lease
        self._pointer = pointer_of(store, key)
        self._expected = self._begin()
        self._parts: dict[str, list[ObjectInfo]] = {}
        self._digests: dict[str, bytearray] = {}

    def append(self, table: Table[Row], rows: Iterable[Row]) -> None:
        """Write `rows` as the table's next parts, in its order, ROWS_A_PART in each at most.

        A table without any rows still gets a part: it has its columns.  Raises ValueError for a table that another
        stage writes.
        """
        if table.stage != self.key.stage:
            raise ValueError(f"{table.title} is no table of {self.key.path}")
        rows = list(rows)
        if len(rows) > ROWS_A_PART:
            rows = ordered(table, rows)
        for start in range(0, max(len(rows), 1), ROWS_A_PART):
            self._append_part(table, rows[start : start + ROWS_A_PART])

    def _append_part(self, table: Table[Row], rows: Sequence[Row]) -> None:
        parts = self._parts.setdefault(table.name, [])
        if not rows and parts:
            return
        data = part_of(table, rows)
        name = f"{table.name}-{len(parts):05d}-{sha256(data).hexdigest()[:16]}.parquet"
        parts.append(put_object(self._store, f"{self._folder}/{name}", data, len(rows)))
        digests = self._digests.setdefault(table.name, bytearray())
        for row in rows:
            digests += row_digest(row)

    @property
    def tables(self) -> set[str]:
        """The names of the tables written so far."""
        return set(self._parts)

    def publish(self) -> Receipt:
        """Check the lease, put the receipt, check it again, flip the pointer.

        Raises Contended when somebody else was first.  Who has lost the lease leaves no receipt that nothing leads to.
        Somebody who published the same rows of the same generation counts as ourselves.
        """
        receipt = self._receipt()
        document = dump(receipt.document())
        name = f"{self._folder}/receipt-{sha256(document).hexdigest()[:16]}.json"
        self._check_lease()
        self._store.put(name, document)
        self._check_lease()
        try:
            self._pointer.advance(self._expected, {"generation": self.generation, "receipt": name})
        except Contended:
            published = current(self._store, self.key)
            if published is None or (published.generation, published.digest) != (self.generation, receipt.digest):
                raise
            return published
        return receipt

    def _check_lease(self) -> None:
        if self._lease is not None:
            self._lease.check()

    def _begin(self) -> PointerEntry | None:
        try:
            return self._pointer.current()
        except Corrupt:
            if is_fact(self.key.path):
                raise
        discard(self._store, self.key)
        return None

    @property
    def _folder(self) -> str:
        return f"{self.key.path}/generation={self.generation}"

    def _receipt(self) -> Receipt:
        tables = {
            table: TableInfo(
                parts=tuple(parts),
                rows=sum(part.rows or 0 for part in parts),
                digest=bag_digest(self._digests[table]),
            )
            for table, parts in self._parts.items()
        }
        return Receipt(
            stage=self.key.stage,
            day=self.key.day,
            batch=self.key.batch,
            segment=self.key.segment,
            generation=self.generation,
            inputs=self._inputs,
            version=self._version,
            settings=self._settings,
            tables=tables,
        )


def read_rows(store: Store, receipt: Receipt, table: Table[Row]) -> Iterator[Row]:
    """The table's rows, one part in memory at a time.  Raises Corrupt naming a part that is not as it was stored."""
    for part in _table(receipt, table).parts:
        yield from read_records(store, part, table.row)


def read_fields(store: Store, receipt: Receipt, table: Table[Any], columns: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Only these columns of the table's rows, one part in memory at a time.  Raises Corrupt as `read_rows` does."""
    for part in _table(receipt, table).parts:
        yield from fields_in(store, part, table.row, columns)


def read_columns(store: Store, receipt: Receipt, table: Table[Any], columns: Sequence[str]) -> pa.Table:
    """Only these columns of all the table's rows, as an Arrow table.  Raises Corrupt as `read_rows` does."""
    return pa.concat_tables(_columns_of(store, part, table, columns) for part in _table(receipt, table).parts)


def partition_days(store: Store, stage: str, *, since: date = date.min) -> list[date]:
    """The days, from `since` on, that the stage has published something for or begun to; ascending."""
    return days_in(store, stage, since=since)


def sweep(store: Store, key: PartitionKey, keep: int = 2) -> None:
    """Remove all generations but the newest `keep` published.  Only for who holds the lease on the partition.

    A generation that is being written unpublished goes too.
    """
    pointer = pointer_of(store, key)
    kept = {f"generation={entry.value['generation']}" for entry in pointer.entries()[-max(keep, 1) :]}
    pointer.prune(keep)
    for name in store.folders(key.path):
        if name.startswith("generation=") and name not in kept:
            store.delete_all(f"{key.path}/{name}")


def pointer_of(store: Store, key: PartitionKey) -> Pointer:
    """The pointer of a partition, whose entries lead to receipts."""
    return Pointer(store, f"{key.path}/current")


def entry_key(key: PartitionKey, entry: PointerEntry) -> str:
    """Where an entry of the partition's pointer lies."""
    return key_of(f"{key.path}/current", entry.number)


def _entry_beside_a_receipt(store: Store, key: PartitionKey) -> PointerEntry | None:
    """None for a partition without a receipt, too; the pointer's entry where the first one was just made.

    Raises Missing where there is a receipt and no entry comes: the pointer was lost, or its writer was killed.
    """
    if is_fact(key.path) or not any(_is_receipt_of(name, key) for name in store.list(key.path)):
        return None
    pointer = pointer_of(store, key)
    entry = pointer.current()
    if entry is None:
        time.sleep(_PUBLISHING_SECONDS)
        entry = pointer.current()
    if entry is None:
        raise missing(first_entry_key(key), "the lake")
    return entry


def _is_receipt_of(name: str, key: PartitionKey) -> bool:
    folder, _, rest = name.removeprefix(f"{key.path}/").partition("/")
    return folder.startswith("generation=") and _RECEIPT.fullmatch(rest) is not None


def first_entry_key(key: PartitionKey) -> str:
    """Where the first entry of the partition's pointer lies: what is missed where it has none."""
    return key_of(f"{key.path}/current", 1)


def receipt_at(store: Store, key: PartitionKey, entry: PointerEntry) -> Receipt:
    """The receipt that an entry leads to; its name carries the digest of its content.  Raises Corrupt."""
    name = str(entry.value.get("receipt", ""))
    place, _, file = name.rpartition("/")
    digest = _RECEIPT.fullmatch(file)
    if digest is None or not place.startswith(f"{key.path}/generation="):
        raise damaged(entry_key(key, entry), f"leads to {name[:200]!r}")
    data = store.read(name)
    if not sha256(data).hexdigest().startswith(digest[1]):
        raise damaged(name, "its content is not that of its name")
    document = load(data, name)
    with reading(name):
        return Receipt.from_document(document)


def _is_all_there(store: Store, receipt: Receipt) -> bool:
    sizes = store.sizes(f"{receipt.key.path}/generation={receipt.generation}")
    parts = (part for table in receipt.tables.values() for part in table.parts)
    return all(sizes.get(part.key) == part.size_bytes for part in parts)


def _table(receipt: Receipt, table: Table[Any]) -> TableInfo:
    for name in (table.name, table.formerly):
        if name in receipt.tables:
            return receipt.tables[name]
    raise BadRequest(f"{receipt.key.path} has no table {table.name!r}, only {sorted(receipt.tables)}")


def _columns_of(store: Store, part: ObjectInfo, table: Table[Any], columns: Sequence[str]) -> pa.Table:
    data = read_object(store, part)
    with reading(part.key):
        return read_table(data, columns, renamed_columns(table.row))


def erase(store: Store, stage: str, day: date) -> None:
    """Remove everything the stage published for `day`, all generations and pointers.

    Only for forgetting, and for what has been kept long enough.
    """
    prefix = f"{stage}/day={day.isoformat()}"
    if store.list(prefix):
        store.delete_all(prefix)


def fault_in(store: Store, key: PartitionKey) -> str:
    """What is damaged of the partition's current generation, in a sentence; "" when nothing is, or nothing was made.

    Pointer, receipt and every object are read.
    """
    try:
        receipt = current(store, key)
    except Corrupt as error:
        return str(error)
    parts = (part for table in receipt.tables.values() for part in table.parts) if receipt else iter(())
    return next((fault for part in parts if (fault := fault_of(store, part))), "")


def named_by(store: Store, key: PartitionKey) -> set[str]:
    """Every object that the partition's pointer leads to, by way of those entries that can be read, and the entries."""
    named = set()
    for entry in pointer_of(store, key).entries():
        named.add(entry_key(key, entry))
        try:
            receipt = receipt_at(store, key, entry)
        except Corrupt:
            continue
        named.add(str(entry.value["receipt"]))
        named |= {part.key for table in receipt.tables.values() for part in table.parts}
    return named
