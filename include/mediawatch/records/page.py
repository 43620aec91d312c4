"""A page: the answer to one fetched link, with the place of its bytes in the archive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One fetched article page.  The bytes are in the WARC `warc_file` (a lake key) at `warc_offset`.

    `digest` is the SHA-256 of the decoded payload; sizes are bytes.  `is_recheck` marks a page fetched again
    because its feed said that it changed.  An article on several pages has a row for each, `part` counting from 1;
    `next_page` is the address of the one that follows, empty at the last.
    """

    link_id: str
    url: str
    final_url: str
    source: str
    site: str
    announced_title: str
    announced_at: datetime | None
    first_seen_at: datetime
    fetched_at: datetime
    status: int
    content_type: str
    etag: str
    last_modified: str
    warc_file: str
    warc_offset: int
    warc_length: int
    digest: str
    size_bytes: int
    is_recheck: bool
    part: int = 1
    next_page: str = ""
