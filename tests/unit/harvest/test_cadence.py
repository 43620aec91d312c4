"""When a source is due: by how much was new, within the bounds of its entry."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediawatch.context import Context
from mediawatch.harvest.cadence import (
    REMEMBERED,
    SourceVisit,
    due_sources,
    interval_after,
    next_visit,
    recent_visits,
)
from mediawatch.harvest.harvesting import open_batch, open_due_batch
from mediawatch.records import Cadence
from mediawatch.sources.catalogue import Catalogue
from tests.support.gazette import FEED, Gazette, at
from tests.support.lakes import DAY, MORNING, harvest
from tests.support.sites import reply

HOUR = timedelta(hours=1)
USUAL = Cadence()


def visits(*new: int | None, every_hours: float = 6, is_full: bool = False) -> list[SourceVisit]:
    found = [SourceVisit(at=MORNING + n * every_hours * HOUR, new=count) for n, count in enumerate(new)]
    return [*found[:-1], replace(found[-1], is_full=is_full)]


def hours(*new: int | None, cadence: Cadence = USUAL, every_hours: float = 6, is_full: bool = False) -> float:
    return interval_after(visits(*new, every_hours=every_hours, is_full=is_full), cadence) / HOUR


class TestInterval:
    def test_before_there_are_two_visits_it_is_the_entrys(self) -> None:
        assert interval_after([], USUAL) == 6 * HOUR
        assert hours(40) == 6

    def test_so_long_that_about_eight_links_are_new(self) -> None:
        assert hours(40, 6) == 8
        assert hours(40, 12) == 4
        assert hours(40, 4, 8, every_hours=3) == 4

    def test_within_the_bounds_of_the_entry(self) -> None:
        assert hours(40, 500) == 2
        assert hours(40, 0, 0) == 24
        assert hours(40, 500, cadence=Cadence(interval_hours=0.5, least_hours=0.5)) == 0.5
        assert hours(40, 1, cadence=Cadence(most_hours=12)) == 12

    def test_half_of_that_where_a_feed_may_have_dropped_some(self) -> None:
        assert hours(40, 12, is_full=True) == 2

    def test_a_visit_that_failed_says_nothing_of_the_rate(self) -> None:
        assert hours(None) == hours(None, None) == hours(40, None) == 6
        assert hours(40, None, 12) == 8

    @given(st.lists(st.one_of(st.none(), st.integers(0, 9_999)), max_size=9), st.floats(0.01, 48))
    def test_never_outside_of_the_bounds(self, new: list[int | None], every_hours: float) -> None:
        found = interval_after(visits(*new, every_hours=every_hours) if new else [], USUAL)
        assert 2 * HOUR <= found <= 24 * HOUR

    def test_a_source_that_was_not_visited_is_due(self) -> None:
        assert next_visit([], USUAL) is None
        assert next_visit(visits(40), USUAL) == MORNING + 6 * HOUR


def run(context: Context, moment: datetime) -> None:
    harvest(at(context, moment), f"{moment:%Y%m%dT%H%M%SZ}")


def due(context: Context, hours_later: float) -> bool:
    return bool(due_sources(at(context, MORNING + hours_later * HOUR)))


@pytest.mark.slow
class TestOfABatch:
    def test_what_was_new_is_told_apart_from_what_was_announced_again(self, context: Context, paper: Gazette) -> None:
        paper.publish("/a/1", "/a/2")
        run(context, MORNING)
        paper.publish("/a/3")
        run(context, MORNING + HOUR)
        run(context, MORNING + 2 * HOUR)
        paper.site.says(FEED, reply("gone", status=404))
        run(context, MORNING + 3 * HOUR)
        found = recent_visits(context.store, MORNING + 4 * HOUR, "UTC")
        assert [visit.new for visit in found["paper"]] == [2, 1, 0, None]
        assert recent_visits(context.store, MORNING + REMEMBERED + 4 * HOUR, "UTC") == {}

    def test_a_feed_of_which_all_is_new_may_have_dropped_some(self, context: Context, paper: Gazette) -> None:
        paper.publish(*(f"/a/{number}" for number in range(5)))
        run(context, MORNING)
        assert [visit.is_full for visit in recent_visits(context.store, MORNING, "UTC")["paper"]] == [True]

    def test_a_source_is_due_when_its_time_has_come_give_or_take_some_minutes(
        self, context: Context, paper: Gazette
    ) -> None:
        assert due(context, 0)
        run(context, MORNING)
        assert [due(context, hours_later) for hours_later in (0, 5.9, 5.95, 6)] == [False, False, True, True]
        often = paper.source(cadence=Cadence(interval_hours=0.5, least_hours=0.5))
        assert due(replace(context, catalogue=Catalogue(sources=(often,))), 0.5)

    def test_a_source_that_is_off_is_never_due(self, context: Context, paper: Gazette) -> None:
        assert not due(replace(context, catalogue=Catalogue(sources=(paper.source(enabled=False),))), 0)

    def test_only_what_is_due_is_in_the_batch_and_nothing_is_no_batch(self, context: Context, paper: Gazette) -> None:
        first = open_due_batch(context, day=DAY, run_key="20260429T090000Z")
        assert first is not None
        assert open_due_batch(context, day=DAY, run_key=first.batch) == first
        run(context, MORNING)
        later = at(context, MORNING + HOUR)
        assert open_due_batch(later, day=DAY, run_key="20260429T100000Z") is None
        assert open_batch(later, day=DAY, run_key="20260429T100000Z").batch == "20260429T100000Z"
