"""The stage table: every command and every task runs a day's stages by name, through this one runner.

Batches are sealed while a day is being built.  `advance` makes what such a batch lacks and goes on; and it clusters no
day on an earlier one that is still to be built.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final, TypeVar

from mediawatch import logs, telemetry
from mediawatch.context import Context, Report, prefixed, silent
from mediawatch.errors import Corrupt, MediawatchError, NotReady
from mediawatch.extraction import extract_stage
from mediawatch.extraction.template_memory import write_sketch
from mediawatch.keywords import detect_stage, terms_stage
from mediawatch.lake.batches import sealed_batches
from mediawatch.lake.folders import FACTS, PARTITIONED, WATCHED
from mediawatch.lake.leases import lease
from mediawatch.lake.names import batch_in, day_in, segment_in
from mediawatch.lake.partitions import PartitionKey, PartitionWriter, Receipt, discard, fault_in, is_fresh, sweep
from mediawatch.lake.store import Store
from mediawatch.pipeline.closed import is_closed
from mediawatch.pipeline.lineage_events import lineage_of
from mediawatch.pipeline.stage import Given, Stage
from mediawatch.quality import audit_stage
from mediawatch.stories import WINDOW_DAYS, analyse_stage, cluster_stage
from mediawatch.tables.order import BUILDING, WATCHING
from mediawatch.workflow import announce, index, ledger, publish
from mediawatch.workflow.source_health import judge_sources

Made = TypeVar("Made")
Remake = Callable[[str, date], object]
"""Runs a stage of a day, or judges its sources."""

_PLACE: Final = re.compile(
    r"([^/]+)/(day=[^/]+)/(?:(batch=[^/]+)/(?:(segment=[^/]+)/)?)?(?:current|generation=[^/]+)/[^/]+"
)
_INDEXED: Final = frozenset({"index", "publish", "announce"})


def with_healing(store: Store, work: Callable[[], Made], remake: Remake, report: Report) -> Made:
    """What `work` gives; where it meets damage in derived data, once that was made again, each partition once.

    Raises Corrupt for a fact, and for what cannot be made again.
    """
    healed: set[PartitionKey] = set()
    while True:
        try:
            return work()
        except Corrupt as error:
            key = derived_partition(error.key)
            if key is None or key in healed:
                raise
            healed.add(key)
            report(f"made again, for it was damaged: {error}")
            _heal(store, key, remake)


def clear_damage(store: Store, key: PartitionKey, report: Report) -> None:
    """Throw away what is there of a derived partition when it is damaged.  Only for who holds its lease."""
    fault = fault_in(store, key)
    if fault:
        report(f"thrown away, for it was damaged: {fault}")
        discard(store, key)
        if key.stage in _INDEXED:
            report("what it had put into the index is not known any more: `mediawatch reindex` makes sure of that")


def derived_partition(key: str) -> PartitionKey | None:
    """The derived partition that the object `key` is part of; None for facts and all else."""
    found = _PLACE.fullmatch(key)
    day = day_in(found[2]) if found else None
    if found is None or day is None or found[1] in FACTS or found[1] not in PARTITIONED:
        return None
    batch, segment = batch_in(found[3] or "") or "", segment_in(found[4] or "") or ""
    return PartitionKey(stage=found[1], day=day, batch=batch, segment=segment)


def _heal(store: Store, key: PartitionKey, remake: Remake) -> None:
    if key.stage == "lines":
        write_sketch(store, key.day)
    elif key.stage in {*BUILDING, *WATCHED} - {"past"}:
        remake(key.stage, key.day)
    elif key.stage == "health":
        discard(store, key)
        remake(key.stage, key.day)
    else:
        discard(store, key)


_LOG = logs.logger(__name__)

_MODULES = (
    extract_stage,
    analyse_stage,
    audit_stage,
    cluster_stage,
    index,
    ledger,
    publish,
    terms_stage,
    detect_stage,
    announce,
)
_BY_NAME: dict[str, Stage] = {module.STAGE.name: module.STAGE for module in _MODULES}

STAGES: dict[str, Stage] = {name: _BY_NAME[name] for name in (*BUILDING, *WATCHING)}
"""All that a day goes through, in their order."""

_CLUSTERED = BUILDING[: BUILDING.index("cluster") + 1]
_ROUNDS = 3
"""So often a day is begun anew because a further batch was sealed; then it is left to the next run."""


def run_stage(context: Context, name: str, day: date, report: Report = silent) -> list[Receipt]:
    """Make what the stage makes of `day`, unless it is fresh already; the receipts of its partitions.

    Derived data that it meets damaged is made again.  Raises NotReady when the stage before has not run, Contended
    while another worker holds the partition, Corrupt for a damaged fact, and what the stage itself raises once its
    result is published (GateClosed, Unavailable).
    """
    stage = STAGES[name]

    def make_all() -> list[Receipt]:
        return [make(stage, given, report) for given in stage.partitions(context, day)]

    try:
        receipts = with_healing(context.store, make_all, remaking(context, report), report)
    except NotReady as error:
        hint = f"`mediawatch build --day {day}` makes it"
        raise NotReady(f"{name} of {day} has to wait: {error}; {hint}") from error
    if stage.conclude is not None and receipts:
        stage.conclude(context, day)
    return receipts


def remaking(context: Context, report: Report) -> Remake:
    """What makes a stage of a day again, or the judgement of its sources."""

    def remake(name: str, day: date) -> None:
        if name == "health":
            judge_sources(context, day, report)
        else:
            run_stage(context, name, day, report)

    return remake


def judge_day(context: Context, day: date, report: Report = silent) -> None:
    """Judge the sources of a built `day`, and bring what came of it into the index.  Raises as `run_stage` does."""
    judge_sources(context, day, report)
    bring_to_index(context, day, report)


def bring_to_index(context: Context, day: date, report: Report = silent) -> None:
    """Bring the articles of a built `day` into the live index, then its ledger and its stories.

    Once more where the articles had to wait and the stories had not, as Elasticsearch came back in between.  Raises as
    `run_stage` does.
    """
    names = ("index", "ledger", "publish")
    try:
        for name in names:
            run_stage(context, name, day, prefixed(report, name))
    except NotReady as error:
        report(f"{error}: once more")
        for name in names:
            run_stage(context, name, day, prefixed(report, name))


def build_day(context: Context, day: date, report: Report = silent, *, alone: bool = False) -> None:
    """Run every stage that builds `day`; what is fresh is skipped.  Raises as `advance` does.

    `alone`: the days before are taken as they are.
    """
    for name in BUILDING:
        advance(context, name, day, report, alone=alone)


def advance(context: Context, name: str, day: date, report: Report = silent, *, alone: bool = False) -> None:
    """Run the building stage `name` of `day`, and before it what it waits for.

    That is what a batch lacks that was sealed since the stages before ran; and for `cluster`, unless `alone`, the days
    before whose stories it joins, where these are open and not up to date.  Raises as `run_stage` does, and what stops
    one of the days before.
    """
    if name == "cluster" and not alone:
        _bring_up_the_days_before(context, day, report)
    _run(context, (name,), day, report)


def _run(context: Context, names: Sequence[str], day: date, report: Report) -> None:
    """Run `names`; from the first stage on when something before them is missing."""
    upto = BUILDING[: BUILDING.index(names[-1]) + 1]
    for rounds_left in reversed(range(_ROUNDS)):
        try:
            for name in names:
                run_stage(context, name, day, prefixed(report, name))
            return
        except NotReady as error:
            if not rounds_left:
                raise
            report(f"{error}: this comes first")
            names = upto


def _bring_up_the_days_before(context: Context, day: date, report: Report) -> None:
    for before in _open_days_to_cluster(context, day):
        try:
            _run(context, _CLUSTERED, before, prefixed(report, before))
        except MediawatchError as error:
            waiting = type(error)(f"cluster of {day} waits for {before}: {error}")
            if isinstance(error, Corrupt) and isinstance(waiting, Corrupt):
                waiting.key = error.key  # what is to be made again or restored
            raise waiting from error


def _open_days_to_cluster(context: Context, day: date) -> list[date]:
    """The open days from the oldest one on that is not clustered as it should be and whose stories reach `day`.

    A closed day is as it is: what was built on it was built on that.
    """
    found: list[date] = []
    reached = at = day
    while (reached - at).days < WINDOW_DAYS:
        at -= timedelta(days=1)
        if sealed_batches(context.store, at) and not is_closed(context.store, at):
            found.append(at)
            if not is_fresh_by(context, _CLUSTERED, at):
                reached = at
    return sorted(each for each in found if reached < day and each >= reached)


def is_built(context: Context, day: date) -> bool:
    """Whether every stage that builds `day` is fresh."""
    return is_fresh_by(context, BUILDING, day)


def is_fresh_by(context: Context, names: Sequence[str], day: date) -> bool:
    """Whether the stages `names` of `day` are fresh."""
    try:
        return all(
            fresh(STAGES[name], given) is not None for name in names for given in STAGES[name].partitions(context, day)
        )
    except (NotReady, Corrupt):  # the stage itself says what is damaged, and heals what it can
        return False


def fresh(stage: Stage, given: Given) -> Receipt | None:
    """The partition's receipt, where it is made of what it is made of now."""
    return is_fresh(given.store, given.key, inputs=given.inputs, version=stage.version, settings=given.settings)


