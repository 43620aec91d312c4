"""The stage table: every command and every task runs a day's stages by name, through this one runner."""

from __future__ import annotations

from datetime import date

from mediawatch.errors import BadRequest
from mediawatch.lake.leases import lease
from mediawatch.lake.partitions import PartitionWriter, Receipt, is_fresh, sweep
from mediawatch.stages import account, analyse, audit, cluster, extract, index, publish
from mediawatch.stages.newsroom import Newsroom, Report, silent
from mediawatch.stages.unit import NotReady, Stage, Unit

STAGES: dict[str, Stage] = {
    stage.name: stage
    for stage in (
        extract.STAGE,
        analyse.STAGE,
        audit.STAGE,
        cluster.STAGE,
        index.STAGE,
        account.STAGE,
        publish.STAGE,
    )
}
"""In the order in which they build a day."""


def run_stage(newsroom: Newsroom, name: str, day: date, report: Report = silent) -> list[Receipt]:
    """Make what the stage makes of `day`, unless it is fresh already; the receipts of its partitions.

    Raises BadRequest when the stage before has not run, Contended while another worker holds the partition, and what
    the stage itself raises once its result is published (GateClosed, Unavailable).
    """
    stage = STAGES[name]
    try:
        receipts = [_make(newsroom, stage, unit, report) for unit in stage.units(newsroom, day)]
    except NotReady as error:
        raise BadRequest(f"{name} of {day} has to wait: {error}") from error
    if stage.conclude is not None and receipts:
        stage.conclude(newsroom, day)
    return receipts


def build_day(newsroom: Newsroom, day: date, report: Report = silent) -> None:
    """Run every stage of `day`; what is fresh is skipped.  Raises as `run_stage` does."""
    for name in STAGES:
        run_stage(newsroom, name, day, lambda line, name=name: report(f"{name}: {line}"))  # type: ignore[misc]


def is_built(newsroom: Newsroom, day: date) -> bool:
    """Whether every stage of `day` is fresh."""
    try:
        return all(
            _fresh(newsroom, stage, unit) is not None
            for stage in STAGES.values()
            for unit in stage.units(newsroom, day)
        )
    except NotReady:
        return False


def _fresh(newsroom: Newsroom, stage: Stage, unit: Unit) -> Receipt | None:
    return is_fresh(newsroom.store, unit.key, inputs=unit.inputs, version=stage.version, settings=unit.settings)


def _make(newsroom: Newsroom, stage: Stage, unit: Unit, report: Report) -> Receipt:
    fresh = _fresh(newsroom, stage, unit)
    if fresh is not None:
        return fresh
    settings = newsroom.settings
    with lease(
        newsroom.store,
        unit.key.path,
        holder=f"{stage.name} of {unit.key.day}",
        seconds=settings.lease_seconds,
        clock=newsroom.clock,
    ) as held:
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
