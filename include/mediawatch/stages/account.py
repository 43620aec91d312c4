"""Account: the day's ledger, from the outcome rows of every stage.

ledger/day=D     rows        received, passed, lost and pending at each seam, by source and by reason
                 fates       where each link of the day ended
                 visits      each visit of a harvest to an announcer
                 announcers  the seam of these visits, by source and by reason, as `rows` has the seams of links
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from mediawatch.errors import NotReady
from mediawatch.lake.batches import BatchManifest, sealed_batches
from mediawatch.lake.partitions import PartitionKey, PartitionWriter, current, read_rows
from mediawatch.lake.store import Store
from mediawatch.ledger import (
    STAGES,
    LedgerRow,
    Outcome,
    best_by_link,
    check_seams,
    ledger_rows,
    tallies,
    visit_tallies,
)
from mediawatch.records import Reason
from mediawatch.stages.archived import DAMAGED
from mediawatch.stages.audit import Verdict, extracted
from mediawatch.stages.memory import read_table
from mediawatch.stages.newsroom import Newsroom, Report
from mediawatch.stages.rows import Candidate
from mediawatch.stages.unit import Stage, Unit, published
from mediawatch.stages.visits import Visit, damaged_records, visits_of


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
    """The day, from its batches and everything built from them.

    Raises NotReady also when audit or index were made before the last batch came: their seams would not close.
    """
    store = newsroom.store
    found = {batch: receipt.digest for batch, receipt in extracted(store, day).items()}
    audited, indexed = (published(store, PartitionKey(stage=stage, day=day)) for stage in ("audit", "index"))
    if audited.inputs != found or indexed.inputs.get("audit") != audited.digest:
        raise NotReady(f"audit or index of {day} were made before its last batch came")
    inputs = {f"batch {m.batch}": m.digest for m in sealed_batches(store, day)}
    inputs |= {f"extract {batch}": digest for batch, digest in found.items()}
    inputs |= {"audit": audited.digest, "index": indexed.digest}
    faults = [fault for m in sealed_batches(store, day) for fault in damaged_records(store, m).values()]
    settings = {DAMAGED: " ".join(fault.partition(": ")[0] for fault in faults)} if faults else {}
    return [Unit(key=PartitionKey(stage="ledger", day=day), inputs=inputs, settings=settings)]


def work(newsroom: Newsroom, unit: Unit, writer: PartitionWriter, report: Report) -> None:
    """Fill the tables.  Raises Corrupt when a seam does not close."""
    store, day = newsroom.store, unit.key.day
    best = {stage: best_by_link(rows) for stage, rows in _outcomes(store, day).items()}
    check_seams(best)
    found = tallies(best)
    writer.append("rows", ledger_rows(day, found), LedgerRow, sort_by=("stage", "source", "kind", "reason"))
    writer.append("fates", list(_fates(store, day, best)), Fate, sort_by=("link_id",))
    visits = [visit for manifest in sealed_batches(store, day) for visit in visits_of(store, manifest)]
    seam = visit_tallies((visit.source, visit.reason) for visit in visits)
    writer.append("visits", visits, Visit, sort_by=("batch", "source", "url"))
    writer.append("announcers", ledger_rows(day, seam), LedgerRow, sort_by=("source", "kind", "reason"))
    if DAMAGED in unit.settings:
        report(f"visits to announcers are not known: {unit.settings[DAMAGED]}")
    report(f"{len(best['discover'])} links and {len(visits)} visits to announcers accounted for")


def visits_on(store: Store, day: date) -> list[Visit] | None:
    """The visits that the day's ledger accounts for; None where there is no ledger, or one made by an older version."""
    receipt = current(store, PartitionKey(stage="ledger", day=day))
    if receipt is None or "visits" not in receipt.tables:
        return None
    return list(read_rows(store, receipt, "visits", Visit))


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


STAGE = Stage(name="ledger", version="2", units=units, work=work)
