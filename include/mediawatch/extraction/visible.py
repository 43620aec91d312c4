"""The visible text of a page in document order, split at the headline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mediawatch.extraction.texts import texts_in

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_SILENT: Final = frozenset({"script", "style", "noscript"})
_CHARACTERS: Final = 20_000
"""Read on each side of the headline: dates and names stand close to it, and patterns are searched in all of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visible:
    """`below` begins with the headline when the page has one as an element, else it is all of the text; `above` is what
    stands before it.  Runs of text are separated by newlines."""

    above: str
    below: str
    length: int


def visible_text(root: HtmlElement, headline: HtmlElement | None) -> Visible:
    """The text that a reader sees, bounded on both sides of the headline."""
    runs = [run for body in root.iter("body") for run in texts_in(body, outside=_SILENT) if run.strip(" \t\r\n")]
    within = set() if headline is None else set(headline.iter())
    start = next((index for index, run in enumerate(runs) if run.getparent() in within and not run.is_tail), 0)
    texts = [" ".join(run.split()) for run in runs]
    above, below = "\n".join(texts[:start]), "\n".join(texts[start:])
    return Visible(above=above[-_CHARACTERS:], below=below[:_CHARACTERS], length=len(above) + len(below))
