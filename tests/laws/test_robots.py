"""Laws of robots.txt: RFC 9309 whatever the bytes."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediawatch.harvest.fetching.answers import Trouble
from mediawatch.harvest.fetching.robots import LIMIT_BYTES, LIMIT_LINES, read_robots
from mediawatch.harvest.fetching.transport import PRODUCT
from mediawatch.records import Reason
from tests.support.growth import growth
from tests.support.timelines import answered

pytestmark = pytest.mark.slow

ROOT = "https://a.example"
URL = f"{ROOT}/robots.txt"
DENY = b"User-agent: *\nDisallow: /\n"
words = st.text("abcxyz-_", min_size=1, max_size=8)
paths = st.lists(words, min_size=1, max_size=3).map(lambda parts: "/" + "/".join(parts))
directives = st.sampled_from(
    [
        "User-agent: ",
        "Disallow: ",
        "Allow: ",
        "Crawl-delay: ",
        "Sitemap: ",
        "user agent ",
        "",
        "#",
        "\ufeff",
        "Disallow /",
    ]
)
values = st.one_of(
    paths, words, st.text(max_size=20), st.sampled_from(["*", PRODUCT, "/*$", "$", "%", "%zz", "1e999", "-1"])
)
lines = st.lists(st.builds("{}{}".format, directives, values), max_size=20)


@given(body=st.one_of(st.binary(max_size=400), lines.map(lambda found: "\n".join(found).encode("utf-8", "replace"))))
def test_any_bytes_are_read(body: bytes) -> None:
    robots = read_robots(answered(URL, body=body))
    assert robots.refusal is None
    assert robots.allows(f"{ROOT}/a") in (True, False)
    assert robots.allows(URL)
    assert robots.crawl_delay >= 0
    assert math.isfinite(robots.crawl_delay)


@given(status=st.integers(400, 499).filter(lambda status: status not in (407, 408, 425, 429)), path=paths)
def test_4xx_allows_all(status: int, path: str) -> None:
    assert read_robots(answered(URL, status, body=DENY)).allows(ROOT + path)


@given(status=st.one_of(st.integers(500, 599), st.just(429)), path=paths)
def test_5xx_allows_nothing(status: int, path: str) -> None:
    robots = read_robots(answered(URL, status, body=b""))
    assert not robots.allows(ROOT + path)
    assert robots.refusal is Reason.ROBOTS_UNREACHABLE


@pytest.mark.parametrize("reason", [Reason.UNREACHABLE, Reason.TOO_SLOW, Reason.UNDECODABLE])
def test_no_answer_allows_nothing(reason: Reason) -> None:
    robots = read_robots(Trouble(reason=reason, detail="no"))
    assert robots.refusal is Reason.ROBOTS_UNREACHABLE


def test_an_origin_at_an_unsafe_address_is_called_that_unless_only_its_rules_moved_there() -> None:
    unsafe = Trouble(reason=Reason.UNSAFE_ADDRESS, detail="127.0.0.1")
    assert read_robots(unsafe).refusal is Reason.UNSAFE_ADDRESS
    assert read_robots(unsafe, is_redirected=True).refusal is Reason.ROBOTS_UNREACHABLE


@given(path=paths)
def test_disallow_is_a_prefix(path: str) -> None:
    robots = read_robots(answered(URL, body=f"User-agent: *\nDisallow: {path}\n".encode()))
    assert not robots.allows(ROOT + path)
    assert not robots.allows(f"{ROOT}{path}/more")
    assert robots.allows(f"{ROOT}/0")


@given(path=paths, deeper=words)
def test_the_longest_match_wins_in_either_order(path: str, deeper: str) -> None:
    rules = [f"Disallow: {path}", f"Allow: {path}/{deeper}"]
    for ordered in (rules, rules[::-1]):
        robots = read_robots(answered(URL, body="\n".join(["User-agent: *", *ordered]).encode()))
        assert robots.allows(f"{ROOT}{path}/{deeper}")
        assert not robots.allows(ROOT + path)


@given(token=st.sampled_from([PRODUCT, PRODUCT.upper(), f"{PRODUCT}/1.0", f"{PRODUCT} (bot)"]))
def test_our_group_replaces_the_general_one(token: str) -> None:
    text = f"User-agent: *\nDisallow: /\n\nUser-agent: {token}\nDisallow: /no\n"
    robots = read_robots(answered(URL, body=text.encode()))
    assert robots.allows(f"{ROOT}/a")
    assert not robots.allows(f"{ROOT}/no")


@given(
    token=words.filter(lambda word: word != PRODUCT) | st.sampled_from(["media", "watch", "mediawatcher", "med*", "m"])
)
def test_groups_of_others_are_not_ours(token: str) -> None:
    robots = read_robots(answered(URL, body=f"User-agent: {token}\nDisallow: /\n".encode()))
    assert robots.allows(f"{ROOT}/a")


def test_groups_are_merged_and_lines_may_end_in_any_way() -> None:
    first = b"\xef\xbb\xbfUser-agent: mediawatch\rDisallow: /a\r\n\r\n"
    text = first + b"User-agent: other\nUser-agent: mediawatch\nDisallow: /b\n"
    robots = read_robots(answered(URL, body=text))
    assert [robots.allows(f"{ROOT}/{name}") for name in "abc"] == [False, False, True]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r"])
def test_rules_are_read_in_the_encoding_their_mark_says(encoding: str, end: str) -> None:
    robots = read_robots(answered(URL, body=end.join(("User-agent: *", "Disallow: /a", "")).encode(encoding)))
    assert [robots.allows(f"{ROOT}/{name}") for name in "ab"] == [False, True]


@given(filling=st.integers(0, 100))
def test_what_lies_beyond_the_limit_is_not_seen_and_a_cut_line_is_no_rule(filling: int) -> None:
    begin = b"User-agent: *\nDisallow: /early\n"
    rest = b"Allow: /early/but/this/is/allowed\n"
    room = LIMIT_BYTES - len(begin) - 8 - filling % 20
    body = begin + b"#" * (room - 1) + b"\n" + rest
    robots = read_robots(answered(URL, body=body[:LIMIT_BYTES]))
    assert not robots.allows(f"{ROOT}/early")
    assert not robots.allows(f"{ROOT}/early/but/this/is/allowed")
    assert robots.allows(f"{ROOT}/late")


def test_many_names_times_many_rules_are_not_multiplied() -> None:
    """Protego gives each rule of a group to each name of it."""

    def read(count: int) -> object:
        names = "".join(f"user  agent x{n}\n" for n in range(count))
        return read_robots(answered(URL, body=(names + "".join(f"allow: /{n}\n" for n in range(count))).encode()))

    assert growth(read, small=300, times=10) < 30


def test_lines_beyond_the_limit_are_not_seen_and_blank_ones_do_not_count() -> None:
    rules = "User-agent: *\n" + "# a comment\n\n" * LIMIT_LINES + "Disallow: /a\n"
    assert not read_robots(answered(URL, body=rules.encode())).allows(f"{ROOT}/a")
    beyond = "User-agent: *\n" + "Disallow: /b\n" * (LIMIT_LINES - 1) + "Disallow: /a\n"
    robots = read_robots(answered(URL, body=beyond.encode()))
    assert robots.allows(f"{ROOT}/a")
    assert not robots.allows(f"{ROOT}/b")
