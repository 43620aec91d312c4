"""Newsrooms on a lake of their own, under a clock that the test sets; and batches sealed by hand."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeVar

from devsites import Newsroom as Sites
from mediawatch.context import Context, open_context
from mediawatch.harvest.harvesting import harvest_shard, open_batch, seal_batch, shards_of
from mediawatch.lake.batches import (
    BatchKey,
    BatchManifest,
    ObjectInfo,
    ShardManifest,
    put_object,
    seal,
    shard_path,
    write_plan,
)
from mediawatch.lake.opening import open_store
from mediawatch.lake.partitions import PartitionKey, Receipt, current, read_rows
from mediawatch.lake.store import Store
from mediawatch.lake.tables import to_parquet
from mediawatch.records import Page, Reason, Source
from mediawatch.records.ledger import Outcome
from mediawatch.settings import Settings
from mediawatch.sources.catalogue import Catalogue
from mediawatch.sources.urls import link_id
from mediawatch.tables.declaration import Table
from mediawatch.tables.harvest import DiscoveredLink, SeedAnswer
from mediawatch.tables.order import BUILDING
from mediawatch.workflow.runner import run_stage

DAY = date(2026, 4, 29)
MORNING = datetime(2026, 4, 29, 9, 0, tzinfo=UTC)
EVENING = datetime(2026, 4, 29, 22, 0, tzinfo=UTC)

Row = TypeVar("Row")


@dataclass(slots=True)
class SetClock:
    """A clock that shows `at` until it is set again."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at


def a_context(folder: Path, *sources: Source, at: datetime = MORNING, **settings: object) -> Context:
    """A newsroom of `sources` with an empty lake in `folder`."""
    return Context(
        settings=Settings.model_validate({"lake_url": str(folder / "lake"), **settings}),
        store=open_store(str(folder / "lake")),
        catalogue=Catalogue(sources=sources),
        clock=SetClock(at),
    )


def context_of(sites: Sites, folder: Path, *, lake: str = "lake", **settings: object) -> Context:
    """A newsroom that reads the demo's sites, at the instant that these show."""
    if not (folder / "sources").exists():
        sites.catalogue(folder / "sources")
    values = {"lake_url": str(folder / lake), "catalog_dir": folder / "sources", "shards": 2, **settings}
    return open_context(Settings.model_validate(values), sites.now)


def copy_of(context: Context, folder: Path) -> Context:
    """The same newsroom on a copy of its lake in `folder`, which must not exist yet.

    The files are shared until they are replaced, as a lake's objects always are.
    """
    shutil.copytree(context.settings.lake_url, folder, copy_function=os.link)
    settings = context.settings.model_copy(update={"lake_url": str(folder)})
    return replace(context, settings=settings, store=open_store(str(folder)))


def harvest(context: Context, run_key: str, sources: Sequence[str] = ()) -> BatchManifest:
    """One whole harvest of today, shard after shard."""
    batch = open_batch(context, day=context.today, run_key=run_key, sources=sources)
    for number in shards_of(context, batch):
        harvest_shard(context, batch, number)
    return seal_batch(context, batch)


def built(context: Context, day: date) -> dict[str, Receipt]:
    """Every stage of `day` run; the receipts by partition."""
    return {receipt.key.path: receipt for name in BUILDING for receipt in run_stage(context, name, day)}


def rows_of(store: Store, table: Table[Row], *, day: date = DAY, batch: str = "") -> list[Row]:
    """The rows of one table of a partition's current generation."""
    receipt = current(store, PartitionKey(stage=table.stage, day=day, batch=batch))
    assert receipt is not None, f"{table.stage} of {day} has not been made"
    return list(read_rows(store, receipt, table))


def a_candidate(
    url: str = "https://www.paper.example/a/1", reason: Reason | None = None, **changes: object
) -> DiscoveredLink:
    """A link of the source `paper`."""
    values: dict[str, object] = {
        "link_id": link_id(url),
        "url": url,
        "source": "paper",
        "site": "www.paper.example",
        "title": f"Title of {url[-8:]}",
        "announced_at": MORNING,
        "updated_at": None,
        "discovered_by": "feed https://www.paper.example/feed",
        "first_seen_at": MORNING,
        "reason": reason,
    }
    return DiscoveredLink(**{**values, **changes})  # type: ignore[arg-type]


def a_page(candidate: DiscoveredLink, **changes: object) -> Page:
    """What became of `candidate` when it was fetched, in no archive."""
    values: dict[str, object] = {
        "link_id": candidate.link_id,
        "url": candidate.url,
        "final_url": candidate.url,
        "source": candidate.source,
        "site": candidate.site,
        "announced_title": candidate.title,
        "announced_at": candidate.announced_at,
        "first_seen_at": candidate.first_seen_at,
        "fetched_at": candidate.first_seen_at,
        "status": 200,
        "content_type": "text/html",
        "etag": '"1"',
        "last_modified": "",
        "warc_file": "",
        "warc_offset": 0,
        "warc_length": 0,
        "digest": "",
        "size_bytes": 0,
        "is_recheck": candidate.is_recheck,
    }
    return Page(**{**values, **changes})  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """What one shard of a batch sealed by hand holds: candidates, and {candidate: reason} of those that were fetched.

    A candidate fetched without a reason gets a page.
    """

    candidates: Sequence[DiscoveredLink] = ()
    fetched: Sequence[tuple[DiscoveredLink, Reason | None]] = ()
    announced: Sequence[SeedAnswer] = ()
    pages: Sequence[Page] = ()


def seal_by_hand(store: Store, batch: BatchKey, *shards: Shard) -> BatchManifest:
    """Seal a batch with exactly these rows."""
    write_plan(store, batch, {"opened_at": MORNING.isoformat(), "shards": [[] for _ in shards]})
    manifests = tuple(_shard(store, batch, number, shard) for number, shard in enumerate(shards))
    return seal(
        store,
        BatchManifest(
            day=batch.day,
            batch=batch.batch,
            opened_at=MORNING,
            expected_shards=len(shards),
            missing_shards=(),
            shards=manifests,
        ),
    )


def _shard(store: Store, batch: BatchKey, number: int, shard: Shard) -> ShardManifest:
    outcomes = [_fetched(batch, candidate, reason) for candidate, reason in shard.fetched]
    pages = [*(a_page(candidate) for candidate, reason in shard.fetched if reason is None), *shard.pages]
    path = shard_path(batch, number)
    objects = (
        _put(store, f"{path}/candidates.parquet", shard.candidates, DiscoveredLink),
        _put(store, f"{path}/announced.parquet", shard.announced, SeedAnswer),
        _put(store, f"{path}/segment-00001.fetch.parquet", outcomes, Outcome),
        _put(store, f"{path}/segment-00001.pages.parquet", pages, Page),
    )
    return ShardManifest(shard=number, objects=objects, counts={}, is_complete=True)


def _fetched(batch: BatchKey, candidate: DiscoveredLink, reason: Reason | None) -> Outcome:
    return Outcome(
        day=batch.day,
        batch=batch.batch,
        stage="fetch",
        link_id=candidate.link_id,
        source=candidate.source,
        reason=reason,
    )


def _put(store: Store, key: str, rows: Iterable[Row], record_type: type[Row]) -> ObjectInfo:
    held = list(rows)
    return put_object(store, key, to_parquet(held, record_type), len(held))
