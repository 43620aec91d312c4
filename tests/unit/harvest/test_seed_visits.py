"""Feeds are asked conditionally, and no 304 ever hides an item."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from time import sleep

import pytest

from mediawatch.context import Context
from mediawatch.errors import Contended
from mediawatch.harvest.collecting import open_crawler
from mediawatch.harvest.harvesting import harvest_shard, open_batch, seal_batch
from mediawatch.harvest.markup import MarkupReader
from mediawatch.harvest.memory import NOTHING
from mediawatch.harvest.seed_visits import SeedRounds
from mediawatch.lake.batches import BatchKey, BatchManifest, read_batch_rows
from mediawatch.lake.leases import lease
from mediawatch.records import Limits, Reason, Seed, Source, now
from mediawatch.sandbox import Budget, ChildLimits
from mediawatch.sources.catalogue import Catalogue
from mediawatch.tables.harvest import ANNOUNCED, CANDIDATES, SeedAnswer
from tests.support.gazette import ATOM, FEED, Gazette, at, atom, fetched_in, open_gazettes
from tests.support.lakes import DAY, MORNING, a_context, harvest
from tests.support.sites import Heard, Reply, reply

pytestmark = pytest.mark.slow

HOUR = timedelta(hours=1)


def run(context: Context, hours: float) -> BatchManifest:
    then = at(context, MORNING + hours * HOUR)
    return harvest(then, f"{then.clock():%Y%m%dT%H%M%SZ}")


def visits(context: Context, manifest: BatchManifest) -> dict[str, SeedAnswer]:
    return {row.url: row for row in read_batch_rows(context.store, manifest, ANNOUNCED)}


def conditions(paper: Gazette, path: str = FEED) -> list[bool]:
    """Whether each request for `path` was conditional."""
    return [bool({"if-none-match", "if-modified-since"} & heard.headers.keys()) for heard in paper.asked(path)]


class TestValidators:
    def test_after_the_seal_the_feed_is_asked_whether_it_changed(self, context: Context, paper: Gazette) -> None:
        paper.publish("/a/1")
        run(context, 0)
        second = run(context, 1)
        assert conditions(paper) == [False, True]
        assert visits(context, second)[paper.url(FEED)].reason is Reason.UNCHANGED

        paper.publish("/a/2")
        assert fetched_in(context, run(context, 2)) == {paper.link("/a/2"): None}

    def test_without_a_seal_they_have_no_effect(self, context: Context, paper: Gazette) -> None:
        """Otherwise a 304 would hide what a batch that never came to be had found."""
        paper.publish("/a/1")
        batch = open_batch(context, day=DAY, run_key="20260429T090000Z")
        harvest_shard(context, batch, 0)

        evening = run(context, 1)
        assert conditions(paper) == [False, False]
        assert fetched_in(context, evening) == {paper.link("/a/1"): None}

        seal_batch(context, batch)
        run(context, 2)
        assert conditions(paper)[-1]

    def test_a_304_keeps_what_was_known_of_the_last_whole_answer(self, context: Context, paper: Gazette) -> None:
        paper.publish("/a/1")
        first = visits(context, run(context, 0))[paper.url(FEED)]
        second = visits(context, run(context, 6))[paper.url(FEED)]
        assert (second.etag, second.digest, second.full_at) == (first.etag, first.digest, MORNING)
        assert (first.items, second.items, second.newest_at) == (1, 0, MORNING)

    @pytest.mark.parametrize(("hours", "is_conditional"), [(11.9, True), (12.1, False)])
    def test_twice_a_day_it_is_asked_for_whole(
        self, context: Context, paper: Gazette, hours: float, is_conditional: bool
    ) -> None:
        run(context, 0)
        run(context, 6)
        run(context, hours)
        assert conditions(paper) == [False, True, is_conditional]

    def test_a_feed_whose_etag_lied_is_never_asked_that_way_again(self, context: Context, paper: Gazette) -> None:
        paper.publish("/a/1")
        paper.site.says(FEED, _tagged(paper))
        run(context, 0)
        paper.publish("/a/2")
        paper.site.says(FEED, _tagged(paper))
        second = run(context, 1)
        assert not visits(context, second)[paper.url(FEED)].is_trusted
        run(context, 2)
        run(context, 15)

        assert conditions(paper) == [False, True, False, False]

    def test_a_failure_does_not_make_it_forget(self, context: Context, paper: Gazette) -> None:
        paper.publish("/a/1")
        run(context, 0)
        paper.site.says(FEED, reply(status=404))
        failed = visits(context, run(context, 1))[paper.url(FEED)]
        assert (failed.reason, failed.full_at) == (Reason.GONE, MORNING)
        assert failed.etag


def _tagged(paper: Gazette) -> Reply:
    """The feed as it stands under an ETag that never changes."""
    return reply(atom(list(paper.entries.values())), content_type=ATOM, headers=[("ETag", '"forever"')])


def sitemap(*lines: tuple[str, datetime]) -> str:
    entries = "".join(f"<url><loc>{loc}</loc><lastmod>{when.isoformat()}</lastmod></url>" for loc, when in lines)
    return f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{entries}</urlset>"


def index(*locations: str) -> str:
    entries = "".join(f"<sitemap><loc>{location}</loc></sitemap>" for location in locations)
    return f"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{entries}</sitemapindex>"


class TestSitemapIndexes:
    @pytest.fixture
    def mapped(self, context: Context, paper: Gazette) -> Context:
        """A newsroom that reads the paper's sitemap index, of at most two sitemaps."""
        top = Seed(kind="news_sitemap", url=paper.url("/index.xml"))
        limits = Limits(connect_seconds=5, read_seconds=5, sitemaps=2)
        return replace(context, catalogue=Catalogue(sources=(paper.source(discovery=(top,), limits=limits),)))

    def says(self, paper: Gazette, path: str, body: str) -> None:
        paper.site.says(path, reply(body, content_type="application/xml", headers=[("ETag", f'"{len(body)}"')]))

    def test_are_followed_and_asked_for_whole_each_time(self, mapped: Context, paper: Gazette) -> None:
        paper.publish("/a/1")
        self.says(paper, "/index.xml", index(paper.url("/one.xml")))
        self.says(paper, "/one.xml", sitemap((paper.url("/a/1"), MORNING)))
        assert fetched_in(mapped, run(mapped, 0)) == {paper.link("/a/1"): None}
        run(mapped, 1)

        assert conditions(paper, "/index.xml") == [False, False]
        assert conditions(paper, "/one.xml") == [False, True]

    def test_that_name_themselves_or_too_many_come_to_an_end(self, mapped: Context, paper: Gazette) -> None:
        names = [paper.url(f"/{number}.xml") for number in range(5)]
        self.says(paper, "/index.xml", index(*names))
        for number in range(5):
            self.says(paper, f"/{number}.xml", index(paper.url("/index.xml"), *names))
        run(mapped, 0)

        assert len(paper.site.paths()) == len(set(paper.site.paths())) == 3

    def test_what_is_not_followed_is_told_by_the_one_that_named_it(self, mapped: Context, paper: Gazette) -> None:
        names = [paper.url(f"/{number}.xml") for number in range(2)]
        self.says(paper, "/index.xml", index(*names))
        self.says(paper, "/0.xml", index(paper.url("/deeper.xml")))
        self.says(paper, "/1.xml", sitemap())
        told = visits(mapped, run(mapped, 0))
        assert told[names[0]].detail == "did not follow 1 further addresses (limits.sitemaps)"
        assert told[names[1]].detail == ""


