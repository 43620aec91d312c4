"""What kind of page stands where an article was announced.

Signs are general and each needs a second one: a page with a full text is an article whatever its scripts are called.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from mediawatch.extraction.page.declared import Declared
from mediawatch.language import fold
from mediawatch.language.scripts import beyond_ascii, han_count
from mediawatch.records import Reason
from mediawatch.sources.pages import is_gate

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_SHORT: Final = 300
"""Weight of a text below which a gate may stand in the article's place; a teaser has one or two paragraphs."""
_READ: Final = 10_000
_LATIN_WEIGHT: Final = 3
"""Latin characters that say as much as one Han character."""

_CHALLENGE_MARKUP: Final = (
    "//form[@id='challenge-form'] | //*[@id='cf-wrapper' or @id='challenge-running' or @id='challenge-error-text']",
    "//script[contains(text(), '_cf_chl_opt') or contains(@src, '_Incapsula_Resource')]",
    "//*[contains(@src, 'captcha-delivery.com') or contains(@src, '/recaptcha/') or contains(@src, 'hcaptcha.com')]",
    "//*[contains(@class, 'g-recaptcha') or contains(@class, 'h-captcha') or contains(@class, 'cf-turnstile')]",
    "//*[@id='px-captcha' or contains(@class, 'geetest') or @id='nc_1_wrapper']",
    "//form[contains(@action, 'consent')] | //input[@type='password'][ancestor::form]",
)
_MISSING_TITLE: Final = re.compile(
    r"^\W*(?:(?:error|错误|http)\s*)?404(?=\W*$|\s*[-_|:—–]|\s*(?:error|not found|page|错误|页))"
    r"|^\W*(?:page|file|article|content|url|document)\s+(?:(?:was|is|can ?not be|could not be)\s+)?"
    r"(?:not found|missing)(?=\W*$|\s*[-_|:—–])"
    r"|^\W*(?:we )?(?:can(?:['’]t|not)|could(?:n['’]t| not)) find (?:that|this|the) (?:page|article|story)"
    r"(?=\W*$|\s*[-_|:—–])"
    r"|^\W*(?:(?:很?抱歉|对不起|sorry)\W*)?(?:(?:您|你)(?:所|要)*(?:访问|浏览|查看|寻找|找|请求)的|[该此本])?"
    r"(?:页面|网页|文章|内容|新闻|资讯|信息|文件|地址|链接)(?:已经?)?"
    r"(?:不存在|未找到|没有?找到|找不到|(?:被(?:作者|管理员)?)?删除|下线|下架|失效|过期)(?=\W|$|[或了])"
    r"|^\W*(?:40[013]|50[0234])\s*(?:[-–:|]\s*)?(?:forbidden|bad request|unauthorized"
    r"|service (?:temporarily )?unavailable|bad gateway|gateway time-?out"
    r"|internal (?:server )?error)(?=\W*$|\s*[-_|:—–])"
    r"|^\W*(?:welcome to nginx|apache2? .{0,20}default page|iis windows server"
    r"|test page for (?:the )?(?:apache|nginx|http))"
    r"|^\W*(?:account suspended|site not found)(?=\W*$|\s*[-_|—–])"
    r"|^\W*没有找到站点"
    r"|^\W*(?:找不到|未找到|没有?找到|无法找到)(?:该|此|您要的|指定的)?(?:页面?|网页|文章|内容|新闻)(?=\W|$)"
)
"""What a site that answers 200 calls a page that does not exist; searched in folded titles and headlines."""
_CONSENT_HOST: Final = re.compile(r"^(?:consent|login|signin|passport|sso|auth|account|accounts)\.")

