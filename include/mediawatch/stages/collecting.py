"""One shard's work: discover what its sources announce, then fetch it, checkpoint by checkpoint."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from mediawatch.lake.batches import (
    BatchKey,
    ObjectInfo,
    ShardManifest,
    close_shard,
    put_object,
    shard_path,
)
from mediawatch.lake.tables import from_parquet, to_parquet
from mediawatch.ledger import Outcome
from mediawatch.records import Page, Source
from mediawatch.sources.urls import host_of
from mediawatch.stages.announcing import visit_announcers
from mediawatch.stages.memory import Memory, remember
from mediawatch.stages.newsroom import Newsroom, Report
from mediawatch.stages.rows import Announced, Candidate
from mediawatch.stages.segments import OpenSegment, closed_segments, sweep
from mediawatch.stages.selecting import select_candidates

if TYPE_CHECKING:
    from mediawatch.fetching import Attempt, Crawler
    from mediawatch.lake.leases import Lease
    from mediawatch.lake.warc import Located

MARGIN_DAYS = 2
"""Days read in full beyond the oldest a link may get: what is pending must be found, whatever the hour."""


def collect(
    newsroom: Newsroom, batch: BatchKey, shard: int, sources: Sequence[Source], held: Lease, report: Report
) -> ShardManifest:
    """Harvest `sources` into the shard and close it; what a killed try had checkpointed is kept."""
    store, path = newsroom.store, shard_path(batch, shard)
    sweep(store, path)
    with open_crawler(newsroom) as crawler:
        if not store.exists(f"{path}/candidates.parquet"):
            _discover(newsroom, batch, path, sources, crawler, report)
        candidates = from_parquet(store.read(f"{path}/candidates.parquet"), Candidate)
        _fetch(newsroom, batch, path, candidates, sources, crawler, held, report)
    held.check()
    manifest = _manifest(newsroom, path, shard, candidates)
    close_shard(store, batch, manifest)
    return manifest


def open_crawler(newsroom: Newsroom) -> Crawler:
    """A crawler with this newsroom's manners."""
    from mediawatch.fetching import Crawler, user_agent

    settings = newsroom.settings
    return Crawler(
        user_agent(settings.user_agent_contact),
        concurrency=settings.concurrency,
        host_failures=settings.host_failures,
        time_box_seconds=settings.time_box_seconds,
        clock=newsroom.clock,
    )


def _discover(
    newsroom: Newsroom, batch: BatchKey, path: str, sources: Sequence[Source], crawler: Crawler, report: Report
) -> None:
    """Write segment 0 with the announcers' answers, then what they said, then (last) the candidates."""
    store = newsroom.store
    memory = _memory(newsroom, batch, sources)
    with OpenSegment(store, path, 0) as segment:
        visited = visit_announcers(sources, memory, crawler, newsroom.clock, segment.archive)
        segment.close()
    candidates = select_candidates(newsroom, sources, visited.items, memory)
    report(f"{len(visited.rows)} announcers visited, {sum(c.reason is None for c in candidates)} links to fetch")
    store.put(f"{path}/announced.parquet", to_parquet(visited.rows, Announced, sort_by=("url",)))
    store.put(f"{path}/candidates.parquet", to_parquet(candidates, Candidate, sort_by=("link_id",)))


def _memory(newsroom: Newsroom, batch: BatchKey, sources: Sequence[Source]) -> Memory:
    oldest = max(source.limits.max_age_days for source in sources)
    return remember(newsroom.store, before=batch, window_days=int(oldest) + MARGIN_DAYS)


def _fetch(
    newsroom: Newsroom,
    batch: BatchKey,
    path: str,
    candidates: Sequence[Candidate],
    sources: Sequence[Source],
    crawler: Crawler,
    held: Lease,
    report: Report,
) -> None:
    from mediawatch.fetching import Job

    segments = closed_segments(newsroom.store, path)
    done = _fetched_already(newsroom, segments)
    waiting = {c.link_id: c for c in candidates if c.reason is None and c.link_id not in done}
    by_name = {source.name: source for source in sources}
    jobs = [
        Job(key=c.link_id, url=c.url, source=by_name[c.source], kind="article", etag=c.etag, last_modified=c.last_modified)
        for c in waiting.values()
    ]
    number, total = max(segments) + 1, len(done) + len(jobs)
    attempts = crawler.crawl(jobs)
    while len(done) < total:
        with OpenSegment(newsroom.store, path, number) as segment:
            done |= _fill(segment, newsroom.settings.checkpoint_pages, attempts, waiting, batch)
            segment.close()
        held.renew()
        number += 1
        report(f"{len(done)} of {total} links fetched")


def _fill(
    segment: OpenSegment, size: int, attempts: Iterable[Attempt], waiting: dict[str, Candidate], batch: BatchKey
) -> set[str]:
    """Take attempts until the segment has `size` outcomes or none are left; the link ids it now holds."""
    taken: set[str] = set()
    for attempt in attempts:
        candidate = waiting[attempt.job.key]
        place = segment.archive(attempt.exchanges)
        if attempt.response is not None and place is not None:
            segment.pages.append(_page(candidate, attempt, place, segment.warc_key))
        segment.outcomes.append(
            Outcome(
                day=batch.day,
                batch=batch.batch,
                stage="fetch",
                link_id=candidate.link_id,
                source=candidate.source,
                reason=attempt.reason,
                detail=attempt.detail,
            )
        )
        taken.add(candidate.link_id)
        if len(taken) == size:
            break
    return taken


def _page(candidate: Candidate, attempt: Attempt, place: Located, warc_key: str) -> Page:
    answer = attempt.exchanges[-1]
    return Page(
        link_id=candidate.link_id,
        url=candidate.url,
        final_url=attempt.final_url,
        source=candidate.source,
        site=host_of(attempt.final_url),
        announced_title=candidate.title,
        announced_at=candidate.announced_at,
        first_seen_at=candidate.first_seen_at,
        fetched_at=answer.fetched_at,
        status=answer.status,
        content_type=answer.header("Content-Type"),
        etag=answer.header("ETag"),
        last_modified=answer.header("Last-Modified"),
        warc_file=warc_key,
        warc_offset=place.offset,
        warc_length=place.length,
        digest=place.digest,
        size_bytes=len(answer.body),
        is_recheck=candidate.is_recheck,
    )


def _fetched_already(newsroom: Newsroom, segments: dict[int, list[ObjectInfo]]) -> set[str]:
    keys = [info.key for infos in segments.values() for info in infos if info.key.endswith(".fetch.parquet")]
    return {row.link_id for key in keys for row in from_parquet(newsroom.store.read(key), Outcome)}


def _manifest(newsroom: Newsroom, path: str, shard: int, candidates: Sequence[Candidate]) -> ShardManifest:
    store = newsroom.store
    objects = [info for _, infos in sorted(closed_segments(store, path).items()) for info in infos]
    fetched = sum(info.rows or 0 for info in objects if info.key.endswith(".pages.parquet"))
    attempted = sum(info.rows or 0 for info in objects if info.key.endswith(".fetch.parquet"))
    for name in ("announced", "candidates"):
        key = f"{path}/{name}.parquet"
        objects.append(put_object(store, key, store.read(key)))
    counts = {"candidates": len(candidates), "attempted": attempted, "fetched": fetched}
    return ShardManifest(shard=shard, objects=tuple(objects), counts=counts, is_complete=True)
