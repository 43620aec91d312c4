"""Damage in the archive costs the pages it is in; derived data heals; a fact stops the work and is named."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from itertools import zip_longest
from pathlib import Path

import pytest

from mediawatch.context import Context
from mediawatch.errors import Corrupt
from mediawatch.harvest.memory import remember
from mediawatch.harvest.visits import outage_of
from mediawatch.lake.batches import read_batch_rows, sealed_batches
from mediawatch.lake.partitions import PartitionKey, current
from mediawatch.records import Reason
from mediawatch.tables.extraction import ARTICLES, EXTRACTED
from mediawatch.tables.harvest import PAGES
from mediawatch.tables.ledger import FINAL_OUTCOMES, VISITS
from mediawatch.tables.order import BUILDING
from mediawatch.workflow.closing import close_day, days_to_build, days_to_close
from mediawatch.workflow.runner import build_day, derived_partition, is_built, run_stage
from tests.support.damage import KINDS, damage
from tests.support.days import day_as_rows
from tests.support.gazette import Gazette, at, open_gazettes
from tests.support.lakes import DAY, EVENING, a_context, copy_of, harvest, rows_of

pytestmark = pytest.mark.slow

FIRST = "20260429T090000Z"
BATCH = f"harvest/day={DAY}/batch={FIRST}"
SHARD = f"{BATCH}/shard=0000"
NEXT = DAY + timedelta(days=1)


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    return tmp_path / "lake"


@pytest.fixture
def harvested(context: Context, paper: Gazette) -> Context:
    """A batch of three articles."""
    paper.publish("/a/1", "/a/2", "/a/3")
    harvest(context, FIRST)
    return context


def outcomes(context: Context) -> dict[str, Reason | None]:
    return {o.link_id: o.reason for o in rows_of(context.store, EXTRACTED, batch=FIRST)}


class TestArchive:
    """Bytes of pages."""

    @pytest.mark.parametrize("kind", ["flip", "cut"])
    def test_a_bad_byte_costs_its_page_and_names_the_file(self, harvested: Context, lake: Path, kind: str) -> None:
        damage(lake / SHARD / "segment-00001.warc.gz", kind)
        lines: list[str] = []
        build_day(harvested, DAY, lines.append)

        lost = [fate for fate in rows_of(harvested.store, FINAL_OUTCOMES) if fate.reason is Reason.DAMAGED]
        assert 1 <= len(lost) < 3
        assert all(fate.detail.startswith(f"{SHARD}/segment-00001.warc.gz: ") for fate in lost)
        assert all("restore this file from the backup" in fate.detail for fate in lost)
        assert [line for line in lines if line.startswith("extract: articles were lost: ")]
        assert len(rows_of(harvested.store, ARTICLES, batch=FIRST)) == 3 - len(lost)

    @pytest.mark.parametrize("kind", ["delete", "replace"])
    def test_a_lost_file_costs_its_pages(self, harvested: Context, lake: Path, kind: str) -> None:
        damage(lake / SHARD / "segment-00001.warc.gz", kind, (lake / SHARD / "segment-00000.warc.gz").read_bytes())
        run_stage(harvested, "extract", DAY)
        assert set(outcomes(harvested).values()) == {Reason.DAMAGED}
        assert len(outcomes(harvested)) == 3

    def test_a_record_swapped_for_another_is_not_taken_for_it(
        self, context: Context, paper: Gazette, lake: Path
    ) -> None:
        """Two pages of equal length, archived one after the other."""
        paper.publish("/a/1", "/a/2")
        harvest(context, FIRST)
        archive = lake / SHARD / "segment-00001.warc.gz"
        data = archive.read_bytes()
        members = [at for at in range(len(data)) if data[at : at + 3] == b"\x1f\x8b\x08"]
        _, first, _, second, _ = members
        archive.write_bytes(data[:first] + data[second:] + data[first:second])
        run_stage(context, "extract", DAY)
        assert Reason.DAMAGED in outcomes(context).values()

    def test_a_file_that_is_restored_heals_the_day(self, harvested: Context, lake: Path) -> None:
        build_day(harvested, DAY)
        sound = day_as_rows(harvested.store, DAY)
        for stage in ("extract", "analyse", "audit", "cluster", "index", "ledger", "publish"):
            shutil.rmtree(lake / stage)
        archive = lake / SHARD / "segment-00001.warc.gz"
        data = archive.read_bytes()
        damage(archive, "flip")
        build_day(harvested, DAY)
        assert Reason.DAMAGED in outcomes(harvested).values()
        assert is_built(harvested, DAY)
        assert days_to_build(harvested) == []

        archive.write_bytes(data)
        assert days_to_build(harvested) == [DAY]
        build_day(harvested, DAY)
        assert day_as_rows(harvested.store, DAY) == sound
        assert days_to_build(harvested) == []

    def test_what_seeds_said_costs_no_day(self, harvested: Context, lake: Path, paper: Gazette) -> None:
        (lake / SHARD / "announced.parquet").unlink()
        lines: list[str] = []
        build_day(harvested, DAY, lines.append)
        assert set(outcomes(harvested).values()) == {None}
        assert f"ledger: visits to seeds are not known: {SHARD}/announced.parquet" in lines
        paper.publish("/a/4")
        harvest(at(harvested, EVENING), "20260429T220000Z")

    def test_visits_whose_record_is_damaged_failed_until_it_is_restored(self, harvested: Context, lake: Path) -> None:
        build_day(harvested, DAY)
        sound = day_as_rows(harvested.store, DAY)
        record = lake / SHARD / "announced.parquet"
        data = record.read_bytes()
        damage(record, "flip")
        assert days_to_build(harvested) == [DAY]
        build_day(harvested, DAY)
        (visit,) = rows_of(harvested.store, VISITS)
        assert (visit.result, visit.reason) == ("failed", Reason.DAMAGED)
        assert visit.detail.startswith(f"{SHARD}/announced.parquet: ")
        (manifest,) = sealed_batches(harvested.store, DAY)
        assert outage_of(harvested.store, manifest) == ""

        record.write_bytes(data)
        build_day(harvested, DAY)
        assert day_as_rows(harvested.store, DAY) == sound


class TestFacts:
    """Rows and documents of a sealed batch, ids, looks."""

    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize(
        "name",
        ["plan.json", "manifest.json", "shard=0000/candidates.parquet", "shard=0000/segment-00001.pages.parquet",
         "shard=0000/segment-00001.fetch.parquet"],
    )  # fmt: skip
    def test_a_damaged_fact_stops_the_build_and_names_itself_and_the_remedy(
        self, harvested: Context, paper: Gazette, lake: Path, name: str, kind: str
    ) -> None:
        run_stage(harvested, "extract", DAY)  # so that a lost manifest is missed
        evening = harvest(at(harvested, EVENING), "20260429T220000Z")
        damage(lake / BATCH / name, kind, (lake / evening.key.path / name.replace("00001", "00000")).read_bytes())
        for path in (lake / "extract" / f"day={DAY}").rglob("*.parquet"):
            path.unlink()
        with pytest.raises(Corrupt, match=rf"^{BATCH}/{name}: .*restore this file from the backup") as raised:
            build_day(harvested, DAY)
        assert raised.value.key == f"{BATCH}/{name}"
        assert DAY in days_to_build(harvested)

    @pytest.mark.parametrize("kind", KINDS)
    def test_ids_that_were_given_out(self, harvested: Context, paper: Gazette, lake: Path, kind: str) -> None:
        run_stage(harvested, "extract", DAY)
        (rows,) = (lake / "register").rglob("*.parquet")
        harvest(at(harvested, EVENING), "20260429T220000Z")
        paper.publish("/a/1", title="城北水库春灌水量充足 更正", updated=EVENING)
        damage(rows, kind, (lake / SHARD / "candidates.parquet").read_bytes())
        harvest(at(harvested, EVENING + timedelta(hours=1)), "20260429T230000Z")
        with pytest.raises(Corrupt, match=rf"^{rows.relative_to(lake)}: .*restore this file from the backup"):
            run_stage(harvested, "extract", DAY)

    def test_a_damaged_day_does_not_hide_the_others(self, harvested: Context, paper: Gazette, lake: Path) -> None:
        harvest(at(harvested, EVENING + timedelta(days=1)), "20260430T220000Z")
        damage(lake / BATCH / "manifest.json", "flip")
        assert days_to_build(harvested) == [DAY, NEXT]
        later = at(harvested, EVENING + timedelta(days=2))
        assert days_to_close(later, later.clock) == [DAY, NEXT]


@pytest.fixture(scope="module")
def built_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Context]:
    """A built day of three articles, and a batch of the next day's, to be copied."""
    with open_gazettes("paper") as [paper]:
        context = a_context(tmp_path_factory.mktemp("built"), paper.source(), shards=1)
        paper.publish("/a/1", "/a/2", "/a/3")
        harvest(context, FIRST)
        build_day(context, DAY)
        paper.publish("/a/9")
        harvest(at(context, EVENING + timedelta(days=1)), "20260430T220000Z")
        yield context


