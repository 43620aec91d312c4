from __future__ import annotations

from mediawatch.harvest.discovery import Findings, announcements, read_announcement
from mediawatch.harvest.discovery.lists import MOST_FEEDS
from mediawatch.records import Seed
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
