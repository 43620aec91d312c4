"""Feeds: RSS 0.9 to 2.0, RDF and Atom, as feedparser reads them, and JSON Feed."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, time
from html import escape
from itertools import chain
from typing import Final
from urllib.parse import urljoin, urlsplit
from xml.sax import SAXParseException
from zoneinfo import ZoneInfo

import feedparser

from mediawatch.harvest.discovery.addresses import address_meant, forwarded_address, is_unjoined
from mediawatch.harvest.discovery.announcement import LONGEST_PROBLEM, Announced, Announcement, Findings, failed
from mediawatch.harvest.discovery.dates import announced_instant
from mediawatch.harvest.discovery.markup import page_text, plain_title
from mediawatch.harvest.discovery.sitemap_text import well_formed
from mediawatch.harvest.discovery.unpacking import UnpackedTooLarge, unpacked
from mediawatch.records import Exchange, Reason, Source

_BLANKS: Final = b" \t\r\n\xef\xbb\xbf"


MOST_ENTRIES: Final = 5_000
"""Entries read of one feed; most feeds have 10 to 100, the longest some thousands, and each costs a millisecond."""
MOST_TAGS: Final = 200_000
"""Tags read of one feed, those in CDATA not counted: 40 for each entry of the longest."""
LONGEST_TEXT: Final = 200_000
"""Characters of the article that one entry holds; a longer one is not taken for an article."""
_TOGETHER: Final = 10
"""Entries of which hardly all are published in one second."""
_TAIL: Final = 1_000
"""Characters after the last entry that may close the feed."""

_FAULTS: Final = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What feedparser raises on hostile bytes (seen with 6.0.14: the first, the last two's children, LookupError)."""
_NUMERIC_REFERENCE: Final = re.compile(r"&#(?:[xX][0-9a-fA-F]+|[0-9]+);?")
_PAIR: Final = re.compile(
    r"&#([xX][dD][89abAB][0-9a-fA-F]{2}|55[3-9]\d\d|56[0-2]\d\d|5631\d);"
    r"&#([xX][dD][c-fC-F][0-9a-fA-F]{2}|5632\d|563[3-9]\d|56[4-9]\d\d|57[0-2]\d\d|573[0-3]\d|5734[0-3]);"
)
_PUBLISHED: Final = (
    "published",
    "created",
    "pubtime",
    "pub_date",
    "publishtime",
    "publishdate",
    "publish_time",
    "posttime",
)
"""Where an entry has its time of publication: feedparser's own name, and elements that no format knows."""
_PAGE_TYPES: Final = ("text/html", "application/xhtml+xml", "", None)
_ENTRY: Final = re.compile(r"<(?:[\w.-]{1,40}:)?(?:item|entry)[\s/>]", re.IGNORECASE)
_END: Final = re.compile(r"</(?:[\w.-]{1,40}:)?(?:item|entry)\s?>", re.IGNORECASE)


def read_feed(announcement: Announcement, exchange: Exchange, source: Source) -> Findings:
    """Every entry of the feed, in its order; an entry without an address becomes an item with an empty one.

    Beyond MOST_ENTRIES or MOST_TAGS the rest of the feed is left out, which the problem says.
    """
    try:
        body = unpacked(exchange.body)
    except ValueError as error:
        return unreadable(error)
    if body.lstrip(_BLANKS)[:1] == b"{":
        return _read_json(body, announcement, exchange, source)
    try:
        text, cut = bounded(page_text(body, exchange.header("content-type")))
        parsed = _parsed(_mended(text), exchange)
    except _FAULTS as error:
        return failed(Reason.NOT_A_FEED, f"not a feed: {type(error).__name__}: {error}")
    home = str(parsed.feed.get("link") or "")
    entries = (_announced(entry, announcement, exchange, source, home=home) for entry in parsed.entries[:MOST_ENTRIES])
    items = _without_writing_time(tuple(entries), source)
    fault = _fault(parsed)
    if not items and not parsed.get("version"):
        return failed(Reason.NOT_A_FEED, f"not a feed{': ' if cut or fault else ''}{cut or fault}")
    if fault and not any(item.url for item in items):
        return failed(Reason.MALFORMED, f"not well-formed: {fault}")
    broken = f"not well-formed: {fault}"[:LONGEST_PROBLEM] if fault and not cut else ""
    return Findings(items=items, problem=cut or broken)


