"""Every day with what it lacks, and the repair that a machine can do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from mediawatch.context import Context, silent
from mediawatch.harvest.harvesting import open_batch
from mediawatch.lake.batches import BatchKey
from mediawatch.records import Reason
from mediawatch.workflow.closing import close_day
from mediawatch.workflow.day_states import day_states, repair_days
from mediawatch.workflow.runner import build_day
from mediawatch.workflow.watch import watch_day
from tests.support.gazette import at
from tests.support.lakes import DAY, MORNING, Shard, a_candidate, seal_by_hand

pytestmark = pytest.mark.slow


def tomorrow(context: Context, days: int = 1) -> Context:
    return at(context, MORNING + timedelta(days=days))


def harvested(context: Context, days: int = 0) -> None:
    """Seal a batch of one lost link on the day so many days after DAY."""
    candidate = a_candidate(f"https://www.paper.example/day/{days}")
    shard = Shard(candidates=[candidate], fetched=[(candidate, Reason.GONE)])
    seal_by_hand(context.store, BatchKey(day=DAY + timedelta(days=days), batch="b1"), shard)


def lacks(context: Context) -> dict[int, tuple[str, ...]]:
    return {(state.day - DAY).days: state.lacks for state in day_states(context)}


def test_a_newsroom_that_never_harvested_has_no_days(context: Context) -> None:
    assert day_states(context) == []


def test_a_day_goes_from_harvested_to_closed(context: Context) -> None:
    harvested(context)
    [state] = day_states(context)
    assert (state.lacks, state.is_today, state.announced) == (("build",), True, None)
    assert state.repair == f"mediawatch build --day {DAY}"
    build_day(context, DAY)
    [state] = day_states(context)
    assert (state.lacks, state.announced, state.admitted, state.lost) == (("evaluation",), 1, 0, 1)
    watch_day(context, DAY)
    assert lacks(context) == {0: ()}
    then = tomorrow(context)
    assert lacks(then) == {1: (), 0: ("evaluation", "close")}
    close_day(then, DAY)
    assert lacks(then)[0] == ("evaluation",), "the last one, over the whole day"
    watch_day(then, DAY)
    assert lacks(then)[0] == ()
    assert day_states(then)[-1].is_closed


def test_a_day_between_two_without_a_harvest_is_named(context: Context) -> None:
    harvested(context)
    harvested(context, 2)
    assert lacks(tomorrow(context, 3))[1] == ("harvest",)


def test_a_harvest_that_a_crash_left_open_is_named_the_next_day(context: Context) -> None:
    harvested(context)
    open_batch(context, day=DAY, run_key="20260429T090000Z")
    assert "seal" not in lacks(context)[0], "today's may be running"
    assert lacks(tomorrow(context))[0][0] == "seal"


def test_damage_is_named_and_costs_the_other_days_nothing(context: Context) -> None:
    harvested(context)
    harvested(context, 1)
    then = tomorrow(context)
    build_day(then, DAY)
    [key] = [key for key in context.store.list(f"harvest/day={DAY}") if key.endswith("manifest.json")]
    context.store.put(key, b"{}")
    found = lacks(then)
    assert found[0] == ("readable",)
    assert found[1] == ("build",)


def test_one_command_does_what_a_machine_can(context: Context) -> None:
    for number in (0, 1, 3):
        harvested(context, number)
    then = tomorrow(context, 3)
    assert repair_days(then, day_states(then), silent) == {}
    assert lacks(then) == {3: (), 2: ("harvest",), 1: (), 0: ()}
    assert [state.is_closed for state in day_states(then)] == [False, False, True, True]


def test_days_before_the_span_are_not_asked_for(context: Context) -> None:
    harvested(context)
    assert [state.day for state in day_states(tomorrow(context, 30), days=2)] == [
        DAY + timedelta(days=30),
        DAY + timedelta(days=29),
    ]


def test_without_an_answer_from_elasticsearch_the_rest_is_told(context: Context) -> None:
    harvested(context)
    settings = context.settings.model_copy(update={"elasticsearch_url": "http://127.0.0.1:9"})
    assert lacks(replace(context, settings=settings)) == {0: ("build",)}
