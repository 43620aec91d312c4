"""Captions and credits of pictures: where markup says so, and on lines of their own."""

from __future__ import annotations

import re
from collections import Counter
from itertools import takewhile
from typing import TYPE_CHECKING, Final

from mediawatch.extraction.texts import drop_trees

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_MARKED: Final = re.compile(
    r"(?:^|[-_])(?:figcaption|caption|captiontext)(?:$|[-_])|^(?:cap|pic_?desc|img_?desc|zhaiyao_pic)$"
)
_LISTS: Final = frozenset({"aside", "nav", "li", "a", "footer", "header"})
_FIRST_CAPTION: Final = "//figcaption | //*[@class][contains(@class, 'cap') or contains(@class, 'desc')]"
_LONGEST: Final = 400
"""Characters of a caption in a <figcaption>."""
_BESIDE: Final = 200
"""Characters of a caption that only its class calls one; such an element also stands beside a picture."""
_LINE: Final = 120
"""Characters of a line of the text that is a caption by its form; a photo story ends in 摄 too and is longer."""

_AGENCIES: Final = (
    r"Reuters|AP|AFP|Getty|Getty Images|Sputnik|Xinhua|EPA|EPA-EFE|Bloomberg|TASS|Kyodo|Yonhap|KCNA|CNA|VCG|IC|Corbis"
    r"|Shutterstock|UPI|PA|NurPhoto|Alamy"
)
_BRACKETED: Final = re.compile(r"^(?:\([^()]*\)|（[^（）]*）)$")
_TELLING: Final = re.compile(
    rf"[\u4e00-\u9fff]|\b(?:photo|image|picture|courtesy|credit|file|{_AGENCIES})\b", re.IGNORECASE
)
"""What a line in brackets holds when it is a caption; in English an aside in brackets is text."""
_IN_BRACKETS: Final = re.compile(r"^[(（](.*)[)）]$", re.DOTALL)
_CREDIT: Final = re.compile(
    rf"(?:[A-Z][\w.'’-]{{1,{_LINE}}} [A-Z][\w.'’-]{{1,{_LINE}}}/[A-Z][\w.&]*(?: [A-Z][\w.&]*){{0,3}}"
    rf"|\S/(?:{_AGENCIES}|[\u4e00-\u9fff]+社))[)）]?$"
)
_TAKEN_BY: Final = re.compile(r"(?<=[\s）)。/])\S{2,40}\s*[摄攝]$")
_PICTURE: Final = re.compile(
    r"^[(（▲△▼■◎●]*\s*(?:图片?|圖片?|图源|圖源|圖文|图文|图表|制图|製圖|photo|image|picture|credit|photograph)(?:"
    r"\s?(?:来源|來源|credits?|by))?\s*[:：/／]",
    re.IGNORECASE,
)
_TAIL: Final = re.compile(
    r"(?:[（(](?:资料|資料|网络|網路|示意|档案|檔案|视频|影片|网页|翻摄|翻攝|合成)?(?:图片?|圖片?|照片?|截图|"
    r"截圖|照)[^（）()]{0,16}[）)]|[（(][^（）()]{0,20}(?:[摄攝]|供图|供圖|提供)[）)]"
    r"|(?:图|圖|图片|圖片|照片)\s*[/／:：]\s*[^。]{2,24}|(?:资料|資料|档案|檔案)(?:图片?|圖片?|照片?))$"
)
_MARKER: Final = re.compile(r"^[▲△▼][^。]{2,}")
_ENGLISH_CREDIT: Final = re.compile(
    r"(?:Photograph|Photo|Image|Picture)s?(?: credit)?(?: by)?\s*[:：/]\s*[^.]{2,60}\)?$"
)


def captions_in(root: HtmlElement, *, headline: HtmlElement | None) -> tuple[str, ...]:
    """The captions that markup marks, below the headline and outside of lists of other articles.  Takes them out of
    the tree."""
    kept = set() if headline is None else {headline, *headline.iterancestors()}
    page = _Page(root)
    start = page.order.get(headline, -1)  # a site's rules may have dropped the headline with what is around it
    found: list[str] = []
    for element in root.xpath(_FIRST_CAPTION):
        if element.getparent() is None or element in kept or not _is_caption_element(element, page):
            continue
        text = " ".join(element.text_content().split())
        is_after = page.order[element] > start
        if is_after and text and len(text) <= _LONGEST and element not in page.in_lists:
            found.append(unbracketed(text))
        if is_after and len(text) <= _LONGEST:
            page.take_out(element)
    drop_trees(root, page.taken)
    return tuple(dict.fromkeys(found))


class _Page:
    """What is asked of many elements, found out in one walk: their order, which stand in lists, where pictures are."""

    def __init__(self, root: HtmlElement) -> None:
        self.order: dict[HtmlElement, int] = {}
        self.in_lists: set[HtmlElement] = set()
        self.taken: dict[HtmlElement, HtmlElement | None] = {}
        self.pictures: Counter[HtmlElement] = Counter()
        """How many stand below each element."""
        for place, element in enumerate(root.iter()):
            self.order[element] = place
            parent = element.getparent()
            if parent is not None and (parent in self.in_lists or parent.tag in _LISTS):
                self.in_lists.add(element)
            if element.tag == "img":
                self.pictures.update(element.iterancestors())

    def take_out(self, element: HtmlElement) -> None:
        """`element` is to be dropped: its pictures count no longer, and what stood before it stands before the next."""
        self.taken[element] = self.before(element)
        gone = self.pictures[element] + (element.tag == "img")
        around = takewhile(lambda place: place not in self.taken, element.iterancestors()) if gone else ()
        self.pictures.subtract(dict.fromkeys(around, gone))

    def before(self, element: HtmlElement) -> HtmlElement | None:
        """The element that stands before `element` when those taken out are gone."""
        before = element.getprevious()
        return self.taken.get(before, before)


def is_caption(line: str) -> bool:
    """Whether a line of the text is a caption or a credit."""
    if len(line) > _LINE:
        return False
    if _BRACKETED.match(line) and _TELLING.search(line):
        return True
    return any(pattern.search(line) for pattern in (_PICTURE, _CREDIT, _TAKEN_BY, _TAIL, _MARKER, _ENGLISH_CREDIT))


def unbracketed(line: str) -> str:
    """`line` without brackets around all of it."""
    return _IN_BRACKETS.sub(r"\1", line).strip() if _BRACKETED.match(line) else line


def _is_caption_element(element: HtmlElement, page: _Page) -> bool:
    if element.tag == "figcaption":
        return True
    if element.tag in ("body", "article", "main", "table", "img", "video") or element.find(".//figcaption") is not None:
        return False
    is_named = any(_MARKED.search(name.lower()) for name in (element.get("class") or "").split())
    return is_named and _is_beside_picture(element, page) and len(element.text_content()) <= _BESIDE


def _is_beside_picture(element: HtmlElement, page: _Page) -> bool:
    """Whether a picture stands in the element, or in the same block or the one before it."""
    places = (element, page.before(element), element.getparent())
    return any(
        place.tag == "img" or page.pictures[place] > 0 for place in places if place is not None and place.tag != "body"
    )
