"""One shard's work: discover what its sources announce, then fetch it, checkpoint by checkpoint."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mediawatch import logs
from mediawatch.context import Context, Report
from mediawatch.harvest.feed_texts import FeedText, with_feed_text
from mediawatch.harvest.markup import MarkupReader
from mediawatch.harvest.memory import remember
from mediawatch.harvest.seed_visits import SeedRounds
from mediawatch.harvest.segments import OpenSegment, closed_segments, sweep
from mediawatch.harvest.selecting import select_candidates, with_news
from mediawatch.lake.batches import (
    BatchKey,
    ObjectInfo,
    ShardManifest,
    close_shard,
    shard_path,
)
from mediawatch.lake.objects import described, read_records, read_stored
from mediawatch.lake.store import Store, process_id
from mediawatch.lake.tables import part_of
from mediawatch.records import Page, Reason, Source
from mediawatch.records.ledger import Outcome
from mediawatch.sources.pages import page_of
from mediawatch.tables.harvest import ANNOUNCED, CANDIDATES, DiscoveredLink

if TYPE_CHECKING:
    from mediawatch.harvest.fetching import Crawler, FetchAttempt, Job
    from mediawatch.harvest.fetching.host_leases import HostLeases
    from mediawatch.lake.leases import Lease
    from mediawatch.lake.warc import Located

MOST_PARTS = 10
"""Pages of one article that are fetched; what has more is a gallery or a book."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A link whose first page is fetched and names another; its outcome waits until all its pages are."""

    page: Page
    outcome: Outcome


def next_page_in(attempt: FetchAttempt, reader: MarkupReader) -> str:
    """The address of the page that follows the fetched one in the same article, or empty."""
    return reader.next_page(attempt.job.source.name, attempt.final_url, attempt.exchanges[-1])


def fetch_what_follows(
    segment: OpenSegment, begun: Sequence[Begun], sources: Sequence[Source], crawler: Crawler, reader: MarkupReader
) -> None:
    """Fetch page after page until none names another; then put all of them, and the outcomes, into the segment.

    A page that cannot be had ends the article, which then has the pages before it.  Whoever is killed here leaves no
    outcome behind, so that the article is fetched again from its beginning.
    """
    segment.pages += [first.page for first in begun]
    segment.outcomes += [first.outcome for first in begun]
    waiting = [first.page for first in begun]
    while waiting:
        waiting = [page for page in _next_pages(segment, waiting, sources, crawler, reader) if page.next_page]


def _next_pages(
    segment: OpenSegment, waiting: Sequence[Page], sources: Sequence[Source], crawler: Crawler, reader: MarkupReader
) -> list[Page]:
    """The next page of each of `waiting` that can be had, noted in the segment."""
    from mediawatch.harvest.fetching import Job

    by_link, by_name = {page.link_id: page for page in waiting}, {source.name: source for source in sources}
    jobs = [Job(key=page.link_id, url=page.next_page, source=by_name[page.source], kind="article") for page in waiting]
    found = []
    for attempt in crawler.crawl(jobs):
        place = segment.archive(attempt.exchanges)
        if attempt.response is not None and place is not None:
            found.append(_next_part(by_link[attempt.job.key], attempt, place, segment.warc_key, reader))
    segment.pages += found
    return found


def _next_part(before: Page, attempt: FetchAttempt, place: Located, warc_key: str, reader: MarkupReader) -> Page:
    part = before.part + 1
    return page_of(
        attempt.exchanges[-1],
        link_id=before.link_id,
        url=before.url,
        final_url=attempt.final_url,
        source=before.source,
        announced_title=before.announced_title,
        announced_at=before.announced_at,
        first_seen_at=before.first_seen_at,
        place=place,
        warc_key=warc_key,
        is_recheck=before.is_recheck,
        part=part,
        next_page=next_page_in(attempt, reader) if part < MOST_PARTS else "",
    )


_LOG = logs.logger(__name__)

CHECKED_AFTER = 0.25
"""The part of its term after which a lease is looked at while answers are awaited."""
MARGIN_DAYS = 2
"""Days read in full beyond the oldest a link may get: what is pending must be found, whatever the hour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardWork:
    """One shard being harvested."""

    context: Context
    batch: BatchKey
    shard: int
    sources: Sequence[Source]
    held: Lease
    report: Report
    reader: MarkupReader = field(default_factory=MarkupReader)

    @property
    def path(self) -> str:
        """The shard's folder in the lake."""
        return shard_path(self.batch, self.shard)


