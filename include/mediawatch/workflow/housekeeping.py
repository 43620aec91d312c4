"""Housekeeping: what nobody needs any more is removed, and nothing that cannot be made again.

Facts are never touched.  Of closed days that are older than the newsroom wants to keep, what is large and was derived
goes; the day's figures, words and alerts stay, as later days are judged by them.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from mediawatch.context import Context, Report, silent
from mediawatch.lake.leases import lease, sweep_leases
from mediawatch.lake.partitions import erase, partition_days
from mediawatch.lake.store import Store
from mediawatch.pipeline.closed import is_closed
from mediawatch.search import connect, drop_generations
from mediawatch.tables.order import PREPARING

ERASED: Final = (*PREPARING, "extract", "analyse", "audit", "cluster", "shelf", "bodies")
"""Stages whose partitions of old days go: texts, and what points at them."""
LEFT_FOR: Final = timedelta(days=7)
"""What a killed worker left is swept when it is older: none sleeps so long."""
_BESIDE: Final = (f"mediawatch-replay-{os.getuid()}-*", "mediawatch-drill-*")
"""Folders for temporary files of work that was killed."""


@dataclass(slots=True, kw_only=True)
class Kept:
    """What was removed: of which `days`, how many objects and bytes; claims; folders; indices."""

    days: list[date] = field(default_factory=list)
    objects: int = 0
    size_bytes: int = 0
    leases: int = 0
    folders: list[str] = field(default_factory=list)
    indices: list[str] = field(default_factory=list)
    keeps_days: int = 0

    def lines(self) -> Iterator[str]:
        """For people."""
        if not self.keeps_days:
            yield "derived data: all of it is kept (MEDIAWATCH_KEEP_DERIVED_DAYS is 0)"
        elif self.days:
            span = f"{len(self.days)} days ({self.days[0]} to {self.days[-1]})"
            yield f"derived data of {span}: {self.objects} objects, {self.size_bytes / 1e6:.1f} MB"
        else:
            yield f"derived data: none of a closed day is older than {self.keeps_days} days"
        yield f"old leases: {self.leases}"
        yield f"folders of killed replays and drills: {len(self.folders)}"
        yield f"old indices: {', '.join(self.indices) or 'none'}"


def keep_house(context: Context, *, place: Path | None = None, report: Report = silent) -> Kept:
    """Remove what is old; `place` is the folder for temporary files (default: the machine's).

    Raises Contended for a day that somebody is at, and Unavailable when Elasticsearch does not answer, after the rest.
    """
    store, settings = context.store, context.settings
    done = Kept(keeps_days=settings.keep_derived_days)
    for day in _days_over(context):
        with lease(
            store,
            f"closed/day={day}",
            holder=f"housekeeping of {day}",
            seconds=settings.lease_seconds,
            clock=context.clock,
        ):
            _erase_day(done, store, day)
        report(f"{day}: erased")
    done.leases = sweep_leases(store, context.clock() - LEFT_FOR)
    done.folders = list(_swept_folders(place or Path(tempfile.gettempdir()), context.clock().timestamp()))
    if settings.elasticsearch_url:
        done.indices = drop_generations(connect(settings), settings.index_prefix)
    return done


def _days_over(context: Context) -> list[date]:
    """Closed days that are older than is kept and have something to erase, oldest first."""
    if not context.settings.keep_derived_days:
        return []
    before = context.today - timedelta(days=context.settings.keep_derived_days)
    found = {day for stage in ERASED for day in partition_days(context.store, stage) if day < before}
    return sorted(day for day in found if is_closed(context.store, day))


def _erase_day(done: Kept, store: Store, day: date) -> None:
    # What leads to others goes first, so that a killed run leaves nothing that names what is gone.
    for stage in reversed(ERASED):
        sizes = store.sizes(f"{stage}/day={day}")
        done.objects += len(sizes)
        done.size_bytes += sum(sizes.values())
        erase(store, stage, day)
    done.days.append(day)


def _swept_folders(place: Path, now: float) -> Iterator[str]:
    for pattern in _BESIDE:
        for folder in sorted(place.glob(pattern)):
            newest = max((path.lstat().st_mtime for path in (folder, *folder.rglob("*"))), default=now)
            if folder.is_dir() and folder.stat().st_uid == os.getuid() and newest < now - LEFT_FOR.total_seconds():
                shutil.rmtree(folder)
                yield folder.name