@pytest.fixture(scope="module")
def closed_once(built_once: Context, tmp_path_factory: pytest.TempPathFactory) -> Context:
    """The same on the next day, when the first one is closed."""
    tomorrow = at(copy_of(built_once, tmp_path_factory.mktemp("closed") / "lake"), EVENING + timedelta(days=1))
    close_day(tomorrow, DAY)
    return tomorrow


class TestDerived:
    """Everything that is made of facts."""

    @pytest.fixture
    def built(self, built_once: Context, lake: Path) -> Context:
        return copy_of(built_once, lake)

    @pytest.fixture
    def closed(self, closed_once: Context, lake: Path) -> Context:
        return copy_of(closed_once, lake)

    @pytest.mark.parametrize("kind", KINDS)
    def test_every_object_of_a_built_day_is_made_again(self, built: Context, lake: Path, kind: str) -> None:
        """At one time one object of each stage, until it was the turn of all."""
        sound = day_as_rows(built.store, DAY)
        objects = [sorted((lake / stage).rglob("*.*")) for stage in BUILDING]
        assert min(map(len, objects)) >= 3  # a pointer, a receipt, a table
        other = {stage: next((lake / "analyse").rglob("*.parquet")).read_bytes() for stage in BUILDING}
        other["analyse"] = next(lake.rglob("final_outcomes*")).read_bytes()
        for paths in zip_longest(*objects):
            damaged = {stage: path for stage, path in zip(BUILDING, paths, strict=True) if path}
            for stage, path in damaged.items():
                damage(path, kind, other[stage])
            build_day(built, DAY)
            assert day_as_rows(built.store, DAY) == sound, damaged
            for stage, path in damaged.items():
                assert path.exists() or stage in ("index", "publish") or path.parent.name == "current"

    def test_what_the_day_is_built_upon_is_made_again(self, built: Context, lake: Path) -> None:
        tomorrow = at(built, EVENING + timedelta(days=1))
        (part,) = (lake / "cluster" / f"day={DAY}").rglob("clustered-*.parquet")
        damage(part, "flip")
        lines: list[str] = []
        build_day(tomorrow, NEXT, lines.append)
        assert [
            line for line in lines if line.startswith(f"cluster: made again, for it was damaged: cluster/day={DAY}")
        ]
        assert is_built(tomorrow, NEXT)

    @pytest.mark.parametrize("kind", KINDS)
    def test_what_closed_days_left_for_later_ones_is_made_again(self, closed: Context, lake: Path, kind: str) -> None:
        sound = day_as_rows(closed.store, DAY)
        (part,) = (lake / "lines" / f"day={DAY}").rglob("lines-*.parquet")
        damage(part, kind, next((lake / "audit").rglob("*.parquet")).read_bytes())
        build_day(closed, NEXT)
        assert day_as_rows(closed.store, DAY) == sound

    @pytest.mark.parametrize("kind", KINDS)
    def test_a_damaged_roll_up_hides_no_known_link_and_is_made_again(
        self, closed: Context, lake: Path, kind: str
    ) -> None:
        (manifest,) = sealed_batches(closed.store, NEXT)
        (first,) = sealed_batches(closed.store, DAY)
        links = {row.link_id for row in read_batch_rows(closed.store, first, PAGES)}
        assert len(links) == 3
        for path in sorted((lake / "seen").rglob("*.*")):
            damage(path, kind, next((lake / "audit").rglob("*.parquet")).read_bytes())
            memory = remember(closed.store, before=manifest.key, window_days=0)
            assert memory.known(closed.store, links) == links
            close_day(closed, DAY)
            assert current(closed.store, PartitionKey(stage="seen", day=DAY)) is not None


@pytest.mark.parametrize(
    ("key", "found"),
    [
        ("cluster/day=2026-04-29/current/000000000001.json", PartitionKey(stage="cluster", day=DAY)),
        (
            "extract/day=2026-04-29/batch=b1/generation=0/lines-00000-0.parquet",
            PartitionKey(stage="extract", day=DAY, batch="b1"),
        ),
        ("boilerplate/day=2026-04-29/generation=0/lines-00000-0.parquet", None),
        ("harvest/day=2026-04-29/batch=b1/manifest.json", None),
        ("leases/cluster/day=2026-04-29/000000000001.json", None),
        ("cluster/day=2026-04-29.bak/current/000000000001.json", None),
        ("", None),
    ],
)
def test_which_partition_an_object_is_part_of(key: str, found: PartitionKey | None) -> None:
    assert derived_partition(key) == found
