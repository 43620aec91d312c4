"""A harvest run: open a batch, harvest its shards side by side, seal it.

The batch's plan is written first and kept: a retry, even one with other settings, deals the sources out as the first
try did.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from mediawatch import logs, telemetry
from mediawatch.context import Context, Report, silent
from mediawatch.errors import BadRequest
from mediawatch.harvest.cadence import due_sources
from mediawatch.harvest.collecting import ShardWork, collect
from mediawatch.harvest.markup import MarkupReader
from mediawatch.harvest.segments import closed_segments
from mediawatch.lake.batches import (
    BatchKey,
    BatchManifest,
    ObjectInfo,
    ShardManifest,
    batches_of,
    is_copy,
    plan_of,
    put_object,
    read_manifest,
    read_plan,
    read_shard,
    seal,
    sealed_batches,
    shard_path,
    write_plan,
)
from mediawatch.lake.leases import lease
from mediawatch.lake.objects import described, read_records, read_stored
from mediawatch.lake.tables import to_parquet
from mediawatch.records import Reason, Source
from mediawatch.records.ledger import Outcome
from mediawatch.sandbox import Budget
from mediawatch.sources.shards import deal
from mediawatch.tables.harvest import DiscoveredLink

_LOG = logs.logger(__name__)


def open_due_batch(context: Context, *, day: date, run_key: str) -> BatchKey | None:
    """As `open_batch`, with the sources that are due; None where none is."""
    batch = BatchKey(day=day, batch=run_key)
    if read_plan(context.store, batch) is not None:
        return batch
    due = tuple(source.name for source in due_sources(context))
    if not due and day == context.today and context.catalogue.enabled().sources:
        return None
    return open_batch(context, day=day, run_key=run_key, sources=due)


def open_batch(context: Context, *, day: date, run_key: str, sources: Sequence[str] = ()) -> BatchKey:
    """The batch of the run `run_key` (which sorts by time and is stable across retries), with its plan in the lake.

    `sources` limits it to these names.  Raises BadRequest for a day that is not today, unless the batch was opened
    when it was, and for an unknown source.
    """
    batch = BatchKey(day=day, batch=run_key)
    if read_plan(context.store, batch) is not None:
        return batch
    if day != context.today:
        raise BadRequest(
            f"A harvest of {day} is refused: today is {context.today}, and feeds announce the present only. Past "
            f"pages come in with `mediawatch import-warc`; `mediawatch build --day {day}` builds that day again."
        )
    chosen = context.catalogue.only(sources).sources
    if not chosen:
        raise BadRequest("No source to harvest: the catalogue has none that is enabled.")
    shards = deal(chosen, context.settings.shards)
    plan = {
        "opened_at": context.clock().isoformat(),
        "enabled": len(context.catalogue.enabled().sources),
        "shards": [[source.model_dump(mode="json") for source in shard] for shard in shards],
    }
    write_plan(context.store, batch, plan)
    return batch


def shards_of(context: Context, batch: BatchKey) -> list[int]:
    """The numbers of the batch's shards."""
    return list(range(len(plan_of(context.store, batch)["shards"])))


def harvest_shard(context: Context, batch: BatchKey, shard: int, report: Report = silent) -> ShardManifest:
    """Discover and fetch one shard; taken up where a killed try left it, and done once when called again."""
    done = read_shard(context.store, batch, shard)
    if done is not None:
        return done
    if read_manifest(context.store, batch) is not None:
        raise BadRequest(f"{batch.path} is sealed: its missing shard {shard} stays pending for the next harvest.")
    with (
        lease(
            context.store,
            f"{batch.path}/shard={shard:04d}",
            holder=f"harvest {batch.batch}",
            seconds=context.settings.lease_seconds,
            clock=context.clock,
        ) as held,
        logs.bound(day=batch.day, batch=batch.batch, shard=shard),
        telemetry.span("harvest shard", day=batch.day, batch=batch.batch, shard=shard),
    ):
        sources = tuple(Source.model_validate(entry) for entry in plan_of(context.store, batch)["shards"][shard])
        return collect(
            ShardWork(
                context=context,
                batch=batch,
                shard=shard,
                sources=sources,
                held=held,
                report=report,
                reader=MarkupReader(budget=Budget(seconds=context.settings.source_cpu_seconds)),
            )
        )


def seal_batch(context: Context, batch: BatchKey) -> BatchManifest:
    """Close the batch: from here on its facts are visible.  A shard that did not finish is closed as it stands.

    What was fetched before its worker died counts; its other links become pending (`shard_missing`).
    """
    sealed = read_manifest(context.store, batch)
    if sealed is not None:
        return sealed
    plan = plan_of(context.store, batch)
    numbers = range(len(plan["shards"]))
    shards = [
        read_shard(context.store, batch, number) or _closed_as_it_stands(context, batch, number) for number in numbers
    ]
    manifest = BatchManifest(
        day=batch.day,
        batch=batch.batch,
        opened_at=datetime.fromisoformat(plan["opened_at"]),
        expected_shards=len(shards),
        missing_shards=tuple(shard.shard for shard in shards if not shard.is_complete),
        shards=tuple(shards),
        counts=_sums(shards),
        origin="live",
    )
    _LOG.info("sealed", day=batch.day, batch=batch.batch, counts=dict(manifest.counts))
    return seal(context.store, manifest)


def unsealed_batches(context: Context, day: date) -> list[BatchKey]:
    """Batches of `day` that were opened and never sealed, oldest first; copies of other batches' folders left out."""
    store, sealed = context.store, {manifest.batch for manifest in sealed_batches(context.store, day)}
    left = [batch for batch in batches_of(store, day) if batch.batch not in sealed]
    return [batch for batch in left if not is_copy(store, batch)]


def _closed_as_it_stands(context: Context, batch: BatchKey, number: int) -> ShardManifest:
    path, store = shard_path(batch, number), context.store
    objects: list[ObjectInfo] = [info for infos in closed_segments(store, path).values() for info in infos]
    fetched = [info for info in objects if info.key.endswith(".fetch.parquet")]
    candidates_key, announced_key = f"{path}/candidates.parquet", f"{path}/announced.parquet"
    if not store.exists(candidates_key):
        return ShardManifest(shard=number, objects=(), counts={}, is_complete=False)
    candidates = read_stored(store, candidates_key, DiscoveredLink)
    objects.append(described(candidates_key, store.read(candidates_key), len(candidates)))
    if store.exists(announced_key):
        objects.append(described(announced_key, store.read(announced_key)))
    done = {row.link_id for info in fetched for row in read_records(store, info, Outcome)}
    left = [
        Outcome(
            day=batch.day,
            batch=batch.batch,
            stage="fetch",
            link_id=row.link_id,
            source=row.source,
            reason=Reason.SHARD_MISSING,
        )
        for row in candidates
        if row.reason is None and row.link_id not in done
    ]
    objects.append(put_object(store, f"{path}/fetch.parquet", to_parquet(left, Outcome), len(left)))
    counts = {"candidates": len(candidates), "fetched": len(done), "abandoned": len(left)}
    return ShardManifest(shard=number, objects=tuple(objects), counts=counts, is_complete=False)


def _sums(shards: Sequence[ShardManifest]) -> dict[str, int]:
    names = sorted({name for shard in shards for name in shard.counts})
    return {name: sum(shard.counts.get(name, 0) for shard in shards) for name in names}
