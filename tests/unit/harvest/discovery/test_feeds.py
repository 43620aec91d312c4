from __future__ import annotations

import gzip
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from mediawatch.harvest.discovery import Findings, read_announcement
from mediawatch.harvest.discovery.feeds import LONGEST_TEXT
from mediawatch.records import Reason
from tests.support.announcing import HOME, a_source, an_announcement, an_answer

FEED = "https://www.paper.example/news/feed.xml"


def read(body: bytes | str, *, content_type: str = "application/xml", timezone: str = "Asia/Shanghai") -> Findings:
    answer = an_answer(body, FEED, content_type=content_type)
    return read_announcement(an_announcement("feed", FEED), answer, a_source(timezone=timezone))


def rss(items: str, *, head: str = '<?xml version="1.0" encoding="utf-8"?>', attributes: str = "") -> str:
    return f'{head}<rss version="2.0" {attributes}><channel><title>Paper</title>{items}</channel></rss>'


def an_entry(*, title: str = "A", link: str = "https://www.paper.example/1", date: str = "") -> str:
    return f"<item><title>{title}</title><link>{link}</link>{f'<pubDate>{date}</pubDate>' if date else ''}</item>"


def test_rss_2_0() -> None:
    found = read(
        rss(an_entry(title="关税升级", link="https://www.paper.example/a/1", date="Tue, 29 Apr 2025 18:00:00 +0800"))
    )
    (item,) = found.items
    assert (item.url, item.title, item.updated_at) == ("https://www.paper.example/a/1", "关税升级", None)
    assert item.announced_at == datetime(2025, 4, 29, 10, 0, tzinfo=UTC)
    assert item.discovered_by == f"feed {FEED}"
    assert found.problem == ""
    assert found.follow == ()


def test_rss_0_91_with_its_doctype() -> None:
    body = (
        '<?xml version="1.0"?><!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" '
        '"http://my.netscape.example/publish/formats/rss-0.91.dtd"><rss version="0.91"><channel><title>P</title>'
        "<item><title>One</title><link>https://www.paper.example/1</link></item></channel></rss>"
    )
    assert [item.title for item in read(body).items] == ["One"]


def test_rdf_takes_dublin_core_dates() -> None:
    body = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>P</title></channel>'
        '<item rdf:about="https://www.paper.example/1"><title>One</title><link>https://www.paper.example/1</link>'
        "<dc:date>2025-04-29T08:30:00Z</dc:date></item></rdf:RDF>"
    )
    (item,) = read(body).items
    assert item.announced_at == datetime(2025, 4, 29, 8, 30, tzinfo=UTC)


def test_atom_keeps_publication_and_update_apart() -> None:
    body = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>P</title><entry>'
        '<title type="html">A &lt;b&gt;bold&lt;/b&gt; move</title><link rel="self" href="/self"/><link rel="alternate" href="https://www.paper.example/1"/>'
        "<published>2025-04-28T00:00:00Z</published><updated>2025-04-29T01:02:03+00:00</updated></entry></feed>"
    )
    (item,) = read(body).items
    assert item.url == "https://www.paper.example/1"
    assert item.title == "A bold move"
    assert item.announced_at == datetime(2025, 4, 28, tzinfo=UTC)
    assert item.updated_at == datetime(2025, 4, 29, 1, 2, 3, tzinfo=UTC)


def test_relative_links_follow_xml_base_or_else_the_feed() -> None:
    based = rss(an_entry(link="a/1"), attributes='xml:base="https://www.paper.example/world/"')
    assert read(based).items[0].url == "https://www.paper.example/world/a/1"
    assert read(rss(an_entry(link="/a/2"))).items[0].url == "https://www.paper.example/a/2"
    assert read(rss(an_entry(link="a/3"))).items[0].url == "https://www.paper.example/news/a/3"


def test_a_permalink_guid_is_an_address_and_nothing_is_dropped_for_want_of_one() -> None:
    found = read(rss("<item><guid>https://www.paper.example/g</guid></item><item><title>No address</title></item>"))
    assert [item.url for item in found.items] == ["https://www.paper.example/g", ""]


