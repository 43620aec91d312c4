"""Runs harvest and build on a lake whose every write is counted, and kills its own process at the one it is told.

Reads one task a line (`tests.support.kill.Task` as JSON) from stdin, forks for each, and answers with one line: how the
child ended and what it had written.  Everything heavy is imported before the first fork.
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

from mediawatch.context import Context, open_context
from mediawatch.extraction.extractor import extraction
from mediawatch.harvest.harvesting import harvest_shard, open_batch, seal_batch, shards_of
from mediawatch.lake.batches import BatchKey
from mediawatch.lake.opening import open_store
from mediawatch.lake.store import Store
from mediawatch.language import language_of
from mediawatch.sandbox import shared_sandbox
from mediawatch.settings import Settings
from mediawatch.sources.publishers import Publishers
from mediawatch.workflow.backing_up import back_up
from mediawatch.workflow.closing import close_day
from mediawatch.workflow.forgetting.addresses import forget
from mediawatch.workflow.replaying import replay
from mediawatch.workflow.runner import run_stage


class MortalStore:
    """A store that notes each write in a file before doing it, and ends the process at write number `at`."""

    def __init__(self, inner: Store, journal: Path, at: int, is_after: bool) -> None:
        self.inner = inner
        self._journal = journal
        self._at = at
        self._is_after = is_after
        self._count = 0

    def another(self, inner: Store) -> MortalStore:
        """Another store that ends the same process, at the same write."""
        return MortalStore(inner, self._journal, self._at, self._is_after)

    def put(self, key: str, data: bytes | Path) -> None:
        self._write(f"put {key}", lambda: self.inner.put(key, data))

    def create(self, key: str, data: bytes) -> bool:
        return self._write(f"create {key}", lambda: self.inner.create(key, data))

    def delete(self, key: str) -> None:
        self._write(f"delete {key}", lambda: self.inner.delete(key))

    def delete_all(self, prefix: str) -> None:
        for key in self.inner.list(prefix):
            self.delete(key)
        self.inner.delete_all(prefix)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def _write(self, what: str, work: Callable[[], Any]) -> Any:
        self._count += 1
        with self._journal.open("a") as journal:
            journal.write(what + "\n")
        if self._count == self._at and not self._is_after:
            os.kill(os.getpid(), signal.SIGKILL)
        result = work()
        if self._count == self._at:
            os.kill(os.getpid(), signal.SIGKILL)
        return result


def context_of(task: dict[str, Any], journal: Path) -> Context:
    """The newsroom of `task`, with a frozen clock."""
    settings = Settings(
        lake_url=task["lake"],
        catalog_dir=Path(task["catalogue"]),
        shards=task["shards"],
        checkpoint_pages=8,
        elasticsearch_url=task["elasticsearch"],
        index_prefix=task["index_prefix"],
    )
    moment = datetime.fromisoformat(task["moment"])
    opened = open_context(settings, lambda: moment)
    return replace(opened, store=MortalStore(opened.store, journal, task["at"], task["is_after"]))


def perform(context: Context, batch: BatchKey, step: str) -> None:
    """One step: `open`, `shard N`, `seal`, a stage of the build, `close` (after midnight), `forget URL`,
    `replay FOLDER` (two days later; published, the work in that folder), or `backup FOLDER`, whose writes are counted
    there.
    """
    name, _, number = step.partition(" ")
    if name == "open":
        open_batch(context, day=batch.day, run_key=batch.batch)
    elif name == "shard":
        if int(number) in shards_of(context, batch):
            harvest_shard(context, batch, int(number))
    elif name == "seal":
        seal_batch(context, batch)
    elif name == "forget":
        forget(context, number, why="asked for")
    elif name == "replay":
        later = context.clock() + timedelta(days=2)
        replay(replace(context, clock=lambda: later), batch.day, batch.day, keep=True, place=Path(number))
    elif name == "backup":
        assert isinstance(context.store, MortalStore)
        back_up(context.store.inner, context.store.another(open_store(number)), context.clock)
    elif name == "close":
        tomorrow = context.clock().replace(hour=1) + (datetime.resolution * 86_400_000_000)
        close_day(replace(context, clock=lambda: tomorrow), batch.day)
    else:
        run_stage(context, name, batch.day)


def child(task: dict[str, Any], journal: Path, complaints: Path) -> int:
    """All steps of `task`; the exit code."""
    try:
        context = context_of(task, journal)
        batch = BatchKey(day=context.today, batch=task["batch"])
        for step in task["steps"]:
            perform(context, batch, step)
    except BaseException:  # noqa: BLE001 - the parent shows it
        complaints.write_text(traceback.format_exc())
        return 1
    return 0


def run(task: dict[str, Any]) -> dict[str, Any]:
    """`task` in a fork of this process."""
    with TemporaryDirectory(prefix="mediawatch-kill-") as folder:
        journal, complaints = Path(folder, "journal"), Path(folder, "complaints")
        pid = os.fork()
        if pid == 0:
            os._exit(child(task, journal, complaints))
        _, status = os.waitpid(pid, 0)
        writes, error = "", ""
        with suppress(FileNotFoundError):
            writes = journal.read_text()
        with suppress(FileNotFoundError):
            error = complaints.read_text()
    return {"returncode": os.waitstatus_to_exitcode(status), "writes": writes.splitlines(), "error": error}


def main() -> None:
    """Answer tasks until stdin ends."""
    language_of("先把语言模型读进来")
    shared_sandbox().prepare(extraction(Publishers()))  # the forks share the process that has it loaded
    for line in sys.stdin:
        print(json.dumps(run(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
