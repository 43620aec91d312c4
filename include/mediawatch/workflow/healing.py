"""Derived data that is damaged is made again on the way; a fact that is damaged stops the work and is named."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Final, TypeVar

from mediawatch.context import Report
from mediawatch.errors import Corrupt
from mediawatch.extraction.template_memory import write_sketch
from mediawatch.lake.folders import FACTS, PARTITIONED, WATCHED
from mediawatch.lake.names import batch_in, day_in
from mediawatch.lake.partitions import PartitionKey, discard
from mediawatch.lake.soundness import fault_in
from mediawatch.lake.store import Store
from mediawatch.tables.order import BUILDING

Made = TypeVar("Made")
Remake = Callable[[str, date], object]
"""Runs a stage of a day."""

_PLACE: Final = re.compile(r"([^/]+)/(day=[^/]+)/(?:(batch=[^/]+)/)?(?:current|generation=[^/]+)/[^/]+")
_INDEXED: Final = frozenset({"index", "publish", "announce"})


def with_healing(store: Store, work: Callable[[], Made], remake: Remake, report: Report) -> Made:
    """What `work` gives; where it meets damage in derived data, once that was made again, each partition once.

    Raises Corrupt for a fact, and for what cannot be made again.
    """
    healed: set[PartitionKey] = set()
    while True:
        try:
            return work()
        except Corrupt as error:
            key = derived_partition(error.key)
            if key is None or key in healed:
                raise
            healed.add(key)
            report(f"made again, for it was damaged: {error}")
            _heal(store, key, remake)


def clear_damage(store: Store, key: PartitionKey, report: Report) -> None:
    """Throw away what is there of a derived partition when it is damaged.  Only for who holds its lease."""
    fault = fault_in(store, key)
    if fault:
        report(f"thrown away, for it was damaged: {fault}")
        discard(store, key)
        if key.stage in _INDEXED:
            report("what it had put into the index is not known any more: `mediawatch reindex` makes sure of that")


def derived_partition(key: str) -> PartitionKey | None:
    """The derived partition that the object `key` is part of; None for facts and all else."""
    found = _PLACE.fullmatch(key)
    day = day_in(found[2]) if found else None
    if found is None or day is None or found[1] in FACTS or found[1] not in PARTITIONED:
        return None
    return PartitionKey(stage=found[1], day=day, batch=batch_in(found[3] or "") or "")


def _heal(store: Store, key: PartitionKey, remake: Remake) -> None:
    if key.stage == "lines":
        write_sketch(store, key.day)
    elif key.stage in {*BUILDING, *WATCHED} - {"past"}:
        remake(key.stage, key.day)
    else:
        discard(store, key)
