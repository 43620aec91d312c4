"""What was fetched, as the record of a page."""

from __future__ import annotations

import re
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urljoin, urlsplit

from mediawatch.language import fold
from mediawatch.records import Exchange, Page
from mediawatch.sources.urls import host_of, twin_host

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from mediawatch.lake.warc import Located


def page_of(
    answer: Exchange,
    *,
    link_id: str,
    url: str,
    final_url: str,
    source: str,
    announced_title: str = "",
    announced_at: datetime | None = None,
    first_seen_at: datetime | None = None,
    place: Located | None = None,
    warc_key: str = "",
    is_recheck: bool = False,
    part: int = 1,
    next_page: str = "",
) -> Page:
    """`answer` as a page, at `place` in the archive's file `warc_key`; without a place it is in no archive.

    It is first seen when it was fetched, unless `first_seen_at` says otherwise.
    """
    return Page(
        link_id=link_id,
        url=url,
        final_url=final_url,
        source=source,
        site=host_of(final_url),
        announced_title=announced_title,
        announced_at=announced_at,
        first_seen_at=first_seen_at or answer.fetched_at,
        fetched_at=answer.fetched_at,
        status=answer.status,
        content_type=answer.header("Content-Type"),
        etag=answer.header("ETag"),
        last_modified=answer.header("Last-Modified"),
        warc_file=warc_key,
        warc_offset=place.offset if place else 0,
        warc_length=place.length if place else 0,
        digest=place.digest if place else "",
        size_bytes=len(answer.body),
        is_recheck=is_recheck,
        part=part,
        next_page=next_page,
    )


_CHALLENGE_TITLE: Final = re.compile(
    r"^just a moment\W*(?:$|[-|–])"
    r"|^(?:attention required!?|one more step|checking your browser|ddos.guard|human verification)\b"
    r"|are you (?:a )?(?:human|robot)(?=\W*$|\W*[-|–—·»:])|verify (?:that )?you are"
    r"|^(?:access denied|please wait|captcha|security check|robot check|(?:cookie )?consent)\W*(?:$|[-|–])"
    r"|^(?:before you continue|we value your privacy)|^(?:sign|log) ?in(?:$| to\b|\s*[-|–])"
    r"|^\W*(?:请完成|百度)?(?:人机|安全|访问|真人|滑动)验证(?:\W*$|\s*[-_|—])"
    r"|^\W*(?:请求|访问)(?:已|被)+(?:拦截|拒绝|阻断|禁止)(?:\W*$|\s*[-_|])|^\W*网站防火墙(?:\W*$|\s*[-_|])"
    r"|^(?:请输入)?验证码(?:\W*$|\s*[-_|—])|^(?:用户|会员)?(?:登录|登入)(?:$|\s*[-_|—])"
)
"""Searched in folded titles, so traditional forms need no entry of their own."""


def is_gate(title: str) -> bool:
    """Whether a page of this title is a consent, login or captcha page."""
    return _CHALLENGE_TITLE.search(fold(title[:200])) is not None


_LINKS: Final = 2_000
_NEXT: Final = re.compile(r"^\W*(?:下一?页|下页|后一页|next(?: page)?|page \d{1,2})\W*$")
_WHOLE: Final = re.compile(
    r"^\W*(?:余下全文|阅读全文|查看全文|全文阅读|显示全文|展开全文|单页阅读|在本页阅读全文|单页显示|浏览全文|"
    r"view (?:all|as (?:a )?single page)|single page|show all)\W*$"
)
_PAGE_KEYS: Final = frozenset({"page", "p", "pg", "pageno", "page_no", "pn", "paged"})
_MAYBE: Final = re.compile(r"[页頁文]|next|page|all", re.IGNORECASE)
"""What every such link holds; looked for first because folding takes time."""
_CHINESE: Final = ("下一页", "下页", "后一页", "下一頁", "下頁", "後一頁", "全文", "单页", "單頁")
_MAY_BE_PAGED: Final = re.compile(
    b"(?i:rel=.?next|next page|>\\s*next\\W|page [2-9]|single page|view all|show all)|"
    + b"|".join(
        re.escape(word.encode(name, "ignore"))
        for name in ("utf-8", "gb18030", "big5")
        for word in _CHINESE
        if len(word.encode(name, "ignore")) >= 2 * len(word)
    )
)
"""A page that another follows says so in one of these ways, in one of the encodings that Chinese pages have."""
_MOST: Final = 30
"""Pages of the longest article that is followed; galleries have more."""


