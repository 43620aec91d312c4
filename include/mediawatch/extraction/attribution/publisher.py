"""Who published a text first, as far as the page itself tells."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from mediawatch.extraction.attribution.evidence import Evidence, claims_of
from mediawatch.sources.publishers import Publishers, key_of

_NAME: Final = 40
_ENOUGH: Final = 0.5
"""Confidence from which a name is given out; what is below only supports another place that says the same."""
_CUT: Final = re.compile(
    r"(?:作者|编辑|編輯|责编|責編|责任|時間|时间|记者|記者|发布|發布|浏览|点击|點擊|字号|评论|我要|打印|进入|"
    r"訂閱|订阅|原标题|更新|(?<=\s)(?:Editor|Author|Reporter|Writer|Updated|Published)\b|\d{4}[-年/.]|查看|分享|微信扫|[/／]\s*\S{1,8}\d{1,2}日(?:外|专|專)?[电電讯訊]).*",
    re.DOTALL,
)
_NOT_A_NAME: Final = re.compile(
    r"^(?:编辑|編輯|标题|標題|作者|记者|記者|时间|時間|字号|大|中|小|发布|發布|本站|本网|本站原创|原创|原創|综合|綜合|"
    r"综合报道|網絡|网络|互联网|未知|网络整理|"
    r"网友|整理|news agencies|agencies|转载|外电|资料图|資料圖|资料|图片|其他|不详|本地|投稿|自制|none|null|"
    r"undefined|x{2,}|news|web|internet|admin|source|网络综合|(?:即时|即時|滚动|滾動|国内|國內|国际|國際|"
    r"社会|社會|财经|財經|娱乐|体育|科技|最新|今日|本地|头条|頭條|焦点|焦點|图片|视频|独家|热点)(?:新闻|新聞|"
    r"财经|科技)?|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*|本站整理|微信公众号|公众号|\d[\d:./-]"
    r"*|https?)$",
    re.IGNORECASE,
)
_SENTENCE: Final = re.compile(r"(?:表示|认为|認為|透露|指出|声称|聲稱)$")
"""How a sentence ends that begins like a label: 消息来源：某人表示."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """`name` is the original publisher as printed, empty when the page names none; `publisher_id` its id in the
    dictionary.  `confidence` runs from 0 to 1; `origin` says where the name was read."""

    name: str = ""
    publisher_id: str = ""
    is_repost: bool = False
    confidence: float = 0.0
    origin: str = ""


def provenance_of(evidence: Evidence) -> Provenance:
    """The original publisher of the page.

    The first place that names one wins, in the order of how sure such places are: the site's rule, 来源: beside the
    headline, a label elsewhere, an agency's dateline, a name beside the date, declared sources, the tail of the title
    when that is a known publisher and not the site.  Weaker places (据…报道, a canonical link to another site) only add
    to it.
    """
    cleaned = ((_clean(claim.name), claim) for claim in claims_of(evidence))
    places = [
        _identified(
            Provenance(name=name, confidence=claim.confidence, origin=claim.origin), evidence.context.publishers
        )
        for name, claim in cleaned
        if _is_name(name)
    ]
    best = next((place for place in places if place.confidence >= _ENOUGH), None)
    if best is None:
        return Provenance()
    others = {place.origin for place in places if _is_same(place, best)} - {best.origin}
    confidence = min(0.99, best.confidence + 0.03 * len(others) + (0.02 if best.publisher_id else 0.0))
    return replace(best, confidence=round(confidence, 2), is_repost=not evidence.is_own(best.name))


def _identified(place: Provenance, publishers: Publishers) -> Provenance:
    publisher = publishers.named(place.name)
    return replace(place, publisher_id=publisher.id) if publisher else place


def _is_same(place: Provenance, best: Provenance) -> bool:
    same_id = bool(best.publisher_id) and place.publisher_id == best.publisher_id
    return same_id or key_of(place.name) == key_of(best.name)


def _clean(name: str) -> str:
    name = re.sub(r"^(?:来源|來源|source)\s*[:：]\s*", "", " ".join(name.split()), flags=re.IGNORECASE)
    return _CUT.sub("", name).strip(" 　：:-–—_|｜/／·,.，。、《》【】「」『』“”\"'()（）>")


def _is_name(name: str) -> bool:
    is_words = _NOT_A_NAME.match(name) or _SENTENCE.search(name)
    return 2 <= len(name) <= _NAME and not is_words and "http" not in name and "www." not in name
