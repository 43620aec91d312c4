"""How the newsroom answers: addresses, instants, conditional requests and hardships."""

from __future__ import annotations

import gzip
import http.client
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import feedparser
import pytest
import requests
from lxml import html
from protego import Protego

from devsites import NO_HARDSHIPS, Expected, Hardships, Newsroom
from devsites.sites.harrow import LYING_ETAG
from mediawatch.records import Reason
from tests.support.newsroom import NOON, newsroom, open_newsroom, sources_of

__all__ = ["newsroom"]

FEEDS = {"baichuan": "/feed.xml", "hyacinth": "/atom.xml", "wutong": "/feed/", "harrow": "/rss.rdf"}


def get(url: str, **headers: str) -> requests.Response:
    return requests.get(url, headers=headers, timeout=20)


def one(newsroom: Newsroom, kind: str, site: str | None = None) -> Expected:
    lines = newsroom.truth(NOON.date())
    return next(line for line in lines if line.kind == kind and site in (None, line.site))


def test_six_sites_have_six_addresses_and_stop_when_left() -> None:
    with open_newsroom() as opened:
        places = [urlsplit(outlet.base_url).netloc for outlet in opened.outlets]
        assert len(set(places)) == 6
        assert all(get(f"http://{place}/").status_code == 200 for place in places)
    with pytest.raises(requests.ConnectionError):
        get(f"http://{places[0]}/")


def test_every_announced_address_has_the_outcome_that_the_truth_tells(newsroom: Newsroom) -> None:
    for line in newsroom.truth(NOON.date(), seen_at=NOON):
        if line.outcome == "off_site":
            assert "sponsor.example" in line.url
            continue
        answer = get(line.url)
        assert answer.status_code == (404 if line.outcome == Reason.GONE else 200), line.url
        assert line.outcome == "article" or Reason(line.outcome).is_final
        text = html.fromstring(answer.content).text_content()
        if not line.breaks:
            assert all(paragraph in text for paragraph in (*line.zh, *line.en, *line.captions)), line.url


def test_article_pages_print_title_publisher_byline_and_time(newsroom: Newsroom) -> None:
    for line in (line for line in newsroom.truth(NOON.date(), seen_at=NOON) if line.outcome == "article"):
        document = html.fromstring(get(line.url).content)
        text = document.text_content()
        assert document.findtext(".//h1") == line.title
        assert line.original_publisher in text
        assert line.byline in text
        local = newsroom.outlet(line.site).local(line.announced_at)
        printed = f"{local:%H:%M}" if line.site != "harrow" else f"{local:%H.%M}"
        assert (printed in text) == (line.published_at is not None)


def test_nothing_is_there_before_its_time(newsroom: Newsroom) -> None:
    later = next(line for line in newsroom.truth(NOON.date()) if line.announced_at > NOON and line.outcome == "article")
    assert get(later.url).status_code == 404
    newsroom.set_now(later.announced_at)
    assert get(later.url).status_code == 200


def test_old_pages_are_the_same_at_a_later_instant(newsroom: Newsroom) -> None:
    urls = [line.url for line in newsroom.truth(NOON.date() - timedelta(days=3)) if line.outcome == "article"]
    before = [get(url).content for url in urls]
    newsroom.set_now(NOON + timedelta(days=40))
    assert [get(url).content for url in urls] == before


def test_feeds_are_well_formed_dated_and_complete_for_two_days(newsroom: Newsroom) -> None:
    days = (NOON.date(), NOON.date() - timedelta(days=1))
    recent = [line for day in days for line in newsroom.truth(day, seen_at=NOON)]
    for site, path in FEEDS.items():
        feed = feedparser.parse(get(newsroom.outlet(site).base_url + path).content)
        assert not feed.bozo, site
        found = {entry.link for entry in feed.entries}
        assert {line.url for line in recent if line.site == site} <= found
        assert all(entry.get("published_parsed") or entry.get("updated_parsed") for entry in feed.entries)


def test_the_feed_with_content_carries_the_first_page(newsroom: Newsroom) -> None:
    line = one(newsroom, "paged")
    feed = feedparser.parse(get(newsroom.outlet("wutong").base_url + "/feed/").content)
    content = next(entry.content[0].value for entry in feed.entries if entry.link == line.url)
    assert line.zh[0] in content
    assert line.zh[-1] not in content


