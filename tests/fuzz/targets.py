"""What is fuzzed: every reader of untrusted bytes, each with seeds of its own and with what must hold of its answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from mediawatch.extraction.article import NO_PUBLISHERS, extracted_from, page_context_of
from mediawatch.extraction.attribution.credits import people_in
from mediawatch.extraction.reading import read_page_or_raise
from mediawatch.harvest.discovery import Findings, read_announcement
from mediawatch.harvest.discovery.announcement import AnnouncementKind
from mediawatch.harvest.discovery.dates import announced_instant
from mediawatch.harvest.fetching.robots import Robots, read_robots
from mediawatch.language.folding import to_traditional
from mediawatch.language.stamps import read_stamp, stamps_in
from mediawatch.records import Article, Loss
from tests.support.announcing import SEEN_AT, a_source, an_announcement, an_answer
from tests.support.articles import html, page, source

ITEM = (
    "<item><title>水库 &amp; 春灌</title><link>https://www.paper.example/a/1</link>"
    "<pubDate>Tue, 29 Apr 2025 09:00:00 +0800</pubDate></item>"
)
ENTRY = "<url><loc>https://www.paper.example/a/1</loc><lastmod>2025-04-29T09:00:00+08:00</lastmod></url>"
LD = (
    '<script type="application/ld+json">{"@type":"NewsArticle","headline":"水库","author":[{"name":"王大明"}],'
    '"datePublished":"2025-04-29T09:00:00+08:00"}</script>'
)
TOP = "<p>2025-04-29 09:05 来源：某媒体 记者 王大明 台北报导</p>"
PAGES = (
    html(head=LD, top=TOP),
    html(bottom="<h2>24小时新闻排行榜</h2><ol><li><a href='/a/1'>第一条新闻的标题</a></li></ol>"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One reader: it takes any bytes, and raises for none of them."""

    name: str
    seeds: Sequence[bytes]
    read: Callable[[bytes], Any]


def _page(data: bytes) -> None:
    reading = read_page_or_raise(data, page_context_of(page(), source(), NO_PUBLISHERS))
    found = extracted_from(page(), source(), reading).outcome
    assert isinstance(found, Article | Loss)
    if isinstance(found, Article):
        assert found.text


def _announced(kind: AnnouncementKind) -> Callable[[bytes], None]:
    def read(data: bytes) -> None:
        found = read_announcement(an_announcement(kind), an_answer(data), a_source())
        assert isinstance(found, Findings)
        assert len(found.items) <= 50_000
        assert found.reason is None or not found.items

    return read


def _robots(data: bytes) -> None:
    found = read_robots(an_answer(data, "https://www.paper.example/robots.txt"))
    assert isinstance(found, Robots)
    assert found.allows("https://www.paper.example/a/1") in (True, False)


def _dates(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    announced_instant(text, timezone="Asia/Shanghai", seen_at=SEEN_AT)
    read_stamp(text)
    assert all(stamp for stamp in stamps_in(text))


def _names(data: bytes) -> None:
    assert all(name.strip() == name for name in people_in(data.decode("utf-8", "replace")))


_ANNOUNCED: dict[str, tuple[str, ...]] = {
    "feed": (
        f"<rss version='2.0'><channel><title>Paper</title>{ITEM}{ITEM}</channel></rss>",
        "<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>x</id><title>A</title>"
        "<link href='https://www.paper.example/a/1'/><updated>2025-04-29T09:00:00Z</updated></entry></feed>",
    ),
    "sitemap": (
        f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{ENTRY}{ENTRY}</urlset>",
        "<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><sitemap>"
        "<loc>https://www.paper.example/map/1.xml</loc></sitemap></sitemapindex>",
        "https://www.paper.example/a/1\nhttps://www.paper.example/a/2\n",
    ),
    "list_page": PAGES,
    "json": (
        '[{"url": "https://www.paper.example/a/1", "title": "水库", "date": 1745920800}]',
        'callback({"7": {"url": "/a/1", "title": "水库", "date": "2025-04-29 09:00:00"}});',
    ),
    "home": (html(head="<link rel='alternate' type='application/rss+xml' href='/feed.xml'>"),),
    "robots": ("User-agent: *\nDisallow: /x\nCrawl-delay: 2\nSitemap: https://www.paper.example/map.xml\n",),
}

TARGETS: tuple[Target, ...] = (
    Target(
        name="page",
        seeds=[
            *(text.encode(coding) for text in PAGES for coding in ("utf-8", "gb18030")),
            *(to_traditional(text).encode("big5hkscs", "ignore") for text in PAGES),
        ],
        read=_page,
    ),
    *(
        Target(name=kind, seeds=[text.encode() for text in _ANNOUNCED[kind]], read=_announced(kind))
        for kind in get_args(AnnouncementKind)
    ),
    Target(name="robots rules", seeds=[text.encode() for text in _ANNOUNCED["robots"]], read=_robots),
    Target(
        name="dates",
        seeds=[
            text.encode()
            for text in (
                "2025-04-29 09:05:01",
                "2025年4月29日 下午9:05",
                "Tue, 29 Apr 2025 09:00:00 +0800",
                "民國114年4月29日",
            )
        ],
        read=_dates,
    ),
    Target(
        name="names",
        seeds=[
            text.encode()
            for text in ("記者王大明、李小華／台北報導", "（图：王大明 责任编辑：李明）", "By JANE DOE and JOHN ROE")
        ],
        read=_names,
    ),
)
