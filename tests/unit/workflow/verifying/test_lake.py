"""Verifying finds what is damaged, lost, left open, named by nothing, or no part of a lake; and a sound lake sound."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from mediawatch.board.digest import keep_digests
from mediawatch.context import Context
from mediawatch.delivery.deliver import deliver
from mediawatch.errors import Corrupt
from mediawatch.harvest.harvesting import harvest_shard, open_batch
from mediawatch.lake.batches import BatchKey, read_manifest
from mediawatch.lake.documents import dump_at
from mediawatch.lake.objects import put_object
from mediawatch.lake.partitions import PartitionKey, discard
from mediawatch.workflow.closing import close_day
from mediawatch.workflow.forgetting.addresses import forget
from mediawatch.workflow.runner import build_day, run_stage
from mediawatch.workflow.verifying.checks import Verified
from mediawatch.workflow.verifying.lake import verify
from mediawatch.workflow.watch import watch_day
from tests.support.alerting import a_recipient, an_alert
from tests.support.damage import KINDS, damage
from tests.support.gazette import Gazette, at
from tests.support.lakes import DAY, EVENING, harvest
from tests.unit.delivery.test_deliver import Post

pytestmark = pytest.mark.slow

FIRST, SECOND = "20260429T090000Z", "20260429T220000Z"
BATCH = f"harvest/day={DAY}/batch={FIRST}"
NEXT = EVENING + timedelta(days=1)


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    return tmp_path / "lake"


@pytest.fixture
def full(context: Context, paper: Gazette) -> Context:
    """A closed day of two batches that was watched, seen from the next day."""
    paper.publish("/a/1", "/a/2", "/a/3")
    harvest(context, FIRST)
    harvest(at(context, EVENING), SECOND)
    later = at(context, NEXT)
    close_day(later, DAY)
    watch_day(later, DAY)
    return later


def found(done: Verified) -> dict[str, str]:
    return {finding.key: finding.kind for finding in done.findings}


def test_in_a_sound_lake_nothing_is_found_and_everything_is_read(full: Context, lake: Path) -> None:
    lines: list[str] = []
    done = verify(full, is_deep=True, report=lines.append)
    assert (done.findings, done.is_damaged) == ([], False)
    assert done.objects >= len([path for path in lake.rglob("*") if path.suffix in (".parquet", ".gz")])
    assert next(done.lines()).endswith("MB checked: all is well")
    assert lines == [f"{DAY}: {done.objects} objects checked, 0 findings"] or lines[-1].startswith(f"{DAY}: ")


def test_after_an_address_was_forgotten_it_is_sound_as_well(full: Context, paper: Gazette) -> None:
    done = forget(full, paper.url("/a/1"), why="asked for")
    for day in done.days:
        build_day(full, day)
    assert verify(full, is_deep=True).findings == []


@pytest.mark.parametrize("kind", KINDS)
def test_damage_to_any_object_is_found_and_has_a_remedy(full: Context, lake: Path, tmp_path: Path, kind: str) -> None:
    """Every file of the lake, leases that were given back, empty digests and replaced generations left out."""
    other = next(lake.rglob("*.parquet")).read_bytes()
    discard(full.store, PartitionKey(stage="publish", day=DAY))  # closing published the day a second time
    run_stage(full, "publish", DAY)
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
    return not key.startswith(("tombstones/", "format/"))


@pytest.mark.parametrize("name", [f"looks/day={DAY}/000000000001.json", f"detect/day={DAY}/current/000000000001.json"])
def test_a_look_or_pointer_that_is_gone_stops_or_heals_the_words(full: Context, lake: Path, name: str) -> None:
    """An evaluation is a fact: words are not judged without it.  A pointer is derived, and made again."""
    (lake / name).unlink()
    (finding,) = verify(full).findings
    assert (finding.kind, finding.key) == ("damaged", name)
    if name.startswith("looks/"):
        with pytest.raises(Corrupt, match=rf"^{name}: .*restore this file from the backup"):
            watch_day(full, DAY)
    else:
        watch_day(full, DAY)
        assert verify(full).findings == []


def test_the_memory_that_a_day_was_built_with_is_missed(full: Context, lake: Path) -> None:
    """It would be learned anew, from other days."""
    shutil.rmtree(lake / f"boilerplate/day={DAY}")
    key = f"boilerplate/day={DAY}/current/000000000001.json"
    assert found(verify(full)) == {key: "damaged"}
    with pytest.raises(Corrupt, match=rf"^{key}: .*restore this file from the backup"):
        build_day(full, DAY)


class TestMessages:
    """Letters are numbered without a gap, and an attempt that ended was begun."""

    @pytest.fixture
    def sent(self, context: Context) -> Context:
        for name in ("a", "b", "c"):
            deliver(context, [an_alert(name)], recipients=[a_recipient()], sending=Post(), environ={})
        return context

    @pytest.mark.parametrize("gone", ["00000001", "00000002", "00000002/letter.json", "00000003/1.begun.json"])
    def test_one_that_is_gone_is_missed(self, sent: Context, lake: Path, gone: str) -> None:
        assert verify(sent).findings == []
        path = lake / "outbox/desk/chat/letters" / gone
        shutil.rmtree(path) if path.is_dir() else path.unlink()
        (finding,) = verify(sent).findings
        file = gone if gone.endswith(".json") else f"{gone}/letter.json"
        assert (finding.kind, finding.key) == ("damaged", f"outbox/desk/chat/letters/{file}")
        assert "restore this file from the backup of the lake; `mediawatch verify` then says" in finding.what

    def test_the_newest_is_missed_where_it_was_noted_what_letters_told(self, sent: Context, lake: Path) -> None:
        key = "outbox/desk/chat/told.json"
        sent.store.put(key, dump_at(key, {"upto": 3, "told": []}))
        shutil.rmtree(lake / "outbox/desk/chat/letters/00000003")
        assert found(verify(sent)) == {"outbox/desk/chat/letters/00000003/letter.json": "damaged"}


class TestTombstones:
    """What keeps forgotten addresses away."""

    @pytest.fixture
    def tombstone(self, full: Context, paper: Gazette) -> str:
        for day in forget(full, paper.url("/a/1"), why="asked for").days:
            build_day(full, day)
        (key,) = full.store.list("tombstones")
        return key

    @pytest.mark.parametrize("kind", [*KINDS, "empty"])
    def test_damage_is_found(self, full: Context, lake: Path, tombstone: str, kind: str) -> None:
        other = b'{"link_id":"another","why":"asked for"}\n'
        damage(lake / tombstone, kind, other)
        (finding,) = verify(full).findings
        assert (finding.kind, finding.key) == ("damaged", tombstone)
        assert "restore this file from the backup of the lake" in finding.what

    def test_one_put_before_there_were_checksums_is_sound(self, full: Context, tombstone: str) -> None:
        note = json.loads(full.store.read(tombstone))
        assert note.pop("sha256")
        full.store.put(tombstone, json.dumps(note).encode())
        assert verify(full).findings == []


@pytest.mark.parametrize("kind", [*KINDS, "empty"])
@pytest.mark.parametrize("name", ["zh.html", "en.txt", "made.json"])
def test_a_damaged_digest_is_found_and_made_again(full: Context, lake: Path, name: str, kind: str) -> None:
    keep_digests(full, [DAY])
    assert verify(full).findings == []
    damage(lake / f"digests/day={DAY}/{name}", kind, (lake / f"digests/day={DAY}/zh.txt").read_bytes())
    (finding,) = verify(full).findings
    assert (finding.kind, finding.key) == ("damaged", f"digests/day={DAY}/{name}")
    assert f"`mediawatch digest --day {DAY}` makes it again." in finding.what
    keep_digests(full, [DAY])
    assert verify(full).findings == []


def test_the_pages_that_a_damaged_archive_costs_are_told(full: Context, lake: Path) -> None:
    damage(lake / BATCH / "shard=0000/segment-00001.warc.gz", "flip")
    whats = [finding.what for finding in verify(full, day=DAY).findings]
    assert any("restore this file from the backup" in what for what in whats)
    assert any("1 of 3 pages cannot be read: http://" in what for what in whats)


def test_deep_reads_pages_whatever_their_file_says(full: Context, lake: Path) -> None:
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


def test_what_nothing_names_and_what_is_no_part_of_a_lake(full: Context, lake: Path) -> None:
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


def test_a_batch_left_open_is_told_once_its_day_is_over(context: Context, paper: Gazette) -> None:
    paper.publish("/a/1")
    harvest_shard(context, open_batch(context, day=DAY, run_key=FIRST), 0)
    assert verify(context).findings == []
    (finding,) = verify(at(context, NEXT)).findings
    assert finding.kind == "open"
    assert f"`mediawatch close --day {DAY}` seals the batch" in finding.what


def test_one_day_is_that_day_only(full: Context, paper: Gazette, lake: Path) -> None:
    harvest(full, "20260430T220000Z")
    damage(lake / BATCH / "manifest.json", "flip")
    assert verify(full, day=NEXT.date()).findings == []
    assert found(verify(full, day=DAY)) == {f"{BATCH}/manifest.json": "damaged"}
