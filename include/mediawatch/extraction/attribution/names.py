"""What is a person's name in print, and what is a place, an organisation or a desk."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from mediawatch.language import fold
from mediawatch.language.segmentation import is_dictionary_word, tagged
from mediawatch.language.stamps import stamps_in

_HERE: Final = Path(__file__).parent
_HAN: Final = re.compile(r"[\u3400-\u9fff]+$")
_LONGEST: Final = 4
"""Characters of a Han name without dots: two of a compound surname and two given ones."""
_DOTTED: Final = re.compile(r"(?=.*[·•．・‧])[\u3400-\u9fff][\u3400-\u9fff·•．・‧]{2,17}$")
"""A foreign or an indigenous name: 阿卜杜拉·哈桑."""
_LATIN: Final = re.compile(r"[^\W\d_][\w.'’\-]*(?:\s+[^\W\d_(][\w.'’\-)]*){0,5}$")
_LATIN_LONGEST: Final = 60
_SHORT_NAME: Final = 2
"""Letters of one word in capitals that may be somebody's initials."""
_KNOWN_PLACE: Final = 400_000
"""People of a place whose name, standing alone, is the place rather than a person of that name: 高雄, not 张北."""
_PLACE_CHARACTERS: Final = 12
_DIVISIONS: Final = "市县区省州镇乡村"

_COMMON: Final = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆"
    "汪范石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔"
)
"""The surnames of nine people in ten."""
_ALWAYS: Final = (
    r"网|网站|社|报|台|频道|论坛|新闻|编辑|编辑部|编辑室|电台|电视|广播|传媒|媒体|杂志|[周月季双]刊|期刊|中心|部|组|小组|团队"
    r"|室|局|署|厅|处|快讯|号|公司|集团|委员会|协会|学会|公会|工会|商会|基金会|联盟|联合会|出版社?|手机版|财经|科技"
    r"|学院|大学|医院|银行|平台|客户端|公众号|官方|官网|微信|微博|博客|投书|投稿|来稿|供稿|社论|社评|评论|专题|专栏|综合|外电"
    r"|专电|报道|报导|整理|提供|品牌|单位|政府|机关|分局|警方|直播|记者|作者|小编|网友|读者|管理员|管理者|部门|智库|研究所"
    r"|俱乐部|工作室|工作坊|战队|助理|业者|商城|百科|温度计|视频|影音|文教|政院|指挥官|发言人|通讯|大讲堂|观察|情报|速递"
    r"|日历|日报社|在线|之声|之音|之家|世界|时代|天下|头条|热点|焦点|资讯|通稿|简讯|要闻|时政|独家|文章|首页|登录|注册|详情|更多|者"
)
_RARELY: Final = r"会|党|队|所|馆|店|团|院|讯|电|视|行|版|界|坊|家|人|客|派|说|谈|君|哥|姐|妹"
"""Endings of organisations and accounts that given names have too."""
_ORGANISATION: Final = re.compile(rf"(?:{_ALWAYS})$")
_PERHAPS: Final = re.compile(rf"(?:{_RARELY})$")
_NOBODY: Final = re.compile(
    r"(?:本[报台网社刊站]|高清|转载|转自|来源|稿源|图片|图/|据|责任|网络|互联网|未知|佚名|无名氏|不具名|匿名|原创|编者|打印|分享|收藏|字号"
    r"|时间|日期|关注|发表|发布|更新|全文|上一|下一|点击|浏览|阅读|新华|人民|中央|中新|央视|环球|全球|国际|国内|社会|娱乐"
    r"|体育|生活|健康|军事|教育|房产|汽车|文化|旅游|政治|地方|两岸|即时|记者|通讯员|实习|特派|受访|主办|业者|网友|小编"
    r"|管理|系统|用户|游客|嘉宾|主持|视频|影音|文字|摄影|编辑|校对|审核|素材|资料|档案|示意|翻摄|合成|截图|数据|版权)"
)
_ORGANISATION_WORD: Final = re.compile(
    r"\b(?:reuters|associated|press|news|agency|staff|desk|team|editors|editor|editorial|board|post|times|watch|media"
    r"|network|institute|university|ltd|inc|corp|company|llc|group|technology|technologies|foundation|centre"
    r"|center|bureau|daily|weekly|magazine|tv|radio|online|digital|service|services|wire|wires|afp|ap|cna|bbc|cnn"
    r"|xinhua|department|ministry|council|association|society|writer|writers|reporter|reporters|correspondent"
    r"|correspondents|contributor|contributors|guest|admin|administrator|newsroom|agencies|journal|review|tribune"
    r"|herald|gazette|telegraph|chronicle|bulletin|government|webmaster|wordpress|joomla|drupal|web|unknown|anonymous|null|none|undefined"
    r"|name|author|authors|our|about|video|publisher|official|account|follow|share|posts?|profile|edition|app"
    r"|coordinator|manager|officer|specialist|consultant|educators?|instructor|hardware|software|marketing"
    r"|\w{0,20}redaktion|rédaction|redacci[oó]n|redação|redazione|redactie|redakcja|редакция|agentur(?:en)?|agence|ag[eê]ncia"
    r"|agenzia|jornal|diario|periódico|gazeta|noticias|notícias|magazin|presse|polizei\w{0,20}|feuerwehr\w{0,20}|bundes\w{1,20}|bündnis"
    r"|partei|diakonie|sekretariat|internacional|nacional|deportes|uppdaterad|publicerad|opublikowano|źródło"
    r"|автор|фото|снимка|источник|articles?|developed|user|kitchens"
    r"|verlag|zeitung|gmbh|e\. ?v|verband|verein|stiftung|gesellschaft|collectif"
    r"|autor(?:in|en|innen|es)?|auteurs?|autore|beitr(?:ag|äge)|artikel|datum|stand|veröffentlicht|über|mitarbeiter(?:in)?)\b"
    r"|\bco\.|(?:&|\band) co\b|\bAG$|^(?:the|do|af|deutsche[rs]?|die|das|les|los|gli|zur|zum|mehr|une?|eine?) ",
    re.IGNORECASE,
)
_PARTICLE: Final = re.compile(
    r"(?:v|von|vom|van|zu|zur|zum|de|den|der|des|del|della|dello|di|da|do|dos|das|du|la|le|lo|el|al|as|bin|bint|ibn|ben|abu"
    r"|ter|ten|te|och|y|e|i|und|af|av|mac|ap|st|d|m|o)\b|\w+['’-]",
)
"""A word in small letters within a name."""
_SORTED_BY: Final = frozenset(
    {
        *("appointment", "category", "date", "default", "design", "email", "invitation", "location", "name", "phone"),
        *("popularity", "region", "relevance", "request", "section", "subscription", "title", "topic"),
    }
)
"""What stands behind "by" without being anybody."""
_SMALL: Final = re.compile(
    r"[A-Z]|\b(?:of|the|a|an|in|on|by|and|for|to|is|says?|more|read|am|um|vom|von|par|em|publicado)\b"
)
"""What a name written in small letters only does not hold."""
_DATE_WORD: Final = re.compile(
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day$|(?:mon|diens|donners|frei|sams|sonn)tag$|mittwoch$|(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)(?:[a-z]{3,6}(?<=uary|arch|pril|gust|mber|ober))?$",
    re.IGNORECASE,
)
_LATIN_NOBODY: Final = re.compile(r"https?:|www\.|@|\.(?:com|cn|org|net|tw|hk)\b|^#", re.IGNORECASE)


