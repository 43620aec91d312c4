"""The lines of an element as a reader sees them: a new one at every block and line break."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from lxml.html import HtmlElement

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
