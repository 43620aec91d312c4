"""What the answer to an announcement announces, by its kind, and which of that its seed wants."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Final

from mediawatch.harvest.discovery.announcement import Announcement, AnnouncementKind, Findings, failed
from mediawatch.harvest.discovery.feeds import read_feed
from mediawatch.harvest.discovery.json_lists import read_json_list
from mediawatch.harvest.discovery.lists import read_home, read_list_page
from mediawatch.harvest.discovery.sitemaps import read_robots, read_sitemap
from mediawatch.records import Exchange, Reason, Source
from mediawatch.records.source import AddressPattern

_READERS: Final[Mapping[AnnouncementKind, Callable[[Announcement, Exchange, Source], Findings]]] = {
    "feed": read_feed,
    "sitemap": read_sitemap,
    "list_page": read_list_page,
    "json": read_json_list,
    "home": read_home,
    "robots": read_robots,
}


def read_announcement(announcement: Announcement, exchange: Exchange, source: Source) -> Findings:
    """What `exchange` (the answer to `announcement`) announces.  Never raises on any bytes: see Findings.problem."""
    if not 200 <= exchange.status < 300:
        return failed(Reason.REFUSED, f"answered {exchange.status} {exchange.phrase}")
    if not exchange.body.strip():
        return failed(Reason.EMPTY_ANSWER, "empty answer")
    return _wanted(_READERS[announcement.kind](announcement, exchange, source), announcement)


def _wanted(found: Findings, announcement: Announcement) -> Findings:
    """`found` without the items that the seed's patterns leave out; none left that had to fit is a fault."""
    wanted, unwanted = announcement.link_pattern, announcement.exclude_pattern
    if not found.items or not (wanted or unwanted):
        return found
    fitting = [item for item in found.items if not wanted or _pattern(wanted).is_in(item.url)]
    if not fitting:
        return replace(failed(Reason.NO_LINKS, f"no link that the link_pattern {wanted!r} fits"), follow=found.follow)
    return replace(found, items=tuple(i for i in fitting if not unwanted or not _pattern(unwanted).is_in(i.url)))


@lru_cache(maxsize=512)
def _pattern(text: str) -> AddressPattern:
    return AddressPattern(text)
