"""Account: the day's ledger, from the outcome rows of every stage.

ledger/day=D     rows            received, passed, lost and pending at each stage boundary, by source and by reason
                 final_outcomes  where each link of the day ended
                 visits          each visit of a harvest to a seed
                 seeds           the same counts of these visits, by source and by reason
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from mediawatch.context import Context, Report
from mediawatch.errors import NotReady
from mediawatch.harvest.visits import damaged_records, visits_of
from mediawatch.lake.batches import sealed_batches
from mediawatch.lake.partitions import PartitionKey, PartitionWriter, current, read_rows
from mediawatch.lake.store import Store
from mediawatch.pipeline.stage import Given, Input, Scope, Stage, extracted_batches, published
from mediawatch.records.ledger import (
    STAGES,
    LedgerRow,
    Outcome,
    best_by_link,
    check_boundaries,
    ledger_rows,
    tallies,
    visit_tallies,
)
from mediawatch.tables import Per
from mediawatch.tables.extraction import DAMAGED, EXTRACTED
from mediawatch.tables.harvest import ANNOUNCED, CANDIDATES, FETCHED, DiscoveredLink
from mediawatch.tables.ledger import BOUNDARIES, FINAL_OUTCOMES, VISIT_BOUNDARIES, VISITS, FinalOutcome, Visit
from mediawatch.tables.quality import VERDICTS, Verdict
from mediawatch.tables.search import INDEX_OUTCOMES


def _require_whole(context: Context, day: date) -> None:
    """Raises NotReady when audit or index were made before the last batch came: their stage boundaries would not
    close.
    """
    found = {batch: receipt.digest for batch, receipt in extracted_batches(context.store, day).items()}
    audited, indexed = (published(context.store, PartitionKey(stage=stage, day=day)) for stage in ("audit", "index"))
    if not found.items() <= audited.inputs.items() or indexed.inputs.get("audit") != audited.digest:
        raise NotReady(f"audit or index of {day} were made before its last batch came")


def _settings(context: Context, key: PartitionKey) -> dict[str, str]:
    """Which records of visits are damaged: what is not known today may be restored tomorrow."""
    store = context.store
    faults = [fault for m in sealed_batches(store, key.day) for fault in damaged_records(store, m).values()]
    return {DAMAGED.name: " ".join(fault.partition(": ")[0] for fault in faults)} if faults else {}


def work(given: Given, writer: PartitionWriter, report: Report) -> None:
    """Fill the tables.  Raises Corrupt when a stage boundary does not close."""
    day = given.day
    best = {stage: best_by_link(rows) for stage, rows in _outcomes(given).items()}
    check_boundaries(best)
    found = tallies(best)
    writer.append(BOUNDARIES, ledger_rows(day, found))
    writer.append(FINAL_OUTCOMES, list(_final_outcomes(given, best)))
    visits = [visit for manifest in given.manifests(ANNOUNCED) for visit in visits_of(given.store, manifest)]
    boundary = visit_tallies((visit.source, visit.reason) for visit in visits)
    writer.append(VISITS, visits)
    writer.append(VISIT_BOUNDARIES, ledger_rows(day, boundary))
    if DAMAGED.name in given.settings:
        report(f"visits to seeds are not known: {given.settings[DAMAGED.name]}")
    report(f"{len(best['discover'])} links and {len(visits)} visits to seeds accounted for")


def batches_on(store: Store, day: date) -> set[str]:
    """The batches that the day's ledger was made with; none where there is no ledger."""
    receipt = current(store, PartitionKey(stage="ledger", day=day))
    return {name.removeprefix("batch ") for name in receipt.inputs} if receipt else set()


def boundaries_on(store: Store, day: date) -> list[LedgerRow] | None:
    """The day's ledger: a row a stage and source, and one more for each reason; None before there is one."""
    receipt = current(store, PartitionKey(stage="ledger", day=day))
    return None if receipt is None else list(read_rows(store, receipt, BOUNDARIES))


def visits_on(store: Store, day: date) -> list[Visit] | None:
    """The visits that the day's ledger accounts for; None where there is no ledger, or one made by an older version."""
    receipt = current(store, PartitionKey(stage="ledger", day=day))
    if receipt is None or "visits" not in receipt.tables:
        return None
    return list(read_rows(store, receipt, VISITS))


def _outcomes(given: Given) -> dict[str, list[Outcome]]:
    rows: dict[str, list[Outcome]] = {stage: [] for stage in STAGES}
    for batch, found in given.by_batch(CANDIDATES):
        rows["discover"] += [_discovered(given.day, batch, row) for row in found]
    rows["fetch"] += given.rows(FETCHED)
    rows["extract"] += given.rows(EXTRACTED)
    rows["audit"] += [_audited(given.day, verdict) for verdict in given.rows(VERDICTS)]
    rows["index"] += given.rows(INDEX_OUTCOMES)
    return rows


def _discovered(day: date, batch: str, row: DiscoveredLink) -> Outcome:
    return Outcome(
        day=day,
        batch=batch,
        stage="discover",
        link_id=row.link_id,
        source=row.source,
        reason=row.reason,
        detail=row.detail,
    )


def _audited(day: date, verdict: Verdict) -> Outcome:
    return Outcome(
        day=day,
        batch=verdict.batch,
        stage="audit",
        link_id=verdict.link_id,
        source=verdict.source,
        reason=verdict.reason,
        detail=verdict.detail,
    )


def _final_outcomes(given: Given, best: dict[str, dict[str, Outcome]]) -> Iterator[FinalOutcome]:
    batches = [list(rows) for _, rows in given.by_batch(CANDIDATES)]
    named = {row.link_id: row for rows in reversed(batches) for row in rows}
    for link_id in best["discover"]:
        last = next(best[stage][link_id] for stage in reversed(STAGES) if link_id in best[stage])
        row = named[link_id]
        yield FinalOutcome(
            day=given.day,
            link_id=link_id,
            source=last.source,
            url=row.url,
            title=row.title,
            stage=last.stage,
            reason=last.reason,
            detail=last.detail,
        )


STAGE = Stage(
    name="ledger",
    version="2",
    per=Per.DAY,
    reads=(
        Input(tables=(CANDIDATES, FETCHED, ANNOUNCED), label="batch {batch}", of=Scope.BATCHES),
        Input(tables=(EXTRACTED,), label="extract {batch}", of=Scope.BATCHES),
        Input(tables=(VERDICTS,), label="audit"),
        Input(tables=(INDEX_OUTCOMES,), label="index"),
    ),
    writes=(BOUNDARIES, FINAL_OUTCOMES, VISITS, VISIT_BOUNDARIES),
    require=_require_whole,
    settings=_settings,
    work=work,
)
