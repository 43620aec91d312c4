"""The right to ask a host: of one worker at a time, kept while it is used, followed when its holder is away or done."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from mediawatch.errors import BadConfiguration
from mediawatch.harvest.fetching import Crawler, Job, Patience, user_agent
from mediawatch.harvest.fetching.host_leases import HostLeases, lease_name
from mediawatch.lake.disk import DiskStore
from mediawatch.lake.opening import open_store
from mediawatch.lake.store import Store
from mediawatch.records import now
from mediawatch.sources.urls import host_of
from tests.support.clocks import Hand
from tests.support.sites import Heard, Reply, Site, reply


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / "lake")


@contextmanager
def two(store: Store, clock: Hand) -> Iterator[tuple[HostLeases, HostLeases]]:
    ours, theirs = (HostLeases(store, name, clock=clock) for name in ("ours", "theirs"))
    yield ours, theirs
    ours.close()
    theirs.close()


def test_a_host_is_one_workers_until_it_is_done(store: Store) -> None:
    with two(store, Hand()) as (ours, theirs):
        assert ours.claim("a.example", 0)
        assert ours.claim("a.example", 0)
        assert not theirs.claim("a.example", 0)
        assert theirs.claim("b.example", 0)
        ours.close()
        assert theirs.claim("a.example", 0)


def test_editions_of_a_site_on_several_hosts_are_one() -> None:
    assert lease_name("www.a.example") == lease_name("m.a.example") == lease_name("a.example") == "host/a.example"
    assert lease_name("127.0.0.2:8600") == "host/127.0.0.2:8600"
    assert lease_name("[::1]:80") != lease_name("[::2]:80")


class ReadOnly(DiskStore):
    """A lake that this process may read and not write to, as one that is mounted so."""

    def create(self, key: str, data: bytes) -> bool:
        raise BadConfiguration(f"{self.root}: cannot be read or written (Read-only file system)")


def test_over_a_lake_that_cannot_be_written_to_nobody_crawls_unless_it_stores_nothing(tmp_path: Path) -> None:
    store, clock = ReadOnly(tmp_path / "lake"), Hand()
    with pytest.raises(BadConfiguration, match="Read-only"):
        HostLeases(store, "ours", clock=clock).claim("a.example", 0)
    looking = HostLeases(store, "ours", clock=clock, is_optional=True)
    assert looking.claim("a.example", 0)
    assert looking.claim("a.example", 0)
    assert "Read-only" in looking.refused
    looking.close()
    assert store.list("leases") == []


def test_who_only_looks_around_leaves_alone_what_another_has(tmp_path: Path) -> None:
    clock = Hand()
    theirs = HostLeases(open_store(tmp_path / "lake"), "theirs", clock=clock)
    looking = HostLeases(ReadOnly(tmp_path / "lake"), "ours", clock=clock, is_optional=True)
    assert theirs.claim("a.example", 0)
    assert not looking.claim("a.example", 0)
    assert looking.refused == ""
    theirs.close()
    assert looking.claim("a.example", 0)


def test_after_the_last_request_a_host_has_its_rest(store: Store) -> None:
    clock = Hand()
    with two(store, clock) as (ours, theirs):
        assert ours.claim("a.example", 5)
        clock.turn(2)
        ours.close()
        assert not theirs.claim("a.example", 5)
        clock.turn(2.9)
        assert not theirs.claim("a.example", 5)
        clock.turn(0.2)
        assert theirs.claim("a.example", 5)


def test_who_was_away_for_too_long_asks_again(store: Store) -> None:
    clock = Hand()
    with two(store, clock) as (ours, theirs):
        assert ours.claim("a.example", 0)
        clock.turn(121)
        assert theirs.claim("a.example", 0)
        assert not ours.claim("a.example", 0)
        theirs.close()
        assert ours.claim("a.example", 0)


def test_a_host_in_use_is_renewed_and_an_idle_one_given_up(store: Store) -> None:
    ours, theirs = (HostLeases(store, name, term=0.6, idle=1.5) for name in ("ours", "theirs"))
    assert ours.claim("a.example", 0)
    until = time.monotonic() + 1.2  # two terms
    while time.monotonic() < until:
        assert not theirs.claim("a.example", 0)
        time.sleep(0.05)
    deadline = time.monotonic() + 20
    while not theirs.claim("a.example", 0):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    ours.close()
    theirs.close()


@pytest.mark.slow
def test_two_crawlers_never_ask_one_host_at_once_and_together_get_every_page(store: Store, site: Site) -> None:
    at_once, most, lock = 0, 0, threading.Lock()

    def slow(_: Heard) -> Reply:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        time.sleep(0.05)
        with lock:
            at_once -= 1
        return reply("<p>news</p>")

    for number in range(8):
        site.says(f"/{number}", slow)

    def crawl(name: str) -> list[object]:
        patience = Patience(host_failures=5, backoff_seconds=0.01)
        with Crawler(
            user_agent(),
            concurrency=4,
            host_failures=5,
            time_box_seconds=60,
            clock=now,
            patience=patience,
            hosts=HostLeases(store, name),
        ) as crawler:
            jobs = [Job(key=str(n), url=site.url(f"/{n}"), source=site.source(), kind="article") for n in range(8)]
            return [attempt.reason for attempt in crawler.crawl(jobs)]

    with ThreadPoolExecutor(2) as threads:
        found = list(threads.map(crawl, ("one", "two")))
    assert found == [[None] * 8] * 2
    assert most == 1
    assert len(store.list(f"leases/{lease_name(host_of(site.url('/')))}")) == 1
