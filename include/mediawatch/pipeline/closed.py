"""Which days are closed: nothing more is harvested for them, and their numbers are final."""

from __future__ import annotations

from datetime import date

from mediawatch.lake.batches import sealed_batches
from mediawatch.lake.partitions import PartitionKey, is_fresh
from mediawatch.lake.store import Store

VERSION = "1"


def is_closed(store: Store, day: date) -> bool:
    """Whether `day` was closed over exactly the batches that it has now."""
    return is_fresh(store, closed_key(day), inputs=batches_of(store, day), version=VERSION, settings={}) is not None


def closed_key(day: date) -> PartitionKey:
    """Where it is written that `day` is closed."""
    return PartitionKey(stage="closed", day=day)


def batches_of(store: Store, day: date) -> dict[str, str]:
    """{batch: digest} of the day's sealed batches."""
    return {manifest.batch: manifest.digest for manifest in sealed_batches(store, day)}
