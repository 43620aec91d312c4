"""The lines of a main text, each with what it is: body, headline, dateline, caption, ranking, the site's own words."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from mediawatch.extraction.captions import is_caption, unbracketed
from mediawatch.extraction.rankings import is_ranking_heading
from mediawatch.extraction.stamps import stamps_in
from mediawatch.language import fold

_AT_TOP: Final = 6
"""Lines of the beginning among which headline and dateline may be repeated."""
_DATELINE: Final = 120
_LABEL: Final = 40
_ITEM: Final = 90
_ITEMS: Final = 5
"""So many short lines below a ranking's heading make it a ranking."""

_SENTENCE_END: Final = re.compile(r"[。！？!?；;…][”’」』\"')）]*$")
_PAGES: Final = re.compile(
    r"^(?:页码\s*+[:：]?\s*+)?(?!\s)(?:\[(?=\d)|\d|(?<=\d)\]|[上下]一页|首页|尾页|[<>«»…]|\s)++$"
)
_LEFTOVER: Final = re.compile(
    r"^[(（\[【]?\s*(?:责任编辑|责编|编辑|编审|校对|分享到?|扫一扫|扫描二维码|微信扫|更多>>|返回(?:首页|搜狐|"
    r"顶部)|上一[篇页]|下一[篇页]|相关(?:阅读|新闻|链接|报道)"
    r"|延伸阅读|推荐阅读|同类信息|查看全部|声明|版权声明|免责声明|本文来源|文章来源|来源|打印|列印|关闭|字号|"
    r"我要(?:评论|纠错)|点击查看"
    r"|发表评论|滚动新闻|收藏)(?=$|[\s:：>]|本|此)"
)
_POINTER: Final = re.compile(
    r"^[\[【［(（](?>[^\]】］)）]*?(?:点击|详见|更多|浏览|报导|报道|相关|related|read more|leggi anche))"
    r"[^\]】］)）]*+[\]】］)）]$"
    r"|^(?:related|read more|read also|also read|see also|leggi anche)\s*[:：]"
)
"""A whole line that sends the reader elsewhere, 【更多内容详见…】 or [Related: …]; searched in the folded line."""
_LISTED: Final = re.compile(
    r"^(?:相关(?:阅读|新闻|链接|报道|文章)|延伸阅读|推荐阅读|同类信息|滚动新闻|近期文章|猜你喜欢)\W*$"
)
"""Headings of lists of other articles: what follows up to the next sentence belongs to them."""


class Label(StrEnum):
    """What a line of the main text is; each line is one of these."""

    BODY = "body"
    HEADLINE = "headline"
    DATELINE = "dateline"
    CAPTION = "caption"
    RANKING = "ranking"
    LEFTOVER = "leftover"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line; a caption is without the brackets around it."""

    text: str
    label: Label


def sort_lines(
    text: str, *, titles: Collection[str], byline: str = "", ranked: Collection[str] = ()
) -> tuple[Line, ...]:
    """Every line of `text` in order, labelled.

    Cut from the body are the headline and dateline where they are repeated at the top, captions and credits on lines
    of their own, a ranking list with its heading, a list of other articles, and the site's own short lines.
    """
    lines = [line for line in (" ".join(line.removeprefix("- ").split()) for line in text.splitlines()) if line]
    listed = _listed(lines)
    ranked = frozenset(ranked)
    labels = [
        listed[index] or (Label.RANKING if line in ranked else _label(line, index, titles=titles, byline=byline))
        for index, line in enumerate(lines)
    ]
    return tuple(
        Line(text=unbracketed(line) if label is Label.CAPTION else line, label=label)
        for line, label in zip(lines, labels, strict=True)
    )


def _label(line: str, index: int, *, titles: Collection[str], byline: str) -> Label:
    if index < _AT_TOP and any(_repeats(line, title) for title in titles):
        return Label.HEADLINE
    if index < _AT_TOP and (_is_dateline(line) or _repeats(line, byline)):
        return Label.DATELINE
    if _is_leftover(line):
        return Label.LEFTOVER
    return Label.CAPTION if is_caption(line) else Label.BODY


def _repeats(line: str, title: str) -> bool:
    return bool(title) and re.sub(r"\W+", "", fold(line)) == re.sub(r"\W+", "", fold(title))


def _is_dateline(line: str) -> bool:
    """A short line that is not a sentence and holds a date beside little else: host, source, time, author."""
    if len(line) > _DATELINE or _SENTENCE_END.search(line):
        return False
    is_marked = any(mark in line for mark in ("来源", "來源", "·", "|", "｜"))
    return next(stamps_in(line), None) is not None and (is_marked or len(line) <= 40)


def _is_leftover(line: str) -> bool:
    folded = fold(line)
    if len(line) <= _DATELINE and _POINTER.match(folded):
        return True
    return len(line) <= _LABEL and bool(_LEFTOVER.match(folded) or _is_pager(folded))


def _is_pager(line: str) -> bool:
    """页码：1 2 3 下一页; a number alone heads a part of the text."""
    return bool(_PAGES.match(line)) and ("页" in line or len(line.split()) > 1)


def _listed(lines: Sequence[str]) -> list[Label | None]:
    """RANKING and LEFTOVER for the headings of lists and the short lines below them that are no sentences."""
    labels: list[Label | None] = [None] * len(lines)
    below = _items_from(lines)
    for position, line in enumerate(lines):
        if labels[position] is not None or len(line) > _LABEL or _SENTENCE_END.search(line):
            continue
        items = below[position + 1]
        if is_ranking_heading(line) and items >= _ITEMS:
            labels[position : position + items + 1] = [Label.RANKING] * (items + 1)
        elif _LISTED.match(fold(line)):
            labels[position : position + items + 1] = [Label.LEFTOVER] * (items + 1)
    return labels


def _items_from(lines: Sequence[str]) -> list[int]:
    """For each position, the lines from there on, one after the other, that can be items of a list."""
    counts = [0] * (len(lines) + 1)
    for position in range(len(lines) - 1, -1, -1):
        is_item = len(lines[position]) <= _ITEM and not lines[position].endswith("。")
        counts[position] = counts[position + 1] + 1 if is_item else 0
    return counts
