from __future__ import annotations

import gzip
import io
from datetime import UTC, datetime

import pytest

from mediawatch.harvest.discovery import Findings, read_announcement
from mediawatch.harvest.discovery.sitemaps import DEEPEST
from mediawatch.harvest.discovery.unpacking import LARGEST, unpacked
from mediawatch.records import Reason, Source
from tests.support.announcing import a_source, an_announcement, an_answer, limited

MAP = "https://www.paper.example/maps/news.xml"
XMLNS = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
)


def read(body: bytes | str, *, depth: int = 0, source: Source | None = None) -> Findings:
    announcement = an_announcement("sitemap", MAP, depth=depth)
    return read_announcement(announcement, an_answer(body, MAP), source or a_source())


def urlset(urls: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><urlset {XMLNS}>{urls}</urlset>'


def index(*children: tuple[str, str]) -> str:
    body = "".join(
        f"<sitemap><loc>{url}</loc>{f'<lastmod>{day}</lastmod>' if day else ''}</sitemap>" for url, day in children
    )
    return f"<sitemapindex {XMLNS}>{body}</sitemapindex>"


NEWS = urlset(
    "<url><loc> https://www.paper.example/a?x=1&amp;y=2 </loc><lastmod>2025-04-29T11:00:00Z</lastmod>"
    "<news:news><news:publication><news:name>Paper</news:name><news:language>zh-cn</news:language></news:publication>"
    "<news:publication_date>2025-04-29T08:00:00+08:00</news:publication_date><news:title>关税 &amp; 贸易</news:title>"
    "</news:news></url>"
)


def test_a_news_sitemap() -> None:
    (item,) = read(NEWS).items
    assert item.url == "https://www.paper.example/a?x=1&y=2"
    assert item.title == "关税 & 贸易"
    assert item.announced_at == datetime(2025, 4, 29, 0, 0, tzinfo=UTC)
    assert item.updated_at == datetime(2025, 4, 29, 11, 0, tzinfo=UTC)
    assert item.discovered_by == f"sitemap {MAP}"


def test_a_plain_sitemap_tells_changes_not_publication() -> None:
    found = read(urlset("<url><loc>/b</loc><lastmod>2025-04-29</lastmod></url><url><loc>/c</loc></url>"))
    assert [item.url for item in found.items] == ["https://www.paper.example/b", "https://www.paper.example/c"]
    assert [item.announced_at for item in found.items] == [None, None]
    assert found.items[0].updated_at == datetime(2025, 4, 28, 16, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "body",
    [
        "https://www.paper.example/b\nhttps://www.paper.example/c 2026-04-29",
        "\ufeffhttps://www.paper.example/b\nhttps://www.paper.example/c",
        '"https://www.paper.example/b","daily"\n"https://www.paper.example/c","daily"',
        "<https://www.paper.example/b>\n<https://www.paper.example/c>",
        "/b\n/c\n",
    ],
)
def test_a_sitemap_of_bare_addresses(body: str) -> None:
    assert [item.url for item in read(body).items] == ["https://www.paper.example/b", "https://www.paper.example/c"]


def test_namespaces_may_be_missing_or_others() -> None:
    body = '<s:urlset xmlns:s="urn:x"><s:url><s:loc>https://www.paper.example/1</s:loc></s:url></s:urlset>'
    assert len(read(body).items) == 1
    assert len(read("<urlset><url><loc>https://www.paper.example/1</loc></url></urlset>").items) == 1


def test_image_and_video_addresses_are_not_articles() -> None:
    image = '<image:image xmlns:image="urn:i"><image:loc>https://img.paper.example/1.jpg</image:loc></image:image>'
    found = read(urlset(f"<url>{image}<loc>https://www.paper.example/1</loc></url>"))
    assert [item.url for item in found.items] == ["https://www.paper.example/1"]


def test_gzip_is_known_by_its_bytes_members_and_all() -> None:
    assert len(read(gzip.compress(NEWS.encode())).items) == 1
    half = len(NEWS.encode()) // 2
    two = gzip.compress(NEWS.encode()[:half]) + gzip.compress(NEWS.encode()[half:]) + b"\0\0"
    assert len(read(two).items) == 1


def test_broken_and_bursting_gzip_is_a_problem_not_an_error() -> None:
    whole = gzip.compress(NEWS.encode())
    assert "ends too early" in read(whole[:-20]).problem
    assert "broken gzip" in read(b"\x1f\x8b" + b"x" * 40).problem
    bomb = io.BytesIO()
    with gzip.GzipFile(fileobj=bomb, mode="wb", compresslevel=1) as stream:
        for _ in range(LARGEST // 1_000_000 + 2):
            stream.write(bytes(1_000_000))
    assert read(bomb.getvalue()).problem == f"larger than {LARGEST} bytes when unpacked"
    with pytest.raises(ValueError, match="larger than"):
        unpacked(bomb.getvalue())


def test_an_index_is_followed_newest_first_and_without_the_stale() -> None:
    found = read(
        index(
            ("https://www.paper.example/maps/april.xml", "2025-04-28"),
            ("undated.xml", ""),
            ("https://www.paper.example/maps/old.xml", "2019-01-01"),
            ("https://www.paper.example/maps/today.xml.gz", "2025-04-29T11:00:00Z"),
            ("ftp://www.paper.example/x.xml", "2025-04-29"),
        )
    )
    names = [each.url.rpartition("/")[2] for each in found.follow]
    assert names == ["today.xml.gz", "april.xml", "undated.xml"]
    assert {(each.kind, each.depth, each.source) for each in found.follow} == {("sitemap", 1, "paper")}


def test_an_index_is_bounded_and_says_so() -> None:
    children = [(f"https://www.paper.example/maps/{n}.xml", "2025-04-29") for n in range(5)]
    found = read(index(*children), source=limited(sitemaps=2))
    assert len(found.follow) == 2
    assert found.problem == "read 2 of 5 child sitemaps (limits.sitemaps)"


def test_indexes_nest_only_so_deep() -> None:
    child = ("https://www.paper.example/maps/1.xml", "2025-04-29")
    assert len(read(index(child), depth=DEEPEST - 1).follow) == 1
    found = read(index(child), depth=DEEPEST)
    assert found == Findings(problem=f"an index nested deeper than {DEEPEST}", reason=Reason.UNPARSABLE)


def test_entities_are_not_expanded(tmp_path: object) -> None:
    with open(f"{tmp_path}/secret", "w", encoding="utf-8") as stream:
        stream.write("https://www.paper.example/secret")
    lines = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    doctype = f'<!DOCTYPE urlset [<!ENTITY x SYSTEM "file://{tmp_path}/secret"><!ENTITY e0 "https://a">{lines}]>'
    found = read(f"{doctype}<urlset><url><loc>&x;</loc></url><url><loc>&e11;</loc></url></urlset>")
    assert all(len(item.url) < 100 and "secret" not in item.url for item in found.items)


def test_a_torn_sitemap_keeps_what_was_whole() -> None:
    body = urlset("<url><loc>https://www.paper.example/1</loc></url><url><loc>https://www.paper.example/2</lo")
    assert read(body).items[0].url == "https://www.paper.example/1"


def test_a_list_of_lines_is_a_sitemap_too() -> None:
    found = read("https://www.paper.example/1\r\nhttps://www.paper.example/2\n")
    assert [item.url for item in found.items] == ["https://www.paper.example/1", "https://www.paper.example/2"]


@pytest.mark.parametrize("body", ["<html><body>Not found</body></html>", "no", "<rss/>", "\0", "<urlse"])
def test_what_is_no_sitemap_says_so(body: str) -> None:
    found = read(body)
    assert found.items == ()
    assert found.problem


def test_what_stands_beside_the_addresses_of_a_list_is_none() -> None:
    body = "https://www.paper.example/a/1\t2025-04-29\nhttps://www.paper.example/a/2, 0.5\n"
    assert [item.url[-4:] for item in read(body).items] == ["/a/1", "/a/2"]


def test_an_empty_sitemap_is_no_fault() -> None:
    assert read(urlset("")) == Findings()


def test_robots_txt_names_sitemaps_and_news_ones_win() -> None:
    robots = "User-agent: *\nDisallow: /x\nSitemap: https://www.paper.example/all.xml\nSITEMAP : /news.xml\n"
    robots += "Sitemap: http://[\nSitemap: http://[]/news\nSitemap: ftp://www.paper.example/news.xml\n"
    announcement = an_announcement("robots", "https://www.paper.example/robots.txt")
    found = read_announcement(announcement, an_answer(robots, announcement.url), a_source())
    assert [(each.url, each.kind) for each in found.follow] == [("https://www.paper.example/news.xml", "sitemap")]
    plain = an_answer(robots.replace("news.xml", "other.xml"), announcement.url)
    assert len(read_announcement(announcement, plain, a_source()).follow) == 2


def an_url(address: str = "https://www.paper.example/a/1", *, news: str = "渡口复航") -> str:
    return f"<url><loc>{address}</loc><news:news><news:title>{news}</news:title></news:news></url>"


@pytest.mark.parametrize(
    ("loc", "url"),
    [
        ("www.paper.example/a/1", "https://www.paper.example/a/1"),
        ("//www.paper.example/a/1", "https://www.paper.example/a/1"),
        ("https://www.paper.example/s?a=1&amp;amp;b=2", "https://www.paper.example/s?a=1&b=2"),
        ("https:///www.paper.example/a/1", "https://www.paper.example/a/1"),
    ],
)
def test_addresses_as_they_are_meant(loc: str, url: str) -> None:
    assert [item.url for item in read(urlset(an_url(loc))).items] == [url]


@pytest.mark.parametrize(
    ("title", "expected"),
    [("产量 < 5 成", "产量 < 5 成"), ("渡\x0b口\0", "渡口"), ("A & B", "A & B"), ("渡口&nbsp;", "渡口")],
)
def test_titles_that_are_not_well_formed_cost_no_entry(title: str, expected: str) -> None:
    found = read(urlset(an_url(news=title) + an_url("https://www.paper.example/a/2")))
    assert ([item.title for item in found.items], found.problem) == ([expected, "渡口复航"], "")


def test_warnings_of_a_server_before_the_sitemap() -> None:
    assert len(read("<br />\n<b>Warning</b>: x in <b>y.php</b><br />\n" + NEWS).items) == 1
    assert read("<!doctype html><html><body><urlset></urlset></body></html>").reason is Reason.NOT_A_FEED


@pytest.mark.parametrize("encoding", ["gb18030", "big5"])
def test_a_sitemap_in_another_encoding_than_it_says(encoding: str) -> None:
    titles = "港務局說漁港清淤工程提前完工 渡輪今天恢復航行 乘客可以在碼頭買票"
    (item,) = read(urlset(an_url(news=titles)).encode(encoding)).items
    assert item.title == titles


def test_a_sitemap_named_as_a_page_is_followed() -> None:
    found = read(urlset(an_url("https://www.paper.example/maps/2025-04.xml") + an_url()))
    assert [item.url for item in found.items] == ["https://www.paper.example/a/1"]
    assert [each.url for each in found.follow] == ["https://www.paper.example/maps/2025-04.xml"]


def test_title_and_time_where_baidu_wants_them() -> None:
    data = "<data><display><title>渡口复航</title><pubTime>2025-04-29T18:00:00</pubTime></display></data>"
    (item,) = read(f"<urlset><url><loc>https://www.paper.example/a/1</loc>{data}</url></urlset>").items
    assert (item.title, item.announced_at) == ("渡口复航", datetime(2025, 4, 29, 10, 0, tzinfo=UTC))


def test_elements_of_which_none_is_an_entry_are_told() -> None:
    found = read("<urlset><URL><LOC>https://www.paper.example/a/1</LOC></URL></urlset>")
    assert (found.items, found.reason) == ((), Reason.NO_LINKS)
    assert read("<urlset></urlset>").reason is None


def test_a_sitemap_within_a_sitemap() -> None:
    url = "<url><loc>https://www.paper.example/a/{}</loc></url>"
    found = read(f"<urlset><urlset>{url.format(1)}</urlset>{url.format(2)}<urlset>{url.format(3)}</urlset></urlset>")
    assert [item.url[-1] for item in found.items] == ["1", "2", "3"]


@pytest.mark.parametrize("loc", ["", "<loc/>", "<loc> \n </loc>", "<loc>#</loc>", "<loc>null</loc>"])
def test_an_entry_without_an_address_announces_nothing(loc: str) -> None:
    found = read(urlset(f"<url>{loc}<lastmod>2025-04-29</lastmod></url>{an_url()}"))
    assert [item.url for item in found.items] == ["https://www.paper.example/a/1"]
    assert read(urlset(f"<url>{loc}</url>")).reason is Reason.NO_LINKS


def test_an_entry_with_an_address_that_cannot_be_used_is_kept_to_be_counted() -> None:
    assert [item.url for item in read(urlset(an_url("http://[x"))).items] == ["http://[x"]


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("渡口<b>复航</b>首日", "渡口复航首日"),
        ("<p>渡口复航</p>", "渡口复航"),
        ("渡口复航<br/>首日", "渡口复航 首日"),
        ('<span class="a"><i>渡口</i></span>复航', "渡口复航"),
        # What is no markup of a title stays out of it, as where an end tag is missing.
        ("渡口复航<news:keywords>渡口, 船</news:keywords>", "渡口复航"),
        ("渡口复航<image:title>照片</image:title>", "渡口复航"),
        ("水位 < 3 米", "水位 < 3 米"),
    ],
)
def test_titles_with_markup_in_them(written: str, title: str) -> None:
    assert [item.title for item in read(urlset(an_url(news=written))).items] == [title]


@pytest.mark.parametrize("line", ["Site-map: {}", "Sitemap： {}", "sitemap {}"])
def test_robots_txt_names_sitemaps_in_other_spellings(line: str) -> None:
    announcement = an_announcement("robots", "https://www.paper.example/robots.txt")
    found = read_announcement(announcement, an_answer(line.format(MAP), announcement.url), a_source())
    assert [each.url for each in found.follow] == [MAP]


@pytest.mark.parametrize("line", ["# Sitemap: {}", "Sitemap index and more", "Disallow: /sitemap {}", "Sitemapper {}"])
def test_other_lines_of_robots_txt_name_no_sitemap(line: str) -> None:
    announcement = an_announcement("robots", "https://www.paper.example/robots.txt")
    assert not read_announcement(announcement, an_answer(line.format(MAP), announcement.url), a_source()).follow
