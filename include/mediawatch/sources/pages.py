"""What was fetched, as the record of a page."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from mediawatch.records import Exchange, Page
from mediawatch.sources.urls import host_of

if TYPE_CHECKING:
    from mediawatch.lake.warc import Located


def page_of(
    answer: Exchange,
    *,
    link_id: str,
    url: str,
    final_url: str,
    source: str,
    announced_title: str = "",
    announced_at: datetime | None = None,
    first_seen_at: datetime | None = None,
    place: Located | None = None,
    warc_key: str = "",
    is_recheck: bool = False,
    part: int = 1,
    next_page: str = "",
) -> Page:
    """`answer` as a page, at `place` in the archive's file `warc_key`; without a place it is in no archive.

    It is first seen when it was fetched, unless `first_seen_at` says otherwise.
    """
    return Page(
        link_id=link_id,
        url=url,
        final_url=final_url,
        source=source,
        site=host_of(final_url),
        announced_title=announced_title,
        announced_at=announced_at,
        first_seen_at=first_seen_at or answer.fetched_at,
        fetched_at=answer.fetched_at,
        status=answer.status,
        content_type=answer.header("Content-Type"),
        etag=answer.header("ETag"),
        last_modified=answer.header("Last-Modified"),
        warc_file=warc_key,
        warc_offset=place.offset if place else 0,
        warc_length=place.length if place else 0,
        digest=place.digest if place else "",
        size_bytes=len(answer.body),
        is_recheck=is_recheck,
        part=part,
        next_page=next_page,
    )
