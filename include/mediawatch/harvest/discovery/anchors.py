"""The anchors of a page, read in one walk over its tree."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final
from urllib.parse import urldefrag

from lxml.etree import iterwalk

from mediawatch.harvest.discovery.addresses import address_meant
from mediawatch.harvest.discovery.markup import TITLE_LENGTH, plain_title
from mediawatch.sources.urls import LONGEST, is_address

MOST_ANCHORS: Final = 10_000
"""Anchors read of one page; section fronts have some hundreds."""
_CHARACTERS: Final = 8 * TITLE_LENGTH
"""Of text kept of an anchor: one that is never closed holds the rest of the page."""
_NAMES: Final = 500
"""Characters of class and id that are looked at."""
_FURNITURE: Final = re.compile(
    r"(?:^|[-_ ])(?:nav|navbar|navigation|menu|submenu|footer|foot|breadcrumbs?|sidebar-menu|pagination|pager|"
    r"copyright|toolbar|topbar|friendlinks?|social|share)(?:[-_ ]|$)",
    re.IGNORECASE,
)
_CUT: Final = ("…", "...", "。。。")
"""How words end that a page has cut to fit."""
_MORE: Final = re.compile(
    r"[\[【(（>»→ ]{0,3}(?:阅读|閱讀|查看|點擊|点击|繼續|继续|了解|瞭解)? ?"
    r"(?:全文|更多|详情|詳情|详细|詳細|原文|阅读|閱讀|查看|內容|内容)[\]】)）>»→ ….]{0,4}$"
    r"|(?:read|continue|full|learn|view)\b[\w ]{0,20}[>»→….]{0,3}$|more[>»→….]{0,3}$",
    re.IGNORECASE,
)
"""Words of a link that say nothing of where it leads."""
_RANK: Final = re.compile(r"\s*\d{1,3}[.、]?\s*$")
_DATA: Final = ("data-href", "data-url", "data-link")
"""Attributes in which scripts find where a click leads."""
_ON_CLICK: Final = re.compile(
    r"(?:(?:location(?:\.href)? ?= ?|location\.(?:assign|replace)\( ?|window\.open\( ?)"
    r"(?:'([^']{1,4096})'|\"([^\"]{1,4096})\")|\( ?['\"]((?:https?:/)?/[^'\"\s]{1,4096})['\"])"
)
"""A click that goes to an address written in the page, or hands one on to a script; what is computed cannot be read."""
_WITHIN_WORDS: Final = frozenset({"b", "big", "em", "font", "i", "mark", "small", "strong", "sub", "sup", "u", "wbr"})
"""Elements that browsers show without a gap; a span may as well be a label or a date."""
_NO_WORDS: Final = frozenset({"script", "style", "svg"})
"""Elements whose text, such as the name of a drawing, is not shown."""
_HEADING_TAGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "figcaption"})
_HEADING: Final = re.compile(r"(?:^|[-_ ])(?:title|headline|heading|tit)(?:[-_ ]|$)", re.IGNORECASE)
_BEGINNING: Final = 12
_NEAR: Final = 50
"""Elements of a card that are looked at for its headline."""
_LEVELS: Final = 3
"""Elements around a link, one in another, that may be its card."""
_HAN_WEIGHT: Final = 3
"""A Han character says about as much as three letters: headlines are 8 to 30 characters or 25 to 90 letters long."""
HEADLINE: Final = 24
"""The weight from which words may be a headline; a section, an author or 3 則留言 weigh less."""
_WHEN: Final = (
    r"(?:20\d\d[-./年])?\d{1,2}[-./月]\d{1,2}日?(?: \d{1,2}:\d\d(?::\d\d)?)?"
    r"|\d{1,2} ?(?:分[钟鐘]|小[时時]|天) ?前|[刚剛][刚剛]"
)
_DATED: Final = re.compile(rf"^(?:{_WHEN}|\d{{1,2}}:\d\d) (?=\S)| (?:{_WHEN})$")
"""A date, or what is counted back, before or behind the words of a card."""
_COUNTED: Final = re.compile(
    r"\b(?:\d{1,3}|an?) ?(?:min(?:ute)?s?|h(?:ou)?rs?|days?|weeks?|months?) (?:ago|read)\b"
    r"|(?<![\d,.])\d[\d,.]{0,9} ?k? (?:comments?|views?|shares?|likes?)\b",
    re.IGNORECASE,
)
"""What a card counts: its age, the time it takes to read, and what others did with it."""
_MARKS: Final = "·•・‧●▪■◆▶► "
"""What stands for the point of a list in the words of a link."""
_FURNITURE_TAGS: Final = frozenset({"nav", "footer"})
_WHOLE_PAGE: Final = frozenset({"body", "html"})


@dataclass(slots=True, kw_only=True)
class Anchor:
    """One link, or an element that a script makes one.  `address` is absolute, without a fragment that is a place on
    the page; `is_furniture` tells that it stands in a menu or the like.

    Its words are those up to the next anchor: anchors hold none, and browsers end one where another begins.
    """

    address: str
    tooltip: str
    is_furniture: bool
    _runs: list[str] = field(default_factory=list)
    _headings: list[str] = field(default_factory=list)
    _pictures: list[str] = field(default_factory=list)
    _room: int = _CHARACTERS

    def add(self, text: str | None, *, is_heading: bool = False, has_gap: bool = True) -> None:
        """Take a run of text in; `is_heading` says that it stands in a headline of the card that is one link,
        `has_gap` that a gap is shown before it.  A rank is set apart all the same.
        """
        if text and self._room > 0:
            text, self._room = text[: self._room], self._room - len(text)
            is_rank = bool(_RANK.match(text) or (self._runs and _RANK.match(self._runs[-1])))
            for runs in (self._runs, self._headings) if is_heading else (self._runs,):
                if has_gap or is_rank or not runs:
                    runs.append(text)
                else:
                    runs[-1] += text

    def add_picture(self, words: str | None) -> None:
        """Take in what stands for a picture."""
        if words and len(self._pictures) < 3:
            self._pictures.append(words[:_CHARACTERS])

    @property
    def is_headline(self) -> bool:
        """Whether it stands in a headline, or holds one."""
        return any(map(str.strip, self._headings))

    @property
    def has_words(self) -> bool:
        """Whether it has words that may be a headline, and not only a picture, a label or: read more."""
        title = plain_title(" ".join(self._runs))
        return weight(_COUNTED.sub("", title)) >= HEADLINE and not _MORE.match(title)

    @property
    def title(self) -> str:
        """The words of its headline, else all of its words, else its tooltip, else those of its pictures.

        The tooltip comes first where it goes on where the words were cut, and where they only say: read more.
        """
        runs = self._runs[1:] if len(self._runs) > 1 and _RANK.match(self._runs[0]) else self._runs
        candidates = (" ".join(self._headings), " ".join(runs), self.tooltip, *self._pictures)
        title = _DATED.sub("", next(filter(None, map(plain_title, candidates)), "")).strip().lstrip(_MARKS)
        tooltip = plain_title(self.tooltip) if self.tooltip else ""
        return tooltip if tooltip and (goes_on(title, tooltip) or _MORE.match(title)) else title


def goes_on(title: str, other: str) -> bool:
    """Whether `title` was cut and `other` says the rest of it too."""
    return title.endswith(_CUT) and other.startswith(title.rstrip(".…。")[:_BEGINNING])


def weight(title: str) -> int:
    """Letters of `title`, a Han, kana or hangul character counting _HAN_WEIGHT."""
    return sum(_HAN_WEIGHT if character >= "\u2e80" else 1 for character in title)


def base_of(tree: Any, url: str) -> str:
    """What the addresses on the page from `url` are relative to: what it names itself, or `url`."""
    base = next((str(each) for each in tree.xpath("//base[@href][1]/@href")), "")
    return (_joined(url, base) if len(base) <= LONGEST else "") or url


class Anchors:
    """The anchors of the page `tree` from `url` that lead to http(s) addresses, in their order.

    `is_cut` tells, when the last has been given, that there are more than MOST_ANCHORS.
    """

    def __init__(self, tree: Any, url: str) -> None:
        self.is_cut = False
        self._tree = tree
        self._base = base_of(tree, url)

    def __iter__(self) -> Iterator[Anchor]:
        found: list[Anchor] = []
        for anchor in self._walk():
            if len(found) == MOST_ANCHORS:
                self.is_cut = True
                break
            found.append(anchor)
        # Only now: an anchor has all its words when the walk is past it.
        return (anchor for anchor in found if anchor.address)

    def _walk(self) -> Iterator[Anchor]:
        """Each anchor as it begins; its words follow.  No element is looked at twice, however deep the tree."""
        around: list[_Around] = []
        opened: list[Anchor] = []
        for event, element in iterwalk(self._tree, events=("start", "end")):
            outside = around[-1] if around else _OUTSIDE
            if event == "start":
                around.append(outside.holding(element))
                if around[-1].is_anchor:
                    opened.append(self._anchor(element, is_furniture=outside.is_furniture))
                    yield opened[-1]
                text = element.text
            else:
                if around.pop().is_anchor:
                    opened.pop()
                text = element.tail
            if opened:
                inside = around[-1] if around else _OUTSIDE
                if not inside.is_unseen:
                    opened[-1].add(text, is_heading=inside.is_heading, has_gap=element.tag not in _WITHIN_WORDS)
                if event == "start" and element.tag == "img":
                    opened[-1].add_picture(element.get("alt"))

    def _anchor(self, element: Any, *, is_furniture: bool) -> Anchor:
        address = _joined(self._base, _target(element).strip()[: LONGEST + 1])
        is_web = len(address) <= LONGEST and address.startswith(("http://", "https://"))
        named = str(element.get("title") or element.get("aria-label") or "")[:_CHARACTERS]
        tooltip = named or _title_beside(element)
        return Anchor(address=address if is_web else "", tooltip=tooltip, is_furniture=is_furniture)


@dataclass(frozen=True, slots=True)
class _Around:
    """What is known of an element from its start on; furniture, headings and drawings hold all that is in them."""

    is_furniture: bool = False
    is_heading: bool = False
    is_anchor: bool = False
    is_unseen: bool = False

    def holding(self, element: Any) -> _Around:
        return _Around(
            is_furniture=self.is_furniture or _is_furniture(element),
            is_heading=self.is_heading or _is_heading(element),
            is_anchor=_is_anchor(element),
            is_unseen=self.is_unseen or element.tag in _NO_WORDS,
        )


_OUTSIDE: Final = _Around()


def _is_heading(element: Any) -> bool:
    return element.tag in _HEADING_TAGS or _HEADING.search(str(element.get("class") or "")[:_NAMES]) is not None


def _title_beside(element: Any) -> str:
    """The headline in the card that an empty link lies over, or beside one that only says: read more.

    The card is the smallest of the elements around it that has a headline, up to where other articles are announced.
    """
    if element.tag != "a" or ((words := _words_of(element)) and not _MORE.match(words)):
        return ""
    for level, card in enumerate(islice(element.iterancestors(), _LEVELS)):
        if card.tag in _WHOLE_PAGE:
            break
        parts = list(islice(card.iter(), _NEAR))
        headlines = list(dict.fromkeys(filter(None, (_words_of(each) for each in parts if _is_heading(each)))))
        others = [_words_of(each) for each in parts if each.tag == "a" and _bare(each) != _bare(element)]
        if words or level:
            is_list = any(not other or _MORE.match(other) or weight(other) >= HEADLINE for other in others)
        else:  # an overlay lies beside what it covers, whatever links that has
            is_list = "" in others and len(headlines) > 1
        if is_list:
            break
        if headlines:
            return headlines[0][:_CHARACTERS]
    return _headline_in_row(element, is_before=bool(words))


def _headline_in_row(element: Any, *, is_before: bool) -> str:
    """The only headline between a link and the one before it, or behind it, in a row of headlines and links.

    A picture stands before its headline only where the row begins with one.
    """
    row = list(islice(element.getparent(), _NEAR)) if not is_before else []
    first = next((each for each in row if each.tag == "a" or _is_heading(each)), element)
    found: list[str] = []
    for sibling in islice(element.itersiblings(preceding=is_before), _NEAR):
        if sibling.tag == "a":
            break
        found += [_words_of(sibling)] if _is_heading(sibling) else []
    return found[0][:_CHARACTERS] if len(found) == 1 and first.tag == "a" else ""


def _bare(link: Any) -> str:
    return str(link.get("href") or "").partition("#")[0].strip()


def _words_of(element: Any) -> str:
    return "".join(islice(element.itertext(), _NEAR)).strip()


def _is_anchor(element: Any) -> bool:
    """Whether a click on the element leads somewhere: a link, or what a script makes one."""
    if element.tag == "a":
        return True
    return element.tag not in _WHOLE_PAGE and bool(_scripted(element))


def _target(element: Any) -> str:
    """Where a click on the element leads, as written."""
    written = str(element.get("href") or "")
    is_script = written.lstrip()[:11].lower() == "javascript:"
    if not is_script and written.strip() not in ("", "#"):
        return written
    return _scripted(element) or (_clicked(written) if is_script else "") or written


def _scripted(element: Any) -> str:
    attributes = element.attrib
    for name in _DATA:
        if found := attributes.get(name):
            return str(found)
    return _clicked(str(attributes.get("onclick") or ""))


def _clicked(script: str) -> str:
    clicked = _ON_CLICK.search(script[:LONGEST])
    return (clicked[1] or clicked[2] or clicked[3]) if clicked else ""


def _joined(base: str, address: str) -> str:
    """Absolute, or empty where that cannot be done: a broken anchor is not an announcement."""
    try:
        joined = address_meant(base, address)
        bare, fragment = urldefrag(joined)
        return joined if is_address(fragment) else bare
    except ValueError:
        return ""


def _is_furniture(element: Any) -> bool:
    if element.tag in _WHOLE_PAGE:
        return False
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    return element.tag in _FURNITURE_TAGS or _FURNITURE.search(names[:_NAMES]) is not None
