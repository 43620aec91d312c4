"""Articles on several pages: what follows a fetched page is fetched too, under the same manners."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mediawatch.lake.store import Store
from mediawatch.lake.tables import from_parquet
from mediawatch.records import Page, Source
from mediawatch.stages.newsroom import Report
from mediawatch.stages.segments import OpenSegment, closed_segments

if TYPE_CHECKING:
    from mediawatch.fetching import Attempt, Crawler
    from mediawatch.lake.leases import Lease
    from mediawatch.lake.warc import Located

MOST_PARTS = 10
"""Pages of one article that are fetched; what has more is a gallery or a book."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PagedWork:
    """A shard whose links are all fetched: its folder `path`, and what to tell while going on."""

    store: Store
    path: str
    sources: Sequence[Source]
    held: Lease
    report: Report


def next_page_in(attempt: Attempt) -> str:
    """The address of the page that follows the fetched one in the same article, or empty."""
    from mediawatch.extraction import next_page_of

    answer = attempt.exchanges[-1]
    return next_page_of(answer.body, answer.header("Content-Type"), attempt.final_url)


def fetch_what_follows(work: PagedWork, crawler: Crawler) -> None:
    """Fetch page after page, a segment a round, until none names another.

    The link has its outcome already: a page that cannot be had ends the article, which then has the pages before it.
    """
    waiting = [page for page in _last_parts(work.store, work.path) if page.next_page]
    while waiting:
        with OpenSegment(work.store, work.path, max(closed_segments(work.store, work.path)) + 1) as segment:
            _fill(segment, waiting, work.sources, crawler)
            segment.close()
        work.held.renew()
        work.report(f"{len(segment.pages)} further pages of articles fetched")
        waiting = [page for page in segment.pages if page.next_page]


def _fill(segment: OpenSegment, waiting: Sequence[Page], sources: Sequence[Source], crawler: Crawler) -> None:
    from mediawatch.fetching import Job

    by_link, by_name = {page.link_id: page for page in waiting}, {source.name: source for source in sources}
    jobs = [Job(key=page.link_id, url=page.next_page, source=by_name[page.source], kind="article") for page in waiting]
    for attempt in crawler.crawl(jobs):
        place = segment.archive(attempt.exchanges)
        if attempt.response is not None and place is not None:
            segment.pages.append(_next_part(by_link[attempt.job.key], attempt, place, segment.warc_key))


def _last_parts(store: Store, path: str) -> Iterable[Page]:
    keys = [info.key for infos in closed_segments(store, path).values() for info in infos]
    pages = [page for key in keys if key.endswith(".pages.parquet") for page in from_parquet(store.read(key), Page)]
    return {page.link_id: page for page in sorted(pages, key=lambda page: page.part)}.values()


def _next_part(before: Page, attempt: Attempt, place: Located, warc_key: str) -> Page:
    answer, part = attempt.exchanges[-1], before.part + 1
    return replace(
        before,
        part=part,
        next_page=next_page_in(attempt) if part < MOST_PARTS else "",
        final_url=attempt.final_url,
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
    )
