"""Closing a day: sealed, built, rolled up; and opened again by what comes late."""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta

import pytest

from mediawatch.errors import BadRequest
from mediawatch.lake.batches import BatchKey, read_manifest
from mediawatch.lake.partitions import PartitionKey, current, read_rows
from mediawatch.records import Reason
from mediawatch.stages.build import days_to_build
from mediawatch.stages.closing import close_day, days_to_close, is_closed
from mediawatch.stages.harvest import open_batch
from mediawatch.stages.known_pages import known_pages
from mediawatch.stages.memory import remember
from mediawatch.stages.newsroom import Newsroom
from mediawatch.tables.harvest import CLOSED, SEEN_LINKS, Closed
from tests.support.gazette import at
from tests.support.lakes import DAY, MORNING, Shard, a_candidate, rows_of, seal_by_hand


def tomorrow(newsroom: Newsroom, days: int = 1) -> Newsroom:
    return at(newsroom, MORNING + timedelta(days=days))


def seen(newsroom: Newsroom, day: date) -> dict[str, date]:
    return {row.link_id: row.day for row in rows_of(newsroom.store, SEEN_LINKS, day=day)}


def lived(newsroom: Newsroom, day: int, *, is_closed: bool = True) -> str:
    """Seal a batch of one lost link on the day so many days after DAY, and close that day on the next; the link."""
    then = tomorrow(newsroom, day)
    candidate = a_candidate(f"https://www.paper.example/day/{day}")
    lost = Shard(candidates=[candidate], fetched=[(candidate, Reason.GONE)])
    seal_by_hand(newsroom.store, BatchKey(day=then.today, batch="b1"), lost)
    if is_closed:
        close_day(tomorrow(newsroom, day + 1), then.today)
    return candidate.link_id


@pytest.mark.parametrize("days", [0, 1])
def test_a_day_that_is_not_over_is_refused(newsroom: Newsroom, days: int) -> None:
    day = DAY + timedelta(days=days)
    with pytest.raises(BadRequest, match=f"{day} cannot be closed before it is over: today is {DAY}"):
        close_day(newsroom, day)


def test_what_a_crash_left_open_is_sealed_and_built(newsroom: Newsroom) -> None:
    batch = open_batch(newsroom, day=DAY, run_key="20260429T090000Z")
    assert days_to_close(newsroom, tomorrow(newsroom).clock) == [DAY]
    lines: list[str] = []
    close_day(tomorrow(newsroom), DAY, lines.append)

    manifest = read_manifest(newsroom.store, batch)
    assert manifest is not None
    assert manifest.missing_shards == (0,)
    assert lines[0] == f"{batch.path} was left open: sealing it as it stands"
    assert is_closed(newsroom.store, DAY)
    assert days_to_close(newsroom, tomorrow(newsroom).clock) == []


def test_it_says_how_many_links_are_done_with(newsroom: Newsroom) -> None:
    link = lived(newsroom, 0)
    receipt = current(newsroom.store, PartitionKey(stage="closed", day=DAY))
    assert receipt is not None
    assert list(read_rows(newsroom.store, receipt, CLOSED)) == [Closed(day=DAY, links=1)]
    assert seen(newsroom, DAY) == {link: DAY}


def test_a_late_batch_opens_the_day_again(newsroom: Newsroom) -> None:
    opened = open_batch(newsroom, day=DAY, run_key="20260429T090000Z")
    lived(newsroom, 0)
    assert read_manifest(newsroom.store, opened) is not None

    late = a_candidate(reason=Reason.BAD_ADDRESS)
    seal_by_hand(newsroom.store, BatchKey(day=DAY, batch="warc-late"), Shard(candidates=[late]))
    assert not is_closed(newsroom.store, DAY)
    assert days_to_build(newsroom) == days_to_close(newsroom, tomorrow(newsroom).clock) == [DAY]

    close_day(tomorrow(newsroom), DAY)
    assert is_closed(newsroom.store, DAY)
    assert days_to_build(newsroom) == []
    assert late.link_id in seen(newsroom, DAY)


def test_a_roll_up_holds_its_month_so_far_and_begins_again_with_the_next(newsroom: Newsroom) -> None:
    links = [lived(newsroom, day) for day in (0, 1, 2, 3)]
    days = [DAY + timedelta(days=day) for day in (0, 1, 2, 3)]
    assert [day.month for day in days] == [4, 4, 5, 5]

    assert seen(newsroom, days[1]) == dict(zip(links[:2], days[:2], strict=True))
    assert seen(newsroom, days[3]) == dict(zip(links[2:], days[2:], strict=True))


def test_a_day_that_nobody_closed_is_in_the_next_ones_roll_up(newsroom: Newsroom) -> None:
    forgotten = lived(newsroom, 2, is_closed=False)
    closed = lived(newsroom, 3)
    assert set(seen(newsroom, DAY + timedelta(days=3))) == {forgotten, closed}


def test_what_was_rolled_up_is_known_when_its_days_are_long_out_of_sight(newsroom: Newsroom) -> None:
    """A link without a page is known only by the roll-up."""
    link = lived(newsroom, 0)
    later = BatchKey(day=DAY + timedelta(days=60), batch="later")
    for day in (30, 40):
        lived(newsroom, day, is_closed=False)

    memory = remember(newsroom.store, before=later, window_days=2)
    assert link not in memory.final
    assert memory.known(newsroom.store, [link, "0" * 32]) == {link}


def test_what_came_into_a_day_behind_the_months_roll_up_is_known(newsroom: Newsroom) -> None:
    """Imports fill in days that are over; no roll-up holds them until their day is closed again."""
    for day in (0, 1, 30, 40):
        lived(newsroom, day, is_closed=day < 2)
    page = a_candidate(url="https://www.paper.example/late")
    seal_by_hand(newsroom.store, BatchKey(day=DAY, batch="warc-late"), Shard(candidates=[page], fetched=[(page, None)]))

    later = BatchKey(day=DAY + timedelta(days=60), batch="later")
    memory = remember(newsroom.store, before=later, window_days=2)
    assert memory.known(newsroom.store, [page.link_id, "0" * 32]) == {page.link_id}
    assert page.link_id in known_pages(newsroom.store, sqlite3.connect(":memory:"))


def test_past_days_are_closed_oldest_first_and_today_is_not_among_them(newsroom: Newsroom) -> None:
    for day in (2, 0, 1):
        lived(newsroom, day, is_closed=False)
    then = tomorrow(newsroom, 2)
    assert days_to_close(newsroom, then.clock) == [DAY, DAY + timedelta(days=1)]
