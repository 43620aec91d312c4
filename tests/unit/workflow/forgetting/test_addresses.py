"""Forgetting an address: out of rows and archived bytes, and out of everything that is made again."""

from __future__ import annotations

import json
import zlib
from dataclasses import replace
from datetime import timedelta

import pytest

from mediawatch.context import Context
from mediawatch.errors import Unavailable
from mediawatch.lake.batches import read_batch_rows, sealed_batches
from mediawatch.lake.partitions import PartitionKey, current
from mediawatch.lake.tombstones import forgotten_links
from mediawatch.lake.warc import read_exchange
from mediawatch.pipeline.admitted import admitted_articles
from mediawatch.records import Page, Reason
from mediawatch.sources.catalogue import Catalogue
from mediawatch.tables.harvest import PAGES
from mediawatch.tables.ledger import FINAL_OUTCOMES
from mediawatch.workflow.closing import days_waiting
from mediawatch.workflow.forgetting.addresses import forget
from mediawatch.workflow.runner import build_day, run_stage
from tests.support.gazette import Gazette, at, candidates_of, fetched_in
from tests.support.lakes import DAY, EVENING, MORNING, harvest, rows_of
from tests.support.small_index import SmallIndex

pytestmark = pytest.mark.slow

FIRST = "20260429T090000Z"
TOLD = "只有这一篇提到的人名"
KEPT = "另一篇说的是天气"


@pytest.fixture
def harvested(context: Context, paper: Gazette) -> Context:
    """A day with an article to be forgotten and one to be kept."""
    paper.publish("/a/secret", text=TOLD)
    paper.publish("/a/kept", text=KEPT)
    harvest(context, FIRST)
    return context


def archived(context: Context) -> str:
    """All archived pages, decompressed; the feed's own segment left out."""
    keys = [key for key in context.store.list("harvest") if key.endswith(".warc.gz") and "segment-00000" not in key]
    return "".join(_unpacked(context.store.read(key)) for key in keys)


def _unpacked(data: bytes) -> str:
    text = b""
    while data:
        member = zlib.decompressobj(16 + zlib.MAX_WBITS)
        text += member.decompress(data)
        data = member.unused_data
    return text.decode()


def pages(context: Context) -> list[Page]:
    return [p for m in sealed_batches(context.store, DAY) for p in read_batch_rows(context.store, m, PAGES)]


def test_the_bytes_are_gone_and_the_other_pages_are_where_they_were(harvested: Context, paper: Gazette) -> None:
    assert TOLD in archived(harvested)
    done = forget(harvested, paper.url("/a/secret"), why="a court said so")

    assert (done.link_id, done.days, done.records) == (paper.link("/a/secret"), (DAY,), 1)
    assert TOLD not in archived(harvested)
    assert "/a/secret" not in archived(harvested)
    (page,) = pages(harvested)
    kept = read_exchange(harvested.store, page.warc_file, page.warc_offset, page.warc_length)
    assert (kept.url, KEPT in kept.body.decode()) == (paper.url("/a/kept"), True)


def test_the_rows_say_only_that_something_was_forgotten(harvested: Context, paper: Gazette) -> None:
    forget(harvested, paper.url("/a/secret"), why="a court said so")
    (manifest,) = sealed_batches(harvested.store, DAY)

    rows = {row.link_id: row for row in candidates_of(harvested, manifest).values()}
    blank = rows[paper.link("/a/secret")]
    assert (blank.url, blank.title, blank.reason) == ("", "", Reason.FORGOTTEN)
    assert rows[paper.link("/a/kept")].url == paper.url("/a/kept")
    assert fetched_in(harvested, manifest) == {paper.link("/a/kept"): None}


def test_the_tombstone_says_why_and_not_what(harvested: Context, paper: Gazette) -> None:
    forget(harvested, paper.url("/a/secret"), why="a court said so")
    assert forgotten_links(harvested.store) == {paper.link("/a/secret")}

    (key,) = harvested.store.list("tombstones")
    note = json.loads(harvested.store.read(key))
    assert note.pop("sha256")
    assert note == {
        "link_id": paper.link("/a/secret"),
        "why": "a court said so",
        "forgotten_at": MORNING.isoformat(),
    }


