"""What the wording of each line says about it: a sentence of an article, or the site's own words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from mediawatch.extraction.layout import Line

Column = npt.NDArray[np.float64]
Columns = dict[str, Column]

EAST_ASIAN: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_PAUSE: Final = re.compile(r"[。！？；，、：]|[,.!?;:](?=\s|$|[\"”’])")
_END: Final = re.compile(r"[。！？!?.…;；:：][”’」』\"')）\]]*$")
_LATIN_WEIGHT: Final = 4
"""Other characters that weigh as much as one Han character."""
SHORT, LONG = 16, 70
"""Weights below and from which the site's words are counted apart: 责任编辑 in a short line and in a paragraph."""
_EDGE: Final = 150
"""Characters of both ends of a long line that are searched for the site's words."""

_MARKS: Final = {
    "legal": r"版权|版權|转载|轉載|侵权|侵權|免责|免責|声明|聲明|不代表|仅供参考|僅供參考|不构成|授权|授權"
    r"|all rights|copyright|©|disclaimer|terms|privacy|permission|reproduced",
    "offer": r"扫一扫|掃一掃|扫描|二维码|微信|公众号|关注|關注|订阅|訂閱|下载|客户端|app|欢迎|歡迎|专页|專頁|粉絲|加入|热线|投稿|爆料"
    r"|详情|免费|免費|line@|facebook|twitter|instagram|newsletter|subscribe|follow us|sign up|like us|join|donate|support"
    r"|download",
    "editor": r"责任编辑|責任編輯|责编|責編|编辑[:：/]|編輯[:：]|校对|审核|作者[:：]|记者[:：]|文/|撰文|编译|實習|通讯员"
    r"|edited by|written by|reporting by|contributed|^by\b|correspondent|reporter",
    "source": r"来源|來源|source|出处|原文|本文(?:来|转|摘)|via\b|原标题|原標題|稿源",
    "related": r"相关|相關|延伸|推荐|推薦|更多|排行|热点|熱門|热门|最新|精彩|猜你|大家都|上一篇|下一篇|延伸閱讀|猜您|read more|related"
    r"|more from|more on|recommend|see also|also read|trending|most popular|next article|previous|read:|watch:",
    "comment": r"评论|評論|留言|回复|回覆|网友|網友|发表|跟帖|讨论|comments?|reply",
    "tool": r"分享|打印|列印|关闭|字号|字級|收藏|顶|点击|點擊|登录|登入|注册|举报|纠错|播报|返回|转发|複製|复制|加载|share|print|email"
    r"|tweet|click|view|loading|log in|sign in",
    "picture": r"图[:：片为/]|圖[:：片為/]|摄|攝|资料图|資料照|视频|影片|photo|image|picture|getty|reuters|afp|video|credit",
    "tags": r"标签|標籤|关键词|關鍵字|tags?:|filed under|topics?:|categor|posted|updated|published|min read",
    "ad": r"广告|廣告|赞助|advertis|sponsor|affiliate|promo",
}
"""Words by which sites speak of themselves and their pages, in both scripts and in English."""
_MARK_PATTERNS: Final = {name: re.compile(pattern) for name, pattern in _MARKS.items()}
_DATE: Final = re.compile(
    r"\d{4}\s*[-/年.]\s*\d{1,2}\s*[-/月.]\s*\d{1,2}|\d{1,2}:\d{2}"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d{1,2},? \d{4}"
    r"|\d{1,2} (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* \d{4}",
    re.IGNORECASE,
)
_BYLINE: Final = re.compile(r"^(?:by|作者|记者|文/|撰文|编译|来源|本报)", re.IGNORECASE)
_BRACKETED: Final = re.compile(r"^[(（\[【].*[)）\]】]$")
_NUMBERED: Final = re.compile(
    r"\s*(?:[\d一二三四五六七八九十]{1,3}[、.．)）]|[（(][\d一二三四五六七八九十]{1,3}[)）]|[•·●■★◆▲※○>》-])"
)
_PIPED: Final = re.compile(r"[|｜»>›·•]")
_ADDRESS: Final = re.compile(r"https?:|www\.|@|\.com")
_NO_LETTERS: Final = re.compile(r"\W+")


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What the page says of itself elsewhere: headline, description, JSON-LD article body, names of the site."""

    title: str = ""
    description: str = ""
    declared_body: str = ""
    sites: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """The basic measures of lines; `prose` is the weight of a line that is a sentence, 0 otherwise."""

    texts: Sequence[str]
    keys: Sequence[str]
    weight: Column
    linked: Column
    pauses: Column
    ends: Column
    prose: Column

    @property
    def is_chinese(self) -> bool:
        """Whether most of the prose (of all text where there is none) is in East Asian characters."""
        sentences = [text for text, prose in zip(self.texts, self.prose, strict=True) if prose] or self.texts
        text = "".join(sentences)
        return len(EAST_ASIAN.findall(text)) * _LATIN_WEIGHT * 2 > len(text)


def measures_of(lines: Sequence[Line]) -> Measures:
    """The measures of `lines`."""
    texts = [line.text for line in lines]
    length = column(map(len, texts))
    han = column(len(EAST_ASIAN.findall(text)) for text in texts)
    weight = han + (length - han) / _LATIN_WEIGHT
    linked = np.minimum(1.0, column(line.linked for line in lines) / np.maximum(1.0, length))
    pauses = column(len(_PAUSE.findall(text)) for text in texts)
    ends = column(bool(_END.search(text)) for text in texts)
    is_sentence = (pauses > 0) & (linked < 0.5) & ((weight >= 12) | ((ends > 0) & (weight >= 6)))
    return Measures(
        texts=texts,
        keys=[key_of(text) for text in texts],
        weight=weight,
        linked=linked,
        pauses=pauses,
        ends=ends,
        prose=np.where(is_sentence, weight * (1 - linked), 0.0),
    )


def column(values: Iterable[float]) -> Column:
    """`values` as an array."""
    return np.fromiter(values, dtype=np.float64)


def key_of(text: str) -> str:
    """`text` in lower case without all that is not a letter or digit."""
    return _NO_LETTERS.sub("", text).lower()


def wording(lines: Sequence[Line], measures: Measures) -> Columns:
    """The features of each line by itself."""
    weight, linked, log_weight = measures.weight, measures.linked, np.log1p(measures.weight)
    is_short = weight < SHORT * 2
    texts = measures.texts
    lengths = np.maximum(1.0, column(map(len, texts)))
    return {
        "log weight": log_weight,
        "log weight squared": log_weight**2 / 5,
        "weight < 5": _flag(weight < 5),
        "weight < 12": _flag((weight >= 5) & (weight < 12)),
        "weight < 25": _flag((weight >= 12) & (weight < 25)),
        "weight > 60": _flag(weight > 60),
        "linked": linked,
        "all linked": _flag(linked > 0.9),
        "partly linked": _flag((linked > 0) & (linked < 0.5)),
        "links": np.log1p(column(line.links for line in lines)),
        "pauses": np.minimum(measures.pauses / np.maximum(weight, 1) * 10, 3),
        "has pauses": _flag(measures.pauses > 0),
        "ends": measures.ends,
        "prose": _flag(measures.prose > 0),
        "long and ends": measures.ends * (weight > 15),
        "long without end": (1 - measures.ends) * (weight > 15),
        "follows break": column(line.follows_break for line in lines),
        "bold": _flag(column(line.bold for line in lines) > 0.8 * lengths),
        "short with date": _each(texts, lambda text: len(text) < 120 and _DATE.search(text)) * is_short,
        "short byline": _each(texts, _BYLINE.search) * is_short,
        "bracketed": _each(texts, lambda text: len(text) < 300 and _BRACKETED.search(text)) * (weight < LONG),
        "short with colon": _each(texts, lambda text: text.endswith((":", "："))) * is_short,
        "short with bars": _each(texts, lambda text: _PIPED.search(text[:300])) * is_short,
        "numbered": _each(texts, _NUMBERED.match),
        "quote first": _each(texts, lambda text: text[0] in '“"「『—'),
        "address": _each(texts, lambda text: _ADDRESS.search(text[:1000])),
        "digits": column(sum(map(str.isdigit, text[:100])) for text in texts) / np.minimum(100, lengths),
        "capitals": column(sum(map(str.isupper, text[:100])) for text in texts) / np.minimum(100, lengths),
    }


def marks(measures: Measures, about: About) -> Columns:
    """The site's own words in each line, by the line's length, and whether it names the site."""
    weight = measures.weight
    sizes = {"short": weight < SHORT, "middle": (weight >= SHORT) & (weight < LONG), "long": weight >= LONG}
    # A short link has no need of them, and most lines of a page are short links.
    texts = [
        "" if linked > 0.9 and size < SHORT else _ends_of(text)
        for text, linked, size in zip(measures.texts, measures.linked, weight, strict=True)
    ]
    found = {name: _each(texts, pattern.search) for name, pattern in _MARK_PATTERNS.items()}
    count = np.sum(list(found.values()), axis=0)
    own = _each(texts, lambda text: any(site in text for site in about.sites))
    own_middle = own * sizes["middle"]
    return {
        **{f"{name}, {size}": hit * which for name, hit in found.items() for size, which in sizes.items()},
        "marks": count,
        "marks by length": count / np.sqrt(np.maximum(weight, 4)) * 2,
        "names site, short": own * sizes["short"],
        "names site, longer": own * (weight >= SHORT),
        "names site and offers": own_middle * np.maximum(found["legal"], found["offer"]),
    }


def agreement(measures: Measures, about: About) -> Columns:
    """How each line agrees with what the page says of itself, and whether it stood before."""
    keys, title = measures.keys, key_of(about.title)
    titled = {title[place : place + 2] for place in range(len(title) - 1)}
    described = _trigrams(key_of(about.description))
    body = key_of(about.declared_body)
    has_body = float(len(body) > 60)
    within = _each(keys, lambda key: _stands_in(key, body)) * has_body
    is_longer = measures.weight > 8
    return {
        "is title": _each(keys, lambda key: _is_title(key, title)),
        "like title": column(_share(key, titled) for key in keys),
        "described": column(_overlap(_trigrams(key[:600]), described) if len(key) >= 8 else 0 for key in keys),
        "declared": within,
        "declared, longer": within * is_longer,
        "undeclared": (1 - within) * has_body,
        "undeclared, longer": (1 - within) * has_body * is_longer,
        "repeated": _repeated(keys),
        "seen before": _seen_before(keys),
    }


def _flag(condition: npt.NDArray[np.bool_]) -> Column:
    return condition.astype(np.float64)


def _each(texts: Iterable[str], test: Callable[[str], object]) -> Column:
    return column(bool(test(text)) for text in texts)


def _ends_of(text: str) -> str:
    text = text if len(text) <= 2 * _EDGE else f"{text[:_EDGE]} {text[-_EDGE:]}"
    return text.lower()


def _trigrams(key: str) -> set[str]:
    return {key[place : place + 3] for place in range(len(key) - 2)}


def _overlap(grams: set[str], others: set[str]) -> float:
    return len(grams & others) / min(len(grams), len(others)) if grams and others else 0.0


def _share(key: str, titled: set[str]) -> float:
    if not titled or not key or len(key) >= 200:
        return 0.0
    return len({key[place : place + 2] for place in range(len(key) - 1)} & titled) / len(titled)


def _is_title(key: str, title: str) -> bool:
    if not key or not title:
        return False
    return key == title or (len(key) >= 6 and key in title) or (title in key and len(key) < len(title) * 1.6)


def _stands_in(key: str, body: str) -> bool:
    return bool(key) and (key in body or (len(key) > 30 and key[:20] in body and key[-20:] in body))


def _repeated(keys: Sequence[str]) -> Column:
    counts: dict[str, int] = {}
    for key in keys:
        counts[key] = counts.get(key, 0) + 1
    return column(key != "" and counts[key] > 1 for key in keys)


def _seen_before(keys: Sequence[str]) -> Column:
    seen: set[str] = set()
    before = []
    for key in keys:
        before.append(len(key) >= 12 and key in seen)
        seen.add(key)
    return column(before)
