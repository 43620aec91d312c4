"""What a page declares about itself: meta tags, JSON-LD, canonical link."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin

from mediawatch.extraction.page.structured import Node, objects_in
from mediawatch.language import fold
from mediawatch.sources.urls import is_usable

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_LINKS: Final = 500
_TITLE: Final = 1_000
"""Characters read of `<title>`; headlines have a tenth of it."""
_WORDS: Final = 2_000
"""Characters read of one declared value; a description has a few hundred."""
_NAME: Final = 100
_VALUES: Final = 100
"""Values read of one name; article:tag has dozens."""
_HOST: Final = 253
_ALIKE: Final = 0.25
"""Share of the pairs of characters of the shorter of two titles that are in the other one, from which they may be of
one article: a headline and its short form have nearly all, two headlines of one paper a tenth at most."""
_ARTICLES: Final = frozenset(
    {"Article", "NewsArticle", "ReportageNewsArticle", "AnalysisNewsArticle", "BackgroundNewsArticle"}
    | {"OpinionNewsArticle", "ReviewNewsArticle", "BlogPosting", "Report", "SocialMediaPosting", "TechArticle"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """`metas` by lower-case name, property or itemprop, in page order.

    `nodes` are the JSON-LD objects, outermost first; `canonical` is an absolute http(s) address, or empty; `page_title`
    is `<title>`; `link_hosts` are the hosts of absolute links, read only where the page's own address is not known.
    """

    metas: Mapping[str, tuple[str, ...]]
    nodes: tuple[Node, ...]
    canonical: str
    page_title: str = ""
    link_hosts: tuple[str, ...] = ()
    article: Node = field(init=False)
    """The node that describes the article, or an empty one: that whose headline is the page's, where several do."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "article", self._article())

    def meta(self, *names: str) -> str:
        """The first non-empty value among `names`, in their order."""
        return next((value for name in names for value in self.metas.get(name, ()) if value), "")

    def named_by(self, node: Node) -> Node:
        """`node`, or the one with a name that its `@id` alone refers to."""
        number = node.get("@id")
        if not isinstance(number, str) or "name" in node:
            return node
        return next((each for each in self.nodes if each.get("@id") == number and "name" in each), node)

    @property
    def types(self) -> frozenset[str]:
        """The schema.org types of all nodes, without namespace."""
        return frozenset(word for node in self.nodes for word in types_of(node))

    @property
    def says_article(self) -> bool:
        """Whether the page declares itself, or something on it, an article."""
        return bool(_ARTICLES & self.types) or self.meta("og:type").lower() == "article"

    def is_of_another(self, node: Node) -> bool:
        """Whether `node` describes another article: its headline has next to nothing of the page's titles."""
        headline = (
            pairs_of(text_of(node.get("headline", ""))) if _ARTICLES.intersection(types_of(node)) else frozenset()
        )
        titles = [pairs_of(title) for title in (self.page_title, self.meta("og:title", "twitter:title")) if title]
        shares = [len(headline & title) / min(len(headline), len(title)) for title in titles if title and headline]
        return bool(shares) and max(shares) < _ALIKE

    def _article(self) -> Node:
        nodes = (node for node in self.nodes if _ARTICLES.intersection(types_of(node)))
        return next((node for node in nodes if not self.is_of_another(node)), {})


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
        nodes=objects_in(e.text_content() for e in root.iter("script") if "ld+json" in (e.get("type") or "").lower()),
        canonical=_canonical(root, url),
        page_title=title,
        link_hosts=hosts,
    )


def pairs_of(text: str) -> frozenset[str]:
    """The pairs of characters that stand side by side in `text`."""
    key = re.sub(r"\W+", "", fold(text[:_WORDS]))
    return frozenset(key[place : place + 2] for place in range(len(key) - 1))


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
        return text_of(value.get("name") or value.get("@value") or "")
    if isinstance(value, list):
        return ", ".join(dict.fromkeys(word for word in map(text_of, value[:20]) if word))
    return ""


def _words(value: str) -> str:
    return " ".join(value.split())[:_WORDS]


def _canonical(root: HtmlElement, url: str) -> str:
    links = (element for element in root.iter("link") if (element.get("rel") or "").lower() == "canonical")
    stated = {address for link in links if (address := (link.get("href") or "").strip())}
    if len(stated) != 1:  # several that differ say nothing (RFC 6596 wants one)
        return ""
    try:
        canonical = str(urljoin(url, stated.pop()))
    except ValueError:
        return ""
    return canonical if is_usable(canonical) else ""
