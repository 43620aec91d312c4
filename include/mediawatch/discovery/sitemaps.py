"""Sitemaps: news and plain ones, indexes of them, gzip or not, and the robots.txt lines that name them.

Formats: sitemaps.org protocol 0.9 and Google's news extension 0.9.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import etree

from mediawatch.discovery.announcement import LONGEST_PROBLEM, Announced, Announcement, Findings, failed
from mediawatch.discovery.dates import announced_instant
from mediawatch.discovery.markup import plain_title
from mediawatch.records import Exchange, Reason, Source
from mediawatch.sources.urls import is_usable

LARGEST = 52_428_800
"""Bytes of one sitemap when unpacked: the protocol's own limit (50 MB)."""
DEEPEST = 3
"""Steps from a catalogue address down through indexes."""
_ROBOTS_BYTES = 512_000
_SITEMAP_LINE = re.compile(r"(?im)^[ \t]*sitemap[ \t]*:[ \t]*(\S+)")


def read_sitemap(announcement: Announcement, exchange: Exchange, source: Source) -> Findings:
    """The addresses of a sitemap, or the child sitemaps of an index that may hold something new.

    Children come newest first by `lastmod`, at most `limits.sitemaps`; those untouched for longer than
    `limits.max_age_days` are left out.
    """
    try:
        body = unpacked(exchange.body)
    except ValueError as error:
        return failed(Reason.TOO_LARGE if "larger than" in str(error) else Reason.MALFORMED, str(error))
    if body.lstrip()[:4] == b"http":
        return Findings(items=tuple(_plain_lines(body, announcement)))
    items: list[Announced] = []
    children: list[tuple[str, datetime | None]] = []
    entries, fault = _parser(body), ""
    try:
        for element in _entries(entries):
            if etree.QName(element).localname == "url":
                items.append(_announced(element, announcement, exchange, source))
            else:
                changed = _instant(element, "lastmod", exchange, source)
                children.append((_resolved(exchange.url, _text(element, "loc")), changed))
    except etree.XMLSyntaxError as error:
        fault = error.msg
    fault = fault or next((entry.message for entry in entries.error_log), "")
    if fault:  # where the text breaks off stands an entry without an address
        items = [item for item in items if item.url]
        children = [child for child in children if child[0]]
    if not items and not children:
        return _nothing_in(body, fault)
    follow, problem = _children(children, announcement, exchange, source)
    if problem and not items and not follow:
        return failed(Reason.UNPARSABLE, problem)
    broken = f"broken XML: {fault}"[:LONGEST_PROBLEM] if fault else ""
    return Findings(items=tuple(items), follow=follow, problem=broken or problem)


def _nothing_in(body: bytes, fault: str) -> Findings:
    if not re.search(rb"<(?:\w+:)?(?:urlset|sitemapindex)[\s>/]", body[:4096]):
        return failed(Reason.NOT_A_FEED, "not a sitemap")
    return failed(Reason.MALFORMED, f"broken XML: {fault}") if fault else Findings()


def read_robots(announcement: Announcement, exchange: Exchange, source: Source) -> Findings:
    """The sitemaps that a robots.txt names: the news sitemaps where some are called so, else all, bounded."""
    lines = _SITEMAP_LINE.findall(exchange.body[:_ROBOTS_BYTES].decode("utf-8", "replace"))
    found = [url for url in dict.fromkeys(_resolved(exchange.url, line) for line in lines) if is_usable(url)]
    news = [url for url in found if "news" in urlsplit(url).path.lower()]
    return Findings(follow=tuple(_child(url, announcement) for url in (news or found)[: source.limits.sitemaps]))


def unpacked(body: bytes) -> bytes:
    """`body`, gunzipped when its first bytes say gzip.  Raises ValueError when broken or larger than LARGEST."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    out = bytearray()
    while body:
        stream = zlib.decompressobj(wbits=31)
        try:
            out += stream.decompress(body, LARGEST + 1 - len(out))
        except zlib.error as error:
            raise ValueError(f"broken gzip: {error}") from error
        if len(out) > LARGEST:
            raise ValueError(f"larger than {LARGEST} bytes when unpacked")
        if not stream.eof:
            raise ValueError("broken gzip: it ends too early")
        body = stream.unused_data if stream.unused_data.startswith(b"\x1f\x8b") else b""
    return bytes(out)


def _parser(body: bytes) -> Any:
    """What reads the `url` and `sitemap` elements one by one; entities are neither read nor expanded."""
    return etree.iterparse(
        io.BytesIO(body),
        events=("end",),
        tag=("{*}url", "{*}sitemap"),
        recover=True,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _entries(parser: Any) -> Iterator[Any]:
    """The `url` and `sitemap` children of the root, each freed after use."""
    for _, element in parser:
        parent = element.getparent()
        if parent is None or parent.getparent() is not None:
            continue
        yield element
        element.clear()
        while element.getprevious() is not None:
            del parent[0]


def _announced(element: Any, announcement: Announcement, exchange: Exchange, source: Source) -> Announced:
    return Announced(
        url=_resolved(exchange.url, _text(element, "loc")),
        title=plain_title(_text(element, "{*}news/{*}title")),
        announced_at=_instant(element, "{*}news/{*}publication_date", exchange, source),
        updated_at=_instant(element, "lastmod", exchange, source),
        discovered_by=f"sitemap {announcement.url}",
    )


def _text(element: Any, path: str) -> str:
    found = element.findtext(path if path.startswith("{") else f"{{*}}{path}")
    return str(found or "").strip()


def _instant(element: Any, path: str, exchange: Exchange, source: Source) -> datetime | None:
    return announced_instant(_text(element, path), timezone=source.timezone, seen_at=exchange.fetched_at)


def _resolved(base: str, address: str) -> str:
    """`address` made absolute; as it stands when that cannot be done, so that it is counted as a bad one."""
    try:
        return urljoin(base, address) if address else ""
    except ValueError:
        return address


def _plain_lines(body: bytes, announcement: Announcement) -> Iterator[Announced]:
    for line in body.decode("utf-8", "replace").split():
        yield Announced(
            url=line, title="", announced_at=None, updated_at=None, discovered_by=f"sitemap {announcement.url}"
        )


def _children(
    children: list[tuple[str, datetime | None]], announcement: Announcement, exchange: Exchange, source: Source
) -> tuple[tuple[Announcement, ...], str]:
    if children and announcement.depth >= DEEPEST:
        return (), f"an index nested deeper than {DEEPEST}"
    oldest = exchange.fetched_at - timedelta(days=source.limits.max_age_days)
    fresh = [(url, changed) for url, changed in children if is_usable(url) and (changed is None or changed >= oldest)]
    fresh.sort(key=lambda child: child[1] or oldest, reverse=True)
    kept = list(dict.fromkeys(url for url, _ in fresh))
    bound = source.limits.sitemaps
    problem = f"read {bound} of {len(kept)} child sitemaps (limits.sitemaps)" if len(kept) > bound else ""
    return tuple(_child(url, announcement) for url in kept[:bound]), problem


def _child(url: str, parent: Announcement) -> Announcement:
    return Announcement(url=url, kind="sitemap", source=parent.source, depth=parent.depth + 1)
