"""What a forgotten page is known by in archived bytes and in messages: links, addresses, titles, and its words."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from html import escape, unescape
from typing import Any, Final
from urllib.parse import quote, unquote, urljoin, urlsplit

from mediawatch.sources.urls import LONGEST, address_id

_CHARSETS: Final = ("utf-8", "gb18030", "big5")
_TELLING: Final = 12
"""Least weight of a title that may be looked for in text, a Han character counting 2: shorter ones name much else."""
_DELIMITERS: Final = re.compile(rb"[\s\"'<>()\[\]{}|^`]")
_ATTRIBUTE: Final = re.compile(rb"[A-Za-z][A-Za-z-]*=")
_QUERY: Final = re.compile(r"[?&=]")
_QUOTE: Final = "quote"
"""The field of a headline that holds a sentence of its article, in pieces."""
_START: Final = re.compile(rb"https?(?=[:\\&]|%3[Aa])")
"""Where an address begins, however its colon is written."""
_NESTED: Final = 4
_HTTP: Final = re.compile(r"https?://")


@dataclass(frozen=True, kw_only=True)
class Marks:
    """`links` are the ids under which the page was announced, fetched and kept; an article's id is one of them."""

    links: frozenset[str]
    addresses: frozenset[str] = frozenset()
    titles: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()
    """What the page says, as it was extracted: sentences of it are quoted."""
    link_of: Callable[[str], str] = address_id
    """The link id of an address, which may depend on whose it is."""

    def is_named_in(self, data: bytes, base: str) -> bool:
        """Whether `data`, which came from the address `base`, leads to the page or has one of its titles."""
        return self.has_title(data) or next(self.places(data, base), None) is not None

    def may_be_named_in(self, data: bytes) -> bool:
        """Whether a closer look at `data` is worth while: it costs a few searches for a piece of an address."""
        return any(needle in data for needle in self._needles) or self.has_title(data)

    def has_title(self, data: bytes) -> bool:
        """Whether `data` holds one of the page's titles, in one of the usual encodings."""
        return any(title in data for title in self.title_forms)

    def places(self, data: bytes, base: str) -> Iterator[tuple[int, int]]:
        """Where addresses stand in `data` (begin and end) that lead to the page, from left to right."""
        last = 0
        for at in sorted({at for needle in self._needles for at in occurrences(data, needle)}):
            if at >= last:
                begin, end = _token_at(data, at)
                if self._leads_here(data[begin:end], base, is_link=data[begin - 1 : begin] in (b'"', b"'", b"=")):
                    last = end
                    yield begin, end

    def leads_here(self, address: str, base: str) -> bool:
        """Whether `address`, as written on a page at `base`, is one of the page's."""
        try:
            found = urljoin(base, unescape(address).strip())
        except ValueError:
            return False
        return address_id(found) in self.links or self.link_of(found) in self.links

    def redacted(self, value: Any) -> Any:
        """A JSON value without the page: entries of lists that are about it left out, text that names it emptied.

        A headline that had its title or its words loses what it quotes.
        """
        if isinstance(value, dict):
            kept = {key: self.redacted(item) for key, item in value.items()}
            if _QUOTE in kept and (kept.get("title") != value.get("title") or self._is_quoted(value[_QUOTE])):
                kept[_QUOTE] = []
            return kept
        if isinstance(value, list):
            return [self.redacted(item) for item in value if not self._is_about_it(item)]
        if isinstance(value, str) and self.is_named_in(value.encode("utf-8", "replace"), ""):
            return ""
        return value

    def _is_about_it(self, item: Any) -> bool:
        if not isinstance(item, dict):
            return False
        is_it = item.get("article_id") in self.links
        return is_it or (isinstance(item.get("url"), str) and self.leads_here(item["url"], ""))

    def _is_quoted(self, quote: Any) -> bool:
        """Whether the pieces of `quote` are words of the page, as many as tell it from other text."""
        pieces = [_closed_up(str(piece)).strip("…") for piece in quote] if isinstance(quote, list) else []
        is_telling = sum(map(_weight, pieces)) >= _TELLING
        return is_telling and any(all(piece in text for piece in pieces) for text in self._closed_texts)

    @cached_property
    def _closed_texts(self) -> tuple[str, ...]:
        return tuple(map(_closed_up, self.texts))

    @cached_property
    def title_forms(self) -> frozenset[bytes]:
        """The titles that are long enough to be told from other text, as they may stand in bytes."""
        telling = (title for title in self.titles if _weight(title) >= _TELLING)
        return frozenset(form for title in telling for form in _written(title))

    @cached_property
    def _needles(self) -> frozenset[bytes]:
        """A piece of each address that is in every way of writing it."""
        return frozenset(piece for address in self.addresses for piece in _pieces(address))

    def _leads_here(self, token: bytes, base: str, *, is_link: bool) -> bool:
        text = unescape(token.decode("utf-8", "replace")).replace("\\/", "/")
        # An address within another's query is written with percent signs, and ends where its parameter does.
        forms = (unquote(text), *(unquote(piece) for piece in _QUERY.split(text) if "%" in piece))
        whole = [form[found.start() :] for form in forms for found in _HTTP.finditer(form)]
        relative = [text] if base and (is_link or text.startswith("/")) else []
        return any(self.leads_here(address, base) for address in (*whole, *relative))


