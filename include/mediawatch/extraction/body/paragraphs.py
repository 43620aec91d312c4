"""The lines of a main text, each with what it is: body, headline, dateline, caption, ranking, the site's own words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import takewhile
from typing import TYPE_CHECKING, Final

from mediawatch.extraction.body.rankings import is_ranking_heading
from mediawatch.extraction.page.tree import Classed, drop_trees, with_classes
from mediawatch.language import fold
from mediawatch.language.stamps import stamps_in

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_AT_TOP: Final = 6
"""Lines of the beginning among which headline and dateline may be repeated."""
_DATELINE: Final = 120
_LABEL: Final = 40
_ITEM: Final = 90
_ITEMS: Final = 5
"""So many short lines below a ranking's heading make it a ranking."""

_TAIL_LINES: Final = 4
_PHOTO_NEWS: Final = 30
"""Characters from which a caption may be all of an article."""
_PROMOTION: Final = re.compile(
    r"(?:欢迎|立即|马上|点此|点我|赶快|即刻|快来)(?:下载|加入|订阅|追踪|关注|扫描|扫码).{0,40}(?:app|line|脸书|粉丝|频道|公众号|客户端|好友|群组)"
    r"|(?:还)?想(?:看|知道|了解)更多.{0,40}(?:下载|加入|订阅|关注|追踪|请|就)"
    r"|(?:本文|以上|文中|文章).{0,30}(?:不代表|不构成|仅代表|仅供参考|纯属).{0,40}(?:立场|观点|意见|建议|看法|参考|个人)"
    r"|未经(?:书面)?(?:授权|许可|同意|允许).{0,20}(?:转载|使用|复制|引用|摘编|重制|刊登)"
    r"|非经(?:书面)?(?:授权|许可|同意|允许).{0,10}(?:转载|复制|引用|摘编|重制|刊登)|经授权.{0,6}[，,。；;].{0,10}不得转载"
    r"|^\W{0,3}(?:特别|免责|版权|郑重)声明\s?[:：]|更多.{0,12}(?:资讯|新闻|内容|报道)[^。]{0,12}(?:请|欢迎|可|尽在).{0,20}(?:下载|关注|订阅|客户端|app)"
    r"|尽在.{2,16}(?:app|客户端)|^(?:投诉|举报|报料|爆料|新闻热线|新闻线索).{0,4}(?:电话|热线|邮箱|信箱)?\s?[:：].{0,30}(?:\d{5}|\d{3}-\d|@).{0,40}$"
    r"|^\W{0,3}点[我此这].{0,8}(?:看|阅读|加入|下载|订阅)"
    r"|^\W{0,3}(?:(?:饮酒|喝酒)过量|酒后不开车|未满(?:18|十八)岁(?:请?勿|不得|禁止|者)|请勿模仿)[^。]{0,14}$"
    r"|(?:安心|防治|谘商|咨询|保护|关怀|求助)专线\W{0,3}\d{3}|(?:生命线|撒玛利亚)\W{0,3}\d{4}"
    r"|^\W{0,3}(?:请|欢迎|立即|赶快)?(?:赞助|捐款|支持).{0,10}(?:独立媒体|我们|本[报刊站])[^。，]{0,16}$"
    r"|^\W{0,3}(?:[您你]?(?:必须|需要?|请)先?)?(?:登入|登录|注册).{0,6}(?:留言|评论|发表)[^。，]{0,8}$|请勿(?:张贴|发表|刊登).{0,30}言论"
    r"|^[★☆※◎●◆]\s?[^，。:：]{0,10}(?:关心|提醒)您\s?[:：][^。]*$"
    r"|^标签\s?[:：][^。！？，!?,]{1,60}$|^tags\s?[:：](?!.*\bsaid\b)[^。！？!?.]{1,60}$"
    r"|^\W{0,6}(?:the )?end\W{0,6}$"
    r"|^\W{0,3}(?:扫码(?=关注|加入|下载)|长按(?:识别)?(?:图片|二维码)|识别二维码)[^。！？，!?,]{0,16}(?:公众号|我们|小程序|app|客户端)\W{0,2}$"
    r"|^\W{0,3}欢迎(?:大家)?在?(?:评论区|下方|文末)[^。！？，!?,]{0,4}(?:留言|讨论|评论)[^。！？，!?,]{0,4}\W?$"
    r"|^(?:copyright\W{0,3})?(?:©|\(c\)).{0,60}(?:rights reserved|\d{4})|^copyright.{0,80}rights reserved"
    r"|^copyright \d{4}\b|^have a question\?"
    r"|^(?:follow|like|find) us on (?:facebook|twitter|x|instagram|youtube|telegram|whatsapp|linkedin|tiktok)\b"
    r"|(?:点赞|按赞|讚好|赞好|like|追踪|关注|加入|订阅)(?:我们|本[报台站网刊])的?.{0,12}(?:专页|专頁|粉丝|频道|账号|帐号|公众号|电子报)"
)
"""Searched in the last folded lines only: within a text somebody may be told to download something."""
_RIGHTS: Final = re.compile(
    r"^(?:copyright\W{0,3})?(?:©|\(c\)|copyright) ?\d{4}\b.{0,80}rights reserved"
    r"|^\W{0,3}无断(?:转载|复制).{0,30}$|^(?:저작권자)?[^.]{0,40}무단 ?전재.{0,40}금지\W{0,5}$"
)
"""Who has the rights to a text, at the beginning of one of its last folded lines, however long that is."""
_SIGNED: Final = re.compile(
    r"[\[【（(]?作者\s?[:： ]\s?[\u4e00-\u9fff]{2,4}(?:[ 、][\u4e00-\u9fff]{2,4})?[\]】）)]?"
    r"|(?=[^\n]{2,60}[编編]\s?[:：])(?:[\u4e00-\u9fff]{2,5}\s?[:：]\s?[\u4e00-\u9fff]{2,4}\s*){2,5}"
)
"""A whole line at the end that names the authors alone, or those who wrote and edited, each behind a label."""
_SENTENCE_END: Final = re.compile(r"[。！？!?；;…][”’」』\"')）]*$")
_PAGES: Final = re.compile(
    r"^(?:页码\s*+[:：]?\s*+)?(?!\s)(?:\[(?=\d)|\d|(?<=\d)\]|[上下]一页|首页|尾页|[<>«»…]|\s)++$"
)
_LEFTOVER: Final = re.compile(
    r"^[(（\[【]?\s*(?:责任编辑|责编|编辑|编审|校对|分享到?|扫一扫|扫描二维码|微信扫|更多>>|返回(?:首页|搜狐|"
    r"顶部)|[上下]一[篇页则条]|相关(?:阅读|新闻|链接|报道)"
    r"|延伸阅读|推荐阅读|同类信息|查看全部|声明|(?:版权|免责|授权|转载|著作权)声明|本文来源|文章来源|来源|打印|列印|关闭|字号|"
    r"我要(?:评论|纠错|爆料|报料|投稿)|点击查看"
    r"|发表评论|滚动新闻|收藏|订阅电子报|新增至收藏夹)(?=$|[\s:：><]|[，,]查看|本|此)|^分享[至给](?:[朋好]友)?(?=$|[\s:：>])"
    r"|^(?:责任编辑|责编|核稿编辑)[／/|｜丨][^，。,]{2,24}$"
    r"|^扫一扫.{0,20}$|^举报(?:/反馈)?$"
    r"|^(?:(?:点赞|阅读|浏览|评论|转发|点击|人气|留言|收藏|分享)(?:[量数]|次数)?\W{0,3}(?:\d[\d,]{0,9}[次人条]?\W{0,3})?){1,6}$"
    r"|^(?:留言|我要留言|发表(?:意见|留言|回复)|网友回应|写留言)\W{0,4}\d{0,4}\W{0,2}$"
    r"|^字[级体号型](?:大小)?\W{0,3}(?:[大中小特]|正常|标准|\W)*$|^(?:a[+-]\W{0,3}){1,3}.{0,12}$"
    r"|^(?:用听的|听新闻|听文章|点[击我]?收听|点击播放|收听本文|朗读|语音播报)[\W\d]{0,20}$|^(?:影片|视频|图片|内容)(?:载入|加载)中\W{0,4}$"
    r"|^[简繁正]体(?:中文)?\W{1,4}[简繁正]体[^。]{0,12}$|^(?:本文|全文)?(?:预[计估])?阅读(?:时间|时长|本文|全文)?(?:大?约|需要?){0,2}\W{0,2}\d{1,3}\s?(?:分钟|min)\w{0,4}$"
    r"|^(?:[您你]?(?:的|现在的?|当前的?|目前)?(?:所在)?位置\s?[:：][^。]{0,20}[>»›/]|首页\s?[>»›/])[^。]{0,36}$"
    r"|^(?:[#＃][^\s#＃]{1,20}\s?){2,12}$|^(?:本文|原文|短)?网址\s?[:：]"
)
_POINTER: Final = re.compile(
    r"^[\[【［(（](?>[^\]】］)）]*?(?:点击|详见|更多|浏览|报导|报道|相关|related|read more|leggi anche))"
    r"[^\]】］)）]*+[\]】］)）]$"
    r"|^[【\[]?(?:看更多|延伸阅读|推荐阅读|相关(?:新闻|报道|阅读)|更多(?:新闻|报道)|同场加映|[您你]可能[也还]?[想会]看)\s?(?:[:：|｜]|[】\]](?!.*。$))"
    r"|^原标题\s?[:：]"
    r"|^(?:related|read more|read also|also read|see also|leggi anche)\s*[:：|]"
)
"""A whole line that sends the reader elsewhere, 【更多内容详见…】 or [Related: …]; searched in the folded line."""
_FURNITURE: Final = re.compile(
    r"^\W{0,2}广告(?:\W{0,3}|\W{0,2}(?:更多内容\s?)?请继续(?:[往向]下)?(?:阅读|浏览|观看|看)[^，。]{0,4})$|^请?继续往下阅读\W{0,6}$"
    r"|^\W{0,2}(?:加入|追踪|关注|订阅).{0,12}(?:line|好友|粉丝|频道|公众号|telegram|whatsapp|youtube)[^。，！？!?的了]{0,12}(?:[，,][^。！？!?的了]{0,8})?$"
    r"|^(?:advertisement|(?:continue reading|(?:story|article) continues)(?: below| after)?(?: this)?"
    r"(?: advertisement)?)\W{0,3}$"
    r"|^(?:subscribe|sign up)(?: now)? to (?:get|receive|read|continue|our|the)\b.{0,60}$"
    r"|^unlimited (?:online|digital) access to .{0,80}$|^like this (?:story|article|post)\? .{0,40}$"
    r"|^[^。！？!?，]{0,40}[点按]我下载\s?app[^。！？!?，]{0,20}$"
    r"|^嵌入播放器.{0,12}$|^没有媒体可用资源\W{0,3}$|^no media source currently available\W{0,3}$"
    r"|^get .{2,30} on the go by clicking here\W{0,3}$|^also on \w{2,20}\.\w{2,4} .{0,100}$"
)
"""A whole line that sites print between paragraphs, most of them in English; searched in the folded line."""
_LISTED: Final = re.compile(
    r"^\W{0,2}(?:相关(?:阅读|新闻|链接|报道|文章)|延伸阅读|推荐阅读|同类信息|滚动新闻|近期文章|猜[您你]喜欢|更多(?:新闻|报道)|看更多"
    r"|[您你](?:可能|或许)[也还]?会?(?:喜欢|感兴趣)"
    r"|related(?: (?:articles?|stories|news|posts|coverage|reading))?|read next"
    r"|关连(?:记事|ニュース)|あわせて读みたい|관련 ?(?:기사|뉴스))\W*$"
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
    titles, byline = frozenset(map(_key, titles)), _key(byline)
    labels: list[Label] = [
        listed[index] or (Label.RANKING if line in ranked else _label(line, index, titles=titles, byline=byline))
        for index, line in enumerate(lines)
    ]
    labels = _with_a_body(lines, _without_promotion(lines, labels))
    return tuple(
        Line(text=unbracketed(line) if label is Label.CAPTION else line, label=label)
        for line, label in zip(lines, labels, strict=True)
    )


def _without_promotion(lines: Sequence[str], labels: list[Label]) -> list[Label]:
    """The labels without the last lines of a body that offer the site's channels, disclaim the text or sign it."""
    kept = list(labels)
    for index in range(len(lines) - 1, max(0, len(lines) - 1 - _TAIL_LINES), -1):
        if kept[index] is Label.BODY:
            line = lines[index]
            is_promotion = len(line) <= _DATELINE and (_SIGNED.fullmatch(line) or _PROMOTION.search(fold(line)))
            if not is_promotion and not _RIGHTS.match(fold(line)):
                break
            kept[index] = Label.LEFTOVER
    return kept


def _with_a_body(lines: Sequence[str], labels: list[Label]) -> list[Label]:
    """The labels, with captions as the body where nothing else is: photo news ends in 摄."""
    captions = [line for line, label in zip(lines, labels, strict=True) if label is Label.CAPTION]
    if Label.BODY in labels or max(map(len, captions), default=0) < _PHOTO_NEWS:
        return labels
    return [Label.BODY if label is Label.CAPTION else label for label in labels]


def _label(line: str, index: int, *, titles: Collection[str], byline: str) -> Label:
    key = _key(line) if index < _AT_TOP else ""
    if key and key in titles:
        return Label.HEADLINE
    if index < _AT_TOP and (_is_dateline(line) or (byline and key == byline)):
        return Label.DATELINE
    if _is_leftover(line):
        return Label.LEFTOVER
    return Label.CAPTION if is_caption(line) else Label.BODY


def _key(line: str) -> str:
    return re.sub(r"\W+", "", fold(line))


def _is_dateline(line: str) -> bool:
    """A short line that is not a sentence and holds a date beside little else: host, source, time, author."""
    if len(line) > _DATELINE or _SENTENCE_END.search(line):
        return False
    is_marked = any(mark in line for mark in ("来源", "來源", "·", "|", "｜"))
    return next(stamps_in(line), None) is not None and (is_marked or len(line) <= 40)


def _is_leftover(line: str) -> bool:
    if len(line) > _DATELINE:
        return False
    folded = fold(line)
    if _POINTER.match(folded) or _FURNITURE.match(folded):
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
        line = lines[position]
        is_sentence = line.endswith("。") or (line.endswith(".") and not line.endswith(".."))
        is_item = len(line) <= _ITEM and not is_sentence
        counts[position] = counts[position + 1] + 1 if is_item else 0
    return counts


_MARKED: Final = re.compile(
    r"(?:^|[-_])(?:figcaption|caption|captiontext)(?:$|[-_])|^(?:cap|(?:pic|img|image|photo)[-_]?(?:desc|descr|intro|text|txt)|zhaiyao_pic)$"
)
_MAYBE_MARKED: Final = re.compile("cap|desc|pic|img|image|photo")
_CLASS: Final = 300
"""Characters of a class that are read."""
_LISTS: Final = frozenset({"aside", "nav", "li", "a", "footer", "header"})
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
    r"|[（(](?:(?:取|翻[摄攝]|截[图圖]?)自|翻[摄攝])[^（）()]{1,24}[）)]"
    r"|社[记記]者\S{2,12}(?:[传傳]真|[摄攝])\s*(?:\d{2,4}年\d{1,2}月\d{1,2}日)?"
    r"|(?:图|圖|图片|圖片|照片)\s*[/／:：]\s*[^。]{2,24}|(?:资料|資料|档案|檔案)(?:图片?|圖片?|照片?))$"
)
_MARKER: Final = re.compile(r"^[▲△▼][^。]{2,}")
_ENGLISH_CREDIT: Final = re.compile(
    r"(?:Photograph|Photo|Image|Picture)s?(?: credit)?(?: by)?\s*[:：/]\s*[^.]{2,60}\)?$"
)
_CAPTIONS: Final = (_PICTURE, _CREDIT, _TAKEN_BY, _TAIL, _MARKER, _ENGLISH_CREDIT)


