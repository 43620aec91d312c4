"""What the soak calls wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from devsites import NO_HARDSHIPS, Newsroom
from mediawatch.lake.opening import open_store
from mediawatch.workflow.closing import close_day
from mediawatch.workflow.runner import build_day
from tests.soak.checking import Day, megabytes_below, not_told_once, troubles_of, verdicts
from tests.soak.living import FAULTS, HOURS, Fault
from tests.support.lakes import context_of, harvest
from tests.support.sinks import Posted

DAY = date(2026, 1, 6)
NIGHT = HOURS["night"]


def a_day(number: int, **changes: float) -> Day:
    usual = Day(
        day=DAY + timedelta(days=number),
        fault="",
        tries=3,
        links=250,
        articles=50,
        alerts=1,
        megabytes=400.0,
        seconds=5.0,
        clock_seconds=9.0,
        lake_megabytes=10.0 + 2 * number,
    )
    return replace(usual, **changes)


def test_days_that_are_alike_are_as_they_should_be() -> None:
    assert all(is_well for *_, is_well in verdicts([a_day(number) for number in range(20)]).values())


@pytest.mark.parametrize("what", ["megabytes", "seconds"])
def test_what_grows_is_noticed_and_a_day_with_a_kill_does_not_count(what: str) -> None:
    grown = [a_day(n, **{what: 400.0 if n < 15 else 500.0}) for n in range(20)]
    assert verdicts(grown)[what] == (400.0, 500.0, False)
    killed = [replace(day, tries=4) if getattr(day, what) == 500.0 and day != grown[-1] else day for day in grown]
    assert verdicts(killed)[what][1] == 500.0
    assert verdicts([*grown[:-1], a_day(19, **{what: 400.0})])[what][1] == 480.0


def test_a_disk_that_fills_faster_than_foretold_is_noticed() -> None:
    days = [a_day(n, lake_megabytes=10.0 + 2 * n + max(0, n - 9) ** 2) for n in range(20)]
    foreseen, last, is_well = verdicts(days)["disk"]
    assert (round(foreseen), round(last), is_well) == (48, 148, False)


def posted(key: str, alert: str, step: str = "0") -> Posted:
    body = json.dumps({"alert_ids": alert, "steps": step}).encode()
    return Posted(path="/", headers={"idempotency-key": key}, body=body)


def test_an_alert_in_two_messages_is_told_twice_and_one_message_that_came_twice_once(tmp_path: Path) -> None:
    store, at = open_store(str(tmp_path)), datetime(2026, 1, 8, tzinfo=UTC)
    once = [posted("k1", "a"), posted("k1", "a"), posted("k2", "a", "1"), posted("k3", "b,c", "0,0")]
    assert list(not_told_once(store, [DAY], once, at)) == []
    assert list(not_told_once(store, [DAY], [*once, posted("k4", "c")], at)) == ["alert c, step 0: 2 messages"]


@pytest.fixture
def sites() -> Iterator[Newsroom]:
    with Newsroom(hardships=NO_HARDSHIPS) as opened:
        yield opened


@pytest.mark.slow
def test_articles_that_were_announced_and_not_admitted_are_missed(sites: Newsroom, tmp_path: Path) -> None:
    midnight = datetime(2026, 1, 6, tzinfo=UTC)
    sites.set_now(midnight + NIGHT)
    context = context_of(sites, tmp_path)
    harvest(context, "night")
    build_day(context, DAY)
    assert list(troubles_of(context.store, DAY, sites, DAY, NIGHT)) == [f"{DAY} is not closed"]
    close_day(replace(context, clock=lambda: midnight + timedelta(days=1, hours=4)), DAY)

    before = DAY - timedelta(days=1)
    assert list(troubles_of(context.store, DAY, sites, before, NIGHT)) == []
    (trouble,) = troubles_of(context.store, DAY, sites, before, NIGHT + timedelta(hours=1, minutes=49))
    assert "articles are not admitted" in trouble
    assert megabytes_below(tmp_path / "lake") > 0.5


def test_the_fault_of_a_day_is_the_same_for_the_same_seed_and_all_happen() -> None:
    days = [DAY + timedelta(days=number) for number in range(200)]
    drawn = [Fault.on(day, 1) for day in days]

    assert drawn == [Fault.on(day, 1) for day in days] != [Fault.on(day, 2) for day in days]
    assert {fault.what for fault in drawn} == set(FAULTS)
    assert {fault.part for fault in drawn} == set(HOURS)
    assert all(0 <= fault.share < 1 for fault in drawn)
