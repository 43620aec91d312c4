"""Batches, on disk and on S3: planned once, sealed once, there once sealed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from mediawatch.errors import BadRequest, Corrupt
from mediawatch.lake.batches import (
    BatchKey,
    BatchManifest,
    ShardManifest,
    close_shard,
    put_object,
    read_manifest,
    read_plan,
    read_shard,
    seal,
    sealed_batches,
    sealed_days,
    shard_path,
    write_plan,
)
from mediawatch.lake.partitions import (
    PartitionKey,
)
from mediawatch.lake.store import Store

pytest_plugins = ("tests.support.s3",)

DAY = date(2025, 5, 4)
BATCH = BatchKey(day=DAY, batch="morning")


def manifest_of(*shards: ShardManifest, opened_hour: int = 6, batch: BatchKey = BATCH) -> BatchManifest:
    return BatchManifest(
        day=batch.day,
        batch=batch.batch,
        opened_at=datetime(2025, 5, 4, opened_hour, tzinfo=UTC),
        expected_shards=2,
        missing_shards=(1,),
        shards=shards,
        counts={"pages": 3},
    )


def test_the_first_plan_holds(store: Store) -> None:
    assert read_plan(store, BATCH) is None
    plans = [{"sources": [name], "标题": "新闻"} for name in "abcdef"]
    with ThreadPoolExecutor(6) as threads:
        held = list(threads.map(lambda plan: write_plan(store, BATCH, plan), plans))
    assert held == [held[0]] * 6
    assert held[0] in plans
    assert read_plan(store, BATCH) == held[0]


def test_a_shard_says_what_it_wrote(store: Store) -> None:
    info = put_object(store, f"{shard_path(BATCH, 0)}/links.parquet", b"bytes", rows=5)
    assert (info.size_bytes, info.rows, info.key) == (
        5,
        5,
        "harvest/day=2025-05-04/batch=morning/shard=0000/links.parquet",
    )
    assert read_shard(store, BATCH, 0) is None
    shard = ShardManifest(shard=0, objects=(info,), counts={"pages": 3}, is_complete=False)
    close_shard(store, BATCH, shard)
    close_shard(store, BATCH, replace(shard, is_complete=True))
    assert read_shard(store, BATCH, 0) == replace(shard, is_complete=True)


def test_a_batch_exists_once_it_is_sealed(store: Store) -> None:
    info = put_object(store, f"{shard_path(BATCH, 0)}/links.parquet", b"bytes", rows=5)
    shard = ShardManifest(shard=0, objects=(info,), counts={"pages": 3}, is_complete=True)
    close_shard(store, BATCH, shard)
    assert (read_manifest(store, BATCH), sealed_batches(store, DAY), sealed_days(store)) == (None, [], [])
    sealed = seal(store, manifest_of(shard))
    assert sealed == manifest_of(shard) == read_manifest(store, BATCH)
    assert sealed.digest == manifest_of(shard).digest
    assert (sealed_batches(store, DAY), sealed_days(store)) == ([sealed], [DAY])
    assert sealed.objects == (info,)


def test_a_batch_is_sealed_once(store: Store) -> None:
    manifests = [manifest_of(opened_hour=hour) for hour in range(8)]
    with ThreadPoolExecutor(8) as threads:
        sealed = list(threads.map(lambda manifest: seal(store, manifest), manifests))
    assert sealed == [sealed[0]] * 8
    assert sealed[0] in manifests
    assert len({manifest.digest for manifest in manifests}) == 8


def test_days_and_batches_come_in_order(store: Store) -> None:
    for day, batch in ((4, "m"), (4, "e"), (2, "m"), (3, "m")):
        seal(store, manifest_of(batch=BatchKey(day=date(2025, 5, day), batch=batch)))
    write_plan(store, BatchKey(day=date(2025, 5, 1), batch="never-sealed"), {})
    assert [manifest.batch for manifest in sealed_batches(store, DAY)] == ["e", "m"]
    assert [day.day for day in sealed_days(store)] == [2, 3, 4]
    assert [day.day for day in sealed_days(store, since=date(2025, 5, 3))] == [3, 4]


def test_damaged_manifests_are_corrupt(store: Store) -> None:
    store.put(f"{BATCH.path}/manifest.json", b'{"day": "2025-05-04"}')
    store.put(f"{shard_path(BATCH, 1)}/shard.json", b"{")
    with pytest.raises(Corrupt, match=r"manifest\.json"):
        read_manifest(store, BATCH)
    with pytest.raises(Corrupt, match=r"shard\.json"):
        read_shard(store, BATCH, 1)


@pytest.mark.parametrize("name", ["", "a/b", "..", "a b", "é"])
def test_names_that_are_no_part_of_a_key_are_refused(name: str) -> None:
    with pytest.raises(BadRequest):
        BatchKey(day=DAY, batch=name)
    with pytest.raises(BadRequest):
        PartitionKey(stage=name, day=DAY)