def make(stage: Stage, given: Given, report: Report) -> Receipt:
    """The receipt of one partition, which is made unless it is fresh.  Raises as `run_stage` does."""
    made = fresh(stage, given)
    if made is not None and not fault_in(given.store, given.key):
        return made
    settings = given.context.settings
    with (
        lease(
            given.store,
            given.key.path,
            holder=f"{stage.name} of {given.key.day}",
            seconds=settings.lease_seconds,
            clock=given.context.clock,
        ) as held,
        lineage_of(stage, given) as tell,
    ):
        clear_damage(given.store, given.key, report)
        writer = PartitionWriter(
            given.store, given.key, inputs=given.inputs, version=stage.version, settings=given.settings, lease=held
        )

        def beat(line: str) -> None:
            held.check()
            report(line)

        started = time.monotonic()
        try:
            given = _with_units(stage, given, beat)
            about = {"day": given.key.day, "batch": given.key.batch}
            with logs.bound(stage=stage.name, **about), telemetry.stage_work(stage.name, **about):
                stage.work(given, writer, beat)
        except Corrupt as error:
            if _has_moved(stage, given):
                raise NotReady(f"what it is made of changed meanwhile ({error})") from error
            raise
        if undeclared := writer.tables - {table.name for table in stage.writes}:
            raise ValueError(f"{stage.name} does not declare that it writes {', '.join(sorted(undeclared))}")
        receipt = writer.publish()
        tell(receipt)
        _note(receipt, time.monotonic() - started)
        sweep(given.store, given.key)
        _drop_units(stage, given)
        return receipt


