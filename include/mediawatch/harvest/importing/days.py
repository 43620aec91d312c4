"""The capture days of one archive file, being written: a segment for each day that pages came of, within bounds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from types import TracebackType
from typing import Self

from mediawatch.context import Context
from mediawatch.harvest.importing.links import ImportedLink
from mediawatch.harvest.segments import OpenSegment
from mediawatch.lake.batches import (
    BatchKey,
    BatchManifest,
    ObjectInfo,
    ShardManifest,
    put_object,
    read_manifest,
    seal,
    shard_path,
    write_plan,
)
from mediawatch.lake.tables import part_of
from mediawatch.records import Exchange, Source
from mediawatch.records.ledger import Outcome
from mediawatch.sources.pages import page_of
from mediawatch.tables.harvest import CANDIDATES, FETCHED, DiscoveredLink

HELD_PAGES = 10_000
"""Rows in memory (about 1 KB each), over all days: pages of a year in any order still make segments worth opening."""
HELD_BYTES = 1 << 29
"""Bytes of segments on local disk, over all days."""


@dataclass(slots=True)
class _Day:
    segment: OpenSegment | None = None
    files: ExitStack = field(default_factory=ExitStack)
    bytes_held: int = 0
    segments: int = 0
    pages: int = 0
    objects: list[ObjectInfo] = field(default_factory=list)


class ImportedDays:
    """Takes pages of any days in any order, and seals one batch for each day.

    Use it as a context manager: segments that were not closed are deleted.
    """

    def __init__(self, context: Context, batch: str) -> None:
        self._context = context
        self._batch = batch
        self._days: dict[date, _Day] = {}
        self._sealed: dict[date, BatchManifest | None] = {}
        self._pages_held = 0
        self._bytes_held = 0

    def sealed(self, day: date) -> BatchManifest | None:
        """The day's batch where an earlier run sealed it; what a run that was ended left of it is deleted."""
        if day not in self._sealed:
            key = self._key(day)
            self._sealed[day] = read_manifest(self._context.store, key)
            if self._sealed[day] is None:
                self._context.store.delete_all(key.path)
        return self._sealed[day]

    def sealed_before(self) -> list[date]:
        """The days asked for that an earlier run sealed."""
        return [day for day, manifest in self._sealed.items() if manifest is not None]

    def take(self, link: ImportedLink, exchange: Exchange) -> None:
        """Archive the page."""
        day = self._days.setdefault(link.day, _Day())
        if day.segment is None:
            day.segments += 1
            path = shard_path(self._key(link.day), 0)
            day.segment = day.files.enter_context(OpenSegment(self._context.store, path, day.segments))
        segment = day.segment
        place = segment.archive([exchange])
        if place is None:
            raise AssertionError("an archived exchange has a place")
        segment.pages.append(
            page_of(
                exchange,
                link_id=link.link_id,
                url=link.url,
                final_url=link.url,
                source=link.source,
                place=place,
                warc_key=segment.warc_key,
            )
        )
        segment.outcomes.append(_outcome(link, self._batch))
        self._pages_held += 1
        self._bytes_held += place.length
        day.bytes_held += place.length
        if len(segment.pages) >= self._context.settings.checkpoint_pages:
            self._close(day)
        while self._pages_held > HELD_PAGES or self._bytes_held > HELD_BYTES:
            self._close(max(self._days.values(), key=lambda day: day.bytes_held))

    def seal(self, day: date, links: Iterable[ImportedLink], sources: Sequence[Source]) -> BatchManifest:
        """Seal the day's batch over `links`, those whose pages were taken and all others."""
        store, key = self._context.store, self._key(day)
        written = self._days.pop(day, _Day())
        self._close(written)
        found = list(links)
        opened_at = min(link.at for link in found)
        plan = [source.model_dump(mode="json") for source in sorted(sources, key=lambda source: source.name)]
        write_plan(store, key, {"opened_at": opened_at.isoformat(), "shards": [plan]})
        written.objects += _tables(self._context, key, found)
        counts = {"candidates": len(found), "fetched": written.pages}
        shard = ShardManifest(shard=0, objects=tuple(written.objects), counts=counts, is_complete=True)
        manifest = BatchManifest(
            day=day,
            batch=self._batch,
            opened_at=opened_at,
            expected_shards=1,
            missing_shards=(),
            shards=(shard,),
            counts=counts,
            origin="warc",
        )
        return seal(store, manifest)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for day in self._days.values():
            day.files.close()

    def _key(self, day: date) -> BatchKey:
        return BatchKey(day=day, batch=self._batch)

    def _close(self, day: _Day) -> None:
        if day.segment is not None:
            self._pages_held -= len(day.segment.pages)
            self._bytes_held -= day.bytes_held
            day.pages += len(day.segment.pages)
            day.objects += day.segment.close()
            day.files.close()
        day.segment, day.bytes_held = None, 0


def _tables(context: Context, key: BatchKey, links: Sequence[ImportedLink]) -> list[ObjectInfo]:
    """What was found (`candidates`), and what became of the links that nothing was archived of (`fetch`)."""
    path = shard_path(key, 0)
    candidates = part_of(CANDIDATES, [_candidate(link) for link in links])
    objects = [put_object(context.store, f"{path}/candidates.parquet", candidates, len(links))]
    failed = [_outcome(link, key.batch) for link in links if link.reason is not None and not link.is_left_out]
    if failed:
        data = part_of(FETCHED, failed)
        objects.append(put_object(context.store, f"{path}/fetch.parquet", data, len(failed)))
    return objects


def _candidate(link: ImportedLink) -> DiscoveredLink:
    return DiscoveredLink(
        link_id=link.link_id,
        url=link.url,
        source=link.source,
        site=link.site,
        title="",
        announced_at=None,
        updated_at=None,
        discovered_by="warc",
        first_seen_at=link.at,
        reason=link.reason if link.is_left_out else None,
    )


def _outcome(link: ImportedLink, batch: str) -> Outcome:
    return Outcome(
        day=link.day,
        batch=batch,
        stage="fetch",
        link_id=link.link_id,
        source=link.source,
        reason=link.reason,
        detail=link.detail,
    )