def next_page(root: HtmlElement, url: str) -> str:
    """The address of the page that follows `url` in the same article, or of the whole article on one page.

    It is on the same host and differs from `url` by its page number only (`_2.html`, `/2/`, `?page=2`, `?page=all`);
    empty when there is none: a link 下一页 to anything else leads to another article.
    """
    if not url:
        return ""
    addresses = ((e, e.get("href")) for e in root.iter("a", "link"))
    links = ((e, printed) for e, printed in addresses if printed and (e.tag == "a" or e.get("rel") == "next"))
    name = _name_in(url)
    for link, printed in islice(links, _LINKS):
        # Nearly all links lead elsewhere, and to see that takes less time than to read them.
        if printed.startswith(("/", "http")) and name not in printed:
            continue
        words = _words(link)
        is_next = bool(_NEXT.match(words)) or (link.get("rel") or "").lower() == "next"
        if not is_next and not _WHOLE.match(words):
            continue
        address = _absolute(url, printed)
        if address and (_follows(url, address) if is_next else _is_whole(url, address)):
            return address
    return ""


def _name_in(url: str) -> str:
    """The name that the addresses of all pages of an article have in common, 12 of /news/12_2.html?a=b; or nothing."""
    path = re.split(r"[?#]", url.partition("://")[2], maxsplit=1)[0].partition("/")[2]
    return _stem(f"/{path}")[0].rpartition("/")[2].partition(".")[0]


def may_be_paged(body: bytes) -> bool:
    """Whether the bytes of a page hold a word for a page that follows: without one it need not be parsed."""
    return _MAY_BE_PAGED.search(body) is not None


def _words(link: HtmlElement) -> str:
    text = (link.text_content() if len(link) else link.text or "") if link.tag == "a" else ""
    if len(link) and not text.strip():  # older sites draw the words
        text = next((str(image.get("alt") or "") for image in link.iter("img")), "")
    words = " ".join(text.split())[:30]
    return fold(words) if _MAYBE.search(words) else ""


def _absolute(url: str, address: str) -> str:
    try:
        found = urljoin(url, address.strip()).partition("#")[0]
        is_here = twin_host(host_of(found)) == twin_host(host_of(url))
    except ValueError:
        return ""
    return found if is_here and found != url else ""


def _follows(url: str, address: str) -> bool:
    place, number = _place(address)
    return number <= _MOST and (place, number) in ((_place(url)[0], _place(url)[1] + 1), (_whole_place(url), 2))


def _is_whole(url: str, address: str) -> bool:
    parts = urlsplit(address)
    stem = re.sub(r"(?:[_-]all|/all)(?=\.s?html?$|/?$)", "", parts.path)
    says_all = stem != parts.path or any(value.lower() in ("all", "full", "0") for _, value in parse_qsl(parts.query))
    return says_all and _stem(stem)[0] in (_stem(urlsplit(url).path)[0], urlsplit(url).path)


def _place(url: str) -> tuple[tuple[str, tuple[tuple[str, str], ...]], int]:
    """What stays the same from page to page, and the page's number, 1 where none is written."""
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    numbers = [int(value) for key, value in query if key.lower() in _PAGE_KEYS and value.isdecimal() and len(value) < 4]
    rest = tuple((key, value) for key, value in query if key.lower() not in _PAGE_KEYS)
    if numbers:
        return (parts.path, rest), numbers[0]
    stem, number = _stem(parts.path)
    return (stem, rest), number


def _whole_place(url: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The place of a first page whose own name ends in digits: 12.html, which 12_2.html follows."""
    parts = urlsplit(url)
    return parts.path.rstrip("/"), tuple(parse_qsl(parts.query, keep_blank_values=True))


def _stem(path: str) -> tuple[str, int]:
    match = re.match(
        r"^(?P<stem>.*?)(?:[_-](?P<n1>\d{1,2})|/(?:page/|p)?(?P<n2>\d{1,2}))?(?P<end>\.s?html?|\.php|\.aspx?|/)?$", path
    )
    if match is None:
        return path, 1
    number = match.group("n1") or match.group("n2")
    ending = "/" if match.group("end") == "/" else match.group("end") or ""
    return (match.group("stem") + ending).rstrip("/"), int(number) if number else 1
