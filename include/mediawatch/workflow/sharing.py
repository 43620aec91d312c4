"""The part of a build that many workers share: the segments of the batches that are to be read.

`extract` reads by itself what nobody has read before it.  So that this work can be spread, a scheduler asks for the
runs of segments that wait, and hands each to a worker.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from mediawatch.context import Context, Report, prefixed, silent
from mediawatch.errors import Corrupt, NotReady
from mediawatch.pipeline.stage import Given, Stage
from mediawatch.workflow.runner import STAGES, fresh, make, remaking, with_healing


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentRun:
    """Some segments of one batch, which the units of `stage` make one after the other in one task."""

    stage: str
    day: date
    batch: str
    segments: tuple[str, ...]

    def document(self) -> dict[str, Any]:
        """As a JSON document."""
        return {**asdict(self), "day": self.day.isoformat(), "segments": list(self.segments)}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> SegmentRun:
        """Back from `document`."""
        day, segments = date.fromisoformat(document["day"]), tuple(document["segments"])
        return cls(**{**document, "day": day, "segments": segments})


def waiting_runs(context: Context, days: Sequence[date]) -> list[SegmentRun]:
    """The segments that nobody has made yet of what is to be built of `days`, in runs of `segments_per_task`.

    A day that cannot be asked, as something of it is missing or damaged, has none: its build says what it is.
    """
    found: list[SegmentRun] = []
    for day in days:
        for stage in STAGES.values():
            if stage.units is not None:
                found += _runs_of(context, stage, stage.units, day)
    return found


def make_run(context: Context, run: SegmentRun, report: Report = silent) -> None:
    """Make the segments of a run that are not fresh.  Raises as `runner.run_stage` does.

    Where the batch was built or changed meanwhile there is nothing to do.
    """
    stage = STAGES[run.stage]
    units = stage.units
    if units is None:
        raise ValueError(f"{run.stage} is not made of segments")

    def make_all() -> None:
        stale = (given for given in _stale(context, stage, run.day) if given.key.batch == run.batch)
        for unit in (unit for given in stale for unit in units.segments(context, given.key)):
            if unit.key.segment in run.segments:
                make(units, unit, prefixed(report, unit.key.segment))

    with_healing(context.store, make_all, remaking(context, report), report)


def _runs_of(context: Context, stage: Stage, units: Stage, day: date) -> Iterator[SegmentRun]:
    size = context.settings.segments_per_task
    try:
        for given in _stale(context, stage, day):
            names = [u.key.segment for u in units.segments(context, given.key) if fresh(units, u) is None]
            for first in range(0, len(names), size):
                segments = tuple(names[first : first + size])
                yield SegmentRun(stage=stage.name, day=day, batch=given.key.batch, segments=segments)
    except (NotReady, Corrupt):
        return


def _stale(context: Context, stage: Stage, day: date) -> list[Given]:
    """The batches of the day that are still to be made by `stage`."""
    return [given for given in stage.partitions(context, day) if fresh(stage, given) is None]
