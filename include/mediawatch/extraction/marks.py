"""The words by which sites speak of themselves and their pages, line by line."""

from __future__ import annotations

import re
from typing import Final

import numpy as np

from mediawatch.extraction.agreement import About
from mediawatch.extraction.wording import LONG, SHORT, Columns, Measures, each

_EDGE: Final = 150
"""Characters of both ends of a long line that are searched for the site's words."""

_MARKS: Final = {
    "legal": r"版权|版權|转载|轉載|侵权|侵權|免责|免責|声明|聲明|不代表|仅供参考|僅供參考|不构成|授权"
    r"|授權|all rights|copyright|©|disclaimer|terms|privacy|permission|reproduced",
    "offer": r"扫一扫|掃一掃|扫描|二维码|微信|公众号|关注|關注|订阅|訂閱|下载|客户端|app|欢迎|歡迎|专页"
    r"|專頁|粉絲|加入|热线|投稿|爆料|详情|免费|免費|line@|facebook|twitter|instagram"
    r"|newsletter|subscribe|follow us|sign up|like us|join|donate|support|download",
    "editor": r"责任编辑|責任編輯|责编|責編|编辑[:：/]|編輯[:：]|校对|审核|作者[:：]|记者[:：]|文/|撰文"
    r"|编译|實習|通讯员|edited by|written by|reporting by|contributed|^by\b|correspondent"
    r"|reporter",
    "source": r"来源|來源|source|出处|原文|本文(?:来|转|摘)|via\b|原标题|原標題|稿源",
    "related": r"相关|相關|延伸|推荐|推薦|更多|排行|热点|熱門|热门|最新|精彩|猜你|大家都|上一篇|下一篇"
    r"|延伸閱讀|猜您|read more|related|more from|more on|recommend|see also|also read|trending"
    r"|most popular|next article|previous|read:|watch:",
    "comment": r"评论|評論|留言|回复|回覆|网友|網友|发表|跟帖|讨论|comments?|reply",
    "tool": r"分享|打印|列印|关闭|字号|字級|收藏|顶|点击|點擊|登录|登入|注册|举报|纠错|播报|返回|转发"
    r"|複製|复制|加载|share|print|email|tweet|click|view|loading|log in|sign in",
    "picture": r"图[:：片为/]|圖[:：片為/]|摄|攝|资料图|資料照|视频|影片|photo|image|picture|getty"
    r"|reuters|afp|video|credit",
    "tags": r"标签|標籤|关键词|關鍵字|tags?:|filed under|topics?:|categor|posted|updated|published"
    r"|min read",
    "ad": r"广告|廣告|赞助|advertis|sponsor|affiliate|promo",
}
"""Words by which sites speak of themselves and their pages, in both scripts and in English."""
_MARK_PATTERNS: Final = {name: re.compile(pattern) for name, pattern in _MARKS.items()}


def marks(measures: Measures, about: About) -> Columns:
    """The site's own words in each line, by the line's length, and whether it names the site."""
    weight = measures.weight
    sizes = {"short": weight < SHORT, "middle": (weight >= SHORT) & (weight < LONG), "long": weight >= LONG}
    # A short link has no need of them, and most lines of a page are short links.
    texts = [
        "" if linked > 0.9 and size < SHORT else _ends_of(text)
        for text, linked, size in zip(measures.texts, measures.linked, weight, strict=True)
    ]
    found = {name: each(texts, pattern.search) for name, pattern in _MARK_PATTERNS.items()}
    count = np.sum(list(found.values()), axis=0)
    own = each(texts, lambda text: any(site in text for site in about.sites))
    own_middle = own * sizes["middle"]
    return {
        **{f"{name}, {size}": hit * which for name, hit in found.items() for size, which in sizes.items()},
        "marks": count,
        "marks by length": count / np.sqrt(np.maximum(weight, 4)) * 2,
        "names site, short": own * sizes["short"],
        "names site, longer": own * (weight >= SHORT),
        "names site and offers": own_middle * np.maximum(found["legal"], found["offer"]),
    }


def _ends_of(text: str) -> str:
    text = text if len(text) <= 2 * _EDGE else f"{text[:_EDGE]} {text[-_EDGE:]}"
    return text.lower()
