"""When a page says that it was published."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from mediawatch.extraction.page.context import PageContext
from mediawatch.extraction.page.declared import Declared
from mediawatch.extraction.page.tree import Visible
from mediawatch.extraction.stamps import Stamp, placed_stamps, read_stamp, stamps_in

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_METAS: Final = (
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "datepublished",
    "pubdate",
    "publishdate",
    "publish_date",
    "publish-date",
    "published_time",
    "published",
    "publication_date",
    "parsely-pub-date",
    "sailthru.date",
    "weibo:article:create_at",
    "bytedance:published_time",
    "dc.date.issued",
    "dc.date",
    "dcterms.date",
    "dcterms.created",
    "citation_publication_date",
    "citation_online_date",
    "citation_date",
    "date",
    "_pubtime",
    "release_date",
)
_NEAR: Final = 3_000
"""Characters below the headline in which a dateline stands; further down dates belong to other things."""
_TOLERANCE: Final = timedelta(hours=1)
"""Clocks differ, and a page may be stamped with its release."""
_EARLIEST: Final = date(1994, 1, 1)
"""No news page is older than the newspapers of the web; 1970 and 0001 are defaults of programs."""
_MARKED: Final = (
    "//*[@itemprop='datePublished']/@datetime | //*[@itemprop='datePublished']/@content | //time[@pubdate]/@datetime"
    " | //*[contains(@property, 'dc:date')]/@content"
)
_EASTERNMOST: Final = timezone(timedelta(hours=14))
_Placed = tuple[Stamp, str]
_LABEL: Final = re.compile(
    r"(?:发布|发表|發佈|發布|發表|刊登|出版|发稿)(?:时间|時間|日期|于|於)?\s*[:：]|\b(?:first |originally "
    r")?published(?: on| at)?\s*:",
    re.IGNORECASE,
)
_LABELLED: Final = 60
_GAP: Final = 6
_IN_URL: Final = re.compile(r"/((?:19|20)\d\d)[-/_]?(0[1-9]|1[0-2])[-/_]?(0[1-9]|[12]\d|3[01])(?=[/_.-]|\D|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """`at` when the page tells the time of day and its zone is known, else `on` when it tells the day, else neither.

    `stamp` is what the page printed and `origin` where.
    """

    at: datetime | None = None
    on: date | None = None
    stamp: Stamp | None = None
    origin: str = ""

    @property
    def printed(self) -> str:
        """ISO 8601 as the page tells it: a day, with the time of day and the offset where they are known."""
        return self.stamp.isoformat() if self.stamp else ""


def published_of(
    root: HtmlElement, declared: Declared, visible: Visible, context: PageContext, ruled: str = ""
) -> Published:
    """The site's rule, else a dated declaration, else the first date with a time from the headline on, else the first
    date, else the address.

    Times without a zone are in the site's.  What lies after the fetch, or before the web, is passed over, never
    mended.
    """
    zone = ZoneInfo(context.timezone) if context.timezone else None
    is_possible = _bounds(context.fetched_at, zone)
    below = [stamp for stamp in stamps_in(visible.below[:_NEAR]) if is_possible(stamp)]
    above = [stamp for stamp in stamps_in(visible.above[-_NEAR:]) if is_possible(stamp)]
    stated = ((stamp, origin) for stamp, origin in _stated(root, declared, ruled) if is_possible(stamp))
    addressed = ((stamp, "address") for stamp in _in_address(context.url) if is_possible(stamp))
    labelled = next(filter(is_possible, _labelled(visible)), None)
    found = _from_statement(next(stated, None), below, labelled) or _from_text(below, above) or next(addressed, None)
    if found is None:
        return Published()
    stamp, origin = found
    moment = stamp.at(zone)
    return Published(at=moment, on=None if moment else stamp.day, stamp=stamp, origin=origin)


def _bounds(fetched_at: datetime, zone: ZoneInfo | None) -> Callable[[Stamp], bool]:
    """Whether a stamp lies between the web's beginning and the fetch; without a zone anywhere on earth will do."""
    today = fetched_at.astimezone(zone or _EASTERNMOST).date()

    def is_possible(stamp: Stamp) -> bool:
        if not _EARLIEST <= stamp.day <= today + timedelta(days=1):
            return False
        moment = stamp.at(zone)
        return stamp.day <= today if moment is None else moment <= fetched_at + _TOLERANCE

    return is_possible


def _from_statement(stated: _Placed | None, below: list[Stamp], labelled: Stamp | None) -> _Placed | None:
    """What the page declares, with the time of day from the text when that has one for the same day.

    A date printed after 发布 that is earlier wins: pages declare their last change as publication.
    """
    if labelled and (stated is None or labelled.day < stated[0].day):
        return labelled, "text after 发布 or Published"
    if stated is None or stated[0].time:
        return stated
    timed = next((stamp for stamp in below if stamp.time and stamp.day == stated[0].day), None)
    return (timed, f"{stated[1]}, time from the text") if timed else stated


def _labelled(visible: Visible) -> Iterator[Stamp]:
    for text in (visible.below, visible.above[-_NEAR:]):
        for match in _LABEL.finditer(text):
            after = text[match.end() : match.end() + _LABELLED]
            yield from (stamp for stamp, position in placed_stamps(after) if position <= _GAP)


def _from_text(below: list[Stamp], above: list[Stamp]) -> _Placed | None:
    """The first date with a time from the headline on, else the nearest such date above it, else the first date."""
    timed = [stamp for stamp in (*below, *reversed(above)) if stamp.time]
    stamp = next(iter((*timed, *below, *reversed(above))), None)
    return (stamp, "text") if stamp else None


def _stated(root: HtmlElement, declared: Declared, ruled: str) -> Iterator[_Placed]:
    for value, origin in _stated_values(root, declared, ruled):
        stamp = read_stamp(value) if isinstance(value, str) and value else None
        if stamp:
            yield stamp, origin


def _stated_values(root: HtmlElement, declared: Declared, ruled: str) -> Iterator[tuple[object, str]]:
    yield ruled, "rule"
    yield declared.article.get("datePublished"), "JSON-LD"
    for name in _METAS:
        yield from ((value, f"meta {name}") for value in declared.metas.get(name, ()))
    yield from ((node.get(key), "JSON-LD") for node in declared.nodes for key in ("datePublished", "pubDate"))
    marked = root.xpath(_MARKED)
    yield from ((value, "marked time") for value in (*marked, *root.xpath("//time/@datetime")[:1]))


def _in_address(url: str) -> Iterator[Stamp]:
    for year, month, day in _IN_URL.findall(url):
        try:
            yield Stamp(day=date(int(year), int(month), int(day)))
        except ValueError:
            continue
