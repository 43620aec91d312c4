"""What earlier sealed batches say about links and seeds: who is known, who is pending, what may be re-checked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from mediawatch.context import Report, silent
from mediawatch.errors import Corrupt
from mediawatch.lake.batches import (
    BatchKey,
    BatchManifest,
    read_batch_rows,
    sealed_batches,
    sealed_days,
    table_objects,
)
from mediawatch.lake.history import query
from mediawatch.lake.objects import ObjectInfo, columns_in, read_chosen, read_records
from mediawatch.lake.partitions import PartitionKey, current, fault_in
from mediawatch.lake.store import Store
from mediawatch.records import Page, Reason
from mediawatch.records.ledger import Outcome
from mediawatch.tables.declaration import Table
from mediawatch.tables.harvest import CANDIDATES, FETCHED, PAGES, DiscoveredLink, SeedAnswer, SeenLink

Row = TypeVar("Row")

OWN_FAILURES = frozenset({Reason.RATE_LIMITED, Reason.SERVER_ERROR, Reason.TOO_SLOW, Reason.UNREACHABLE})
"""Retryable reasons that a link has when it was asked for itself, and not only waited for its turn."""

FORGET_REASONS = frozenset({Reason.OFF_SITE, Reason.TOO_OLD, Reason.KNOWN_ALREADY, Reason.DUPLICATE, Reason.ROBOTS})
"""Decided afresh whenever announced: cheap, and another source or a changed limit may decide otherwise."""

IMPORTED = "warc-"
"""How the batches of imports are called, and no others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """When and as what a known link was fetched last, and what its seed said of it then."""

    link_id: str
    first_seen_at: datetime
    fetched_at: datetime
    etag: str
    last_modified: str
    title: str
    announced_at: datetime | None
    discovered_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """The recent past: final link ids, pending candidates (newest state of each), pages, and seeds by address.

    Of links it tells those alone that it was `recalled` for; `recent` are the batches that are still to be asked.
    """

    final: frozenset[str]
    pending: dict[str, DiscoveredLink]
    fetched: dict[str, Fetched]
    announced: dict[str, SeedAnswer]
    older: tuple[ObjectInfo, ...]
    recent: tuple[BatchManifest, ...] = ()

    def recalled(self, store: Store, links: Collection[str], sources: Collection[str]) -> Memory:
        """The same with what the recent batches say of `links`, and of what waits of `sources`.

        A window of days holds many millions of links, and a shard asks for its own: only their rows are made.
        """
        if not self.recent:
            return self
        asked = _Asked.of(store, self.recent, links, sources)
        return _merged(self, store, self.recent, asked)

    def known(self, store: Store, link_ids: Collection[str]) -> frozenset[str]:
        """Those of `link_ids` that had a final outcome, ever."""
        if self.recent:
            return self.recalled(store, link_ids, ()).known(store, link_ids)
        recent = self.final.intersection(link_ids)
        asked = sorted(set(link_ids) - recent)
        if not asked or not self.older:
            return recent
        sql = "SELECT DISTINCT link_id FROM rows WHERE link_id IN (SELECT unnest(?))"
        return recent.union(row[0] for row in query(store, self.older, sql, [asked]))


NOTHING: Final = Memory(final=frozenset(), pending={}, fetched={}, announced={}, older=())
"""Of a newsroom that has harvested nothing yet."""


def remember(store: Store, *, before: BatchKey, window_days: int) -> Memory:
    """What the batches sealed before `before` say: of seeds at once, of links when it is `recalled`.

    The last `window_days` days that have batches are asked in full (however long ago they are: what was pending when
    the harvests paused is still there); of older days only which links are final: from the newest roll-up (`seen`) of
    each month, and from the batches of days that no roll-up covers yet.
    """
    recent = [day for day in sealed_days(store) if day <= before.day][-window_days:]
    manifests = tuple(
        manifest
        for day in recent
        for manifest in sealed_batches(store, day)
        if (manifest.day, manifest.batch) != (before.day, before.batch)
    )
    announced = {row.url: row for manifest in manifests for row in read_announced(store, manifest)}
    return replace(NOTHING, announced=announced, older=_older(store, recent, before.day), recent=manifests)


