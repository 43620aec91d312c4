"""The catalogue that ships: it loads, is large enough, and has the sites that the product is made for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mediawatch.sources import deal, read_catalogue
from mediawatch.sources.urls import twin_host

FOLDER = Path(__file__).parents[3] / "include" / "sources"
CATALOGUE = read_catalogue(FOLDER)


def test_it_is_large_and_nothing_claims_to_have_been_visited() -> None:
    assert len(CATALOGUE.sources) >= 40
    assert {source.status for source in CATALOGUE.sources} == {"unverified"}
    assert len({source.country for source in CATALOGUE.sources}) >= 15


def test_names_and_hosts_are_unique() -> None:
    names = [source.name for source in CATALOGUE.sources]
    hosts = [twin_host(host) for source in CATALOGUE.sources for host in source.hosts]
    assert len(names) == len(set(names))
    assert len(hosts) == len(set(hosts))


@pytest.mark.parametrize(
    "host",
    [
        "chineseheadlinenews.com",
        "molihua.org",
        "wenxuecity.com",
        "cn.nytimes.com",
        "www.bbc.com",
        "www.rfi.fr",
        "www.dw.com",
        "www.voachinese.com",
        "www.rfa.org",
        "www.zaobao.com.sg",
        "www.stheadline.com",
        "www.worldjournal.com",
        "udn.com",
        "news.ltn.com.tw",
        "www.cna.com.tw",
        "news.rthk.hk",
        "theinitium.com",
        "www3.nhk.or.jp",
        "china.kyodonews.net",
        "www.aljazeera.com",
        "chinese.aljazeera.net",
        "www.ftchinese.com",
        "www.thepaper.cn",
        "www.news.cn",
        "www.people.com.cn",
        "www.caixin.com",
        "news.163.com",
        "news.sina.com.cn",
        "news.ifeng.com",
        "www.theguardian.com",
        "www.npr.org",
        "www.channelnewsasia.com",
        "www.scmp.com",
        "www.taipeitimes.com",
        "www.japantimes.co.jp",
        "apnews.com",
        "www.reuters.com",
    ],  # a column of hosts reads better so
)
def test_the_sites_that_the_product_is_made_for_are_there(host: str) -> None:
    assert CATALOGUE.by_host(host) is not None


def test_both_scripts_and_english_are_covered() -> None:
    first = [source.languages[0] for source in CATALOGUE.sources]
    assert min(first.count("zh-Hans"), first.count("zh-Hant"), first.count("en")) >= 10
    known = {language for source in CATALOGUE.sources for language in source.languages}
    assert known == {"zh-Hans", "zh-Hant", "en"}


def test_both_editions_of_the_bilingual_papers_are_announced() -> None:
    for name, edition in (
        ("nytimes-chinese", "zh-hant"),
        ("bbc", "trad"),
        ("rfi", "/tw/"),
        ("kyodo-chinese", "tchina"),
    ):
        addresses = [seed.url for seed in CATALOGUE.named(name).discovery]
        assert any(edition in address for address in addresses)
        assert any(edition not in address for address in addresses)


def test_files_say_that_they_are_unverified() -> None:
    for file in FOLDER.glob("*.yaml"):
        assert "not visited yet" in file.read_text("utf-8").partition("\n- ")[0]


def test_patterns_do_not_match_the_page_they_read() -> None:
    for source in CATALOGUE.sources:
        for seed in source.discovery:
            if seed.link_pattern:
                assert not re.search(seed.link_pattern, seed.url), source.name


def test_it_deals_into_even_shards() -> None:
    sizes = [len(shard) for shard in deal(CATALOGUE.sources, 4)]
    assert max(sizes) - min(sizes) <= 5


def test_a_site_that_others_saw_is_told_from_one_that_nobody_saw() -> None:
    standings = [source.standing.partition(" ")[0] for source in CATALOGUE.sources]
    assert min(standings.count("seen"), standings.count("unseen")) > 0
    assert set(standings) == {"seen", "unseen"}


def test_agencies_are_visited_every_half_hour() -> None:
    often = {source.name for source in CATALOGUE.sources if source.cadence.least_hours <= 0.5}
    assert {"xinhua", "cna", "reuters", "yonhap", "apnews"} <= often
