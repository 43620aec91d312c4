"""Articles on several pages: the address of the next page, and the joining of their bodies."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urljoin, urlsplit

from mediawatch.extraction.body.bilingual import body_of
from mediawatch.extraction.identity import digest_of
from mediawatch.extraction.page.tree import UnparsableError, parse
from mediawatch.language import fold, han_share
from mediawatch.language.decoding import decode
from mediawatch.records import Article
from mediawatch.sources.urls import host_of, twin_host

if TYPE_CHECKING:
    from lxml.html import HtmlElement

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
    for link in root.xpath("//a[@href] | //link[@rel='next'][@href]")[:_LINKS]:
        words = _words(link)
        is_next = bool(_NEXT.match(words)) or (link.get("rel") or "").lower() == "next"
        if not is_next and not _WHOLE.match(words):
            continue
        address = _absolute(url, link.get("href") or "")
        if address and (_follows(url, address) if is_next else _is_whole(url, address)):
            return address
    return ""


def next_page_of(body: bytes, content_type: str, url: str) -> str:
    """As `next_page`, from the bytes of a page; those without a word for it are not parsed.  Never raises."""
    if not _MAY_BE_PAGED.search(body):
        return ""
    decoded = decode(body, content_type)
    if decoded is None:
        return ""
    try:
        return next_page(parse(decoded.text), url)
    except UnparsableError:
        return ""


def _words(link: HtmlElement) -> str:
    words = " ".join(link.text_content().split())[:30] if link.tag == "a" else ""
    return fold(words) if _MAYBE.search(words) else ""


def join_pages(pages: Sequence[Article]) -> Article:
    """One article of the pages of `pages`, in order; the first one's in all but body, captions and `pages`.

    Lines that a later page repeats from the pages before it (a standfirst, a note) are kept once.
    """
    first = pages[0]
    lines: list[str] = []
    for page in pages:
        seen = set(lines)
        lines += [line for line in page.text.splitlines() if line not in seen]
    body = body_of(lines)
    return replace(
        first,
        text=body.text,
        body_zh=body.body_zh,
        body_en=body.body_en,
        language=body.language,
        languages=body.languages,
        labels=body.labels,
        captions=tuple(dict.fromkeys(caption for page in pages for caption in page.captions)),
        text_length=len(body.text),
        han_share=han_share(body.text),
        text_digest=digest_of(body.text),
        pages=sum(page.pages for page in pages),
    )


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
