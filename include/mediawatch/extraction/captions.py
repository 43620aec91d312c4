"""Captions and credits of pictures: where markup says so, and on lines of their own."""

from __future__ import annotations

import re
from collections import Counter
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
    candidates = [element for element in root.xpath(_FIRST_CAPTION) if element not in kept]
    if not candidates:
        return ()
    places = {element: place for place, element in enumerate(root.iter())}
    start = places.get(headline, -1)
    pictures = _Pictures(root)
    found: list[str] = []
    for element in candidates:
        if element.getparent() is None or not _is_caption_element(element, pictures):
            continue
        text = " ".join(element.text_content().split())
        if places[element] < start or len(text) > _LONGEST:
            continue
        if text and not _is_in_list(element):
            found.append(unbracketed(text))
        pictures.take_out(element)
    drop_trees(root, pictures.without)
    return tuple(dict.fromkeys(found))


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


class _Pictures:
    """How many pictures stand in each element of a tree, those in what is taken `without` no longer counted."""

    def __init__(self, root: HtmlElement) -> None:
        self.without: dict[HtmlElement, HtmlElement | None] = {}
        self._counts: Counter[HtmlElement] = Counter(root.iter("img"))
        for element in reversed(list(root.iter())):  # children come before their parents
            parent = element.getparent()
            if parent is not None and self._counts[element]:
                self._counts[parent] += self._counts[element]

    def take_out(self, element: HtmlElement) -> None:
        """`element` is to be dropped: what stood in it is gone, and what stood before it stands before the next."""
        self.without[element] = self._before(element)
        gone = self._counts[element]
        for around in element.iterancestors() if gone else ():
            if around in self.without:
                break
            self._counts[around] -= gone

    def are_beside(self, element: HtmlElement) -> bool:
        """Whether a picture stands in the element, or in the same block or the one before it."""
        places = (element, self._before(element), element.getparent())
        return any(place is not None and place.tag != "body" and self._counts[place] > 0 for place in places)

    def _before(self, element: HtmlElement) -> HtmlElement | None:
        before = element.getprevious()
        return self.without.get(before, before)


def _is_caption_element(element: HtmlElement, pictures: _Pictures) -> bool:
    if element.tag == "figcaption":
        return True
    if element.tag in ("body", "article", "main", "table", "img", "video") or element.find(".//figcaption") is not None:
        return False
    is_named = any(_MARKED.search(name.lower()) for name in (element.get("class") or "").split())
    return is_named and pictures.are_beside(element) and len(element.text_content()) <= _BESIDE


def _is_in_list(element: HtmlElement) -> bool:
    return any(ancestor.tag in _LISTS for ancestor in element.iterancestors())
