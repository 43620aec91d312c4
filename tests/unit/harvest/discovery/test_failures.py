"""An announcement that says nothing has failed, for a reason; one that says something has not, broken or whole."""

from __future__ import annotations

import gzip

import pytest

from mediawatch.harvest.discovery import Findings, read_announcement
from mediawatch.harvest.discovery.announcement import AnnouncementKind
from mediawatch.records import Reason
from tests.support.announcing import a_source, an_announcement, an_answer

PAGE = "<!doctype html><html><head><title>Down</title></head><body><p>We are back soon.<br></body></html>"
ITEM = "<item><title>A</title><link>https://www.paper.example/a/1</link></item>"
ENTRY = "<entry><title>A</title><link href='https://www.paper.example/a/1'/></entry>"
URL = "<url><loc>https://www.paper.example/a/1</loc></url>"
RSS, ATOM = "<rss version='2.0'><channel>", "<feed xmlns='http://www.w3.org/2005/Atom'>"
MAP = "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>"
INDEX = "<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>"


def read(kind: AnnouncementKind, body: str | bytes, *, pattern: str | None = None, status: int = 200) -> Findings:
    answer = an_answer(body, content_type="text/html" if kind in ("list_page", "home") else "", status=status)
    return read_announcement(an_announcement(kind, link_pattern=pattern), answer, a_source())


@pytest.mark.parametrize(
    ("kind", "body", "reason"),
    [
        *((kind, "", Reason.EMPTY_ANSWER) for kind in ("feed", "sitemap", "list_page", "home")),
        *((kind, " \n", Reason.EMPTY_ANSWER) for kind in ("feed", "sitemap", "list_page", "home")),
        *((kind, PAGE, Reason.NOT_A_FEED) for kind in ("feed", "sitemap")),
        ("feed", "{}", Reason.NOT_A_FEED),
        ("feed", "\0\0", Reason.NOT_A_FEED),
        ("feed", MAP + URL + "</urlset>", Reason.NOT_A_FEED),
        ("sitemap", RSS + "</channel></rss>", Reason.NOT_A_FEED),
        ("sitemap", "plain words", Reason.NOT_A_FEED),
        ("feed", RSS + "<title>Pap", Reason.MALFORMED),
        ("feed", RSS + "<item><ti", Reason.MALFORMED),
        ("feed", ATOM + "<entry><ti", Reason.MALFORMED),
        ("feed", RSS, Reason.MALFORMED),
        ("sitemap", MAP, Reason.MALFORMED),
        ("sitemap", MAP + "<url><lo", Reason.MALFORMED),
        ("sitemap", INDEX + "<sitemap>", Reason.MALFORMED),
        ("sitemap", gzip.compress((MAP + URL + "</urlset>").encode(), mtime=0)[:20], Reason.MALFORMED),
        ("list_page", PAGE, Reason.NO_LINKS),
        ("home", PAGE, Reason.NO_LINKS),
    ],
)  # fmt: skip
def test_nothing_said_is_a_failure_with_a_reason(kind: AnnouncementKind, body: str | bytes, reason: Reason) -> None:
    found = read(kind, body)
    assert (found.reason, found.items) == (reason, ())
    assert found.problem


@pytest.mark.parametrize("status", [301, 404, 500])
def test_so_is_an_answer_that_is_none(status: int) -> None:
    assert read("feed", RSS + ITEM + "</channel></rss>", status=status).reason is Reason.REFUSED


def test_a_pattern_that_fits_no_link_says_which_it_is() -> None:
    found = read(
        "list_page", "<a href='/2026/04/29/one'>A headline that is long enough to be one</a>", pattern=r"/b/\d+"
    )
    assert (found.reason, found.problem) == (Reason.NO_LINKS, r"no link that the link_pattern '/b/\\d+' fits")


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("feed", RSS + "</channel></rss>"),
        ("feed", ATOM + "</feed>"),
        ("sitemap", MAP + "</urlset>"),
        ("sitemap", INDEX + "</sitemapindex>"),
        ("robots", "User-agent: *\nDisallow:"),
    ],
)
def test_a_whole_one_that_has_nothing_today_has_not_failed(kind: AnnouncementKind, body: str) -> None:
    assert read(kind, body) == Findings()


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("feed", RSS + ITEM + "<item><ti"),
        ("feed", RSS + ITEM.replace(">A<", "><b>A<") + "</channel></rss>"),
        ("feed", ATOM + ENTRY + "<entry>"),
        ("sitemap", MAP + URL + "<url><lo"),
        ("sitemap", MAP + URL),
        ("sitemap", gzip.compress((MAP + URL + "</urlset>").encode(), mtime=0)[:-12]),
    ],
)
def test_what_stands_before_the_break_counts_and_the_break_is_said(kind: AnnouncementKind, body: str | bytes) -> None:
    found = read(kind, body)
    assert found.reason is None
    assert "https://www.paper.example/a/1" in [item.url for item in found.items]
    assert found.problem.startswith(("not well-formed: ", "broken XML", "broken gzip"))
