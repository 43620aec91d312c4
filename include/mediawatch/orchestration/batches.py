"""A batch on its way from one task to the next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from mediawatch.errors import BadRequest
from mediawatch.orchestration.notes import counted

if TYPE_CHECKING:
    from mediawatch.lake.batches import BatchKey, BatchManifest


def packed(batch: BatchKey) -> dict[str, str]:
    """`batch` as an XCom value."""
    return {"day": batch.day.isoformat(), "batch": batch.batch}


def unpacked(value: dict[str, str] | None) -> BatchKey:
    """The batch of an XCom value.  Raises BadRequest for None: the task that opens the batch did not succeed."""
    from mediawatch.lake.batches import BatchKey

    if value is None:
        raise BadRequest("No batch was opened, so there is nothing to work on: see the log of open_batch.")
    return BatchKey(day=date.fromisoformat(value["day"]), batch=value["batch"])


def summary(manifest: BatchManifest, short: Mapping[str, int]) -> str:
    """What was sealed, in one line for people: the counts, how many links fell `short`, the shards not finished."""
    counts = counted({**dict(sorted(manifest.counts.items())), **short})
    missing = ", ".join(map(str, manifest.missing_shards))
    return f"sealed {manifest.key.path}: {counts}" + (f"; not finished: shard {missing}" if missing else "")


def facts(manifest: BatchManifest, short: Mapping[str, int]) -> dict[str, Any]:
    """What was sealed and how many links fell `short`, as Airflow shows it with the asset's event."""
    batch = {"day": manifest.day.isoformat(), "batch": manifest.batch}
    return batch | dict(manifest.counts) | dict(short) | {"missing_shards": len(manifest.missing_shards)}