@dataclass(frozen=True, slots=True)
class _Asked:
    """Links that are asked for; rows of others stay columns."""

    links: pa.Array

    @classmethod
    def of(
        cls, store: Store, manifests: Iterable[BatchManifest], links: Collection[str], sources: Collection[str]
    ) -> _Asked:
        """`links`, and those of `sources` that could not be had in one of the batches."""
        waiting = pa.array([reason.value for reason in Reason if not reason.is_final])
        own = pa.array(sorted(sources), pa.string())
        found = [pa.array(sorted(links), pa.string())]
        objects = (info for m in manifests for table in (CANDIDATES, FETCHED) for info in table_objects(m, table.name))
        for info in objects if sources else ():
            rows = columns_in(store, info, ("link_id", "source", "reason"))
            is_waiting = pc.and_(pc.is_in(rows["reason"], waiting), pc.is_in(rows["source"], own))
            found += rows["link_id"].filter(is_waiting).chunks
        return cls(pc.unique(pa.concat_arrays(found)))

    def rows(self, store: Store, manifest: BatchManifest, table: Table[Row]) -> Iterator[Row]:
        """The rows of a table of a sealed batch that are about the links."""
        for info in table_objects(manifest, table.name):
            yield from read_chosen(store, info, table.row, lambda rows: pc.is_in(rows["link_id"], self.links))


def _merged(memory: Memory, store: Store, manifests: Iterable[BatchManifest], asked: _Asked) -> Memory:
    final: set[str] = set()
    pending: dict[str, DiscoveredLink] = {}
    fetched: dict[str, Fetched] = {}
    for manifest in manifests:
        candidates = {row.link_id: row for row in asked.rows(store, manifest, CANDIDATES)}
        verdicts = _decided(candidates.values(), asked.rows(store, manifest, FETCHED))
        for link_id, reason in verdicts.items():
            if reason is not None and not reason.is_final:
                if not candidates[link_id].is_recheck:  # the article is here; its next announcement asks again
                    pending[link_id] = _put_off(candidates[link_id], reason)
            elif is_done_with(manifest, reason):
                pending.pop(link_id, None)
                final.add(link_id)
                if reason is Reason.UNCHANGED and link_id in fetched:  # asked again for what its seed says now
                    fetched[link_id] = _said_again(fetched[link_id], candidates[link_id])
        for page in asked.rows(store, manifest, PAGES):
            if page.part == 1:
                fetched[page.link_id] = _fetched(page, candidates.get(page.link_id))
    return replace(memory, final=frozenset(final), pending=pending, fetched=fetched, recent=())


def _put_off(candidate: DiscoveredLink, reason: Reason) -> DiscoveredLink:
    return replace(candidate, failures=candidate.failures + (reason in OWN_FAILURES))


def _fetched(page: Page, candidate: DiscoveredLink | None) -> Fetched:
    return Fetched(
        link_id=page.link_id,
        first_seen_at=page.first_seen_at,
        fetched_at=page.fetched_at,
        etag=page.etag,
        last_modified=page.last_modified,
        title=page.announced_title,
        announced_at=page.announced_at,
        discovered_by=candidate.discovered_by if candidate else "",
    )


def _said_again(fetched: Fetched, candidate: DiscoveredLink) -> Fetched:
    return replace(
        fetched,
        title=candidate.title,
        announced_at=candidate.announced_at,
        discovered_by=candidate.discovered_by,
    )


