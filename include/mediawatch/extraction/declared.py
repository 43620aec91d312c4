"""What a page declares about itself: meta tags, JSON-LD, canonical link."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_LD_CHARACTERS: Final = 1_000_000
_LD_NODES: Final = 2_000
_LINKS: Final = 500
_HOST: Final = 253
_ARTICLES: Final = frozenset(
    {"Article", "NewsArticle", "ReportageNewsArticle", "AnalysisNewsArticle", "BackgroundNewsArticle"}
    | {"OpinionNewsArticle", "ReviewNewsArticle", "BlogPosting", "Report", "SocialMediaPosting", "TechArticle"}
)

Node = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """`metas` by lower-case name, property or itemprop, in page order.

    `nodes` are the JSON-LD objects, outermost first; `canonical` is absolute, or empty; `page_title` is `<title>`;
    `link_hosts` are the hosts of absolute links, read only where the page's own address is not known.
    """

    metas: Mapping[str, tuple[str, ...]]
    nodes: tuple[Node, ...]
    canonical: str
    page_title: str = ""
    link_hosts: tuple[str, ...] = ()

    def meta(self, *names: str) -> str:
        """The first non-empty value among `names`, in their order."""
        return next((value for name in names for value in self.metas.get(name, ()) if value), "")

    @property
    def types(self) -> frozenset[str]:
        """The schema.org types of all nodes, without namespace."""
        return frozenset(word for node in self.nodes for word in types_of(node))

    @property
    def article(self) -> Node:
        """The node that describes the article, or an empty one."""
        return next((node for node in self.nodes if _ARTICLES.intersection(types_of(node))), {})


def declared_by(root: HtmlElement, url: str) -> Declared:
    """Read the declarations of a page that was fetched from `url`."""
    metas: dict[str, list[str]] = {}
    for element in root.iter("meta"):
        value = " ".join((element.get("content") or "").split())
        for attribute in ("property", "name", "itemprop"):
            name = (element.get(attribute) or "").strip().lower()
            if name:
                metas.setdefault(name, []).append(value)
    title = next((" ".join(element.text_content().split()) for element in root.iter("title")), "")
    hosts = () if url else tuple(_link_hosts(root))
    return Declared(
        metas={name: tuple(values) for name, values in metas.items()},
        nodes=tuple(_json_ld(root)),
        canonical=_canonical(root, url),
        page_title=title,
        link_hosts=hosts,
    )


def _link_hosts(root: HtmlElement) -> Iterator[str]:
    for address in root.xpath("//a/@href[starts-with(., 'http')]")[:_LINKS]:
        yield address.split("/", 3)[2].lower()[:_HOST] if address.count("/") >= 2 else ""


def types_of(node: Node) -> frozenset[str]:
    """The schema.org types of one JSON-LD node."""
    stated = node.get("@type", ())
    words = stated if isinstance(stated, list) else [stated]
    return frozenset(word.rpartition("/")[2].rpartition(":")[2] for word in words if isinstance(word, str))


def text_of(value: object) -> str:
    """The words of a JSON-LD value: itself, its `name`, or those of a list joined by commas."""
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, Mapping):
        return text_of(value.get("name", ""))
    if isinstance(value, list):
        return ", ".join(dict.fromkeys(word for word in map(text_of, value[:20]) if word))
    return ""


def _canonical(root: HtmlElement, url: str) -> str:
    links = root.xpath("//link[translate(@rel,'CANONICAL','canonical')='canonical']/@href")
    stated = {link.strip() for link in links if link.strip()}
    if len(stated) != 1:  # several that differ say nothing (RFC 6596 wants one)
        return ""
    try:
        return str(urljoin(url, stated.pop()))
    except ValueError:
        return ""


def _json_ld(root: HtmlElement) -> Iterator[Node]:
    left = _LD_NODES
    for script in root.xpath("//script[contains(@type,'ld+json')]"):
        for node in _objects(_json(script.text_content())):
            if left <= 0:
                return
            left -= 1
            yield node


def _json(text: str) -> object:
    """The value of `text`; None when it is not JSON, which is common and tells nothing else about the page."""
    if len(text) > _LD_CHARACTERS:
        return None
    try:
        return json.loads(text.strip().rstrip(";"), strict=False)
    except (ValueError, RecursionError):
        return None


def _objects(value: object) -> Iterator[Node]:
    """The top-level objects of a JSON-LD value, the members of lists and of @graph included."""
    waiting = [value]
    while waiting:
        item = waiting.pop(0)
        if isinstance(item, list):
            waiting = item + waiting
        elif isinstance(item, dict):
            yield item
            graph = item.get("@graph", item.get("mainEntity"))
            waiting = [*(graph if isinstance(graph, list) else [graph]), *waiting]
