"""What a stage is: which tables it reads and writes, how its partitions are cut, and how one is made.

A stage is declared, not coded: from what it reads the runner finds out which partitions there are to make, what each is
made from, and whether it is still up to date.  `mediawatch tables` and docs/tables.md are drawn from the same words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import Any

from mediawatch.context import Context, Report
from mediawatch.errors import NotReady
from mediawatch.lake.batches import BatchKey, BatchManifest, read_manifest, sealed_batches
from mediawatch.lake.partitions import PartitionKey, PartitionWriter, Receipt, current
from mediawatch.lake.store import Store
from mediawatch.tables import Per, Table

HARVEST = "harvest"


class Scope(Enum):
    """Which partitions of a stage an input is."""

    SAME = "the same partition"
    BATCHES = "all batches of the day"
    BEFORE = "days before"


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """Tables of one stage that another one reads.

    `label` is how a receipt calls the input, with {batch} or {day} where there are several; one label for several
    batches stands for all of them together.  SAME and BATCHES have to be there; of the last `days` days BEFORE only
    what was made counts.
    """

    tables: tuple[Table[Any], ...]
    label: str
    of: Scope = Scope.SAME
    days: int = 0

    @property
    def stage(self) -> str:
        """Who writes them."""
        return self.tables[0].stage

    def digests(self, store: Store, key: PartitionKey) -> dict[str, str]:
        """{label: digest} of the partitions that `key` is made from.  Raises NotReady for one that is missing."""
        if self.of is Scope.BATCHES:
            found = dict(_of_batches(store, self.stage, key.day))
            if "{batch}" not in self.label:
                return {self.label: " ".join(digest for _, digest in sorted(found.items()))}
            return {self.label.format(batch=batch): digest for batch, digest in found.items()}
        if self.of is Scope.BEFORE:
            days = (key.day - timedelta(days=back) for back in range(self.days, 0, -1))
            receipts = ((day, current(store, PartitionKey(stage=self.stage, day=day))) for day in days)
            return {self.label.format(day=day): receipt.digest for day, receipt in receipts if receipt is not None}
        if self.stage == HARVEST:
            return {self.label: _sealed(store, BatchKey(day=key.day, batch=key.batch)).digest}
        return {self.label: published(store, PartitionKey(stage=self.stage, day=key.day, batch=key.batch)).digest}


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One partition to make: its key, and what it is made from.  Equal inputs, version and settings make equal rows."""

    key: PartitionKey
    inputs: Mapping[str, str]
    settings: Mapping[str, str]


def _nothing(context: Context, key: PartitionKey) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stage of a day's build: one partition for each batch or day, made of `reads` by `work`, which fills `writes`.

    `settings` and `more` say what else a partition depends on: settings, and inputs that are no tables by themselves.
    `require` raises NotReady or Corrupt where a day cannot be made.  `conclude` is called when all partitions of the
    day are published, and may raise what people have to hear.
    """

    name: str
    version: str
    per: Per
    reads: tuple[Input, ...]
    writes: tuple[Table[Any], ...]
    work: Callable[[Context, Unit, PartitionWriter, Report], None]
    settings: Callable[[Context, PartitionKey], Mapping[str, str]] = _nothing
    more: Callable[[Context, PartitionKey], Mapping[str, str]] = _nothing
    require: Callable[[Context, date], None] = lambda context, day: None
    conclude: Callable[[Context, date], None] | None = None

    def units(self, context: Context, day: date) -> list[Unit]:
        """The partitions of `day`.  Raises NotReady while something that they are made from is missing."""
        self.require(context, day)
        return [self._unit(context, key) for key in self._keys(context.store, day)]

    def _keys(self, store: Store, day: date) -> list[PartitionKey]:
        if self.per is Per.DAY:
            return [PartitionKey(stage=self.name, day=day)]
        return [PartitionKey(stage=self.name, day=day, batch=batch.batch) for batch in sealed_batches(store, day)]

    def _unit(self, context: Context, key: PartitionKey) -> Unit:
        inputs: dict[str, str] = {}
        for read in self.reads:
            inputs |= read.digests(context.store, key)
        inputs |= self.more(context, key)
        return Unit(key=key, inputs=inputs, settings=self.settings(context, key))


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


def _of_batches(store: Store, stage: str, day: date) -> Iterator[tuple[str, str]]:
    for manifest in sealed_batches(store, day):
        if stage == HARVEST:
            yield manifest.batch, manifest.digest
        else:
            yield manifest.batch, published(store, PartitionKey(stage=stage, day=day, batch=manifest.batch)).digest
