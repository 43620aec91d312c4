"""What a hostile or broken site can put into feeds, sitemaps and pages, and the one outcome that each has."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from mediawatch.harvest.discovery.announcement import AnnouncementKind
from mediawatch.records import Reason
from tests.support.articles import PARAGRAPHS, html, paragraphs

HEADLINE: Final = "城北水库春灌水量充足"
ITEM: Final = "<item><title>{title}</title><link>http://{{host}}/1</link></item>"
LAUGHS: Final = (
    '<!DOCTYPE l [<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)) + "]>"
)
QUADRATIC: Final = f'<!DOCTYPE q [<!ENTITY a "{"x" * 60_000}">]>'
EXTERNAL: Final = '<!DOCTYPE e [<!ENTITY a SYSTEM "file:///etc/passwd"><!ENTITY b SYSTEM "http://127.0.0.1:{inner}/">]>'
PARAMETER: Final = '<!DOCTYPE p [<!ENTITY % a SYSTEM "http://127.0.0.1:{inner}/"> %a;]>'


WORDS: Final = "水库的水比去年多出两成"
AUTHOR: Final = '{"name":"王大明"},'
BLANKS: Final = " " * 100_000_000


def packed(text: str | bytes) -> bytes:
    """`text` as one gzip member."""
    return gzip.compress(text.encode() if isinstance(text, str) else text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """What stands where a source announces: `{host}` and `{inner}` are put into it.

    `items` and `follow` are how many addresses are found, `problem` a part of what is said of it, `title` that of the
    first item.
    """

    kind: AnnouncementKind
    body: Callable[[], str | bytes]
    reason: Reason | None = None
    items: int = 0
    follow: int = 0
    problem: str = ""
    title: str | None = None


def feed(items: str, before: str = "") -> str:
    """A feed of these items."""
    return f'<?xml version="1.0"?>{before}<rss version="2.0"><channel><title>Paper</title>{items}</channel></rss>'


def titled(title: str) -> Callable[[], str]:
    """A feed of one item with this title."""
    return lambda: feed(ITEM.format(title=title))


def sitemap(entries: str, before: str = "") -> str:
    """A sitemap of these entries."""
    return f'{before}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>'


def entry(loc: str) -> str:
    """A line of a sitemap."""
    return f"<url><loc>{loc}</loc></url>"


def index(*locs: str) -> str:
    """An index of sitemaps."""
    return f"<sitemapindex>{''.join(f'<sitemap><loc>{loc}</loc></sitemap>' for loc in locs)}</sitemapindex>"


SEEDS: Final = {
    "feed: billion laughs": Seed(
        kind="feed", body=lambda: feed(ITEM.format(title="&a11;"), LAUGHS), items=1, title="&a11;"
    ),
    "feed: quadratic blow-up": Seed(
        kind="feed", body=lambda: feed(ITEM.format(title="&a;" * 60_000), QUADRATIC), items=1, title=("&a;" * 167)[:500]
    ),
    "feed: entities from outside": Seed(
        kind="feed", body=lambda: feed(ITEM.format(title="&a;&b;"), EXTERNAL), items=1, title=""
    ),
    "feed: a million items": Seed(
        kind="feed",
        body=lambda: packed(feed("<item><link>/1</link></item>" * 1_000_000)),
        items=5_000,
        problem="read the first 5,000 entries of more",
    ),
    "feed: nested 100,000 deep": Seed(kind="feed", body=lambda: feed("<item>" * 100_000), reason=Reason.MALFORMED),
    "feed: a title of 10 MB": Seed(kind="feed", body=titled("水" * 3_000_000), items=1, title="水" * 500),
    "feed: a script in a title": Seed(
        kind="feed", body=titled("&lt;script&gt;alert(1)&lt;/script&gt;水库"), items=1, title="alert(1) 水库"
    ),
    "feed: a title that is turned round": Seed(kind="feed", body=titled("\u202e库水\u2066x"), items=1, title="库水x"),
    "feed: control characters in a title": Seed(kind="feed", body=titled("水&#27;[2J&#7;库"), items=1, title="水[2J库"),
    "feed: addresses of scripts and files": Seed(
        kind="feed",
        body=lambda: feed("<item><link>javascript:alert(1)</link></item><item><link>file:///etc/passwd</link></item>"),
        items=2,
    ),
    "feed: a file that is cut off": Seed(kind="feed", body=lambda: feed(ITEM)[:60], reason=Reason.MALFORMED),
    "feed: nothing but zeros": Seed(kind="feed", body=lambda: b"\0" * 1_000_000, reason=Reason.NOT_A_FEED),
    "feed: bomb of gzip": Seed(
        kind="feed", body=lambda: packed(BLANKS), reason=Reason.TOO_LARGE, problem="when unpacked"
    ),
    "feed: gzip in gzip in gzip": Seed(
        kind="feed",
        body=lambda: packed(packed(packed(BLANKS))),
        reason=Reason.NOT_A_FEED,
    ),
    "feed: JSON that is nested 100,000 deep": Seed(
        kind="feed", body=lambda: '{"a":' + "[" * 100_000, reason=Reason.NOT_A_FEED
    ),
    "feed: JSON with numbers of 100,000 digits": Seed(
        kind="feed", body=lambda: '{"version":' + "9" * 100_000 + "}", reason=Reason.NOT_A_FEED
    ),
    "sitemap: billion laughs": Seed(
        kind="sitemap", body=lambda: sitemap(entry("http://{host}/1&a11;"), LAUGHS), items=1
    ),
    "sitemap: quadratic blow-up": Seed(
        kind="sitemap", body=lambda: sitemap(entry("http://{host}/1" + "&a;" * 60_000), QUADRATIC), items=1
    ),
    "sitemap: entities from outside": Seed(
        kind="sitemap", body=lambda: sitemap(entry("http://{host}/1&a;&b;"), EXTERNAL), items=1
    ),
    "sitemap: a parameter entity from outside": Seed(
        kind="sitemap", body=lambda: sitemap(entry("http://{host}/1"), PARAMETER), items=1
    ),
    "sitemap: nested 100,000 deep": Seed(
        kind="sitemap", body=lambda: sitemap("<url>" * 100_000), reason=Reason.MALFORMED, problem="broken XML"
    ),
    "sitemap: a million addresses": Seed(
        kind="sitemap",
        body=lambda: packed(sitemap(entry("/1") * 1_000_000)),
        items=50_000,
        problem="read the first 50,000 entries of more",
    ),
    "sitemap: a million elements that say nothing": Seed(
        kind="sitemap", body=lambda: packed(sitemap("<x/>" * 2_000_000)), reason=Reason.MALFORMED
    ),
    "sitemap: bomb of gzip": Seed(
        kind="sitemap", body=lambda: packed(BLANKS), reason=Reason.TOO_LARGE, problem="when unpacked"
    ),
    "sitemap: 3,000 gzip members": Seed(
        kind="sitemap", body=lambda: gzip.compress(b" ") * 3_000, reason=Reason.MALFORMED, problem="members"
    ),
    "sitemap: an address of 10 MB": Seed(kind="sitemap", body=lambda: sitemap(entry("/" + "a" * 9_000_000)), items=1),
    "sitemap: one word of 9 MB": Seed(kind="sitemap", body=lambda: "http" + "a" * 9_000_000, items=1),
    "sitemap: an index of inner addresses": Seed(
        kind="sitemap",
        body=lambda: index("http://127.0.0.1:{inner}/", "http://169.254.169.254/", "file:///etc/passwd"),
        follow=2,
    ),
    "sitemap: an index of 100,000": Seed(
        kind="sitemap",
        body=lambda: index(*map("/map{}.xml".format, range(100_000))),
        follow=20,
        problem="limits.sitemaps",
    ),
    "robots: 100,000 sitemaps": Seed(
        kind="robots",
        body=lambda: "".join(f"Sitemap: http://{{host}}/{n}.xml\n" for n in range(100_000)),
        follow=20,
        problem="limits.sitemaps",
    ),
    "list: 100,000 links": Seed(
        kind="list_page",
        body=lambda: "".join(f"<a href='/2026/01/{n}.html'>{WORDS}</a>" for n in range(100_000)),
        items=10_000,
        problem="read the first 10,000 links of more",
    ),
    "list: a link of a megabyte": Seed(
        kind="list_page",
        body=lambda: f"<a href='/2026/01/{'1' * 1_000_000}'>{WORDS}</a>",
        reason=Reason.NO_LINKS,
    ),
    "list: links to scripts": Seed(
        kind="list_page",
        body=lambda: f"<a href='javascript:a/2026/01/1'>{WORDS}</a>",
        reason=Reason.NO_LINKS,
    ),
    "list: base of another site": Seed(
        kind="list_page",
        body=lambda: "<base href='http://127.0.0.1:{inner}/'>" + f"<a href='2026/01/11111.html'>{WORDS}</a>",
        reason=Reason.NO_LINKS,
    ),
    "list: sends on to another site": Seed(
        kind="list_page",
        body=lambda: "<meta http-equiv=refresh content='0;url=http://127.0.0.1:{inner}/'>",
        reason=Reason.LEFT_SITE,
    ),
    "list: nested 100,000 deep": Seed(kind="list_page", body=lambda: "<div>" * 100_000, reason=Reason.NO_LINKS),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Markup:
    """A page: taken with this title, or lost for `reason`."""

    body: Callable[[], str | bytes]
    reason: Reason | None = None
    title: str = HEADLINE
    content_type: str = "text/html; charset=utf-8"


def article(**parts: str) -> str:
    """A page of an article with something more."""
    return html(**{"title": HEADLINE, "body": paragraphs(*PARAGRAPHS), **parts})


def with_head(head: str) -> Callable[[], str]:
    """An article with more in its head."""
    return lambda: article(head=head)


def structured(text: str) -> Callable[[], str]:
    """An article with this JSON-LD."""
    return with_head(f'<script type="application/ld+json">{text}</script>')


PAGES: Final = {
    "nested 100,000 deep": Markup(body=lambda: article(body="<div>" * 100_000), reason=Reason.UNPARSABLE),
    "nested 100,000 deep, inline": Markup(body=lambda: article(body="<b>" * 100_000), reason=Reason.UNPARSABLE),
    "2,000,000 elements": Markup(body=lambda: "<p>x</p>" * 1_000_000, reason=Reason.UNPARSABLE),
    "an attribute of a megabyte": Markup(body=lambda: article(top=f"<p class='{'c ' * 500_000}'></p>")),
    "a million attributes": Markup(body=lambda: article(top=f"<p {' '.join(map('a{}=1'.format, range(1_000_000)))}>")),
    "a word of 9 MB": Markup(body=lambda: article(top=f"<p>{'x' * 9_000_000}</p>"), reason=Reason.UNPARSABLE),
    "comments that never end": Markup(body=lambda: article(bottom="<!--" * 100_000)),
    "a script that never ends": Markup(body=lambda: article(bottom="<script>" + "水" * 1_000_000)),
    "a text area that never ends": Markup(body=lambda: article(bottom="<textarea>" * 10_000)),
    "tables in tables": Markup(body=lambda: article(bottom="<table><tr><td>" * 300), reason=Reason.UNPARSABLE),
    "forms and selects astray": Markup(
        body=lambda: article(bottom="<select><option><form>" * 3_000), reason=Reason.UNPARSABLE
    ),
    "a million character references": Markup(body=lambda: article(bottom="&#0;&#xD800;&#x110000;&bogus;" * 50_000)),
    "billion laughs in a doctype": Markup(body=lambda: LAUGHS + article(bottom="<p>&a11;</p>")),
    "a file for an entity": Markup(body=lambda: EXTERNAL + article(bottom="<p>&a;&b;</p>")),
    "zeros in the text": Markup(body=lambda: article().replace("水", "\0水\0"), reason=Reason.UNDECODABLE),
    "nothing but zeros": Markup(body=lambda: b"\0" * 5_000_000, reason=Reason.UNDECODABLE),
    "nothing": Markup(body=lambda: b"", reason=Reason.UNPARSABLE),
    "bytes": Markup(body=lambda: bytes(range(128, 256)) * 9_000, reason=Reason.UNDECODABLE),
    "charset: UTF-7 for a script": Markup(
        body=lambda: article(top="+ADw-script+AD4-alert(1)+ADw-/script+AD4-"), content_type="text/html; charset=utf-7"
    ),
    "charset: says UTF-16 and is UTF-8": Markup(body=article, content_type="text/html; charset=utf-16"),
    "charset: says UTF-8 and is UTF-16": Markup(body=lambda: article().encode("utf-16")),
    "charset: a name of 5,000 letters": Markup(body=article, content_type=f"text/html; charset={'x' * 5_000}"),
    "charset: a codec that is none of text": Markup(body=article, content_type="text/html; charset=zip_codec"),
    "charset: UTF-32 of nothing": Markup(body=lambda: b"\xff\xfe\0\0" + b"\xff" * 400_000, reason=Reason.UNDECODABLE),
    "canonical: another site": Markup(body=with_head("<link rel=canonical href='https://elsewhere.example/1'>")),
    "canonical: a script": Markup(body=with_head("<link rel=canonical href='javascript:alert(1)'>")),
    "canonical: inwards": Markup(body=with_head("<link rel=canonical href='http://169.254.169.254/'>")),
    "sends on to itself": Markup(body=with_head("<meta http-equiv=refresh content='0'>")),
    "JSON-LD: nested 100,000 deep": Markup(body=structured("[" * 100_000)),
    "JSON-LD: objects nested 100,000 deep": Markup(body=structured('{"@graph":[' * 100_000)),
    "JSON-LD: numbers of 100,000 digits": Markup(
        body=structured('{"@type":"NewsArticle","wordCount":' + "9" * 100_000 + ',"datePublished":1e999}')
    ),
    "JSON-LD: no numbers": Markup(
        body=structured('{"@type":"NewsArticle","datePublished":NaN,"dateModified":-Infinity,"wordCount":1E400}')
    ),
    "JSON-LD: other types than are meant": Markup(
        body=structured('{"@type":{},"headline":[[[{}]]],"author":[1,null,{"name":{}}],"datePublished":{"a":[]}}')
    ),
    "JSON-LD: 100,000 authors": Markup(body=structured('{"@type":"NewsArticle","author":[' + AUTHOR * 100_000 + "1]}")),
    "JSON-LD: half a character": Markup(body=structured('{"@type":"NewsArticle","headline":"\\ud800"}')),
    "dates: of the year 999999": Markup(body=with_head("<meta name=pubdate content='999999-99-99'>")),
    "title: a script": Markup(
        body=lambda: article(title=f"&lt;b onload=x()&gt;{HEADLINE}"),
        title=f"&lt;b onload=x()&gt;{HEADLINE}",
    ),
    "title: turned round": Markup(body=lambda: article(title=f"\u202e{HEADLINE}\u2066\u200b")),
    "title: control characters": Markup(body=lambda: article(title=f"\x1b[2J\x07{HEADLINE}"), title=f"[2J{HEADLINE}"),
    "title: a million letters": Markup(body=lambda: article(title="水" * 1_000_000), reason=Reason.UNPARSABLE),
    "title: piles of accents": Markup(body=lambda: article(title="水" + "\u0300" * 100_000 + HEADLINE), title="水"),
}
