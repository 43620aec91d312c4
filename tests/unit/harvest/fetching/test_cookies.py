"""Which cookies of a chain of redirects go where."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediawatch.harvest.fetching.cookies import LONGEST, MOST, ChainCookies
from tests.support.timelines import answered

URL = "https://www.paper.example/news/1"


def told(*lines: str, url: str = URL) -> ChainCookies:
    cookies = ChainCookies()
    cookies.take(answered(url, 302, headers=tuple(("Set-Cookie", line) for line in lines)))
    return cookies


@pytest.mark.parametrize(
    ("line", "url", "sent"),
    [
        ("a=1; Path=/", "https://www.paper.example/x", "a=1"),
        ("a=1", "https://www.paper.example/news/2", "a=1"),
        ("a=1", "https://www.paper.example/newsroom", ""),
        ("a=1; Path=/news", "https://www.paper.example/news", "a=1"),
        ("a=1; Path=/", "https://paper.example/", ""),
        ("a=1; Path=/; Domain=.paper.example", "https://m.paper.example/", "a=1"),
        ("a=1; Path=/; Domain=paper.example", "https://notpaper.example/", ""),
        ("a=1; Path=/; Domain=elsewhere.example", "https://elsewhere.example/", ""),
        ("a=1; Path=/; Domain=example", "https://other.example/", ""),
        ("a=1; Path=/; Secure", "http://www.paper.example/", ""),
        ("a=1; Path=/; Secure; HttpOnly; SameSite=Lax", "https://www.paper.example/", "a=1"),
        ("a=b=c; Path=/", "https://www.paper.example/", "a=b=c"),
        ("a; Path=/", "https://www.paper.example/", ""),
        ("=1; Path=/", "https://www.paper.example/", ""),
        ("a=水; Path=/", "https://www.paper.example/", ""),
        (f"a={'x' * LONGEST}; Path=/", "https://www.paper.example/", ""),
    ],
)
def test_one_is_sent_where_it_belongs(line: str, url: str, sent: str) -> None:
    assert told(line).header(url) == sent


def test_the_last_word_on_a_cookie_counts() -> None:
    assert told("a=1; Path=/", "a=2; Path=/").header(URL) == "a=2"
    assert told("a=1; Path=/", "a=; Path=/; Max-Age=0").header(URL) == ""
    assert told("a=1; Path=/", "b=2; Path=/news").header(URL) == "b=2; a=1"


def test_whether_anything_is_new() -> None:
    cookies = ChainCookies()
    first = answered(URL, 302, headers=(("Set-Cookie", "a=1"),))
    assert (cookies.take(first), cookies.take(first), cookies.take(answered(URL, 302))) == (True, False, False)


def test_they_are_bounded() -> None:
    assert told(*(f"a{n}=1" for n in range(MOST + 9))).header(URL).count("=") == MOST


@given(st.lists(st.text(max_size=30), max_size=5))
def test_any_header_is_taken(lines: list[str]) -> None:
    sent = told(*lines).header(URL)
    assert sent.isascii()
    assert "\n" not in sent
