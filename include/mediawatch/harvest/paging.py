"""Articles on several pages: what follows a fetched page is fetched too, under the same manners."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mediawatch.harvest.markup import MarkupReader
from mediawatch.harvest.segments import OpenSegment
from mediawatch.records import Page, Source
from mediawatch.records.ledger import Outcome
from mediawatch.sources.pages import page_of

if TYPE_CHECKING:
    from mediawatch.harvest.fetching import Crawler, FetchAttempt
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
