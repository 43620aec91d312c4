"""Segments on their way: what killed processes leave in the folder of temporary files, and damage before the seal."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mediawatch.context import Context
from mediawatch.errors import Unavailable
from mediawatch.harvest.harvesting import harvest_shard, open_batch, seal_batch
from mediawatch.harvest.segments import OpenSegment, closed_segments, sweep, sweep_temporaries
from mediawatch.lake.batches import BatchKey, shard_path
from mediawatch.lake.opening import open_store
from tests.support.damage import damage
from tests.support.gazette import Gazette, fetched_in
from tests.support.lakes import DAY
from tests.support.processes import start_process
from tests.unit.harvest.test_collecting import Dies, DiesAt, with_checkpoints
from tests.unit.lake.test_disk_full import MOUNT, in_a_small_file_system

pytestmark = pytest.mark.slow

BATCH = BatchKey(day=DAY, batch="20260429T090000Z")
PATH = shard_path(BATCH, 0)
OPENING = """
import sys
from mediawatch.lake.opening import open_store
from mediawatch.harvest.segments import OpenSegment
segment = OpenSegment(open_store(sys.argv[1]), "harvest/day=2026-04-29/batch=b/shard=0000", 1)
print(segment._folder, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of temporary files of its own."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr("tempfile.tempdir", None)
    return folder


def opened_elsewhere(tmp_path: Path) -> tuple[subprocess.Popen[str], Path]:
    process = start_process(OPENING, str(tmp_path / "lake"))
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def test_what_a_killed_process_left_is_swept_and_what_a_living_one_writes_stays(
    temporary: Path, tmp_path: Path
) -> None:
    living, kept = opened_elsewhere(tmp_path)
    killed, left = opened_elsewhere(tmp_path)
    killed.kill()
    killed.communicate(timeout=30)
    assert {kept, left} <= set(temporary.iterdir())
    with OpenSegment(open_store(tmp_path / "lake"), PATH, 1):
        assert kept.exists()
        assert not left.exists()
        assert len(list(temporary.iterdir())) == 2
    assert list(temporary.iterdir()) == [kept]
    living.communicate(timeout=30)


def test_what_nobody_can_be_asked_about_goes_after_a_day(temporary: Path, tmp_path: Path) -> None:
    names = ("old", "fresh")
    for name in names:
        (temporary / f"mediawatch-segment-{name}").mkdir()
    os.utime(temporary / "mediawatch-segment-old", (time.time() - 100_000,) * 2)
    (tmp_path / "elsewhere").mkdir()
    (temporary / "mediawatch-segment-link").symlink_to(tmp_path / "elsewhere")
    (temporary / "somebody-elses").mkdir()
    sweep_temporaries(temporary)
    assert {path.name for path in temporary.iterdir()} == {
        "mediawatch-segment-fresh",
        "mediawatch-segment-link",
        "somebody-elses",
    }


WRITING = """
import os, sys
from mediawatch.errors import Unavailable
from mediawatch.lake.opening import open_store
from mediawatch.records import Exchange, now
from mediawatch.harvest.segments import OpenSegment
exchange = Exchange(url="http://a.example/", status=200, phrase="", request_headers=(), headers=(),
                    body=os.urandom(2_000_000), fetched_at=now(), remote_address="")
try:
    with OpenSegment(open_store(sys.argv[1]), "harvest/day=2026-04-29/batch=b/shard=0000", 1) as segment:
        segment.archive([exchange])
        segment.close()
except Unavailable as error:
    print(error)
print(os.listdir(os.environ["TMPDIR"]))
"""


def test_a_full_folder_of_temporary_files_is_said_in_a_sentence(tmp_path: Path) -> None:
    full = tmp_path / "tmp"
    full.mkdir()
    allowed = in_a_small_file_system(full, MOUNT)
    if allowed.returncode:
        pytest.skip(f"a small file system cannot be mounted here: {allowed.stderr.strip()}")
    run = f'{MOUNT} && TMPDIR="$0" exec "$1" -c "$2" "$3"'
    done = in_a_small_file_system(full, run, sys.executable, WRITING, str(tmp_path / "lake"))
    assert done.stdout.splitlines() == [
        "the folder of temporary files (TMPDIR): no room left (No space left on device); make some and run again",
        "[]",
    ], done.stderr


def test_a_folder_of_temporary_files_that_is_not_there_is_said_in_a_sentence(
    temporary: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "none"))
    with pytest.raises(Unavailable, match=r"^the folder of temporary files \(TMPDIR\) cannot be used: .*none"):
        OpenSegment(open_store(tmp_path / "lake"), PATH, 1)


@pytest.fixture
def interrupted(context: Context, paper: Gazette) -> Context:
    """A shard that died after four of its six links, in two checkpoints of two."""
    paper.publish(*(f"/a/{number}" for number in range(6)))
    context = with_checkpoints(context, 2)
    open_batch(context, day=BATCH.day, run_key=BATCH.batch)
    with pytest.raises(Dies):
        harvest_shard(context, BATCH, 0, DiesAt("4 of 6 links fetched"))
    return context


@pytest.mark.parametrize("kind", ["flip", "cut", "delete"])
@pytest.mark.parametrize("name", ["warc.gz", "pages.parquet", "fetch.parquet", "segment.json"])
def test_a_checkpoint_that_was_damaged_before_the_seal_is_fetched_again(
    interrupted: Context, paper: Gazette, tmp_path: Path, name: str, kind: str
) -> None:
    damage(tmp_path / "lake" / PATH / f"segment-00001.{name}", kind)
    asked = len([heard for heard in paper.site.paths() if heard.startswith("/a/")])
    harvest_shard(interrupted, BATCH, 0)
    assert len([heard for heard in paper.site.paths() if heard.startswith("/a/")]) == asked + 4
    manifest = seal_batch(interrupted, BATCH)
    assert list(fetched_in(interrupted, manifest).values()) == [None] * 6
    assert manifest.counts["fetched"] == 6


def test_of_a_sealed_batch_nothing_is_swept(context: Context, paper: Gazette, tmp_path: Path) -> None:
    paper.publish("/a/1")
    open_batch(context, day=BATCH.day, run_key=BATCH.batch)
    harvest_shard(context, BATCH, 0)
    seal_batch(context, BATCH)
    (tmp_path / "lake" / PATH / "segment-00001.segment.json").unlink()
    before = context.store.list(PATH)
    sweep(context.store, PATH)
    assert context.store.list(PATH) == before
    assert set(closed_segments(context.store, PATH)) == {0}