def _note(receipt: Receipt, seconds: float) -> None:
    """Log and count what was made."""
    rows = {name: table.rows for name, table in receipt.tables.items()}
    generation = receipt.generation
    _LOG.info("made", partition=receipt.key.path, generation=generation, rows=rows, seconds=round(seconds, 1))
    telemetry.rows_written(receipt.stage, rows)


def _with_units(stage: Stage, given: Given, report: Report) -> Given:
    """`given`, and what the stage's units make of the segments of the batch; those that are missing are made here."""
    units = stage.units
    if units is None:
        return given
    waiting = units.segments(given.context, given.key)
    made = {}
    for number, unit in enumerate(waiting, 1):
        made[unit.key.segment] = make(units, unit, prefixed(report, f"segment {number} of {len(waiting)}"))
    return replace(given, parts={**given.parts, **{table.title: made for table in units.writes}})


def _drop_units(stage: Stage, given: Given) -> None:
    """Remove what the units of the stage made of the batch: what it was for is published."""
    if stage.units is not None:
        given.store.delete_all(replace(given.key, stage=stage.units.name).path)


def _has_moved(stage: Stage, given: Given) -> bool:
    """Whether the stage would be made of something else by now."""
    try:
        return all(
            now.key != given.key or now.inputs != given.inputs for now in stage.partitions(given.context, given.day)
        )
    except NotReady:
        return True