def _read_json(body: bytes, announcement: Announcement, exchange: Exchange, source: Source) -> Findings:
    """The items of a JSON Feed (version 1 and 1.1, jsonfeed.org)."""
    try:
        feed = json.loads(body, strict=False)  # some write line breaks into their strings as they are
    except (ValueError, RecursionError) as error:
        return failed(Reason.NOT_A_FEED, f"not a feed: {type(error).__name__}: {error}")
    items = feed.get("items")
    if "://jsonfeed.org/version/" not in str(feed.get("version")) or not isinstance(items, list):
        return failed(Reason.NOT_A_FEED, "not a feed: JSON that is no JSON Feed")
    cut = f"read the first {MOST_ENTRIES:,} entries of more" if len(items) > MOST_ENTRIES else ""
    found = (item for item in items[:MOST_ENTRIES] if isinstance(item, dict))
    read = tuple(_of_json(item, announcement, exchange, source) for item in found)
    return Findings(items=_without_writing_time(read, source), problem=cut)


def _of_json(item: dict[str, object], announcement: Announcement, exchange: Exchange, source: Source) -> Announced:
    published, updated = (
        announced_instant(_date(item, key), timezone=source.timezone, seen_at=exchange.fetched_at)
        for key in ("date_published", "date_modified")
    )
    return Announced(
        url=_absolute(exchange.url, (_text(item, "url") or _text(item, "external_url") or _text(item, "id")).strip()),
        title=plain_title(_text(item, "title")),
        announced_at=published or updated,
        updated_at=updated,
        discovered_by=f"feed {announcement.url}",
        text=_whole_text(announcement, [_text(item, "content_html"), escape(_text(item, "content_text"))]),
    )


def _without_writing_time(items: tuple[Announced, ...], source: Source) -> tuple[Announced, ...]:
    """`items` without a time that all of them have: then the feed says when it was written, not when they were."""
    announced, updated = ({item.announced_at for item in items}, {item.updated_at for item in items})
    is_false, is_false_update = (
        len(items) >= _TOGETHER and len(moments) == 1 and _has_time(moments, source.timezone)
        for moments in (announced, updated)
    )
    if not is_false and not is_false_update:
        return items
    return tuple(
        replace(
            item,
            announced_at=None if is_false else item.announced_at,
            updated_at=None if is_false_update else item.updated_at,
        )
        for item in items
    )


def _has_time(moments: Iterable[datetime | None], timezone: str) -> bool:
    """Whether each is an instant that is no beginning of a day, in UTC or in `timezone`: many items have one day."""
    zones = (UTC, ZoneInfo(timezone))
    return all(
        moment is not None and all(moment.astimezone(zone).time() != time() for zone in zones) for moment in moments
    )


def _whole_text(announcement: Announcement, contents: Iterable[str]) -> str:
    """The longest of what an entry gives as its content, where the seed says that this is the article."""
    longest = max(contents, key=len, default="") if announcement.has_full_text else ""
    return longest if len(longest) <= LONGEST_TEXT else ""


def _absolute(base: str, address: str) -> str:
    try:
        return address_meant(base, address)
    except ValueError:  # what is no address is told as such, with the item
        return address


def _text(item: dict[str, object], key: str) -> str:
    value = item.get(key)
    return value if isinstance(value, str) else ""


def _date(item: dict[str, object], key: str) -> str:
    """As `_text`, also where programs count seconds."""
    value = item.get(key)
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else _text(item, key)


def unreadable(error: ValueError) -> Findings:
    """The answer cannot be unpacked."""
    return failed(Reason.TOO_LARGE if isinstance(error, UnpackedTooLarge) else Reason.MALFORMED, str(error))


def _fault(parsed: feedparser.FeedParserDict) -> str:
    """Why the text is not well-formed XML; "" for well-formed ones."""
    error = parsed.get("bozo_exception")
    return str(error).strip() if isinstance(error, SAXParseException) else ""


def bounded(text: str) -> tuple[str, str]:
    """The feed `text` without the entries beyond the bounds, and in words that some were left out, else ""."""
    tags = begin = 0
    for entries, edge in enumerate(chain((entry.start() for entry in _ENTRY.finditer(text)), [len(text)])):
        tags += _tags(text[begin:edge])
        if tags > MOST_TAGS or entries > MOST_ENTRIES:
            return _cut(text, begin), f"read the first {max(0, entries - 1):,} entries of more"
        begin = edge
    return text, ""


def _tags(piece: str) -> int:
    first, *others = piece.split("<![CDATA[")
    return first.count("<") + sum(other.partition("]]>")[2].count("<") for other in others)


