"""Reading announcing pages: bytes to a tree, titles to plain text."""

from __future__ import annotations

import codecs
import html
import re
from email.message import Message
from typing import Any

import lxml.html
from lxml import etree

TITLE_LENGTH = 500
"""Characters kept of a title."""

_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]{2,20})", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z!][^<>]{0,1000}>")
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "iso8859-1": "cp1252", "ascii": "cp1252"}
"""What pages mean by a label is the wider encoding of the family, as browsers read it."""


def plain_title(text: str) -> str:
    """`text` on one line without tags and entities, at most TITLE_LENGTH characters."""
    text = _TAG.sub(" ", html.unescape(_TAG.sub(" ", text[: 8 * TITLE_LENGTH])))
    return " ".join(text.split())[:TITLE_LENGTH]


def page_tree(body: bytes, content_type: str) -> Any | None:
    """The element tree of an HTML page, or None when there is nothing to parse.  Never raises on any bytes."""
    text = page_text(body, content_type).replace("\0", "")
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        return lxml.html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None


def page_text(body: bytes, content_type: str) -> str:
    """`body` decoded by byte order mark, header, meta element, or as UTF-8, else GB18030; faults replaced."""
    meta = _META_CHARSET.search(body, 0, 4096)
    for label in (_marked(body), _charset_of(content_type), meta[1].decode("ascii") if meta else ""):
        text = _decoded(body, label)
        if text is not None:
            return text
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode("gb18030", "replace")


def _marked(body: bytes) -> str:
    if body.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    return "utf-16" if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else ""


def _charset_of(content_type: str) -> str:
    header = Message()
    header["content-type"] = content_type.replace("\n", " ").replace("\r", " ")
    charset = header.get_param("charset", "")
    return charset if isinstance(charset, str) else ""


def _decoded(body: bytes, label: str) -> str | None:
    """None when `label` names no encoding of text."""
    try:
        name = codecs.lookup(label).name
        return body.decode(_WIDER.get(name, name), "replace")
    except (LookupError, ValueError):
        return None
