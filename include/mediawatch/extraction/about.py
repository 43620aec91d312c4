"""What a page says of its article outside of the article: description, JSON-LD body, names of the site."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import TYPE_CHECKING, Final

from mediawatch.extraction.agreement import About
from mediawatch.extraction.wording import key_of
from mediawatch.language.folding import BLANKS_BEFORE

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_DESCRIPTIONS: Final = ("description", "og:description")
_BODY: Final = re.compile(r'"articleBody"\s*:\s*"((?:[^"\\]|\\.)*)"', re.DOTALL)
_TAG: Final = re.compile(r"<[^<>]+>")
_PARTS: Final = re.compile(BLANKS_BEFORE + r"[_|｜»\-–—]++\s*")
_SITE: Final = range(2, 15)
"""Characters of a part of `<title>` that may be a site's name; more are another headline."""
_SITE_NAME: Final = range(2, 30)
_TITLE, _DESCRIPTION, _SCRIPT, _BODY_CHARACTERS = 400, 2_000, 1_000_000, 100_000
"""Characters read of each; the longest of 545 pages had 319, 1,833 and, an articleBody, 11,829."""


def about_of(root: HtmlElement, *, title: str) -> About:
    """What the page `root` says of the article with the headline `title`; by default the whole of `<title>`."""
    page_title = next((" ".join(element.text_content().split()) for element in root.iter("title")), "")[:_TITLE]
    metas = list(_metas(root))
    return About(
        title=title or page_title,
        description=next((content for name, content in metas if name in _DESCRIPTIONS), "")[:_DESCRIPTION],
        declared_body=next(_declared_bodies(root), ""),
        sites=frozenset(_sites(page_title, title, metas)),
    )


def _metas(root: HtmlElement) -> Iterator[tuple[str, str]]:
    for meta in root.iter("meta"):
        name = (meta.get("name") or meta.get("property") or "").lower()
        if name:
            yield name, (meta.get("content") or "").strip()


def _sites(page_title: str, title: str, metas: list[tuple[str, str]]) -> Iterator[str]:
    headline = key_of(title)
    for part in _PARTS.split(page_title):
        if len(part) in _SITE and key_of(part) not in headline:
            yield part.lower()
    yield from (content.lower() for name, content in metas if name == "og:site_name" and len(content) in _SITE_NAME)


def _declared_bodies(root: HtmlElement) -> Iterator[str]:
    for script in root.iter("script"):
        text = (script.text or "")[:_SCRIPT]
        if "ld+json" in (script.get("type") or "") and "articleBody" in text:
            found = _BODY.search(text)
            if found:
                yield _TAG.sub(" ", unescape(_string(found[1])))[:_BODY_CHARACTERS]


def _string(escaped: str) -> str:
    try:
        return str(json.loads(f'"{escaped}"', strict=False))
    except ValueError:
        return ""
