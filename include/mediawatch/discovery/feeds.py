"""Feeds: RSS 0.9 to 2.0, RDF and Atom, as feedparser reads them."""

from __future__ import annotations

import io
import re
from xml.sax import SAXParseException

import feedparser

from mediawatch.discovery.announcement import LONGEST_PROBLEM, Announced, Announcement, Findings, failed
from mediawatch.discovery.dates import announced_instant
from mediawatch.discovery.markup import plain_title
from mediawatch.records import Exchange, Reason, Source

_FAULTS = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)
"""What feedparser raises on hostile bytes (seen with 6.0.14: the first, the last two's children, LookupError)."""
_NUMERIC_REFERENCE = re.compile(rb"&#(?:[xX][0-9a-fA-F]+|[0-9]+);?")


def read_feed(announcement: Announcement, exchange: Exchange, source: Source) -> Findings:
    """Every entry of the feed, in its order; an entry without an address becomes an item with an empty one."""
    try:
        parsed = _parsed(exchange.body, exchange)
    except _FAULTS:
        try:
            parsed = _parsed(_NUMERIC_REFERENCE.sub(_possible, exchange.body), exchange)
        except _FAULTS as error:
            return failed(Reason.NOT_A_FEED, f"not a feed: {type(error).__name__}: {error}")
    items = tuple(_announced(entry, announcement, exchange, source) for entry in parsed.entries)
    fault = _fault(parsed)
    if not items and not parsed.get("version"):
        return failed(Reason.NOT_A_FEED, f"not a feed{': ' if fault else ''}{fault}")
    if fault and not any(item.url for item in items):
        return failed(Reason.MALFORMED, f"not well-formed: {fault}")
    return Findings(items=items, problem=f"not well-formed: {fault}"[:LONGEST_PROBLEM] if fault else "")


def _fault(parsed: feedparser.FeedParserDict) -> str:
    """Why the bytes are not well-formed XML; "" for well-formed ones, whatever their encoding is called."""
    error = parsed.get("bozo_exception")
    return str(error).strip() if isinstance(error, SAXParseException) else ""


def _parsed(body: bytes, exchange: Exchange) -> feedparser.FeedParserDict:
    return feedparser.parse(
        # A stream: feedparser takes bare bytes for the name of a file to open, and text for an address to fetch.
        io.BytesIO(body),
        response_headers={"content-type": exchange.header("content-type"), "content-location": exchange.url},
        sanitize_html=False,
        resolve_relative_uris=False,
    )


def _possible(reference: re.Match[bytes]) -> bytes:
    """The character reference, or a question mark where it names no character: one of those must not cost a feed."""
    digits = reference[0].strip(b"&#;")
    point = int(digits[1:], 16) if digits[:1] in b"xX" else int(digits[:9])
    return reference[0] if point < 0xD800 or 0xE000 <= point <= 0x10FFFF else b"?"


def _announced(
    entry: feedparser.FeedParserDict, announcement: Announcement, exchange: Exchange, source: Source
) -> Announced:
    published, updated = (
        announced_instant(str(dict.get(entry, key) or ""), timezone=source.timezone, seen_at=exchange.fetched_at)
        for key in ("published", "updated")
    )
    address = entry.get("feedburner_origlink") or entry.get("link") or entry.get("id") or ""
    return Announced(
        url=str(address).strip(),
        title=plain_title(str(entry.get("title") or "")),
        announced_at=published or updated,
        updated_at=updated,
        discovered_by=f"feed {announcement.url}",
    )
