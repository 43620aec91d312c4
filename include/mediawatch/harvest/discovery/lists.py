"""List pages: section fronts and archives, where articles are announced by plain links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

from mediawatch.harvest.discovery.addresses import address_meant, forwarded_address
from mediawatch.harvest.discovery.anchors import HEADLINE, MOST_ANCHORS, Anchor, Anchors, base_of, goes_on, weight
from mediawatch.harvest.discovery.announcement import Announced, Announcement, Findings, failed
from mediawatch.harvest.discovery.dates import day_in_address
from mediawatch.harvest.discovery.markup import TITLE_LENGTH, page_tree, plain_title
from mediawatch.language.folding import without_lone_surrogates
from mediawatch.language.scripts import HAN
from mediawatch.records import Exchange, Reason, Source
from mediawatch.records.source import AddressPattern
from mediawatch.sources.urls import LONGEST, is_address, is_on_site, is_usable

_NOT_PAGES = re.compile(
    r"\.(?:jpe?g|png|gif|webp|svg|ico|css|js|json|xml|rss|pdf|docx?|xlsx?|zip|gz|apk|exe|mp[34]|m3u8|avi|mov)$",
    re.IGNORECASE,
)
_SECTIONS = re.compile(
    r"/(?:tags?|topics?|categor(?:y|ies)|authors?|columnists?|search|login|register|subscribe|account|about|contact|"
    r"privacy|terms|help|jobs|advertis\w*|newsletters?|products?|shop|podcasts?|feeds?|rss|comments?|users?|members?)(?:/|\.|$)"
    r"|/(?:privacy|cookies?|terms|disclaimer|accessibility|copyright)(?:-(?:and|of|the|privacy|cookies?|terms|policy|notice"
    r"|statement|conditions|use|service|settings)){1,6}/?$",
    re.IGNORECASE,
)
_MONTH_IN_PATH = re.compile(r"/(?:19|20)\d\d[/-]?(?:0[1-9]|1[0-2])/")
_ID_IN_SEGMENT = re.compile(r"\d{5,}|[0-9a-f]{12,}|^[a-z]{0,2}\d{3,}$")
_NUMBER_SEGMENT = re.compile(r"\d{6,}")
_CODE_SEGMENT = re.compile(r"(?=(?:[a-z]*\d){3})(?=(?:\d*[a-z]){2})[a-z]*\d+[a-z]+\d[a-z0-9]*", re.IGNORECASE)
"""A key of letters and digits in turn, as c4g8x0p1jx0o: words with a year or a number at their end are none."""
_SHORTEST_CODE = 8
_ID_IN_QUERY = re.compile(
    r"(?:^|&)(?:(?:id|p|a|aid|tid|sid|nid|docid|newsid|articleid|itemid|story|pk|sn|new_sn|seq|cid|contentid)=[0-9a-z]{2,}"
    r"|\w{1,20}=(?=[a-z0-9]{10})(?:[a-z]*\d+[a-z]+\d[a-z0-9]{0,60})"
    r"|(?!page|pn|start|offset|limit|size|width|height|time|ts?=|v=)\w{1,20}=\d{5,})(?:&|$)",
    re.IGNORECASE,
)
"""A parameter that is usually an article's number, or any with a long number."""
_SCRIPTS = 200
_SCRIPT = 2_000_000
"""Scripts of a page, and characters of each, that are looked at where a page has no links."""
_KEY = r'(?:\\{{0,3}}["\']|\b)(?:{})(?:\\{{0,3}}["\'])? ?: ?\\{{0,3}}["\']'
_TITLED = _KEY.format("children|title|headline|name")
_TITLE_TEXT = r"(?:[^\"'\\]|\\{1,3}u[0-9a-fA-F]{4}){1,300}"
_ESCAPED = re.compile(r"\\{1,3}u([0-9a-fA-F]{4})")
"""A character as most writers of JSON put those beyond ASCII."""
_WRITTEN = re.compile(
    rf"(?:{_TITLED}(?P<before>{_TITLE_TEXT})\\{{0,3}}[\"'] ?, ?)?"
    + _KEY.format("href|url|link|path")
    + r"(?P<address>(?:https?:|\\{0,3}/)[^\"'\s<>]{2,500}?)\\{0,3}[\"']"
    + rf"(?: ?, ?{_TITLED}(?P<words>{_TITLE_TEXT}))?"
)
"""An address in JSON, also in JSON that is a string of a script, and the title beside it."""
_ESCAPED_SLASH = re.compile(r"\\{1,3}/")
_SHORT_HEADLINE = 12


