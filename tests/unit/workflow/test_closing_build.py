"""Days are built in their order, over every batch that there is, also over one that is sealed meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from mediawatch.context import Context, Report
from mediawatch.errors import Corrupt, NotReady
from mediawatch.lake.batches import sealed_batches
from mediawatch.lake.partitions import PartitionKey, PartitionWriter, current
from mediawatch.pipeline.stage import Given
from mediawatch.tables.order import BUILDING
from mediawatch.workflow.closing import build_days, close_day, days_to_build, in_order
from mediawatch.workflow.reporting import day_summary
from mediawatch.workflow.runner import STAGES, advance, build_day, is_built, run_stage
from tests.support.gazette import Gazette, at
from tests.support.lakes import DAY, MORNING, harvest

pytestmark = pytest.mark.slow

ONE = timedelta(days=1)
HOUR = timedelta(hours=1)


def a_batch(context: Context, paper: Gazette, *, days: int = 0, hours: int = 0) -> Context:
    """A sealed harvest of one new article, so many days and hours after the first morning."""
    moment = MORNING + days * ONE + hours * HOUR
    paper.publish(f"/a/{moment:%d%H}", at=moment)
    later = at(context, moment)
    harvest(later, f"{moment:%Y%m%dT%H%M%SZ}")
    return later


def admitted(context: Context, day: date = DAY) -> int:
    return day_summary(context, day)[-1].admitted


class TestABatchSealedMeanwhile:
    @pytest.mark.parametrize("name", BUILDING[1:])
    def test_is_taken_along_by_the_next_stage(self, context: Context, paper: Gazette, name: str) -> None:
        a_batch(context, paper)
        for before in BUILDING[: BUILDING.index(name)]:
            advance(context, before, DAY)
        later = a_batch(context, paper, hours=1)
        for stage in BUILDING[BUILDING.index(name) :]:
            advance(later, stage, DAY)
        assert is_built(later, DAY)
        assert admitted(later) == 2

    @pytest.mark.parametrize("name", ["extract", "analyse", "audit", "cluster", "index", "ledger"])
    def test_while_a_stage_is_at_work_stops_no_build(self, context: Context, paper: Gazette, name: str) -> None:
        a_batch(context, paper)
        build_day(context, DAY, once(name, lambda: a_batch(context, paper, hours=1)))
        assert len(sealed_batches(context.store, DAY)) == 2
        assert is_built(context, DAY)
        assert admitted(context) == 2

    def test_that_another_worker_built_as_far_as_the_audit_does_not_look_like_damage(
        self, context: Context, paper: Gazette, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Between what the ledger is to be made of and the reading of it."""
        a_batch(context, paper)
        whole = STAGES["ledger"].work

        def overtaken(given: Given, writer: PartitionWriter, report: Report) -> None:
            if len(sealed_batches(given.store, DAY)) == 1:
                a_batch(context, paper, hours=1)
                for stage in ("extract", "analyse", "audit"):
                    run_stage(context, stage, DAY)
            whole(given, writer, report)

        monkeypatch.setitem(STAGES, "ledger", replace(STAGES["ledger"], work=overtaken))
        for stage in BUILDING[: BUILDING.index("ledger")]:
            run_stage(context, stage, DAY)
        run_stage(context, "ledger", DAY)  # made of what it was given, as its receipt says, and out of date by now

        assert not is_built(context, DAY)
        build_day(context, DAY)
        assert is_built(context, DAY)
        assert admitted(context) == 2
        advance(context, "ledger", DAY)
        assert admitted(context) == 2

    def test_leaves_a_single_stage_waiting_which_a_retry_may_mend(self, context: Context, paper: Gazette) -> None:
        a_batch(context, paper)
        build_day(context, DAY)
        later = a_batch(context, paper, hours=1)
        with pytest.raises(NotReady, match="extract/.*has not been made yet") as raised:
            run_stage(later, "audit", DAY)
        assert raised.value.can_retry
        run_stage(later, "extract", DAY)
        run_stage(later, "audit", DAY)
        with pytest.raises(NotReady, match=f"audit or index of {DAY} were made before its last batch came"):
            run_stage(later, "ledger", DAY)

    def test_again_and_again_is_left_to_the_next_run(self, context: Context, paper: Gazette) -> None:
        a_batch(context, paper)
        hours = iter(range(1, 20))

        def report(line: str) -> None:
            if line.startswith("extract: "):
                a_batch(context, paper, hours=next(hours))

        with pytest.raises(NotReady):
            build_day(context, DAY, report)