_PAYWALL_WORDS: Final = re.compile(
    r"subscribe (?:now )?to (?:continue|keep|read)|(?:subscribe|sign up|log ?in|register) to continue reading"
    r"|this article is (?:only )?(?:for|available to) (?:our )?subscribers|exclusive to subscribers"
    r"|阅读(?:全文|完整|余下).{0,12}(?:订阅|付费|会员)|(?:订阅|付费|会员).{0,8}(?:阅读|查看|解锁)(?:全文|全部|本文|完整|余下|剩余)"
    r"|订阅后继续阅读|本文为付费|剩余\d+%未读"
    r"|(?:^|[。！!\n（(【\[])\W{0,3}(?:[您你]?(?:请|需要?)先?)?(?:登录|登入)(?:会员)?(?:后|即可|才能|方可|继续).{0,6}(?:阅读|查看|浏览)(?:全文|全部内容|完整内容)"
    r"|全文未完.{0,12}(?:登录|登入|订阅|会员)|(?:余下|剩余|后续)(?:的?内容|部分).{0,6}(?:付费|订阅|购买)"
)
"""What asks to pay for this very article; 订阅…频道 and 阅读其他文章 are said everywhere."""
_TIERS: Final = frozenset({"locked", "paid", "premium", "subscription"})

_MISSING_TEXT: Final = re.compile(
    r"^\W*(?:(?:很?抱歉|对不起|sorry|oops)\W{0,3})?(?:您|你)(?:正在|[所要]{0,2})(?:访问|浏览|查看|搜索|寻找|找|请求)的.{0,16}"
    r"(?:不存在|删除|找不到|未找到|没有?找到|下线|下架|失效|过期|移除)"
    r"|^\W*(?:很?抱歉|对不起)\W{0,3}.{0,10}(?:页面|网页|文章|内容|新闻|链接).{0,12}(?:不存在|删除|找不到|未找到|没有?找到|下线|下架|失效)"
    r"|^\W*[该此本](?:内容|账号|帐号|文章).{0,4}(?:因?违规|违反|被投诉|被屏蔽|无法查看)(?!的)"
    r"|^\W*(?:(?:很?抱歉|对不起|您好)\W{0,3})?(?:[该此本]|指定的)(?:页面?|网页|文章|内容|新闻|链接|信息|资讯|主题|帖子)(?:已经?)?"
    r"(?:不存在|找不到|(?:被(?:作者|管理员|发布者)?)?(?:删除|移除)|下线|下架|失效|过期)(?=\W|$|[或了])"
    r"|^\W*(?:(?:we(?: are|['’]re) )?sorry\W{0,3}(?:but )?)?the (?:page|article|content|story) you.{0,40}"
    r"(?:\b(?:not|no longer|removed|moved)|n['’]t)\b|^\W*404\b"
)
_NOTICE_TEXT: Final = re.compile(
    r"(?:请|需要?|必须|您?未)先?(?:开启|启用|打开|允许).{0,12}(?:javascript|js|脚本)|javascript.{0,12}(?:未开启|被禁用|已禁用)"
    r"|(?:enable|turn on|allow) (?:javascript|js)\b|javascript (?:is |to be )?(?:disabled|required|enabled)"
    r"|浏览器(?:版本)?(?:过低|太旧|不支持)|(?:unsupported|outdated) browser"
    r"|^\W*(?:系统|服务器|网站)(?:繁忙|错误|出错|维护|升级)|^\W*(?:访问|加载|网络)(?:出错|失败|异常|错误)"
    r"|(?:this|our|the) (?:content|page|(?:web ?)?site|article|video|service) is (?:currently )?(?:not |un)available"
    r" in your (?:region|country|location|area)"
    r"|[您你]所在的?(?:地区|国家|区域).{0,6}(?:无法|不能|不可)(?:观看|访问|浏览|查看)"
    r"|internal server error|bad gateway|service unavailable|gateway time-?out|数据库(?:连接)?(?:错误|失败)"
)
"""What stands in a text's place when it could not be made; searched in folded texts of a few lines only."""
_MAINTAINED_TITLE: Final = re.compile(
    r"^\W*(?:系统|网站|本站|服务器|伺服器)?.{0,3}(?:维护中|维护公告|升级维护|维护升级)(?=\W|$)"
)
_MAINTAINED: Final = re.compile(r"(?:本站|网站|系统|服务器|伺服器).{0,8}(?:正在|进行|将于).{0,8}(?:维护|维修|升级)")
"""What title and text say together while a site is worked on; either alone may be news of another one."""
_OF_SITE: Final = re.compile(
    r"\W*(?:隐私(?:权)?(?:保护)?(?:政策|声明|条款)|(?:服务|使用|会员)条款|(?:用户|服务|使用)协议|使用者条款|关于我们|联[系络]我们|版权声明"
    r"|著作权声明|免责声明|网站地图|privacy policy|terms of (?:use|service)|terms and conditions|about us"
    r"|contact us|sitemap)\W*"
)
"""The headline of what a site says of itself."""
_FEW: Final = 100
_FEWEST: Final = 60
_GAMBLING: Final = re.compile(
    r"百家乐|老虎机|娱乐城|真人(?:荷官|视讯)|体育投注|足球投注|彩票平台|博彩(?:平台|网站|公司)|棋牌(?:游戏|平台|娱乐)"
    r"|澳门(?:新葡京|威尼斯人|金沙|银河)|新葡京|bet365|皇冠(?:体育|现金)|时时彩|北京赛车|六合彩|电子游艺|pg电子"
    r"|ag(?:真人|旗舰)|开元棋牌|注册(?:即)?送|首存|返水|捕鱼(?:游戏|平台)|电竞(?:投注|博彩)|全站app"
    r"|(?:九游|开云|云开|乐鱼|华体会|博鱼|安博|球友会)·?(?:体育|娱乐)(?:app|官网|平台|注册|登录)"
)
_MAYBE_GAMBLING: Final = re.compile(
    r"百家|老虎|[乐樂]城|真人|投注|博彩|彩票|[时時]彩|合彩|棋牌|葡京|威尼斯|金沙|[银銀]河|皇冠|[赛賽][车車]|游[艺藝]|[电電]子"
    r"|旗[舰艦]|[册冊]|首存|返水|捕[鱼魚]|九游|[开開][云雲]|[云雲][开開]|[乐樂][鱼魚]|[华華][体體][会會]|博[鱼魚]|安博|球友|[电電][竞競]|全站|[Ａ-Ｚａ-ｚ]"
)
"""What every such word but bet365 holds one of, as printed; looked for first because folding takes time."""
_TOUTING: Final = re.compile(
    r"官网|官方网站|登录|注册|下载|开户|(?<![a-z])app|网址|中国[)）](?=官方)|入口|手机版|欢迎您"
)
_OFFERS: Final = (1, 2)
_MANY_OFFERS: Final = (5, 4)
"""So many different words of games and of touting in the title, or on the page, are an advertisement for gambling: what
a lapsed domain often becomes.  News of gambling names games, but no 官网, 登录入口 and 下载 beside them."""
_FOR_SALE: Final = re.compile(
    r"\b(?:this|the) (?:web ?site|domain)(?: name)? (?:is|may be|has been) (?:now )?(?:for sale|parked|for purchase)"
    r"|\bbuy this domain\b|\bdomain (?:name )?(?:is )?(?:for sale|parked|expired)\b|\bparked (?:free|domain|by)\b"
    r"|(?:此|该|本)域名(?:已|正在|可)?.{0,4}(?:出售|转让|过期|到期|停放)|域名(?:正在|可以?)?(?:出售|转让)(?:中|$|\W)"
)
"""What a lapsed domain says of itself while nobody has made anything else of it."""
_VIDEO_TITLE: Final = re.compile(
    r"^\W{0,2}(?:视频|影片|影音|短视频|video)\s*[:：|丨/】\]]|[-_|【\[(]\s*(?:视频|影音|video)\W{0,2}$"
)
_DIGEST_TITLE: Final = re.compile(
    r"(?:新闻|要闻|财经|科技|今日|每日|一周|本周|早间|晚间|国际|热点).{0,4}(?:早餐|早报|晚报|早读|早知道|汇总|速览|简报|集锦|摘要|一览|盘点)"
    r"|^(?:早报|晚报|早读|早餐|要闻|简报)\s*[|丨:：]"
)
_ITEM: Final = re.compile(r"(?m)^\W{0,2}(?:\d{1,2}|[一二三四五六七八九十]{1,3})\s*[、.．:：)）]")
_ITEMS: Final = 5
"""Numbered lines from which a text whose title says so is a digest of other articles."""

