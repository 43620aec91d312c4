"""The tables of a harvest: what was announced and what became of it, and which links are done with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from mediawatch.records import Page, Reason
from mediawatch.records.ledger import Outcome
from mediawatch.tables.declaration import Per, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscoveredLink:
    """A link as discovery left it: `reason` None means that it is to be fetched in this batch.

    `is_carried` marks a link taken over from an earlier run's pending ones, `is_recheck` a known article whose feed
    says that it changed (`etag` and `last_modified` are then those of the page fetched before).  `failures` counts the
    earlier runs in which its own request failed; a link that only waited for its turn has none.  `feed_text` is the
    article as its feed has it, in markup, for when the page is refused.
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
    reason: Reason | None
    detail: str = ""
    is_carried: bool = False
    is_recheck: bool = False
    etag: str = ""
    last_modified: str = ""
    failures: int = 0
    feed_text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedAnswer:
    """One visit to a place where a source announces its articles.

    `reason` is None when it answered and could be read; `detail` may still say what was wrong with it.  `follows`
    counts the further addresses that it named, `new` the links of which no earlier run knew.  `is_trusted` turns False
    for good once the same ETag came with another body.  `full_at` is when the body was last received whole; `digest`
    is its SHA-256.  `certificate_until` is when the certificate of its host ends, where one was shown.
    """

    url: str
    source: str
    kind: str
    fetched_at: datetime
    reason: Reason | None
    detail: str
    items: int
    newest_at: datetime | None
    etag: str
    last_modified: str
    digest: str
    full_at: datetime | None
    is_trusted: bool
    follows: int = 0
    new: int | None = None
    certificate_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenLink:
    """A link that is done with since `day`; `is_page` unless it ended without a page."""

    link_id: str
    day: date
    is_page: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """The one row of a closed day: how many links are done with."""

    day: date
    links: int


ANNOUNCED: Final = Table(
    name="announced",
    stage="harvest",
    row=SeedAnswer,
    per=Per.SHARD,
    sort_by=("url",),
    is_fact=True,
    about="One visit to a feed, sitemap or list page.",
)
CANDIDATES: Final = Table(
    name="candidates",
    stage="harvest",
    row=DiscoveredLink,
    per=Per.SHARD,
    sort_by=("link_id",),
    is_fact=True,
    about="A link as discovery left it: to be fetched, or why not.",
)
FETCHED: Final = Table(
    name="fetch",
    stage="harvest",
    row=Outcome,
    per=Per.SHARD,
    sort_by=("link_id",),
    is_fact=True,
    about="What became of a link that was to be fetched.",
)
PAGES: Final = Table(
    name="pages",
    stage="harvest",
    row=Page,
    per=Per.SHARD,
    sort_by=("link_id",),
    is_fact=True,
    about="A page as it was fetched, and where its bytes lie in the archive.",
)
SEEN_LINKS: Final = Table(
    name="links",
    stage="seen",
    row=SeenLink,
    per=Per.DAY,
    sort_by=("link_id",),
    about="A link that is done with: the roll-up of its month so far.",
)
CLOSED: Final = Table(name="closed", stage="closed", row=Closed, per=Per.DAY, about="The mark that a day is closed.")