def collect(work: ShardWork) -> ShardManifest:
    """Harvest the shard's sources and close it; what a killed try had checkpointed is kept."""
    store, candidates_key = work.context.store, f"{work.path}/candidates.parquet"
    sweep(store, work.path)
    with open_crawler(work.context, work.held.check) as crawler:
        if not store.exists(candidates_key):
            _discover(work, crawler)
        candidates = read_stored(store, candidates_key, DiscoveredLink)
        _fetch(work, crawler, candidates)
    work.held.check()
    manifest = _manifest(store, work.path, work.shard, candidates)
    close_shard(store, work.batch, manifest)
    return manifest


def open_crawler(context: Context, check: Callable[[], object] = lambda: None) -> Crawler:
    """A crawler with this newsroom's manners, which asks no host that another worker is asking.

    While it is read `check` is called now and then, so that a worker that was overtaken ends.
    """
    return _crawler(context, _host_leases(context), check)


@contextmanager
def looking_around(context: Context, report: Report) -> Iterator[Crawler]:
    """The same for who stores nothing: also where the lake cannot be written to, which `report` then says."""
    hosts = _host_leases(context, is_optional=True)
    with _crawler(context, hosts) as crawler:
        yield crawler
    if hosts.refused:
        report(f"hosts were asked without holding them, so that a harvest might have asked them too: {hosts.refused}")


def _host_leases(context: Context, *, is_optional: bool = False) -> HostLeases:
    from mediawatch.harvest.fetching.host_leases import HostLeases

    return HostLeases(context.store, f"a crawler, process {process_id()}", is_optional=is_optional)


def _crawler(context: Context, hosts: HostLeases, check: Callable[[], object] = lambda: None) -> Crawler:
    from mediawatch.harvest.fetching import Crawler, Pulse, user_agent

    settings = context.settings
    return Crawler(
        user_agent(settings.user_agent_contact),
        concurrency=settings.concurrency,
        host_failures=settings.host_failures,
        time_box_seconds=settings.time_box_seconds,
        clock=context.clock,
        pulse=Pulse(check, settings.lease_seconds * CHECKED_AFTER),
        hosts=hosts,
    )


def _discover(work: ShardWork, crawler: Crawler) -> None:
    """Write segment 0 with the seeds' answers, then what they said, then (last) the candidates."""
    context, store = work.context, work.context.store
    oldest = max(source.limits.max_age_days for source in work.sources)
    memory = remember(store, before=work.batch, window_days=int(oldest) + MARGIN_DAYS)
    with OpenSegment(store, work.path, 0) as segment:
        visited = SeedRounds(
            work.sources, memory, crawler, context.clock, segment.archive, reader=work.reader
        ).visit_all()
        segment.close()
    candidates = select_candidates(context, work.sources, visited.items, memory)
    to_fetch = sum(candidate.reason is None for candidate in candidates)
    answered = sum(row.reason in (None, Reason.UNCHANGED) for row in visited.rows)
    left_out = f", {visited.left_out} items left out (limits.items)" if visited.left_out else ""
    work.report(f"{answered} of {len(visited.rows)} seeds answered, {to_fetch} links to fetch{left_out}")
    rows = with_news(visited.rows, candidates)
    store.put(f"{work.path}/announced.parquet", part_of(ANNOUNCED, rows))
    store.put(f"{work.path}/candidates.parquet", part_of(CANDIDATES, candidates))


def _fetch(work: ShardWork, crawler: Crawler, candidates: Sequence[DiscoveredLink]) -> None:
    """Fetch what no closed segment holds yet, closing a segment every `checkpoint_pages` links."""
    store = work.context.store
    segments = closed_segments(store, work.path)
    done = _fetched_already(store, segments)
    waiting = {c.link_id: c for c in candidates if c.reason is None and c.link_id not in done}
    number, total = max(segments, default=0) + 1, len(done) + len(waiting)
    attempts = crawler.crawl(_jobs(waiting.values(), work.sources))
    begun: list[Begun] = []
    while len(done) + len(begun) < total:
        with OpenSegment(store, work.path, number) as segment:
            found = _fill(segment, work.context.settings.checkpoint_pages, attempts, waiting, work)
            segment.close()
        done |= {outcome.link_id for outcome in segment.outcomes}
        begun += found
        work.held.check()
        number += 1
        work.report(f"{len(done) + len(begun)} of {total} links fetched")
    if next(attempts, None) is not None:  # asked also to end this crawl before the next begins
        raise AssertionError("an attempt at a link that nobody waits for")
    if begun:
        with OpenSegment(store, work.path, number) as segment:
            fetch_what_follows(segment, begun, work.sources, crawler, work.reader)
            segment.close()
        work.held.check()
        work.report(f"{len(segment.pages) - len(begun)} further pages of {len(begun)} articles fetched")