def test_a_paged_article_is_whole_over_its_pages(newsroom: Newsroom) -> None:
    line = one(newsroom, "paged")
    pages, url = [], line.url
    while url:
        document = html.fromstring(get(url).content)
        pages.append(document.xpath("//div[@class='entry-content']")[0].text_content())
        following = document.xpath("//a[@rel='next']/@href")
        url = urljoin(url, following[0]) if following else ""
    assert len(pages) == len(line.breaks) + 1 == 3
    assert all(paragraph in "".join(pages) for paragraph in line.zh)
    assert get(f"{line.url}4/").status_code == 404


def test_sitemaps_lead_by_index_and_gzip_to_news(newsroom: Newsroom) -> None:
    base = newsroom.outlet("wutong").base_url
    index = get(f"{base}/wp-sitemap.xml").text
    child = next(url for url in re.findall(r"<loc>(.*?)</loc>", index) if url.endswith(".gz"))
    places = re.findall(r"<loc>(.*?)</loc>", gzip.decompress(get(child).content).decode())
    assert one(newsroom, "paged").url in places
    news = get(newsroom.outlet("langang").base_url + "/news-sitemap.xml").text
    assert one(newsroom, "slow").url in news
    assert "<news:publication_date>2026-04-29T08:36:00+08:00</news:publication_date>" in news


def test_the_list_page_is_in_gbk_and_its_relative_links_lead_on(newsroom: Newsroom) -> None:
    url = newsroom.outlet("yanzhou").base_url + "/list/index.htm"
    answer = get(url)
    assert "charset" not in answer.headers["Content-Type"]
    document = html.fromstring(answer.content.decode("gbk"))
    links = [urljoin(url, link) for link in document.xpath("//ul[@class='list']//a/@href")]
    assert all(link.startswith("../") for link in document.xpath("//ul[@class='list']//a/@href"))
    assert get(links[0]).status_code == 200
    second = urljoin(url, document.xpath("//div[@class='pages']/a[2]/@href")[0])
    assert links[0] not in second
    assert get(second).status_code == 200


def test_robots_bar_what_the_truth_calls_barred(newsroom: Newsroom) -> None:
    for line in newsroom.truth(NOON.date(), seen_at=NOON):
        if line.outcome == "off_site":
            continue
        rules = Protego.parse(get(newsroom.outlet(line.site).base_url + "/robots.txt").text)
        assert rules.can_fetch(line.url, "mediawatch") == (line.outcome != Reason.ROBOTS)


def test_one_site_asks_for_a_crawl_delay() -> None:
    with open_newsroom(hardships=Hardships(crawl_delay_seconds=0.25)) as opened:
        delays = {
            outlet.masthead.key: Protego.parse(get(f"{outlet.base_url}/robots.txt").text).crawl_delay("mediawatch")
            for outlet in opened.outlets
        }
        assert {key: delay for key, delay in delays.items() if delay} == {"langang": 0.25}
        opened.set_hardships(NO_HARDSHIPS)
        assert "Crawl-delay" not in get(opened.outlet("langang").base_url + "/robots.txt").text


def test_a_busy_page_refuses_its_first_visitor_only() -> None:
    with open_newsroom(hardships=Hardships(slow_seconds=0, retry_after_seconds=1)) as opened:
        url = one(opened, "throttled").url
        refused = get(url)
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "1")
        assert get(url).status_code == 200


def test_a_slow_page_takes_its_time_and_stops_with_the_newsroom() -> None:
    with open_newsroom(hardships=Hardships(slow_seconds=600)) as opened, ThreadPoolExecutor(1) as pool:
        url = one(opened, "slow").url
        answer = pool.submit(get, url)
        assert get(one(opened, "revised", "langang").url).status_code == 200
        assert not answer.done()
        opened.stop()
        assert answer.exception(timeout=20) or answer.result().status_code == 200