def test_titles_lose_markup_and_keep_comparisons() -> None:
    entry = an_entry(title="<![CDATA[<em>Oil</em>&nbsp;at 5 &lt; 6&#8217;s <img src=x onerror=y> price]]>")
    assert read(rss(entry)).items[0].title == "Oil at 5 < 6’s price"


def test_encodings_by_header_and_by_declaration() -> None:
    body = rss(an_entry(title="中文标题"), head='<?xml version="1.0" encoding="gb2312"?>').encode("gb18030")
    assert read(body, content_type="text/xml").items[0].title == "中文标题"
    big5 = rss(an_entry(title="臺灣新聞"), head='<?xml version="1.0"?>').encode("big5")
    assert read(big5, content_type="application/rss+xml; charset=big5").items[0].title == "臺灣新聞"


def test_a_feed_with_a_bare_ampersand_is_still_read() -> None:
    assert [item.title for item in read(rss(an_entry(title="R & D") + an_entry(title="B"))).items] == ["R & D", "B"]


def test_no_zone_means_the_sources_zone() -> None:
    entry = rss(an_entry(date="2025-04-29 08:00:00"))
    assert read(entry).items[0].announced_at == datetime(2025, 4, 29, 0, 0, tzinfo=UTC)
    assert read(entry, timezone="America/New_York").items[0].announced_at == datetime(2025, 4, 29, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "date", ["Tue, 29 Apr 2042 18:00:00 GMT", "1970-01-01T00:00:00Z", "soon", "0000-00-00 00:00:00"]
)
def test_what_cannot_be_true_is_no_date(date: str) -> None:
    assert read(rss(an_entry(date=date))).items[0].announced_at is None


@pytest.mark.parametrize("body", ["<html><body>Maintenance</body></html>", "{}", "\0\0\0", "plain words"])
def test_what_is_no_feed_says_so(body: str) -> None:
    found = read(body)
    assert found.items == ()
    assert found.problem.startswith("not a feed")


def test_an_empty_feed_is_no_fault() -> None:
    assert read(rss("")) == Findings()


def test_a_body_that_names_a_file_opens_no_file(tmp_path: object) -> None:
    file = f"{tmp_path}/secret.xml"
    with open(file, "w", encoding="utf-8") as stream:
        stream.write(rss(an_entry(title="secret")))
    assert read(file).items == ()
    assert read(f"file://{file}").items == ()


def test_entities_are_neither_multiplied_nor_fetched(tmp_path: object) -> None:
    lines = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY e0 "ha">{lines}]>' + rss(an_entry(title="&e11;"), head="")
    with open(f"{tmp_path}/secret", "w", encoding="utf-8") as stream:
        stream.write("secret")
    outside = f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY x SYSTEM "file://{tmp_path}/secret">]>' + rss(
        an_entry(title="&x;"), head=""
    )
    assert all(len(item.title) < 100 for item in read(bomb).items)
    assert all("secret" not in item.title for item in read(outside).items)


def test_answers_that_are_not_good_ones() -> None:
    source, announcement = a_source(), an_announcement("feed", FEED)
    assert read_announcement(announcement, an_answer("x", FEED, status=404), source).problem == "answered 404"
    assert read_announcement(announcement, an_answer(" \n", FEED), source).problem == "empty answer"
    assert read_announcement(announcement, an_answer(gzip.compress(b"x"), FEED), source).items == ()


def test_one_impossible_character_reference_does_not_cost_the_feed() -> None:
    entries = an_entry(title="A &#x110000; & B &#20013;") + an_entry(title="C &#xD800; &#99999999999;")
    assert [item.title for item in read(rss(entries)).items] == ["A ? & B 中", "C ? ?"]


JSON_FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "The Paper",
    "items": [
        {"id": "1", "url": "/a/1", "title": "One &amp; all", "date_published": "2025-04-29T09:30:00+08:00"},
        {"id": "https://www.paper.example/a/2", "date_modified": "2025-04-29T10:00:00Z", "title": 7},
        "no item",
    ],
}


