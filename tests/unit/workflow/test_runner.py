"""The runner: stages in their order, fresh ones skipped, one worker at a partition."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from mediawatch.context import Context
from mediawatch.errors import Contended, NotReady
from mediawatch.lake.leases import lease
from mediawatch.lake.partitions import PartitionKey, current
from mediawatch.tables.order import BUILDING, WATCHING
from mediawatch.workflow.closing import days_to_build
from mediawatch.workflow.runner import STAGES, build_day, is_built, run_stage
from tests.support.gazette import Gazette, at
from tests.support.lakes import DAY, EVENING, harvest

FIRST = "20260429T090000Z"


@pytest.fixture
def harvested(context: Context, paper: Gazette) -> Context:
    """A day with a batch that found nothing: quick to build."""
    harvest(context, FIRST)
    return context


@pytest.mark.slow
def test_a_day_is_built_in_the_order_of_the_walk(context: Context, paper: Gazette) -> None:
    paper.publish("/a/1")
    harvest(context, FIRST)
    lines: list[str] = []
    build_day(context, DAY, lines.append)

    assert list(dict.fromkeys(line.split(": ")[0] for line in lines)) == [
        "extract",
        "analyse",
        "audit",
        "cluster",
        "index",
        "ledger",
    ]
    assert BUILDING == ("extract", "analyse", "audit", "cluster", "index", "ledger", "publish")
    assert (*BUILDING, *WATCHING) == tuple(STAGES)
    assert lines[0] == "extract: segment 1 of 1: 1 pages read"
    assert lines[-1] == "ledger: 1 links and 1 visits to seeds accounted for"
    assert is_built(context, DAY)

    lines.clear()
    build_day(context, DAY, lines.append)
    assert lines == []


@pytest.mark.parametrize("stage", ["analyse", "audit", "cluster", "index", "ledger", "publish"])
def test_a_stage_waits_for_the_one_before_it(harvested: Context, stage: str) -> None:
    with pytest.raises(NotReady, match=f"{stage} of {DAY} has to wait: .+ has not been made yet"):
        run_stage(harvested, stage, DAY)


def test_of_a_day_without_batches_there_is_nothing_to_extract(context: Context) -> None:
    assert run_stage(context, "extract", DAY) == []


def test_two_workers_do_not_make_the_same_partition(harvested: Context) -> None:
    key = PartitionKey(stage="extract", day=DAY, batch=FIRST)
    with (
        lease(harvested.store, key.path, holder="the other", seconds=60, clock=harvested.clock),
        pytest.raises(Contended, match="held by the other"),
    ):
        run_stage(harvested, "extract", DAY)
    assert current(harvested.store, key) is None

    run_stage(harvested, "extract", DAY)
    assert current(harvested.store, key) is not None


def test_a_worker_that_lost_its_lease_publishes_nothing(context: Context, paper: Gazette) -> None:
    paper.publish("/a/1")
    harvest(context, FIRST)
    late = at(context, EVENING + timedelta(days=1))
    key = PartitionKey(stage="extract", day=DAY, batch=FIRST)

    def overtaken(line: str) -> None:
        """While it works, its lease runs out by another worker's clock, who takes it over."""
        with lease(late.store, key.path, holder="the other", seconds=60, clock=late.clock):
            pass

    with pytest.raises(Contended, match="was taken over"):
        run_stage(context, "extract", DAY, overtaken)
    assert current(context.store, key) is None


def test_other_versions_make_other_generations(harvested: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    (before,) = run_stage(harvested, "extract", DAY)
    monkeypatch.setitem(STAGES, "extract", replace(STAGES["extract"], version="another"))
    (after,) = run_stage(harvested, "extract", DAY)
    assert after.generation != before.generation
    assert after.digest == before.digest


def test_days_to_build_are_those_whose_batches_are_not_built(harvested: Context) -> None:
    assert not is_built(harvested, DAY)
    assert days_to_build(harvested) == [DAY]
    build_day(harvested, DAY)
    assert days_to_build(harvested) == []

    harvest(at(harvested, EVENING), "20260429T220000Z")
    harvest(at(harvested, EVENING + timedelta(hours=4)), "20260430T020000Z")
    assert days_to_build(harvested) == [DAY, DAY + timedelta(days=1)]
