from __future__ import annotations

import pytest

from mediawatch.sources.urls import LONGEST, address_id, host_of, is_on_site, link_id, normalise, twin_host


@pytest.mark.parametrize(
    ("announced", "identity"),
    [
        ("http://www.Paper.example:80/World/Story?b=2&a=1#top", "https://paper.example/World/Story?a=1&b=2"),
        ("https://paper.example", "https://paper.example/"),
        ("https://paper.example:443/", "https://paper.example/"),
        ("http://paper.example:8080/a", "http://paper.example:8080/a"),
        ("https://paper.example/a/?utm_source=rss&utm_medium=feed&id=7", "https://paper.example/a?id=7"),
        ("https://paper.example/show?from=timeline&id=7", "https://paper.example/show?id=7"),
        ("https://paper.example/list?from=20", "https://paper.example/list?from=20"),
        ("https://paper.example/a;jsessionid=0A1B?PHPSESSID=9", "https://paper.example/a"),
        ("https://paper.example/(S(lit3py55t21z5v55vlm25s55))/a", "https://paper.example/a"),
        ("https://m.paper.example/a", "https://paper.example/a"),
        ("https://mip.paper.example/a", "https://paper.example/a"),
        ("https://paper.example/a?id=7&amp;page=2", "https://paper.example/a?id=7&page=2"),
        ("https://paper.example/a?amp;utm_source=x", "https://paper.example/a"),
        ("https://paper.example/a?page=1&id=7", "https://paper.example/a?id=7"),
        ("https://paper.example/a?view=print&id=7", "https://paper.example/a?id=7"),
        ("https://paper.example/a?lang=zh-TW&id=7", "https://paper.example/a?id=7"),
        ("https://paper.example/a?lang=en&id=7", "https://paper.example/a?id=7&lang=en"),
        ("https://paper.example/a?share=twitter&trk=post&id=7", "https://paper.example/a?id=7"),
        ("https://paper.example/a?share=12", "https://paper.example/a?share=12"),
        ("https://paper.example/a?rand=0.2323&v=1795871100", "https://paper.example/a"),
        ("https://paper.example/a?rand=12&v=34", "https://paper.example/a?rand=12&v=34"),
        ("https://paper.example/a?vd_source=x&gad_source=1&ysclid=y", "https://paper.example/a"),
        ("https://paper.example/a?weixin_share=1&_x_tr_sl=auto&referer=app&print=yes", "https://paper.example/a"),
        ("https://paper.example/a%20", "https://paper.example/a"),
        ("https://paper.example/a&", "https://paper.example/a"),
        ("https://paper.example/news/default.aspx", "https://paper.example/news"),
        ("https://amp.paper.example/a/amp/", "https://paper.example/a"),
        ("https://paper.example/a.amp.html?amp", "https://paper.example/a.html"),
        ("https://paper.example/a?amp=1&outputType=amp", "https://paper.example/a"),
        ("https://paper.example/champ", "https://paper.example/champ"),
        (
            "https://paper.example/forum.php?mod=viewthread&tid=5",
            "https://paper.example/forum.php?mod=viewthread&tid=5",
        ),
        ("https://paper.example/#!/story/1", "https://paper.example/#!/story/1"),
        ("https://paper.example/#/detail/1", "https://paper.example/#/detail/1"),
        ("https://paper.example/amp/world/1", "https://paper.example/world/1"),
        ("https://paper.example//world//1", "https://paper.example/world/1"),
        ("https://paper.example/world/1/index.html", "https://paper.example/world/1"),
        ("https://paper.example/index.php?id=7", "https://paper.example/?id=7"),
        ("https://paper.example/a?output=amp&srsltid=x&wxshare_count=1&guccounter=1", "https://paper.example/a"),
        ("https://paper.example/a?t=1745928000&_t=1745928000123&f=rss&rss=1", "https://paper.example/a"),
        ("https://paper.example/a?t=17459", "https://paper.example/a?t=17459"),
        ("https://paper.example/a?variant=zh-hant", "https://paper.example/a"),
        ("https://3g.paper.example/a", "https://paper.example/a"),
        ("https://paper.example/%e4%bd%a0/新闻", "https://paper.example/%E4%BD%A0/%E6%96%B0%E9%97%BB"),
        ("https://paper.example/a?q=%d6%d0", "https://paper.example/a?q=%D6%D0"),
        ("https://报纸.example/", "https://xn--4ruw83d.example/"),
        ("https://paper.example./a", "https://paper.example/a"),
        ("https://paper.example/x/../y/./z", "https://paper.example/y/z"),
        ("  https://paper.example/a\n", "https://paper.example/a"),
        ("http://127.0.0.2:8123/a", "http://127.0.0.2:8123/a"),
        ("http://[::1]:8080/a", "http://[::1]:8080/a"),
        ("https://m.example/a", "https://m.example/a"),
    ],
)
def test_identities(announced: str, identity: str) -> None:
    assert normalise(announced) == identity
    assert normalise(identity) == identity


@pytest.mark.parametrize(
    "text",
    [
        "",
        "paper.example/a",
        "/a",
        "ftp://paper.example/",
        "javascript:alert(1)",
        "mailto:a@paper.example",
        "http://",
        "https:///a",
        "http://user:secret@paper.example/",
        "http://paper.example:port/",
        "http://paper.example:25/",
        "http://paper.example:0/",
        "http://[x/",
        "http://pa per.example/",
        "http://.example/",
        "http://a..example/",
        "https://paper.example/" + "a" * LONGEST,
        "https://paper.example/" + "新" * (LONGEST // 4),
    ],
)
def test_unusable_addresses_are_value_errors_with_an_id_of_their_own(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        normalise(text)
    with pytest.raises(ValueError, match=r"."):
        link_id(text)
    assert len(address_id(text)) == 32
    assert not is_on_site(text, ["paper.example"])


def test_ids_are_stable_across_releases() -> None:
    assert link_id("https://paper.example/a") == "2ca6fb32e71e702094a2dc2afca2d484"


def test_hosts() -> None:
    assert host_of("https://WWW.Paper.example:443/a") == "www.paper.example"
    assert host_of("http://paper.example:8080/") == "paper.example:8080"
    assert host_of("http://127.0.0.2:80/") == "127.0.0.2"
    assert twin_host("www.m.paper.example") == "paper.example"
    assert twin_host("news.paper.example") == "news.paper.example"
    assert twin_host("m.paper.example:8080") == "paper.example:8080"


def test_a_site_is_its_hosts_and_their_twins_only() -> None:
    hosts = ["www.paper.example", "127.0.0.2:8123"]
    assert is_on_site("http://m.paper.example/1", hosts)
    assert is_on_site("http://127.0.0.2:8123/1", hosts)
    assert not is_on_site("http://127.0.0.2/1", hosts)
    assert not is_on_site("https://paper.example.evil.example/1", hosts)
    assert not is_on_site("https://sport.paper.example/1", hosts)
