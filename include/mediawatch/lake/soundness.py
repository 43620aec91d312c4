"""Whether a partition is as it was published: every byte of it read."""

from __future__ import annotations

from mediawatch.errors import Corrupt
from mediawatch.lake.objects import fault_of
from mediawatch.lake.partitions import PartitionKey, current, entry_key, pointer_of, receipt_at
from mediawatch.lake.store import Store


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
