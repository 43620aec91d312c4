"""The restore drill: what a backup gives, beside the lake that it is of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from mediawatch.context import Context
from mediawatch.lake.opening import open_store
from mediawatch.lake.partitions import PartitionKey, PartitionWriter, current, read_rows
from mediawatch.tables.quality import RULE_RESULTS, VERDICTS
from mediawatch.workflow.backing_up import back_up
from mediawatch.workflow.backing_up_drill import drill
from mediawatch.workflow.closing import close_day
from tests.support.damage import damage
from tests.support.gazette import at, open_gazettes
from tests.support.lakes import DAY, MORNING, a_context, harvest

pytestmark = pytest.mark.slow

NEXT = DAY + timedelta(days=1)


@pytest.fixture
def context(tmp_path: Path) -> Iterator[Context]:
    """Two closed days, whose second goes on with a story of the first, backed up; and a third, harvested since."""
    with open_gazettes("paper") as [paper]:
        context = a_context(tmp_path, paper.source(), shards=1)
        for number, key in enumerate(("20260429T090000Z", "20260430T090000Z")):
            now = MORNING + timedelta(days=number)
            paper.publish(f"/{key}/1", f"/{key}/2", at=now)
            harvest(at(context, now), key)
            close_day(at(context, now + timedelta(days=1)), DAY + timedelta(days=number))
        back_up(context.store, open_store(tmp_path / "backup"), context.clock)
        now = MORNING + timedelta(days=2)
        paper.publish("/third", at=now)
        harvest(at(context, now), "20260501T090000Z")
        yield at(context, now)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_newest_closed_day_comes_out_as_it_is_in_the_lake(context: Context, tmp_path: Path) -> None:
    before = contents(tmp_path / "lake")
    done = drill(context, open_store(tmp_path / "backup"))
    assert done.is_good
    assert done.days == [NEXT]
    assert done.comparison.rows > 0
    first, second, third = done.lines()
    assert first.startswith("restored: ")
    assert second == f"{NEXT}: {done.comparison.rows} rows of {done.comparison.tables} tables identical"
    assert third.startswith("sealed since the backup, or not in it: 1 batches, the newest 2026-05-01 ")
    assert drill(context, open_store(tmp_path / "backup"), days=5).days == [DAY, NEXT]
    assert contents(tmp_path / "lake") == before


def test_a_day_that_comes_out_otherwise_is_told(context: Context, tmp_path: Path) -> None:
    key = PartitionKey(stage="audit", day=NEXT)
    receipt = current(context.store, key)
    assert receipt is not None
    writer = PartitionWriter(context.store, key, inputs=receipt.inputs, version="other", settings=receipt.settings)
    writer.append(VERDICTS, list(read_rows(context.store, receipt, VERDICTS))[1:])
    writer.append(RULE_RESULTS, list(read_rows(context.store, receipt, RULE_RESULTS)))
    writer.publish()
    done = drill(context, open_store(tmp_path / "backup"))
    assert not done.is_good
    assert done.comparison.changes.keys() == {"audit.verdicts"}


def test_damage_in_the_backup_is_told_with_its_file(context: Context, tmp_path: Path) -> None:
    (manifest, *_) = sorted((tmp_path / "backup/harvest").rglob("manifest.json"))
    damage(manifest, "flip")
    done = drill(context, open_store(tmp_path / "backup"))
    assert not done.is_good
    assert any(str(manifest.relative_to(tmp_path / "backup")) in line for line in done.lines())
    assert done.days == [NEXT]


def test_without_a_closed_day_that_is_said(context: Context, tmp_path: Path) -> None:
    context.store.delete_all("closed")
    done = drill(context, open_store(tmp_path / "backup"))
    assert done.days == []
    assert "no closed day is in the backup as it is in the lake: none was built" in list(done.lines())
