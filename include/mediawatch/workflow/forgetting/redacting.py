"""An archived exchange without a forgotten page: what is taken out of a feed, of a list, of another article's page."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import urljoin, urlsplit

from mediawatch.records import Exchange
from mediawatch.workflow.forgetting.marks import Marks, occurrences

_ENTRIES: Final = (b"item", b"entry", b"url")
"""Elements of a feed (RSS, Atom) and of a sitemap that announce one page each."""
_HREF: Final = re.compile(rb"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_BLANK: Final = re.compile(rb"\s*+")
_ANCHOR: Final = b"<a></a>"
"""What stays of a link, so that the places of a list are counted as before."""


@dataclass(slots=True, kw_only=True)
class Redactor:
    """Decides about the exchanges of one archive file, in their order.

    `own` are the places of the page's answers, `pages` those of other pages, which keep their text.
    """

    marks: Marks
    own: Collection[int] = ()
    pages: Collection[int] = ()
    erased: int = 0
    _expected: set[str] = field(default_factory=set)

    def __call__(self, exchange: Exchange, offset: int) -> Exchange | None:
        """The exchange as it may stay: itself, without what names the page, or not at all."""
        if self._is_own(exchange, offset):
            self.erased += 1
            return None
        if not self.marks.may_be_named_in(exchange.body) and not self._is_named_in_head(exchange):
            return exchange
        change = without_links if offset in self.pages else without_entries
        body = change(exchange.body, exchange.url, self.marks)
        kept = replace(exchange, body=body, headers=self._headers(exchange)) if body is not None else None
        self.erased += kept is None
        return exchange if kept == exchange else kept

    def _is_own(self, exchange: Exchange, offset: int) -> bool:
        """Whether it answers for the page: by its place, its address, or as the next hop of a redirect that did."""
        is_expected = exchange.url in self._expected and offset not in self.pages
        self._expected.discard(exchange.url)
        if not (is_expected or offset in self.own or self.marks.leads_here(exchange.url, "")):
            if urlsplit(exchange.url).path != "/robots.txt":  # a hop to another site may begin with its robots.txt
                self._expected.clear()
            return False
        location = exchange.header("Location")
        if location and 300 <= exchange.status < 400:
            self._expected.add(urljoin(exchange.url, location))
        return True

    def _is_named_in_head(self, exchange: Exchange) -> bool:
        return self._headers(exchange) != exchange.headers

    def _headers(self, exchange: Exchange) -> tuple[tuple[str, str], ...]:
        return tuple(
            (name, value)
            for name, value in exchange.headers
            if not self.marks.is_named_in(value.encode("utf-8", "replace"), exchange.url)
        )


def without_entries(body: bytes, base: str, marks: Marks) -> bytes | None:
    """A feed or sitemap without the entries that name the page; None where that is not enough, as for other answers."""
    for tag in _ENTRIES:
        body = _without(body, (span for span in _elements(body, tag) if marks.is_named_in(body[slice(*span)], base)))
    return None if marks.is_named_in(body, base) else body


def without_links(body: bytes, base: str, marks: Marks) -> bytes:
    """Another page without links to the forgotten one, and without its title where that stands alone.

    What the page says in its own words stays, the title included.
    """
    body = _without_anchors(body, base, marks)
    return _without_titles(_without(body, marks.places(body, base)), marks)


def _without(body: bytes, spans: Iterable[tuple[int, int]], instead: bytes = b"") -> bytes:
    """`body` without `spans`, which come from left to right; `instead` of each."""
    kept, last = [], 0
    for begin, end in spans:
        kept += [body[last:begin], instead]
        last = end
    return b"".join([*kept, body[last:]])


def _without_anchors(body: bytes, base: str, marks: Marks) -> bytes:
    addresses = ((span, _address_in(body, *span)) for span in _elements(body, b"a"))
    anchors = (span for span, address in addresses if address and marks.leads_here(address, base))
    return _without(body, anchors, _ANCHOR)


def _address_in(body: bytes, begin: int, end: int) -> str:
    """The address that the anchor there leads to; "" when it has none."""
    href = _HREF.search(body, begin, body.find(b">", begin, end) + 1)
    address = next((group for group in href.groups() if group is not None), b"") if href else b""
    return address.decode("utf-8", "replace")


def _without_titles(body: bytes, marks: Marks) -> bytes:
    """The titles gone from attributes, from scripts, and where one is the whole of a text."""
    for title in sorted(marks.title_forms, key=len, reverse=True):
        body = _without(body, _titles_apart(body, title))
    return body


def _titles_apart(body: bytes, title: bytes) -> Iterator[tuple[int, int]]:
    """Where `title` stands in a tag, in a script, or alone between two tags.  Each byte is looked at once."""
    scripts = list(_elements(body, b"script"))
    opened = closed = -1
    is_first, done = True, 0
    for at in occurrences(body, title):
        end = at + len(title)
        opened, before = max(opened, body.rfind(b"<", done, at)), closed
        closed = max(closed, body.rfind(b">", done, at))
        is_first = (is_first or closed != before) and not body[max(done, closed + 1) : at].strip()
        if opened > closed or _is_within(scripts, at) or (is_first and _is_last(body, end)):
            yield at, end
        is_first, done = False, end


def _is_last(body: bytes, end: int) -> bool:
    """Whether nothing but blanks follows until the next tag, or the end."""
    after = _BLANK.match(body, end)
    return after is None or body[after.end() : after.end() + 1] in (b"<", b"")


def _is_within(spans: Sequence[tuple[int, int]], at: int) -> bool:
    number = bisect_right(spans, at, key=lambda span: span[0]) - 1
    return number >= 0 and at < spans[number][1]


def _elements(body: bytes, tag: bytes) -> Iterator[tuple[int, int]]:
    """Where the elements called `tag` begin and end, those that are not closed left out; none within another."""
    ends = re.compile(rb"</" + tag + rb"(?![\w:-])[^<>]*+>", re.IGNORECASE)
    at = 0
    for begin in re.finditer(rb"<" + tag + rb"(?![\w:-])", body, re.IGNORECASE):
        if begin.start() < at:
            continue
        end = ends.search(body, begin.end())
        if end is None:
            return
        yield begin.start(), end.end()
        at = end.end()