def test_a_json_feed_is_a_feed() -> None:
    found = read("\ufeff" + json.dumps(JSON_FEED), content_type="application/feed+json")

    first, second = found.items
    assert (first.url, first.title, first.announced_at) == (
        "https://www.paper.example/a/1",
        "One & all",
        datetime(2025, 4, 29, 1, 30, tzinfo=UTC),
    )
    assert (second.url, second.title) == ("https://www.paper.example/a/2", "")
    assert second.announced_at == second.updated_at == datetime(2025, 4, 29, 10, tzinfo=UTC)


def test_a_json_feed_with_line_breaks_in_its_strings() -> None:
    (item,) = read(
        '{"version": "https://jsonfeed.org/version/1", "items": [{"url": "/a/1", "title": "One\nand all"}]}'
    ).items
    assert item.title == "One and all"


@pytest.mark.parametrize(
    "body", ['{"version": 1, "items": []}', '{"items": [' + "[" * 100_000, '{"version": "https://']
)
def test_other_json_is_no_feed(body: str) -> None:
    assert read(body).reason is Reason.NOT_A_FEED


class TestFullText:
    """What an entry holds as its content is kept where the seed says that this is the article."""

    RSS = (
        "<rss version='2.0' xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel><item>"
        f"<link>{HOME}a</link><description>teaser</description>"
        "<content:encoded><![CDATA[{}]]></content:encoded></item></channel></rss>"
    )
    JSON = '{{"version": "https://jsonfeed.org/version/1.1", "items": [{{"url": "/a", "content_html": "{}"}}]}}'

    def text(self, body: str, *, has_full_text: bool = True) -> str:
        announcement = replace(an_announcement("feed"), has_full_text=has_full_text)
        (item,) = read_announcement(announcement, an_answer(body), a_source()).items
        return item.text

    @pytest.mark.parametrize("feed", [RSS, JSON])
    def test_only_there_and_only_within_bounds(self, feed: str) -> None:
        assert self.text(feed.format("<p>the article</p>")) == "<p>the article</p>"
        assert self.text(feed.format("<p>the article</p>"), has_full_text=False) == ""
        assert self.text(feed.format("x" * (LONGEST_TEXT + 1))) == ""

    def test_a_teaser_is_no_article(self) -> None:
        assert self.text(rss(an_entry() + "<item><description>x</description></item>").replace(an_entry(), "")) == ""


@pytest.mark.parametrize(
    ("dates", "told"),
    [
        (["Tue, 29 Apr 2025 18:00:07 +0800"] * 10, 0),
        (["Tue, 29 Apr 2025 18:00:07 +0800"] * 9, 9),
        (["Tue, 29 Apr 2025 18:00:07 +0800"] * 9 + ["Tue, 29 Apr 2025 18:00:08 +0800"], 10),
        (["2025-04-29"] * 10, 10),
    ],
)
def test_one_time_on_every_entry_is_when_the_feed_was_written(dates: list[str], told: int) -> None:
    entries = "".join(an_entry(link=f"https://www.paper.example/{n}", date=date) for n, date in enumerate(dates))
    items = read(rss(entries)).items
    assert (len(items), sum(item.announced_at is not None for item in items)) == (len(dates), told)


HOST = "https://www.paper.example"
"""Where the feed lies."""


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("www.paper.example/a/1", f"{HOST}/a/1"),
        ("paper.example/a/1", "https://paper.example/a/1"),
        ("https%3A%2F%2Fwww.paper.example%2Fa%2F1", f"{HOST}/a/1"),
        ("https:/www.paper.example/a/1", f"{HOST}/a/1"),
        ("http://https://www.paper.example/a/1", f"{HOST}/a/1"),
        ("http://http.paper.example/a/1", "http://http.paper.example/a/1"),
        (f"{HOST}/go?to=http://https.paper.example/", f"{HOST}/go?to=http://https.paper.example/"),
        ("&lt;![CDATA[https://www.paper.example/a/1]]&gt;", f"{HOST}/a/1"),
        ("https://www.paper.example/s?q=[[a]]", f"{HOST}/s?q=[[a]]"),
        ("\ufeffhttps://www.paper.example/a/1\u200b", f"{HOST}/a/1"),
        ("\n  https://www.paper.example/a/\n  1.html\n", f"{HOST}/a/1.html"),
        ("&quot;https://www.paper.example/a/1&quot;", f"{HOST}/a/1"),
        ("https://www.paper.example/s?a=1&amp;amp;b=2", f"{HOST}/s?a=1&b=2"),
        ("https://www.paper.example/s?a=1&b=2", f"{HOST}/s?a=1&b=2"),
        ("/a/1", f"{HOST}/a/1"),
        ("a:1.html", "a:1.html"),
        ("#", ""),
    ],
)
def test_links_as_they_are_meant(link: str, url: str) -> None:
    (item,) = read(rss(an_entry(link=link))).items
    assert item.url == url


