"""One answer of an announcing address, read by its kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mediawatch.harvest.discovery.announcement import Announcement, AnnouncementKind, Findings, failed
from mediawatch.harvest.discovery.feeds import read_feed
from mediawatch.harvest.discovery.home import read_home
from mediawatch.harvest.discovery.lists import read_list_page
from mediawatch.harvest.discovery.sitemaps import read_robots, read_sitemap
from mediawatch.records import Exchange, Reason, Source

_READERS: Mapping[AnnouncementKind, Callable[[Announcement, Exchange, Source], Findings]] = {
    "feed": read_feed,
    "sitemap": read_sitemap,
    "list_page": read_list_page,
    "home": read_home,
    "robots": read_robots,
}


def read_announcement(announcement: Announcement, exchange: Exchange, source: Source) -> Findings:
    """What `exchange` (the answer to `announcement`) announces.  Never raises on any bytes: see Findings.problem."""
    if not 200 <= exchange.status < 300:
        return failed(Reason.REFUSED, f"answered {exchange.status} {exchange.phrase}")
    if not exchange.body.strip():
        return failed(Reason.EMPTY_ANSWER, "empty answer")
    return _READERS[announcement.kind](announcement, exchange, source)
