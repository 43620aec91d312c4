"""What is fetched: a link, the exchanges with its site, and the page, with the place of its bytes in the archive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One announced article address.

    `link_id` is the hash of the *normalised* address (`sources.urls.link_id`); `url` is what to fetch, as
    announced.  `announced_at` is the feed's date and never changes `first_seen_at`, which is ours, once.
    """

    link_id: str
    url: str
    source: str
    site: str
    title: str
    announced_at: datetime | None
    updated_at: datetime | None
    discovered_by: str
    first_seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request and the answer to it; redirects and robots.txt are exchanges of their own.

    `body` is the payload after content decoding (gzip, deflate, br, zstd) and `headers` are those received, in order.
    `remote_address` is the address really connected to, empty behind a proxy.  `certificate_until` is when the
    certificate ends that its host showed last; None where it showed none or is behind a proxy, and not archived.
    """

    url: str
    status: int
    phrase: str
    request_headers: tuple[tuple[str, str], ...]
    headers: tuple[tuple[str, str], ...]
    body: bytes
    fetched_at: datetime
    remote_address: str
    certificate_until: datetime | None = None

    def header(self, name: str) -> str:
        """The first header called `name` (any case), or an empty string."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), "")


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
