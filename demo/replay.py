"""The past of the demo newsroom, lived through day by day with a set clock."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from multiprocessing import get_context

from demo.console import Progress
from demo.newsroom import NO_HARDSHIPS
from demo.newsroom import Newsroom as Sites
from mediawatch.cli.harvesting import harvest_batch
from mediawatch.records import Clock, now
from mediawatch.settings import Settings
from mediawatch.stages.build import build_day
from mediawatch.stages.closing import close_day, is_closed
from mediawatch.stages.harvest import open_batch
from mediawatch.stages.newsroom import Newsroom, open_newsroom, silent

EVENING = time(23, 30, tzinfo=UTC)
WORKERS = 2


def replay(settings: Settings, sites: Sites, days: int, progress: Progress) -> None:
    """Harvest, build and close each of the `days` before today that is not closed yet, oldest first."""
    today = now().date()
    past = [today - timedelta(days=back) for back in range(days, 0, -1)]
    with _unhurried(sites), ProcessPoolExecutor(WORKERS, mp_context=get_context("forkserver")) as pool:
        for count, day in enumerate(past, start=1):
            newsroom = replace(open_newsroom(settings, clock_at(datetime.combine(day, EVENING))), pool=pool)
            if is_closed(newsroom.store, day):
                continue
            sites.set_now(datetime.combine(day, EVENING))
            _live_through(newsroom, day)
            if count % 5 == 0 or count == days:
                progress(f"Replayed {count} of {days} days of the newsroom's past (up to {day}).")


def clock_at(moment: datetime) -> Clock:
    """A clock that shows `moment` now and goes on from there."""
    ahead = moment - now()
    return lambda: now() + ahead


@contextmanager
def _unhurried(sites: Sites) -> Iterator[None]:
    """Weeks are replayed without the slow and busy pages, which today's harvest meets; then the clock is real again."""
    before = sites.hardships()
    sites.set_hardships(NO_HARDSHIPS)
    try:
        yield
    finally:
        sites.set_hardships(before)
        sites.set_now(None)


def _live_through(newsroom: Newsroom, day: date) -> None:
    batch = open_batch(newsroom, day=day, run_key=f"{day:%Y%m%d}T233000Z-replay")
    harvest_batch(newsroom, batch, silent)
    build_day(newsroom, day)
    close_day(replace(newsroom, clock=clock_at(datetime.combine(day, EVENING) + timedelta(hours=1))), day)
