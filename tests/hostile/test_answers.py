"""Hostile and broken servers, over real connections on the loopback, through the real crawler.

Each case is one page of a site.  It has one outcome; the next page of the same site, from a clean connection, and the
page of another site have theirs; no more is taken than the limits say; and nothing that faces inwards hears a word.
"""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from socket import create_server
from typing import Any

import pytest

from mediawatch.harvest.fetching import Crawler, FetchAttempt, Job, Patience, user_agent
from mediawatch.harvest.fetching.answers import KEPT_BYTES
from mediawatch.harvest.fetching.connections import look_up
from mediawatch.harvest.fetching.robots import LIMIT_BYTES
from mediawatch.harvest.fetching.wire import Wire
from mediawatch.records import Limits, Pace, Reason, Source, now
from mediawatch.sources.urls import host_of, is_usable
from tests.hostile.answers import ANSWERS, PAGE_BYTES, REDIRECTS, ROBOTS, UNASKED, WHOLE, Case, redirect
from tests.support.certificates import certificate
from tests.support.sites import Heard, Reply, Site, reply

pytestmark = pytest.mark.slow

HERE = "127.0.0.3"
ALLOWED = (f"{HERE}/32", "127.0.0.4/32")
"""The sites' own addresses play public ones; every other address of the loopback faces inwards."""
ON_THE_WAY = 16_000_000
"""Bytes that a site may have handed to the kernels of both sides when the reader goes."""
LIMITS = Limits(connect_seconds=2, read_seconds=2, transfer_seconds=2, page_bytes=PAGE_BYTES, redirects=3)
NEXT = b"next"


@pytest.fixture
def site() -> Iterator[Site]:
    with Site(HERE) as running:
        yield running.says("/next", reply(NEXT))


@pytest.fixture
def other() -> Iterator[Site]:
    with Site("127.0.0.4") as running:
        yield running.says("/next", reply(NEXT))


@pytest.fixture
def inner() -> Iterator[Site]:
    """What nobody outside may reach."""
    with Site("127.0.0.1") as running:
        yield running
        assert running.heard == []


def resolve(host: str, port: int) -> Sequence[str]:
    return ["127.0.0.1"] if host == "inside.example" else look_up(host, port)


def source_of(site: Site, **changes: Any) -> Source:
    return site.source(
        **{
            "limits": LIMITS,
            "allow_addresses": ALLOWED,
            "pace": Pace(delay_seconds=0, max_delay_seconds=0.05),
            **changes,
        }
    )


def crawler(ca_certs: str = "") -> Crawler:
    return Crawler(
        user_agent("desk@paper.example"),
        concurrency=2,
        host_failures=5,
        time_box_seconds=30,
        clock=now,
        patience=Patience(host_failures=5, tries=1, backoff_seconds=0.01),
        transport=Wire(user_agent(), resolve=resolve, ca_certs=ca_certs),
    )


def crawled(*jobs: Job, ca_certs: str = "") -> dict[str, FetchAttempt]:
    """One attempt for each job, by its key."""
    with crawler(ca_certs) as running:
        attempts = list(running.crawl(jobs))
    assert len(attempts) == len(jobs)
    return {attempt.job.key: attempt for attempt in attempts}


def a_run(source: Source, hostile: str, following: str, other: Site, **changes: Any) -> dict[str, FetchAttempt]:
    """`hostile`, then `following` of the same source, and a page of another site that must not suffer."""
    jobs = [
        Job(key="hostile", url=hostile, source=source, kind="article"),
        Job(key="then", url=following, source=source, kind="article"),
        Job(
            key="other", url=other.url("/next"), source=source_of(other, name="other", limits=Limits()), kind="article"
        ),
    ]
    attempts = crawled(*jobs, **changes)
    assert body_of(attempts["other"]) == NEXT
    for exchange in attempts["hostile"].exchanges:
        assert len(exchange.body) <= max(PAGE_BYTES, KEPT_BYTES, LIMIT_BYTES)
    return attempts


def body_of(attempt: FetchAttempt) -> bytes | None:
    return attempt.response.body if attempt.response else None


@pytest.mark.parametrize("case", ANSWERS.values(), ids=ANSWERS)
def test_what_it_answers(case: Case, site: Site, other: Site) -> None:
    site.says("/hostile", case.says)
    attempts = a_run(source_of(site), site.url("/hostile"), site.url("/next"), other)
    got = attempts["hostile"]
    assert got.reason is case.reason, got
    assert case.detail in got.detail
    assert body_of(got) == case.body
    assert attempts["then"].reason is case.then
    assert body_of(attempts["then"]) == (None if case.then else NEXT)
    if got.reason is not Reason.TOO_SLOW:
        assert site.sent < ON_THE_WAY + 2 * PAGE_BYTES


def named_in(location: str) -> list[str]:
    """The host of a redirect as one that the source names too, so that its address decides; but for other sites."""
    is_other = "elsewhere" in location or ":6379" in location or not is_usable(location)
    return [] if is_other else [host_of(location)]


@pytest.mark.parametrize(("location", "reason"), REDIRECTS.values(), ids=REDIRECTS)
def test_where_it_redirects(location: str, reason: Reason, site: Site, other: Site, inner: Site) -> None:
    leads = location.replace("{inner}", str(inner.port)).replace("{here}", site.host).replace("{name}", HERE)
    site.says("/hostile", redirect(leads.encode().decode("latin-1")))
    site.says("/circle", redirect("/circle?2")).says("/circle?2", redirect("/circle"))
    for number in range(9):
        site.says(f"/chain?{number}", redirect(f"/chain?{number + 1}"))
    source = source_of(site, hosts=(site.host, HERE, *named_in(leads)))
    attempts = a_run(source, site.url("/hostile"), site.url("/next"), other)
    assert attempts["hostile"].reason is reason, attempts["hostile"]
    assert len(attempts["hostile"].detail) < 500
    assert body_of(attempts["then"]) == NEXT


