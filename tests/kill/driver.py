"""Runs harvest and build on a lake whose every write is counted, and kills its own process at the one it is told.

Reads one task a line (`tests.support.kill.Task` as JSON) from stdin, forks for each, and answers with one line: how the
child ended and what it had written.  Everything heavy is imported before the first fork.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from mediawatch.context import Context, open_context
from mediawatch.harvest.harvesting import harvest_shard, open_batch, seal_batch, shards_of
from mediawatch.lake.batches import BatchKey
from mediawatch.lake.opening import open_store
from mediawatch.lake.store import Store
from mediawatch.settings import Settings
from mediawatch.workflow.backing_up import back_up
from mediawatch.workflow.closing import close_day
from mediawatch.workflow.forgetting.addresses import forget
from mediawatch.workflow.replaying import replay
from mediawatch.workflow.runner import run_stage
from tests.support.forked import answer, in_fork
from tests.support.mortal import MortalStore


class CountedStore(MortalStore):
    """Notes each write in a file; what is deleted together counts one by one."""

    def __init__(self, inner: Store, journal: Path, at: int, how: str) -> None:
        super().__init__(inner, self._note, at, how)
        self._journal = journal

    def another(self, inner: Store) -> CountedStore:
        """Another store that ends the same process, at the same write."""
        return CountedStore(inner, self._journal, self.at, self.how)

    def delete_all(self, prefix: str) -> None:
        for key in self.inner.list(prefix):
            self.delete(key)
        self.inner.delete_all(prefix)

    def _note(self, what: str) -> None:
        with self._journal.open("a") as journal:
            journal.write(what + "\n")


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
    how = "after" if task["is_after"] else "before"
    return replace(opened, store=CountedStore(opened.store, journal, task["at"], how))


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
        assert isinstance(context.store, CountedStore)
        back_up(context.store.inner, context.store.another(open_store(number)), context.clock)
    elif name == "close":
        tomorrow = context.clock().replace(hour=1) + (datetime.resolution * 86_400_000_000)
        close_day(replace(context, clock=lambda: tomorrow), batch.day)
    else:
        run_stage(context, name, batch.day)


def live(task: dict[str, Any], journal: Path) -> None:
    """All steps of `task`."""
    context = context_of(task, journal)
    batch = BatchKey(day=context.today, batch=task["batch"])
    for step in task["steps"]:
        perform(context, batch, step)


def run(task: dict[str, Any]) -> dict[str, Any]:
    """`task` in a fork of this process."""
    with TemporaryDirectory(prefix="mediawatch-kill-") as folder:
        journal = Path(folder, "journal")
        ended = in_fork(lambda: live(task, journal), Path(folder))
        writes = journal.read_text().splitlines() if journal.exists() else []
    return {"returncode": ended.returncode, "writes": writes, "error": ended.error}


if __name__ == "__main__":
    answer(run)