def marks_of(
    links: Iterable[str],
    addresses: Iterable[str],
    titles: Iterable[str],
    texts: Iterable[str] = (),
    link_of: Callable[[str], str] = address_id,
) -> Marks:
    """The marks of the page with these links, blanks left out."""
    return Marks(
        links=frozenset(links),
        addresses=frozenset(filter(None, addresses)),
        titles=frozenset(filter(None, titles)),
        texts=frozenset(filter(None, texts)),
        link_of=link_of,
    )


def occurrences(data: bytes, needle: bytes) -> Iterator[int]:
    """Where `needle` stands in `data`, from left to right."""
    at = data.find(needle)
    while at != -1:
        yield at
        at = data.find(needle, at + len(needle))


def _token_at(data: bytes, at: int) -> tuple[int, int]:
    """Begin and end of the run of characters around `at` that can be an address, bounded by its longest length.

    An address may stand in the query of another; of a run of more of them than _NESTED the one around `at` counts.
    """
    left, right = max(0, at - LONGEST), min(len(data), at + LONGEST)
    before = [found.end() for found in _DELIMITERS.finditer(data, left, at)]
    after = _DELIMITERS.search(data, at, right)
    begin, end = (before[-1] if before else left), (after.start() if after else right)
    starts = [found.start() for found in _START.finditer(data, begin, end)]
    if len(starts) > _NESTED:
        begin = max((start for start in starts if start <= at), default=begin)
        end = min((start for start in starts if start > at), default=end)
    attribute = _ATTRIBUTE.match(data, begin, at)  # its value stands without quotes
    return (attribute.end() if attribute else begin), end


def _pieces(address: str) -> set[bytes]:
    parts = urlsplit(address)
    segments = [segment for segment in parts.path.split("/") if segment]
    piece = segments[-1] if segments else parts.query or parts.netloc
    plain = unquote(piece)
    return {form.encode("utf-8", "replace") for form in (piece, plain, quote(plain), escape(plain)) if form}


def _written(title: str) -> Iterator[bytes]:
    forms = {title, escape(title), escape(title, quote=False), json.dumps(title)[1:-1]}
    forms |= {"".join(f"&#{ord(c)};" for c in title), "".join(f"&#x{ord(c):x};" for c in title)}
    for form in forms:
        for charset in _CHARSETS:
            try:
                yield form.encode(charset)
            except UnicodeEncodeError:
                continue


def _closed_up(text: str) -> str:
    """`text` without its blanks, which a quotation changes."""
    return "".join(text.split())


def _weight(title: str) -> int:
    return sum(2 if ord(character) >= 0x2E80 else 1 for character in title)
