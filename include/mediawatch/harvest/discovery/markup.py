"""Reading announcing pages: bytes to a tree, titles to plain text."""

from __future__ import annotations

import html
import re
from typing import Any

import lxml.html
from lxml import etree

from mediawatch.language.decoding import decode
from mediawatch.language.marks import without_ornament
from mediawatch.language.markup import MOST_TAGS, tamed

TITLE_LENGTH = 500
"""Characters kept of a title."""

_TAG = re.compile(r"</?[A-Za-z!][^<>]{0,1000}>")
_WITHIN_WORDS = re.compile(
    r"</?(?:a|abbr|b|bdi|big|em|font|i|mark|q|s|small|span|strong|sub|sup|tt|u|wbr)(?:[\s/][^<>]{0,1000})?>",
    re.IGNORECASE,
)
"""Tags that browsers show without a gap."""


def plain_title(text: str) -> str:
    """`text` on one line without tags, entities and piles of accents, at most TITLE_LENGTH characters."""
    text = _untagged(html.unescape(_untagged(text[: 8 * TITLE_LENGTH])))
    return " ".join(without_ornament(text).split())[:TITLE_LENGTH].rstrip()


def _untagged(text: str) -> str:
    return _TAG.sub(" ", _WITHIN_WORDS.sub("", text))


def page_tree(body: bytes, content_type: str) -> Any | None:
    """The element tree of an HTML page, or None when there is nothing to parse, or more than MOST_TAGS.  Never raises
    on any bytes."""
    text = page_text(body, content_type).replace("\0", "")
    if text.count("<") > MOST_TAGS:
        return None
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        return lxml.html.document_fromstring(tamed(text).encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None


def page_text(body: bytes, content_type: str) -> str:
    """`body` decoded like the pages of articles; as UTF-8 with its faults replaced where nothing makes text of it."""
    decoded = decode(body, content_type)
    return decoded.text if decoded else body.decode("utf-8", "replace")
