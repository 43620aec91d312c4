"""What a page declares as its day of publication, in the order of how sure such a place is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Final

from mediawatch.extraction.page.declared import Declared
from mediawatch.extraction.page.tree import stands_with_others

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
    "publication-date",
    "parsely-pub-date",
    "sailthru.date",
    "weibo:article:create_at",
    "bytedance:published_time",
    "cxenseparse:recs:publishtime",
    "article.published",
    "articledate",
    "article_date",
    "dc.date.issued",
    "dc.date",
    "dcterms.date",
    "dcterms.created",
    "citation_publication_date",
    "citation_online_date",
    "citation_date",
    "date",
    "pubtime",
    "publishtime",
    "_pubtime",
    "release_date",
)
_OF_PUBLICATION: Final = re.compile(
    r"(?:^|-)(?:publish(?:ed)?-?(?:time|date|at|on)?|pub-?(?:time|date)|date-?published|publication-?date|date-?issued"
    r"|release-?date|display-?date|(?:news|article|content)-?(?:date|time)(?:-?original)?|content-?create-?time|create-?at"
    r"|first-?published-?time|original-?publication-?date|ptime|gen-?date)-?$"
)
"""How other names of such declarations end, with - for what parts their words."""
_OF_SOMETHING_ELSE: Final = re.compile(r"mod|upd|expir|event|last|un(?:publ|til)|site|video|music|book|product")
_CREATED: Final = ("created", "datecreated", "dccreated", "dctermscreated", "articlecreated", "issued")
_DC_DATE: Final = "dc:date"
_COUNTED: Final = ("textarea", "span", "div", "time")
"""Where programs leave the seconds since 1970 for a script to show."""
_TIMES: Final = 50
_UPDATED: Final = re.compile(r"updated|modified", re.IGNORECASE)
_APART: Final = frozenset({"aside", "nav", "footer"})
_LABELLED: Final = 60
"""Characters of a name or of the words of a `<time>` that are read."""


def stated_values(
    root: HtmlElement, declared: Declared, ruled: str, itemprops: Sequence[tuple[HtmlElement, str]]
) -> Iterator[tuple[object, str, float]]:
    """Each value as written (a text, a number or nothing), where it stands, and how sure such a place is."""
    yield ruled, "rule", 0.98
    yield _plain(declared.article.get("datePublished")), "JSON-LD", 0.95
    for name in _METAS:
        yield from ((value, f"meta {name}", 0.95) for value in declared.metas.get(name, ()))
    for name in sorted(declared.metas.keys() - _METAS):
        if _is_of_publication(name):
            yield from ((value, f"meta {name}", 0.9) for value in declared.metas[name])
    nodes = [node for node in declared.nodes if not declared.is_of_another(node)]
    yield from ((_plain(node.get(key)), "JSON-LD", 0.9) for node in nodes for key in ("datePublished", "pubDate"))
    yield from (
        (value, "marked time", 0.9)
        for value in (*_marked(root, itemprops), *islice(marked_times(root, is_of_others=False), 1))
    )
    yield declared.article.get("dateCreated"), "JSON-LD", 0.8
    yield from ((value, "marked time", 0.8) for value in root.xpath("//*[contains(@property, 'dateCreated')]/@content"))
    yield from ((text, "marked time", 0.8) for text in only_time(root))
    yield from (
        (text, "marked time", 0.8) for text in islice(_counted(root), 20) if re.fullmatch(r"\d{10}|\d{13}", text)
    )
    for hidden in root.iter("input"):
        if hidden.get("type") == "hidden" and _is_of_publication(hidden.get("name") or hidden.get("id") or ""):
            yield hidden.get("value"), "marked input", 0.8


def _plain(value: object) -> object:
    """The value in a list of one or in an object with its type."""
    if isinstance(value, list):
        return _plain(value[0]) if len(value) == 1 else None
    return value.get("@value") if isinstance(value, dict) else value


@lru_cache(maxsize=4096)
def _is_of_publication(name: str) -> bool:
    """Whether a name of a meta tag or field, such as og:pubdate or displayDate, speaks of publication."""
    key = re.sub(r"[^a-z]+", "-", name[:_LABELLED].lower())
    return key.replace("-", "") in _CREATED or bool(_OF_PUBLICATION.search(key) and not _OF_SOMETHING_ELSE.search(key))


def marked_times(root: HtmlElement, *, is_of_others: bool) -> Iterator[str]:
    """What `<time>` elements say in full: those of the article, or those of other articles, comments and updates."""
    for element in islice(root.iter("time"), _TIMES):
        written = element.get("datetime")
        if written is not None and _is_of_others(element) == is_of_others:
            yield written


def _is_of_others(element: HtmlElement) -> bool:
    names = element.get("class") or ""
    if (_UPDATED.search(names) and "published" not in names) or element.get("itemprop") == "dateModified":
        return True
    return stands_with_others(element, apart=_APART)


def _marked(root: HtmlElement, itemprops: Sequence[tuple[HtmlElement, str]]) -> list[str]:
    """The values of the elements that markup calls the day of publication, in page order."""
    read: dict[HtmlElement, tuple[str, ...]] = {}
    for attribute in root.xpath("//@property"):
        if _DC_DATE in attribute:
            read[attribute.getparent()] = ("content",)
    read |= {time: ("datetime",) for time in root.iter("time") if time.get("pubdate") is not None}
    stated = (element for element, itemprop in itemprops if itemprop == "datePublished")
    read |= dict.fromkeys(stated, ("datetime", "content"))
    in_order = read if len(read) < 2 else [element for element in root.iter() if element in read]
    return [value for element in in_order for name, value in element.items() if name in read[element]]


def only_time(root: HtmlElement) -> list[str]:
    """What the article's own <time> elements say where all say the same: one of many belongs to another article."""
    undated = (element for element in islice(root.iter("time"), _TIMES) if not element.get("datetime"))
    times = (element for element in undated if not _is_of_others(element))
    texts = {" ".join(element.text_content().split())[:_LABELLED] for element in times}
    return list(texts) if len(texts) == 1 else []


def _counted(root: HtmlElement) -> Iterator[str]:
    for element in root.iter(*_COUNTED):
        names = element.get("class") or ""
        if ("time" in names or "date" in names) and next(element.iterancestors("aside"), None) is None:
            yield from (text.strip() for text in element.xpath("text()"))
