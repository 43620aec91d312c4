"""What the headers of an answer say, and robots.txt of our pace."""

from __future__ import annotations

import pytest

from mediawatch.harvest.fetching.answers import is_html, retry_after_seconds
from mediawatch.harvest.fetching.robots import read_robots
from tests.support.timelines import answered

DATED = (("Date", "Tue, 06 Oct 2026 07:00:00 GMT"),)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0.0),
        ("120", 120.0),
        (" 7 ", 7.0),
        ("Tue, 06 Oct 2026 07:01:30 GMT", 90.0),
        ("Tuesday, 06-Oct-26 07:01:30 GMT", 90.0),
        ("Tue Oct  6 07:01:30 2026", 90.0),
        ("Tue, 06 Oct 2026 09:01:30 +0200", 90.0),
        ("Tue, 06 Oct 2026 06:00:00 GMT", 0.0),
        ("9" * 40, 999_999_999.0),
    ],
)
def test_seconds_and_dates(text: str, seconds: float) -> None:
    assert retry_after_seconds(answered("https://a.example/", 503, headers=(("Retry-After", text), *DATED))) == seconds


@pytest.mark.parametrize(
    "text", ["", "soon", "-5", "1.5", "٣", "Tue, 99 Oct 2026 07:00:00 GMT", "Tue, 06 Oct 99999999 7:0:0 GMT"]
)
def test_what_cannot_be_read_is_not_there(text: str) -> None:
    assert retry_after_seconds(answered("https://a.example/", 503, headers=(("Retry-After", text), *DATED))) is None


def test_without_a_date_header_our_own_instant_counts() -> None:
    headers = (("Retry-After", "Tue, 06 Oct 2026 00:00:40 GMT"),)
    assert retry_after_seconds(answered("https://a.example/", 503, headers=headers, at=10)) == 30


@pytest.mark.parametrize(
    "content_type",
    [
        *("text/html", "Text/HTML; charset=utf-8", "text/html charset=gbk", "text/html,text/html; charset=utf-8"),
        *("html", "", "application/xhtml+xml", "*/*", '"text/html"', "charset=gbk", "text; charset=gbk", "text/htm"),
    ],
)
def test_types_of_web_pages_as_servers_write_them(content_type: str) -> None:
    assert is_html(content_type)


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/pdf; name=text/html", "text/htmlx", "video/mp4", '"image/png"', "a/b"]
)
def test_types_of_other_things(content_type: str) -> None:
    assert not is_html(content_type)


@pytest.mark.parametrize(
    ("rules", "seconds"),
    [("Crawl-delay: 2", 2.0), ("Request-rate: 1/5", 5.0), ("Request-rate: 1/5\nCrawl-delay: 8", 8.0), ("", 0.0)],
)
def test_the_pace_that_robots_txt_asks_for(rules: str, seconds: float) -> None:
    answer = answered("https://paper.example/robots.txt", body=f"User-agent: *\n{rules}\nDisallow: /x".encode())
    assert read_robots(answer).crawl_delay == seconds


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("before", ["", "\ufeff", "\r\n \ufeff"])
def test_rules_hold_in_the_encodings_of_editors(encoding: str, before: str) -> None:
    body = f"{before}User-agent: *\nDisallow: /x".encode(encoding)
    rules = read_robots(answered("https://paper.example/robots.txt", body=body))
    assert (rules.allows("https://paper.example/x/1"), rules.allows("https://paper.example/y")) == (False, True)