def decided(store: Store, manifest: BatchManifest, candidates: Iterable[DiscoveredLink]) -> dict[str, Reason | None]:
    """{link_id: reason, or None for fetched} of one batch: discovery's verdict, or else fetching's."""
    return _decided(candidates, read_batch_rows(store, manifest, FETCHED))


def _decided(candidates: Iterable[DiscoveredLink], fetched: Iterable[Outcome]) -> dict[str, Reason | None]:
    verdicts = {row.link_id: row.reason for row in candidates if row.reason is not None}
    return verdicts | {row.link_id: row.reason for row in fetched}


def is_done_with(manifest: BatchManifest, reason: Reason | None) -> bool:
    """Whether a link with this outcome need not be asked for again.

    What an archive of others does not hold (a redirect, a 404, a page in pieces) says nothing about the site today.
    """
    if reason is None:
        return True
    return reason.is_final and reason not in FORGET_REASONS and manifest.origin != "warc"


def read_announced(store: Store, manifest: BatchManifest, fault: Report = silent) -> Iterator[SeedAnswer]:
    """The visits to seeds of a sealed batch; no article is made of them, so a damaged object is told and left out.

    What it said of validators is then unknown: the next harvest asks for these seeds whole.
    """
    for info in table_objects(manifest, "announced"):
        try:
            yield from read_records(store, info, SeedAnswer)
        except Corrupt as error:
            fault(f"left out: {error}")


def pages_of_the_lake(store: Store) -> tuple[list[ObjectInfo], list[ObjectInfo]]:
    """Objects that between them name the link of every page: roll-ups (`SeenLink`), and tables with a `link_id`."""
    return _objects_of_days(store, sealed_days(store))


def _older(store: Store, recent: Collection[date], today: date) -> tuple[ObjectInfo, ...]:
    """Objects with a `link_id` column of final links of the days before the recent ones."""
    roll_ups, tables = _objects_of_days(store, [d for d in sealed_days(store) if d < today and d not in set(recent)])
    return (*roll_ups, *tables)


def _objects_of_days(store: Store, all_days: Collection[date]) -> tuple[list[ObjectInfo], list[ObjectInfo]]:
    roll_ups: list[ObjectInfo] = []
    tables: list[ObjectInfo] = []
    for month in sorted({(day.year, day.month) for day in all_days}):
        days = [day for day in all_days if (day.year, day.month) == month]
        covered, parts = _rolled_up(store, days)
        roll_ups += parts
        for day in days:
            # What was imported into a day after the month's newest roll-up is not in it.
            tables += _page_objects(store, day, only=IMPORTED if day <= covered else "")
    return roll_ups, tables


def _rolled_up(store: Store, days: list[date]) -> tuple[date, Sequence[ObjectInfo]]:
    """The newest of `days` that has a sound roll-up (date.min when none), and the roll-up's objects.

    A damaged one is passed over: the next `close_day` makes one that covers its days as well.
    """
    for day in reversed(days):
        key = PartitionKey(stage="seen", day=day)
        receipt = None if fault_in(store, key) else current(store, key)
        if receipt is not None:
            return day, receipt.tables["links"].parts
    return date.min, ()


def _page_objects(store: Store, day: date, *, only: str) -> list[ObjectInfo]:
    # A page row exists for every link fetched; those of other final outcomes are few and are decided again.
    manifests = sealed_batches(store, day, prefix=only)
    return [info for manifest in manifests for info in table_objects(manifest, "pages")]


def seen_links(store: Store, day: date) -> list[SeenLink]:
    """The links that got a final outcome in the sealed batches of `day`."""
    found: dict[str, bool] = {}
    for manifest in sealed_batches(store, day):
        candidates = read_batch_rows(store, manifest, CANDIDATES)
        for link_id, reason in decided(store, manifest, candidates).items():
            if is_done_with(manifest, reason):
                found[link_id] = found.get(link_id, False) or reason is None
    return [SeenLink(link_id=link_id, day=day, is_page=is_page) for link_id, is_page in sorted(found.items())]
