"""After `forget` no canary of the page is left: not in an archive, a table, a letter, a digest, nor in the index."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from html import escape
from pathlib import Path

import pytest
import yaml

from mediawatch.board.edition import keep_digests
from mediawatch.board.shelf import stock_day
from mediawatch.delivery import MessageKind
from mediawatch.lake.batches import BatchKey, sealed_batches
from mediawatch.lake.objects import fault_of
from mediawatch.records import Announcer, Reason
from mediawatch.settings import Settings
from mediawatch.stages.archived import body_of
from mediawatch.stages.closing import close_day
from mediawatch.stages.deliver import deliver
from mediawatch.stages.detect import alerts_of, watchlists_of
from mediawatch.stages.digests import digest_notices
from mediawatch.stages.forgetting import Forgotten, forget
from mediawatch.stages.memory import read_table
from mediawatch.stages.newsroom import Newsroom
from mediawatch.stages.outbox_status import outbox
from mediawatch.stages.serving import admitted_articles
from mediawatch.stages.table import WATCHING, build_day, run_stage
from mediawatch.stages.tombstones import forgotten_links
from mediawatch.stages.watch import watch_day
from mediawatch.tables.extraction import RANKINGS
from mediawatch.tables.harvest import PAGES
from tests.support.alerting import a_recipient
from tests.support.articles import html, paragraphs
from tests.support.gazette import ATOM, Gazette, at, candidates_of, page
from tests.support.lakes import DAY, EVENING, MORNING, harvest, rows_of
from tests.support.sites import Heard, Reply, redirect, reply
from tests.support.small_index import SmallIndex
from tests.support.whole_lake import holders
from tests.unit.stages.test_deliver import Post

pytestmark = pytest.mark.slow

FIRST, SECOND = "20260429T090000Z", "20260429T220000Z"
NEXT = DAY + timedelta(days=1)
TITLE = "港口管理处深夜撤走七台起重机的内部通知"
TEXT = "值班员老周在凌晨两点数了两遍，七台起重机确实一台不剩，谁也没有给他看过调令。"
SLUG = "canary-7401"
OTHER = "读者来信：旧城的路灯何时再亮"
LETTERS = (
    "编辑部本周收到一百二十封读者来信，其中大半谈的是旧城的路灯，有人附上了手绘的地图。",
    "住在东门的退休教师写道，孩子放学的小巷天黑得早，希望市里把熄灭的几盏尽快修好。",
    "市政处回信说，零件已经订好，月底前会有人上门，届时每一盏都会编号登记。",
)
CANARIES = (TITLE, TEXT, SLUG)


@dataclass(frozen=True, kw_only=True)
class Town:
    """A newsroom whose paper printed a page that is to be forgotten, and everything that quotes it since."""

    newsroom: Newsroom
    paper: Gazette
    index: SmallIndex
    post: Post

    @property
    def lake(self) -> Path:
        return Path(self.newsroom.settings.lake_url)

    def left(self) -> list[str]:
        """Where the lake and the index still hold a canary."""
        index = [
            name
            for place, name in self.index.documents
            if self._is_told(json.dumps(self.index.documents[place, name], ensure_ascii=False))
        ]
        return [*holders(self.lake, *CANARIES), *index]

    def folders(self) -> set[str]:
        return {name.partition("/")[0] for name in holders(self.lake, *CANARIES)}

    def forget(self, path: str) -> Forgotten:
        """Forget the address, and build again what that names, as the command does."""
        done = forget(self.newsroom, self.paper.url(path), why="a court said so")
        self.rebuild(*done.days, watched=done.watched)
        return done

    def rebuild(self, *days: object, watched: tuple[object, ...] = ()) -> None:
        for day in days:
            build_day(self.newsroom, day)  # type: ignore[arg-type]
            for stage in WATCHING if day in watched else ():
                run_stage(self.newsroom, stage, day)  # type: ignore[arg-type]

    def tell(self) -> None:
        recipient = a_recipient(messages=(MessageKind.ALERTS, MessageKind.DIGEST))
        deliver(
            self.newsroom,
            [alert for day in (DAY, NEXT) for alert in alerts_of(self.newsroom.store, day)],
            recipients=[recipient],
            notices=digest_notices(self.newsroom),
            watchlists=watchlists_of(self.newsroom),
            live_days=[DAY, NEXT],
            sending=self.post,
            environ={},
        )

    @staticmethod
    def _is_told(document: str) -> bool:
        return any(canary in document for canary in CANARIES)


def kept_page(url: str) -> Reply:
    """Another article, whose page leads to the secret one in a list of what is read, in a teaser and in a script."""
    listed = [f"<li><a href='/b/{number}'>读者来信第{number}封的回音</a></li>" for number in range(1, 4)]
    listed.insert(1, f"<li><a href='/a/{SLUG}?from=rank' title='{TITLE}'>{TITLE}</a></li>")
    teaser = f"<div class='rel'><a href='{url}'><img alt='{TITLE}' src='/i.png'></a><a href='{url}'>{TITLE}</a></div>"
    state = json.dumps({"related": [{"title": TITLE, "url": url}, {"title": "别的", "url": "/b/9"}]})
    bottom = f"<div><h3>热门新闻</h3><ol>{''.join(listed)}</ol></div>{teaser}<script>var state = {state};</script>"
    head = f"<meta property='article:published_time' content='{MORNING.isoformat()}'>"
    body = paragraphs(*LETTERS)
    return reply(html(title=OTHER, head=head, body=body, bottom=bottom))


def rss(paper: Gazette, *, hidden: str) -> Reply:
    """A feed that says more than titles."""
    items = "".join(
        f"<item><title>{escape(title)}</title><link>{escape(paper.url(path))}</link>"
        f"<description>{escape(text)}</description><pubDate>Wed, 29 Apr 2026 08:00:00 GMT</pubDate></item>"
        for path, title, text in ((hidden, TITLE, TEXT), ("/a/kept", OTHER, LETTERS[0]))
    )
    return reply(f"<?xml version='1.0'?><rss version='2.0'><channel><title>Paper</title>{items}</channel></rss>",
                 content_type="application/rss+xml")  # fmt: skip


@pytest.fixture
def town(newsroom: Newsroom, paper: Gazette, index: SmallIndex, tmp_path: Path) -> Town:
    """The paper announces by feed and list page, over an address that redirects; a watch list, letters, a digest."""
    (tmp_path / "watchlists").mkdir()
    lists = [{"name": "port", "terms": ["起重机"], "min_voices": 1, "min_articles": 1}]
    (tmp_path / "watchlists/lists.yaml").write_text(yaml.safe_dump(lists, allow_unicode=True), encoding="utf-8")
    settings = {
        **newsroom.settings.model_dump(),
        "elasticsearch_url": index.url,
        "watchlists_dir": tmp_path / "watchlists",
    }
    paper.site.says("/go/1", redirect(f"/hop/{SLUG}"))
    paper.site.says(f"/hop/{SLUG}", redirect(f"/a/{SLUG}"))
    paper.site.says(f"/a/{SLUG}", page(TITLE, TEXT, MORNING))
    paper.site.says("/a/kept", kept_page(paper.url(f"/a/{SLUG}")))
    paper.site.says("/feed.xml", rss(paper, hidden="/go/1"))
    paper.site.says("/front", reply(f"<html><body><h2><a href='/go/1'>{TITLE}</a></h2><p>{TEXT}</p></body></html>"))
    announcers = (
        Announcer(kind="feed", url=paper.url("/feed.xml")),
        Announcer(kind="list_page", url=paper.url("/front")),
    )
    catalogue = replace(newsroom.catalogue, sources=(paper.source(discovery=announcers),))
    return Town(
        newsroom=replace(newsroom, settings=Settings.model_validate(settings), catalogue=catalogue),
        paper=paper,
        index=index,
        post=Post(),
    )


@pytest.fixture
def told(town: Town) -> Town:
    """Harvested twice, closed, watched, told, on the board and in the index; a day later the story goes on."""
    harvest(town.newsroom, FIRST)
    harvest(at(town.newsroom, EVENING), SECOND)
    tomorrow = replace(town, newsroom=at(town.newsroom, MORNING + timedelta(days=1)))
    close_day(tomorrow.newsroom, DAY)
    watch_day(tomorrow.newsroom, DAY)
    stock_day(tomorrow.newsroom, DAY)
    keep_digests(tomorrow.newsroom, [DAY])
    tomorrow.tell()
    return tomorrow


def test_there_is_something_to_forget(told: Town) -> None:
    """Or the others would prove nothing."""
    assert told.folders() >= {
        *("harvest", "register", "extract", "analyse", "cluster", "ledger", "lines", "shelf", "bodies"),
        *("terms", "detect", "outbox", "digests"),
    }  # fmt: skip
    assert {posted.message.title for posted in told.post.parcels}
    assert any(TITLE in posted.message.text for posted in told.post.parcels)
    assert rows_of(told.newsroom.store, RANKINGS, batch=FIRST)
    indexed = {place.rpartition("-")[2] for place, name in told.index.documents if name in told.left()}
    assert {"alerts", "stories", "rankings"} <= indexed
    assert any("-articles-" in place for place, name in told.index.documents if name in told.left())


@pytest.mark.parametrize("path", ["/go/1", f"/a/{SLUG}", f"/a/{SLUG}?utm_source=mail#top"])
def test_nothing_of_it_is_left_anywhere(told: Town, path: str) -> None:
    """Whichever of its addresses is given: as announced, or as people see it."""
    done = told.forget(path)
    assert told.left() == []
    assert told.paper.url("/go/1") not in "".join(holders(told.lake, "/go/1"))
    assert (DAY in done.days, DAY in done.watched, done.left_open) == (True, True, ())


def test_what_it_stood_beside_is_whole(told: Town) -> None:
    before = {article.url: article.text for article in admitted_articles(told.newsroom.store, DAY)}
    told.forget("/go/1")
    store = told.newsroom.store
    (kept,) = admitted_articles(store, DAY)
    assert (kept.title, kept.text) == (OTHER, before[kept.url])
    rankings = rows_of(store, RANKINGS, batch=FIRST)
    assert [row.title for row in rankings] == [f"读者来信第{number}封的回音" for number in (1, 2, 3)]
    for manifest in sealed_batches(store, DAY):
        assert [fault_of(store, info) for info in manifest.objects] == [""] * len(manifest.objects)
        assert all(body_of(store, page) for page in read_table(store, manifest, PAGES))
        assert [row.reason for url, row in candidates_of(told.newsroom, manifest).items() if url == ""] == [
            Reason.FORGOTTEN
        ]
    feeds = [text for text in holders(told.lake, OTHER) if "segment-00000" in text]
    assert feeds


def test_that_it_was_told_stays_and_what_was_told_does_not(told: Town) -> None:
    def sent() -> list[tuple[str, str, int]]:
        return [
            (row.status, row.alert_id or row.notice_id, row.letter)
            for row in outbox(told.newsroom.store, told.newsroom.clock())
        ]

    before = sent()
    told.forget("/go/1")
    assert sent() == before != []
    told.tell()
    assert sent() == before


def test_it_stays_away_when_everything_is_made_again(told: Town) -> None:
    done = told.forget("/go/1")
    for stage in ("extract", "analyse", "audit", "cluster", "ledger", "lines", "terms", "detect", "shelf", "bodies"):
        told.newsroom.store.delete_all(stage)
    told.rebuild(*done.days, watched=done.watched)
    stock_day(told.newsroom, DAY)
    keep_digests(told.newsroom, [DAY])
    assert told.left() == []


def test_announced_again_it_is_kept_out_also_where_it_leads_to(told: Town) -> None:
    told.forget("/go/1")
    asked = len(told.paper.asked(f"/a/{SLUG}"))
    told.paper.site.says("/feed.xml", rss(told.paper, hidden=f"/a/{SLUG}"))
    manifest = harvest(told.newsroom, "20260430T090000Z")
    assert {row.reason for row in candidates_of(told.newsroom, manifest).values()} <= {
        Reason.FORGOTTEN,
        Reason.KNOWN_ALREADY,
    }
    assert len(told.paper.asked(f"/a/{SLUG}")) == asked
    assert told.paper.link(f"/a/{SLUG}") in forgotten_links(told.newsroom.store)


@pytest.mark.parametrize("status", [404, 429, 403, 503])
def test_answers_that_never_became_a_page_are_forgotten_too(town: Town, status: int) -> None:
    """A site may print the article under any status; each try is archived."""
    town.paper.site.says("/go/1", reply(html(title=TITLE, body=paragraphs(TEXT)), status=status))
    town.paper.site.says("/a/kept", page(OTHER, LETTERS[0], MORNING))
    harvest(town.newsroom, FIRST)
    assert holders(town.lake, TEXT)
    town.forget("/go/1")
    assert town.left() == []


def test_an_answer_that_was_retried_is_forgotten_too(town: Town) -> None:
    said = iter([reply(html(title=TITLE, body=paragraphs(TEXT)), status=503)])

    def first_fails(heard: Heard) -> Reply:
        return next(said, page(TITLE, TEXT, MORNING))

    town.paper.site.says(f"/a/{SLUG}", first_fails)
    harvest(town.newsroom, FIRST)
    town.forget("/go/1")
    assert town.left() == []


def test_a_harvest_under_way_is_named_and_done_when_it_is_sealed(town: Town) -> None:
    from mediawatch.stages.harvest import harvest_shard, open_batch, seal_batch

    batch = open_batch(town.newsroom, day=DAY, run_key=FIRST)
    harvest_shard(town.newsroom, batch, 0)
    assert town.forget("/go/1").left_open == (BatchKey(day=DAY, batch=FIRST).path,)
    seal_batch(town.newsroom, batch)
    assert town.left() != []
    assert town.forget("/go/1").left_open == ()
    assert town.left() == []


def test_what_a_wall_says_of_many_is_not_the_pages_own(town: Town) -> None:
    """Two links that lead to one notice are not one article: forgetting one leaves the other."""
    town.paper.site.says("/a/kept", redirect("/notice"))
    town.paper.site.says("/go/1", redirect("/notice"))
    town.paper.site.says("/notice", page("请先登录后再继续阅读全文", "登录以后可以阅读全部内容。", MORNING))
    harvest(town.newsroom, FIRST)
    town.forget("/go/1")
    links = forgotten_links(town.newsroom.store)
    assert town.paper.link("/go/1") in links
    assert not {town.paper.link("/a/kept"), town.paper.link("/notice")} & links
    (manifest,) = sealed_batches(town.newsroom.store, DAY)
    (kept,) = read_table(town.newsroom.store, manifest, PAGES)
    assert "登录" in body_of(town.newsroom.store, kept).decode()


def test_atom_is_the_same(town: Town) -> None:
    town.paper.entries.clear()
    town.paper.open()
    town.paper.publish(f"/a/{SLUG}", title=TITLE, text=TEXT)
    town.paper.publish("/a/kept")
    harvest(town.newsroom, FIRST)
    feed = [name for name in holders(town.lake, ATOM) if "segment-00000" in name]
    town.forget(f"/a/{SLUG}")
    assert feed
    assert town.left() == []
    assert holders(town.lake, "/a/kept")