def _jobs(candidates: Iterable[DiscoveredLink], sources: Sequence[Source]) -> list[Job]:
    """A job for each link, in the order in which a host that takes only a few of them is asked.

    What failed least comes first: a page that makes its host ask for a day's rest must not stand before the others in
    every run.
    """
    from mediawatch.harvest.fetching import Job

    by_name = {source.name: source for source in sources}
    return [
        Job(
            key=c.link_id,
            url=c.url,
            source=by_name[c.source],
            kind="article",
            etag=c.etag,
            last_modified=c.last_modified,
        )
        for c in sorted(candidates, key=lambda c: (c.failures, c.first_seen_at, c.link_id))
    ]


def _fill(
    segment: OpenSegment,
    size: int,
    attempts: Iterable[FetchAttempt],
    waiting: dict[str, DiscoveredLink],
    work: ShardWork,
) -> list[Begun]:
    """Take `size` attempts, or what is left of them; those that are articles on several pages are for later."""
    begun: list[Begun] = []
    for taken, answered in enumerate(attempts, start=1):
        candidate = waiting[answered.job.key]
        attempt = with_feed_text(_said_of(candidate), answered)
        place = segment.archive(attempt.exchanges)
        outcome = Outcome(
            day=work.batch.day,
            batch=work.batch.batch,
            stage="fetch",
            link_id=candidate.link_id,
            source=candidate.source,
            reason=attempt.reason,
            detail=attempt.detail,
        )
        _log_attempt(candidate, attempt)
        page = None
        if attempt.response is not None and place is not None:
            page = _page(candidate, attempt, place, segment.warc_key, work.reader)
        if page is not None and page.next_page:
            begun.append(Begun(page=page, outcome=outcome))
        else:
            segment.pages += [page] if page is not None else []
            segment.outcomes.append(outcome)
        if taken == size:
            break
    return begun


def _said_of(candidate: DiscoveredLink) -> FeedText:
    return FeedText(
        url=candidate.url,
        title=candidate.title,
        published_at=candidate.announced_at,
        found_by=candidate.discovered_by,
        text=candidate.feed_text,
    )


def _log_attempt(candidate: DiscoveredLink, attempt: FetchAttempt) -> None:
    answer = attempt.response
    _LOG.info(
        "fetched" if attempt.reason is None else "not fetched",
        url=candidate.url,
        link_id=candidate.link_id,
        source=candidate.source,
        reason=attempt.reason,
        detail=attempt.detail,
        status=answer.status if answer else None,
        size_bytes=len(answer.body) if answer else None,
        final_url="" if attempt.final_url == candidate.url else attempt.final_url,
    )


def _page(
    candidate: DiscoveredLink, attempt: FetchAttempt, place: Located, warc_key: str, reader: MarkupReader
) -> Page:
    return page_of(
        attempt.exchanges[-1],
        link_id=candidate.link_id,
        url=candidate.url,
        final_url=attempt.final_url,
        source=candidate.source,
        announced_title=candidate.title,
        announced_at=candidate.announced_at,
        first_seen_at=candidate.first_seen_at,
        place=place,
        warc_key=warc_key,
        is_recheck=candidate.is_recheck,
        next_page=next_page_in(attempt, reader),
    )


def _fetched_already(store: Store, segments: dict[int, list[ObjectInfo]]) -> set[str]:
    fetched = [info for infos in segments.values() for info in infos if info.key.endswith(".fetch.parquet")]
    return {row.link_id for info in fetched for row in read_records(store, info, Outcome)}


def _manifest(store: Store, path: str, shard: int, candidates: Sequence[DiscoveredLink]) -> ShardManifest:
    objects = [info for _, infos in sorted(closed_segments(store, path).items()) for info in infos]
    pages = [info for info in objects if info.key.endswith(".pages.parquet")]
    fetched = sum(page.part == 1 for info in pages for page in read_records(store, info, Page))
    attempted = sum(info.rows or 0 for info in objects if info.key.endswith(".fetch.parquet"))
    for name in ("announced", "candidates"):
        key = f"{path}/{name}.parquet"
        objects.append(described(key, store.read(key)))
    counts = {"candidates": len(candidates), "attempted": attempted, "fetched": fetched}
    return ShardManifest(shard=shard, objects=tuple(objects), counts=counts, is_complete=True)
