from __future__ import annotations

import pytest

from mediawatch.records import Limits, Seed, Source
from mediawatch.sources import deal
from tests.support.announcing import a_source


def sources(count: int) -> list[Source]:
    return [a_source(name=f"s{n:02}", home=f"https://s{n:02}.example/") for n in range(count)]


def test_every_source_is_dealt_once_and_evenly() -> None:
    shards = deal(sources(10), 4)
    assert sorted(len(shard) for shard in shards) == [2, 2, 3, 3]
    assert sorted(source.name for shard in shards for source in shard) == [f"s{n:02}" for n in range(10)]


def test_the_order_of_the_catalogue_does_not_matter() -> None:
    assert deal(reversed(sources(20)), 3) == deal(sources(20), 3)


def test_there_is_no_empty_shard() -> None:
    assert [len(shard) for shard in deal(sources(2), 8)] == [1, 1]
    assert deal([], 4) == []


def test_sources_that_share_a_host_stay_together() -> None:
    feeds = [
        Seed(kind="feed", url=f"https://{host}/feed") for host in ("feeds.example", "www.feeds.example", "c.example")
    ]
    a = a_source(name="a", home="https://a.example/", discovery=(feeds[0],))
    b = a_source(name="b", home="https://b.example/", discovery=(feeds[1], feeds[2]))
    c = a_source(name="c", home="https://c.example/")
    alone = sources(3)
    shards = deal([a, *alone, c, b], 4)
    assert (a, b, c) in shards
    assert len(shards) == 4


def test_a_heavy_source_weighs_more() -> None:
    heavy = a_source(name="heavy", home="https://heavy.example/", limits=Limits(links_per_run=3000))
    shards = deal([*sources(6), heavy], 2)
    assert (heavy,) in shards


def test_shards_are_counted_from_one() -> None:
    with pytest.raises(ValueError, match="positive"):
        deal(sources(1), 0)