def captions_in(
    root: HtmlElement, *, headline: HtmlElement | None, classed: Sequence[Classed] | None = None
) -> tuple[str, ...]:
    """The captions that markup marks, below the headline and outside of lists of other articles.  Takes them out of
    the tree.

    `classed` are the elements `with_classes`, for those who have them; some may be gone from the tree since.
    """
    kept = set() if headline is None else {headline, *headline.iterancestors()}
    classed = with_classes(root) if classed is None else classed
    # Many elements of a page have the same few classes.
    marked = {names for names in {names for _, names in classed} if _is_marked(names[:_CLASS])}
    likely = {*root.iter("figcaption"), *(element for element, names in classed if names in marked)}
    if not likely:
        return ()
    page = _Page(root)
    start = page.order.get(headline, -1)  # a site's rules may have dropped the headline with what is around it
    found: list[str] = []
    for element in sorted(likely & page.order.keys(), key=page.order.__getitem__):
        if element.getparent() is None or element in kept or not _is_caption_element(element, page):
            continue
        text = " ".join(element.text_content().split())
        is_after = page.order[element] > start
        if is_after and text and len(text) <= _LONGEST and not page.is_in_list(element):
            found.append(unbracketed(text))
        if is_after and len(text) <= _LONGEST:
            page.take_out(element)
    drop_trees(root, page.taken)
    return tuple(dict.fromkeys(found))


