from __future__ import annotations

import pytest

from mediawatch.extraction.page.tree import parse
from mediawatch.sources.pages import next_page

HERE = "https://news.example/2026/03/1001.html"


@pytest.mark.parametrize(
    ("here", "link", "found"),
    [
        (HERE, '<a href="1001_2.html">下一页</a>', "https://news.example/2026/03/1001_2.html"),
        (HERE, '<a href="/2026/03/1001_2.html">下一頁 &gt;</a>', "https://news.example/2026/03/1001_2.html"),
        (
            "https://news.example/2026/03/1001_2.html",
            '<a href="1001_3.html">下一页</a>',
            "https://news.example/2026/03/1001_3.html",
        ),
        ("https://news.example/a/", '<a rel="next" href="/a/2/">2</a>', "https://news.example/a/2/"),
        ("https://news.example/a/2/", '<a rel="next" href="/a/3/">3</a>', "https://news.example/a/3/"),
        ("https://news.example/s?id=7", '<a href="?id=7&page=2">Next page</a>', "https://news.example/s?id=7&page=2"),
        (HERE, '<a href="1001_all.html">余下全文</a>', "https://news.example/2026/03/1001_all.html"),
        (HERE, '<a href="?page=all">单页阅读</a>', HERE + "?page=all"),
        (HERE, '<a href="1001_2.html"><img src="n.gif" alt="下一页"></a>', "https://news.example/2026/03/1001_2.html"),
    ],
)
def test_the_next_page_of_the_same_article(here: str, link: str, found: str) -> None:
    assert next_page(parse(f"<p>x</p>{link}"), here) == found


@pytest.mark.parametrize(
    "link",
    [
        '<a href="1002.html">下一页</a>',
        '<a rel="next" href="/2026/03/1002.html">下一篇</a>',
        '<a href="https://other.example/2026/03/1001_2.html">下一页</a>',
        '<a href="1001_3.html">下一页</a>',
        '<a href="1001.html">下一页</a>',
        '<a href="javascript:void(0)">下一页</a>',
        '<a href="/app?from=1001">阅读全文</a>',
        '<a href="http://[">下一页</a>',
        '<a href="1002.html"><img src="n.gif" alt="下一页"></a>',
        '<a href="1001_2.html"><img src="n.gif" alt="港口的照片"></a>',
        '<a href="1001_2.html"><img src="n.gif" alt="下一页">港口的照片</a>',
    ],
)
def test_links_that_lead_elsewhere(link: str) -> None:
    assert next_page(parse(f"<p>x</p>{link}"), HERE) == ""


def test_an_unknown_address_has_no_next_page() -> None:
    assert next_page(parse('<a href="1001_2.html">下一页</a>'), "") == ""
