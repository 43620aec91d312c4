"""Which pages only send their readers on, and where to."""

from __future__ import annotations

import pytest

from mediawatch.harvest.fetching.forwarding import forwards_to

PROSE = "".join(f"<p>The council met {n} times and said what the new bridge will cost the town.</p>" for n in range(9))


@pytest.mark.parametrize(
    ("page", "target"),
    [
        ('<meta http-equiv="refresh" content="0;url=/news/1.html">', "/news/1.html"),
        ("<meta content='1; URL=\"/news/1.html?a=1&amp;b=2\"' http-equiv=Refresh>", "/news/1.html?a=1&b=2"),
        ('<meta http-equiv="refresh" content="0,news/1.html">', "news/1.html"),
        (
            '<base href="http://paper.example/b/"><meta http-equiv=refresh content="3;url=1.html">',
            "http://paper.example/b/1.html",
        ),
        (
            '<script>window.location.replace("/n/1")</script>'
            '<noscript><meta http-equiv="refresh" content="0;url=/n/1"></noscript>',
            "/n/1",
        ),
        ('<noscript><meta http-equiv="refresh" content="0;url=/n/1"></noscript>', "/n/1"),
        ('<script>location.href="/n/1";</script><p>正在跳转，请稍候…… <a href="/n/1">点击这里</a></p>', "/n/1"),
        ("<script>top.location = '/n/1?x=1&y=2'</script>", "/n/1?x=1&y=2"),
        ("<body onload=\"location='/n/1'\">", "/n/1"),
        ('<meta http-equiv="refresh" content="0 url=/n/1"><h1>Moved</h1>', "/n/1"),
        ("<script>var a=1;window.location.href='/n/1'</script>", "/n/1"),
    ],
)
def test_a_page_without_text_names_where_it_sends_on(page: str, target: str) -> None:
    assert forwards_to(f"<html><head>{page}</head></html>".encode()) == target


@pytest.mark.parametrize(
    "page",
    [
        f'<meta http-equiv="refresh" content="0;url=/mobile">{PROSE}',
        f'<script>location.href="/mobile"</script>{PROSE}',
        '<meta http-equiv="refresh" content="300;url=/">',
        '<meta http-equiv="refresh" content="5">',
        '<!-- <meta http-equiv="refresh" content="0;url=/old"> -->',
        '<script>if (/phone/.test(navigator.userAgent)) { location.href = "/mobile" }</script><div id="app"></div>',
        '<script>isMobile && location.replace("/mobile")</script><div id="app"></div>',
        '<script>if (location.href == "/a") start()</script><div id="app"></div>',
        '<script>document.cookie = "a=1"; location.reload()</script>',
        '<script>go == 1 ? location.href="/a" : location.href="/b"</script>',
        f'<div id="app"></div><noscript><meta http-equiv="refresh" content="0;url=/no"></noscript>'
        f"<script>{'start();' * 200}</script>",
        '<meta name="refresh" content="0;url=/a">',
        '<meta http-equiv="refresh" content="5;url=">',
        '<meta http-equiv="refresh" content="5 seconds">',
        '<div data-location="/a" onclick="location.href=\'/a\'"></div>',
        '<script>geo.location = "/a"; var allocation="/b"</script>',
        '<script src="/app.js"></script><noscript><meta http-equiv="refresh" content="0;url=/no"></noscript>',
        '<base href="http://[::1"><meta http-equiv="refresh" content="0;url=1.html">',
        '<meta http-equiv="refresh" content="5;url=/photo/2"><h1>Harbour at dawn</h1><p>Boats leave early.</p>',
    ],
)
def test_a_page_that_has_text_or_decides_sends_nobody_on(page: str) -> None:
    assert forwards_to(f"<html><head>{page}</head></html>".encode()) == ""


def test_the_bytes_of_an_address_stay_as_they_are() -> None:
    page = '<meta http-equiv="refresh" content="0;url=/新闻/1.html">'.encode("gbk")
    assert forwards_to(page).encode("latin-1") == "/新闻/1.html".encode("gbk")
