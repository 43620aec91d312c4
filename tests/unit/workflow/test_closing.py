"""Closing a day: sealed, built, rolled up; and opened again by what comes late."""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta

import pytest

from mediawatch.context import Context
from mediawatch.errors import BadRequest
from mediawatch.harvest.harvesting import open_batch
from mediawatch.harvest.importing.imported import known_pages
from mediawatch.harvest.memory import remember
from mediawatch.lake.batches import BatchKey, read_manifest
from mediawatch.lake.partitions import PartitionKey, current, read_rows
from mediawatch.records import Reason
from mediawatch.tables.harvest import CLOSED, SEEN_LINKS, Closed
from mediawatch.workflow import closing
from mediawatch.workflow.closing import close_day, days_to_build, days_to_close, is_closed, roll_up_links
from tests.support.gazette import at
from tests.support.lakes import DAY, MORNING, Shard, a_candidate, rows_of, seal_by_hand

pytestmark = pytest.mark.slow


def tomorrow(context: Context, days: int = 1) -> Context:
    return at(context, MORNING + timedelta(days=days))


def seen(context: Context, day: date) -> dict[str, date]:
    return {row.link_id: row.day for row in rows_of(context.store, SEEN_LINKS, day=day)}


def lived(context: Context, day: int, *, is_closed: bool = True) -> str:
    """Seal a batch of one lost link on the day so many days after DAY, and close that day on the next; the link."""
    then = tomorrow(context, day)
    candidate = a_candidate(f"https://www.paper.example/day/{day}")
    lost = Shard(candidates=[candidate], fetched=[(candidate, Reason.GONE)])
    seal_by_hand(context.store, BatchKey(day=then.today, batch="b1"), lost)
    if is_closed:
        close_day(tomorrow(context, day + 1), then.today)
    return candidate.link_id


@pytest.mark.parametrize("days", [0, 1])
def test_a_day_that_is_not_over_is_refused(context: Context, days: int) -> None:
    day = DAY + timedelta(days=days)
    with pytest.raises(BadRequest, match=f"{day} cannot be closed before it is over: today is {DAY}"):
        close_day(context, day)


def test_what_a_crash_left_open_is_sealed_and_built(context: Context) -> None:
    batch = open_batch(context, day=DAY, run_key="20260429T090000Z")
    assert days_to_close(context, tomorrow(context).clock) == [DAY]
    lines: list[str] = []
    close_day(tomorrow(context), DAY, lines.append)

    manifest = read_manifest(context.store, batch)
    assert manifest is not None
    assert manifest.missing_shards == (0,)
    assert lines[0] == f"{batch.path} was left open: sealing it as it stands"
    assert is_closed(context.store, DAY)
    assert days_to_close(context, tomorrow(context).clock) == []


def test_it_says_how_many_links_are_done_with(context: Context) -> None:
    link = lived(context, 0)
    receipt = current(context.store, PartitionKey(stage="closed", day=DAY))
    assert receipt is not None
    assert list(read_rows(context.store, receipt, CLOSED)) == [Closed(day=DAY, links=1)]
    assert seen(context, DAY) == {link: DAY}


def test_a_late_batch_opens_the_day_again(context: Context) -> None:
    opened = open_batch(context, day=DAY, run_key="20260429T090000Z")
    lived(context, 0)
    assert read_manifest(context.store, opened) is not None

    late = a_candidate(reason=Reason.BAD_ADDRESS)
    seal_by_hand(context.store, BatchKey(day=DAY, batch="warc-late"), Shard(candidates=[late]))
    assert not is_closed(context.store, DAY)
    assert days_to_build(context) == days_to_close(context, tomorrow(context).clock) == [DAY]

    close_day(tomorrow(context), DAY)
    assert is_closed(context.store, DAY)
    assert days_to_build(context) == []
    assert late.link_id in seen(context, DAY)


def test_a_roll_up_holds_its_month_so_far_and_begins_again_with_the_next(context: Context) -> None:
    links = [lived(context, day) for day in (0, 1, 2, 3)]
    days = [DAY + timedelta(days=day) for day in (0, 1, 2, 3)]
    assert [day.month for day in days] == [4, 4, 5, 5]

    assert seen(context, days[1]) == dict(zip(links[:2], days[:2], strict=True))
    assert seen(context, days[3]) == dict(zip(links[2:], days[2:], strict=True))


def test_a_large_roll_up_is_made_range_by_range_and_is_the_same(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in (0, 1):
        lived(context, day)
    whole = current(context.store, PartitionKey(stage="seen", day=DAY + timedelta(days=1)))
    assert whole is not None
    monkeypatch.setattr(closing, "LINKS_AT_ONCE", 1)
    roll_up_links(context.store, DAY)
    roll_up_links(context.store, DAY + timedelta(days=1))
    parted = current(context.store, whole.key)
    assert parted is not None
    assert [part.rows for part in parted.tables["links"].parts if part.rows] == [1, 1]
    assert parted.tables["links"].digest == whole.tables["links"].digest


def test_a_day_that_nobody_closed_is_in_the_next_ones_roll_up(context: Context) -> None:
    forgotten = lived(context, 2, is_closed=False)
    closed = lived(context, 3)
    assert set(seen(context, DAY + timedelta(days=3))) == {forgotten, closed}


def test_what_was_rolled_up_is_known_when_its_days_are_long_out_of_sight(context: Context) -> None:
    """A link without a page is known only by the roll-up."""
    link = lived(context, 0)
    later = BatchKey(day=DAY + timedelta(days=60), batch="later")
    for day in (30, 40):
        lived(context, day, is_closed=False)

    memory = remember(context.store, before=later, window_days=2)
    assert link not in memory.final
    assert memory.known(context.store, [link, "0" * 32]) == {link}


def test_what_came_into_a_day_behind_the_months_roll_up_is_known(context: Context) -> None:
    """Imports fill in days that are over; no roll-up holds them until their day is closed again."""
    for day in (0, 1, 30, 40):
        lived(context, day, is_closed=day < 2)
    page = a_candidate(url="https://www.paper.example/late")
    seal_by_hand(context.store, BatchKey(day=DAY, batch="warc-late"), Shard(candidates=[page], fetched=[(page, None)]))

    later = BatchKey(day=DAY + timedelta(days=60), batch="later")
    memory = remember(context.store, before=later, window_days=2)
    assert memory.known(context.store, [page.link_id, "0" * 32]) == {page.link_id}
    assert page.link_id in known_pages(context.store, sqlite3.connect(":memory:"))


def test_past_days_are_closed_oldest_first_and_today_is_not_among_them(context: Context) -> None:
    for day in (2, 0, 1):
        lived(context, day, is_closed=False)
    then = tomorrow(context, 2)
    assert days_to_close(context, then.clock) == [DAY, DAY + timedelta(days=1)]
