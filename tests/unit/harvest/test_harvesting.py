"""Opening a batch, harvesting its shards and sealing it: what a retry may rely on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from mediawatch.context import Context
from mediawatch.errors import BadRequest, Contended
from mediawatch.harvest.harvesting import harvest_shard, open_batch, seal_batch, shards_of, unsealed_batches
from mediawatch.lake.batches import BatchKey, planned_sources, read_plan, sealed_batches, shard_path
from mediawatch.lake.leases import lease
from mediawatch.sources.catalogue import Catalogue
from tests.support.announcing import a_source
from tests.support.gazette import Gazette, at, fetched_in
from tests.support.lakes import DAY, EVENING, MORNING, a_context, harvest

KEY = "20260429T090000Z"
BATCH = BatchKey(day=DAY, batch=KEY)


@pytest.fixture
def houses(tmp_path: Path) -> Context:
    """A newsroom of four sources that nobody visits, one of them disabled."""
    names = ("alpha", "beta", "gamma", "idle")
    sources = [a_source(name=name, home=f"https://www.{name}.example/", enabled=name != "idle") for name in names]
    return a_context(tmp_path, *sources, shards=2)


def opened(context: Context, day: date = DAY, *sources: str) -> BatchKey:
    return open_batch(context, day=day, run_key=KEY, sources=sources)


def names_in(context: Context) -> list[str]:
    return sorted(source.name for source in planned_sources(context.store, BATCH))


class TestOpening:
    def test_a_retry_gets_the_batch_as_it_was_first_planned(self, houses: Context) -> None:
        assert opened(houses) == BATCH
        plan = read_plan(houses.store, BATCH)

        other = a_context(Path(houses.settings.lake_url).parent, a_source(name="late"), shards=7, at=EVENING)
        assert opened(other, DAY, "late") == BATCH
        assert read_plan(houses.store, BATCH) == plan
        assert shards_of(other, BATCH) == [0, 1]
        assert names_in(other) == ["alpha", "beta", "gamma"]

    def test_a_day_that_is_not_today_is_refused_and_leaves_nothing(self, houses: Context) -> None:
        for day in (DAY - timedelta(days=1), DAY + timedelta(days=1)):
            with pytest.raises(BadRequest, match=rf"A harvest of {day} is refused: today is {DAY}.*import-warc"):
                opened(houses, day)
        assert houses.store.list("") == []

    def test_a_retry_after_midnight_goes_on_with_yesterdays_batch(self, houses: Context) -> None:
        opened(houses)
        assert opened(at(houses, EVENING + timedelta(hours=5))) == BATCH

    def test_today_is_a_day_of_the_newsrooms_zone(self, tmp_path: Path) -> None:
        taipei = a_context(tmp_path, a_source(), at=EVENING, timezone="Asia/Taipei")
        assert opened(taipei, DAY + timedelta(days=1)).day == DAY + timedelta(days=1)
        with pytest.raises(BadRequest, match="today is 2026-04-30"):
            open_batch(taipei, day=DAY, run_key="another")

    def test_a_source_that_nobody_knows_is_refused_with_the_near_one(self, houses: Context) -> None:
        with pytest.raises(BadRequest, match=r"no source is called 'alpah' \(did you mean 'alpha'"):
            opened(houses, DAY, "alpah")
        assert houses.store.list("") == []

    def test_named_sources_only_even_one_that_is_disabled(self, houses: Context) -> None:
        opened(houses, DAY, "beta", "idle")
        assert names_in(houses) == ["beta", "idle"]

    def test_a_catalogue_with_nothing_enabled_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(BadRequest, match="No source to harvest"):
            opened(a_context(tmp_path, a_source(enabled=False)))


class TestShards:
    def test_what_was_never_opened_cannot_be_harvested(self, houses: Context) -> None:
        for work in (lambda: shards_of(houses, BATCH), lambda: harvest_shard(houses, BATCH, 0)):
            with pytest.raises(BadRequest, match="was never opened"):
                work()

    def test_done_once_a_shard_is_not_done_again(self, context: Context, paper: Gazette) -> None:
        paper.publish("/a/1")
        opened(context)
        first = harvest_shard(context, BATCH, 0)
        asked = len(paper.site.heard)

        assert harvest_shard(context, BATCH, 0) == first
        assert len(paper.site.heard) == asked

    def test_one_worker_at_a_time(self, context: Context, paper: Gazette) -> None:
        opened(context)
        name = shard_path(BATCH, 0)
        with (
            lease(context.store, name, holder="the other", seconds=60, clock=context.clock),
            pytest.raises(Contended, match="held by the other"),
        ):
            harvest_shard(context, BATCH, 0)
        assert paper.site.heard == []

    def test_a_source_taken_out_of_the_catalogue_is_still_harvested_as_planned(
        self, context: Context, paper: Gazette
    ) -> None:
        paper.publish("/a/1")
        opened(context)
        emptied = replace(context, catalogue=Catalogue(sources=(a_source(name="other"),)))
        assert harvest_shard(emptied, BATCH, 0).counts["fetched"] == 1


class TestSealing:
    def test_unsealed_a_batch_does_not_exist_for_readers(self, context: Context, paper: Gazette) -> None:
        paper.publish("/a/1")
        opened(context)
        harvest_shard(context, BATCH, 0)
        assert sealed_batches(context.store, DAY) == []
        assert unsealed_batches(context, DAY) == [BATCH]

        sealed = seal_batch(context, BATCH)
        assert sealed_batches(context.store, DAY) == [sealed]
        assert unsealed_batches(context, DAY) == []
        assert (sealed.expected_shards, sealed.missing_shards, sealed.opened_at) == (1, (), MORNING)

    def test_sealed_twice_it_stays_as_it_is(self, context: Context) -> None:
        first = harvest(context, KEY)
        assert seal_batch(context, BATCH) == first

    def test_a_shard_that_never_began_is_named_as_missing(self, context: Context) -> None:
        opened(context)
        sealed = seal_batch(context, BATCH)
        assert sealed.missing_shards == (0,)
        assert sealed.objects == ()

    def test_after_the_seal_a_missing_shard_is_left_to_the_next_batch(self, context: Context, paper: Gazette) -> None:
        paper.publish("/a/1")
        opened(context)
        seal_batch(context, BATCH)
        with pytest.raises(BadRequest, match=r"is sealed: its missing shard 0 stays pending"):
            harvest_shard(context, BATCH, 0)

        following = harvest(at(context, EVENING), "20260429T220000Z")
        assert fetched_in(context, following) == {paper.link("/a/1"): None}

    def test_batches_left_open_come_oldest_first(self, context: Context) -> None:
        for key in ("20260429T100000Z", "20260429T080000Z", "20260429T090000Z"):
            open_batch(context, day=DAY, run_key=key)
        harvest(context, "20260429T090000Z")
        assert [batch.batch for batch in unsealed_batches(context, DAY)] == ["20260429T080000Z", "20260429T100000Z"]
