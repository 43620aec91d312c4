"""List pages: section fronts and archives, where articles are announced by plain links."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from mediawatch.harvest.discovery.anchors import MOST_ANCHORS, Anchor, Anchors
from mediawatch.harvest.discovery.announcement import Announced, Announcement, Findings, failed
from mediawatch.harvest.discovery.dates import day_in_address
from mediawatch.harvest.discovery.markup import page_tree
from mediawatch.records import Exchange, Reason, Source
from mediawatch.records.patterns import AddressPattern
from mediawatch.sources.urls import is_on_site

_NOT_PAGES = re.compile(
    r"\.(?:jpe?g|png|gif|webp|svg|ico|css|js|json|xml|rss|pdf|docx?|xlsx?|zip|gz|apk|exe|mp[34]|m3u8|avi|mov)$",
    re.IGNORECASE,
)
_SECTIONS = re.compile(
    r"/(?:tags?|topics?|categor(?:y|ies)|authors?|columnists?|search|login|register|subscribe|account|about|contact|"
    r"privacy|terms|help|jobs|advertis\w*|newsletters?|podcasts?|feeds?|rss|comments?|users?|members?)(?:/|\.|$)",
    re.IGNORECASE,
)
_MONTH_IN_PATH = re.compile(r"/(?:19|20)\d\d[/-]?(?:0[1-9]|1[0-2])/")
_ID_IN_SEGMENT = re.compile(r"\d{5,}|[0-9a-f]{12,}|^[a-z]{0,2}\d{3,}$")
_ID_IN_QUERY = re.compile(
    r"(?:^|&)(?:id|p|a|aid|tid|sid|nid|docid|newsid|articleid|itemid|story)=[0-9a-z]{2,}(?:&|$)",
    re.IGNORECASE,
)
_HAN_WEIGHT = 3
"""A Han character says about as much as three letters: headlines are 8 to 30 characters or 25 to 90 letters long."""
_HEADLINE = 24
_SHORT_HEADLINE = 12


def read_list_page(announcement: Announcement, exchange: Exchange, source: Source) -> Findings:
    """The article links of a page in their order, one an address, with the longest text that any of its anchors has.

    With a `link_pattern` exactly the addresses in which it is found, whatever they lead to; else links to the source's
    own hosts that look like articles: a date or an id in the address, words enough for a headline.
    """
    tree = page_tree(exchange.body, exchange.header("content-type"))
    if tree is None:
        return failed(Reason.NO_LINKS, "not a page")
    anchors = Anchors(tree, exchange.url)
    listed: dict[str, _Listed] = {}
    for anchor in anchors:
        listed.setdefault(anchor.address, _Listed()).add(anchor)
    if announcement.link_pattern:
        pattern = AddressPattern(announcement.link_pattern)
        chosen = [address for address in listed if pattern.is_in(address)]
    else:
        chosen = [address for address, same in listed.items() if _is_article(address, same, source)]
    found_at = f"list_page {announcement.url}"
    items = tuple(
        Announced(url=address, title=listed[address].title, announced_at=None, updated_at=None, discovered_by=found_at)
        for address in chosen
    )
    more = f"read the first {MOST_ANCHORS:,} links of more" if anchors.is_cut else ""
    if not items:
        return failed(Reason.NO_LINKS, "; ".join(filter(None, (_without_links(announcement), more))))
    return Findings(items=items, problem=more)


def _without_links(announcement: Announcement) -> str:
    if announcement.link_pattern:
        return f"no link that the link_pattern {announcement.link_pattern!r} fits"
    return "no link that looks like an article"


@dataclass(slots=True)
class _Listed:
    """What the anchors of one address say together."""

    title: str = ""
    is_furniture: bool = True

    def add(self, anchor: Anchor) -> None:
        self.title = max(self.title, anchor.title, key=len)
        self.is_furniture = self.is_furniture and anchor.is_furniture


def _is_article(address: str, listed: _Listed, source: Source) -> bool:
    parts = urlsplit(address)
    if listed.is_furniture or (parts.path in ("", "/") and not parts.query):
        return False
    if _NOT_PAGES.search(parts.path) or _SECTIONS.search(parts.path) or not is_on_site(address, source.hosts):
        return False
    words = _weight(listed.title)
    return words >= (_SHORT_HEADLINE if _has_date(parts) else _HEADLINE) and (_has_date(parts) or _has_id(parts))


def _has_date(parts: SplitResult) -> bool:
    return day_in_address(parts.path) is not None or _MONTH_IN_PATH.search(parts.path) is not None


def _has_id(parts: SplitResult) -> bool:
    segment = parts.path.rstrip("/").rpartition("/")[2].partition(".")[0]
    if _ID_IN_SEGMENT.search(segment.lower()) or segment.count("-") >= 3:
        return True
    return _ID_IN_QUERY.search(parts.query) is not None


def _weight(title: str) -> int:
    """Letters of `title`, a Han, kana or hangul character counting _HAN_WEIGHT."""
    return sum(_HAN_WEIGHT if character >= "\u2e80" else 1 for character in title)
