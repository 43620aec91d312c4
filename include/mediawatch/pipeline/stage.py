"""What a stage is: which tables it reads and writes, how its partitions are cut, and how one is made.

A stage is declared, not coded: from what it reads the runner finds out which partitions there are to make, what each is
made from, and whether it is still up to date; and it hands exactly these rows to the stage's `work`.  `mediawatch
tables` and docs/tables.md are drawn from the same declarations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import Enum
from typing import Any, TypeVar

import pyarrow as pa

from mediawatch.context import Context, Report
from mediawatch.errors import NotReady
from mediawatch.lake.batches import (
    BatchKey,
    BatchManifest,
    read_batch_rows,
    read_manifest,
    sealed_batches,
    segments_of,
)
from mediawatch.lake.objects import ObjectInfo, read_records
from mediawatch.lake.partitions import PartitionKey, PartitionWriter, Receipt, current, read_columns, read_rows
from mediawatch.lake.store import Store
from mediawatch.tables import Per
from mediawatch.tables.declaration import Table

Row = TypeVar("Row")
Part = Receipt | BatchManifest | ObjectInfo | Sequence[Any]
"""Where the rows of one partition of an input are: published, in a sealed batch or a segment of it, or at hand."""

Found = Receipt | BatchManifest | ObjectInfo
"""What an input is made of, as the lake has it: each has a digest."""

HARVEST = "harvest"


class Scope(Enum):
    """Which partitions of a stage an input is."""

    SAME = "the same partition"
    BATCHES = "all batches of the day"
    IF_MADE = "the same partition, where it was made"
    BEFORE = "days before"


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """Tables of one stage that another one reads.

    `label` is how a receipt calls the input, with {batch} or {day} where there are several; one label for several
    batches stands for all of them together.  SAME and BATCHES have to be there; of IF_MADE and of the last `days` days
    BEFORE only what was made counts.
    """

    tables: tuple[Table[Any], ...]
    label: str
    of: Scope = Scope.SAME
    days: int = 0

    @property
    def stage(self) -> str:
        """Who writes them."""
        return self.tables[0].stage

    def parts(self, store: Store, key: PartitionKey) -> dict[str, Found]:
        """The partitions that `key` is made from, by batch or day, or one under "".  Raises NotReady."""
        if self.of is Scope.BATCHES:
            return {manifest.batch: self._of_batch(store, manifest) for manifest in sealed_batches(store, key.day)}
        if self.of is Scope.BEFORE:
            days = (key.day - timedelta(days=back) for back in range(self.days, 0, -1))
            receipts = ((day, current(store, PartitionKey(stage=self.stage, day=day))) for day in days)
            return {day.isoformat(): receipt for day, receipt in receipts if receipt is not None}
        if self.stage == HARVEST:
            return {"": self._harvested(store, key)}
        same = PartitionKey(stage=self.stage, day=key.day, batch=key.batch)
        if self.of is Scope.IF_MADE:
            receipt = current(store, same)
            return {"": receipt} if receipt else {}
        return {"": published(store, same)}

    def _harvested(self, store: Store, key: PartitionKey) -> BatchManifest | ObjectInfo:
        manifest = _sealed(store, batch_of(key))
        return segments_of(manifest, self.tables[0].name)[key.segment] if key.segment else manifest

    def _of_batch(self, store: Store, manifest: BatchManifest) -> Receipt | BatchManifest:
        if self.stage == HARVEST:
            return manifest
        return published(store, PartitionKey(stage=self.stage, day=manifest.day, batch=manifest.batch))

    def digests(self, parts: Mapping[str, Found]) -> dict[str, str]:
        """{label: digest} of the partitions `parts`."""
        if self.of is Scope.BATCHES and "{batch}" not in self.label:
            return {self.label: " ".join(part.digest for _, part in sorted(parts.items()))}
        return {self.label.format(batch=name, day=name): part.digest for name, part in parts.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a stage is handed to make one partition: its key, and the rows of the tables that it declares to read.

    `inputs` and `settings` are what the receipt will say: equal ones make equal rows.  `parts` are, by table, the
    partitions that were current when the inputs were looked up, so that what is read is what the receipt names.
    """

    context: Context
    key: PartitionKey
    inputs: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, Mapping[str, Part]] = field(default_factory=dict)

    @classmethod
    def of_rows(
        cls, context: Context, key: PartitionKey, *tables: tuple[Table[Any], Mapping[str, Sequence[Any]]]
    ) -> Given:
        """A stage's input made of rows at hand: (table, {batch or day: rows}), "" for the only partition."""
        return cls(context=context, key=key, parts={table.title: parts for table, parts in tables})

    @property
    def day(self) -> date:
        """The day of the partition."""
        return self.key.day

    @property
    def store(self) -> Store:
        """The lake, for what is no table: archived pages, registers, looks."""
        return self.context.store

    def rows(self, table: Table[Row]) -> Iterator[Row]:
        """The rows of a table over all its partitions, in their order.  Raises ValueError for one not declared."""
        for part in self._parts(table).values():
            yield from _rows(self.store, part, table)

    def by_batch(self, table: Table[Row]) -> Iterator[tuple[str, Iterator[Row]]]:
        """(batch or segment, rows) of a table that is read of all batches of a day or all segments of a batch."""
        for batch, part in self._parts(table).items():
            yield batch, _rows(self.store, part, table)

    def by_day(self, table: Table[Row]) -> Iterator[tuple[date, Iterator[Row]]]:
        """(day, rows) of a table that is read of days before, oldest day first."""
        for day, part in self._parts(table).items():
            yield date.fromisoformat(day), _rows(self.store, part, table)

    def columns(self, table: Table[Any], names: Sequence[str]) -> Iterator[tuple[str, pa.Table]]:
        """(batch, Arrow table of the columns `names`), batch by batch."""
        for batch, part in self._parts(table).items():
            if not isinstance(part, Receipt):
                raise TypeError(f"{table.title} is read by columns where it is published only")
            yield batch, read_columns(self.store, part, table, names)

    def manifests(self, table: Table[Any]) -> list[BatchManifest]:
        """The sealed batches that hold the harvest's `table`, for what only their manifests tell."""
        return [part for part in self._parts(table).values() if isinstance(part, BatchManifest)]

    def _parts(self, table: Table[Any]) -> Mapping[str, Part]:
        if table.title not in self.parts:
            raise ValueError(f"{self.key.stage} does not declare that it reads {table.title}")
        return self.parts[table.title]


