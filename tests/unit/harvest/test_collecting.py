"""A shard that is interrupted goes on from its last checkpoint."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from mediawatch.context import Context
from mediawatch.harvest.harvesting import harvest_shard, open_batch, seal_batch
from mediawatch.harvest.segments import closed_segments
from mediawatch.lake.batches import BatchKey, BatchManifest, read_batch_rows, shard_path
from mediawatch.lake.warc import read_exchange
from mediawatch.records import Page, Reason
from mediawatch.settings import Settings
from mediawatch.tables.harvest import PAGES
from tests.support.gazette import Gazette, candidates_of, fetched_in
from tests.support.lakes import DAY
from tests.support.sites import reply

BATCH = BatchKey(day=DAY, batch="20260429T090000Z")
PATHS = tuple(f"/a/{number}" for number in range(6))


class Dies(Exception):
    """What befalls a worker."""


@dataclass(slots=True)
class DiesAt:
    """A Report whose worker dies when it hears `line`."""

    line: str

    def __call__(self, line: str) -> None:
        if line == self.line:
            raise Dies


def with_checkpoints(context: Context, pages: int) -> Context:
    settings = Settings.model_validate({**context.settings.model_dump(), "checkpoint_pages": pages})
    return replace(context, settings=settings)


def pages_of(context: Context, manifest: BatchManifest) -> list[Page]:
    return list(read_batch_rows(context.store, manifest, PAGES))


@pytest.fixture
def killed(context: Context, paper: Gazette) -> Context:
    """A newsroom whose only shard died after four of its six links, in two checkpoints of two."""
    paper.publish(*PATHS)
    context = with_checkpoints(context, 2)
    open_batch(context, day=BATCH.day, run_key=BATCH.batch)
    with pytest.raises(Dies):
        harvest_shard(context, BATCH, 0, DiesAt("4 of 6 links fetched"))
    return context


def kept(context: Context) -> set[str]:
    keys = [i.key for infos in closed_segments(context.store, shard_path(BATCH, 0)).values() for i in infos]
    assert keys
    return set(keys)


def test_checkpoints_are_kept_and_the_rest_is_fetched(killed: Context, paper: Gazette) -> None:
    before = kept(killed)
    done = harvest_shard(killed, BATCH, 0)

    assert done.is_complete
    assert (done.counts["candidates"], done.counts["attempted"], done.counts["fetched"]) == (6, 6, 6)
    assert before <= {info.key for info in done.objects}
    fetched = fetched_in(killed, seal_batch(killed, BATCH))
    assert fetched == {paper.link(path): None for path in PATHS}


def test_the_feed_is_not_asked_again_and_what_it_said_stays(killed: Context, paper: Gazette) -> None:
    paper.publish("/a/late")
    harvest_shard(killed, BATCH, 0)

    assert len(paper.asked("/feed.xml")) == 1
    assert paper.url("/a/late") not in candidates_of(killed, seal_batch(killed, BATCH))


def test_of_what_was_checkpointed_nothing_is_fetched_again(killed: Context, paper: Gazette) -> None:
    heard = len(paper.site.heard)
    harvest_shard(killed, BATCH, 0)

    again = [one.path for one in paper.site.heard[heard:] if one.path != "/robots.txt"]
    assert len(again) == len(set(again)) == 2


def test_a_seal_instead_keeps_what_was_fetched_and_leaves_the_rest_pending(killed: Context) -> None:
    manifest = seal_batch(killed, BATCH)

    reasons = list(fetched_in(killed, manifest).values())
    assert (reasons.count(None), reasons.count(Reason.SHARD_MISSING), len(reasons)) == (4, 2, 6)
    assert manifest.missing_shards == (0,)
    assert (manifest.counts["fetched"], manifest.counts["abandoned"]) == (4, 2)


def test_half_a_segment_is_swept(killed: Context) -> None:
    path = shard_path(BATCH, 0)
    killed.store.put(f"{path}/segment-00003.warc.gz", b"torn")
    killed.store.put(f"{path}/segment-00009.pages.parquet", b"torn")
    harvest_shard(killed, BATCH, 0)

    assert not killed.store.exists(f"{path}/segment-00009.pages.parquet")
    pages = pages_of(killed, seal_batch(killed, BATCH))
    assert len(pages) == len(PATHS)
    assert all(read_exchange(killed.store, p.warc_file, p.warc_offset, p.warc_length).url == p.url for p in pages)


def test_died_before_the_candidates_were_written_the_feed_is_asked_again(context: Context, paper: Gazette) -> None:
    paper.publish("/a/1")
    open_batch(context, day=BATCH.day, run_key=BATCH.batch)
    with pytest.raises(Dies):
        harvest_shard(context, BATCH, 0, DiesAt("1 of 1 seeds answered, 1 links to fetch"))
    paper.publish("/a/2")

    assert harvest_shard(context, BATCH, 0).counts["fetched"] == 2


def test_every_link_has_one_outcome_and_pages_only_where_there_is_one(context: Context, paper: Gazette) -> None:
    paper.publish("/a/1")
    paper.publish("/a/gone", answer=reply(status=410))
    paper.publish("/a/pdf", answer=reply(b"%PDF", content_type="application/pdf"))
    open_batch(context, day=BATCH.day, run_key=BATCH.batch)
    harvest_shard(context, BATCH, 0)
    manifest = seal_batch(context, BATCH)

    assert fetched_in(context, manifest) == {
        paper.link("/a/1"): None,
        paper.link("/a/gone"): Reason.GONE,
        paper.link("/a/pdf"): Reason.NOT_HTML,
    }
    assert [page.link_id for page in pages_of(context, manifest)] == [paper.link("/a/1")]


def test_a_day_without_news_is_a_sealed_batch_too(context: Context) -> None:
    open_batch(context, day=BATCH.day, run_key=BATCH.batch)
    assert harvest_shard(context, BATCH, 0).counts == {"candidates": 0, "attempted": 0, "fetched": 0}
    assert fetched_in(context, seal_batch(context, BATCH)) == {}
