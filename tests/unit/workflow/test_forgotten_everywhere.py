"""After `forget` no canary of the page is left: not in an archive, a table, a letter, a digest, nor in the index."""

from __future__ import annotations

from pathlib import Path

import pytest

from mediawatch.board.digest import keep_digests
from mediawatch.board.local_index import refresh_day
from mediawatch.context import Context
from mediawatch.delivery.outbox_status import outbox
from mediawatch.extraction.archived import body_of
from mediawatch.lake.batches import BatchKey, read_batch_rows, sealed_batches
from mediawatch.lake.objects import fault_of
from mediawatch.lake.tombstones import forgotten_links
from mediawatch.pipeline.admitted import admitted_articles
from mediawatch.records import Reason
from mediawatch.tables.extraction import RANKINGS
from mediawatch.tables.harvest import PAGES
from tests.support.articles import html, paragraphs
from tests.support.gazette import ATOM, Gazette, candidates_of, page
from tests.support.lakes import DAY, MORNING, harvest, rows_of
from tests.support.sites import Heard, Reply, redirect, reply
from tests.support.small_index import SmallIndex
from tests.support.town import (
    FIRST,
    LETTERS,
    OTHER,
    QUOTED,
    SLUG,
    TEXT,
    TITLE,
    Town,
    live_through,
    open_town,
    rss,
)
from tests.support.whole_lake import holders

pytestmark = pytest.mark.slow


@pytest.fixture
def town(context: Context, paper: Gazette, index: SmallIndex, tmp_path: Path) -> Town:
    """With an index of its own."""
    return open_town(context, paper, tmp_path, elasticsearch_url=index.url, indexed=lambda: index.documents)


@pytest.fixture
def told(town: Town) -> Town:
    """A day later."""
    return live_through(town)


def test_there_is_something_to_forget(told: Town) -> None:
    """Or the others would prove nothing."""
    assert told.folders() >= {
        *("harvest", "register", "extract", "analyse", "cluster", "ledger", "lines", "shelf", "bodies"),
        *("terms", "detect", "outbox", "digests"),
    }  # fmt: skip
    assert {posted.message.title for posted in told.post.parcels}
    assert any(TITLE in posted.message.text for posted in told.post.parcels)
    assert rows_of(told.context.store, RANKINGS, batch=FIRST)
    places = [place for place, _ in told.left_in_index()]
    assert {"alerts", "stories", "rankings"} <= {place.rpartition("-")[2] for place in places}
    assert any("-articles-" in place for place in places)
    quoting = holders(told.lake, *QUOTED)
    assert [name for name in quoting if name.startswith("outbox/desk/chat/letters/")]
    assert [name for name in quoting if name.startswith("outbox/late/chat/waiting/")]


@pytest.mark.parametrize("path", ["/go/1", f"/a/{SLUG}", f"/a/{SLUG}?utm_source=mail#top"])
def test_nothing_of_it_is_left_anywhere(told: Town, path: str) -> None:
    """Whichever of its addresses is given: as announced, or as people see it."""
    done = told.forget(path)
    assert told.left() == []
    assert told.paper.url("/go/1") not in "".join(holders(told.lake, "/go/1"))
    assert (DAY in done.days, DAY in done.watched, done.left_open) == (True, True, ())


def test_what_it_stood_beside_is_whole(told: Town) -> None:
    before = {article.url: article.text for article in admitted_articles(told.context.store, DAY)}
    told.forget("/go/1")
    store = told.context.store
    (kept,) = admitted_articles(store, DAY)
    assert (kept.title, kept.text) == (OTHER, before[kept.url])
    rankings = rows_of(store, RANKINGS, batch=FIRST)
    assert [row.title for row in rankings] == [f"读者来信第{number}封的回音" for number in (1, 2, 3)]
    for manifest in sealed_batches(store, DAY):
        assert [fault_of(store, info) for info in manifest.objects] == [""] * len(manifest.objects)
        assert all(body_of(store, page) for page in read_batch_rows(store, manifest, PAGES))
        assert [row.reason for url, row in candidates_of(told.context, manifest).items() if url == ""] == [
            Reason.FORGOTTEN
        ]
    feeds = [text for text in holders(told.lake, OTHER) if "segment-00000" in text]
    assert feeds


