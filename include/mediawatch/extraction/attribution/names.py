"""People's names out of the words around them."""

from __future__ import annotations

import re
from typing import Final

from mediawatch.extraction.stamps import before_date
from mediawatch.language import fold
from mediawatch.language.folding import BLANKS_BEFORE
from mediawatch.language.scripts import HAN

_LONGEST: Final = 60
_MOST: Final = 12
_RANK: Final = (
    r"本报|本報|本台|本网|本社|本刊|特约|特約|特派|见习|見習|實習|实习|首席|文字|摄影|攝影|编译|編譯|综合|綜合"
)
_CALLING: Final = r"评论员|評論員|撰稿人|专栏作家|專欄作家|记者|記者|作者|撰文|编译|編譯|主笔|主筆"
_POST: Final = rf"(?>[驻駐]\S{{1,4}}(?=[驻駐]|{_RANK}|{_CALLING}))"
"""驻华盛顿 before another word of these, in one way only: 驻 may stand in what follows 驻."""
_ROLE: Final = rf"(?:(?:{_RANK}|{_POST}){{0,8}}(?:{_CALLING})|通讯员|通訊員|实习生|實習生)"
_HAS_ROLE: Final = re.compile(rf"{_CALLING}|通讯员|通訊員|实习生|實習生")
_FRONT: Final = re.compile(
    r"^(?:by\b|written by\b|author\b|posted by\b|文\s*[:：/／|｜])\s*[:：/／]?\s*", re.IGNORECASE
)
_UP_TO_ROLE: Final = re.compile(rf"^.{{0,16}}?{_ROLE}\s*+[:：/／|｜]?\s*+")
_AFTER: Final = re.compile(
    BLANKS_BEFORE + r"(?:[／/|｜【\[<>]|\d|[（(]|文字大小|字体|稿源|手机|来源|來源|编辑|編輯|责编|責編|发布|發布|发自|"
    r"發自|(?:综合|綜合)?(?:报道|报导|報導|報道|编译|編譯)|"
    r"\bpublished\b|\bupdated\b|\bposted\b|\bfollow\b|\bshare\b|\bsenior\b|\bstaff\b|\bcorrespondent\b|\beditor\b"
    r"|\breporter\b).*$",
    re.IGNORECASE | re.DOTALL,
)
_PLACE: Final = re.compile(
    r"(?:(?<=[\u4e00-\u9fff]{2})|(?<=\s))(?:综合|綜合|专题|專題|现场|連線|连线)?(?:北京|上海|天津|重庆|重慶|"
    r"广州|廣州|深圳|南京|杭州|武汉|武漢|成都|西安|沈阳|瀋陽|长沙|長沙|郑州|鄭州|济南|濟南|青岛|合肥|福州|"
    r"厦门|廈門|昆明|南宁|海口|拉萨|兰州|太原|石家庄|哈尔滨|长春|"
    r"香港|澳门|澳門|台北|臺北|新北|桃园|桃園|新竹|苗栗|台中|臺中|彰化|南投|云林|雲林|嘉义|嘉義|台南|臺南|"
    r"高雄|屏东|屏東|宜兰|宜蘭|花莲|花蓮|台东|臺東|澎湖|金门|金門|基隆|"
    r"华盛顿|華盛頓|纽约|紐約|洛杉矶|洛杉磯|旧金山|舊金山|伦敦|倫敦|巴黎|柏林|东京|東京|首尔|首爾|莫斯科|"
    r"新加坡|曼谷|悉尼|雪梨|温哥华|溫哥華|多伦多|多倫多|日内瓦|日內瓦|布鲁塞尔|布魯塞爾)"
    r"(?:\d{1,2}日)?$"
)
_BETWEEN: Final = re.compile(
    rf"{BLANKS_BEFORE}(?:[、，,;；&＆]|\band\b|\bwith\b|{_ROLE}\s*+[:：]?)\s*|(?<!\s)\s++和\s++"
)
_HAN_NAME: Final = re.compile(r"^[\u3400-\u9fff]{2,4}$|^(?=.*[·•．・])[\u3400-\u9fff·•．・]{3,16}$")
_LATIN_NAME: Final = re.compile(r"^[^\W\d_][\w.'’\-]*(?:\s+[^\W\d_(][\w.'’\-)]*){0,5}$")
_HAN_LONGEST: Final = 10
_HAN_WORD: Final = re.compile(r"[\u3400-\u9fff]{1,4}$")
_TAG: Final = re.compile(r"</?[a-zA-Z][^<>]*>?")
_NO_NAME: Final = re.compile(
    r"[!！?？。：:“”\"《》]|(?:网|網|网站|新闻|新聞|日报|日報|晚报|晚報|时报|時報|社|电台|電台|论坛|論壇|"
    r"频道|頻道|编辑部|編輯部|中心|支部|快讯|快訊|企鹅号|公司|委员会|出版社|手机版|财经|財經)$"
)
_ADDRESS: Final = re.compile(r"https?:|www\.|@|\.(?:com|cn|org|net)\b|^#", re.IGNORECASE)
_NOBODY: Final = frozenset(
    [
        "本网综合",
        "综合",
        "综合报道",
        "佚名",
        "网络",
        "未知",
        "编辑部",
        "本站",
        "原创",
        "匿名",
        "管理员",
        "小编",
        "本站编辑",
        "互联网",
        "转载",
        "admin",
        "administrator",
        "editor",
        "editors",
        "staff",
        "newsroom",
        "unknown",
        "anonymous",
        "guest",
        "webmaster",
        "null",
        "none",
        "undefined",
        "记者",
        "作者",
        "编辑",
        "name",
        "手机版",
        "文章",
        "新闻中心",
        "新闻",
        "本报讯",
        "本报记者",
        "综合外电",
        "外电报道",
        "来源",
        "责任编辑",
        "评论",
        "关注",
        "发表",
        "打印",
        "分享",
        "收藏",
        "字号",
        "时间",
        "日期",
        "热点",
        "独家",
        "news",
        "staff",
        "reporter",
        "staff",
        "writer",
        "web",
        "desk",
        "our",
        "correspondent",
        "digital",
        "desk",
        "author",
    ]
) | frozenset({"staff reporter", "staff writer", "news desk", "web desk", "editorial board", "about the author"})