def test_built_again_the_day_does_not_bring_it_back(
    indexed: Context, harvested: Context, paper: Gazette, index: SmallIndex
) -> None:
    """Not from the facts, not from an article id, not in the index."""
    build_day(indexed, DAY)
    assert set(index.articles) == {paper.link("/a/secret"), paper.link("/a/kept")}
    forget(indexed, paper.url("/a/secret"), why="a court said so")
    assert current(indexed.store, PartitionKey(stage="extract", day=DAY, batch=FIRST)) is None
    build_day(indexed, DAY)

    assert set(index.articles) == {paper.link("/a/kept")}
    assert [article.url for article in admitted_articles(indexed.store, DAY)] == [paper.url("/a/kept")]
    fates = {fate.link_id: fate for fate in rows_of(indexed.store, FINAL_OUTCOMES)}
    gone = fates[paper.link("/a/secret")]
    assert (gone.stage, gone.reason, gone.url, gone.title) == ("discover", Reason.FORGOTTEN, "", "")


def test_announced_again_it_is_not_fetched_again(harvested: Context, paper: Gazette) -> None:
    forget(harvested, paper.url("/a/secret"), why="a court said so")
    paper.publish("/a/secret", updated=EVENING)
    manifest = harvest(at(harvested, EVENING), "20260429T220000Z")

    assert {row.reason for row in candidates_of(harvested, manifest).values()} == {
        Reason.FORGOTTEN,
        Reason.KNOWN_ALREADY,
    }
    assert len(paper.asked("/a/secret")) == 1


def test_every_day_that_had_it_is_named(harvested: Context, paper: Gazette) -> None:
    paper.publish("/a/secret", updated=EVENING, text=f"{TOLD}（更正）")
    tomorrow = at(harvested, EVENING + timedelta(hours=4))
    harvest(tomorrow, "20260430T020000Z")
    lines: list[str] = []
    done = forget(tomorrow, paper.url("/a/secret"), why="a court said so", report=lines.append)

    assert (done.days, done.records) == ((DAY, DAY + timedelta(days=1)), 2)
    assert lines == [f"{DAY}: erased", f"{DAY + timedelta(days=1)}: erased"]
    assert TOLD not in archived(harvested)


def test_its_address_in_any_form_is_the_same(harvested: Context, paper: Gazette) -> None:
    done = forget(harvested, paper.url("/a/secret?utm_source=mail#top"), why="a court said so")
    assert (done.link_id, done.records) == (paper.link("/a/secret"), 1)


def test_an_address_that_was_never_seen_is_kept_out_all_the_same(context: Context, paper: Gazette) -> None:
    done = forget(context, paper.url("/a/1"), why="asked for in advance")
    assert (done.days, done.records) == ((), 0)
    paper.publish("/a/1")
    manifest = harvest(context, FIRST)
    assert [row.reason for row in candidates_of(context, manifest).values()] == [Reason.FORGOTTEN]


def test_said_twice_it_is_done_once(harvested: Context, paper: Gazette) -> None:
    forget(harvested, paper.url("/a/secret"), why="a court said so")
    again = forget(harvested, paper.url("/a/secret"), why="a court said so")
    assert (again.days, again.records) == ((), 0)


def test_what_is_no_address_is_refused_and_leaves_no_tombstone(context: Context) -> None:
    with pytest.raises(ValueError, match="http"):
        forget(context, "mailto:desk@paper.example", why="a mistake")
    assert context.store.list("") == []


def test_only_the_register_keeps_the_id(harvested: Context, paper: Gazette) -> None:
    run_stage(harvested, "extract", DAY)
    forget(harvested, paper.url("/a/secret"), why="a court said so")
    named = [key for key in harvested.store.list("") if b"/a/secret" in harvested.store.read(key)]
    assert named == []
    assert harvested.store.list(f"register/day={DAY}") != []


def test_an_index_that_is_away_is_told_when_it_is_back(
    indexed: Context, harvested: Context, paper: Gazette, index: SmallIndex
) -> None:
    build_day(indexed, DAY)
    index.is_away = True
    forget(indexed, paper.url("/a/secret"), why="a court said so")
    with pytest.raises(Unavailable, match="index --pending"):
        build_day(indexed, DAY)
    index.is_away = False
    assert days_waiting(indexed) == [DAY]
    build_day(indexed, DAY)

    assert set(index.articles) == {paper.link("/a/kept")}


def test_one_of_several_addresses_of_an_article_forgets_it_under_the_other(context: Context, paper: Gazette) -> None:
    source = paper.source(article_id=("/news/*/{id}",))
    context = replace(context, catalogue=Catalogue(sources=(source,)))
    paper.publish("/news/life/5590597", text=TOLD)
    harvest(context, FIRST)

    assert forget(context, paper.url("/news/city/5590597"), why="asked to").records
    assert TOLD not in archived(context)
    assert pages(context) == []