def test_that_it_was_told_stays_and_what_was_told_does_not(told: Town) -> None:
    def sent() -> list[tuple[str, str, int]]:
        return [
            (row.status, row.alert_id or row.notice_id, row.letter)
            for row in outbox(told.context.store, told.context.clock())
            if row.letter
        ]

    before = sent()
    told.forget("/go/1")
    assert sent() == before != []
    told.tell()
    assert sent() == before


def test_it_stays_away_when_everything_is_made_again(told: Town) -> None:
    done = told.forget("/go/1")
    for stage in ("extract", "analyse", "audit", "cluster", "ledger", "lines", "terms", "detect", "shelf", "bodies"):
        told.context.store.delete_all(stage)
    told.rebuild(*done.days, watched=done.watched)
    refresh_day(told.context, DAY)
    keep_digests(told.context, [DAY])
    assert told.left() == []


def test_announced_again_it_is_kept_out_also_where_it_leads_to(told: Town) -> None:
    told.forget("/go/1")
    asked = len(told.paper.asked(f"/a/{SLUG}"))
    told.paper.site.says("/feed.xml", rss(told.paper, hidden=f"/a/{SLUG}"))
    manifest = harvest(told.context, "20260430T090000Z")
    assert {row.reason for row in candidates_of(told.context, manifest).values()} <= {
        Reason.FORGOTTEN,
        Reason.KNOWN_ALREADY,
    }
    assert len(told.paper.asked(f"/a/{SLUG}")) == asked
    assert told.paper.link(f"/a/{SLUG}") in forgotten_links(told.context.store)


@pytest.mark.parametrize("status", [404, 429, 403, 503])
def test_answers_that_never_became_a_page_are_forgotten_too(town: Town, status: int) -> None:
    """A site may print the article under any status; each try is archived."""
    town.paper.site.says("/go/1", reply(html(title=TITLE, body=paragraphs(TEXT)), status=status))
    town.paper.site.says("/a/kept", page(OTHER, LETTERS[0], MORNING))
    harvest(town.context, FIRST)
    assert holders(town.lake, TEXT)
    town.forget("/go/1")
    assert town.left() == []


def test_an_answer_that_was_retried_is_forgotten_too(town: Town) -> None:
    said = iter([reply(html(title=TITLE, body=paragraphs(TEXT)), status=503)])

    def first_fails(heard: Heard) -> Reply:
        return next(said, page(TITLE, TEXT, MORNING))

    town.paper.site.says(f"/a/{SLUG}", first_fails)
    harvest(town.context, FIRST)
    town.forget("/go/1")
    assert town.left() == []


def test_a_harvest_under_way_is_named_and_done_when_it_is_sealed(town: Town) -> None:
    from mediawatch.harvest.harvesting import harvest_shard, open_batch, seal_batch

    batch = open_batch(town.context, day=DAY, run_key=FIRST)
    harvest_shard(town.context, batch, 0)
    assert town.forget("/go/1").left_open == (BatchKey(day=DAY, batch=FIRST).path,)
    seal_batch(town.context, batch)
    assert town.left() != []
    assert town.forget("/go/1").left_open == ()
    assert town.left() == []


def test_what_a_wall_says_of_many_is_not_the_pages_own(town: Town) -> None:
    """Two links that lead to one notice are not one article: forgetting one leaves the other."""
    town.paper.site.says("/a/kept", redirect("/notice"))
    town.paper.site.says("/go/1", redirect("/notice"))
    town.paper.site.says("/notice", page("请先登录后再继续阅读全文", "登录以后可以阅读全部内容。", MORNING))
    harvest(town.context, FIRST)
    town.forget("/go/1")
    links = forgotten_links(town.context.store)
    assert town.paper.link("/go/1") in links
    assert not {town.paper.link("/a/kept"), town.paper.link("/notice")} & links
    (manifest,) = sealed_batches(town.context.store, DAY)
    (kept,) = read_batch_rows(town.context.store, manifest, PAGES)
    assert "登录" in body_of(town.context.store, kept).decode()


def test_atom_is_the_same(town: Town) -> None:
    town.paper.entries.clear()
    town.paper.open()
    town.paper.publish(f"/a/{SLUG}", title=TITLE, text=TEXT)
    town.paper.publish("/a/kept")
    harvest(town.context, FIRST)
    feed = [name for name in holders(town.lake, ATOM) if "segment-00000" in name]
    town.forget(f"/a/{SLUG}")
    assert feed
    assert town.left() == []
    assert holders(town.lake, "/a/kept")
