"""A page as lines of text in reading order, each with the block it stands in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from lxml.html import HtmlElement

BLOCKS: Final = frozenset(
    {"address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dir", "div", "dl"}
    | {"dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr"}
    | {"html", "legend", "li", "main", "menu", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td"}
    | {"tfoot", "th", "thead", "tr", "ul"}
)
_SILENT: Final = frozenset(
    {"applet", "audio", "button", "canvas", "embed", "frameset", "head", "iframe", "input", "label", "map", "math"}
    | {"noscript", "object", "option", "script", "select", "style", "svg", "template", "textarea", "video"}
)
_LEFT: Final = BLOCKS | {"a", "b", "strong"}
"""What means something where it ends."""
_ENTERED: Final = _LEFT | {"br", "img"}
"""What means something where it begins, beside its text."""
_HIDDEN: Final = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?:px|pt)?\s*(?:;|$)", re.IGNORECASE
)
_HIDING: Final = re.compile(r"display\s{0,8}:\s{0,8}none\s{0,8};?\s{0,8}\}")
"""A word first, of which a style sheet has fewer than braces."""
_HIDDEN_CLASS: Final = re.compile(r"(?:^|[\s}])\.([\w-]{2,40})\s{0,8}\{\s{0,8}\Z")
_SELECTOR: Final = 60
"""Characters before a rule in which the name of one class stands."""
_STYLES, _STYLE_ELEMENTS = 100_000, 20
_WHITE: Final = frozenset({"#fff", "#ffffff", "white"})
_UNSEEN: Final = 60
"""Characters of a text that is hidden by a class of the page: a site's name.  Menus may be shown later."""
_CHOICES: Final = frozenset({"radio", "checkbox"})
_ICON, _DIGITS = 60, 5
"""Pixels of a side below which a picture has no caption, and digits of a size that is believed."""
_ANCHOR: Final = 80
"""Characters of an anchor that count as linked: a headline.  An anchor that is never closed holds whole articles."""

NAMES: Final = {
    "comment": r"comment|pinglun|disqus|reply|discuss|gbook|message",
    "foot": r"foot|copyright|bottom|disclaim",
    "side": r"side|right|aside|col-?r",
    "related": r"relat|recommend|tuijian|hot|rank|paihang|similar|popular|trending|xiangguan|teaser|promo",
    "share": r"share|social|follow|weibo|facebook",
    "nav": r"nav|menu|crumb|header|banner|(?:^|[-_ ])top|logo|position",
    "ad": r"(?:^|[-_ ])ads?(?:$|[-_ ]|\d)|advert|sponsor|guanggao|adsense",
    "tool": r"tool|button|btn|print|font|vote|survey|mood|func|opt",
    "tag": r"tag|keyword|topic|categor",
    "offer": r"subscri|newsletter|signup|login|popup|modal|cookie|consent|widget|donat|app",
    "page": r"pager|pagin|next|prev|page",
    "meta": r"author|byline|meta|info|source|date|time|bio|editor|credit|laiyuan",
    "picture": r"caption|pic|photo|img|image|gallery|video|media|figure",
    "list": r"list|link|more|feed",
    "hide": r"hide|hidden|none",
    "intro": r"intro|lead|summary|abstract|deck|standfirst|subtitle|sub-?head|zhaiyao|daodu",
    "quote": r"quote|tweet|instagram|embed",
    "search": r"search",
    "body": r"article-?_?(?:body|content|text|main|detail)|story-?_?body|entry-?_?content|post-?_?(?:body|content)"
    r"|zhengwen|(?:^|[-_ ])text(?:$|[-_ ])|artical|articlebody",
    "content": r"content|body|text|txt|zw|cont(?:$|[-_ ])",
    "article": r"article|story|entry|post|detail|news|main|art(?:$|[-_ ])",
}
"""What classes and ids of blocks say, in the words that sites share."""
_BEGINNING: Final = 3
_LITERAL: Final = re.compile(rf"[a-z-]{{{_BEGINNING},}}")
_ALTERNATIVES: Final = re.compile(r"(?:[^|()]|\([^()]*\))+")
HIDDEN_BIT: Final = 1 << len(NAMES)
RECOMMENDED_BIT: Final = HIDDEN_BIT << 1
_RECOMMENDED: Final = ("recommend", "tuijian", "xiangguan", "related")
"""Names of blocks of other articles only; those of "related" above are also met around the text: photo has a hot."""
_NAME_CHARACTERS: Final = 200


