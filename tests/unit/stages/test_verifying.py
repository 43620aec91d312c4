"""Verifying finds what is damaged, lost, left open, named by nothing, or no part of a lake; and a sound lake sound."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from mediawatch.lake.batches import BatchKey, read_manifest
from mediawatch.lake.documents import dump_at
from mediawatch.lake.objects import put_object
from mediawatch.stages.closing import close_day
from mediawatch.stages.forgetting import forget
from mediawatch.stages.harvest import harvest_shard, open_batch
from mediawatch.stages.newsroom import Newsroom
from mediawatch.stages.table import build_day
from mediawatch.stages.verifying import Verified, verify
from mediawatch.stages.watch import watch_day
from tests.support.damage import KINDS, damage
from tests.support.gazette import Gazette, at
from tests.support.lakes import DAY, EVENING, harvest

FIRST, SECOND = "20260429T090000Z", "20260429T220000Z"
BATCH = f"harvest/day={DAY}/batch={FIRST}"
NEXT = EVENING + timedelta(days=1)


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    return tmp_path / "lake"


@pytest.fixture
def full(newsroom: Newsroom, paper: Gazette) -> Newsroom:
    """A closed day of two batches that was watched, seen from the next day."""
    paper.publish("/a/1", "/a/2", "/a/3")
    harvest(newsroom, FIRST)
    harvest(at(newsroom, EVENING), SECOND)
    later = at(newsroom, NEXT)
    close_day(later, DAY)
    watch_day(later, DAY)
    return later


def found(done: Verified) -> dict[str, str]:
    return {finding.key: finding.kind for finding in done.findings}


def test_in_a_sound_lake_nothing_is_found_and_everything_is_read(full: Newsroom, lake: Path) -> None:
    lines: list[str] = []
    done = verify(full, is_deep=True, report=lines.append)
    assert (done.findings, done.is_damaged) == ([], False)
    assert done.objects >= len([path for path in lake.rglob("*") if path.suffix in (".parquet", ".gz")])
    assert next(done.lines()).endswith("MB checked: all is well")
    assert lines == [f"{DAY}: {done.objects} objects checked, 0 findings"] or lines[-1].startswith(f"{DAY}: ")


def test_after_an_address_was_forgotten_it_is_sound_as_well(full: Newsroom, paper: Gazette) -> None:
    done = forget(full, paper.url("/a/1"), why="asked for")
    for day in done.days:
        build_day(full, day)
    assert verify(full, is_deep=True).findings == []


@pytest.mark.parametrize("kind", KINDS)
def test_damage_to_any_object_is_found_and_has_a_remedy(full: Newsroom, lake: Path, tmp_path: Path, kind: str) -> None:
    """Every file of the lake, leases that were given back and empty digests left out."""
    other = next(lake.rglob("*.parquet")).read_bytes()
    for path in sorted(path for path in lake.rglob("*.*") if path.is_file()):
        key = path.relative_to(lake).as_posix()
        if key.startswith("leases/") or path.suffix == ".sha256":
            continue
        held = path.read_bytes()
        swap = other if held != other else b"{}"
        damage(path, kind, swap)
        done = verify(full, day=DAY)
        named = [finding for finding in done.findings if finding.key == key]
        if kind == "delete" and not _is_missed(key):
            assert not done.is_damaged, key
        else:
            assert named, (key, done.findings)
            assert done.is_damaged
            assert any("`mediawatch " in finding.what for finding in named), named
        path.write_bytes(held)


def _is_missed(key: str) -> bool:
    """Whether something names the object."""
    return not key.startswith("tombstones/")


def test_the_pages_that_a_damaged_archive_costs_are_told(full: Newsroom, lake: Path) -> None:
    damage(lake / BATCH / "shard=0000/segment-00001.warc.gz", "flip")
    whats = [finding.what for finding in verify(full, day=DAY).findings]
    assert any("restore this file from the backup" in what for what in whats)
    assert any("1 of 3 pages cannot be read: http://" in what for what in whats)


def test_deep_reads_pages_whatever_their_file_says(full: Newsroom, lake: Path) -> None:
    """An archive whose digest was amended to its damage."""
    manifest = read_manifest(full.store, BatchKey(day=DAY, batch=FIRST))
    assert manifest is not None
    key = f"{BATCH}/shard=0000/segment-00001.warc.gz"
    damage(lake / key, "flip")
    info = put_object(full.store, key, (lake / key).read_bytes())
    document = json.loads(json.dumps(manifest.document()))
    for shard in document["shards"]:
        shard["objects"] = [info.document() if each["key"] == key else each for each in shard["objects"]]
    full.store.put(f"{BATCH}/manifest.json", dump_at(f"{BATCH}/manifest.json", document))
    assert verify(full, day=DAY).findings == []
    assert found(verify(full, day=DAY, is_deep=True)) == {key: "damaged"}


def test_what_nothing_names_and_what_is_no_part_of_a_lake(full: Newsroom, lake: Path) -> None:
    generation = next((lake / f"audit/day={DAY}").glob("generation=*"))
    for name in (
        f"{BATCH}/shard=0000/segment-00099.warc.gz",
        f"audit/day={DAY}/generation=0000000000000000/verdicts-00000-0.parquet",
        f"audit/day={DAY}/{generation.name}/verdicts-00009-0.parquet",
        f"register/day={DAY}/batch={FIRST}/0001.parquet.bak",
    ):
        (lake / name).parent.mkdir(parents=True, exist_ok=True)
        (lake / name).write_bytes(b"left")
    strays = ("harvest/day=2026-11-20.bak", f"harvest/day={DAY}/batch=copy (1)", "notes", "looks/.DS_Store")
    for name in strays:
        (lake / name).mkdir(parents=True)
        (lake / name / "x.json").write_bytes(b"{}")
    shutil.copytree(lake / BATCH, lake / f"{BATCH}.bak")
    (lake / f"looks/day={DAY}/notes.txt").write_text("mine")

    done = verify(full)
    kinds = found(done)
    assert sorted(kinds.values()) == ["orphan"] * 4 + ["stray"] * 6
    assert kinds[f"{BATCH}.bak"] == kinds["notes"] == kinds["harvest/day=2026-11-20.bak"] == "stray"
    assert kinds[f"harvest/day={DAY}/batch=copy (1)/x.json"] == kinds["looks/.DS_Store/x.json"] == "stray"
    assert not done.is_damaged
    assert all("move it away" in finding.what for finding in done.findings if finding.kind == "stray")
    assert all("may be deleted" in finding.what for finding in done.findings if finding.kind == "orphan")


def test_a_batch_left_open_is_told_once_its_day_is_over(newsroom: Newsroom, paper: Gazette) -> None:
    paper.publish("/a/1")
    harvest_shard(newsroom, open_batch(newsroom, day=DAY, run_key=FIRST), 0)
    assert verify(newsroom).findings == []
    (finding,) = verify(at(newsroom, NEXT)).findings
    assert finding.kind == "open"
    assert f"`mediawatch close --day {DAY}` seals the batch" in finding.what


def test_one_day_is_that_day_only(full: Newsroom, paper: Gazette, lake: Path) -> None:
    harvest(full, "20260430T220000Z")
    damage(lake / BATCH / "manifest.json", "flip")
    assert verify(full, day=NEXT.date()).findings == []
    assert found(verify(full, day=DAY)) == {f"{BATCH}/manifest.json": "damaged"}
