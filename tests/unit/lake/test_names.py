"""Folders by day and batch, and what else people and their tools leave in a lake."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from mediawatch.errors import Corrupt
from mediawatch.lake.batches import BatchKey, is_copy, read_manifest, sealed_batches, sealed_days
from mediawatch.lake.names import batch_in, batches_in, day_in, days_in
from mediawatch.lake.opening import open_store
from mediawatch.lake.partitions import partition_days
from tests.support.lakes import DAY, seal_by_hand

FIRST, SECOND = BatchKey(day=DAY, batch="b1"), BatchKey(day=DAY, batch="b2")


@pytest.mark.parametrize(
    "name",
    [
        "day=2026-11-20.bak",
        "day=2026-11-20 2",
        "day=2026-02-30",
        "day=20261120",
        "2026-11-20",
        "day=",
        "day=2026-W47-5",
    ],
)
def test_what_is_no_day_is_passed_over(tmp_path: Path, name: str) -> None:
    assert day_in(name) is None
    for folder in ("day=2026-11-20", "day=2026-11-19", name):
        (tmp_path / "harvest" / folder / "batch=b1").mkdir(parents=True)
    store = open_store(tmp_path)
    assert days_in(store, "harvest") == partition_days(store, "harvest") == [date(2026, 11, 19), date(2026, 11, 20)]
    assert days_in(store, "harvest", since=date(2026, 11, 20)) == [date(2026, 11, 20)]
    assert sealed_days(store) == []


@pytest.mark.parametrize("name", ["batch=copy (1)", "batch=", "batch=.hidden", "shard=0001", "b1", "batch=b 1"])
def test_what_is_no_batch_is_passed_over(tmp_path: Path, name: str) -> None:
    assert batch_in(name) is None
    seal_by_hand(open_store(tmp_path), FIRST)
    (tmp_path / "harvest/day=2026-04-29" / name).mkdir()
    store = open_store(tmp_path)
    assert batches_in(store, f"harvest/day={DAY}") == ["b1"]
    assert [manifest.key for manifest in sealed_batches(store, DAY)] == [FIRST]


@pytest.mark.parametrize("name", ["batch=b1.bak", "batch=b1-copy", "batch=b2"])
def test_a_copied_batch_counts_once(tmp_path: Path, name: str) -> None:
    store = open_store(tmp_path)
    seal_by_hand(store, FIRST)
    folder = tmp_path / FIRST.path
    shutil.copytree(folder, folder.with_name(name))
    assert [manifest.key for manifest in sealed_batches(store, DAY)] == [FIRST]
    assert is_copy(store, BatchKey(day=DAY, batch=name.removeprefix("batch=")))
    assert not is_copy(store, FIRST)


def test_a_day_copied_to_another_has_no_batches(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    seal_by_hand(store, FIRST)
    shutil.copytree(tmp_path / f"harvest/day={DAY}", tmp_path / "harvest/day=2026-05-01")
    assert sealed_batches(store, date(2026, 5, 1)) == []
    assert len(sealed_batches(store, DAY)) == 1


def test_a_manifest_replaced_by_that_of_another_batch_is_no_copy(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    for batch in (FIRST, SECOND):
        seal_by_hand(store, batch)
    shutil.copy(tmp_path / SECOND.path / "manifest.json", tmp_path / FIRST.path / "manifest.json")
    for read in (lambda: sealed_batches(store, DAY), lambda: read_manifest(store, FIRST)):
        with pytest.raises(Corrupt, match=rf"^{FIRST.path}/manifest.json: the manifest of {SECOND.path}\."):
            read()
