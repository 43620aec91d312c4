"""Lives through parts of days on a lake, and ends itself or loses an answer at the write it is told.

Reads one task a line (`tests.soak.living.Part` as JSON) from stdin, forks for each, and answers with one line: how the
fork ended, its writes, its largest memory and its seconds of the processor.  Everything heavy is imported before the
first fork; the pages are read by processes of their own, which do not count.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb  # noqa: F401 - imported before the forks, as the next ones
import elasticsearch  # noqa: F401
import great_expectations  # noqa: F401
import trafilatura  # noqa: F401

from mediawatch.board.digest import keep_digests
from mediawatch.board.local_index import refresh
from mediawatch.context import Context, open_context
from mediawatch.errors import Unavailable
from mediawatch.extraction.extractor import extraction
from mediawatch.harvest.harvesting import harvest_shard, open_batch, seal_batch, shards_of
from mediawatch.lake.store import Store
from mediawatch.language import language_of
from mediawatch.sandbox import shared_sandbox
from mediawatch.settings import Settings
from mediawatch.sources.publishers import Publishers
from mediawatch.workflow.closing import close_day, days_waiting, serve_day
from mediawatch.workflow.housekeeping import keep_house
from mediawatch.workflow.runner import build_day
from mediawatch.workflow.watch import days_to_watch, tell, watch_day


class FaultyStore:
    """A store whose write number `at` ends the process `before` or `after` it is done.

    With `lost` the first exclusive creation from there on is done and reported as refused, as after a request whose
    answer was lost and that was sent again.
    """

    def __init__(self, inner: Store, counted: Path, at: int, how: str) -> None:
        self._inner = inner
        self._counted = counted
        self._at = at
        self._how = how
        self._count = 0

    def put(self, key: str, data: bytes | Path) -> None:
        self._write(lambda: self._inner.put(key, data))

    def create(self, key: str, data: bytes) -> bool:
        is_done = bool(self._write(lambda: self._inner.create(key, data)))
        if is_done and self._how == "lost" and self._count >= self._at:
            self._how = ""
            return False
        return is_done

    def delete(self, key: str) -> None:
        self._write(lambda: self._inner.delete(key))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def _write(self, work: Callable[[], Any]) -> Any:
        self._count += 1
        self._counted.write_text(str(self._count))
        if self._count == self._at and self._how == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = work()
        if self._count == self._at and self._how == "after":
            os.kill(os.getpid(), signal.SIGKILL)
        return result


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
    for day in days_waiting(context):
        serve_day(context, day)


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
    "nothing": lambda context, _: None,
}


def child(task: dict[str, Any], counted: Path, complaints: Path) -> int:
    """All steps of `task`; the exit code."""
    try:
        moment = datetime.fromisoformat(task["moment"])
        opened = open_context(Settings.model_validate(task["settings"]), lambda: moment)
        context = replace(opened, store=FaultyStore(opened.store, counted, task["at"], task["how"]))
        for step in task["steps"]:
            name, _, argument = step.partition(" ")
            STEPS[name](context, argument)
    except BaseException:  # noqa: BLE001 - the parent shows it
        complaints.write_text(traceback.format_exc())
        return 1
    return 0


def run(task: dict[str, Any]) -> dict[str, Any]:
    """`task` in a fork of this process."""
    with TemporaryDirectory(prefix="mediawatch-soak-") as folder:
        counted, complaints = Path(folder, "counted"), Path(folder, "complaints")
        pid = os.fork()
        if pid == 0:
            os._exit(child(task, counted, complaints))
        _, status, used = os.wait4(pid, 0)
        return {
            "returncode": os.waitstatus_to_exitcode(status),
            "writes": int(counted.read_text()) if counted.exists() else 0,
            "error": complaints.read_text() if complaints.exists() else "",
            "megabytes": used.ru_maxrss / 1024,
            "seconds": used.ru_utime + used.ru_stime,
        }


def main() -> None:
    """Answer tasks until stdin ends."""
    language_of("先把语言模型读进来")
    shared_sandbox().prepare(extraction(Publishers()))  # the forks share the process that has it loaded
    for line in sys.stdin:
        print(json.dumps(run(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
