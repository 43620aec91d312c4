"""Addresses as feeds, sitemaps and pages write them, made what their writers meant."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

from mediawatch.sources.urls import LONGEST, is_on_site, is_usable, twin_host, with_slashes

_UNSEEN: Final = re.compile(r"[\0-\x1f\x7f\xad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]+")
_GAP: Final = re.compile(" {2,}")
_AROUND: Final = " \t\"'<>\u3000\xa0"
_AMPERSAND: Final = re.compile(r"&(?:amp;)+")
_ENCODED: Final = re.compile(r"https?%3a(?:%2f){2}", re.IGNORECASE)
_SCHEME: Final = re.compile(r"(?:https?:/*(?=https?:/))?(https?):/*(?=[^/])", re.IGNORECASE)
"""https:/paper.example and https:///paper.example are read as browsers read them; of two schemes the last is meant."""
_CDATA: Final = "![CDATA["
"""The mark of a CDATA section, where it was escaped with the address in it."""
_NOWHERE: Final = frozenset({"", "#", "-", "/#", "#!", "null", "none", "undefined", "about:blank"})
_FORWARDING: Final = re.compile(
    r"/(?:jump|go|goto|redirect\w*|redir|out|link|url|track|click|leave)(?:\.\w{2,5})?/?$", re.IGNORECASE
)


def address_meant(base: str, written: str) -> str:
    """`written` on the page or in the feed from `base`, absolute; empty where it leads nowhere.

    Blanks and characters without width are left out, as are line breaks and quotation marks around it; `&amp;` that was
    escaped twice, an encoded or broken `http://` and `\\` in place of `/` are mended; a host of the site without a
    scheme is a host.  Raises ValueError for what cannot be joined.
    """
    lines = written[: LONGEST + 100].splitlines()
    text = _GAP.sub("", _trimmed("".join(map(str.strip, lines))))
    if text.lower() in _NOWHERE:
        return ""
    if _ENCODED.match(text):
        text = unquote(text)
    text = with_slashes(text)
    text = (
        _SCHEME.sub(r"\1://", _AMPERSAND.sub("&", text), count=1) if _SCHEME.match(text) else _AMPERSAND.sub("&", text)
    )
    return urljoin(base, f"//{text}" if _is_host(text.partition("/")[0], base) else text)


def _trimmed(text: str) -> str:
    bare = _UNSEEN.sub("", text).strip(_AROUND)
    begun = bare.removeprefix(_CDATA)
    is_marked = begun != bare or "[" not in bare
    return (begun.removesuffix("]]") if is_marked else bare).strip(_AROUND)


def is_unjoined(base: str, rest: str) -> bool:
    """Whether `rest` of an address that was joined with `base` is an address by itself: it begins with a host or a
    broken scheme."""
    text = _trimmed(rest)
    return bool(_ENCODED.match(text) or _SCHEME.match(text)) or _is_host(text.partition("/")[0], base)


def forwarded_address(address: str, hosts: Iterable[str]) -> str:
    """The address on one of `hosts` to which `address` only forwards, as /jump?url=https%3A%2F%2F…; else itself.

    What forwards lies elsewhere, or is called so.
    """
    try:
        parts = urlsplit(address)
    except ValueError:
        return address
    query = parts.query
    if "http" not in query or not (_FORWARDING.search(parts.path) or not is_on_site(address, hosts)):
        return address
    values = [value for _, value in parse_qsl(query, max_num_fields=50)] if query.count("&") < 50 else []
    inner = (value for value in (*values, unquote(query)) if value.startswith(("http://", "https://")))
    return next((value for value in inner if is_usable(value) and is_on_site(value, hosts)), address)


def _is_host(word: str, base: str) -> bool:
    """Whether a relative address begins with a host: www. something, or that of its own site."""
    if "." not in word or ":" in word:
        return False
    return word.startswith("www.") or twin_host(word.lower()) == twin_host(urlsplit(base).hostname or "")