_HOME_PATH: Final = re.compile(r"/?(?:(?:index|default|home)\.\w{2,5})?")
_LIVE_TITLE: Final = re.compile(
    r"^(?:(?:图文|文字)?直播|live(?: updates?| blog)?)\s*[:：|丨]|[-–—]\s*(?:as it happened|live)$"
)
_LIVE_MARKUP: Final = (
    "//*[contains(@class, 'live-blog') or contains(@class, 'liveblog') or contains(@class, 'live-post')]"
)
_LIVE: Final = frozenset({"LiveBlogPosting"})
_OVERVIEWS: Final = frozenset({"CollectionPage", "SearchResultsPage", "ProfilePage", "ImageGallery", "MediaGallery"})
_PARTS: Final = frozenset(
    {"ItemList", "VideoObject", "AudioObject", "PodcastEpisode", "RadioEpisode", "TVEpisode", "Clip"}
)
"""Types that also describe a part of an article page; they tell something only where there is little text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What on a page speaks against an article, each sign in words, empty when there is none.

    `elsewhere` holds whatever the text; `missing`, `gate`, `paywall` and `part` only where there is little of it, and
    so do words in `shown` that ask to pay.
    """

    missing: str
    gate: str
    paywall: str
    elsewhere: str
    part: str
    title: str = ""
    shown: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a page is not an article, with the sign that says so."""

    reason: Reason
    sign: str


def signs_of(root: HtmlElement, declared: Declared, *, asked: str, url: str, title: str, shown: str) -> Signs:
    """The signs on the whole page that came from `url` when `asked` was asked for, with headline and text as shown."""
    return Signs(
        missing=_missing(root),
        gate=_gate(root, url, shown),
        paywall=_declared_paywall(declared),
        elsewhere=_elsewhere(declared, asked, url) or _live(root, title) or _gambling(declared.page_title, shown),
        part=_part(declared),
        title=title,
        shown=shown,
    )


def refusal_of(signs: Signs, text: str) -> Refusal | None:
    """The reason why the page with `signs` and the main text `text` is not an article, or None."""
    is_short = weight_of(text) < _SHORT
    judged = (
        (Reason.GONE, signs.missing if is_short else ""),
        (Reason.CHALLENGE, signs.gate if is_short else ""),
        (Reason.NOT_AN_ARTICLE, signs.elsewhere),
        (Reason.PAYWALLED, (signs.paywall or _paywall_words(signs.shown)) if is_short else ""),
        (Reason.NOT_AN_ARTICLE, signs.part if is_short else ""),
    )
    refusal = next((Refusal(reason=reason, sign=sign) for reason, sign in judged if sign), None)
    return refusal or _told_by(signs.title, text)


def _told_by(title: str, text: str) -> Refusal | None:
    """What the text itself says: that there is none, that it is about a video or the site, or that it is a digest."""
    weight, headline = weight_of(text), fold(title)
    short = fold(text[:_READ]) if weight < _FEW else ""
    judged = (
        (Reason.GONE, "text", _MISSING_TEXT.search(short)),
        (Reason.NO_TEXT, "text", _NOTICE_TEXT.search(short)),
        (Reason.NOT_AN_ARTICLE, "domain", _FOR_SALE.search(short)),
        (Reason.NO_TEXT, "text", _MAINTAINED.search(short) if _MAINTAINED_TITLE.search(headline) else None),
        (Reason.NOT_AN_ARTICLE, "page of the site", _OF_SITE.fullmatch(headline)),
        (Reason.NOT_AN_ARTICLE, "video", _VIDEO_TITLE.search(headline) if weight < _FEWEST else None),
        (Reason.NOT_AN_ARTICLE, "digest", _DIGEST_TITLE.search(headline) if _is_of_items(text) else None),
    )
    of_title = ("video", "digest")
    return next(
        (
            Refusal(reason=reason, sign=f"{kind} {(title if kind in of_title else found.group())[:40]!r}")
            for reason, kind, found in judged
            if found
        ),
        None,
    )


def _is_of_items(text: str) -> bool:
    return len(_ITEM.findall(text[:_READ])) >= _ITEMS


def weight_of(text: str) -> int:
    """The length of `text` in Han characters, three others counted as one."""
    han = han_count(text)
    return han + (len(text) - han) // _LATIN_WEIGHT


def _missing(root: HtmlElement) -> str:
    """A title or headline that says so: sites answer 200 with such a page where they should answer 404."""
    for element in root.iter("title", "h1"):
        text = " ".join(element.text_content().split())[:200]
        if _MISSING_TITLE.search(fold(text)):
            return f"{element.tag} {text[:60]!r}"
    return ""


def _gate(root: HtmlElement, url: str, shown: str) -> str:
    host = urlsplit(url).hostname or ""
    if _CONSENT_HOST.match(host):
        return f"host {host}"
    title = " ".join("".join(element.text_content() for element in root.iter("title")).split())
    if is_gate(title):
        return f"title {title[:60]!r}"
    # The markup proves nothing beside other text: many pages carry a login form or a captcha for comments.
    if weight_of(shown) < _SHORT:
        return next((f"markup {place[:50]}" for place in _CHALLENGE_MARKUP if root.xpath(f"boolean({place})")), "")
    return ""


def _declared_paywall(declared: Declared) -> str:
    is_free = [node["isAccessibleForFree"] for node in declared.nodes if "isAccessibleForFree" in node]
    is_free += [value for value in declared.metas.get("isaccessibleforfree", ()) if value]
    if any(str(value).strip().lower() in ("false", "no", "0") for value in is_free):
        return "isAccessibleForFree is false"
    tier = declared.meta("article:content_tier").lower()
    return f"content tier {tier}" if tier in _TIERS else ""


def _paywall_words(shown: str) -> str:
    words = _PAYWALL_WORDS.search(fold(shown))
    return f"words {words.group()[:60]!r}" if words else ""


def _elsewhere(declared: Declared, asked: str, url: str) -> str:
    if _is_home(url) and not _is_home(asked):
        return "sent to a home page"
    telling = declared.types & (_LIVE if declared.says_article else _LIVE | _OVERVIEWS)
    return f"schema.org {min(telling)}" if telling else ""


def _live(root: HtmlElement, title: str) -> str:
    if _LIVE_TITLE.search(fold(title)) and root.xpath(_LIVE_MARKUP):
        return f"live blog {title[:40]!r}"
    return ""


def _gambling(page_title: str, shown: str) -> str:
    for text, (games, offers) in ((page_title, _OFFERS), (shown, _MANY_OFFERS)):
        if not _MAYBE_GAMBLING.search(beyond_ascii(text)) and "365" not in text:
            continue
        folded = fold(text)
        found = set(_GAMBLING.findall(folded))
        if len(found) >= games and len(set(_TOUTING.findall(folded))) >= offers:
            return f"gambling {min(found)!r}"
    return ""


def _part(declared: Declared) -> str:
    if declared.says_article:
        return ""
    graph_type = declared.meta("og:type").lower()
    if graph_type.startswith(("video", "music")):
        return f"og:type {graph_type[:40]}"
    telling = declared.types & _PARTS
    return f"schema.org {min(telling)}" if telling else ""


def _is_home(url: str) -> bool:
    parts = urlsplit(url)
    return _HOME_PATH.fullmatch(parts.path) is not None and not parts.query