def plain(text: str) -> str:
    """`text` folded one character for one, so that what is found in it stands at the same place in `text`."""
    return text.lower() if text.isascii() else "".join(map(_plain, text))


@lru_cache(maxsize=16_384)
def _plain(character: str) -> str:
    folded = fold(character)
    return folded if len(folded) == 1 else " " if character.isspace() else character


def is_han(words: str) -> bool:
    """Whether `words` are Han characters only."""
    return _HAN.match(words) is not None


def is_person(words: str, *, is_labelled: bool = False) -> bool:
    """Whether `words` are one person's name.

    Chinese names of two to four characters begin with a surname; after a label (作者, 记者) pen names are names too.
    """
    folded = plain(words)
    if _LATIN_NOBODY.search(words) or _NOBODY.match(folded):
        return False
    if _DOTTED.match(words):
        return not any(map(is_organisation, re.split(r"[·•．・‧]", words)))
    if not is_han(folded):
        return _is_latin_person(words)
    if not 2 <= len(folded) <= _LONGEST or is_organisation(words) or _is_known_place(folded) or _is_word(folded):
        return False
    if len(folded) == _LONGEST:
        is_compound = folded[:2] in _surnames()
        is_words = is_dictionary_word(folded[:2]) and is_dictionary_word(folded[2:])  # 展开调查
        is_two_words = not is_compound and (is_words or folded[2:] in _places())
        has_surname = begins_with_surname(folded) if is_labelled else is_compound
        return has_surname and not is_place(folded) and not is_two_words
    return is_labelled or begins_with_surname(folded)


