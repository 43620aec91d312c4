"""Who wrote a page and who published it first, as printed on it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from mediawatch.extraction.declared import Declared, text_of
from mediawatch.extraction.stamps import before_date
from mediawatch.extraction.visible import Visible
from mediawatch.language import fold

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_NEAR: Final = 1_500
_NAME: Final = 60
_PUBLISHER: Final = re.compile(
    r"(?:文章|信息|新闻|新聞|稿件|原文)?(?:来源|來源|稿源)\s*[:：]\s*\n?\s*([^\s|·•,，。;；()（）\[\]【】]{2,40})"
)
_NOT_A_NAME: Final = re.compile(r"^(?:编辑|編輯|作者|记者|記者|时间|時間|字号|大|中|小|发布|發布|\d[\d:./-]*)$")
_BYLINE_TEXT: Final = re.compile(
    r"(?:^|\s)(?:作者|文|撰文|记者|記者)\s*[:：／/]\s*([^\s|·•,，。;；()（）]{2,20})", re.MULTILINE
)
_BYLINE_PLACES: Final = (
    "//*[@rel='author' or @itemprop='author'] | //*[contains(@class, 'byline')]//address",
    "//*[contains(concat(' ', @class, ' '), ' byline ') or contains(@class, 'byline-')]",
    "//*[contains(@class, 'author-name') or contains(@class, '__author')]",
    "//*[contains(concat(' ', @class, ' '), ' author ')]",
    "//header//address",
)
_BY: Final = re.compile(r"^(?:by|作者|文|记者|記者)\s*[:：/]?\s+", re.IGNORECASE)
_NOBODY: Final = frozenset(
    {"本网综合", "综合", "综合报道", "佚名", "网络", "未知", "编辑部", "admin", "administrator", "editor"}
)
_ADDRESS: Final = re.compile(r"https?:|www\.|@|/")


def byline_of(root: HtmlElement, declared: Declared, visible: Visible) -> str:
    """The author as printed: declared, else in a place marked as byline, else after 作者: near the headline."""
    stated = [text_of(declared.article.get("author", "")), *declared.metas.get("author", ()), declared.meta("byl")]
    marked = (element for place in _BYLINE_PLACES for element in root.xpath(place)[:3])
    written = (match.group(1) for match in _BYLINE_TEXT.finditer(visible.below[:_NEAR]))
    names = (*stated, *(" ".join(element.text_content().split()) for element in marked), *written)
    site = declared.meta("og:site_name")
    return next((name for name in map(_name, names) if name and name != site), "")


def section_of(declared: Declared) -> str:
    """The section that the page declares, or an empty string."""
    return (declared.meta("article:section", "section") or text_of(declared.article.get("articleSection", "")))[:_NAME]


def original_publisher_of(declared: Declared, visible: Visible) -> str:
    """The name after 来源: near the headline, else a declared source; empty when the page names none."""
    near = visible.above[-200:] + "\n" + visible.below[:_NEAR]
    written = (match.group(1).strip("：:") for match in _PUBLISHER.finditer(near))
    names = (*written, declared.meta("source", "article:source", "mediaid", "original-source"))
    return next((name for name in names if _is_publisher(name)), "")


def _is_publisher(name: str) -> bool:
    return 2 <= len(name) <= _NAME and not _NOT_A_NAME.match(name) and not name.startswith("http")


def _name(words: str) -> str:
    """`words` as a name: without "By", and without the date that often follows in the same place."""
    name = _BY.sub("", before_date(" ".join(words.split()))).strip(" ,|·")
    is_name = 2 <= len(name) <= _NAME and not _ADDRESS.search(name) and fold(name) not in _NOBODY
    return name if is_name else ""
