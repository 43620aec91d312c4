"""What housekeeping removes, what it leaves, and that what it removed can be made again."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mediawatch.context import Context
from mediawatch.errors import BadConfiguration, Contended
from mediawatch.harvest.harvesting import open_batch
from mediawatch.lake.folders import FACTS
from mediawatch.lake.leases import lease
from mediawatch.settings import read_settings
from mediawatch.workflow.closing import close_day, days_to_build, days_to_close
from mediawatch.workflow.housekeeping import ERASED, keep_house
from mediawatch.workflow.runner import build_day
from mediawatch.workflow.verifying.lake import verify
from mediawatch.workflow.watch import watch_day
from tests.support.days import made_as_rows
from tests.support.gazette import Gazette, at
from tests.support.lakes import DAY, MORNING, harvest

pytestmark = pytest.mark.slow

LATER = MORNING + timedelta(days=90)


@pytest.fixture
def old(context: Context, paper: Gazette) -> Context:
    """A day that was closed and watched ninety days ago, kept for sixty."""
    paper.publish("/a/1", "/a/2")
    harvest(context, "20260429T090000Z")
    tomorrow = at(context, MORNING + timedelta(days=1))
    close_day(tomorrow, DAY)
    watch_day(tomorrow, DAY)
    settings = context.settings.model_copy(update={"keep_derived_days": 60})
    return at(replace(context, settings=settings), LATER)


def test_texts_of_an_old_closed_day_go_its_facts_and_figures_stay(old: Context, tmp_path: Path) -> None:
    facts = {key: old.store.read(key) for folder in FACTS for key in old.store.list(folder)}
    before, whole = made_as_rows(old.store, DAY), old.store.sizes("")
    done = keep_house(old, place=tmp_path)

    assert done.days == [DAY]
    gone = {key: size for key, size in whole.items() if key.startswith(tuple(f"{stage}/" for stage in ERASED))}
    assert (done.objects, done.size_bytes) == (len(gone), sum(gone.values()))
    assert {key: old.store.read(key) for folder in FACTS for key in old.store.list(folder)} == facts
    assert set(old.store.list("")) == {key for key in whole if key not in gone and not key.startswith("leases/")} | {
        # A host's lease is of the world's time, which is later than that of this newsroom.
        key
        for key in old.store.list("leases")
        if f"closed/day={DAY}" in key or key.startswith("leases/host/")
    }
    assert next(done.lines()).startswith(f"derived data of 1 days ({DAY} to {DAY}): {len(gone)} objects, ")

    assert days_to_build(old) == days_to_close(old, old.clock) == []
    assert not verify(old).is_damaged
    assert keep_house(old, place=tmp_path).days == []
    build_day(old, DAY)
    watch_day(old, DAY)
    after = made_as_rows(old.store, DAY)
    assert {name: after[name] for name in before} == before


def test_all_is_kept_unless_told_and_what_is_young_or_open_always(old: Context, tmp_path: Path) -> None:
    everything = replace(old, settings=old.settings.model_copy(update={"keep_derived_days": 0}))
    young = at(old, MORNING + timedelta(days=60))
    for context in (everything, young):
        assert keep_house(context, place=tmp_path).days == []
    old.store.delete_all("closed")
    assert keep_house(old, place=tmp_path).days == []
    assert old.store.list("extract")


def test_a_day_that_somebody_closes_is_left(old: Context, tmp_path: Path) -> None:
    with (
        lease(old.store, f"closed/day={DAY}", holder="close", seconds=60, clock=old.clock),
        pytest.raises(Contended, match="held by close"),
    ):
        keep_house(old, place=tmp_path)
    assert old.store.list("extract")


def test_leases_that_nobody_held_for_a_week_go_and_no_others(context: Context, tmp_path: Path) -> None:
    with lease(context.store, "old", holder="somebody", seconds=60, clock=context.clock):
        pass
    later = at(context, MORNING + timedelta(days=8))
    with lease(later.store, "held", holder="somebody", seconds=60, clock=later.clock):
        later.store.put("leases/hurt/000000000001.json", b"{")
        assert keep_house(later, place=tmp_path).leases == 1
        assert later.store.list("leases") == ["leases/held/000000000001.json", "leases/hurt/000000000001.json"]


def test_folders_that_killed_replays_left_go_after_a_week(context: Context, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    for name, days in (("replay-0-a", 9), ("drill-b", 9), ("replay-0-c", 2)):
        folder = tmp_path / f"mediawatch-{name.replace('-0-', f'-{os.getuid()}-')}"
        folder.mkdir()
        (folder / "file").write_bytes(b"x")
        then = (now - timedelta(days=days)).timestamp()
        for path in (folder / "file", folder):
            os.utime(path, (then, then))
    (tmp_path / "other").mkdir()
    done = keep_house(at(context, now), place=tmp_path)
    assert done.folders == [f"mediawatch-replay-{os.getuid()}-a", "mediawatch-drill-b"]
    assert sorted(path.name for path in tmp_path.glob("mediawatch-*")) == [f"mediawatch-replay-{os.getuid()}-c"]
    assert (tmp_path / "other").exists()


def test_less_than_what_is_asked_about_cannot_be_kept() -> None:
    assert read_settings({"MEDIAWATCH_KEEP_DERIVED_DAYS": "60"}).keep_derived_days == 60
    with pytest.raises(BadConfiguration, match="MEDIAWATCH_KEEP_DERIVED_DAYS.*at least 60"):
        read_settings({"MEDIAWATCH_KEEP_DERIVED_DAYS": "30"})


def test_a_harvest_under_way_is_no_business_of_it(old: Context, tmp_path: Path) -> None:
    batch = open_batch(old, day=old.today, run_key="20260728T090000Z")
    keep_house(old, place=tmp_path)
    assert old.store.list(batch.path)