def is_name_like_word(words: str) -> bool:
    """Whether `words` are a word of the language that is a name as well (江河, 高原), for places where names stand."""
    folded = plain(words)
    is_word = len(folded) == 2 and folded[0] in _COMMON and _is_word(folded)
    return is_word and not _NOBODY.match(folded) and not is_organisation(words) and not is_place(words)


def _is_word(folded: str) -> bool:
    """A word of the language that is no name: 时事, 展开."""
    return is_dictionary_word(folded) and tagged(folded)[0][1] != "nr"


def _is_latin_person(words: str) -> bool:
    if len(words) > _LATIN_LONGEST or not _LATIN.match(words) or re.search(r"[\u3400-\u9fff]", words):
        return False
    first, *more = words.split()
    if not more and (len(first) == 1 or (len(first) > _SHORT_NAME and first.isupper())):
        return False  # the initials of an outlet, or what is left of N/A
    # Of more words in small letters some are no name.
    is_small = len(more) == 1 and words.isascii() and not _SMALL.search(words)
    if not (first[0].isupper() and (more or [first])[-1][0].isupper()) and not is_small:
        return False
    if any(word[0].islower() and not _PARTICLE.match(word) for word in more[:-1]) and not is_small:
        return False
    is_order = words.lower() in _SORTED_BY or (not more and next(stamps_in(f"1 {words} 2001"), None) is not None)
    return not is_order and not _ORGANISATION_WORD.search(words) and not _DATE_WORD.match(words)


def is_organisation(words: str) -> bool:
    """Whether `words` end as the names of organisations, desks, sections and accounts do."""
    folded = plain(words)
    if not re.search(r"[\u3400-\u9fff]", folded):
        return bool(_ORGANISATION_WORD.search(folded))
    is_name = 2 <= len(folded) <= 3 and begins_with_surname(folded)
    return bool(_ORGANISATION.search(folded) or (_PERHAPS.search(folded) and not is_name))


def begins_with_surname(words: str) -> bool:
    """Whether a Han name begins with a Chinese surname that leaves a given name."""
    folded = plain(words)
    return (len(folded) >= 2 and folded[0] in _surnames()) or (len(folded) >= 3 and folded[:2] in _surnames())


def is_place(words: str) -> bool:
    """Whether `words` are places only, one after the other: 台北, 新北市, 台灣台北."""
    folded = plain(words)
    if not 2 <= len(folded) <= _PLACE_CHARACTERS or not is_han(folded):
        return False
    reached = {0}
    for start in range(len(folded)):
        if start in reached:
            reached.update(_ends_of_places(folded, start))
    return len(folded) in reached


def _ends_of_places(folded: str, start: int) -> list[int]:
    ends = [end for end in range(start + 2, min(len(folded), start + 7) + 1) if folded[start:end] in _places()]
    return ends + [end + 1 for end in ends if folded[end : end + 1] in tuple(_DIVISIONS)]


def _is_known_place(folded: str) -> bool:
    if len(folded) > 2 and folded[-1] in _DIVISIONS and folded[:-1] in _places():
        return True
    return _places().get(folded, 0) >= _KNOWN_PLACE


def name_before_place(words: str, *, is_sure: bool) -> str:
    """湯澔棠 of 湯澔棠台灣台北: the name with which a run of Han characters begins that ends with a place.

    Where the place is not known and `is_sure` that one follows, the name is taken to have three characters.
    """
    for length in (3, 2, 4):
        if begins_with_surname(words[:length]) and is_place(words[length:]) and is_person(words[:length]):
            return words[:length]
    is_likely = is_sure and 5 <= len(words) <= 9 and begins_with_surname(words) and is_person(words[:3])
    return words[:3] if is_likely else ""


def name_after_organisation(words: str) -> str:
    """湯皓妍 of 聚論壇湯皓妍: the name at the end of a run of Han characters that begins with an organisation."""
    for length in (3, 2):
        name = words[-length:]
        if (
            len(words) > length + 1
            and begins_with_surname(name)
            and is_person(name)
            and is_organisation(words[:-length])
        ):
            return name
    return ""


@cache
def _surnames() -> frozenset[str]:
    lines = [line for line in (_HERE / "surnames.txt").read_text("utf-8").splitlines() if not line.startswith("#")]
    return frozenset(word for line in lines for word in (line.split() if " " in line else line))


@cache
def _places() -> dict[str, int]:
    """Places in simplified characters with their population; places.txt says where they are from."""
    lines = (line for line in (_HERE / "places.txt").read_text("utf-8").splitlines() if not line.startswith("#"))
    return {name: int(people) for name, people in (line.split("\t") for line in lines)}
