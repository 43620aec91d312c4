"""What the wording of each line says about it: a sentence of an article, or the site's own words."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import AnyStr, Final

import numpy as np
import numpy.typing as npt

from mediawatch.extraction.page.lines import LaidOutLine
from mediawatch.language.scripts import beyond_ascii

Column = npt.NDArray[np.float64]
Columns = dict[str, Column]

EAST_ASIAN: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")
_PAUSE: Final = re.compile(r"[。！？；，、：,.!?;:](?:(?<=[。！？；，、：])|(?=\s|$|[\"”’]))")
"""One set of characters first, so that a search passes over all others without trying the pattern."""
_ENDS: Final = tuple("。！？!?.…;；:：")
_CLOSING: Final = "”’」』\"')）]"
_LATIN_WEIGHT: Final = 4
"""Other characters that weigh as much as one Han character."""
SHORT, LONG = 16, 70
"""Weights below and from which the site's words are counted apart: 责任编辑 in a short line and in a paragraph."""
_LINK: Final = 0.9
"""Share of a line's characters from which it is a link."""
_DATED: Final = 120
"""Characters from which on a line is no longer looked at for a date."""
_DATE: Final = re.compile(
    r"\d{4}\s*[-/年.]\s*\d{1,2}\s*[-/月.]\s*\d{1,2}|\d{1,2}:\d{2}"
    rf"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{{0,{_DATED}}}\.? \d{{1,2}},? \d{{4}}"
    rf"|\d{{1,2}} (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{{0,{_DATED}}} \d{{4}}",
    re.IGNORECASE,
)
_BYLINE: Final = re.compile(r"^(?:by|作者|记者|文/|撰文|编译|来源|本报)", re.IGNORECASE)
_BRACKETED: Final = re.compile(r"^[(（\[【].*[)）\]】]$")
_NUMBERED: Final = re.compile(
    r"\s*(?:[\d一二三四五六七八九十]{1,3}[、.．)）]|[（(][\d一二三四五六七八九十]{1,3}[)）]|[•·●■★◆▲※○>》-])"
)
_PIPED: Final = re.compile(r"[|｜»>›·•]")
_DIGIT: Final = re.compile(r"\d")
_NO_LETTERS: Final = re.compile(r"\W+")
_BEYOND_LETTERS: Final = re.compile(r"[\u2010-\u2027\u00a0]+")
"""Dashes, curly quotes and hard blanks, which are all that most English lines have beyond ASCII; none is a letter."""
_ASCII: Final = bytes(range(128))
_KINDS: Final = np.array([chr(byte).isdigit() + 2 * chr(byte).isupper() for byte in _ASCII], dtype=np.uint8)
"""Of each byte, whether it is a digit (1) or a capital (2)."""
_ADDRESSES: Final = (".com", "http:", "https:", "www.", "@")
_ASCII_LOWER: Final = bytes(range(256)).lower()
_ASCII_NO_LETTERS: Final = bytes(byte for byte in _ASCII if not (chr(byte).isalnum() or chr(byte) == "_"))
"""Bytes are counted and taken out several times as fast as characters, and most lines are of ASCII."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """The basic measures of lines; `prose` is the weight of a line that is a sentence, 0 otherwise.

    `told` are the lines that may be of an article by what they say: all but short links, which are most lines of a page
    and whose words are not looked into.
    """

    texts: Sequence[str]
    keys: Sequence[str]
    weight: Column
    linked: Column
    pauses: Column
    ends: Column
    prose: Column
    told: Sequence[int]

    def among(self, values: Column) -> Column:
        """A column with `values` for the lines `told`, and 0 for the others."""
        found = np.zeros(len(self.texts))
        found[self.told] = values
        return found

    @property
    def is_chinese(self) -> bool:
        """Whether most of the prose (of all text where there is none) is in East Asian characters."""
        sentences = [text for text, prose in zip(self.texts, self.prose, strict=True) if prose] or self.texts
        text = "".join(sentences)
        return _eastern(text) * _LATIN_WEIGHT * 2 > len(text)


def measures_of(lines: Sequence[LaidOutLine]) -> Measures:
    """The measures of `lines`."""
    texts = [line.text for line in lines]
    length = column(map(len, texts))
    han = column(map(_eastern, texts))
    weight = han + (length - han) / _LATIN_WEIGHT
    linked = np.minimum(1.0, column(line.linked for line in lines) / np.maximum(1.0, length))
    pauses = column(map(len, map(_PAUSE.findall, texts)))
    ends = column(text.rstrip(_CLOSING).endswith(_ENDS) for text in texts)
    is_sentence = (pauses > 0) & (linked < 0.5) & ((weight >= 12) | ((ends > 0) & (weight >= 6)))
    return Measures(
        texts=texts,
        keys=[key_of(text) for text in texts],
        weight=weight,
        linked=linked,
        pauses=pauses,
        ends=ends,
        prose=np.where(is_sentence, weight * (1 - linked), 0.0),
        told=np.flatnonzero((linked <= _LINK) | (weight >= SHORT)).tolist(),
    )


def column(values: Iterable[float]) -> Column:
    """`values` as an array."""
    return np.fromiter(values, dtype=np.float64)


def _eastern(text: str) -> int:
    return 0 if text.isascii() else sum(map(len, EAST_ASIAN.findall(beyond_ascii(text))))


def key_of(text: str) -> str:
    """`text` in lower case without all that is not a letter or digit."""
    if text.isascii() or _BEYOND_LETTERS.fullmatch(beyond_ascii(text)):
        return text.encode("ascii", "ignore").translate(_ASCII_LOWER, _ASCII_NO_LETTERS).decode("ascii")
    return _NO_LETTERS.sub("", text).lower()


def wording(lines: Sequence[LaidOutLine], measures: Measures) -> Columns:
    """The features of each line by itself."""
    weight, linked, log_weight = measures.weight, measures.linked, np.log1p(measures.weight)
    is_short = weight < SHORT * 2
    lengths = np.maximum(1.0, column(map(len, measures.texts)))
    return {
        "log weight": log_weight,
        "log weight squared": log_weight**2 / 5,
        "weight < 5": flag(weight < 5),
        "weight < 12": flag((weight >= 5) & (weight < 12)),
        "weight < 25": flag((weight >= 12) & (weight < 25)),
        "weight > 60": flag(weight > 60),
        "linked": linked,
        "all linked": flag(linked > _LINK),
        "partly linked": flag((linked > 0) & (linked < 0.5)),
        "links": np.log1p(column(line.links for line in lines)),
        "pauses": np.minimum(measures.pauses / np.maximum(weight, 1) * 10, 3),
        "has pauses": flag(measures.pauses > 0),
        "ends": measures.ends,
        "prose": flag(measures.prose > 0),
        "long and ends": measures.ends * (weight > 15),
        "long without end": (1 - measures.ends) * (weight > 15),
        "follows break": column(line.follows_break for line in lines),
        **_beside_pictures(lines, measures),
        "bold": flag(column(line.bold for line in lines) > 0.8 * lengths),
        **_told(measures, is_short, np.minimum(100, lengths)),
    }


def _told(measures: Measures, is_short: npt.NDArray[np.bool_], beginnings: Column) -> Columns:
    """What the lines say that are more than short links; `beginnings` are the lengths of what is read of each."""
    among, texts = measures.among, [measures.texts[place] for place in measures.told]
    is_bracketed = each(texts, lambda text: len(text) < 300 and _BRACKETED.search(text))
    return {
        "short with date": among(each(texts, _is_dated)) * is_short,
        "short byline": among(each(texts, _BYLINE.search)) * is_short,
        "bracketed": among(is_bracketed) * (measures.weight < LONG),
        "short with colon": among(each(texts, lambda text: text.endswith((":", "：")))) * is_short,
        "short with bars": among(each(texts, lambda text: _PIPED.search(text[:300]))) * is_short,
        "numbered": among(each(texts, _NUMBERED.match)),
        "quote first": among(each(texts, lambda text: text[0] in '“"「『—')),
        "address": among(_with_addresses(texts)),
        **{name: among(counts) / beginnings for name, counts in _digits_and_capitals([t[:100] for t in texts]).items()},
    }


def _is_dated(text: str) -> bool:
    # Most lines have no digit, and looking for one takes a tenth of the time.
    return len(text) < _DATED and _DIGIT.search(text) is not None and _DATE.search(text) is not None


def _with_addresses(texts: Sequence[str]) -> Column:
    """Whether each text has an address of the web or of mail in its first thousand characters."""
    together, starts = joined([text[:1000] for text in texts])
    found = np.zeros(len(texts))
    for sign in _ADDRESSES:
        if places := holding(sign, together, starts):
            found[places] = 1
    return found


def _digits_and_capitals(texts: Sequence[str]) -> Columns:
    """How many digits and how many capitals are in each text: of ASCII by bytes, of all lines at once."""
    plain = [text if text.isascii() else "" for text in texts]
    together, starts = joined(plain)
    kinds, ends = _KINDS[np.frombuffer(together.encode("ascii"), dtype=np.uint8)], np.array(starts)
    columns: Columns = {}
    for bit, (name, test) in enumerate((("digits", str.isdigit), ("capitals", str.isupper))):
        sums = np.concatenate([[0], np.cumsum(kinds >> bit & 1)])
        columns[name] = (sums[ends[1:] - 1] - sums[ends[:-1]]).astype(np.float64)
        for place, text in enumerate(texts):
            if not text.isascii():
                columns[name][place] = sum(map(test, text))
    return columns


def _beside_pictures(lines: Sequence[LaidOutLine], measures: Measures) -> Columns:
    pictured = column(line.follows_picture for line in lines)
    unended = pictured * (1 - measures.ends)
    return {
        "follows picture": pictured,
        "follows picture, short": pictured * (measures.weight < SHORT * 2),
        "follows picture, without end": unended,
        "before picture": np.append(pictured[1:], 0.0),
        "between pictures": pictured * np.append(pictured[1:], 0.0),
    }


def flag(condition: npt.NDArray[np.bool_]) -> Column:
    """`condition` as 0 and 1."""
    return condition.astype(np.float64)


def each(texts: Iterable[str], test: Callable[[str], object]) -> Column:
    """Whether `test` finds something in each of `texts`."""
    return column(map(bool, map(test, texts)))


_EDGE: Final = 150
"""Characters of both ends of a long line that are searched for the site's words."""

