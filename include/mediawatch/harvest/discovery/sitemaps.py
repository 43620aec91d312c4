"""Sitemaps: news and plain ones, indexes of them, gzip or not, and the robots.txt lines that name them.

Formats: sitemaps.org protocol 0.9 and Google's news extension 0.9.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import chain, islice
from urllib.parse import urlsplit

from mediawatch.harvest.discovery.addresses import address_meant
from mediawatch.harvest.discovery.announcement import LONGEST_PROBLEM, Announced, Announcement, Findings, failed
from mediawatch.harvest.discovery.dates import announced_instant
from mediawatch.harvest.discovery.feeds import read_feed, unreadable
from mediawatch.harvest.discovery.markup import plain_title
from mediawatch.harvest.discovery.sitemap_entries import MOST_ITEMS, Entries, SitemapEntry
from mediawatch.harvest.discovery.sitemap_order import Child, newest_first
from mediawatch.harvest.discovery.sitemap_text import as_utf8, well_formed
from mediawatch.harvest.discovery.unpacking import pieces_of
from mediawatch.records import Exchange, Reason, Source
from mediawatch.records.source import AddressPattern
from mediawatch.sources.urls import LONGEST, is_usable

DEEPEST = 3
"""Steps from a catalogue address down through indexes."""
MOST_NAMED = 1_000
"""Sitemaps of one robots.txt that are looked at; sites name one or two, the largest some dozens."""
_ROBOTS_BYTES = 512_000
_BEHIND = re.compile(r"[\"<>]")
"""What ends an address in a line: the end of a quotation, behind which further columns stand."""
_PLAIN = re.compile(rb"[\xef\xbb\xbf\"'\s]{0,8}(?:/|<?http)", re.IGNORECASE)
_ROOTS = frozenset({"urlset", "sitemapindex"})
_FEEDS = frozenset({"rss", "feed", "rdf"})
_SITEMAP_LINE = re.compile(r"(?im)^[ \t]*site-?map(?:[ \t]*[:：][ \t]*|[ \t]+(?=https?://))(\S+)")
"""Also with the colon of Chinese text or none, as search engines read it."""


def read_sitemap(announcement: Announcement, exchange: Exchange, source: Source) -> Findings:
    """The addresses of a sitemap, or the child sitemaps of an index that may hold something new.

    Children come newest first (`newest_first`), at most `limits.sitemaps`; those untouched for longer than
    `limits.max_age_days` are left out.  A feed is a sitemap too.  What is beyond the bounds of `Entries` or of
    `pieces_of`, or broken, is named in the problem; what was read before it is kept.
    """
    pieces = as_utf8(pieces_of(exchange.body))
    try:
        first = next(pieces, b"")
    except ValueError as error:
        return unreadable(error)
    if _PLAIN.match(first):
        return _plain(chain([first], pieces), announcement)
    entries = Entries(well_formed(chain([first], pieces)))
    items: list[Announced] = []
    children: list[Child] = []
    for entry in entries:
        if entry.kind == "url" and not _names_sitemap(entry.loc):
            items.append(_announced(entry, announcement, exchange, source))
        else:
            children.append(Child(_resolved(exchange.url, entry.loc), _instant(entry.lastmod, exchange, source)))
    if entries.root.lower() in _FEEDS:
        found = read_feed(announcement, exchange, source)
        return found if found.items else failed(Reason.NOT_A_FEED, "not a sitemap")
    # Generators write entries for pages that they have no address of, and one stands where a broken text ends.
    items = [item for item in items if item.url]
    children = [child for child in children if child.url]
    if not items and not children:
        return _nothing_in(entries)
    follow, problem = _children(children, announcement, exchange, source)
    if problem and not items and not follow:
        return failed(Reason.UNPARSABLE, problem)
    problems = "; ".join(filter(None, (entries.problem, problem)))
    return Findings(items=tuple(items), follow=follow, problem=problems[:LONGEST_PROBLEM])


def _names_sitemap(address: str) -> bool:
    """Whether an entry that should be a page is a further sitemap by its name."""
    path = address.partition("?")[0].strip().lower()
    return path.endswith((".xml", ".xml.gz"))


def _nothing_in(entries: Entries) -> Findings:
    if entries.unpacking_error is not None:
        return unreadable(entries.unpacking_error)
    if entries.root not in _ROOTS:
        return failed(Reason.NOT_A_FEED, "not a sitemap")
    if entries.problem:
        return failed(Reason.MALFORMED, entries.problem)
    is_empty = entries.elements <= 1
    return Findings() if is_empty else failed(Reason.NO_LINKS, f"none of {entries.elements - 1:,} elements is a url")


def read_robots(announcement: Announcement, exchange: Exchange, source: Source) -> Findings:
    """The sitemaps that a robots.txt names: the news sitemaps where some are called so, else all, bounded."""
    text = b"".join(as_utf8(iter([exchange.body[:_ROBOTS_BYTES]]))).decode("utf-8", "replace").replace("\r", "\n")
    lines = list(islice(dict.fromkeys(match[1] for match in _SITEMAP_LINE.finditer(text)), MOST_NAMED))
    found = [
        url for url in dict.fromkeys(_resolved(exchange.url, line) for line in lines) if _is_followed(url, announcement)
    ]
    news = [url for url in found if not announcement.follow_pattern and "news" in urlsplit(url).path.lower()]
    wanted = news or found
    bound = source.limits.sitemaps
    problem = f"read {bound} of {len(wanted)} sitemaps (limits.sitemaps)" if len(wanted) > bound else ""
    return Findings(follow=tuple(_child(url, announcement) for url in wanted[:bound]), problem=problem)


def _announced(entry: SitemapEntry, announcement: Announcement, exchange: Exchange, source: Source) -> Announced:
    return Announced(
        url=_resolved(exchange.url, entry.loc),
        title=plain_title(entry.title),
        announced_at=_instant(entry.published, exchange, source),
        updated_at=_instant(entry.lastmod, exchange, source),
        discovered_by=f"sitemap {announcement.url}",
    )


def _instant(text: str, exchange: Exchange, source: Source) -> datetime | None:
    return announced_instant(text, timezone=source.timezone, seen_at=exchange.fetched_at)


def _resolved(base: str, address: str) -> str:
    """`address` made absolute; as it stands when that cannot be done, so that it is counted as a bad one."""
    try:
        return address_meant(base, address)
    except ValueError:
        return address


def _plain(pieces: Iterator[bytes], announcement: Announcement) -> Findings:
    """A sitemap of bare addresses, one a line; what some write beside or behind them is left out."""
    items: list[Announced] = []
    found_by = f"sitemap {announcement.url}"
    try:
        for word in _words(pieces):
            if len(items) == MOST_ITEMS:
                return Findings(items=tuple(items), problem=f"read the first {MOST_ITEMS:,} entries of more")
            written = _BEHIND.split(word.decode("utf-8", "replace").lstrip("\"'<\ufeff"), maxsplit=1)[0].rstrip(",;'")
            if not written.lower().startswith(("http", "/")):
                continue
            if url := _resolved(announcement.url, written):
                items.append(Announced(url=url, title="", announced_at=None, updated_at=None, discovered_by=found_by))
    except ValueError as error:
        return Findings(items=tuple(items), problem=str(error))
    return Findings(items=tuple(items))


def _words(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """What stands between blanks, cut to one character more than the longest address."""
    begun = b""
    for piece in pieces:
        words = (begun + piece).split()
        begun = words.pop()[: LONGEST + 1] if words and not piece[-1:].isspace() else b""
        yield from (word[: LONGEST + 1] for word in words)
    if begun:
        yield begun


def _children(
    children: list[Child], announcement: Announcement, exchange: Exchange, source: Source
) -> tuple[tuple[Announcement, ...], str]:
    if children and announcement.depth >= DEEPEST:
        return (), f"an index nested deeper than {DEEPEST}"
    oldest = exchange.fetched_at - timedelta(days=source.limits.max_age_days)
    bound = source.limits.sitemaps
    followed = (child for child in children if _is_followed(child.url, announcement))
    kept = newest_first(followed, oldest=oldest, bound=bound)
    problem = f"read {bound} of {len(kept)} child sitemaps (limits.sitemaps)" if len(kept) > bound else ""
    return tuple(_child(url, announcement) for url in kept[:bound]), problem


def _child(url: str, parent: Announcement) -> Announcement:
    return parent.next(url, "sitemap")


def _is_followed(url: str, parent: Announcement) -> bool:
    return is_usable(url) and (not parent.follow_pattern or AddressPattern(parent.follow_pattern).is_in(url))
