"""Pace, patience and the time box under a clock that jumps."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

import pytest
from requests import PreparedRequest
from requests.adapters import HTTPAdapter

from mediawatch.harvest.fetching import Job, Patience
from mediawatch.harvest.fetching.answers import Answer, Trouble
from mediawatch.harvest.fetching.crawl_requests import Destination, Request
from mediawatch.harvest.fetching.schedule import Schedule
from mediawatch.records import Pace, Reason, Seed, Source
from tests.support.timelines import REQUEST_SECONDS, Sent, answered, play

FOREVER = 1e9


def source(host: str = "a.example", **changes: Any) -> Source:
    values: dict[str, Any] = {
        "name": host.replace(".", "-"),
        "title": host,
        "home": f"https://{host}/",
        "hosts": (host,),
        "timezone": "UTC",
        "languages": ("en",),
        "country": "GB",
        "discovery": (Seed(kind="auto", url=f"https://{host}/"),),
        "pace": Pace(delay_seconds=2, jitter=0),
    }
    return Source.model_validate({**values, **changes})


def jobs(owner: Source, count: int) -> list[Job]:
    return [Job(key=str(n), url=f"{owner.home}{n}", source=owner, kind="article") for n in range(count)]


def schedule(*wanted: Job, deadline: float = FOREVER, dice: float = 0.5, **patience: Any) -> Schedule:
    made = Schedule(patience=Patience(**{"host_failures": 5, **patience}), deadline=deadline, dice=lambda: dice)
    for job in wanted:
        made.add(job)
    return made


def well(request: Request) -> Answer:
    return answered(request.url, 404 if request.purpose == "robots" else 200)


def gaps(sent: list[Sent]) -> list[float]:
    return [later.at - earlier.at - REQUEST_SECONDS for earlier, later in pairwise(sent)]


def with_robots(text: str) -> Any:
    def answer(request: Request) -> Answer:
        return answered(request.url, body=text.encode() if request.purpose == "robots" else b"")

    return answer


@pytest.mark.parametrize(("dice", "gap"), [(0.0, 1.5), (0.5, 2.0), (0.999_999, 2.5)])
def test_pace_is_kept_with_jitter(dice: float, gap: float) -> None:
    owner = source(pace=Pace(delay_seconds=2, jitter=0.25))
    sent, attempts, _ = play(schedule(*jobs(owner, 5), dice=dice), well)
    assert [attempt.reason for attempt in attempts] == [None] * 5
    assert gaps(sent) == pytest.approx([gap] * 5, abs=1e-5)


@pytest.mark.parametrize(
    ("crawl_delay", "gap"),
    [("1", 2.0), ("7", 7.0), ("7.5", 7.5), ("60", 60.0), ("-3", 2.0), ("soon", 2.0), ("nan", 2.0)],
)
def test_crawl_delay_wins_when_longer(crawl_delay: str, gap: float) -> None:
    sent, _, _ = play(
        schedule(*jobs(source(), 4)), with_robots(f"User-agent: *\nCrawl-delay: {crawl_delay}\nDisallow: /no")
    )
    assert gaps(sent) == [gap] * 4


def test_a_crawl_delay_above_the_ceiling_means_fewer_requests_not_faster_ones() -> None:
    wanted = schedule(*jobs(source(), 40), deadline=3000)
    sent, attempts, _ = play(wanted, with_robots("User-agent: *\nCrawl-delay: 600\nDisallow: /no"))
    assert gaps(sent) == [60.0] * 4
    assert Counter(attempt.reason for attempt in attempts) == {None: 4, Reason.OUT_OF_TIME: 36}
    assert "Crawl-delay" in attempts[-1].detail


def test_hosts_do_not_wait_for_one_another() -> None:
    owners = [source(f"h{n}.example") for n in range(4)]
    wanted = [Job(key=owner.name, url=owner.home, source=owner, kind="article") for owner in owners]
    sent, _, ended = play(schedule(*wanted), well)
    assert len({one.host for one in sent}) == 4
    assert ended == 2 * REQUEST_SECONDS + 2


def test_both_schemes_of_a_host_share_its_pace_and_have_their_own_robots() -> None:
    owner = source()
    wanted = [
        Job(key=url, url=url, source=owner, kind="article") for url in ("https://a.example/1", "http://a.example/2")
    ]
    sent, _, _ = play(schedule(*wanted), well)
    assert [one.url for one in sent] == [
        "https://a.example/robots.txt",
        "https://a.example/1",
        "http://a.example/robots.txt",
        "http://a.example/2",
    ]
    assert gaps(sent) == [2.0] * 3


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://a.example:80\\@b.example/1", "a.example"),
        ("http://a.example:80/@b.example/1", "a.example"),
        ("http://a.example?@b.example/1", "a.example"),
        ("http://A.EXAMPLE./1", "a.example"),
        ("http://a%2eexample/1", "a.example"),
        ("http://报纸.example/1", "xn--4ruw83d.example"),
        ("http://xn--4ruw83d.example/1", "xn--4ruw83d.example"),
        ("http://XN--4RUW83D.example:80/1", "xn--4ruw83d.example"),
    ],
)
def test_a_place_is_the_host_that_the_request_is_sent_to(url: str, host: str) -> None:
    request = PreparedRequest()
    request.prepare_url(url, None)
    connected_to = HTTPAdapter().build_connection_pool_key_attributes(request, verify=True)[0]["host"]
    assert Destination.of(url).host == host == connected_to.rstrip(".")


@pytest.mark.parametrize(
    "url",
    ["http://user:word@a.example/", "http://a@b@c.example/", "http:\\\\a.example\\b", "http://a.example\t.b/", "//a/"],
)
def test_an_address_that_can_be_read_in_two_ways_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"address|credentials"):
        Destination.of(url)


@pytest.mark.parametrize("port", [22, 25, 6000])
def test_a_port_of_another_protocol_is_refused(port: int) -> None:
    with pytest.raises(ValueError, match=f"port {port} is not one of the web"):
        Destination.of(f"http://a.example:{port}/")


def test_unicode_and_punycode_forms_of_a_host_share_its_pace_and_robots() -> None:
    owner = source("xn--4ruw83d.example")
    wanted = [
        Job(key=url, url=url, source=owner, kind="article")
        for url in ("https://报纸.example/1", "https://xn--4ruw83d.example/2", "https://报纸.EXAMPLE./3")
    ]
    sent, _, _ = play(schedule(*wanted), well)
    assert len([one for one in sent if one.url.endswith("/robots.txt")]) == 1
    assert gaps(sent) == [2.0] * 3


def test_retries_wait_longer_each_time() -> None:
    def busy(request: Request) -> Answer:
        return well(request) if request.purpose == "robots" else answered(request.url, 503)

    sent, attempts, _ = play(schedule(*jobs(source(pace=Pace(delay_seconds=0)), 1)), busy)
    assert gaps(sent) == [0.0, 2.0, 4.0]
    assert [attempt.reason for attempt in attempts] == [Reason.SERVER_ERROR]
    assert [exchange.status for exchange in attempts[0].exchanges] == [404, 503, 503, 503]


def test_a_429_slows_the_host_down_for_the_rest_of_the_run() -> None:
    def strict(request: Request) -> Answer:
        is_first = request.url.endswith("/0") and request.tries == 1
        return answered(request.url, 429) if is_first else well(request)

    sent, attempts, _ = play(schedule(*jobs(source(), 3)), strict)
    assert [attempt.reason for attempt in attempts] == [None] * 3
    assert gaps(sent) == [2.0, 4.0, 4.0, 4.0]


@pytest.mark.parametrize("answer", [503, 429])
def test_retry_after_is_obeyed(answer: int) -> None:
    def once(request: Request) -> Answer:
        if request.purpose == "article" and request.tries == 1:
            return answered(request.url, answer, headers=(("Retry-After", "90"),))
        return well(request)

    sent, attempts, _ = play(schedule(*jobs(source(), 1)), once)
    assert gaps(sent) == [2.0, 90.0]
    assert attempts[0].reason is None


def test_trouble_that_will_not_pass_is_not_retried() -> None:
    def broken(request: Request) -> Answer:
        if request.purpose == "robots":
            return well(request)
        return Trouble(reason=Reason.UNREACHABLE, detail="certificate", is_passing=False)

    sent, attempts, _ = play(schedule(*jobs(source(), 1)), broken)
    assert len(sent) == 2
    assert (attempts[0].reason, attempts[0].detail) == (Reason.UNREACHABLE, "certificate")


def test_a_given_up_host_costs_no_more_time() -> None:
    def down(request: Request) -> Answer:
        return (
            well(request)
            if request.purpose == "robots"
            else Trouble(reason=Reason.TOO_SLOW, detail="x", is_passing=True)
        )

    sent, attempts, ended = play(schedule(*jobs(source(), 50), host_failures=3), down)
    assert Counter(attempt.reason for attempt in attempts) == {Reason.TOO_SLOW: 1, Reason.HOST_GIVEN_UP: 49}
    assert ended == sent[-1].at + REQUEST_SECONDS
    assert attempts[-1].detail == "a.example: 3 failures in a row, the last: x"


def test_the_time_box_ends_in_the_middle() -> None:
    sent, attempts, ended = play(schedule(*jobs(source(), 50), deadline=20), well)
    assert all(one.at < 20 for one in sent)
    assert ended == 20
    assert Counter(attempt.reason for attempt in attempts) == {None: len(sent) - 1, Reason.OUT_OF_TIME: 51 - len(sent)}


def test_state_lasts_from_one_crawl_to_the_next() -> None:
    lasting = schedule(*jobs(source(), 1))
    first, _, ended = play(lasting, well)
    for job in jobs(source(), 2):
        lasting.add(job)
    second, attempts, _ = play(lasting, well, begin=ended)
    assert [one.purpose for one in second] == ["article", "article"]
    assert gaps([first[-1], *second]) == [2.0, 2.0]
    assert [len(attempt.exchanges) for attempt in attempts] == [1, 1]


def test_robots_of_two_hosts_that_point_at_each_other_end() -> None:
    a, b = source("a.example"), source("b.example")

    def circle(request: Request) -> Answer:
        if request.purpose == "robots":
            there = "b" if "//a." in request.url else "a"
            return answered(request.url, 301, headers=(("Location", f"https://{there}.example/robots.txt"),))
        return answered(request.url)

    _, attempts, _ = play(schedule(*jobs(a, 2), *jobs(b, 2)), circle)
    assert [attempt.reason for attempt in attempts] == [None] * 4


def test_dropping_all_keeps_what_is_known_of_the_hosts() -> None:
    lasting = schedule(*jobs(source(), 3))
    assert lasting.take(0.0) is not None
    lasting.drop_all()
    assert lasting.is_done
    lasting.add(jobs(source(), 1)[0])
    _, attempts, _ = play(lasting, well)
    assert [attempt.reason for attempt in attempts] == [None]