_MARKS: Final = {
    "legal": r"版权|版權|转载|轉載|侵权|侵權|免责|免責|声明|聲明|不代表|仅供参考|僅供參考|不构成|授权|授權",
    "offer": r"扫一扫|掃一掃|扫描|二维码|微信|公众号|关注|關注|订阅|訂閱|下载|客户端|欢迎|歡迎|专页|專頁|粉絲|加入|热线"
    r"|投稿|爆料|详情|免费|免費",
    "editor": r"责任编辑|責任編輯|责编|責編|编辑[:：/]|編輯[:：]|校对|审核|作者[:：]|记者[:：]|文/|撰文|编译|實習"
    r"|通讯员",
    "source": r"来源|來源|出处|原文|本文(?:来|转|摘)|原标题|原標題|稿源",
    "related": r"相关|相關|延伸|推荐|推薦|更多|排行|热点|熱門|热门|最新|精彩|猜你|大家都|上一篇|下一篇|延伸閱讀|猜您",
    "comment": r"评论|評論|留言|回复|回覆|网友|網友|发表|跟帖|讨论",
    "tool": r"分享|打印|列印|关闭|字号|字級|收藏|顶|点击|點擊|登录|登入|注册|举报|纠错|播报|返回|转发|複製|复制|加载",
    "picture": r"图[:：片为/]|圖[:：片為/]|摄|攝|资料图|資料照|视频|影片",
    "tags": r"标签|標籤|关键词|關鍵字",
    "ad": r"广告|廣告|赞助",
}
_LATIN_MARKS: Final = {
    "legal": "all rights|copyright|©|disclaimer|terms|privacy|permission|reproduced",
    "offer": "app|line@|facebook|twitter|instagram|newsletter|subscribe|follow us|sign up|like us|join|donate|support"
    "|download",
    "editor": "edited by|written by|reporting by|contributed|correspondent|reporter",
    "source": "source",
    "related": "read more|related|more from|more on|recommend|see also|also read|trending|most popular|next article"
    "|previous|read:|watch:",
    "comment": "comment|reply",
    "tool": "share|print|email|tweet|click|view|loading|log in|sign in",
    "picture": "photo|image|picture|getty|reuters|afp|video|credit",
    "tags": "tag:|tags:|filed under|topic:|topics:|categor|posted|updated|published|min read",
    "ad": "advertis|sponsor|affiliate|promo",
}
"""Words by which sites speak of themselves and their pages, in both scripts and in English."""
_LATIN_WORDS: Final = {name: words.encode("latin-1").split(b"|") for name, words in _LATIN_MARKS.items()}
"""As bytes: a single curly quote makes each character of a text two bytes wide, and searching it half as fast."""
_LATIN_PATTERNS: Final = {"editor": r"^by\b", "source": r"via\b"}
_LATIN_TESTS: Final = {"editor": re.compile(r"by\b").match, "source": re.compile(r"via\b").search}
"""The same as _LATIN_PATTERNS, in the fastest form for one text."""
_MARK_PATTERNS: Final = {
    name: re.compile("|".join((han, _LATIN_MARKS[name], _LATIN_PATTERNS.get(name, han))))
    for name, han in _MARKS.items()
}