class TestBoundOfItems:
    def test_takes_the_feed_and_the_newest_of_the_sitemap_and_says_what_it_left_out(
        self, context: Context, paper: Gazette
    ) -> None:
        paper.publish("/a/1")
        entries = [(paper.url(f"/m/{number}"), MORNING - number * HOUR) for number in range(5)]
        paper.site.says("/map.xml", reply(sitemap(*reversed(entries)), content_type="application/xml"))
        seeds = (
            Seed(kind="news_sitemap", url=paper.url("/map.xml")),
            Seed(kind="feed", url=paper.url(FEED)),
        )
        source = paper.source(discovery=seeds, limits=Limits(connect_seconds=5, read_seconds=5, items=3))
        bounded = replace(context, catalogue=Catalogue(sources=(source,)))
        manifest = run(bounded, 0)

        candidates = {row.url for row in read_batch_rows(bounded.store, manifest, CANDIDATES)}
        assert candidates == {paper.url("/a/1"), paper.url("/m/0"), paper.url("/m/1")}
        told = visits(bounded, manifest)
        assert told[paper.url("/map.xml")].items == 5
        assert told[paper.url("/map.xml")].detail == "left out 3 of 5 items (limits.items)"
        assert told[paper.url(FEED)].detail == ""


def test_a_source_whose_seed_takes_too_long_is_read_no_further_and_the_others_are(
    tmp_path: Path, paper: Gazette
) -> None:
    """The seed is ended, what its source has left is too costly, and each visit has its outcome."""
    with open_gazettes("gazette") as [other]:
        paper.publish("/a/1")
        other.publish("/b/1")
        entries = [(f"{paper.url('/m/')}{number}", MORNING) for number in range(40_000)]
        paper.site.says("/map.xml", reply(sitemap(*entries), content_type="application/xml"))
        heavy = (Seed(kind="news_sitemap", url=paper.url("/map.xml")),)
        feed = (Seed(kind="feed", url=paper.url(FEED)),)
        sources = (paper.source(discovery=heavy), other.source())
        context = a_context(tmp_path, *sources, shards=1)
        reader = MarkupReader(limits=ChildLimits(cpu_seconds=0.1), budget=Budget(seconds=0.05, item_seconds=0))
        found = seen_by(reader, context, *sources)
        assert found[paper.url("/map.xml")] == (Reason.UNPARSABLE, "took more than 0.1 s of processor time")
        assert found[other.url(FEED)] == (None, "")

        found = seen_by(reader, context, paper.source(discovery=feed), other.source())
        assert found[paper.url(FEED)] == (Reason.TOO_COSTLY, "over 0.05 s of the source and 0 s a page")
        assert found[other.url(FEED)] == (None, "")


