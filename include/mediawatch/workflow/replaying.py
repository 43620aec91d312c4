"""Replaying: days built again from their facts alone, beside the lake, and compared with what stands there.

A replay runs on an overlay over the lake: it reads the facts below and writes above, in a folder for temporary files.
So nothing of the lake moves, and no index and no recipient is reached.  One that was killed goes on where it ended,
since what is fresh in that folder is skipped.  `keep` then publishes what was made, a day at a time.
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from mediawatch.context import Context, Report, prefixed, silent
from mediawatch.errors import BadConfiguration, BadRequest, Corrupt
from mediawatch.extraction.template_memory import write_sketch
from mediawatch.keywords.evaluations import evaluations_of
from mediawatch.lake.batches import sealed_days
from mediawatch.lake.disk import DiskStore
from mediawatch.lake.documents import digest_of
from mediawatch.lake.leases import Lease, lease
from mediawatch.lake.overlay import OverlayStore
from mediawatch.lake.partitions import Receipt, current
from mediawatch.lake.store import Store
from mediawatch.pipeline.closed import is_closed
from mediawatch.tables.order import BUILDING, PREPARING, WATCHING
from mediawatch.workflow.replaying_comparison import Comparison, compare
from mediawatch.workflow.replaying_publication import ANEW, LINES, partitions_of, publish_days
from mediawatch.workflow.runner import advance, run_stage

_SERVING: Final = ("index", "publish", "announce")
"""Stages whose work is in Elasticsearch, which a replay has none of."""
STARTS: Final = tuple(name for name in (*BUILDING, *WATCHING) if name not in _SERVING)
"""The stages that a replay may begin with."""


@dataclass(slots=True, kw_only=True)
class Replay:
    """What came of a replay: the `days` that were built anew, what they have otherwise, whether that was published."""

    days: list[date]
    comparison: Comparison = field(default_factory=Comparison)
    is_kept: bool = False
    damaged: list[str] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """For people."""
        first, last = self.days[0], self.days[-1]
        span = f"{first}" if first == last else f"{first} to {last}, {len(self.days)} days"
        summary, *rest = self.comparison.lines()
        yield f"{span}: {summary}"
        yield from rest
        yield from (f"could not be compared: {line}" for line in self.damaged)
        if not self.comparison.is_identical:
            yield "published" if self.is_kept else "nothing was changed; --keep publishes what was built anew"

    def document(self) -> dict[str, Any]:
        """For programs."""
        return {
            "days": self.days,
            "tables": self.comparison.tables,
            "rows": self.comparison.rows,
            "is_identical": self.comparison.is_identical,
            "is_kept": self.is_kept,
            "changes": [
                {
                    "table": each.table,
                    "gained": each.gained,
                    "lost": each.lost,
                    "changed": each.changed,
                    "fields": dict(each.fields.most_common()),
                    "examples": each.examples,
                }
                for each in self.comparison.changes.values()
            ],
            "causes": dict(sorted(self.comparison.causes.items())),
            "damaged": self.damaged,
        }


def replay(
    context: Context,
    first: date,
    last: date,
    *,
    start: str = STARTS[0],
    keep: bool = False,
    place: Path | None = None,
    report: Report = silent,
) -> Replay:
    """Build the harvested days from `first` to `last` anew, from the stage `start` on, and compare them.

    `keep` publishes what came of it once all of it is there.  `place` is where the folder for it is made (default: that
    of temporary files).  Raises BadRequest for days that are not over, that nothing was harvested on, and for a stage
    that is none; else as the stages do.  Nothing is ever sent.
    """
    days = _days(context, first, last)
    stages = _stages_from(start)
    with _beside(context, days, stages, place) as (store, held):

        def beat(line: str) -> None:
            held.renew()
            report(line)

        settings = context.settings.model_copy(update={"elasticsearch_url": ""})
        beside = replace(context, store=store, settings=settings)
        for day in days:
            _build(beside, day, stages, prefixed(beat, day))
        done = Replay(days=days)
        for day in days:
            _compare_day(done, context.store, store, day, stages)
        if keep and not done.comparison.is_identical:
            publish_days(context, store, days, stages, beat)
            done.is_kept = True
    return done


def _days(context: Context, first: date, last: date) -> list[date]:
    if last >= context.today:
        raise BadRequest(f"{last} is not over: replay days before {context.today}.")
    days = [day for day in sealed_days(context.store, since=first) if day <= last]
    if not days:
        raise BadRequest(f"Nothing was harvested from {first} to {last}.")
    return days


def _stages_from(start: str) -> tuple[str, ...]:
    if start not in STARTS:
        raise BadRequest(f"{start!r} is no stage to begin with: {', '.join(STARTS)}.")
    return STARTS[STARTS.index(start) :]


@contextmanager
def _beside(
    context: Context, days: Sequence[date], stages: Sequence[str], place: Path | None
) -> Iterator[tuple[OverlayStore, Lease]]:
    """An overlay of the lake in which the days are not made yet, and the lease on it; its folder goes when all went
    well.
    """
    hidden = [*stages, *_SERVING, *((*PREPARING, LINES) if stages[0] == ANEW else ())]
    folder = _folder(context, days, stages, place)
    above, gone = DiskStore(folder / "above"), DiskStore(folder / "gone")
    store = OverlayStore(context.store, above, gone, [f"{name}/day={day}" for name in hidden for day in days])
    seconds = context.settings.lease_seconds
    with lease(DiskStore(folder / "lease"), "replay", holder="a replay", seconds=seconds, clock=context.clock) as held:
        yield store, held
    shutil.rmtree(folder)


def _folder(context: Context, days: Sequence[date], stages: Sequence[str], place: Path | None) -> Path:
    """Where a replay of this lake, these days and stages is made: the same for who goes on with it."""
    what = [context.settings.lake_url, *map(str, days), *stages]
    folder = (place or Path(tempfile.gettempdir())) / f"mediawatch-replay-{os.getuid()}-{digest_of(what)[:16]}"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise BadConfiguration(f"{folder} belongs to somebody else; let TMPDIR name another folder")
    return folder


def _build(beside: Context, day: date, stages: Sequence[str], report: Report) -> None:
    """Every stage of the day that is to be made, the days before taken as they are."""
    for name in BUILDING:
        if name in stages or (name == "index" and "ledger" in stages):
            advance(beside, name, day, report, alone=True)
    if stages[0] == ANEW and is_closed(beside.store, day):
        write_sketch(beside.store, day)
    if _is_watched(beside.store, day):
        for name in (name for name in WATCHING if name in stages):
            run_stage(beside, name, day, prefixed(report, name))


def _is_watched(store: Store, day: date) -> bool:
    """Whether somebody looked at the day's words: a replay records no look of its own."""
    return bool(evaluations_of(store, day))


def _compare_day(done: Replay, before: Store, after: Store, day: date, stages: Sequence[str]) -> None:
    for key in partitions_of(after, day, stages):
        try:
            old: Receipt | None = current(before, key)
            compare(done.comparison, (before, old), (after, current(after, key)), day, key.stage)
        except Corrupt as error:
            done.damaged.append(str(error))
