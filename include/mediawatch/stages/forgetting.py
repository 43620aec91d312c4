"""Forgetting: a tombstone takes an address out of index, lake and archive, and survives every rebuild."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date

from mediawatch.lake import partitions
from mediawatch.lake.batches import BatchManifest, ObjectInfo, amend, put_object, sealed_batches, sealed_days
from mediawatch.lake.store import Store
from mediawatch.lake.tables import from_parquet, to_parquet
from mediawatch.lake.warc import erase
from mediawatch.ledger import Outcome
from mediawatch.records import Page, Reason
from mediawatch.sources.urls import link_id
from mediawatch.stages.detect import AlertRow
from mediawatch.stages.memory import read_table, table_objects
from mediawatch.stages.newsroom import Newsroom, Report, silent
from mediawatch.stages.register import blank_address
from mediawatch.stages.rows import Candidate
from mediawatch.stories import Clustered

TOMBSTONES = "tombstones"
DERIVED = ("extract", "analyse", "audit", "cluster", "terms", "detect", "ledger", "lines", "shelf", "bodies")
"""What may quote a page.  `index` and `publish` hold ids, by which the rebuild knows what to take out of the index."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What `forget` did: the link, the days it stood in (to be built again), and how many archive records it erased."""

    link_id: str
    days: tuple[date, ...]
    records: int


def forgotten_links(store: Store) -> frozenset[str]:
    """The link ids that have a tombstone."""
    return frozenset(key.rpartition("/")[2].removesuffix(".json") for key in store.list(TOMBSTONES))


def forget(newsroom: Newsroom, url: str, *, why: str, report: Report = silent) -> Forgotten:
    """Put a tombstone for `url`, erase its bytes and rows from every sealed batch, and drop what was derived from them.

    The tombstone comes first, so that a crash leaves work to repeat, never an address half remembered.  The days
    returned have to be built again, which also takes the document out of the index.  Raises ValueError for no URL.
    """
    link = link_id(url)
    store = newsroom.store
    note = {"link_id": link, "why": why, "forgotten_at": newsroom.clock().isoformat()}
    store.put(f"{TOMBSTONES}/{link}.json", json.dumps(note).encode())
    days, records = [], 0
    for day in sealed_days(store):
        erased = [_erase_from(store, manifest, link) for manifest in sealed_batches(store, day)]
        if any(found for found, _ in erased):
            days.append(day)
            records += sum(count for _, count in erased)
            report(f"{day}: erased")
            for stage in DERIVED:
                partitions.erase(store, stage, day)
    days += _erase_from_stories(store, link)
    _erase_from_alerts(store, link)
    store.delete_all("digests")
    blank_address(store, link)
    return Forgotten(link_id=link, days=tuple(sorted(days)), records=records)


def _erase_from_stories(store: Store, link: str) -> list[date]:
    """Drop the stories of later days that quote the page as a copy of theirs; the days."""
    found = []
    for day in partitions.partition_days(store, "cluster"):
        receipt = partitions.current(store, partitions.PartitionKey(stage="cluster", day=day))
        rows = partitions.read_rows(store, receipt, "earlier", Clustered) if receipt else iter(())
        if any(link in (row.article_id, link_id(row.url)) for row in rows):
            partitions.erase(store, "cluster", day)
            found.append(day)
    return found


def _erase_from_alerts(store: Store, link: str) -> None:
    """Drop what was judged of days whose alerts quote the page; the next look judges them again."""
    for day in partitions.partition_days(store, "detect"):
        receipt = partitions.current(store, partitions.PartitionKey(stage="detect", day=day))
        rows = partitions.read_rows(store, receipt, "alerts", AlertRow) if receipt else iter(())
        if any(link in row.document for row in rows):
            partitions.erase(store, "detect", day)


def _erase_from(store: Store, manifest: BatchManifest, link: str) -> tuple[bool, int]:
    """Whether the batch knew the link, and how many archive records were erased."""
    pages = [page for page in read_table(store, manifest, "pages", Page) if page.link_id == link]
    named = [row for row in read_table(store, manifest, "candidates", Candidate) if row.link_id == link and row.url]
    if not pages and not named:
        return False, 0
    changed = [_erase_record(store, page) for page in pages]
    changed += [_blank(store, info.key, link) for info in table_objects(manifest, "candidates")]
    changed += [_drop(store, info.key, link, Page) for info in table_objects(manifest, "pages")]
    changed += [_drop(store, info.key, link, Outcome) for info in table_objects(manifest, "fetch")]
    amend(store, manifest, {info.key: info for info in changed})
    return True, len(pages)


def _erase_record(store: Store, page: Page) -> ObjectInfo:
    data = erase(store.read(page.warc_file), page.warc_offset, page.warc_length)
    return put_object(store, page.warc_file, data)


def _blank(store: Store, key: str, link: str) -> ObjectInfo:
    rows = [
        replace(row, url="", title="", detail="", reason=Reason.FORGOTTEN) if row.link_id == link else row
        for row in from_parquet(store.read(key), Candidate)
    ]
    return put_object(store, key, to_parquet(rows, Candidate), len(rows))


def _drop(store: Store, key: str, link: str, record_type: type[Page] | type[Outcome]) -> ObjectInfo:
    rows = [row for row in from_parquet(store.read(key), record_type) if row.link_id != link]
    return put_object(store, key, to_parquet(rows, record_type), len(rows))
