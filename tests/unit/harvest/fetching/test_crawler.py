"""The crawl as a whole, against real sites on loopback."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from mediawatch.errors import BadRequest, Contended
from mediawatch.harvest.fetching import Crawler, FetchAttempt, Job, Patience, Pulse, user_agent
from mediawatch.harvest.fetching.answers import Answer
from mediawatch.harvest.fetching.transport import Outgoing
from mediawatch.records import Exchange, Limits, Pace, Reason, Seed, Source, now
from tests.support.sites import Heard, Reply, Site, redirect, reply, silence

PATIENT = Patience(host_failures=5, backoff_seconds=0.01)
PAGE = reply("<p>news</p>")


@pytest.fixture
def other() -> Iterator[Site]:
    with Site("127.0.0.2") as running:
        yield running


def crawler(**changes: Any) -> Crawler:
    values: dict[str, Any] = {"concurrency": 8, "host_failures": 5, "time_box_seconds": 60, "clock": now}
    return Crawler(user_agent("desk@paper.example"), **{"patience": PATIENT, **values, **changes})


def crawled(*jobs: Job, **changes: Any) -> dict[str, FetchAttempt]:
    with crawler(**changes) as running:
        attempts = list(running.crawl(jobs))
    assert sorted(attempt.job.key for attempt in attempts) == sorted(job.key for job in jobs)
    return {attempt.job.key: attempt for attempt in attempts}


def job(url: str, source: Source, *, key: str = "", **changes: Any) -> Job:
    return Job(**{"key": key or url, "url": url, "source": source, "kind": "article", **changes})


def one(url: str, source: Source, **changes: Any) -> FetchAttempt:
    return crawled(job(url, source, key="k", **changes))["k"]


def outcomes(attempts: dict[str, FetchAttempt]) -> Counter[Reason | None]:
    return Counter(attempt.reason for attempt in attempts.values())


def test_a_page_comes_with_robots_txt_for_the_archive(site: Site) -> None:
    site.says("/a", PAGE)
    got = one(site.url("/a"), site.source())
    assert (got.reason, got.detail, got.final_url) == (None, "", site.url("/a"))
    assert [exchange.url for exchange in got.exchanges] == [site.url("/robots.txt"), site.url("/a")]
    assert got.response is got.exchanges[-1]
    assert site.heard[0].headers["user-agent"] == user_agent("desk@paper.example")


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (204, Reason.REFUSED),
        (206, Reason.REFUSED),
        (304, Reason.REFUSED),
        (400, Reason.REFUSED),
        (401, Reason.FORBIDDEN),
        (402, Reason.PAYWALLED),
        (403, Reason.FORBIDDEN),
        (404, Reason.GONE),
        (408, Reason.TOO_SLOW),
        (410, Reason.GONE),
        (418, Reason.REFUSED),
        (429, Reason.RATE_LIMITED),
        (451, Reason.FORBIDDEN),
        (500, Reason.SERVER_ERROR),
        (503, Reason.SERVER_ERROR),
        (599, Reason.SERVER_ERROR),
    ],
)
def test_every_status_has_its_reason(site: Site, status: int, reason: Reason) -> None:
    site.says("/a", reply("no" if status not in (204, 304) else "", status=status))
    got = one(site.url("/a"), site.source())
    assert got.reason is reason
    assert str(status) in got.detail
    assert got.response is None
    assert got.exchanges[-1].status == status


def test_answers_that_are_not_web_pages(site: Site) -> None:
    site.says("/film", reply(b"\0" * 10, content_type="video/mp4")).says("/untyped", reply("<p>x</p>", content_type=""))
    site.says("/feed", reply("<rss/>", content_type="application/rss+xml"))
    source = site.source()
    assert one(site.url("/film"), source).reason is Reason.NOT_HTML
    assert one(site.url("/untyped"), source).reason is None
    assert one(site.url("/feed"), source).reason is Reason.NOT_HTML
    assert one(site.url("/feed"), source, kind="announcement").reason is None


def test_bad_addresses_are_outcomes(site: Site) -> None:
    urls = [
        "ftp://paper.example/",
        "https:///nohost",
        "not an address",
        "",
        "http://paper.example:99999/",
        "http://[::1",
    ]
    attempts = crawled(*(job(url, site.source(), key=f"{n}") for n, url in enumerate(urls)))
    assert outcomes(attempts) == {Reason.BAD_ADDRESS: len(urls)}


def test_unsafe_addresses_are_outcomes(site: Site) -> None:
    strict = site.source(allow_addresses=())
    assert one(site.url("/a"), strict).reason is Reason.UNSAFE_ADDRESS
    assert site.heard == []


# -- conditional requests


def test_validators_are_sent_and_304_means_unchanged(site: Site) -> None:
    site.says("/a", reply("", status=304))
    got = one(site.url("/a"), site.source(), etag='W/"7"', last_modified="Tue, 06 Oct 2026 06:00:00 GMT")
    assert got.reason is Reason.UNCHANGED
    headers = site.heard[-1].headers
    assert (headers["if-none-match"], headers["if-modified-since"]) == ('W/"7"', "Tue, 06 Oct 2026 06:00:00 GMT")
    assert "if-none-match" not in site.heard[0].headers


# -- redirects


def test_redirects_are_followed_and_archived(site: Site) -> None:
    site.says("/a", redirect("/b?x=1#top", status=301)).says("/b?x=1", redirect("c", status=308)).says("/c", PAGE)
    got = one(site.url("/a"), site.source())
    assert got.final_url == site.url("/c")
    assert [exchange.status for exchange in got.exchanges] == [404, 301, 308, 200]


def test_a_location_in_utf8_is_followed(site: Site) -> None:
    site.says("/a", redirect("/新闻")).says("/%E6%96%B0%E9%97%BB", PAGE)
    assert one(site.url("/a"), site.source()).reason is None


@pytest.mark.parametrize(
    ("location", "path"),
    [
        ("/新闻".encode("gbk"), "/%D0%C2%CE%C5"),
        ("/新聞?id=臺".encode("big5"), "/%B7s%BBD?id=%BBO"),
        (b"/caf\xe9", "/caf%E9"),
        (b" /b\t", "/b"),
        (b"\\b\\c", "/b/c"),
        # What is well written stays.
        (b"/%D0%C2?a=%20b", "/%D0%C2?a=%20b"),
        (b"/b%5Cc", "/b%5Cc"),
        (b"/b+c?d=e+f", "/b+c?d=e+f"),
    ],
)
def test_a_location_is_followed_in_the_bytes_that_the_site_wrote(site: Site, location: bytes, path: str) -> None:
    head = b"".join(step for step in redirect("here").steps if isinstance(step, bytes))
    site.says("/a", Reply((head.replace(b"here", location),))).says(path, PAGE)
    assert one(site.url("/a"), site.source()).reason is None
    assert site.heard[-1].path == path


def test_circles_and_long_chains_end(site: Site) -> None:
    site.says("/a", redirect("/b")).says("/b", redirect("/a"))
    site.says("/n0", *[redirect("/n0?1")])
    for n in range(9):
        site.says(f"/n0?{n}", redirect(f"/n0?{n + 1}"))
    source = site.source(limits=Limits(redirects=3))
    circle, chain = one(site.url("/a"), source), one(site.url("/n0"), source)
    assert (circle.reason, chain.reason) == (Reason.REDIRECT_LOOP, Reason.REDIRECT_LOOP)
    assert [exchange.status for exchange in circle.exchanges] == [404, 302, 302]
    assert chain.detail == "more than 3 redirects"
    assert len(chain.exchanges) == 1 + 4


def test_a_page_that_wants_a_cookie_first_is_asked_again_with_it(site: Site) -> None:
    def ask(heard: Heard) -> Reply:
        if "seen=1" in heard.headers.get("cookie", ""):
            return PAGE
        return reply(status=302, headers=[("Location", "/a"), ("Set-Cookie", "seen=1; Path=/")])

    site.says("/a", ask).says("/b", PAGE)
    with crawler() as running:
        first = list(running.crawl([job(site.url("/a"), site.source())]))
        then = list(running.crawl([job(site.url("/b"), site.source())]))
    assert [attempt.reason for attempt in first + then] == [None, None]
    assert [(heard.path, heard.headers.get("cookie")) for heard in site.heard if heard.path != "/robots.txt"] == [
        ("/a", None),
        ("/a", "seen=1"),
        ("/b", None),
    ]


def test_one_that_sets_another_cookie_each_time_is_left(site: Site) -> None:
    number = iter(range(100))

    def ask(_: Heard) -> Reply:
        return reply(status=302, headers=[("Location", "/a"), ("Set-Cookie", f"seen={next(number)}; Path=/")])

    site.says("/a", ask)
    got = one(site.url("/a"), site.source(limits=Limits(redirects=3)))
    assert (got.reason, got.detail) == (Reason.REDIRECT_LOOP, "more than 3 redirects")


def test_a_page_that_only_sends_on_is_a_hop(site: Site) -> None:
    sends_on = reply('<meta http-equiv="refresh" content="0;url=/b">')
    site.says("/a", sends_on).says("/b", PAGE)
    got = one(site.url("/a"), site.source())
    assert (got.reason, got.final_url) == (None, site.url("/b"))
    assert [exchange.url for exchange in got.exchanges[1:]] == [site.url("/a"), site.url("/b")]


@pytest.mark.parametrize("path", ["/", "/news/"])
def test_a_page_that_sends_on_to_the_front_is_the_answer(site: Site, path: str) -> None:
    site.says("/a", reply(f'<p>该文章已被删除，3秒后跳转</p><meta http-equiv="refresh" content="3;url={path}">'))
    got = one(site.url("/a"), site.source(discovery=(Seed(kind="list_page", url=site.url("/news/")),)))
    assert (got.reason, got.final_url, site.paths()) == (None, site.url("/a"), ["/a"])


def test_a_page_that_sends_on_in_a_circle_or_away_is_the_answer(site: Site, other: Site) -> None:
    site.says("/a", reply("<script>location.replace('/a')</script>"))
    site.says("/b", reply(f"<script>location.replace('{other.url('/x')}')</script>"))
    got = crawled(job(site.url("/a"), site.source()), job(site.url("/b"), site.source()))
    assert outcomes(got) == {None: 2}
    assert {key: attempt.final_url for key, attempt in got.items()} == {key: key for key in got}


def test_a_redirect_off_the_site_is_not_followed(site: Site, other: Site) -> None:
    site.says("/a", redirect(other.url("/b")))
    got = one(site.url("/a"), site.source())
    assert (got.reason, got.detail) == (Reason.LEFT_SITE, other.url("/b"))
    assert other.heard == []


def test_a_redirect_to_another_host_of_the_source_asks_its_robots_first(site: Site, other: Site) -> None:
    site.says("/a", redirect(other.url("/b"))).says("/x", redirect(other.url("/private")))
    other.says("/robots.txt", reply("User-agent: *\nDisallow: /private", content_type="text/plain")).says("/b", PAGE)
    source = site.source(hosts=(site.host, other.host))
    attempts = crawled(job(site.url("/a"), source, key="a"), job(site.url("/x"), source, key="x"))
    assert attempts["a"].reason is None
    assert attempts["x"].reason is Reason.ROBOTS
    assert other.paths() == ["/b"]
    assert Counter(exchange.url for attempt in attempts.values() for exchange in attempt.exchanges) == {
        site.url("/robots.txt"): 1,
        other.url("/robots.txt"): 1,
        site.url("/a"): 1,
        site.url("/x"): 1,
        other.url("/b"): 1,
    }


def test_an_announcement_may_go_where_the_source_announces(site: Site, other: Site) -> None:
    site.says("/feed", redirect(other.url("/feed")))
    other.says("/feed", reply("<rss/>", content_type="text/xml"))
    source = site.source(discovery=(Seed(kind="feed", url=other.url("/feed")),))
    assert one(site.url("/feed"), source, kind="announcement").reason is None
    assert one(site.url("/feed"), source).reason is Reason.LEFT_SITE


@pytest.mark.parametrize("target", ["http://10.0.0.1/", "http://[fd00::1]/", "http://169.254.169.254/latest"])
def test_every_redirect_target_is_checked(site: Site, target: str) -> None:
    site.says("/a", redirect(target))
    host = target.split("/")[2]
    got = one(site.url("/a"), site.source(hosts=(site.host, host)))
    assert got.reason is Reason.UNSAFE_ADDRESS


@pytest.mark.parametrize("target", ["ftp://127.0.0.1/", "javascript:void(0)", "http://[::1"])
def test_redirects_to_nowhere(site: Site, target: str) -> None:
    site.says("/a", redirect(target))
    assert one(site.url("/a"), site.source()).reason is Reason.BAD_ADDRESS


def test_a_redirect_without_a_location_is_final(site: Site) -> None:
    site.says("/a", reply("", status=302))
    assert one(site.url("/a"), site.source()).reason is Reason.REFUSED


# -- robots.txt


def robots(text: str, **changes: Any) -> Reply:
    return reply(text, content_type="text/plain", **changes)


def test_robots_txt_is_obeyed_and_asked_for_once(site: Site) -> None:
    site.says("/robots.txt", robots("User-agent: *\nDisallow: /private/\n")).says("/a", PAGE).says("/private/b", PAGE)
    source = site.source()
    with crawler() as running:
        first = list(running.crawl([job(site.url("/private/b"), source), job(site.url("/a"), source)]))
        second = list(running.crawl([job(site.url("/a"), source, key="again")]))
    assert {attempt.job.url: attempt.reason for attempt in first} == {
        site.url("/private/b"): Reason.ROBOTS,
        site.url("/a"): None,
    }
    assert [heard.path for heard in site.heard] == ["/robots.txt", "/a", "/a"]
    assert [len(attempt.exchanges) for attempt in first] == [1, 1]
    assert [len(attempt.exchanges) for attempt in second] == [1]


def test_our_own_group_wins(site: Site) -> None:
    text = "User-agent: *\nDisallow: /\n\nUser-agent: Mediawatch/9\nDisallow: /no\n\nUser-agent: media\nDisallow: /a\n"
    site.says("/robots.txt", robots(text)).says("/a", PAGE)
    attempts = crawled(job(site.url("/a"), site.source(), key="a"), job(site.url("/no"), site.source(), key="no"))
    assert (attempts["a"].reason, attempts["no"].reason) == (None, Reason.ROBOTS)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_without_robots_txt_all_is_allowed(site: Site, status: int) -> None:
    site.says("/robots.txt", robots("User-agent: *\nDisallow: /", status=status)).says("/a", PAGE)
    assert one(site.url("/a"), site.source()).reason is None


@pytest.mark.parametrize("status", [429, 500, 503])
def test_while_robots_txt_cannot_be_had_nothing_is_fetched(site: Site, status: int) -> None:
    site.says("/robots.txt", robots("later", status=status)).says("/a", PAGE)
    source = site.source()
    with crawler() as running:
        attempts = list(running.crawl([job(site.url("/a"), source), job(site.url("/b"), source)]))
        attempts += list(running.crawl([job(site.url("/c"), source)]))
    assert [attempt.reason for attempt in attempts] == [Reason.ROBOTS_UNREACHABLE] * 3
    assert attempts[0].detail == f"robots.txt: status {status}"
    assert [heard.path for heard in site.heard] == ["/robots.txt"] * PATIENT.tries
    assert [len(attempt.exchanges) for attempt in attempts] == [PATIENT.tries, 0, 0]


def test_robots_txt_that_comes_back_within_the_run_counts(site: Site) -> None:
    site.says("/robots.txt", robots("busy", status=503), robots("User-agent: *\nDisallow: /b")).says("/a", PAGE)
    assert one(site.url("/a"), site.source()).reason is None


def test_a_host_without_connection_is_robots_unreachable(site: Site) -> None:
    source, url = site.source(), site.url("/a")
    site.__exit__()
    got = one(url, source)
    site.__enter__()
    assert got.reason is Reason.ROBOTS_UNREACHABLE
    assert "refused" in got.detail


def test_robots_txt_may_move_even_to_another_host(site: Site, other: Site) -> None:
    site.says("/robots.txt", redirect(other.url("/rules"))).says("/a", PAGE)
    other.says("/rules", robots("User-agent: *\nDisallow: /b"))
    attempts = crawled(job(site.url("/a"), site.source(), key="a"), job(site.url("/b"), site.source(), key="b"))
    assert (attempts["a"].reason, attempts["b"].reason) == (None, Reason.ROBOTS)
    assert other.paths() == ["/rules"]


@pytest.mark.parametrize(("hops", "reason"), [(5, Reason.ROBOTS), (6, None)])
def test_robots_txt_is_followed_five_times(site: Site, hops: int, reason: Reason | None) -> None:
    site.says("/robots.txt", redirect("/r1")).says("/a", PAGE)
    for n in range(1, hops):
        site.says(f"/r{n}", redirect(f"/r{n + 1}"))
    site.says(f"/r{hops}", robots("User-agent: *\nDisallow: /"))
    assert one(site.url("/a"), site.source()).reason is reason


def test_rules_beyond_500_kib_are_not_seen(site: Site) -> None:
    filling = "# nothing here to see\n" * 30_000
    site.says("/robots.txt", robots(f"User-agent: *\nDisallow: /b\n{filling}Disallow: /a\n")).says("/a", PAGE)
    attempts = crawled(job(site.url("/a"), site.source(), key="a"), job(site.url("/b"), site.source(), key="b"))
    assert (attempts["a"].reason, attempts["b"].reason) == (None, Reason.ROBOTS)


# -- trouble with hosts


def test_a_short_retry_after_is_waited_for(site: Site) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=1), usegmt=True)
    site.says("/a", reply("slow down", status=429, headers=[("Retry-After", "1")]), PAGE)
    site.says("/b", reply("busy", status=503, headers=[("Retry-After", later)]), PAGE)
    began = time.monotonic()
    attempts = crawled(job(site.url("/a"), site.source(), key="a"), job(site.url("/b"), site.source(), key="b"))
    assert outcomes(attempts) == {None: 2}
    assert time.monotonic() - began >= 1
    assert [exchange.status for exchange in attempts["a"].exchanges] == [404, 429, 200]


@pytest.mark.parametrize("seconds", ["3600", "121"])
def test_a_long_retry_after_gives_the_host_up(site: Site, seconds: str) -> None:
    site.says("/a", reply("", status=429, headers=[("Retry-After", seconds)]))
    source = site.source()
    with crawler() as running:
        attempts = list(running.crawl([job(site.url("/a"), source), job(site.url("/b"), source)]))
        attempts += list(running.crawl([job(site.url("/c"), source)]))
    assert [attempt.reason for attempt in attempts] == [Reason.RATE_LIMITED, *[Reason.HOST_GIVEN_UP] * 2]
    assert f"asks to wait {seconds} s" in attempts[1].detail
    assert site.paths() == ["/a"]


def test_a_wait_past_the_time_box_gives_the_host_up(site: Site) -> None:
    site.says("/a", reply("", status=503, headers=[("Retry-After", "30")]))
    source = site.source()
    attempts = crawled(job(site.url("/a"), source, key="a"), job(site.url("/b"), source, key="b"), time_box_seconds=10)
    assert outcomes(attempts) == {Reason.SERVER_ERROR: 1, Reason.HOST_GIVEN_UP: 1}


def test_a_failing_host_is_given_up_and_others_are_not(site: Site, other: Site) -> None:
    bad, good = site.source(), other.source("other")
    for n in range(10):
        site.says(f"/{n}", reply("broken", status=500))
        other.says(f"/{n}", PAGE)
    jobs = [job(here.url(f"/{n}"), source) for here, source in ((site, bad), (other, good)) for n in range(10)]
    attempts = crawled(*jobs, patience=Patience(host_failures=4, tries=1, backoff_seconds=0.001))
    assert outcomes(attempts) == {None: 10, Reason.SERVER_ERROR: 4, Reason.HOST_GIVEN_UP: 6}
    assert len(site.paths()) == 4


def test_one_good_answer_ends_a_row_of_failures(site: Site) -> None:
    for n in range(6):
        site.says(f"/{n}", reply("broken", status=500) if n % 2 else PAGE)
    patience = Patience(host_failures=2, tries=1, backoff_seconds=0.001)
    attempts = crawled(*(job(site.url(f"/{n}"), site.source()) for n in range(6)), patience=patience)
    assert outcomes(attempts) == {None: 3, Reason.SERVER_ERROR: 3}


def test_a_slow_page_does_not_hold_up_other_hosts(site: Site, other: Site) -> None:
    released = threading.Event()

    def slow(_: Heard) -> Reply:
        assert released.wait(30)
        return PAGE

    site.says("/slow", slow)
    for n in range(5):
        other.says(f"/{n}", PAGE)
    jobs = [job(site.url("/slow"), site.source(), key="slow")]
    jobs += [job(other.url(f"/{n}"), other.source("other")) for n in range(5)]
    with crawler(concurrency=2) as running:
        attempts = running.crawl(jobs)
        first = [next(attempts).job.key for _ in range(5)]
        released.set()
        last = [attempt.job.key for attempt in attempts]
    assert "slow" not in first
    assert last == ["slow"]


def test_the_time_box_leaves_the_rest_pending(site: Site, other: Site) -> None:
    slow = site.source(pace=Pace(delay_seconds=600, max_delay_seconds=600))
    site.says("/a", PAGE)
    other.says("/a", PAGE)
    jobs = [job(site.url("/a"), slow, key=f"{n}") for n in range(3)] + [
        job(other.url("/a"), other.source("o"), key="o")
    ]
    attempts = crawled(*jobs, time_box_seconds=0.5)
    assert attempts["o"].reason is None
    assert outcomes(attempts) == {None: 1, Reason.OUT_OF_TIME: 3}
    assert sum(len(attempt.exchanges) for attempt in attempts.values()) == 3


def test_a_time_box_that_is_over_asks_nobody(site: Site) -> None:
    assert (
        one(
            site.url("/a"),
            site.source(),
        ).reason
        is Reason.GONE
    )
    attempts = crawled(job(site.url("/a"), site.source(), key="k"), time_box_seconds=0)
    assert attempts["k"].reason is Reason.OUT_OF_TIME
    assert len(site.heard) == 2


def test_one_request_at_a_time_to_a_host(site: Site) -> None:
    lock, busy, most = threading.Lock(), [0], [0]

    def count(_: Heard) -> Reply:
        with lock:
            busy[0] += 1
            most[0] = max(most[0], busy[0])
        time.sleep(0.002)
        with lock:
            busy[0] -= 1
        return PAGE

    jobs = [job(site.url(f"/{n}"), site.source(f"s{n % 3}")) for n in range(30)]
    for n in range(30):
        site.says(f"/{n}", count)
    assert outcomes(crawled(*jobs, concurrency=16)) == {None: 30}
    assert most == [1]


# -- the iterator's contract


def said(url: str, status: int) -> Exchange:
    return Exchange(
        url=url, status=status, phrase="", request_headers=(), headers=(), body=b"", fetched_at=now(), remote_address=""
    )


class Faulty:
    """A transport with a bug for some addresses."""

    def __init__(self) -> None:
        self.is_closed = False

    def send(self, outgoing: Outgoing) -> Answer:
        if outgoing.purpose == "robots":
            return said(outgoing.url, 404)
        if outgoing.url.endswith(("/3", "/5")):
            raise ZeroDivisionError(outgoing.url)
        return said(outgoing.url, 410)

    def abort(self) -> None:
        pass

    def close(self) -> None:
        self.is_closed = True


def test_a_fault_of_ours_loses_no_other_job_and_is_raised_at_the_end(site: Site) -> None:
    transport = Faulty()
    jobs = [job(f"http://host{n % 4}.example/{n}", site.source()) for n in range(12)]
    attempts: list[FetchAttempt] = []
    with crawler(transport=transport) as running:
        with pytest.raises(ZeroDivisionError, match=r"example/[35]") as raised:
            attempts.extend(running.crawl(jobs))
        attempts += running.crawl([job("http://host0.example/99", site.source(), key="later")])
    assert transport.is_closed
    assert raised.value.__notes__ == ["1 more jobs failed inside the crawler"]
    assert attempts[-1].job.key == "later"


def test_the_attempts_around_a_fault_are_complete(site: Site) -> None:
    jobs = [job(f"http://host{n % 4}.example/{n}", site.source(), key=str(n)) for n in range(12)]
    attempts: list[FetchAttempt] = []
    with crawler(transport=Faulty()) as running, contextlib.suppress(ZeroDivisionError):
        for attempt in running.crawl(jobs):
            attempts.append(attempt)  # noqa: PERF402 - what came before the exception is wanted
    reasons = {attempt.job.key: attempt.reason for attempt in attempts}
    assert reasons == {str(n): Reason.SHARD_MISSING if n in (3, 5) else Reason.GONE for n in range(12)}


def test_closing_the_iterator_stops_at_once(site: Site, other: Site) -> None:
    arrived = threading.Event()

    def never(_: Heard) -> Reply:
        arrived.set()
        return silence()

    site.says("/hangs", never)
    other.says("/a", PAGE)
    patient = site.source(limits=Limits(read_seconds=600, transfer_seconds=600))
    with crawler() as running:
        jobs = [job(site.url("/hangs"), patient), job(other.url("/a"), other.source("o"))]
        attempts = running.crawl(jobs)
        assert next(attempts).job.url == other.url("/a")
        assert arrived.wait(10)
        attempts.close()  # type: ignore[attr-defined]
        assert not [thread for thread in threading.enumerate() if thread.name.startswith("fetch-")]
        again = list(running.crawl([job(other.url("/a"), other.source("o"))]))
    assert [attempt.reason for attempt in again] == [None]


def test_an_exception_in_the_reader_stops_the_crawl(site: Site) -> None:
    site.says("/a", PAGE)

    def read() -> None:
        with crawler() as running:
            for _ in running.crawl(job(site.url("/a"), site.source(), key=str(n)) for n in range(50)):
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read()
    until(lambda: not [t for t in threading.enumerate() if t.name.startswith("fetch-")])  # closed when collected


def test_no_jobs_no_attempts() -> None:
    assert crawled() == {}


def test_a_slow_reader_slows_the_crawl_and_not_the_memory(site: Site) -> None:
    for n in range(60):
        site.says(f"/{n}", PAGE)
    with crawler(concurrency=2) as running:
        attempts = running.crawl(job(site.url(f"/{n}"), site.source()) for n in range(60))
        for read, _ in enumerate(attempts, start=1):
            if read == 1:
                until(lambda: len(site.paths()) >= 4)
            assert len(site.paths()) <= read + 10
    assert read == 60


def test_the_pulse_beats_while_nothing_comes(site: Site) -> None:
    """The site answers only after the third beat, so that a crawl that waits without a pulse never ends."""
    beats, third = [0], threading.Event()

    def beat() -> None:
        beats[0] += 1
        if beats[0] == 3:
            third.set()

    def answer(_: Heard) -> Reply:
        assert third.wait(20)
        return PAGE

    site.says("/a", answer)
    with crawler(pulse=Pulse(beat, 0.02)) as running:
        (attempt,) = running.crawl([job(site.url("/a"), site.source())])
    assert attempt.reason is None


def test_what_the_pulse_raises_ends_the_crawl(site: Site) -> None:
    def beat() -> None:
        raise Contended("taken over")

    site.says("/a", silence())
    with crawler(pulse=Pulse(beat, 0.02)) as running, pytest.raises(Contended):
        list(running.crawl([job(site.url("/a"), site.source())]))


def test_two_crawls_at_once_are_refused(site: Site) -> None:
    site.says("/a", PAGE)
    with crawler() as running:
        first = running.crawl([job(site.url("/a"), site.source(), key=str(n)) for n in range(20)])
        next(first)
        with pytest.raises(BadRequest, match="one crawl at a time"):
            next(running.crawl([]))
        assert len(list(first)) == 19
        assert list(running.crawl([])) == []


def until(holds: Callable[[], bool], *, seconds: float = 20) -> None:
    """Wait until it holds."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.005)
