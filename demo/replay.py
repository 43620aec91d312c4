"""The past of the demo newsroom, lived through day by day with a set clock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from demo.console import Progress
from demo.newsroom import NO_HARDSHIPS
from demo.newsroom import Newsroom as Sites
from mediawatch.cli.harvesting import harvest_batch
from mediawatch.records import Clock, now
from mediawatch.settings import Settings
from mediawatch.stages.closing import close_day, is_closed
from mediawatch.stages.harvest import open_batch
from mediawatch.stages.newsroom import Newsroom, open_newsroom, silent
from mediawatch.stages.table import build_day, run_stage
from mediawatch.stages.watch import watch_day

WATCHED_DAYS = 7
"""Of the past, so many days are also judged: episodes are open for five.  Of those before, words are counted only."""


def replay(settings: Settings, sites: Sites, days: int, progress: Progress) -> None:
    """Harvest, build and close each of the `days` before today that is not closed yet, oldest first.

    Each is harvested at this hour of its day, so that every harvest, today's included, has 24 hours of news before it.
    """
    present = now()
    past = [present - timedelta(days=back) for back in range(days, 0, -1)]
    with _unhurried(sites):
        for count, moment in enumerate(past, start=1):
            newsroom = open_newsroom(settings, clock_at(moment))
            if is_closed(newsroom.store, moment.date()):
                continue
            sites.set_now(moment)
            _live_through(newsroom, moment, is_watched=days - count < WATCHED_DAYS)
            if count % 5 == 0 or count == days:
                progress(f"Replayed {count} of {days} days of the newsroom's past (up to {moment:%Y-%m-%d}).")


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


def _live_through(newsroom: Newsroom, moment: datetime, *, is_watched: bool) -> None:
    day = moment.date()
    batch = open_batch(newsroom, day=day, run_key=f"{day:%Y%m%d}-replay")
    harvest_batch(newsroom, batch, silent)
    build_day(newsroom, day)
    morning_after = replace(newsroom, clock=clock_at(moment + timedelta(days=1)))
    close_day(morning_after, day)
    if is_watched:
        watch_day(morning_after, day)
    else:
        run_stage(morning_after, "terms", day)
