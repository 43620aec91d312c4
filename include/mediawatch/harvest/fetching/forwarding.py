"""Pages that only send their readers on, by a refresh or a line of script: redirects in all but their status."""

from __future__ import annotations

import html
import re
from typing import Final
from urllib.parse import urljoin

_LONGEST: Final = 16_384
"""Bytes of such a page, of which most have some hundreds."""
_WORDS: Final = 300
"""Bytes of text on it, a hundred Han characters: that one is sent on, and a link for who is not."""
_PATIENCE: Final = 10
"""Seconds after which a refresh still sends on; later ones renew a page that is there to be read."""
_SHORT_SCRIPT: Final = 1_000
"""Characters of a script that does nothing else."""
_COMMENT: Final = re.compile(r"<!--.*?(?:-->|$)", re.DOTALL)
_SCRIPT: Final = re.compile(r"<(script|style)\b[^<>]*>(.*?)(?:</\1\s*>|$)", re.DOTALL | re.IGNORECASE)
_NOSCRIPT: Final = re.compile(r"<noscript\b[^<>]*>.*?(?:</noscript\s*>|$)", re.DOTALL | re.IGNORECASE)
_TAG: Final = re.compile(r"<[^<>]*>")
_META: Final = re.compile(r"<(?:meta|base|body)\b[^<>]*>", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(r"(?<![\w-])([\w-]{1,40})\s{0,8}=\s{0,8}(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>]+))")
_URL_IS: Final = r"url\s{0,8}=\s{0,8}"
_REFRESH: Final = re.compile(
    rf"\s{{0,8}}(\d{{1,4}})(?:\.\d{{0,3}})?(?:\s{{0,8}}[;,]\s{{0,8}}(?:{_URL_IS})?+|\s{{1,8}}{_URL_IS})['\"]?([^'\"]+)",
    re.IGNORECASE,
)
_MOVES: Final = re.compile(
    r"(?:^|[;{}(\s])(?:(?:window|document|self|top|parent)\.){0,2}location"
    r"(?:(?:\.href)?\s*=(?!=)\s*|\.(?:replace|assign)\(\s*)(?:\"([^\"]*)\"|'([^']*)')"
)
_HEADING: Final = re.compile(r"<h1\b", re.IGNORECASE)
_STRING: Final = re.compile(r"\"[^\"]{0,1000}\"|'[^']{0,1000}'")
_DECIDES: Final = re.compile(r"\bif\b|&&|\|\||\?")
"""How a script tells one reader from another."""


def forwards_to(body: bytes) -> str:
    """Where the page `body` sends its readers, as written and relative to what the page names as its base; empty for
    a page that has something to read, or that decides who is sent where.

    The text is not decoded but taken byte by byte, like a header, so that an address keeps the bytes it has.
    """
    if len(body) > _LONGEST:
        return ""
    page = _COMMENT.sub(" ", body.decode("latin-1"))
    scripts = " ".join(match[2] for match in _SCRIPT.finditer(page) if match[1].lower() == "script")
    markup = _SCRIPT.sub(" ", page)
    words = "".join(html.unescape(_TAG.sub(" ", markup)).split())
    if len(words) > _WORDS:
        return ""
    seen = _NOSCRIPT.sub(" ", markup)
    target = _refresh(seen)
    if not target and len(scripts) <= _SHORT_SCRIPT and not _DECIDES.search(_STRING.sub("", scripts)):
        target = _moved(scripts) or next(
            filter(None, (_moved(tag.get("onload", "")) for tag in _tags(seen, "body"))), ""
        )
    if not target and not _SCRIPT.search(page):
        # What is shown without scripts is all that such a page has.
        target = _refresh(markup)
    base = next((tag["href"] for tag in _tags(seen, "base") if "href" in tag), "")
    try:
        return urljoin(base, target) if target and base else target
    except ValueError:
        return ""


def _refresh(markup: str) -> str:
    # A picture with its caption is shown for some seconds, then the next one.
    patience = 0 if _HEADING.search(markup) else _PATIENCE
    for tag in _tags(markup, "meta"):
        if tag.get("http-equiv", "").strip().lower() == "refresh":
            found = _REFRESH.match(tag.get("content", ""))
            if found and int(found[1]) <= patience:
                return found[2].strip()
    return ""


def _moved(script: str) -> str:
    """The one address that a script goes to."""
    targets = {next(filter(None, match.groups()), "") for match in _MOVES.finditer(script)}
    return targets.pop() if len(targets) == 1 else ""


def _tags(markup: str, name: str) -> list[dict[str, str]]:
    tags = (match[0] for match in _META.finditer(markup) if match[0][1 : 1 + len(name)].lower() == name)
    return [
        {found[1].lower(): html.unescape(next((each for each in found.groups()[1:] if each), "")) for found in parts}
        for parts in map(_ATTRIBUTE.finditer, tags)
    ]
