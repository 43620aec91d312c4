"""A link: somebody announced that an article exists."""

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
