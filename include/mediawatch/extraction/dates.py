"""When a page says that it was published."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from mediawatch.extraction.declared import Declared
from mediawatch.extraction.stamps import Stamp, read_stamp, stamps_in
from mediawatch.extraction.visible import Visible

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
_IN_URL: Final = re.compile(r"/((?:19|20)\d\d)[-/_]?(0[1-9]|1[0-2])[-/_]?(0[1-9]|[12]\d|3[01])(?=[/_.-]|\D|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """`at` when the page tells the time of day, else `on` when it tells the day, else neither."""

    at: datetime | None = None
    on: date | None = None


def published_of(
    root: HtmlElement, declared: Declared, visible: Visible, *, url: str, timezone: str, fetched_at: datetime
) -> Published:
    """A dated declaration, else the first date with a time from the headline on, else the first date, else the address.

    Times without a zone are in `timezone`.  What lies after `fetched_at`, or before the web, is passed over, never
    mended.
    """
    zone = ZoneInfo(timezone)
    today = fetched_at.astimezone(zone).date()

    def is_possible(stamp: Stamp) -> bool:
        if not _EARLIEST <= stamp.day <= today + timedelta(days=1):
            return False
        moment = stamp.at(zone)
        return stamp.day <= today if moment is None else moment <= fetched_at + _TOLERANCE

    written = [stamp for stamp in stamps_in(visible.below[:_NEAR]) if is_possible(stamp)]
    above = [stamp for stamp in stamps_in(visible.above[-_NEAR:]) if is_possible(stamp)]
    stated = (stamp for stamp in _stated(root, declared) if is_possible(stamp))
    elsewhere = (stamp for stamp in _in_address(url) if is_possible(stamp))
    stamp = _from_statement(next(stated, None), written) or _from_text(written, above) or next(elsewhere, None)
    if stamp is None:
        return Published()
    moment = stamp.at(zone)
    return Published(at=moment) if moment else Published(on=stamp.day)


def _from_statement(stated: Stamp | None, written: list[Stamp]) -> Stamp | None:
    """What the page declares, with the time of day from the text when that has one for the same day."""
    if stated is None or stated.time:
        return stated
    return next((stamp for stamp in written if stamp.time and stamp.day == stated.day), stated)


def _from_text(written: list[Stamp], above: list[Stamp]) -> Stamp | None:
    """The first date with a time from the headline on, else the nearest such date above it, else the first date."""
    timed = [stamp for stamp in (*written, *reversed(above)) if stamp.time]
    return next(iter((*timed, *written, *reversed(above))), None)


def _stated(root: HtmlElement, declared: Declared) -> Iterator[Stamp]:
    for value in _stated_values(root, declared):
        stamp = read_stamp(value) if isinstance(value, str) and value else None
        if stamp:
            yield stamp


def _stated_values(root: HtmlElement, declared: Declared) -> Iterator[object]:
    yield declared.article.get("datePublished")
    for name in _METAS:
        yield from declared.metas.get(name, ())
    yield from (node.get("datePublished") for node in declared.nodes)
    yield from root.xpath("//*[@itemprop='datePublished']/@datetime | //time[@pubdate]/@datetime")
    yield from root.xpath("//time/@datetime")[:1]


def _in_address(url: str) -> Iterator[Stamp]:
    for year, month, day in _IN_URL.findall(url):
        try:
            yield Stamp(day=date(int(year), int(month), int(day)))
        except ValueError:
            continue