def read_list_page(announcement: Announcement, exchange: Exchange, source: Source) -> Findings:
    """The article links of a page in their order, one an address, with the longest text that any of its anchors has.

    With a `link_pattern` exactly the addresses in which it is found, whatever they lead to; else links to the source's
    own hosts that look like articles: a date or an id in the address, words enough for a headline.
    """
    tree = page_tree(exchange.body, exchange.header("content-type"))
    if tree is None:
        return failed(Reason.NO_LINKS, "not a page")
    anchors = Anchors(tree, exchange.url)
    listed: dict[str, _Listed] = {}
    for anchor in anchors:
        listed.setdefault(forwarded_address(anchor.address, source.hosts), _Listed()).add(anchor)
    if announcement.link_pattern:
        pattern = AddressPattern(announcement.link_pattern)
        chosen = [address for address in listed if pattern.is_in(address)]
    else:
        chosen = [address for address, same in listed.items() if _is_article(address, same, source)]
    if not chosen and not announcement.link_pattern:
        listed = {}
        for address, title in _in_scripts(tree, exchange.url):
            listed[address] = max(
                listed.get(address, _Listed()), _Listed(title=title), key=lambda each: len(each.title)
            )
        chosen = [address for address in listed if is_article_address(address, source)]
    found_at = f"list_page {announcement.url}"
    items = tuple(
        Announced(url=address, title=listed[address].title, announced_at=None, updated_at=None, discovered_by=found_at)
        for address in chosen
    )
    more = f"read the first {MOST_ANCHORS:,} links of more" if anchors.is_cut else ""
    if not items and (further := forwarded_to(tree, exchange.url)) and announcement.depth < MOST_FORWARDS:
        if not is_on_site(further, source.hosts):
            return failed(Reason.LEFT_SITE, f"sends its readers to {further}")
        return Findings(follow=(announcement.next(further, announcement.kind),))
    if not items and announcement.depth < MOST_FORWARDS and (framed := _framed(tree, exchange.url, source)):
        return Findings(follow=tuple(announcement.next(address, announcement.kind) for address in framed))
    if not items:
        return failed(Reason.NO_LINKS, "; ".join(filter(None, (_without_links(announcement), more))))
    return Findings(items=items, problem=more)


def _in_scripts(tree: Any, url: str) -> Iterator[tuple[str, str]]:
    """(address, words beside it) in the data that a page is drawn from by its scripts."""
    for script in islice(tree.iter("script"), _SCRIPTS):
        for found in islice(_WRITTEN.finditer((script.text or "")[:_SCRIPT]), MOST_ANCHORS):
            with suppress(ValueError):  # a broken address announces nothing
                address = address_meant(url, _ESCAPED_SLASH.sub("/", found["address"]))
                yield address, plain_title(_unescaped(found["words"] or found["before"] or ""))


def _unescaped(text: str) -> str:
    """`text` of JSON with its characters; two escapes may be one character."""
    return without_lone_surrogates(_ESCAPED.sub(lambda escape: chr(int(escape[1], 16)), text))


def is_article_address(address: str, source: Source) -> bool:
    """Whether an address on the source's hosts looks like that of an article: a date or an id in it, no section."""
    parts = urlsplit(address)
    if _NOT_PAGES.search(parts.path) or _SECTIONS.search(parts.path) or not is_on_site(address, source.hosts):
        return False
    return _has_date(parts) or _has_id(parts)


def _without_links(announcement: Announcement) -> str:
    if announcement.link_pattern:
        return f"no link that the link_pattern {announcement.link_pattern!r} fits"
    return "no link that looks like an article"


@dataclass(slots=True)
class _Listed:
    """What the anchors of one address say together."""

    title: str = ""
    is_furniture: bool = True
    _rank: int = 0

    def add(self, anchor: Anchor) -> None:
        """Take in what one more anchor says.

        The title is that of the first headline among them, else of the first that has words of its own: the summary
        of a card is longer and leads to the same page.  Where those are cut or too few the longest counts.
        """
        title, rank = anchor.title, anchor.has_words + (anchor.has_words and anchor.is_headline)
        is_longer = len(title) > len(self.title)
        if goes_on(title, self.title):
            rank = 0
        if rank > self._rank or (is_longer and (rank == self._rank == 0 or goes_on(self.title, title))):
            self.title, self._rank = title, max(rank, self._rank)
        self.is_furniture = self.is_furniture and anchor.is_furniture


def _is_article(address: str, listed: _Listed, source: Source) -> bool:
    parts = urlsplit(address)
    if listed.is_furniture or (parts.path in ("", "/") and not (parts.query or parts.fragment)):
        return False
    if _NOT_PAGES.search(parts.path) or _SECTIONS.search(parts.path) or not is_on_site(address, source.hosts):
        return False
    words = weight(listed.title)
    return words >= (_SHORT_HEADLINE if _has_date(parts) else HEADLINE) and (_has_date(parts) or _has_id(parts))


def _has_date(parts: SplitResult) -> bool:
    return day_in_address(parts.path) is not None or _MONTH_IN_PATH.search(parts.path) is not None


def _has_id(parts: SplitResult) -> bool:
    path = parts.path if not is_address(parts.fragment) else parts.fragment.lstrip("!").partition("?")[0]
    *before, last = path.strip("/").split("/")
    segment = last.partition(".")[0]
    if _is_headline(segment):
        return True
    if _ID_IN_SEGMENT.search(segment.lower()) or segment.count("-") >= 3 or _is_code(segment):
        return True
    # The number stands before the title, or before the script of the edition.
    if any(_NUMBER_SEGMENT.fullmatch(each) or _is_code(each) for each in before):
        return True
    return _ID_IN_QUERY.search(parts.query) is not None


