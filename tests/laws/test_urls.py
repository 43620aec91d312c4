"""Laws of the identity form of an address."""

from __future__ import annotations

import contextlib
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediawatch.sources.urls import address_id, host_of, is_on_site, link_id, normalise, twin_host

LABEL = st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=8)
HOST = st.builds(lambda a, b: f"{a}.{b}.example", LABEL, LABEL)
SEGMENT = st.one_of(
    st.text(string.ascii_letters + string.digits + "-_.~%;=()", max_size=12),
    st.text(max_size=6),
    st.sampled_from(
        ["amp", "..", ".", "%2e%2E", "%2f", ";jsessionid=A1", "%E4%BD%A0", "%d6%d0", "新闻", "a.amp", "x.amp.html"]
    ),
)
PARAMETER = st.one_of(
    st.tuples(st.text(max_size=6), st.text(max_size=6)).map(lambda pair: f"{pair[0]}={pair[1]}"),
    st.sampled_from(
        ["id=7", "p=12", "utm_source=x", "from=timeline", "from=20", "amp=1", "amp", "a=%e4", "=", "&", "PHPSESSID=9"]
    ),
)
URL = st.builds(
    lambda scheme, host, port, path, query, fragment: (
        f"{scheme}://{host}{port}/{'/'.join(path)}?{'&'.join(query)}#{fragment}"
    ),
    st.sampled_from(["http", "https", "HTTP", "hTTps"]),
    st.one_of(
        HOST,
        st.sampled_from(
            ["WWW.Paper.Example", "m.paper.example", "www.m.paper.example.", "报.example", "[::1]", "127.0.0.2"]
        ),
    ),
    st.sampled_from(["", ":80", ":443", ":8080", ":"]),
    st.lists(SEGMENT, max_size=4),
    st.lists(PARAMETER, max_size=4),
    st.one_of(st.just(""), st.just("!/a/b"), st.text(max_size=6)),
)
ANYTHING = st.one_of(st.text(max_size=60), st.text(max_size=60).map("http://".__add__), URL)
SELECTORS = ("id", "p", "sid", "aid", "cid", "tid", "newsid", "page", "mod", "story", "doc", "a", "s", "v", "encoding")
TRACKER = st.sampled_from(
    [
        "utm_source=feed",
        "UTM_Medium=rss",
        "fbclid=Iw%20A",
        "spm=a.b",
        "from=timeline",
        "at_medium=RSS",
        "jsessionid=9",
        "amp=1",
    ]
)


@given(ANYTHING)
def test_normalising_twice_is_once_and_only_a_value_error_is_raised(url: str) -> None:
    with contextlib.suppress(ValueError):
        once = normalise(url)
        assert normalise(once) == once
        assert once.isascii()
        assert link_id(once) == link_id(url)


@given(URL)
def test_the_host_survives_but_for_its_twins(url: str) -> None:
    with contextlib.suppress(ValueError):
        assert twin_host(host_of(url)).removesuffix(":80") == host_of(normalise(url)).removesuffix(":80")
        assert is_on_site(url, [host_of(url)])


@given(URL, st.lists(TRACKER, min_size=1, max_size=3))
def test_trackers_do_not_change_the_identity(url: str, trackers: list[str]) -> None:
    address, _, fragment = url.partition("#")
    join = "&" if "?" in address else "?"
    with contextlib.suppress(ValueError):
        plain = normalise(url)
        assert normalise(f"{address}{join}{'&'.join(trackers)}#{fragment}") == plain


@given(HOST, st.lists(st.text(string.ascii_letters + string.digits, min_size=1, max_size=6), min_size=1, max_size=3))
def test_twins_of_a_page_are_one(host: str, path: list[str]) -> None:
    page = f"{host}/{'/'.join(path)}"
    twins = (
        f"https://{page}",
        f"http://{page}/",
        f"http://m.{page}",
        f"https://www.{page}?amp=1",
        f"https://amp.{page}",
        f"https://{page}/amp/",
        f"https://{page}#top",
        f"http://{host.upper()}:80/{'/'.join(path)}",
    )
    assert len({link_id(twin) for twin in twins}) == 1


@given(st.sampled_from(SELECTORS), st.data())
def test_what_selects_an_article_is_kept(name: str, data: st.DataObject) -> None:
    one, other = data.draw(
        st.lists(st.text(string.digits, min_size=1, max_size=6), min_size=2, max_size=2, unique=True)
    )
    assert link_id(f"https://paper.example/show?{name}={one}") != link_id(f"https://paper.example/show?{name}={other}")


@given(st.text(max_size=80))
def test_every_text_has_an_address_id(text: str) -> None:
    assert len(address_id(text)) == 32
    with contextlib.suppress(ValueError):
        assert address_id(text) == link_id(text)


@given(st.text(string.ascii_letters, min_size=1, max_size=10))
def test_paths_keep_their_case(word: str) -> None:
    if word.lower() == "amp":
        pytest.skip("the twin's own ending")
    assert normalise(f"https://paper.example/{word}").endswith(f"/{word}")
