"""The drill: a backup restored into an empty place, and days built there that have to be as they are in the lake."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from mediawatch.context import Context, Report, prefixed, silent
from mediawatch.errors import Corrupt
from mediawatch.extraction.template_memory import write_sketch
from mediawatch.lake.batches import sealed_days
from mediawatch.lake.disk import DiskStore
from mediawatch.lake.partitions import PartitionKey, current
from mediawatch.lake.store import Store
from mediawatch.pipeline.closed import batches_of, is_closed
from mediawatch.stories import WINDOW_DAYS
from mediawatch.workflow.backing_up import Copied, restore
from mediawatch.workflow.replaying_comparison import Comparison, compare
from mediawatch.workflow.replaying_publication import partitions_of, take_over
from mediawatch.workflow.runner import run_stage

COMPARED: Final = ("extract", "analyse", "audit", "cluster", "ledger")
"""What is built of a day in a drill.  Words and alerts stand on months of days before."""
_BUILT: Final = ("extract", "analyse", "audit", "cluster", "index", "ledger")


@dataclass(slots=True, kw_only=True)
class Drilled:
    """What a drill found: what was restored, the `days` that were built from it and what they have otherwise, why
    others are `unbuilt`, and the sealed batches of the lake that the backup does not have.
    """

    restored: Copied
    days: list[date] = field(default_factory=list)
    comparison: Comparison = field(default_factory=Comparison)
    unbuilt: list[str] = field(default_factory=list)
    lacking: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """Whether all that is in the backup could be restored, and gave what stands."""
        return not self.restored.faults and not self.unbuilt and self.comparison.is_identical

    def lines(self) -> Iterator[str]:
        """For people."""
        yield f"restored: {self.restored.line()}"
        yield from (f"damaged: {fault}" for fault in self.restored.faults)
        yield from (f"could not be built: {line}" for line in self.unbuilt)
        if not self.days and not self.unbuilt:
            yield "no closed day is in the backup as it is in the lake: none was built"
        for number, line in enumerate(self.comparison.lines() if self.days else ()):
            yield f"{', '.join(map(str, self.days))}: {line}" if not number else line
        if self.lacking:
            some = ", ".join(self.lacking[-3:])
            yield f"sealed since the backup, or not in it: {len(self.lacking)} batches, the newest {some}"


def drill(context: Context, backup: Store, *, days: int = 1, report: Report = silent) -> Drilled:
    """Restore `backup` into an empty folder that is removed again, and build the newest closed `days` there.

    They are compared with the lake of `context`, which is not written to.  The stories of the three days before are
    taken from it, as they stand on days before them.  Raises BadRequest where there is no backup, and as the stages do.
    """
    with tempfile.TemporaryDirectory(prefix="mediawatch-drill-") as folder:
        store = DiskStore(Path(folder) / "lake")
        done = Drilled(restored=restore(backup, store, prefixed(report, "restore")))
        done.lacking = list(_lacking(context.store, store))
        settings = context.settings.model_copy(update={"elasticsearch_url": ""})
        there = replace(context, store=store, settings=settings)
        for day in sorted(_newest_closed(context.store, store)[:days]):
            try:
                _build(context, there, day, prefixed(report, day))
            except Corrupt as error:
                done.unbuilt.append(f"{day}: {error}")
                continue
            done.days.append(day)
            for key in partitions_of(store, day, COMPARED):
                old, new = current(context.store, key), current(store, key)
                compare(done.comparison, (context.store, old), (store, new), day, key.stage)
    return done


def _newest_closed(lake: Store, restored: Store) -> list[date]:
    """The days that are closed in the lake over the batches that were restored, newest first."""
    found = []
    for day in reversed(sealed_days(restored)):
        with suppress(Corrupt):  # its manifest is among the faults of the restore
            if is_closed(lake, day) and batches_of(lake, day) == batches_of(restored, day):
                found.append(day)
    return found


def _build(context: Context, there: Context, day: date, report: Report) -> None:
    for back in range(WINDOW_DAYS, 0, -1):
        key = PartitionKey(stage="cluster", day=day - timedelta(days=back))
        if current(there.store, key) is None and current(context.store, key) is not None:
            take_over(there.store, context.store, key)
    for name in _BUILT:
        run_stage(there, name, day, prefixed(report, name))
    write_sketch(there.store, day)


def _lacking(lake: Store, restored: Store) -> Iterator[str]:
    for day in sealed_days(lake):
        have = batches_of(restored, day)
        yield from (f"{day} {name}" for name, digest in batches_of(lake, day).items() if have.get(name) != digest)
