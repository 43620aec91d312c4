"""The patterns of a seed decide which of the announced addresses count, whatever kind announces them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mediawatch.harvest.discovery import Findings, read_announcement
from mediawatch.harvest.discovery.announcement import AnnouncementKind
from mediawatch.records import Reason
from tests.support.announcing import HOME, a_source, an_announcement, an_answer

PATHS = ("news/2025/04/29/1", "news/2025/04/29/2", "video/2025/04/29/3")


def bodies(kind: str) -> str:
    urls = [HOME + path for path in PATHS]
    if kind == "feed":
        return (
            f"<rss version='2.0'><channel>{''.join(f'<item><link>{url}</link></item>' for url in urls)}</channel></rss>"
        )
    if kind == "sitemap":
        return f"<urlset>{''.join(f'<url><loc>{url}</loc></url>' for url in urls)}</urlset>"
    return "".join(f'<a href="{url}">央行宣布下调存款准备金率</a>' for url in urls)


def read(kind: AnnouncementKind, **patterns: Any) -> Findings:
    announcement = replace(an_announcement(kind), **patterns)
    return read_announcement(announcement, an_answer(bodies(kind), content_type="text/html"), a_source())


def paths(found: Findings) -> list[str]:
    return [item.url.removeprefix(HOME) for item in found.items]


@pytest.mark.parametrize("kind", ["feed", "sitemap", "list_page"])
class TestPatterns:
    def test_an_address_has_to_hold_the_one_and_must_not_hold_the_other(self, kind: AnnouncementKind) -> None:
        assert paths(read(kind, link_pattern="/news/")) == list(PATHS[:2])
        assert paths(read(kind, exclude_pattern="/video/")) == list(PATHS[:2])
        assert paths(read(kind, link_pattern="/news/", exclude_pattern="/1$")) == [PATHS[1]]

    def test_one_that_never_fits_is_a_fault(self, kind: AnnouncementKind) -> None:
        found = read(kind, link_pattern="/story/")
        assert (found.reason, found.items) == (Reason.NO_LINKS, ())
        assert "no link that the link_pattern '/story/' fits" in found.problem

    def test_one_that_leaves_all_of_them_out_is_none(self, kind: AnnouncementKind) -> None:
        found = read(kind, exclude_pattern="paper")
        assert (found.reason, found.items, found.problem) == (None, (), "")


def test_of_an_index_only_the_sitemaps_that_are_wanted_are_followed() -> None:
    index = "".join(f"<sitemap><loc>{HOME}{name}.xml</loc></sitemap>" for name in ("tags", "articles-1", "video"))
    announcement = replace(an_announcement("sitemap"), follow_pattern=r"/articles-\d", link_pattern="/news/")
    found = read_announcement(announcement, an_answer(f"<sitemapindex>{index}</sitemapindex>"), a_source())
    assert [(each.url, each.link_pattern) for each in found.follow] == [(HOME + "articles-1.xml", "/news/")]


def test_of_a_robots_txt_too() -> None:
    lines = "".join(f"Sitemap: {HOME}{name}.xml\n" for name in ("news", "articles-1"))
    announcement = replace(an_announcement("robots"), follow_pattern="articles")
    found = read_announcement(announcement, an_answer(lines), a_source())
    assert [each.url for each in found.follow] == [HOME + "articles-1.xml"]
