"""What a site can say in an answer is bounded: entries, elements, depth and time; and what was left out is told."""

from __future__ import annotations

import gzip
import tracemalloc
from collections.abc import Callable

import pytest

from mediawatch.harvest.discovery import Findings, read_announcement
from mediawatch.harvest.discovery.anchors import MOST_ANCHORS
from mediawatch.harvest.discovery.announcement import AnnouncementKind
from mediawatch.harvest.discovery.feeds import MOST_ENTRIES, MOST_TAGS, bounded
from mediawatch.harvest.discovery.sitemap_entries import MOST_ELEMENTS, MOST_ITEMS
from mediawatch.language.markup import MOST_TAGS as MOST_TAGS_OF_A_PAGE
from tests.support.announcing import a_source, an_announcement, an_answer
from tests.support.growth import growth

pytestmark = pytest.mark.slow

ANCHOR = '<a href="/2025/04/29/{}">央行宣布下调存款准备金率</a>'
RSS = '<rss version="2.0"><channel><title>P</title>{}</channel></rss>'


def read(kind: AnnouncementKind, body: bytes | str) -> Findings:
    return read_announcement(an_announcement(kind), an_answer(body, content_type="text/html"), a_source())


def entries(count: int, element: str = "url") -> str:
    return "".join(f"<{element}><loc>https://www.paper.example/{n}</loc></{element}>" for n in range(count))


def test_a_sitemap_is_read_up_to_the_protocols_own_bound() -> None:
    found = read("sitemap", f"<urlset>{entries(MOST_ITEMS)}</urlset>")
    assert (len(found.items), found.problem) == (MOST_ITEMS, "")
    found = read("sitemap", f"<urlset>{entries(MOST_ITEMS + 1)}</urlset>")
    assert (len(found.items), found.problem) == (MOST_ITEMS, "read the first 50,000 entries of more")


@pytest.mark.parametrize(
    ("unpacked", "problem"),
    [
        (b"<urlset>" + b"<url/>" * 1_300_000, "read the first 50,000 entries of more"),
        (b"<urlset>" + b"<x/>" * 5_000_000, "read the first 1,000,000 elements of more, 0 entries"),
        (b"<urlset>" + b"<x>" * 5_000_000, "read the first 1,000,000 elements of more, 0 entries"),
        (b"https://www.paper.example/1\n" * 1_500_000, "read the first 50,000 entries of more"),
    ],
    ids=["entries", "elements", "depth", "lines"],
)
def test_a_small_gzip_stays_small(unpacked: bytes, problem: str) -> None:
    packed = gzip.compress(unpacked, 9)
    tracemalloc.start()
    try:
        found = read("sitemap", packed)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found.problem == problem
    assert len(found.items) <= MOST_ITEMS < MOST_ELEMENTS
    assert peak < 100_000_000


def test_an_index_of_many_says_how_many_were_read() -> None:
    children = "".join(f"<sitemap><loc>https://www.paper.example/{n}.xml</loc></sitemap>" for n in range(1_000))
    found = read("sitemap", f"<sitemapindex>{children}</sitemapindex>")
    assert len(found.follow) == 20
    assert found.problem == "read 20 of 1000 child sitemaps (limits.sitemaps)"


def test_what_the_parser_reads_over_is_told() -> None:
    found = read("sitemap", "<urlset><url></loc></url><url><loc>https://www.paper.example/1</loc></url></urlset>")
    assert "broken XML" in found.problem


def test_entities_do_not_swell() -> None:
    lines = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    laughs = f'<!DOCTYPE urlset [<!ENTITY e0 "https://a">{lines}]><urlset><url><loc>&e11;</loc></url></urlset>'
    assert [item.url.rpartition("/")[2] for item in read("sitemap", laughs).items] == ["&e11"]
    swollen = f"<!DOCTYPE urlset [<!ATTLIST url x CDATA '{'y' * 500_000}'>]><urlset>{'<url/>' * 40_000}</urlset>"
    assert "amplification" in read("sitemap", swollen).problem
    feed = laughs.replace("urlset", "rss").replace("<url>", "<channel><item>").replace("loc>", "title>")
    assert sum(len(item.title) for item in read("feed", feed).items) < 1_000