def people_in(words: str) -> list[str]:
    """The names in a byline as printed, without By, office, place, date and agency: `本报记者 张三 李四 北京报道` is
    张三 and 李四."""
    words = _FRONT.sub("", _TAG.sub("", " ".join(words.split())[:300]))
    if _ADDRESS.search(words):
        return []
    has_role = _HAS_ROLE.search(words) is not None
    words = _UP_TO_ROLE.sub("", words, count=1) if has_role else words
    words = _AFTER.sub("", before_date(words)).strip(" ,|·.-–—:：")
    parts = [_without_place(part.strip(" ,|·:：、")) for part in _BETWEEN.split(words)[:_MOST]]
    named = [(part, _names_in(part, has_role=has_role)) for part in parts if part]
    if any(not names and len(part) > _HAN_LONGEST for part, names in named):
        return []
    return [name for _, names in named for name in names if fold(name) not in _NOBODY]


def _without_place(words: str) -> str:
    """張三台北 is a name and a place."""
    return _PLACE.sub("", words).strip()


def _names_in(part: str, *, has_role: bool) -> list[str]:
    if len(part) > _LONGEST or _NO_NAME.search(part):
        return []
    if not HAN.search(part):
        return [part] if _LATIN_NAME.match(part) else []
    words = part.split()
    if len(words) > 1 and all(_HAN_WORD.match(word) for word in words):
        return _spaced(words, has_role=has_role)
    return [part] if _HAN_NAME.match(part) or (not has_role and len(part) <= _HAN_LONGEST) else []


def _spaced(words: list[str], *, has_role: bool) -> list[str]:
    """王 强 is one name; after 记者 the words are names, and else the first is."""
    if len(words) == 2 and len(words[0]) + len(words[1]) <= 3 and 1 in map(len, words):
        return ["".join(words)]
    names = [word for word in words if len(word) > 1]
    return names[:4] if has_role else names[:1]