class _Page:
    """What is asked of many elements: their order, which stand in lists, where pictures are."""

    def __init__(self, root: HtmlElement) -> None:
        self.order = {element: place for place, element in enumerate(root.iter())}
        self._lists: dict[HtmlElement, bool] = {}
        self.taken: dict[HtmlElement, HtmlElement | None] = {}
        self.pictures: Counter[HtmlElement] = Counter()
        """How many stand below each element."""
        for image in root.iter("img"):
            self.pictures.update(image.iterancestors())

    def is_in_list(self, element: HtmlElement) -> bool:
        """Whether `element` stands in a list, an aside or the like; what was asked before is kept."""
        passed, found = [], False
        for around in element.iterancestors():
            passed.append(around)
            found = self._lists.get(around, around.tag in _LISTS)
            if found or around in self._lists:
                break
        self._lists.update(dict.fromkeys(passed, found))
        return found

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
    patterns = (_PICTURE, _CREDIT, _ENGLISH_CREDIT) if line.isascii() else _CAPTIONS
    return any(pattern.search(line) for pattern in patterns)


def unbracketed(line: str) -> str:
    """`line` without brackets around all of it."""
    return _IN_BRACKETS.sub(r"\1", line).strip() if _BRACKETED.match(line) else line


def _is_caption_element(element: HtmlElement, page: _Page) -> bool:
    if element.tag == "figcaption":
        return True
    if element.tag in ("body", "article", "main", "table", "img", "video") or element.find(".//figcaption") is not None:
        return False
    return _is_beside_picture(element, page) and len(element.text_content()) <= _BESIDE


@lru_cache(maxsize=8192)
def _is_marked(names: str) -> bool:
    return _MAYBE_MARKED.search(names) is not None and any(_MARKED.search(name.lower()) for name in names.split())


def _is_beside_picture(element: HtmlElement, page: _Page) -> bool:
    """Whether a picture stands in the element, or in the same block or the one before it."""
    places = (element, page.before(element), element.getparent())
    return any(
        place.tag == "img" or page.pictures[place] > 0 for place in places if place is not None and place.tag != "body"
    )
