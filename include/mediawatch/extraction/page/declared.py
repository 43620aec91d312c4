"""What a page declares about itself: meta tags, JSON-LD, canonical link."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin

from mediawatch.extraction.page.structured import Node, objects_in
from mediawatch.sources.urls import LONGEST

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_JSON_LD: Final = "//script[contains(@type,'ld+json')]"
_LINKS: Final = 500
_TITLE: Final = 1_000
"""Characters read of `<title>`; headlines have a tenth of it."""
_WORDS: Final = 2_000
"""Characters read of one declared value; a description has a few hundred."""
_NAME: Final = 100
_VALUES: Final = 100
"""Values read of one name; article:tag has dozens."""
_HOST: Final = 253
_ARTICLES: Final = frozenset(
    {"Article", "NewsArticle", "ReportageNewsArticle", "AnalysisNewsArticle", "BackgroundNewsArticle"}
    | {"OpinionNewsArticle", "ReviewNewsArticle", "BlogPosting", "Report", "SocialMediaPosting", "TechArticle"}
)


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
    metas: defaultdict[str, list[str]] = defaultdict(list)
    for element in root.iter("meta"):
        value = _words(element.get("content") or "")
        for attribute in ("property", "name", "itemprop"):
            name = (element.get(attribute) or "")[:_NAME].strip().lower()
            if name and len(metas[name]) < _VALUES:
                metas[name].append(value)
    title = next((" ".join(element.text_content().split()) for element in root.iter("title")), "")[:_TITLE]
    hosts = () if url else tuple(_link_hosts(root))
    return Declared(
        metas={name: tuple(values) for name, values in metas.items()},
        nodes=objects_in(script.text_content() for script in root.xpath(_JSON_LD)),
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
        return _words(value)
    if isinstance(value, Mapping):
        return text_of(value.get("name", ""))
    if isinstance(value, list):
        return ", ".join(dict.fromkeys(word for word in map(text_of, value[:20]) if word))
    return ""


def _words(value: str) -> str:
    return " ".join(value.split())[:_WORDS]


def _canonical(root: HtmlElement, url: str) -> str:
    links = root.xpath("//link[translate(@rel,'CANONICAL','canonical')='canonical']/@href")
    stated = {link.strip() for link in links if link.strip()}
    if len(stated) != 1:  # several that differ say nothing (RFC 6596 wants one)
        return ""
    try:
        canonical = str(urljoin(url, stated.pop()))
    except ValueError:
        return ""
    return canonical if len(canonical) <= LONGEST else ""