def _is_headline(segment: str) -> bool:
    """Whether a segment is a headline in Han characters, as some systems write it into the address."""
    return len(segment) >= _SHORTEST_CODE and len(HAN.findall(unquote(segment))) >= _SHORTEST_CODE


def _is_code(segment: str) -> bool:
    return _SHORTEST_CODE <= len(segment) <= 64 and _CODE_SEGMENT.fullmatch(segment) is not None


MOST_FEEDS = 8
"""Feeds followed from one home page; sites name one or two, some name one for each section."""
FEED_PATHS = ("/feed/", "/rss.xml", "/feed.xml", "/atom.xml", "/rss/")
"""Where the usual systems keep a feed when the page does not say: WordPress, static generators, older sites."""
_GUESSES_IN_A_RUN = 2
_LINKS = 1_000
"""Link elements of a page that are looked at; pages have dozens."""

_FEED_TYPE = re.compile(
    r"application/(?:rss|atom|rdf)\+xml|application/feed\+json|(?:application|text)/xml", re.IGNORECASE
)
_DELAY = re.compile(r"^[ \d.]{0,20}(?:[;,]|(?= ?url *=))", re.IGNORECASE)
_URL_IS = re.compile(r"^url *= *", re.IGNORECASE)
"""What `meta http-equiv=refresh` writes before an address: seconds, and perhaps `url=`."""
MOST_FORWARDS = 3
"""Pages followed from one to the next by what they say themselves."""
_FRAMES = 5
_COMMENTS = re.compile(r"comment|评论|評論|留言|回響", re.IGNORECASE)


def read_home(announcement: Announcement, exchange: Exchange, source: Source) -> Findings:
    """The feeds that the page names, to follow.  Where it names none: its own article links, and as guesses its
    robots.txt (for sitemaps) and the two most usual feed addresses.  A page without links has failed unless one of the
    guesses answers, which is for the caller to see.
    """
    tree = page_tree(exchange.body, exchange.header("content-type"))
    if tree is None:
        return failed(Reason.NO_LINKS, "not a page")
    feeds = tuple(announcement.next(url, "feed") for url in feeds_named_by(tree, exchange.url))
    if feeds:
        return Findings(follow=feeds)
    listed = read_list_page(announcement, exchange, source)
    return replace(listed, follow=listed.follow or tuple(_guesses(announcement, exchange.url)))


def forwarded_to(tree: Any, url: str) -> str:
    """Where a page without links sends its readers by `meta http-equiv=refresh`; empty for nowhere else."""
    for meta in islice(tree.iter("meta"), _LINKS):
        content = str(meta.get("content") or "")[: LONGEST + 100]
        delay = _DELAY.match(content)
        if delay is None or str(meta.get("http-equiv") or "").strip().lower() != "refresh":
            continue
        target = _URL_IS.sub("", content[delay.end() :].strip(), count=1).strip(" '\"")
        with suppress(ValueError):  # a broken address leads nowhere
            address = address_meant(base_of(tree, url), target)
            if address.partition("#")[0] != url and is_usable(address):
                return address
    return ""


def _framed(tree: Any, url: str, source: Source) -> list[str]:
    """The pages of the site that a page without links of its own shows in frames."""
    found: list[str] = []
    for frame in islice(tree.iter("frame", "iframe"), _FRAMES):
        with suppress(ValueError):  # a broken address shows nothing
            address = address_meant(url, str(frame.get("src") or ""))
            if address and address.partition("#")[0] != url and is_on_site(address, source.hosts):
                found.append(address)
    return list(dict.fromkeys(found))


def feeds_named_by(tree: Any, url: str) -> tuple[str, ...]:
    """Addresses in `link rel=alternate` of a feed type, in their order, less those of comments; at most MOST_FEEDS."""
    return tuple(dict.fromkeys(_alternates(tree, url)))[:MOST_FEEDS]


def _alternates(tree: Any, url: str) -> Iterator[str]:
    base = base_of(tree, url)
    for link in islice(tree.iter("link"), _LINKS):
        relations = str(link.get("rel") or "")[:TITLE_LENGTH].lower().split()
        href = str(link.get("href") or "").strip()[: LONGEST + 1]
        is_feed = "alternate" in relations and _FEED_TYPE.match(str(link.get("type") or "").strip())
        if not (is_feed and href) or _COMMENTS.search(f"{href} {link.get('title') or ''}"):
            continue
        try:
            address = address_meant(base, href)
        except ValueError:  # a broken address names no feed
            continue
        if is_usable(address):
            yield address


def _guesses(announcement: Announcement, url: str) -> Iterator[Announcement]:
    yield announcement.next(urljoin(url, "/robots.txt"), "robots", is_guess=True)
    for path in FEED_PATHS[:_GUESSES_IN_A_RUN]:
        yield announcement.next(urljoin(url, path), "feed", is_guess=True)
