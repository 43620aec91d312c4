"""`auto` discovery: from a home page to the feeds it names, else to its robots.txt and the links on it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any
from urllib.parse import urljoin

from mediawatch.harvest.discovery.announcement import Announcement, AnnouncementKind, Findings, failed
from mediawatch.harvest.discovery.lists import read_list_page
from mediawatch.harvest.discovery.markup import TITLE_LENGTH, page_tree
from mediawatch.records import Exchange, Reason, Source
from mediawatch.sources.urls import LONGEST, is_usable

MOST_FEEDS = 8
"""Feeds followed from one home page; sites name one or two, some name one for each section."""
FEED_PATHS = ("/feed/", "/rss.xml", "/feed.xml", "/atom.xml", "/rss/")
"""Where the usual systems keep a feed when the page does not say: WordPress, static generators, older sites."""
_GUESSES_IN_A_RUN = 2
_LINKS = 1_000
"""Link elements of a page that are looked at; pages have dozens."""

_FEED_TYPE = re.compile(r"application/(?:rss|atom|rdf)\+xml|(?:application|text)/xml", re.IGNORECASE)
_COMMENTS = re.compile(r"comment|评论|評論|留言|回響", re.IGNORECASE)


def read_home(announcement: Announcement, exchange: Exchange, source: Source) -> Findings:
    """The feeds that the page names, to follow.  Where it names none: its own article links, and as guesses its
    robots.txt (for sitemaps) and the two most usual feed addresses.  A page without links has failed unless one of the
    guesses answers, which is for the caller to see.
    """
    tree = page_tree(exchange.body, exchange.header("content-type"))
    if tree is None:
        return failed(Reason.NO_LINKS, "not a page")
    feeds = tuple(_next(announcement, url, "feed") for url in feeds_named_by(tree, exchange.url))
    if feeds:
        return Findings(follow=feeds)
    listed = read_list_page(announcement, exchange, source)
    return replace(listed, follow=tuple(_guesses(announcement, exchange.url)))


def feeds_named_by(tree: Any, url: str) -> tuple[str, ...]:
    """Addresses in `link rel=alternate` of a feed type, in their order, less those of comments; at most MOST_FEEDS."""
    return tuple(dict.fromkeys(_alternates(tree, url)))[:MOST_FEEDS]


def _alternates(tree: Any, url: str) -> Iterator[str]:
    base = next((str(each) for each in tree.xpath("//base[@href][1]/@href")), "")[: LONGEST + 1]
    for link in islice(tree.iter("link"), _LINKS):
        relations = str(link.get("rel") or "")[:TITLE_LENGTH].lower().split()
        href = str(link.get("href") or "").strip()[: LONGEST + 1]
        is_feed = "alternate" in relations and _FEED_TYPE.match(str(link.get("type") or "").strip())
        if not (is_feed and href) or _COMMENTS.search(f"{href} {link.get('title') or ''}"):
            continue
        try:
            address = urljoin(urljoin(url, base), href)
        except ValueError:  # a broken address names no feed
            continue
        if is_usable(address):
            yield address


def _guesses(announcement: Announcement, url: str) -> Iterator[Announcement]:
    yield _next(announcement, urljoin(url, "/robots.txt"), "robots", is_guess=True)
    for path in FEED_PATHS[:_GUESSES_IN_A_RUN]:
        yield _next(announcement, urljoin(url, path), "feed", is_guess=True)


def _next(announcement: Announcement, url: str, kind: AnnouncementKind, *, is_guess: bool = False) -> Announcement:
    return Announcement(url=url, kind=kind, source=announcement.source, depth=announcement.depth + 1, is_guess=is_guess)