def _rows(store: Store, part: Part, table: Table[Row]) -> Iterator[Row]:
    if isinstance(part, Receipt):
        return read_rows(store, part, table)
    if isinstance(part, BatchManifest):
        return read_batch_rows(store, part, table)
    if isinstance(part, ObjectInfo):
        return iter(read_records(store, part, table.row))
    return iter(part)


def _nothing(context: Context, key: PartitionKey) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stage of a day's build: a partition for each segment, batch or day, made of `reads` by `work`, which fills
    `writes`.

    `settings` and `more` say what else a partition depends on: settings, and inputs that are no tables by themselves.
    `require` raises NotReady or Corrupt where a day cannot be made.  `conclude` is called when all partitions of the
    day are published, and may raise what people have to hear.

    `units` is a stage that makes a batch ready, segment by segment, where many workers can share it: what it writes is
    read like a declared input, does not count as one, as it is made of the same, and is dropped once this is published.
    """

    name: str
    version: str
    per: Per
    reads: tuple[Input, ...]
    writes: tuple[Table[Any], ...]
    work: Callable[[Given, PartitionWriter, Report], None]
    settings: Callable[[Context, PartitionKey], Mapping[str, str]] = _nothing
    more: Callable[[Context, PartitionKey], Mapping[str, str]] = _nothing
    require: Callable[[Context, date], None] = lambda context, day: None
    conclude: Callable[[Context, date], None] | None = None
    units: Stage | None = None

    def partitions(self, context: Context, day: date) -> list[Given]:
        """What there is to make for `day`.  Raises NotReady while something that it is made from is missing."""
        self.require(context, day)
        if self.per is Per.DAY:
            return [self._given(context, PartitionKey(stage=self.name, day=day))]
        sealed = sealed_batches(context.store, day)
        batches = [PartitionKey(stage=self.name, day=day, batch=manifest.batch) for manifest in sealed]
        if self.per is Per.SEGMENT:
            return [given for key in batches for given in self.segments(context, key)]
        return [self._given(context, key) for key in batches]

    def segments(self, context: Context, batch: PartitionKey) -> list[Given]:
        """What there is to make for the batch of a partition, of a stage whose partitions are segments."""
        key = PartitionKey(stage=self.name, day=batch.day, batch=batch.batch)
        names = segments_of(_sealed(context.store, batch_of(key)), self.reads[0].tables[0].name)
        settings = self.settings(context, key)
        return [self._given(context, replace(key, segment=name), settings) for name in names]

    def _given(self, context: Context, key: PartitionKey, settings: Mapping[str, str] | None = None) -> Given:
        inputs: dict[str, str] = {}
        parts: dict[str, dict[str, Found]] = {}
        for read in self.reads:
            found = read.parts(context.store, key)
            inputs |= read.digests(found)
            parts |= {table.title: found for table in read.tables}
        inputs |= self.more(context, key)
        settings = self.settings(context, key) if settings is None else settings
        return Given(context=context, key=key, inputs=inputs, settings=settings, parts=parts)


def batch_of(key: PartitionKey) -> BatchKey:
    """The batch that a partition belongs to."""
    return BatchKey(day=key.day, batch=key.batch)


def published(store: Store, key: PartitionKey) -> Receipt:
    """The partition's current receipt.  Raises NotReady when there is none."""
    receipt = current(store, key)
    if receipt is None:
        raise NotReady(f"{key.path} has not been made yet")
    return receipt


def _sealed(store: Store, batch: BatchKey) -> BatchManifest:
    manifest = read_manifest(store, batch)
    if manifest is None:
        raise NotReady(f"{batch.path} is not sealed yet")
    return manifest


def extracted_batches(store: Store, day: date) -> dict[str, Receipt]:
    """{batch: receipt} of the day's extraction.  Raises NotReady while a sealed batch is not extracted."""
    return {
        manifest.batch: published(store, PartitionKey(stage="extract", day=day, batch=manifest.batch))
        for manifest in sealed_batches(store, day)
    }
