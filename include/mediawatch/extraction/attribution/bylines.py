"""Who wrote a page, and in which section it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from mediawatch.extraction.attribution.names import people_in
from mediawatch.extraction.page.context import PageContext
from mediawatch.extraction.page.declared import Declared, text_of, types_of
from mediawatch.extraction.page.tree import Visible
from mediawatch.language import fold

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_NEAR: Final = 1_500
_NEAR_BYLINE: Final = 120
_ABOVE: Final = 300
_SECTION: Final = 60
_WRITTEN: Final = (
    re.compile(r"(?:^|[\s（(|])(?:作者|撰文|文)\s*+[:：／/|｜]\s*([^\n|（）()]{2,40})", re.MULTILINE),
    re.compile(r"(?:记者|記者)\s*+[:：／/|｜]\s*([^\n|（）()]{2,40})"),
    re.compile(
        r"((?:记者|記者)[^\n，。:：／/|｜]{2,30}?)(?:[／/|｜]|(?:报道|报导|報導|報道)|\d{1,2}日[^\n]{0,4}[电電讯訊])"
    ),
    re.compile(r"[（(](?:[^\n()（）]{0,8}?)((?:记者|記者)[^\n()（）]{2,40})[）)]"),
    re.compile(r"^By\s+([A-Z][^\n,|]{3,60})", re.MULTILINE),
)
_STATED: Final = (
    "author",
    "article:author",
    "byl",
    "dc.creator",
    "dcterms.creator",
    "parsely-author",
    "sailthru.author",
)
_PLACES: Final = (
    "//*[@rel='author' or @itemprop='author'] | //address[ancestor::*[contains(@class, 'byline')]]",
    "//*[contains(concat(' ', @class, ' '), ' byline ') or contains(@class, 'byline-')]",
    "//*[contains(@class, 'author-name') or contains(@class, '__author')]",
    "//*[contains(concat(' ', @class, ' '), ' author ')]",
    "//address[ancestor::header]",
)
_ORGANISATIONS: Final = frozenset({"Organization", "NewsMediaOrganization", "Corporation", "WebSite", "Brand"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Byline:
    """The authors' names joined by commas (empty when nobody is named), and where they were read.

    `publishers` are names of the dictionary that stand in the same places: an agency in the author's stead.
    """

    name: str = ""
    origin: str = ""
    publishers: tuple[str, ...] = ()


def byline_of(root: HtmlElement, declared: Declared, visible: Visible, context: PageContext, ruled: str) -> Byline:
    """The people named as authors: by the site's rule, declared, in a place marked as byline, or after 作者 / 记者 near
    the headline.

    An organisation is nobody's name: an agency, the site itself or any publisher of the dictionary is left to
    provenance.
    """
    own = {fold(name) for name in (declared.meta("og:site_name"), context.site_name) if name}
    publishers: dict[str, None] = {}
    for words, origin in _candidates(root, declared, visible, ruled):
        publishers.update(dict.fromkeys(_publishers_in(words, context)))
        names = [name for name in people_in(words) if _is_person(name, own, context)]
        if names:
            return Byline(name=", ".join(dict.fromkeys(names)), origin=origin, publishers=tuple(publishers))
    return Byline(publishers=tuple(publishers))


def _publishers_in(words: str, context: PageContext) -> Iterator[str]:
    """Associated Press of `Tom Davies - Associated Press`, AP of `Jo Doe, AP Auto Writer`."""
    for part in re.split(r"[,|\n/／]\s*|(?<!\s)[^\S\n]++(?:[-–—]|in)\s++", words[:_NEAR_BYLINE]):
        name = part.strip()
        yield from (found for found in (name, name.partition(" ")[0]) if context.publishers.named(found))


def section_of(declared: Declared) -> str:
    """The section that the page declares, or an empty string."""
    return (declared.meta("article:section", "section") or text_of(declared.article.get("articleSection", "")))[
        :_SECTION
    ]


def _candidates(root: HtmlElement, declared: Declared, visible: Visible, ruled: str) -> Iterator[tuple[str, str]]:
    yield ruled, "rule"
    yield _declared_people(declared.article.get("author", "")), "JSON-LD author"
    for name in _STATED:
        for value in declared.metas.get(name, ()):
            yield value, f"meta {name}"
    for place in _PLACES:
        for element in root.xpath(place)[:3]:
            yield element.text_content(), f"markup {place[4:44]}"
    for pattern in _WRITTEN:
        for text in (visible.below[:_NEAR], visible.above[-_ABOVE:]):
            for match in pattern.finditer(text):
                yield match.group(1), "text near the headline"


def _declared_people(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(filter(None, map(_declared_people, value[:20])))
    if isinstance(value, Mapping) and types_of(value) & _ORGANISATIONS:
        return ""
    return text_of(value)


def _is_person(name: str, own: set[str], context: PageContext) -> bool:
    first = name.partition(" ")[0]
    is_publisher = context.publishers.named(name) or (
        first.isupper() and " " in name and context.publishers.named(first)
    )
    return fold(name) not in own and not is_publisher
