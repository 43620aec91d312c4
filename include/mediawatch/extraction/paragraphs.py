"""The lines of a main text: which belong to the body, and in which language each is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from mediawatch.extraction.stamps import stamps_in
from mediawatch.language import fold, language_of, script_of
from mediawatch.language.scripts import HAN, LATIN_WORD

_AT_TOP: Final = 6
"""Lines of the beginning among which headline and dateline may be repeated."""
_DATELINE: Final = 120
_CAPTION: Final = 200
_LABEL: Final = 40
_ITEM: Final = 90
_ITEMS: Final = 5
"""So many short lines below a ranking's heading make it a ranking."""
_SECOND: Final = 0.1
"""Share of the words from which a second language makes a page bilingual; quotes and names stay below."""

_SENTENCE_END: Final = re.compile(r"[。！？!?；;…][”’」』\"')）]*$")
_BRACKETED: Final = re.compile(r"^(?:\([^()]*\)|（[^（）]*）|\[[^\[\]]*\]|【[^【】]*】)$")
_CREDIT: Final = re.compile(r"\S/(?:[A-Z][\w.&]*(?: [A-Z][\w.&]*){0,3}|[\u4e00-\u9fff]{2,8}社)$")
_TAKEN_BY: Final = re.compile(r"(?<=[\s）)。/])\S{2,40}\s*[摄攝]$")
_PICTURE: Final = re.compile(r"^[(（]?(?:图片?|圖片?|图源|圖源|photo|image|credit)\s*[:：/／]", re.IGNORECASE)
_RANKING: Final = re.compile(
    r"排行|热榜|热门(?:文章|新闻|阅读)|点击榜|最多人(?:看|阅读)|most (?:read|popular|viewed)|trending now"
)
_PAGES: Final = re.compile(r"^(?:页码\s*[:：]?\s*)?(?:\[?\d{1,3}\]?\s*|(?:上|下)一页\s*|首页\s*|尾页\s*|[<>«»…]\s*)+$")
_LEFTOVER: Final = re.compile(
    r"^[(（\[【]?\s*(?:责任编辑|责编|编辑|编审|校对|分享到?|扫一扫|扫描二维码|微信扫|更多>>|返回(?:首页|搜狐|顶部)|上一[篇页]|下一[篇页]|相关(?:阅读|新闻|链接|报道)"
    r"|延伸阅读|推荐阅读|同类信息|查看全部|声明|版权声明|免责声明|本文来源|文章来源|来源|打印|关闭|字号|我要(?:评论|纠错)|点击查看)(?=$|[\s:：>]|本|此)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The body in reading order and by language; `languages` has the main one first."""

    text: str
    body_zh: str
    body_en: str
    language: str
    languages: tuple[str, ...]


def body_lines(text: str, *, title: str) -> list[str]:
    """The lines of `text` that belong to the body.

    Taken out are the headline and dateline where they are repeated at the top, captions and credits on lines of their
    own, a ranking list with its heading, and the site's own short lines (责任编辑, 分享到).
    """
    lines = [line for line in (" ".join(line.removeprefix("- ").split()) for line in text.splitlines()) if line]
    lines = _without_rankings(lines)
    at_top = [line for line in lines[:_AT_TOP] if not _repeats(line, title) and not _is_dateline(line)]
    return [line for line in (*at_top, *lines[_AT_TOP:]) if not _is_caption(line) and not _is_leftover(line)]


def body_of(lines: Sequence[str]) -> Body:
    """`lines` labelled by language.  A line without letters goes with the line before it."""
    chinese, other = _by_script(lines)
    text = "\n".join(lines)
    written = {f"zh-{script_of(text) or 'Hans'}": chinese} if chinese else {}
    foreign = language_of("\n".join(other)) if other else "und"
    main = language_of(text)
    if main in ("ja", "ko"):
        written, foreign, other = {}, main, list(lines)
    body_en = "\n".join(other) if foreign == "en" else ""
    body_zh = "\n".join(chinese) if written else ""
    languages = tuple(dict.fromkeys((main, *_present({**written, foreign: other}, text))))
    return Body(text=text, body_zh=body_zh, body_en=body_en, language=main, languages=languages)


def _by_script(lines: Iterable[str]) -> tuple[list[str], list[str]]:
    chinese: list[str] = []
    other: list[str] = []
    current = other
    for line in lines:
        han, words = len(HAN.findall(line)), len(LATIN_WORD.findall(line))
        if han or words:
            current = chinese if han >= words else other
        current.append(line)
    return chinese, other


def _present(parts: dict[str, list[str]], text: str) -> list[str]:
    total = _words(text)
    return [name for name, lines in parts.items() if name != "und" and _words("\n".join(lines)) >= _SECOND * total]


def _words(text: str) -> int:
    return len(HAN.findall(text)) + len(LATIN_WORD.findall(text))


def _repeats(line: str, title: str) -> bool:
    return bool(title) and re.sub(r"\W+", "", fold(line)) == re.sub(r"\W+", "", fold(title))


def _is_dateline(line: str) -> bool:
    """A short line that is not a sentence and holds a date beside little else: host, source, time, author."""
    if len(line) > _DATELINE or _SENTENCE_END.search(line):
        return False
    is_marked = any(mark in line for mark in ("来源", "來源", "·", "|", "｜"))
    return next(stamps_in(line), None) is not None and (is_marked or len(line) <= 40)


def _is_caption(line: str) -> bool:
    if len(line) > _CAPTION:
        return False
    return bool(_BRACKETED.match(line) or _PICTURE.match(line) or _CREDIT.search(line) or _TAKEN_BY.search(line))


def _is_leftover(line: str) -> bool:
    folded = fold(line)
    return len(line) <= _LABEL and bool(_LEFTOVER.match(folded) or _PAGES.match(folded))


def _without_rankings(lines: list[str]) -> list[str]:
    """`lines` without any ranking: its heading and the short lines below it that are no sentences."""
    kept: list[str] = []
    position = 0
    while position < len(lines):
        items = _items_below(lines, position) if _is_ranking_heading(lines[position]) else 0
        if items >= _ITEMS:
            position += items + 1
        else:
            kept.append(lines[position])
            position += 1
    return kept


def _is_ranking_heading(line: str) -> bool:
    return len(line) <= _LABEL and bool(_RANKING.search(fold(line))) and not _SENTENCE_END.search(line)


def _items_below(lines: list[str], heading: int) -> int:
    below = lines[heading + 1 :]
    return next((count for count, line in enumerate(below) if len(line) > _ITEM or line.endswith("。")), len(below))
