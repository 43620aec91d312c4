"""The rules of a site, applied to one of its pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from mediawatch.extraction.page.context import NO_RULES, PageContext
from mediawatch.extraction.page.tree import drop_trees
from mediawatch.extraction.titles import PageHeadline, english_beside
from mediawatch.sources.selectors import selected, words_of

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from mediawatch.records import SiteRules

_LITTLE: Final = 20
"""Characters of a body below which its rule has found something else and the generic path is taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruled:
    """What the rules found; empty where there is no rule or it found nothing, which `drift` tells in sentences."""

    headline: PageHeadline | None = None
    text: str = ""
    date: str = ""
    byline: str = ""
    source: str = ""
    rankings: tuple[Any, ...] = ()
    drift: tuple[str, ...] = ()


def apply_rules(root: HtmlElement, context: PageContext) -> Ruled:
    """Read the page by the rules of its site.  What they say is to be dropped is dropped from the tree."""
    rules = context.rules
    if rules == NO_RULES:
        return Ruled()
    headline = _headline(root, rules)
    date, byline, source = (_words(root, selector) for selector in (rules.date, rules.byline, rules.source))
    rankings = tuple(_elements(root, rules.ranking))
    for selector in rules.drop:
        drop_trees(root, [e for e in _elements(root, selector) if e is not root and isinstance(e.tag, str)])
    text = _text(root, rules.body)
    little = f"the rule for body finds {len(text)} characters" if 0 < len(text) < _LITTLE else ""
    silent = [
        name
        for name, selector, found in (
            ("title", rules.title, headline),
            ("date", rules.date, date),
            ("body", rules.body, text),
        )
        if selector and not found
    ]
    return Ruled(
        headline=headline,
        text="" if little else text,
        date=date,
        byline=byline,
        source=source,
        rankings=rankings,
        drift=(*(f"the rule for {name} finds nothing" for name in silent), *filter(None, (little,))),
    )


def _headline(root: HtmlElement, rules: SiteRules) -> PageHeadline | None:
    found = next((e for e in _elements(root, rules.title) if words_of(e)), None)
    if found is None:
        return None
    title = words_of(found)
    return PageHeadline(title=title, title_en=english_beside(root, title), element=found, origin="rule", printed=title)


def _text(root: HtmlElement, selector: str | None) -> str:
    return "\n".join(line for element in _elements(root, selector) for line in lines_of(element))


def _words(root: HtmlElement, selector: str | None) -> str:
    if not selector:
        return ""
    for item in selected(root, selector):
        words = (item.get("datetime") or "") if not isinstance(item, str) and item.tag == "time" else ""
        words = words or words_of(item)
        if words:
            return words
    return ""


def _elements(root: HtmlElement, selector: str | None) -> Iterator[HtmlElement]:
    return (item for item in (selected(root, selector) if selector else ()) if not isinstance(item, str))


_BREAKS: Final = frozenset(
    {"address", "article", "aside", "blockquote", "br", "caption", "center", "dd", "div", "dl", "dt", "fieldset"}
    | {
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
    }
    | {"ol", "p", "pre", "section", "table", "tbody", "td", "th", "tr", "ul"}
)
_SILENT: Final = frozenset({"script", "style", "noscript", "template", "iframe", "object", "svg", "button", "select"})


def lines_of(element: HtmlElement) -> Iterator[str]:
    """The lines of `element` in order, with single spaces; none is empty."""
    for line in "".join(_runs(element)).split("\n"):
        words = " ".join(line.split())
        if words:
            yield words


def _runs(element: HtmlElement) -> Iterator[str]:
    """Text with a newline at each break and nowhere else.  Walks without recursion: trees may be deep."""
    from lxml.etree import iterwalk

    skipped = 0
    for event, node in iterwalk(element, events=("start", "end")):
        is_silent, is_break = node.tag in _SILENT, node.tag in _BREAKS
        if event == "start":
            skipped += is_silent
            yield "\n" if is_break else ""
            yield "" if skipped else _plain(node.text)
        else:
            skipped -= is_silent
            yield "\n" if is_break else ""
            yield "" if skipped or node is element else _plain(node.tail)


def _plain(text: str | None) -> str:
    return (text or "").replace("\n", " ").replace("\r", " ")
