from __future__ import annotations

from pathlib import Path

import pytest

from mediawatch.errors import BadRequest
from mediawatch.harvest.discovery.probing import candidates_for, further_candidates, suggest
from mediawatch.records import Exchange
from mediawatch.sources import read_catalogue
from tests.support.announcing import an_answer

ASKED = "http://paper.example.tw/"
HOME = "https://www.paper.example.tw/"


def rss(host: str = "www", count: int = 5, start: int = 0) -> str:
    items = "".join(
        f"<item><title>立法院三讀通過預算案，各黨團發表聲明 {n}</title><link>https://{host}.paper.example.tw/story/{n}</link>"
        "<pubDate>Tue, 29 Apr 2025 18:00:00 +0800</pubDate></item>"
        for n in range(start, start + count)
    )
    return f'<rss version="2.0"><channel><title>x</title>{items}</channel></rss>'


def news_sitemap(count: int = 5) -> str:
    urls = "".join(
        f"<url><loc>{HOME}story/{n}</loc><n:news><n:publication_date>2025-04-29T08:00:00Z</n:publication_date>"
        "<n:title>Parliament passes the budget after a long debate</n:title></n:news></url>"
        for n in range(count)
    )
    return f'<urlset xmlns="urn:s" xmlns:n="urn:n">{urls}</urlset>'


def page(head: str = "", body: str = "") -> str:
    return f'<html lang="zh-TW"><head><title>晚報 | 首頁</title>{head}</head><body>{body}</body></html>'


def site(home: str, **answers: str) -> list[Exchange]:
    """A redirect to the home page, and answers by path with slashes written as two underscores."""
    others = [an_answer(body, HOME + path.replace("__", "/").replace("_dot_", ".")) for path, body in answers.items()]
    return [an_answer("", ASKED, status=301, location=HOME), an_answer(home, HOME, content_type="text/html"), *others]


ALTERNATE = '<link rel="alternate" type="application/rss+xml" href="/feeds/all">'


def test_the_usual_addresses_are_tried_first() -> None:
    candidates = candidates_for(HOME)
    assert (candidates[0].kind, candidates[0].url, candidates[0].is_guess) == ("home", HOME, False)
    assert {each.kind for each in candidates[1:]} == {"robots", "feed", "sitemap"}
    assert all(each.is_guess and each.url.startswith(HOME) for each in candidates[1:])
    with pytest.raises(ValueError, match="http"):
        candidates_for("paper")


def test_what_answers_name_is_asked_for_next() -> None:
    first = [*site(page(ALTERNATE)), an_answer(f"Sitemap: {HOME}index-news.xml", "http://paper.example.tw/robots.txt")]
    named = further_candidates(ASKED, first)
    assert [(each.kind, each.url) for each in named] == [
        ("feed", HOME + "feeds/all"),
        ("sitemap", HOME + "index-news.xml"),
    ]
    index = f"<sitemapindex><sitemap><loc>{HOME}news-1.xml</loc></sitemap></sitemapindex>"
    second = [*first, an_answer(rss(), HOME + "feeds/all"), an_answer(index, HOME + "index-news.xml")]
    assert [each.url for each in further_candidates(ASKED, second)] == [HOME + "news-1.xml"]
    third = [*second, an_answer(news_sitemap(), HOME + "news-1.xml")]
    assert further_candidates(ASKED, third) == ()


def test_a_site_with_a_feed() -> None:
    suggestion = suggest(ASKED, site(page(ALTERNATE), feeds__all=rss()))
    source = suggestion.source
    assert (source.name, source.title, source.home) == ("paper-example", "晚報", HOME)
    assert (source.country, source.timezone, source.languages) == ("TW", "Asia/Taipei", ("zh-Hant",))
    assert [(each.kind, each.url) for each in source.discovery] == [("feed", HOME + "feeds/all")]
    assert source.status == "unverified"
    assert suggestion.notes[0] == f"feed {HOME}feeds/all: 5 items, newest 2025-04-29 10:00 UTC"
    assert len(suggestion.items) == 5


def test_the_text_is_a_catalogue_file(tmp_path: Path) -> None:
    suggestion = suggest(ASKED, site(page(ALTERNATE), feeds__all=rss()))
    (tmp_path / "new.yaml").write_text(suggestion.text, encoding="utf-8")
    assert read_catalogue(tmp_path).sources == (suggestion.source,)


def test_a_feed_that_adds_nothing_is_left_out_and_hosts_below_are_named() -> None:
    home = page(ALTERNATE + ALTERNATE.replace("all", "world") + ALTERNATE.replace("all", "sport"))
    source = suggest(
        ASKED, site(home, feeds__all=rss(count=9), feeds__world=rss(count=4), feeds__sport=rss("sport", 6))
    ).source
    assert [each.url for each in source.discovery] == [HOME + "feeds/all", HOME + "feeds/sport"]
    assert source.hosts == ("www.paper.example.tw", "sport.paper.example.tw")


def test_a_news_sitemap_serves_where_there_is_no_feed() -> None:
    found = [*site(page()), an_answer(news_sitemap(), "http://paper.example.tw/news-sitemap.xml")]
    source = suggest(ASKED, found).source
    assert [(each.kind, each.url) for each in source.discovery] == [
        ("news_sitemap", "http://paper.example.tw/news-sitemap.xml")
    ]
    assert source.languages == ("en",)


def test_else_the_home_page_is_a_list_or_left_to_auto() -> None:
    links = "".join(f'<a href="/story/{n}">立法院三讀通過預算案各黨團發表聲明</a>' for n in range(10000, 10005))
    listed = suggest(ASKED, site(page(body=links)))
    assert [(each.kind, each.url) for each in listed.source.discovery] == [("list_page", HOME)]
    assert len(listed.items) == 5
    assert suggest(ASKED, site(page())).source.discovery[0].kind == "auto"


def test_without_a_home_page_there_is_nothing_to_suggest() -> None:
    with pytest.raises(BadRequest, match="no page came back"):
        suggest(ASKED, [an_answer("", ASKED, status=503)])
    with pytest.raises(BadRequest, match="no page came back"):
        suggest(ASKED, [an_answer("", ASKED, status=302, location=ASKED)])
