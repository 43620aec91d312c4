"""The headline of a page, and where it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mediawatch.extraction.declared import Declared, text_of
from mediawatch.language import fold, han_share

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_HEADINGS: Final = ("h1", "h2", "h3", "h4")
_HEADINGS_READ: Final = 200
_TITLE_CHARACTERS: Final = 400
_SHORTEST: Final = 4
"""Characters of a heading that may be a headline by itself; 新闻 is a section."""
_MARKS: Final = re.compile(r"\s*(?:_+|\||｜|»|-{2,})\s*")
_SPACED_DASH: Final = re.compile(r"\s+[-–—]\s+")
_LAST_SPACED_DASH: Final = re.compile(r"\s+[-–—]\s+(?!.*\s[-–—]\s)")
_TAIL: Final = re.compile(r"(?<=\S{8})[-–—][^-–—\d\s]{2,10}$")
"""A dash and a short name without digits (-奥运, -江西新闻网) but not that of 歼-20."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """The title as shown, the English one beside a Chinese one (else empty), and its element where there is one."""

    title: str
    title_en: str
    element: HtmlElement | None


def headline_of(root: HtmlElement, declared: Declared, *, announced: str) -> Headline:
    """The longest heading that begins `<title>`, else one that is the better part of it, else a single `<h1>` on pages
    not in Chinese, else `<title>` without the site's name.

    Without any of them what the page declares counts, at last the announced title.
    """
    page_title = _words(next((element.text_content() for element in root.iter("title")), ""))
    headings = [(heading, _words(heading.text_content())) for heading in list(root.iter(*_HEADINGS))[:_HEADINGS_READ]]
    stated = _without_site(text_of(declared.article.get("headline", "")) or declared.meta("og:title", "twitter:title"))
    element = _heading_of(page_title, headings)
    if element is not None:
        title = _words(element.text_content())
    else:
        title = _stated_within(page_title, stated) or _without_site(page_title) or stated or announced
        element = _element_of(title, headings)
    return Headline(title=title, title_en=_english(title, headings), element=element)


def _heading_of(page_title: str, headings: list[tuple[HtmlElement, str]]) -> HtmlElement | None:
    key = _key(page_title)
    fitting = [(heading, text) for heading, text in headings if _is_beginning(_key(text), key)]
    fitting = fitting or [(heading, text) for heading, text in headings if _is_better_part(_key(text), key)]
    if fitting:
        return max(fitting, key=lambda pair: len(pair[1]))[0]
    top = [heading for heading, text in headings if heading.tag == "h1" and text.count(" ") >= 2]
    return top[0] if len(top) == 1 and han_share(page_title) == 0 else None


def _is_beginning(key: str, whole: str) -> bool:
    # A quarter at least: a site's name or a section may also be what a title begins with.
    return len(key) >= _SHORTEST and whole.startswith(key) and len(key) * 4 > len(whole)


def _is_better_part(key: str, whole: str) -> bool:
    return len(key) >= _SHORTEST and key in whole and len(key) * 2 > len(whole)


def _stated_within(page_title: str, stated: str) -> str:
    return stated if len(stated) >= _SHORTEST and _key(stated) in _key(page_title) else ""


def _without_site(title: str) -> str:
    """`title` up to the first mark that ends its first part.

    In Chinese that is any spaced dash, and a dash before a short name at the end; elsewhere the last spaced dash only,
    because headlines hold dashes too.
    """
    first = _MARKS.split(title, maxsplit=1)[0]
    if han_share(title) == 0:
        return first if _SHORTEST <= len(first) < len(title) else _LAST_SPACED_DASH.split(title, maxsplit=1)[0]
    title = first if len(first) >= _SHORTEST else title
    first = _SPACED_DASH.split(title, maxsplit=1)[0]
    title = first if len(first) >= _SHORTEST else title
    return _TAIL.sub("", _TAIL.sub("", title))


def _element_of(title: str, headings: list[tuple[HtmlElement, str]]) -> HtmlElement | None:
    return next((heading for heading, text in headings if title and _key(text) == _key(title)), None)


def _english(title: str, headings: list[tuple[HtmlElement, str]]) -> str:
    """The English heading beside a Chinese title, one of the first three on the page; empty when there is none."""
    if han_share(title) == 0:
        return ""
    top = [text for heading, text in headings if heading.tag in ("h1", "h2")][:3]
    return next((text for text in top if text.count(" ") >= 2 and han_share(text) == 0 and _is_latin(text)), "")


def _is_latin(text: str) -> bool:
    letters = [character for character in text if character.isalpha()]
    return sum(character.isascii() for character in letters) > 0.9 * len(letters)


def _words(text: str) -> str:
    return " ".join(text.split())[:_TITLE_CHARACTERS]


def _key(text: str) -> str:
    return re.sub(r"\W+", "", fold(text))
