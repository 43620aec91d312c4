"""The past of the demo newsroom, lived through day by day with a set clock."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from devsites import NO_HARDSHIPS
from devsites import Newsroom as Sites
from launch.console import Progress
from launch.retrying import Retrying
from mediawatch.cli.harvesting import harvest_batch
from mediawatch.context import Context, open_context, silent
from mediawatch.harvest.harvesting import open_batch
from mediawatch.pipeline.closed import is_closed
from mediawatch.records import Clock, now
from mediawatch.settings import Settings
from mediawatch.workflow.closing import close_day
from mediawatch.workflow.runner import build_day, run_stage
from mediawatch.workflow.watch import watch_day

WATCHED_DAYS = 7
"""Of the past, so many days are also judged: episodes are open for five.  Of those before, words are counted only."""
TOLD_DAYS = 5
TOLD_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What a replay needs: `check` raises when it is hopeless, because a server that it needs was given up."""

    settings: Settings
    sites: Sites
    progress: Progress
    check: Callable[[], None]


def replay(work: Replay, days: int) -> None:
    """Harvest, build and close each of the `days` before today that is not closed yet, oldest first.

    Each is harvested at this hour of its day, so that every harvest, today's included, has 24 hours of news before it.
    A day that fails for a reason that can pass, such as an Elasticsearch that is being started again, is taken up where
    it stopped.
    """
    present = now()
    past = [present - timedelta(days=back) for back in range(days, 0, -1)]
    told_at, store = time.monotonic(), open_context(work.settings).store
    with _unhurried(work.sites):
        for count, moment in enumerate(past, start=1):
            if is_closed(store, moment.date()):
                continue
            _relive(work, moment, is_watched=days - count < WATCHED_DAYS)
            if count % TOLD_DAYS == 0 or count == days or time.monotonic() - told_at > TOLD_SECONDS:
                told_at = time.monotonic()
                work.progress(f"Replayed {count} of {days} days of the newsroom's past (up to {moment:%Y-%m-%d}).")


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


def _relive(work: Replay, moment: datetime, *, is_watched: bool) -> None:
    """Live through the day of `moment`; again, from where it stopped, when that failed for a reason that can pass."""

    def relive() -> None:
        context = open_context(work.settings, clock_at(moment))
        work.sites.set_now(moment)
        _live_through(context, moment, is_watched=is_watched)

    Retrying(f"Replaying {moment:%Y-%m-%d}", work.progress, work.check).run(relive)


def _live_through(context: Context, moment: datetime, *, is_watched: bool) -> None:
    day = moment.date()
    morning_after = replace(context, clock=clock_at(moment + timedelta(days=1)))
    if not is_closed(context.store, day):  # by a try that failed after it
        harvest_batch(context, open_batch(context, day=day, run_key=f"{day:%Y%m%d}-replay"), silent)
        build_day(context, day)
        close_day(morning_after, day)
    if is_watched:
        watch_day(morning_after, day)
    else:
        run_stage(morning_after, "terms", day)