def markers(measures: Measures, sites: Collection[str]) -> Columns:
    """The site's own words in each line, by the line's length, and whether it names the site."""
    weight = measures.weight
    sizes = {"short": weight < SHORT, "middle": (weight >= SHORT) & (weight < LONG), "long": weight >= LONG}
    texts = [_ends_of(measures.texts[place]) for place in measures.told]
    found = {name: measures.among(hits) for name, hits in _marks_in(texts).items()}
    count = np.sum(list(found.values()), axis=0)
    own = measures.among(each(texts, lambda text: any(site in text for site in sites)))
    own_middle = own * sizes["middle"]
    return {
        **{f"{name}, {size}": hit * which for name, hit in found.items() for size, which in sizes.items()},
        "marks": count,
        "marks by length": count / np.sqrt(np.maximum(weight, 4)) * 2,
        "names site, short": own * sizes["short"],
        "names site, longer": own * (weight >= SHORT),
        "names site and offers": own_middle * np.maximum(found["legal"], found["offer"]),
    }


def _marks_in(texts: Sequence[str]) -> Columns:
    """Whether each text holds a mark of each kind.

    Where there are Latin letters alone, words are looked for one by one in all texts together: several times as fast
    as a pattern for each.
    """
    eastern = [place for place, text in enumerate(texts) if not text.isascii() and EAST_ASIAN.search(text)]
    latin = sorted({*range(len(texts))}.difference(eastern))
    eastern_texts, latin_texts = [texts[place] for place in eastern], [texts[place] for place in latin]
    together, starts = joined(latin_texts)
    narrow = together.encode("latin-1", "replace")
    found: Columns = {}
    for name, pattern in _MARK_PATTERNS.items():
        hits = np.zeros(len(latin_texts))
        for word in _LATIN_WORDS[name]:
            if places := holding(word, narrow, starts):
                hits[places] = 1
        if name in _LATIN_TESTS:
            hits = np.maximum(hits, each(latin_texts, _LATIN_TESTS[name]))
        found[name] = np.zeros(len(texts))
        found[name][eastern], found[name][latin] = each(eastern_texts, pattern.search), hits
    return found


def joined(texts: Sequence[str]) -> tuple[str, Sequence[int]]:
    """`texts` as one, and where each begins in it."""
    return "\n".join(texts), list(accumulate((len(text) + 1 for text in texts), initial=0))


def holding(word: AnyStr, together: AnyStr, starts: Sequence[int]) -> list[int]:
    """Which of the texts that `together` joins, the one with index i from `starts[i]` on, hold `word`."""
    holding = []
    place = together.find(word)
    while place >= 0:
        holding.append(bisect_right(starts, place) - 1)
        place = together.find(word, starts[holding[-1] + 1])
    return holding


def _ends_of(text: str) -> str:
    text = text if len(text) <= 2 * _EDGE else f"{text[:_EDGE]} {text[-_EDGE:]}"
    return text.lower()
