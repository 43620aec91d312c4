"""The block of a page that holds most of its running text: the way out where an article is short."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_BLOCKS: Final = frozenset(
    {"address", "article", "aside", "blockquote", "body", "dd", "div", "dl", "dt", "footer", "form", "h1", "h2", "h3"}
    | {"h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "table", "tbody", "td", "tr"}
    | {"ul", "center", "fieldset", "figure"}
)
_HOLDERS: Final = (
    "//*[self::article or self::blockquote or self::body or self::center or self::div or self::main or self::section"
    " or self::td][not(ancestor::header or ancestor::footer or ancestor::nav or ancestor::aside)]"
)
_SENTENCE: Final = re.compile(r"[，。！？；、]|[,.!?;](?:\s|$)")


def densest_block(root: HtmlElement) -> str:
    """The lines of the element whose own paragraphs hold the most text with punctuation; empty when there are none.

    A paragraph is a block without blocks in it, or a run of text between them or between line breaks.
    """
    best, most = [], 0
    for holder in root.xpath(_HOLDERS):
        lines = list(_lines(holder))
        weight = sum(len(line) for line in lines if _SENTENCE.search(line))
        if weight > most:
            best, most = lines, weight
    return "\n".join(best)


def _lines(holder: HtmlElement) -> Iterator[str]:
    run = [holder.text or ""]
    for child in holder:
        if child.tag in _BLOCKS or child.tag == "br":
            yield from _line(run)
            run = []
            if child.tag not in ("h1", "br") and _is_leaf(child):
                yield from _lines(child) if child.find("br") is not None else _line([child.text_content()])
        else:
            run.append(child.text_content())
        run.append(child.tail or "")
    yield from _line(run)


def _line(run: list[str]) -> Iterator[str]:
    line = " ".join("".join(run).split())
    if line:
        yield line


def _is_leaf(element: HtmlElement) -> bool:
    return element.tag not in ("li", "nav", "footer", "form") and not any(
        e.tag in _BLOCKS for e in element.iterdescendants()
    )
