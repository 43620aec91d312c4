"""Import: pages from any WARC file become batches like any other; this is also the way to backfill."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from hashlib import file_digest
from pathlib import Path

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
from mediawatch.lake.leases import lease
from mediawatch.lake.tables import to_parquet
from mediawatch.lake.warc import iter_exchanges
from mediawatch.ledger import Outcome
from mediawatch.records import Announcer, Exchange, Reason, Source, day_of
from mediawatch.sources.urls import host_of, link_id
from mediawatch.stages.memory import Memory, remember
from mediawatch.stages.newsroom import Newsroom, Report, silent
from mediawatch.stages.pages import page_of
from mediawatch.stages.rows import Candidate
from mediawatch.stages.segments import OpenSegment, sweep

REPORT_EVERY = 1000


def import_warc(
    newsroom: Newsroom, files: Sequence[Path], *, is_any_host: bool = False, report: Report = silent
) -> list[BatchManifest]:
    """One sealed batch for each file and capture day; a file imported before is left alone.

    Pages of hosts that no source names count as `off_site`, unless `is_any_host`: then each host becomes a source of
    its own for this batch, named after it.  Raises Contended while another worker imports the same file.
    """
    return [manifest for file in files for manifest in _import_file(newsroom, file, is_any_host, report)]


def _import_file(newsroom: Newsroom, file: Path, is_any_host: bool, report: Report) -> list[BatchManifest]:
    with file.open("rb") as stream:
        name = f"warc-{file_digest(stream, 'sha256').hexdigest()[:16]}"
    store, settings = newsroom.store, newsroom.settings
    holder, seconds = f"import of {file.name}", settings.lease_seconds
    with (
        lease(store, f"import/{name}", holder=holder, seconds=seconds, clock=newsroom.clock) as held,
        ExitStack() as stack,
    ):
        days: dict[date, _Import] = {}
        for count, (exchange, _, _) in enumerate(iter_exchanges(file), start=1):
            day = day_of(exchange.fetched_at, settings.timezone)
            if day not in days:
                days[day] = _begin(newsroom, BatchKey(day=day, batch=name), is_any_host, stack)
            days[day].take(exchange)
            if count % REPORT_EVERY == 0:
                held.renew()
                report(f"{file.name}: {count} records read")
        return [days[day].seal(newsroom) for day in sorted(days)]


def _begin(newsroom: Newsroom, batch: BatchKey, is_any_host: bool, stack: ExitStack) -> _Import:
    sweep(newsroom.store, shard_path(batch, 0))
    return _Import(
        newsroom=newsroom,
        batch=batch,
        is_any_host=is_any_host,
        memory=remember(newsroom.store, before=batch, window_days=1),
        is_done=read_manifest(newsroom.store, batch) is not None,
        stack=stack,
    )


@dataclass(slots=True, kw_only=True)
class _Import:
    """One capture day of one file, being written."""

    newsroom: Newsroom
    batch: BatchKey
    is_any_host: bool
    memory: Memory
    is_done: bool
    stack: ExitStack
    candidates: dict[str, Candidate] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    objects: list[ObjectInfo] = field(default_factory=list)
    segment: OpenSegment | None = None

    def take(self, exchange: Exchange) -> None:
        """Give the record its one outcome."""
        if self.is_done:
            return
        try:
            link = link_id(exchange.url)
        except ValueError:
            return  # `dns:` and other records that are no web address
        if link in self.candidates:
            return
        candidate = self._candidate(link, exchange)
        self.candidates[link] = candidate
        if candidate.reason is None:
            self._keep(candidate, exchange)

    def _candidate(self, link: str, exchange: Exchange) -> Candidate:
        host = host_of(exchange.url)
        source = self.newsroom.catalogue.by_host(host) or (_source_for(host) if self.is_any_host else None)
        reason = Reason.OFF_SITE if source is None else None
        if reason is None and self.memory.known(self.newsroom.store, [link]):
            reason = Reason.KNOWN_ALREADY
        if source is not None:
            self.sources[source.name] = source
        return Candidate(
            link_id=link,
            url=exchange.url,
            source=source.name if source else "unknown",
            site=host,
            title="",
            announced_at=None,
            updated_at=None,
            discovered_by="warc",
            first_seen_at=exchange.fetched_at,
            reason=reason,
        )

    def _keep(self, candidate: Candidate, exchange: Exchange) -> None:
        from mediawatch.fetching.answers import is_html, reason_of

        segment = self._open_segment()
        reason = reason_of(exchange.status)
        if reason is None and not is_html(exchange.header("Content-Type")):
            reason = Reason.NOT_HTML
        if reason is None:
            place = segment.archive([exchange])
            if place is None:
                raise AssertionError("an archived exchange has a place")
            segment.pages.append(
                page_of(
                    exchange,
                    link_id=candidate.link_id,
                    url=candidate.url,
                    final_url=candidate.url,
                    source=candidate.source,
                    place=place,
                    warc_key=segment.warc_key,
                )
            )
        segment.outcomes.append(
            Outcome(
                day=self.batch.day,
                batch=self.batch.batch,
                stage="fetch",
                link_id=candidate.link_id,
                source=candidate.source,
                reason=reason,
                detail="" if reason is None else str(exchange.status),
            )
        )
        if len(segment.outcomes) >= self.newsroom.settings.checkpoint_pages:
            self._close_segment()

    def _open_segment(self) -> OpenSegment:
        if self.segment is None:
            number = 1 + sum(info.key.endswith(".warc.gz") for info in self.objects)
            path = shard_path(self.batch, 0)
            self.segment = self.stack.enter_context(OpenSegment(self.newsroom.store, path, number))
        return self.segment

    def _close_segment(self) -> None:
        if self.segment is not None:
            self.objects += self.segment.close()
            self.segment = None

    def seal(self, newsroom: Newsroom) -> BatchManifest:
        """Seal the batch; its manifest, also when it was sealed before."""
        store = newsroom.store
        done = read_manifest(store, self.batch)
        if done is not None:
            return done
        self._close_segment()
        sources = [source.model_dump(mode="json") for _, source in sorted(self.sources.items())]
        opened_at = min((c.first_seen_at for c in self.candidates.values()), default=newsroom.clock())
        write_plan(store, self.batch, {"opened_at": opened_at.isoformat(), "shards": [sources]})
        key = f"{shard_path(self.batch, 0)}/candidates.parquet"
        data = to_parquet(self.candidates.values(), Candidate, sort_by=("link_id",))
        self.objects.append(put_object(store, key, data, len(self.candidates)))
        fetched = sum(info.rows or 0 for info in self.objects if info.key.endswith(".pages.parquet"))
        counts = {"candidates": len(self.candidates), "fetched": fetched}
        shard = ShardManifest(shard=0, objects=tuple(self.objects), counts=counts, is_complete=True)
        return seal(
            store,
            BatchManifest(
                day=self.batch.day,
                batch=self.batch.batch,
                opened_at=opened_at,
                expected_shards=1,
                missing_shards=(),
                shards=(shard,),
                counts=counts,
                origin="warc",
            ),
        )


def _source_for(host: str) -> Source:
    """A source for a host that the catalogue does not know; its pages are read in UTC."""
    name = re.sub(r"[^a-z0-9]+", "-", host).strip("-")[:63] or "host"
    home = f"https://{host}/"
    return Source(
        name=name,
        title=host,
        home=home,
        hosts=(host,),
        timezone="UTC",
        languages=("und",),
        country="ZZ",
        discovery=(Announcer(kind="auto", url=home),),
        enabled=False,
    )
