"""From text to a tree, within bounds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from mediawatch.extraction.texts import texts_in
from mediawatch.language.markup import MOST_TAGS, tamed

if TYPE_CHECKING:
    from lxml.html import HtmlElement

CHARACTERS: Final = 10_000_000
"""Of markup; as much as a source may send by default.  The largest of 545 real news pages had 1.3 million."""
TEXT: Final = 1_000_000
"""Characters between the tags, scripts left out: three novels.  Reading ten times as much takes 20 s."""
ELEMENTS: Final = 40_000
"""The largest of the 545 pages had 5,966, half of them at most 728."""
DEPTH: Final = 500
"""The deepest of the 545 pages had 51; broken ones (unclosed <font>) nest some hundreds deep.  libxml2 itself silently
drops what is deeper than 2,048."""

_DECLARATION: Final = re.compile(r"^\s*<\?xml[^>]*\?>", re.IGNORECASE)


class UnparsableError(Exception):
    """The page is beyond the bounds; the message says which.  Stays inside this package, where it becomes a Loss."""


def parse(text: str) -> HtmlElement:
    """The tree of the page `text`, without comments and processing instructions.

    Raises UnparsableError for more than CHARACTERS, MOST_TAGS, TEXT, ELEMENTS or DEPTH, or when there is no element.
    """
    if len(text) > CHARACTERS:
        raise UnparsableError(f"{len(text):,} characters, more than {CHARACTERS:,}")
    if text.count("<") > MOST_TAGS:
        raise UnparsableError(f"{text.count('<'):,} tags, more than {MOST_TAGS:,}")
    root = _tree(_DECLARATION.sub("", text, count=1))
    elements = int(root.xpath("count(//*)"))
    if elements > ELEMENTS:
        raise UnparsableError(f"{elements:,} elements, more than {ELEMENTS:,}")
    text_length = sum(map(len, texts_in(root, outside=("script", "style"))))
    if text_length > TEXT:
        raise UnparsableError(f"{text_length:,} characters of text, more than {TEXT:,}")
    if root.getroottree().xpath("boolean(" + "/*" * (DEPTH + 1) + ")"):
        raise UnparsableError(f"nested deeper than {DEPTH}")
    return root


def _tree(text: str) -> HtmlElement:
    from lxml.etree import LxmlError
    from lxml.html import HTMLParser, document_fromstring

    # Bytes with a named encoding, so that the page's own <meta> has no say; huge_tree because without it libxml2
    # silently drops all that is nested deeper than 256.
    parser = HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        return document_fromstring(tamed(text).encode("utf-8", "replace"), parser=parser)
    except LxmlError as error:
        raise UnparsableError(str(error) or "no element") from error