def seen_by(reader: MarkupReader, context: Context, *sources: Source) -> dict[str, tuple[Reason | None, str]]:
    """{address: why it was not visited} of one round over the seeds of `sources`."""
    with open_crawler(context) as crawler:
        rounds = SeedRounds(sources, NOTHING, crawler, context.clock, lambda exchanges: None, reader=reader)
        return {row.url: (row.reason, row.detail) for row in rounds.visit_all().rows}


def test_a_shard_keeps_its_lease_while_seeds_are_slow(tmp_path: Path, paper: Gazette) -> None:
    """Its three seeds take longer than the lease lasts, each of them less; another worker tries to get in."""
    others: list[str] = []
    context = replace(a_context(tmp_path, shards=1, lease_seconds=2), clock=now)
    batch = BatchKey(day=context.today, batch=f"{now():%Y%m%dT%H%M%SZ}")

    def slow(heard: Heard) -> Reply:
        sleep(1.2)
        try:
            with lease(context.store, f"{batch.path}/shard=0000", holder="another", seconds=60, clock=now):
                others.append(heard.path)
        except Contended:
            pass
        return reply(atom([]), content_type=ATOM)

    paths = [f"/{number}.xml" for number in range(3)]
    for path in paths:
        paper.site.says(path, slow)
    feeds = tuple(Seed(kind="feed", url=paper.url(path)) for path in paths)
    context = replace(context, catalogue=Catalogue(sources=(paper.source(discovery=feeds),)))
    open_batch(context, day=batch.day, run_key=batch.batch)
    assert harvest_shard(context, batch, 0).is_complete
    assert [len(paper.asked(path)) for path in paths] == [1, 1, 1]
    assert others == []