def once(name: str, act: Callable[[], object]) -> Report:
    """A Report that acts at the first line of the stage `name`."""
    acts = [act]

    def report(line: str) -> None:
        if line.startswith(f"{name}: ") and acts:
            acts.pop()()

    return report


def cluster_digest(context: Context, day: date) -> str:
    receipt = current(context.store, PartitionKey(stage="cluster", day=day))
    assert receipt is not None
    return receipt.digest


def clustered_on(context: Context, day: date) -> dict[str, str]:
    """{earlier day: digest of the stories} that the stories of `day` were made of."""
    receipt = current(context.store, PartitionKey(stage="cluster", day=day))
    assert receipt is not None
    return {key.split()[1]: value for key, value in receipt.inputs.items() if key.startswith("cluster ")}


class TestTheDaysBefore:
    def test_are_brought_up_to_date_first(self, context: Context, paper: Gazette) -> None:
        a_batch(context, paper)
        build_day(context, DAY)
        a_batch(context, paper, hours=10)
        today = a_batch(context, paper, days=1)
        lines: list[str] = []
        build_day(today, DAY + ONE, lines.append)

        assert [line for line in lines if line.startswith(f"{DAY}: cluster: 2 articles in ")]
        assert clustered_on(today, DAY + ONE) == {str(DAY): cluster_digest(today, DAY)}
        assert not is_built(today, DAY), "only as far as today needs it"
        build_day(today, DAY)
        assert is_built(today, DAY + ONE)

    def test_as_far_back_as_one_reaches_the_next(self, context: Context, paper: Gazette) -> None:
        """The fourth day before reaches today by way of the first."""
        for days in (0, 3, 4):
            a_batch(context, paper, days=days)
        today = at(context, MORNING + 4 * ONE)
        build_days(today, days_to_build(today))
        a_batch(context, paper, hours=10)
        a_batch(context, paper, days=3, hours=10)
        build_day(today, DAY + 4 * ONE)
        assert clustered_on(today, DAY + 3 * ONE) == {str(DAY): cluster_digest(today, DAY)}
        assert clustered_on(today, DAY + 4 * ONE) == {str(DAY + 3 * ONE): cluster_digest(today, DAY + 3 * ONE)}

    def test_stay_as_they_are_when_they_are_closed(self, context: Context, paper: Gazette) -> None:
        a_batch(context, paper)
        today = a_batch(context, paper, days=1)
        close_day(today, DAY)
        lines: list[str] = []
        build_day(today, DAY + ONE, lines.append)
        assert not [line for line in lines if line.startswith(str(DAY))]

    def test_that_cannot_be_built_hold_up_those_whose_stories_reach_them_and_no_others(
        self, context: Context, paper: Gazette
    ) -> None:
        for days in (0, 4, 5, 9):
            a_batch(context, paper, days=days)
        damage(context, DAY + 4 * ONE)
        stopped = build_days(context, days_to_build(context))
        assert {day: type(error) for day, error in stopped.items()} == {
            DAY + 4 * ONE: Corrupt,
            DAY + 5 * ONE: Corrupt,
        }
        assert f"cluster of {DAY + 5 * ONE} waits for {DAY + 4 * ONE}: " in str(stopped[DAY + 5 * ONE])
        assert all(is_built(context, day) for day in (DAY, DAY + 9 * ONE))
        assert current(context.store, PartitionKey(stage="audit", day=DAY + 5 * ONE)) is not None
        assert current(context.store, PartitionKey(stage="cluster", day=DAY + 5 * ONE)) is None

    def test_are_taken_as_they_are_when_somebody_says_so(self, context: Context, paper: Gazette) -> None:
        for days in (0, 1):
            a_batch(context, paper, days=days)
        damage(context, DAY)
        assert build_days(context, [DAY + ONE], alone=True) == {}
        assert clustered_on(context, DAY + ONE) == {}


def damage(context: Context, day: date) -> None:
    """The rows of the day's pages are no Parquet any more."""
    (manifest,) = sealed_batches(context.store, day)
    for info in manifest.objects:
        if info.key.endswith(".pages.parquet"):
            (Path(context.settings.lake_url) / info.key).write_bytes(b"not what was there")


def test_the_newest_stretch_of_days_comes_first_each_from_its_oldest_day() -> None:
    days = [DAY + n * ONE for n in (40, 20, 0, 3, 39, 16, 21)]
    assert [(day - DAY).days for day in in_order(days)] == [39, 40, 20, 21, 16, 0, 3]
    assert in_order([]) == []
