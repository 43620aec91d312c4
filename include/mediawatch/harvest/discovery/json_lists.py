"""JSON lists: what a site's own pages load their headlines from."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import Final
from urllib.parse import quote

from mediawatch.harvest.discovery.addresses import address_meant
from mediawatch.harvest.discovery.announcement import Announced, Announcement, Findings, failed
from mediawatch.harvest.discovery.dates import announced_instant
from mediawatch.harvest.discovery.json_fields import guessed_list
from mediawatch.harvest.discovery.markup import page_text, plain_title
from mediawatch.harvest.discovery.unpacking import UnpackedTooLarge, unpacked
from mediawatch.records import Exchange, JsonFields, Reason, Source
from mediawatch.records.source import HOLE

MOST_ENTRIES: Final = 5_000
"""Entries read of one list; most have 10 to 100."""
_LONGEST: Final = 4_096
"""Characters of one member that are looked at."""
_CALL: Final = re.compile(r"\s*(?:[\w.$]{1,100}\s?\(|(?:var|let|const)\s[\w$]{1,100}\s?=)\s*(?=[\[{])")
"""A script that hands the list on: `callback([...]);` or `var news = [...];`."""


def read_json_list(announcement: Announcement, exchange: Exchange, source: Source) -> Findings:
    """The entries that the seed's `fields` lead to, in their order; one without an address has an empty one.

    Without `fields` it is the list in the answer most of whose entries lead to articles (`guessed_list`).
    """
    try:
        document = _document(unpacked(exchange.body), exchange.header("content-type"))
    except (ValueError, RecursionError) as error:
        is_large = isinstance(error, UnpackedTooLarge)
        return failed(Reason.TOO_LARGE if is_large else Reason.NOT_A_FEED, f"not JSON: {error}")
    fields, entries = announcement.fields, None
    if fields is not None:
        entries = _entries(document, fields)
    elif guessed := guessed_list(document, exchange.url, source):
        fields, entries = guessed.fields, guessed.entries
    if fields is None or entries is None:
        where = f"at {fields.items}" if fields and fields.items else "in the answer"
        return failed(Reason.NOT_A_FEED, f"no list of entries {where}")
    items = [_announced(entry, fields, announcement, exchange, source) for entry in islice(entries, MOST_ENTRIES)]
    if items and not any(item.url for item in items):
        return failed(Reason.NO_LINKS, f"no entry has what link {fields.link!r} names")
    cut = f"read the first {MOST_ENTRIES:,} entries of more" if len(entries) > MOST_ENTRIES else ""
    return Findings(items=tuple(items), problem=cut)


def _document(body: bytes, content_type: str) -> object:
    """The value, also where a script hands it on.  Raises ValueError or RecursionError."""
    text = page_text(body, content_type).lstrip("\ufeff")
    call = _CALL.match(text)
    value, _ = json.JSONDecoder().raw_decode(text[call.end() :] if call else text.lstrip())
    return value


def _entries(document: object, fields: JsonFields) -> Sequence[object] | None:
    found = _member(document, fields.items) if fields.items else document
    if isinstance(found, dict):
        found = list(found.values())
    return found if isinstance(found, list) else None


def _member(value: object, path: str) -> object:
    """What `path` leads to in `value`; None where it leads nowhere."""
    for name in path.split("."):
        if isinstance(value, dict):
            value = value.get(name)
        elif isinstance(value, list) and name.isdecimal() and len(name) < 6 and int(name) < len(value):
            value = value[int(name)]
        else:
            return None
    return value


def _text(entry: object, path: str | None) -> str:
    value = _member(entry, path) if path else None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    if isinstance(value, float):
        return f"{value:.0f}"
    return str(value)[:_LONGEST].strip()


def _announced(
    entry: object, fields: JsonFields, announcement: Announcement, exchange: Exchange, source: Source
) -> Announced:
    return Announced(
        url=_address(entry, fields.link, exchange.url),
        title=plain_title(_text(entry, fields.title)),
        announced_at=announced_instant(
            _text(entry, fields.date), timezone=source.timezone, seen_at=exchange.fetched_at
        ),
        updated_at=None,
        discovered_by=f"json {announcement.url}",
    )


def _address(entry: object, link: str, base: str) -> str:
    """`link` with the members of `entry` in its braces, absolute; empty where one of them is missing."""
    whole = HOLE.fullmatch(link)
    values = {path: _text(entry, path) for path in _holes(link)}
    if not all(values.values()):
        return ""
    filled = HOLE.sub(lambda hole: values[hole[1]] if whole else quote(values[hole[1]], safe=""), link)
    with suppress(ValueError):  # what is no address is told as such, with the item
        return address_meant(base, filled)
    return filled


def _holes(link: str) -> Iterator[str]:
    return (hole[1] for hole in HOLE.finditer(link))