@pytest.mark.parametrize(("says", "reason"), ROBOTS.values(), ids=ROBOTS)
def test_what_its_robots_txt_is(says: Reply, reason: Reason | None, site: Site, other: Site, inner: Site) -> None:
    if isinstance(says, Reply):
        steps = [s.replace(b"{inner}", b"%d" % inner.port) if isinstance(s, bytes) else s for s in says.steps]
        says = Reply(tuple(steps), is_last=says.is_last)
    site.says("/robots.txt", says)
    attempts = a_run(source_of(site), site.url("/next"), site.url("/next?2"), other)
    assert attempts["hostile"].reason is reason, attempts["hostile"]
    assert site.sent < ON_THE_WAY + LIMIT_BYTES


@pytest.mark.parametrize("is_secure", [False, True], ids=["http", "https"])
@pytest.mark.parametrize("unasked", UNASKED.values(), ids=UNASKED)
def test_what_it_says_unasked(unasked: bytes, is_secure: bool, tmp_path: Path) -> None:
    """What stands behind an answer when the next page is asked for is not taken for that page."""
    all_said = threading.Event()

    def speak(_: Heard) -> Reply:
        def steps() -> Iterator[bytes]:
            yield from (step for step in reply(WHOLE).steps if isinstance(step, bytes))
            yield unasked
            all_said.set()

        return Reply(steps())

    path, context = certificate(tmp_path, address=HERE)
    with Site(HERE, context=context if is_secure else None) as site, crawler(str(path)) as running:
        site.says("/hostile", speak).says("/next", reply(NEXT))
        jobs = [
            Job(key=key, url=site.url(key), source=source_of(site), kind="article") for key in ("/hostile", "/next")
        ]
        (first,) = running.crawl(jobs[:1])
        assert all_said.wait(20)
        (then,) = running.crawl(jobs[1:])
    assert (body_of(first), body_of(then)) == (WHOLE, NEXT)


# -- TLS


@contextmanager
def greeting(first: bytes) -> Iterator[int]:
    """The port of a server that answers each hello of a client with `first`, and closes."""

    def serve() -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                with client, suppress(OSError):
                    client.recv(65_536)
                    client.sendall(first)

    with create_server((HERE, 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(2)
            thread.join(10)


@pytest.mark.parametrize(
    "first",
    [b"", b"HTTP/1.1 200 OK\r\n\r\n", b"\x16\x03\x03\xff\xff" + b"\0" * 99, b"\x15\x03\x03\0\2\2\x28"],
    ids=["closes", "speaks plain HTTP", "a record that is too long", "an alert"],
)
def test_a_handshake_that_fails(first: bytes, site: Site, other: Site) -> None:
    with greeting(first) as port:
        source = source_of(site, hosts=(site.host, f"{HERE}:{port}"))
        attempts = a_run(source, f"https://{HERE}:{port}/hostile", site.url("/next"), other)
    assert attempts["hostile"].reason is Reason.ROBOTS_UNREACHABLE
    assert body_of(attempts["then"]) == NEXT


@pytest.mark.parametrize(
    ("changes", "is_trusted"),
    [
        ({}, False),
        ({"ends_in": timedelta(days=-1)}, True),
        ({"ends_in": timedelta(days=3)}, True),
        ({"address": "127.0.0.9"}, True),
    ],
    ids=["signed by itself", "expired", "not valid yet", "of another name"],
)
def test_a_certificate_that_is_wrong(
    changes: dict[str, Any], is_trusted: bool, tmp_path: Path, site: Site, other: Site
) -> None:
    path, context = certificate(tmp_path, **{"address": HERE, **changes})
    with Site(HERE, context=context) as secure:
        secure.says("/hostile", reply("secret"))
        source = source_of(secure, hosts=(secure.host, site.host))
        trusted = str(path) if is_trusted else ""
        attempts = a_run(source, secure.url("/hostile"), site.url("/next"), other, ca_certs=trusted)
        assert secure.heard == []
    assert attempts["hostile"].reason is Reason.ROBOTS_UNREACHABLE
    assert "certificate" in attempts["hostile"].detail
    assert body_of(attempts["then"]) == NEXT


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_old_tls_is_not_spoken(tmp_path: Path, site: Site, other: Site) -> None:
    path, context = certificate(tmp_path, address=HERE)
    context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    with Site(HERE, context=context) as secure:
        source = source_of(secure, hosts=(secure.host, site.host))
        attempts = a_run(source, secure.url("/hostile"), site.url("/next"), other, ca_certs=str(path))
    assert attempts["hostile"].reason is Reason.ROBOTS_UNREACHABLE
    assert body_of(attempts["then"]) == NEXT


def test_a_redirect_from_https_to_http_tells_no_secret_cookie(tmp_path: Path, site: Site, other: Site) -> None:
    path, context = certificate(tmp_path, address=HERE)
    with Site(HERE, context=context) as secure:
        headers = [("Location", site.url("/next")), ("Set-Cookie", "key=secret; Path=/; Secure")]
        secure.says("/hostile", reply(status=302, headers=headers))
        source = source_of(secure, hosts=(secure.host, site.host))
        attempts = a_run(source, secure.url("/hostile"), site.url("/next"), other, ca_certs=str(path))
    assert body_of(attempts["hostile"]) == NEXT
    assert [heard.headers.get("cookie") for heard in site.heard] == [None] * len(site.heard)
