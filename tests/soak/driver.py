"""Lives through parts of days on a lake, and ends itself or loses an answer at the write it is told.

Reads one task a line (`tests.soak.living.Part` as JSON) from stdin, forks for each, and answers with one line: how the
fork ended, its writes, its largest memory and its seconds of the processor.  Everything heavy is imported before the
first fork; the pages are read by processes of their own, which do not count.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from mediawatch.board.digest import keep_digests
from mediawatch.board.local_index import refresh
from mediawatch.context import Context, open_context
from mediawatch.errors import Unavailable
from mediawatch.harvest.harvesting import harvest_shard, open_batch, seal_batch, shards_of
from mediawatch.lake.store import Store
from mediawatch.pipeline.closed import raise_any
from mediawatch.settings import Settings
from mediawatch.workflow.closing import close_day, days_waiting, serve_days
from mediawatch.workflow.housekeeping import keep_house
from mediawatch.workflow.runner import build_day
from mediawatch.workflow.watch import days_to_watch, tell, watch_day
from tests.support.forked import answer, in_fork
from tests.support.mortal import MortalStore


class FaultyStore(MortalStore):
    """Counts its writes in a file.  With `how` "lost" the first exclusive creation from number `at` on is done and
    reported as refused, as after a request whose answer was lost and that was sent again.
    """

    def __init__(self, inner: Store, counted: Path, at: int, how: str) -> None:
        super().__init__(inner, lambda _: counted.write_text(str(self.count)), at, how)

    def create(self, key: str, data: bytes) -> bool:
        is_done = super().create(key, data)
        if is_done and self.how == "lost" and self.count >= self.at:
            self.how = ""
            return False
        return is_done


def harvest(context: Context, name: str) -> None:
    """One harvest of today, taken up where a try before was killed."""
    batch = open_batch(context, day=context.today, run_key=name)
    for number in shards_of(context, batch):
        harvest_shard(context, batch, number)
    seal_batch(context, batch)


def build(context: Context, _: str) -> None:
    """Build today; an index that is away is no hindrance."""
    with suppress(Unavailable):
        build_day(context, context.today)


def close(context: Context, _: str) -> None:
    """Close yesterday, and bring to the index what had to wait."""
    close_day(context, context.today - timedelta(days=1))
    raise_any(serve_days(context, days_waiting(context)))


def watch(context: Context, _: str) -> None:
    """Look at what changed, make the pages of it, and tell people."""
    days = days_to_watch(context)
    for day in days:
        with suppress(Unavailable):
            watch_day(context, day)
    refresh(context)
    keep_digests(context, days)
    tell(context)


def house(context: Context, place: str) -> None:
    """The weekly housekeeping."""
    keep_house(context, place=Path(place))


STEPS: dict[str, Callable[[Context, str], None]] = {
    "harvest": harvest,
    "build": build,
    "close": close,
    "watch": watch,
    "house": house,
}


def live(task: dict[str, Any], counted: Path) -> None:
    """All steps of `task`."""
    moment = datetime.fromisoformat(task["moment"])
    opened = open_context(Settings.model_validate(task["settings"]), lambda: moment)
    context = replace(opened, store=FaultyStore(opened.store, counted, task["at"], task["how"]))
    for step in task["steps"]:
        name, _, argument = step.partition(" ")
        STEPS[name](context, argument)


def run(task: dict[str, Any]) -> dict[str, Any]:
    """`task` in a fork of this process."""
    with TemporaryDirectory(prefix="mediawatch-soak-") as folder:
        counted = Path(folder, "counted")
        ended = in_fork(lambda: live(task, counted), Path(folder))
        writes = int(counted.read_text()) if counted.exists() else 0
    return {
        "returncode": ended.returncode,
        "writes": writes,
        "error": ended.error,
        "megabytes": ended.used.ru_maxrss / 1024,
        "seconds": ended.used.ru_utime + ended.used.ru_stime,
    }


if __name__ == "__main__":
    answer(run)
