"""What a stage is: which partitions it makes of a day, from what, by which version, and how."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from mediawatch.errors import NotReady
from mediawatch.lake.partitions import PartitionKey, PartitionWriter, Receipt, current
from mediawatch.lake.store import Store
from mediawatch.stages.newsroom import Newsroom, Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One partition to make: its key, and what it is made from.  Equal inputs, version and settings make equal rows."""

    key: PartitionKey
    inputs: Mapping[str, str]
    settings: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stage of a day's build.  `units` reads the lake only; `work` fills the writer, which the runner publishes.

    `conclude` is called when all partitions of the day are published, and may raise what people have to hear.
    """

    name: str
    version: str
    units: Callable[[Newsroom, date], list[Unit]]
    work: Callable[[Newsroom, Unit, PartitionWriter, Report], None]
    conclude: Callable[[Newsroom, date], None] | None = None


def published(store: Store, key: PartitionKey) -> Receipt:
    """The partition's current receipt.  Raises NotReady when there is none."""
    receipt = current(store, key)
    if receipt is None:
        raise NotReady(f"{key.path} has not been made yet")
    return receipt
