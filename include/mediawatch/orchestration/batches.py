"""A batch on its way from one task to the next."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from mediawatch.errors import BadRequest

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


def summary(manifest: BatchManifest) -> str:
    """What was sealed, in one line for the task's log: the counts, and the shards that did not finish."""
    counts = ", ".join(f"{count} {name}" for name, count in sorted(manifest.counts.items())) or "nothing"
    missing = ", ".join(map(str, manifest.missing_shards))
    return f"sealed {manifest.key.path}: {counts}" + (f"; not finished: shard {missing}" if missing else "")


def facts(manifest: BatchManifest) -> dict[str, Any]:
    """What was sealed, as Airflow shows it with the asset's event."""
    batch = {"day": manifest.day.isoformat(), "batch": manifest.batch}
    return batch | dict(manifest.counts) | {"missing_shards": len(manifest.missing_shards)}