def test_feeds_answer_304_until_something_is_new(newsroom: Newsroom) -> None:
    url = newsroom.outlet("baichuan").base_url + "/feed.xml"
    first = get(url)
    assert get(url, **{"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert get(url, **{"If-Modified-Since": first.headers["Last-Modified"]}).status_code == 304
    newsroom.set_now(NOON + timedelta(days=1))
    assert get(url, **{"If-None-Match": first.headers["ETag"]}).status_code == 200
    assert get(url, **{"If-Modified-Since": first.headers["Last-Modified"]}).status_code == 200


def test_one_feed_lies_about_being_unchanged(newsroom: Newsroom) -> None:
    url = newsroom.outlet("harrow").base_url + "/rss.rdf"
    first = get(url)
    assert first.headers["ETag"] == LYING_ETAG
    newsroom.set_now(NOON + timedelta(days=2))
    assert get(url, **{"If-None-Match": LYING_ETAG}).status_code == 304
    assert get(url).content != first.content


@pytest.mark.parametrize(("site", "hours"), [("hyacinth", 5), ("langang", 25)])
def test_a_revised_article_changes_page_and_announcement_at_its_time(newsroom: Newsroom, site: str, hours: int) -> None:
    day = NOON.date()
    final = one(newsroom, "revised", site)
    newsroom.set_now(final.announced_at + timedelta(hours=1))
    early = get(final.url)
    first = next(line for line in newsroom.truth(day, seen_at=newsroom.now()) if line.url == final.url)
    assert final.changed_at - final.announced_at == timedelta(hours=hours)
    assert first.title in early.content.decode()
    assert final.title not in early.content.decode()
    newsroom.set_now(final.changed_at)
    late = get(final.url, **{"If-None-Match": early.headers["ETag"]})
    assert late.status_code == 200
    assert final.zh[-1] in late.content.decode()
    path = {"hyacinth": "/atom.xml", "langang": "/news-sitemap.xml"}[site]
    announced = get(newsroom.outlet(site).base_url + path).text
    assert newsroom.outlet(site).local(final.changed_at).isoformat() in announced


def test_head_and_gzip_and_one_connection_for_many_requests(newsroom: Newsroom) -> None:
    place = urlsplit(newsroom.outlet("baichuan").base_url)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=20)
    connection.request("HEAD", "/feed.xml")
    head = connection.getresponse()
    assert (head.status, head.read()) == (200, b"")
    own_port = connection.sock.getsockname()
    connection.request("GET", "/feed.xml", headers={"Accept-Encoding": "gzip"})
    packed = connection.getresponse()
    assert packed.getheader("Content-Encoding") == "gzip"
    assert b"<rss" in gzip.decompress(packed.read())
    connection.request("GET", "/feed.xml")
    plain = connection.getresponse()
    assert plain.getheader("Content-Length") == head.getheader("Content-Length") == str(len(plain.read()))
    assert connection.sock.getsockname() == own_port
    connection.close()


def test_trackers_do_not_change_the_page(newsroom: Newsroom) -> None:
    twin = next(line for line in newsroom.truth(NOON.date()) if line.outcome == "duplicate")
    assert get(twin.url).content == get(twin.url.partition("?")[0]).content


def test_the_catalogue_is_one_that_the_product_reads(newsroom: Newsroom, tmp_path: Path) -> None:
    sources = sources_of(newsroom, tmp_path / "sources")
    assert [source.name for source in sources] == ["baichuan", "hyacinth", "wutong", "yanzhou", "langang", "harrow"]
    assert all(source.allow_addresses == ("127.0.0.0/8",) for source in sources)
    assert all(get(seed.url).status_code == 200 for source in sources for seed in source.discovery)


def test_a_naive_instant_is_refused(newsroom: Newsroom) -> None:
    with pytest.raises(ValueError, match="time zone"):
        newsroom.set_now(datetime(2026, 4, 29))  # noqa: DTZ001
    assert newsroom.now() == NOON


def test_without_an_instant_the_clock_decides() -> None:
    with Newsroom(hardships=NO_HARDSHIPS) as opened:
        before = datetime.now(UTC)
        assert before <= opened.now() <= datetime.now(UTC)


def test_a_taken_port_is_an_error(newsroom: Newsroom) -> None:
    port = urlsplit(newsroom.outlets[0].base_url).port
    with pytest.raises(OSError, match="in use"):
        Newsroom(port=port or 0)


def test_what_a_site_is_asked_at_once_is_counted() -> None:
    with open_newsroom(hardships=Hardships(slow_seconds=1.0)) as slow_newsroom:
        url = one(slow_newsroom, "slow").url
        key = next(outlet.masthead.key for outlet in slow_newsroom.outlets if url.startswith(outlet.base_url))
        get(url)
        assert (slow_newsroom.traffic()[key].requests, slow_newsroom.traffic()[key].most_at_once) == (1, 1)
        with ThreadPoolExecutor(2) as threads:
            list(threads.map(get, [url, url]))
        assert slow_newsroom.traffic()[key].most_at_once == 2
        slow_newsroom.forget_traffic()
        assert slow_newsroom.traffic()[key].requests == 0