def test_a_feed_within_the_bounds_is_left_as_it_is() -> None:
    feed = RSS.format("<item><title>a</title></item>" * MOST_ENTRIES)
    assert bounded(feed) == (feed, "")
    assert bounded(RSS.format(f"<item><title><![CDATA[{'<' * MOST_TAGS}]]></title></item>"))[1] == ""


@pytest.mark.parametrize("entry", ["<item><title>a</title></item>", "<atom:entry></atom:entry>", "<ITEM >x</ITEM>"])
def test_a_longer_feed_is_cut_between_entries_and_stays_well_formed(entry: str) -> None:
    cut, problem = bounded(RSS.format(entry * (MOST_ENTRIES + 3)))
    assert cut == RSS.format(entry * MOST_ENTRIES)
    assert problem == "read the first 5,000 entries of more"


def test_a_feed_of_many_tags_keeps_the_entries_before() -> None:
    entry = "<item><title>a</title><link>https://www.paper.example/1</link></item>"
    found = read("feed", RSS.format(entry * 3 + f"<item>{'<category/>' * MOST_TAGS}</item>" + entry))
    assert len(found.items) == 3
    assert found.problem == "read the first 3 entries of more"


def test_a_feed_is_read_when_it_is_packed() -> None:
    packed = gzip.compress(RSS.format("<item><title>a</title><link>https://www.paper.example/1</link></item>").encode())
    assert [item.title for item in read("feed", packed).items] == ["a"]
    assert "broken gzip" in read("feed", packed[:-4]).problem


def test_robots_txt_of_many_sitemaps_says_how_many_were_read() -> None:
    found = read("robots", "".join(f"Sitemap: https://www.paper.example/{n}.xml\n" for n in range(9_000)))
    assert len(found.follow) == 20
    assert found.problem == "read 20 of 1000 sitemaps (limits.sitemaps)"


def test_a_list_page_is_read_up_to_a_number_of_links() -> None:
    found = read("list_page", "".join(ANCHOR.format(n) for n in range(MOST_ANCHORS + 1)))
    assert (len(found.items), found.problem) == (MOST_ANCHORS, "read the first 10,000 links of more")


@pytest.mark.parametrize("kind", ["list_page", "home"])
def test_more_tags_than_a_page_can_have_are_no_page(kind: AnnouncementKind) -> None:
    assert read(kind, "<b>" * (MOST_TAGS_OF_A_PAGE + 1)).problem == "not a page"


DEEP: dict[str, Callable[[int], str]] = {
    "below many elements": lambda depth: "<div>" * depth + "".join(ANCHOR.format(n) for n in range(2_000)),
    "within one another": lambda depth: "<a href=/2025/04/29/1><i>" * depth + "<b>x</b>" * 20_000,
}


@pytest.mark.parametrize("page", DEEP.values(), ids=DEEP)
def test_depth_costs_list_pages_next_to_nothing(page: Callable[[int], str]) -> None:
    assert growth(lambda depth: read("list_page", page(depth)), small=10, times=20) < 5


def tag(count: int, value: str) -> str:
    return f"<a {' '.join(f'a{n}={value}' for n in range(count))}>x</a>"


WIDE: dict[str, tuple[AnnouncementKind, Callable[[int], str]]] = {
    "attributes": ("list_page", lambda size: tag(size, "b")),
    "attributes that hold the end of a tag": ("home", lambda size: tag(size, '">"')),
    "anchors of one address": ("list_page", lambda size: ANCHOR.format(1) * (size // 40)),
    "unclosed anchors": ("list_page", lambda size: "<a href=/2025/04/29/1><p>x" * (size // 40)),
    "entries never closed": ("feed", lambda size: "<item>" * (size // 8)),
}


@pytest.mark.parametrize(("kind", "body"), WIDE.values(), ids=WIDE)
def test_the_time_grows_with_the_size_only(kind: AnnouncementKind, body: Callable[[int], str]) -> None:
    assert growth(lambda size: read(kind, body(size)), small=4_000, times=10) < 30
