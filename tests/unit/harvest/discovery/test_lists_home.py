from __future__ import annotations

import pytest

from mediawatch.harvest.discovery import Findings, announcements, read_announcement
from mediawatch.harvest.discovery.announcement import AnnouncementKind
from mediawatch.harvest.discovery.lists import MOST_FEEDS, MOST_FORWARDS
from mediawatch.records import Reason, Seed
from tests.support.announcing import HOME, a_source, an_announcement, an_answer


def read(head: str, body: str = "") -> Findings:
    page = f"<html><head>{head}</head><body>{body}</body></html>"
    return read_announcement(an_announcement("home"), an_answer(page, content_type="text/html"), a_source())


def alternate(href: str, kind: str = "application/rss+xml", title: str = "News") -> str:
    return f'<link rel="alternate" type="{kind}" href="{href}" title="{title}">'


def test_the_feeds_that_a_page_names_are_followed() -> None:
    found = read(
        alternate("/feed/")
        + alternate("https://feeds.host.example/paper", "application/atom+xml")
        + alternate("/feed/")
        + alternate("/comments/feed/", title="Comments")
        + alternate("/wp-json/oembed", "application/json+oembed")
        + '<link rel="alternate" hreflang="en" href="/en/"><link rel="stylesheet" type="text/xml" href="/x.css">'
        + alternate("http://[broken")
        + alternate("javascript:1"),
        '<a href="/2025/04/29/x">A headline that is long enough to be one</a>',
    )
    assert [(each.url, each.kind, each.depth, each.is_guess) for each in found.follow] == [
        ("https://www.paper.example/feed/", "feed", 1, False),
        ("https://feeds.host.example/paper", "feed", 1, False),
    ]
    assert found.items == ()


def test_a_page_without_feeds_is_a_list_page_with_guesses() -> None:
    found = read("", '<a href="/2025/04/29/x">A headline that is long enough to be one</a>')
    assert [item.url for item in found.items] == ["https://www.paper.example/2025/04/29/x"]
    assert [(each.kind, each.url, each.is_guess) for each in found.follow] == [
        ("robots", "https://www.paper.example/robots.txt", True),
        ("feed", "https://www.paper.example/feed/", True),
        ("feed", "https://www.paper.example/rss.xml", True),
    ]


def test_feeds_are_bounded() -> None:
    assert len(read("".join(alternate(f"/feed/{n}") for n in range(50))).follow) == MOST_FEEDS


def test_the_catalogues_own_addresses_come_first() -> None:
    source = a_source(
        discovery=(
            Seed(kind="feed", url=f"{HOME}feed"),
            Seed(kind="news_sitemap", url=f"{HOME}news.xml"),
            Seed(kind="list_page", url=f"{HOME}world/", link_pattern=r"/\d+"),
            Seed(kind="auto", url=HOME),
        )
    )
    assert [(each.kind, each.url, each.link_pattern, each.depth) for each in announcements(source)] == [
        ("feed", f"{HOME}feed", None, 0),
        ("sitemap", f"{HOME}news.xml", None, 0),
        ("list_page", f"{HOME}world/", r"/\d+", 0),
        ("home", HOME, None, 0),
    ]


class TestForwarded:
    @pytest.mark.parametrize(
        ("content", "address"),
        [
            ("0;url=/cn/index.html", HOME + "cn/index.html"),
            ("0; URL='https://www.paper.example/cn/'", HOME + "cn/"),
            ("3,/cn/a,b", HOME + "cn/a,b"),
            ("0 url=/cn/", HOME + "cn/"),
            ("0;url=\\cn\\", HOME + "cn/"),
            (f"0;url={HOME.removeprefix('https://')}cn/", HOME + "cn/"),
        ],
    )
    @pytest.mark.parametrize("kind", ["home", "list_page"])
    def test_a_page_without_links_that_sends_its_readers_on_is_followed(
        self, kind: AnnouncementKind, content: str, address: str
    ) -> None:
        page = f'<html><head><META HTTP-EQUIV="Refresh" CONTENT="{content}"></head><body></body></html>'
        found = read_announcement(an_announcement(kind), an_answer(page), a_source())
        assert [(each.url, each.kind, each.depth) for each in found.follow] == [(address, kind, 1)]
        assert (found.items, found.reason, found.problem) == ((), None, "")

    @pytest.mark.parametrize(
        "content",
        [
            "300",
            "0;url=",
            f"0;url={HOME}",
            "0;url=#top",
            "0;url=javascript:x",
            "x;url=/a",
            "300 s",
            "0 curl=/a",
            "0;url=null",
        ],
    )
    def test_one_that_sends_them_nowhere_has_no_links(self, content: str) -> None:
        found = read(f'<meta http-equiv="refresh" content="{content}">')
        assert found.reason is Reason.NO_LINKS

    def test_what_it_says_is_relative_to_its_base(self) -> None:
        page = '<base href="/zh/"><meta http-equiv="refresh" content="0;url=cn/">'
        found = read_announcement(an_announcement("home"), an_answer(page), a_source())
        assert [each.url for each in found.follow] == [HOME + "zh/cn/"]

    def test_one_that_sends_them_to_another_site_is_not(self) -> None:
        found = read('<meta http-equiv="refresh" content="0;url=https://elsewhere.example/">')
        assert (found.reason, found.problem) == (Reason.LEFT_SITE, "sends its readers to https://elsewhere.example/")

    def test_one_with_links_is_read(self) -> None:
        found = read(
            '<meta http-equiv="refresh" content="300;url=/again">',
            '<a href="/2025/04/29/x">A headline that is long enough to be one</a>',
        )
        assert [item.url for item in found.items] == [HOME + "2025/04/29/x"]

    def test_not_for_ever(self) -> None:
        page = '<meta http-equiv="refresh" content="0;url=/next">'
        found = read_announcement(an_announcement("list_page", depth=MOST_FORWARDS), an_answer(page), a_source())
        assert found.reason is Reason.NO_LINKS
