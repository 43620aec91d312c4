"""The stage table: every command and every task runs a day's stages by name, through this one runner."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from mediawatch.errors import BadRequest, Corrupt
from mediawatch.lake.leases import lease
from mediawatch.lake.partitions import PartitionWriter, Receipt, is_fresh, sweep
from mediawatch.lake.soundness import fault_in
from mediawatch.stages import account, analyse, announce, audit, cluster, detect, extract, index, publish, terms
from mediawatch.stages.healing import clear_damage, with_healing
from mediawatch.stages.newsroom import Newsroom, Report, silent
from mediawatch.stages.unit import NotReady, Stage, Unit

_BUILDING = (
    extract.STAGE,
    analyse.STAGE,
    audit.STAGE,
    cluster.STAGE,
    index.STAGE,
    account.STAGE,
    publish.STAGE,
)
_WATCHING = (terms.STAGE, detect.STAGE, announce.STAGE)

STAGES: dict[str, Stage] = {stage.name: stage for stage in (*_BUILDING, *_WATCHING)}
BUILDING: tuple[str, ...] = tuple(stage.name for stage in _BUILDING)
"""The stages that build a day, in their order."""
WATCHING: tuple[str, ...] = tuple(stage.name for stage in _WATCHING)
"""Those that look for news in a built day."""


def run_stage(newsroom: Newsroom, name: str, day: date, report: Report = silent) -> list[Receipt]:
    """Make what the stage makes of `day`, unless it is fresh already; the receipts of its partitions.

    Derived data that it meets damaged is made again.  Raises BadRequest when the stage before has not run, Contended
    while another worker holds the partition, Corrupt for a damaged fact, and what the stage itself raises once its
    result is published (GateClosed, Unavailable).
    """
    stage = STAGES[name]

    def make_all() -> list[Receipt]:
        return [_make(newsroom, stage, unit, report) for unit in stage.units(newsroom, day)]

    try:
        receipts = with_healing(
            newsroom.store, make_all, lambda name, on: run_stage(newsroom, name, on, report), report
        )
    except NotReady as error:
        raise BadRequest(f"{name} of {day} has to wait: {error}") from error
    if stage.conclude is not None and receipts:
        stage.conclude(newsroom, day)
    return receipts


def build_day(newsroom: Newsroom, day: date, report: Report = silent) -> None:
    """Run every stage that builds `day`; what is fresh is skipped.  Raises as `run_stage` does."""
    for name in BUILDING:
        run_stage(newsroom, name, day, lambda line, name=name: report(f"{name}: {line}"))  # type: ignore[misc]


def is_built(newsroom: Newsroom, day: date) -> bool:
    """Whether every stage that builds `day` is fresh."""
    return is_fresh_by(newsroom, BUILDING, day)


def is_fresh_by(newsroom: Newsroom, names: Sequence[str], day: date) -> bool:
    """Whether the stages `names` of `day` are fresh."""
    try:
        return all(
            _fresh(newsroom, STAGES[name], unit) is not None
            for name in names
            for unit in STAGES[name].units(newsroom, day)
        )
    except (NotReady, Corrupt):  # the stage itself says what is damaged, and heals what it can
        return False


def _fresh(newsroom: Newsroom, stage: Stage, unit: Unit) -> Receipt | None:
    return is_fresh(newsroom.store, unit.key, inputs=unit.inputs, version=stage.version, settings=unit.settings)


def _make(newsroom: Newsroom, stage: Stage, unit: Unit, report: Report) -> Receipt:
    fresh = _fresh(newsroom, stage, unit)
    if fresh is not None and not fault_in(newsroom.store, unit.key):
        return fresh
    settings = newsroom.settings
    with lease(
        newsroom.store,
        unit.key.path,
        holder=f"{stage.name} of {unit.key.day}",
        seconds=settings.lease_seconds,
        clock=newsroom.clock,
    ) as held:
        clear_damage(newsroom.store, unit.key, report)
        writer = PartitionWriter(
            newsroom.store, unit.key, inputs=unit.inputs, version=stage.version, settings=unit.settings, lease=held
        )

        def beat(line: str) -> None:
            held.renew()
            report(line)

        stage.work(newsroom, unit, writer, beat)
        receipt = writer.publish()
        sweep(newsroom.store, unit.key)
        return receipt
