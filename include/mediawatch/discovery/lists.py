"""List pages: section fronts and archives, where articles are announced by plain links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import SplitResult, urldefrag, urljoin, urlsplit

from mediawatch.discovery.announcement import Announced, Announcement, Findings, failed
from mediawatch.discovery.dates import day_in_address
from mediawatch.discovery.markup import page_tree, plain_title
from mediawatch.records import Exchange, Reason, Source
from mediawatch.sources.urls import LONGEST, is_on_site

_NOT_PAGES = re.compile(
    r"\.(?:jpe?g|png|gif|webp|svg|ico|css|js|json|xml|rss|pdf|docx?|xlsx?|zip|gz|apk|exe|mp[34]|m3u8|avi|mov)$",
    re.IGNORECASE,
)
_SECTIONS = re.compile(
    r"/(?:tags?|topics?|categor(?:y|ies)|authors?|columnists?|search|login|register|subscribe|account|about|contact|"
    r"privacy|terms|help|jobs|advertis\w*|newsletters?|podcasts?|feeds?|rss|comments?|users?|members?)(?:/|\.|$)",
    re.IGNORECASE,
)
_MONTH_IN_PATH = re.compile(r"/(?:19|20)\d\d[/-]?(?:0[1-9]|1[0-2])/")
_ID_IN_SEGMENT = re.compile(r"\d{5,}|[0-9a-f]{12,}|^[a-z]{0,2}\d{3,}$")
_ID_IN_QUERY = re.compile(
    r"(?:^|&)(?:id|p|a|aid|tid|sid|nid|docid|newsid|articleid|itemid|story)=[0-9a-z]{2,}(?:&|$)",
    re.IGNORECASE,
)
_FURNITURE = re.compile(
    r"(?:^|[-_ ])(?:nav|navbar|navigation|menu|submenu|footer|foot|breadcrumbs?|sidebar-menu|pagination|pager|"
    r"copyright|toolbar|topbar|friendlinks?|social|share)(?:[-_ ]|$)",
    re.IGNORECASE,
)
_FURNITURE_TAGS = frozenset({"nav", "footer"})
_HAN_WEIGHT = 3
"""A Han character says about as much as three letters: headlines are 8 to 30 characters or 25 to 90 letters long."""
_HEADLINE = 24
_SHORT_HEADLINE = 12


def read_list_page(announcement: Announcement, exchange: Exchange, source: Source) -> Findings:
    """The article links of a page in their order, one an address, with the longest text that any of its anchors has.

    With a `link_pattern` exactly the addresses in which it is found, whatever they lead to; else links to the source's
    own hosts that look like articles: a date or an id in the address, words enough for a headline.
    """
    tree = page_tree(exchange.body, exchange.header("content-type"))
    if tree is None:
        return failed(Reason.NO_LINKS, "not a page")
    anchors: dict[str, list[Any]] = {}
    for address, anchor in links_of(tree, exchange.url):
        anchors.setdefault(address, []).append(anchor)
    titles = {address: max(map(_title, same), key=len) for address, same in anchors.items()}
    if announcement.link_pattern:
        pattern = re.compile(announcement.link_pattern)
        chosen = [address for address in titles if pattern.search(address)]
    else:
        chosen = [address for address in titles if _is_article(address, titles[address], anchors[address], source)]
    found_at = f"list_page {announcement.url}"
    items = tuple(
        Announced(url=address, title=titles[address], announced_at=None, updated_at=None, discovered_by=found_at)
        for address in chosen
    )
    return Findings(items=items) if items else failed(Reason.NO_LINKS, _without_links(announcement))


def _without_links(announcement: Announcement) -> str:
    if announcement.link_pattern:
        return f"no link that the link_pattern {announcement.link_pattern!r} fits"
    return "no link that looks like an article"


def links_of(tree: Any, url: str) -> Iterator[tuple[str, Any]]:
    """Every http(s) anchor of the page as (absolute address without fragment, element); honours the base element."""
    base = _joined(url, next((str(each) for each in tree.xpath("//base[@href][1]/@href")), "")) or url
    for anchor in tree.iter("a"):
        address = _joined(base, str(anchor.get("href") or "").strip()[: LONGEST + 1])
        if len(address) <= LONGEST and address.startswith(("http://", "https://")):
            yield address, anchor


def _joined(base: str, address: str) -> str:
    """Absolute, or empty where that cannot be done: a broken anchor is not an announcement."""
    try:
        joined = urljoin(base, address)
        return joined if "#!" in joined else urldefrag(joined).url
    except ValueError:
        return ""


def _title(anchor: Any) -> str:
    candidates = [plain_title(" ".join(anchor.itertext())), plain_title(str(anchor.get("title") or ""))]
    candidates += [plain_title(str(alt)) for alt in anchor.xpath(".//img/@alt")]
    return next((text for text in candidates if text), "")


def _is_article(address: str, title: str, anchors: list[Any], source: Source) -> bool:
    parts = urlsplit(address)
    if parts.path in ("", "/") and not parts.query:
        return False
    if _NOT_PAGES.search(parts.path) or _SECTIONS.search(parts.path) or not is_on_site(address, source.hosts):
        return False
    words = _weight(title)
    if words < (_SHORT_HEADLINE if _has_date(parts) else _HEADLINE) or not (_has_date(parts) or _has_id(parts)):
        return False
    return not all(map(_is_furniture, anchors))


def _has_date(parts: SplitResult) -> bool:
    return day_in_address(parts.path) is not None or _MONTH_IN_PATH.search(parts.path) is not None


def _has_id(parts: SplitResult) -> bool:
    segment = parts.path.rstrip("/").rpartition("/")[2].partition(".")[0]
    if _ID_IN_SEGMENT.search(segment.lower()) or segment.count("-") >= 3:
        return True
    return _ID_IN_QUERY.search(parts.query) is not None


def _weight(title: str) -> int:
    """Letters of `title`, a Han, kana or hangul character counting _HAN_WEIGHT."""
    return sum(_HAN_WEIGHT if character >= "\u2e80" else 1 for character in title)


def _is_furniture(anchor: Any) -> bool:
    for element in anchor.iterancestors():
        if element.tag in _FURNITURE_TAGS or _FURNITURE.search(
            f"{element.get('class') or ''} {element.get('id') or ''}"
        ):
            return element.tag not in ("body", "html")
    return False