@dataclass(slots=True)
class Block:
    """A block element; its lines are those from `start` up to `end`.  `parent` is an index, -1 at the root.

    `names` has a bit for each of NAMES that its class and id match, RECOMMENDED_BIT when they say that other articles
    stand there, and HIDDEN_BIT when its style hides it.
    """

    tag: str
    parent: int
    names: int
    start: int
    end: int = 0


@dataclass(slots=True)
class LaidOutLine:
    """A run of text between the edges of blocks and line breaks, with single spaces.

    `linked` and `bold` count characters without spaces; `block` is the index of the innermost block around it.  A
    picture stands between it and the line before it when it `follows_picture`, and a button for one of several answers
    when it is a `choice`.
    """

    text: str
    block: int
    links: int
    linked: int
    bold: int
    follows_break: bool
    follows_picture: bool = False
    is_choice: bool = False


@dataclass(slots=True)
class Layout:
    """Blocks in document order (parents first) and lines in reading order."""

    blocks: list[Block] = field(default_factory=list)
    lines: list[LaidOutLine] = field(default_factory=list)


def layout_of(root: HtmlElement) -> Layout:
    """The layout of the page `root`: its body, or all of it when there is none.  Walks without recursion.

    Blocks without a line, most of a page, are left out.
    """
    from lxml.etree import iterwalk

    body = root.find("body")
    start = root if body is None else body
    walk, silent = _Walk(_hiding_classes(root)), None
    events = iterwalk(start, events=("start", "end"))
    for event, element in events:
        tag = element.tag
        if event == "start":
            is_styled = walk.hiding or (tag not in BLOCKS and (tag == "font" or element.get("style") is not None))
            if tag in _SILENT or (is_styled and walk.is_unseen(element, tag)):
                walk.mark(element, tag)
                silent = element
                events.skip_subtree()
                continue
            if tag in _ENTERED:
                walk.enter(element, tag)
            if (text := element.text) and not (walk.is_empty and text.isspace()):
                walk.add(text)
            continue
        if tag in _LEFT and element is not silent:
            walk.leave(element, tag)
        if (tail := element.tail) and not (walk.is_empty and tail.isspace()) and element is not start:
            walk.add(tail)
    return walk.layout


class _Walk:
    def __init__(self, hiding: frozenset[str]) -> None:
        self.layout = Layout()
        self.hiding = hiding
        self.is_empty = True
        """Whether the line has nothing yet, so that blanks say nothing: they are most of the text between tags."""
        self._open: list[HtmlElement] = []
        self._indices: list[int] = []
        """Those of the open blocks that have lines, and so a place among the blocks of the layout: the outer ones."""
        self._run: list[str] = []
        self._in_link = self._in_bold = 0
        self._budget = self._links = self._linked = self._bold = 0
        self._follows_break = self._follows_picture = self._is_choice = False
        self._picture = self._choice = False

    def is_unseen(self, element: HtmlElement, tag: str) -> bool:
        """Whether nobody sees the text of an element: a short one that styles hide, or in white letters."""
        if tag == "font" and (element.get("color") or "").lower() in _WHITE:
            return len(element.text_content()) <= _UNSEEN
        if self.hiding and not self.hiding.isdisjoint((element.get("class") or "").split()):
            return len(element.text_content()) <= _UNSEEN
        return tag not in BLOCKS and _HIDDEN.search(element.get("style") or "") is not None

    def mark(self, element: HtmlElement, tag: str) -> None:
        """Note what the next line stands behind."""
        if tag == "input":
            self._choice = self._choice or (element.get("type") or "").lower() in _CHOICES

    def enter(self, element: HtmlElement, tag: str) -> None:
        if tag in BLOCKS:
            if not self.is_empty:
                self._end_line()
            self._follows_break = False
            self._links = self._linked = self._bold = 0
            self._open.append(element)
        elif tag == "br":
            if not self.is_empty:
                self._end_line()
            self._follows_break = True
            self._links = self._linked = self._bold = 0
        elif tag == "a" and element.get("href"):
            self._in_link, self._links, self._budget = self._in_link + 1, self._links + 1, _ANCHOR
        elif tag in ("b", "strong"):
            self._in_bold += 1
        elif tag == "img":
            self._picture = self._picture or not _is_icon(element)

    def leave(self, element: HtmlElement, tag: str) -> None:
        if tag in BLOCKS:
            if not self.is_empty:
                self._end_line()
            self._follows_break = False
            self._links = self._linked = self._bold = 0
            self._open.pop()
            if len(self._indices) > len(self._open):
                self.layout.blocks[self._indices.pop()].end = len(self.layout.lines)
        elif tag == "a" and element.get("href"):
            self._in_link -= 1
        elif tag in ("b", "strong"):
            self._in_bold -= 1

    def add(self, text: str) -> None:
        if self.is_empty:
            self.is_empty = False
            self._follows_picture, self._is_choice = self._picture, self._choice
            self._picture = self._choice = False
        self._run.append(text)
        if self._in_link or self._in_bold:
            length = len("".join(text.split()))
            if self._in_bold:
                self._bold += length
            if self._in_link:
                length = min(length, self._budget)
                self._linked, self._budget = self._linked + length, self._budget - length

    def _end_line(self) -> None:
        text = " ".join("".join(self._run).split())
        if text and self._open:
            for element in self._open[len(self._indices) :]:
                self._keep(element)
            counted = self._links, self._linked, self._bold
            follows = self._follows_break, self._follows_picture
            self.layout.lines.append(LaidOutLine(text, self._indices[-1], *counted, *follows, self._is_choice))
        self._run.clear()
        self.is_empty = True

    def _keep(self, element: HtmlElement) -> None:
        """Give an open block its place in the layout: its first line begins."""
        blocks = self.layout.blocks
        words, identifier = element.get("class"), element.get("id")
        named = words if not identifier else f"{words or ''} {identifier}"
        names = _names_in(named[:_NAME_CHARACTERS]) if named else 0
        if (style := element.get("style")) and _HIDDEN.search(style):
            names |= HIDDEN_BIT
        parent = self._indices[-1] if self._indices else -1
        self._indices.append(len(blocks))
        blocks.append(Block(element.tag, parent, names, len(self.layout.lines)))