def test_the_id_of_an_entry_whose_link_is_only_the_front_page() -> None:
    entry = "<item><title>A</title><link>{}</link><guid isPermaLink='true'>https://www.paper.example/a/1</guid></item>"
    for front in ("https://www.paper.example/", "https://www.paper.example", "https://www.paper.example/zh/"):
        head = "<link>https://www.paper.example/zh/</link>"
        (item,) = read(rss(head + entry.format(front))).items
        assert item.url == f"{HOST}/a/1"


def test_a_number_is_no_address() -> None:
    (item,) = read(rss("<item><title>A</title><guid isPermaLink='false'>8892</guid></item>")).items
    assert item.url == ""


def test_the_link_of_an_author_is_not_that_of_the_entry() -> None:
    author = "<author><name>Ann</name><link>https://www.paper.example/people/ann</link></author>"
    (item,) = read(rss(an_entry(link=f"{HOST}/a/1").replace("</item>", f"{author}</item>"))).items
    assert item.url == f"{HOST}/a/1"


@pytest.mark.parametrize(
    "links",
    [
        '<link rel="alternate" href="/a/1"/><link rel="alternate" hreflang="en" href="/en/1"/>',
        '<link rel="alternate" type="text/json" href="/api/1"/><link rel="alternate" type="text/html" href="/a/1"/>',
        '<link rel="self" href="/a/1"/><id>urn:uuid:1</id>',
        '<content src="/a/1" type="text/html"/><id>urn:1</id>',
    ],
)
def test_the_page_among_the_links_of_an_atom_entry(links: str) -> None:
    atom = f'<feed xmlns="http://www.w3.org/2005/Atom"><title>P</title><entry><title>A</title>{links}</entry></feed>'
    (item,) = read(atom).items
    assert item.url == f"{HOST}/a/1"


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Salt & Sand, AT&T", "Salt & Sand, AT&T"),
        ("渡口&nbsp;复航&mdash;首日", "渡口 复航—首日"),
        ("产量 < 去年 5 成", "产量 < 去年 5 成"),
        ("火 &#55357;&#56613; 势", "火 🔥 势"),
        ("<[CDATA[渡口 & 码头]]>", "渡口 & 码头"),
        ("火 &#xD83D;&#xDD25; 势", "火 🔥 势"),
    ],
)
def test_titles_that_are_not_well_formed(title: str, expected: str) -> None:
    found = read(rss(an_entry(title=title)))
    assert ([item.title for item in found.items], found.problem) == ([expected], "")


def test_a_feed_with_entities_of_its_own() -> None:
    head = '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY paper "晨报">]>'
    assert [item.title for item in read(rss(an_entry(title="&paper;：复航"), head=head)).items] == ["晨报：复航"]


def test_dates_in_elements_that_no_format_knows_and_numbers_in_json() -> None:
    entry = f"<item><title>A</title><link>{HOST}/a/1</link><pubTime>2025-04-29 18:00:00</pubTime></item>"
    feed = {"version": "http://jsonfeed.org/version/1", "items": [{"id": f"{HOST}/a/1", "date_published": 1745920800}]}
    for body in (rss(entry), json.dumps(feed)):
        (item,) = read(body).items
        assert (item.url, item.announced_at) == (f"{HOST}/a/1", datetime(2025, 4, 29, 10, 0, tzinfo=UTC))
