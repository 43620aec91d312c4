"""The entries of a sitemap, read piece by piece: no tree is built, so memory does not grow with the sitemap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from lxml import etree

from mediawatch.sources.urls import LONGEST

MOST_ITEMS: Final = 50_000
"""Entries read of one sitemap: the protocol's own limit."""
MOST_ELEMENTS: Final = 1_000_000
"""Elements read of one sitemap: 20 for each entry, where those of news sitemaps have 8."""
_CHARACTERS: Final = 2 * LONGEST
"""Kept of one text: titles are cut later, and a longer address is none."""
_FIELDS: Final = {
    "loc": "loc",
    "lastmod": "lastmod",
    "news/title": "title",
    "news/publication_date": "published",
    "data/display/title": "title",
    "data/display/pubTime": "published",
}
"""Where an entry has what: by the protocol, by Google's news extension, by what Baidu asks for."""
_DEEPEST: Final = 5
_IN_TITLES: Final = frozenset(
    {"a", "b", "big", "br", "em", "font", "i", "mark", "p", "q", "s", "small", "span", "strong", "sub", "sup", "u"}
)
"""Elements of HTML that stand in titles; any other is the next field, where an end tag is missing."""
_KINDS: Final = ("url", "sitemap")


@dataclass(slots=True, kw_only=True)
class SitemapEntry:
    """One `url` or `sitemap` of a sitemap; `kind` is the element's name, the texts are as written."""

    kind: str
    loc: str = ""
    lastmod: str = ""
    title: str = ""
    published: str = ""


class Entries:
    """The entries in `pieces` of XML, in order; what is said of the whole is known when the last has been given.

    `root` is the name of the outermost element, empty when there is none, `elements` their number.  `problem` says what
    is wrong with the XML (`is_broken`), or what ended the reading early: MOST_ITEMS, MOST_ELEMENTS, or what `pieces`
    raised as ValueError (`is_broken` and `unpacking_error`).  Namespaces are not looked at, and nothing outside the
    sitemap is loaded.
    """

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self.root = ""
        self.elements = 0
        self.problem = ""
        self.is_broken = False
        self.unpacking_error: ValueError | None = None
        self._pieces = pieces

    def __iter__(self) -> Iterator[SitemapEntry]:
        target = _Target()
        given = 0
        for _ in self._steps(target):
            self.root, self.elements = target.root, target.elements
            for entry in target.taken():
                if given == MOST_ITEMS:
                    self.problem = f"read the first {MOST_ITEMS:,} entries of more"
                    return
                given += 1
                yield entry
            if target.elements > MOST_ELEMENTS:
                self.problem = f"read the first {MOST_ELEMENTS:,} elements of more, {given:,} entries"
                return

    def _steps(self, target: _Target) -> Iterator[None]:
        """Parse piece by piece into `target`, stopping after each."""
        parser = etree.XMLParser(target=target, recover=True, resolve_entities=False, load_dtd=False, no_network=True)
        try:
            for piece in self._pieces:
                parser.feed(piece)
                yield
            parser.close()
        except etree.XMLSyntaxError as error:
            self.problem = f"broken XML: {error.msg}"[:200]
        except ValueError as error:
            self.problem, self.unpacking_error = str(error)[:200], error
        # The parser reads on over what is broken where it can, and says nothing of what it leaves out.
        fault = next(iter(parser.feed_error_log), None)
        if fault is not None and not self.problem:
            self.problem = f"broken XML in line {fault.line}: {fault.message}"[:200]
        self.is_broken = bool(self.problem)
        yield


class _Target:
    """What lxml calls for each piece of markup."""

    def __init__(self) -> None:
        self.root = ""
        self.elements = 0
        self._path: list[str] = []
        self._again = 0
        self._entry: SitemapEntry | None = None
        self._whole: list[SitemapEntry] = []
        self._field = ""
        self._text: list[str] = []
        self._room = 0
        self._within = 0

    def taken(self) -> list[SitemapEntry]:
        """The entries that became whole since this was last asked."""
        whole, self._whole = self._whole, []
        return whole

    def start(self, tag: str, attributes: object) -> None:
        name = tag.rpartition("}")[2]
        self.elements += 1
        if name == self.root and len(self._path) == 1:  # <urlset><urlset>
            self._again += 1
            return
        self._path.append(name)
        depth = len(self._path)
        if self._field == "title" and name in _IN_TITLES:
            self._within += 1
            self.data(f"<{name}>")  # titles are freed of tags later, with a gap where browsers show one
        elif depth == 1:
            self.root = name
        elif depth == 2:
            self._entry = SitemapEntry(kind=name) if name in _KINDS else None
        elif self._entry is not None and depth <= _DEEPEST:
            self._keep()  # of a field whose end tag is missing
            self._field = _FIELDS.get("/".join(self._path[2:]), "")
            self._text, self._room, self._within = [], _CHARACTERS, 0

    def data(self, text: str) -> None:
        if self._field and self._room > 0:
            self._text.append(text[: self._room])
            self._room -= len(text)

    def end(self, tag: str) -> None:
        if self._again and len(self._path) == 1:
            self._again -= 1
            return
        self._path.pop()
        if self._entry is None:
            return
        if self._within:
            self._within -= 1
            self.data(f"</{tag.rpartition('}')[2]}>")
            return
        self._keep()
        if len(self._path) == 1:
            self._whole.append(self._entry)
            self._entry = None

    def _keep(self) -> None:
        """Give the entry the text of its field, unless it has one."""
        if self._field:
            value = "".join(self._text).strip()
            setattr(self._entry, self._field, getattr(self._entry, self._field) or value)
            self._field = ""

    def close(self) -> None:
        """Nothing is left to do."""
