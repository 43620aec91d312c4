"""Account: the day's ledger, from the outcome rows of every stage."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from mediawatch.lake.batches import BatchManifest, sealed_batches
from mediawatch.lake.partitions import PartitionKey, PartitionWriter, read_rows
from mediawatch.lake.store import Store
from mediawatch.ledger import STAGES, LedgerRow, Outcome, best_by_link, check_seams, ledger_rows, tallies
from mediawatch.records import Reason
from mediawatch.stages.audit import Verdict, extracted
from mediawatch.stages.memory import read_table
from mediawatch.stages.newsroom import Newsroom, Report
from mediawatch.stages.rows import Candidate
from mediawatch.stages.unit import Stage, Unit, published


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """Where one link of the day ended: the furthest stage it reached, and why it went no further."""

    day: date
    link_id: str
    source: str
    url: str
    title: str
    stage: str
    reason: Reason | None
    detail: str


def units(newsroom: Newsroom, day: date) -> list[Unit]:
    """The day, from its batches and everything built from them."""
    store = newsroom.store
    inputs = {f"batch {m.batch}": m.digest for m in sealed_batches(store, day)}
    inputs |= {f"extract {batch}": receipt.digest for batch, receipt in extracted(store, day).items()}
    inputs |= {stage: published(store, PartitionKey(stage=stage, day=day)).digest for stage in ("audit", "index")}
    return [Unit(key=PartitionKey(stage="ledger", day=day), inputs=inputs, settings={})]


def work(newsroom: Newsroom, unit: Unit, writer: PartitionWriter, report: Report) -> None:
    """Fill the tables `rows` (as charted) and `fates` (one a link).  Raises Corrupt when a seam does not close."""
    store, day = newsroom.store, unit.key.day
    best = {stage: best_by_link(rows) for stage, rows in _outcomes(store, day).items()}
    check_seams(best)
    found = tallies(best)
    writer.append("rows", ledger_rows(day, found), LedgerRow, sort_by=("stage", "source", "kind", "reason"))
    writer.append("fates", list(_fates(store, day, best)), Fate, sort_by=("link_id",))
    report(f"{len(best['discover'])} links accounted for")


def _outcomes(store: Store, day: date) -> dict[str, list[Outcome]]:
    rows: dict[str, list[Outcome]] = {stage: [] for stage in STAGES}
    for manifest in sealed_batches(store, day):
        rows["discover"] += _discovered(store, manifest)
        rows["fetch"] += read_table(store, manifest, "fetch", Outcome)
    for receipt in extracted(store, day).values():
        rows["extract"] += read_rows(store, receipt, "outcomes", Outcome)
    verdicts = published(store, PartitionKey(stage="audit", day=day))
    rows["audit"] += [_audited(day, verdict) for verdict in read_rows(store, verdicts, "verdicts", Verdict)]
    indexed = published(store, PartitionKey(stage="index", day=day))
    rows["index"] += read_rows(store, indexed, "outcomes", Outcome)
    return rows


def _discovered(store: Store, manifest: BatchManifest) -> Iterator[Outcome]:
    for row in read_table(store, manifest, "candidates", Candidate):
        yield Outcome(
            day=manifest.day,
            batch=manifest.batch,
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


def _fates(store: Store, day: date, best: dict[str, dict[str, Outcome]]) -> Iterator[Fate]:
    named = {
        row.link_id: row
        for manifest in reversed(sealed_batches(store, day))
        for row in read_table(store, manifest, "candidates", Candidate)
    }
    for link_id in best["discover"]:
        last = next(best[stage][link_id] for stage in reversed(STAGES) if link_id in best[stage])
        row = named[link_id]
        yield Fate(
            day=day,
            link_id=link_id,
            source=last.source,
            url=row.url,
            title=row.title,
            stage=last.stage,
            reason=last.reason,
            detail=last.detail,
        )


STAGE = Stage(name="ledger", version="1", units=units, work=work)