def _cut(text: str, at: int) -> str:
    """`text` up to the entry that begins `at`, closed with what follows the last entry."""
    end = max((match.end() for match in _END.finditer(text, at)), default=len(text))
    return text[:at] + (text[end:] if len(text) - end <= _TAIL else "")


def _parsed(text: str, exchange: Exchange) -> feedparser.FeedParserDict:
    return feedparser.parse(
        # A stream: feedparser takes bare bytes for the name of a file to open, and text for an address to fetch.
        io.BytesIO(text.encode("utf-8", "replace")),
        # What the header says outweighs the encoding that the feed declares, which it no longer has.
        response_headers={"content-type": "application/xml; charset=utf-8", "content-location": exchange.url},
        sanitize_html=False,
        resolve_relative_uris=False,
    )


def _mended(text: str) -> str:
    """`text` with what XML does not know written as it is meant; as it is where it declares entities of its own."""
    text = _NUMERIC_REFERENCE.sub(_possible, _PAIR.sub(_joined, text.replace("<[CDATA[", "<![CDATA[")))
    if "<!ENTITY" in text[:_TAIL]:
        return text
    return b"".join(well_formed(iter([text.encode("utf-8", "replace")]))).decode("utf-8", "replace")


def _joined(pair: re.Match[str]) -> str:
    """The character of two references to halves of it, as UTF-16 has them."""
    high, low = (int(digits[1:], 16) if digits[:1] in "xX" else int(digits) for digits in pair.groups())
    return chr(0x10000 + ((high - 0xD800) << 10) + low - 0xDC00)


def _possible(reference: re.Match[str]) -> str:
    """The character reference, or a question mark where it names no character: one of those must not cost a feed."""
    digits = reference[0].strip("&#;")
    point = int(digits[1:9], 16) if digits[:1] in "xX" else int(digits[:9])
    return reference[0] if point < 0xD800 or 0xE000 <= point <= 0x10FFFF else "?"


def _announced(
    entry: feedparser.FeedParserDict, announcement: Announcement, exchange: Exchange, source: Source, *, home: str
) -> Announced:
    published, updated = (
        next(filter(None, (_instant(entry, name, exchange, source) for name in names)), None)
        for names in (_PUBLISHED, ("updated",))
    )
    return Announced(
        url=forwarded_address(_resolved(exchange.url, _address(entry, home)), source.hosts),
        title=plain_title(str(entry.get("title") or "")),
        announced_at=published or updated,
        updated_at=updated,
        discovered_by=f"feed {announcement.url}",
        text=_whole_text(announcement, (str(each.get("value") or "") for each in entry.get("content") or ())),
    )


def _instant(entry: feedparser.FeedParserDict, name: str, exchange: Exchange, source: Source) -> datetime | None:
    text = str(dict.get(entry, name) or "")
    return announced_instant(text, timezone=source.timezone, seen_at=exchange.fetched_at)


def _address(entry: feedparser.FeedParserDict, home: str) -> str:
    """The page of the entry: its first link to one, not the last one, which may be of its author or another language.

    Where that is only the front page, and where there is none, its id if that is an address; at last a link to the
    entry itself or to its content.
    """
    links = [each for each in entry.get("links") or () if each.get("href")]
    pages = (each["href"] for each in links if each.get("rel") == "alternate" and each.get("type") in _PAGE_TYPES)
    page = str(entry.get("feedburner_origlink") or next(pages, "")).strip()
    number = str(entry.get("id") or "").strip()
    is_address = number.startswith(("http://", "https://", "/"))
    if page and not (is_address and _is_front(page, home)):
        return page
    own = (each["href"] for each in links if each.get("rel") == "self")
    sources = (each.get("src") for each in entry.get("content") or ())
    written = "" if number.isdecimal() else entry.get("link")  # which may be the guid
    others = (number if is_address else page, *own, *sources, written)
    return str(next(filter(None, others), ""))


def _resolved(base: str, address: str) -> str:
    """`address`, which feedparser joined with `base` as it stood, as it is meant."""
    folders = (urljoin(base, "."), urljoin(base, "/"))
    rest = next((address.removeprefix(each) for each in folders if address.startswith(each)), address)
    if address == base:  # what leads to # or nowhere
        return ""
    return _absolute(base, rest if rest != address and is_unjoined(base, rest) else address)


def _is_front(address: str, home: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return address.rstrip("/") == home.rstrip("/") or (
        parts.path in ("", "/") and not parts.query and not parts.fragment
    )
