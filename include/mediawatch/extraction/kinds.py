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
from mediawatch.language.scripts import HAN
from mediawatch.records import Reason

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_SHORT: Final = 300
"""Weight of a text below which a gate may stand in the article's place; a teaser has one or two paragraphs."""
_LATIN_WEIGHT: Final = 3
"""Latin characters that say as much as one Han character."""

_CHALLENGE_TITLE: Final = re.compile(
    r"^(?:just a moment|attention required!?|one more step|checking your browser|ddos.guard|human verification)\b"
    r"|are you (?:a )?(?:human|robot)|verify (?:that )?you are"
    r"|^(?:access denied|please wait|captcha|security check|robot check|(?:cookie )?consent)\W*(?:$|[-|–])"
    r"|^(?:before you continue|we value your privacy)|^(?:sign|log) ?in(?:$| to\b|\s*[-|–])"
    r"|^\W*(?:请完成|百度)?(?:人机|安全|访问|真人|滑动)验证(?:\W*$|\s*[-_|—])"
    r"|^(?:请输入)?验证码(?:\W*$|\s*[-_|—])|^(?:用户|会员)?(?:登录|登入)(?:$|\s*[-_|—])"
)
"""Searched in folded titles, so traditional forms need no entry of their own."""
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
    r"|^\W*(?:(?:很?抱歉|对不起|sorry)\W*)?(?:(?:您|你)(?:所|要)*(?:访问|浏览|查看|寻找|找|请求)的)?"
    r"(?:页面|网页|文章|内容|新闻|资讯|信息|文件|地址|链接)(?:已经?)?"
    r"(?:不存在|未找到|没有?找到|找不到|被?删除|下线|下架|失效|过期)(?=\W|$|[或了])"
    r"|^\W*(?:找不到|未找到|没有?找到)(?:该|此|您要的|指定的)?(?:页面|网页|文章|内容|新闻)(?=\W|$)"
)
"""What a site that answers 200 calls a page that does not exist; searched in folded titles and headlines."""
_CONSENT_HOST: Final = re.compile(r"^(?:consent|login|signin|passport|sso|auth|account|accounts)\.")

_PAYWALL_WORDS: Final = re.compile(
    r"subscribe (?:now )?to (?:continue|keep|read)|to continue reading|already a subscriber"
    r"|this article is for subscribers|subscribers only|exclusive to subscribers"
    r"|阅读(?:全文|更多).{0,12}(?:订阅|付费|会员)"
    r"|(?:订阅|付费|会员).{0,12}(?:阅读|全文)|本文为付费|剩余\d+%未读"
)
_TIERS: Final = frozenset({"locked", "paid", "premium", "subscription"})

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

    `elsewhere` holds whatever the text; `missing`, `gate`, `paywall` and `part` only where there is little of it.
    """

    missing: str
    gate: str
    paywall: str
    elsewhere: str
    part: str


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
        paywall=_paywall(declared, shown),
        elsewhere=_elsewhere(declared, asked, url) or _live(root, title),
        part=_part(declared),
    )


def refusal_of(signs: Signs, text: str) -> Refusal | None:
    """The reason why the page with `signs` and the main text `text` is not an article, or None."""
    is_short = weight_of(text) < _SHORT
    judged = (
        (Reason.GONE, signs.missing if is_short else ""),
        (Reason.CHALLENGE, signs.gate if is_short else ""),
        (Reason.NOT_AN_ARTICLE, signs.elsewhere),
        (Reason.PAYWALLED, signs.paywall if is_short else ""),
        (Reason.NOT_AN_ARTICLE, signs.part if is_short else ""),
    )
    return next((Refusal(reason=reason, sign=sign) for reason, sign in judged if sign), None)


def weight_of(text: str) -> int:
    """The length of `text` in Han characters, three others counted as one."""
    han = len(HAN.findall(text))
    return han + (len(text) - han) // _LATIN_WEIGHT


def _missing(root: HtmlElement) -> str:
    """A title or headline that says so: sites answer 200 with such a page where they should answer 404."""
    for element in root.iter("title", "h1"):
        text = " ".join(element.text_content().split())[:200]
        if _MISSING_TITLE.search(fold(text)):
            return f"{element.tag} {text[:60]!r}"
    return ""


def is_gate(title: str) -> bool:
    """Whether a page of this title is a consent, login or captcha page."""
    return _CHALLENGE_TITLE.search(fold(title[:200])) is not None


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


def _paywall(declared: Declared, shown: str) -> str:
    is_free = [node["isAccessibleForFree"] for node in declared.nodes if "isAccessibleForFree" in node]
    is_free += [value for value in declared.metas.get("isaccessibleforfree", ()) if value]
    if any(str(value).strip().lower() in ("false", "no", "0") for value in is_free):
        return "isAccessibleForFree is false"
    tier = declared.meta("article:content_tier").lower()
    if tier in _TIERS:
        return f"content tier {tier}"
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
    return parts.path in ("", "/") and not parts.query