def _is_icon(image: HtmlElement) -> bool:
    sizes = [size for size in (image.get("width"), image.get("height")) if size and size.isdecimal()]
    return any(len(size) < _DIGITS and int(size) < _ICON for size in sizes)


def _hiding_classes(root: HtmlElement) -> frozenset[str]:
    """Classes whose own rule in the page hides them: sites mix their name into texts with them, against copying."""
    styles = "".join((style.text or "")[:_STYLES] for style in islice(root.iter("style"), _STYLE_ELEMENTS))
    if "display" not in styles:
        return frozenset()
    rules = (rule.start() for rule in _HIDING.finditer(styles))
    selectors = (_HIDDEN_CLASS.search(styles, max(0, start - _SELECTOR), start) for start in rules)
    return frozenset(selector[1] for selector in selectors if selector)


@lru_cache(maxsize=8192)
def _names_in(words: str) -> int:
    names = 0
    for word in words.split():
        names |= _names_of(word)
    return names


_Written = tuple[dict[str, list[tuple[str, int]]], list[tuple[re.Pattern[str], int]], re.Pattern[str]]


def _written_names() -> _Written:
    """What NAMES looks for, with the bit of the name: plain words by their beginnings, patterns, and any of these.

    Looking plain words up at each place of a class takes half the time of a search for each name.
    """
    by_beginning: dict[str, list[tuple[str, int]]] = {}
    patterns: list[tuple[re.Pattern[str], int]] = []
    for place, pattern in enumerate(NAMES.values()):
        written = _ALTERNATIVES.findall(pattern)
        for word in filter(_LITERAL.fullmatch, written):
            by_beginning.setdefault(word[:_BEGINNING], []).append((word, 1 << place))
        rest = "|".join(each for each in written if not _LITERAL.fullmatch(each))
        patterns += [(re.compile(rest), 1 << place)] if rest else []
    for word in _RECOMMENDED:
        by_beginning.setdefault(word[:_BEGINNING], []).append((word, RECOMMENDED_BIT))
    return by_beginning, patterns, re.compile("|".join(pattern.pattern for pattern, _ in patterns))


_BY_BEGINNING, _PATTERNS, _ANY_PATTERN = _written_names()


@lru_cache(maxsize=8192)
def _names_of(word: str) -> int:
    lower, names = word.lower(), 0
    beginnings = range(len(lower) - _BEGINNING + 1)
    for place in [place for place in beginnings if lower[place : place + _BEGINNING] in _BY_BEGINNING]:
        for written, name in _BY_BEGINNING[lower[place : place + _BEGINNING]]:
            if lower.startswith(written, place):
                names |= name
    if _ANY_PATTERN.search(lower):
        names |= sum(name for pattern, name in _PATTERNS if pattern.search(lower))
    return names
