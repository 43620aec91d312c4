"""A small news site on loopback: a feed with an honest ETag, and whatever articles the test publishes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from html import escape
from typing import Any, Self

from mediawatch.context import Context
from mediawatch.lake.batches import BatchManifest, read_batch_rows
from mediawatch.records import Reason, Seed, Source
from mediawatch.sources.urls import link_id
from mediawatch.tables.harvest import CANDIDATES, FETCHED, DiscoveredLink
from tests.support.articles import PARAGRAPHS, html, paragraphs
from tests.support.lakes import MORNING, SetClock
from tests.support.sites import Heard, Reply, Site, reply

FEED = "/feed.xml"
ATOM = "application/atom+xml; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the feed."""

    url: str
    title: str
    published: datetime
    updated: datetime


@dataclass(slots=True)
class Gazette:
    """The site `paper`; `entries` are what its feed announces."""

    site: Site
    name: str = "paper"
    entries: dict[str, Entry] = field(default_factory=dict)

    def open(self) -> Self:
        """Answer for the feed."""
        self.site.says(FEED, self._feed)
        return self

    def source(self, **changes: Any) -> Source:
        """The catalogue entry."""
        feed = Seed(kind="feed", url=self.url(FEED))
        return self.site.source(self.name, **{"discovery": (feed,), **changes})

    def url(self, path: str) -> str:
        """The address of `path`."""
        return self.site.url(path)

    def link(self, path: str) -> str:
        """The link id of `path`."""
        return link_id(self.url(path))

    def publish(
        self,
        *paths: str,
        text: str = "",
        at: datetime = MORNING,
        updated: datetime | None = None,
        title: str = "",
        answer: Reply | None = None,
    ) -> None:
        """Announce `paths`, each an article of its own (an opening with `text`), or what `answer` says instead."""
        for path in paths:
            headline = title or f"城北水库春灌水量充足 {path}"
            url = self.url(path)
            self.entries[path] = Entry(url=url, title=headline, published=at, updated=updated or at)
            self.site.says(path, answer or page(headline, f"{text}这是{path}的独家报道。", at))

    def announce(self, url: str, *, at: datetime = MORNING) -> None:
        """Put any address into the feed."""
        self.entries[url] = Entry(url=url, title=url, published=at, updated=at)

    def withdraw(self, *paths: str) -> None:
        """Take `paths` out of the feed; the pages stay."""
        for path in paths:
            del self.entries[path]

    def asked(self, path: str) -> list[Heard]:
        """The requests for `path`."""
        return [heard for heard in self.site.heard if heard.path == path]

    def _feed(self, heard: Heard) -> Reply:
        body = atom(list(self.entries.values()))
        etag = f'"{sha256(body.encode()).hexdigest()[:16]}"'
        if heard.headers.get("if-none-match") == etag:
            return reply(status=304, headers=[("ETag", etag)])
        return reply(body, content_type=ATOM, headers=[("ETag", etag)])


def page(headline: str, opening: str, at: datetime) -> Reply:
    """An article's page, dated."""
    head = f"<meta property='article:published_time' content='{at.isoformat()}'>"
    body = paragraphs(opening, *PARAGRAPHS)
    return reply(html(title=headline, head=head, body=body), headers=[("ETag", f'"{hash((headline, opening))}"')])


def atom(entries: list[Entry]) -> str:
    """A feed of `entries`."""
    lines = "".join(
        f"<entry><id>{escape(e.url)}</id><title>{escape(e.title)}</title><link href='{escape(e.url)}'/>"
        f"<published>{e.published.isoformat()}</published><updated>{e.updated.isoformat()}</updated></entry>"
        for e in entries
    )
    return f"<?xml version='1.0'?><feed xmlns='http://www.w3.org/2005/Atom'><title>Paper</title>{lines}</feed>"


@contextmanager
def open_gazettes(*names: str) -> Iterator[list[Gazette]]:
    """One gazette for each of `names`, all on loopback."""
    with ExitStack() as stack:
        yield [Gazette(stack.enter_context(Site()), name).open() for name in names]


def at(context: Context, moment: datetime) -> Context:
    """The same newsroom at another instant."""
    return replace(context, clock=SetClock(moment))


def candidates_of(context: Context, manifest: BatchManifest) -> dict[str, DiscoveredLink]:
    """What discovery made of each link, by address."""
    return {row.url: row for row in read_batch_rows(context.store, manifest, CANDIDATES)}


def fetched_in(context: Context, manifest: BatchManifest) -> dict[str, Reason | None]:
    """{link id: reason} of what the batch fetched or tried to."""
    return {row.link_id: row.reason for row in read_batch_rows(context.store, manifest, FETCHED)}
