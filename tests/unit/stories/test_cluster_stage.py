"""The day's articles become stories, in the light of the days before, and come out the same when built again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from mediawatch.context import Context
from mediawatch.lake.partitions import erase
from mediawatch.pipeline.admitted import places_of
from mediawatch.records import Story
from mediawatch.tables.stories import CLUSTERED, EARLIER, MERGES, STORIES, Merge
from mediawatch.workflow.forgetting.addresses import forget
from mediawatch.workflow.runner import run_stage
from tests.support.articles import html, paragraphs
from tests.support.days import day_as_rows
from tests.support.gazette import Gazette, at, open_gazettes
from tests.support.lakes import DAY, EVENING, MORNING, a_context, harvest, rows_of
from tests.support.sites import reply

pytestmark = pytest.mark.slow

BUILD = ("extract", "analyse", "audit", "cluster")
ONE = timedelta(days=1)
WIRE = (
    "海湾国财政部周三宣布，对进口钢材加征25%的关税，即日起生效。",
    "部长阿登在记者会上说，去年进口的钢材有1,370万吨，国内钢厂因此停产的有48家。",
    "市场随即震荡，指数收盘下跌412点，反对党批评这项决定没有经过议会讨论。",
    "进口商协会说，建筑成本将上涨一成以上，许多工程可能推迟到明年开工。",
)
OWN = (
    "城北的菜市场搬到了新楼里，摊位从一百二十个增加到两百个，顾客说比以前亮堂多了。",
    "管理处介绍，新楼装了通风和冷藏设备，下雨天地面也不会再积水。",
    "卖豆腐的老周在这里做了二十年生意，他说租金没有涨，心里踏实。",
)


@pytest.fixture
def bay() -> Iterator[Gazette]:
    """A second site."""
    with open_gazettes("bay") as [gazette]:
        yield gazette


@pytest.fixture
def context(paper: Gazette, bay: Gazette, tmp_path: Path) -> Context:
    """A newsroom of both sites."""
    return a_context(tmp_path, paper.source(), bay.source(), shards=1)


def tell(site: Gazette, path: str, *lines: str, moment: datetime = MORNING, top: str = "", title: str = "") -> None:
    """Publish `lines` as an article."""
    head = f"<meta property='article:published_time' content='{moment.isoformat()}'>"
    answer = reply(html(title=title or f"城北新闻 {path}", head=head, top=top, body=paragraphs(*lines)))
    site.publish(path, at=moment, updated=moment, answer=answer)


def build(context: Context, moment: datetime = MORNING) -> Context:
    """Harvest at `moment` and build that day up to its stories."""
    later = at(context, moment)
    harvest(later, f"{moment:%Y%m%dT%H%M%SZ}")
    for stage in BUILD:
        run_stage(later, stage, moment.date())
    return later


def stories(context: Context, moment: datetime = MORNING) -> list[Story]:
    return rows_of(context.store, STORIES, day=moment.date())


def test_copies_are_one_story_with_the_publisher_that_they_name(context: Context, paper: Gazette, bay: Gazette) -> None:
    tell(paper, "/a/1", *WIRE, moment=MORNING)
    tell(
        bay,
        "/b/1",
        *WIRE,
        "本文图片来自网络。",
        top="<p class='source'>来源：海湾通讯社</p>",
        moment=MORNING + ONE / 24,
    )
    tell(bay, "/b/2", *OWN)
    build(context, EVENING)

    found = {row.article_id: row for row in rows_of(context.store, CLUSTERED)}
    copies = {paper.link("/a/1"), bay.link("/b/1")}
    assert {found[name].story_id for name in copies} == {min(copies)}
    assert {found[name].publisher for name in copies} == {"海湾通讯社"}
    assert found[bay.link("/b/2")].publisher not in ("", "海湾通讯社")
    both, single = sorted(stories(context, EVENING), key=lambda story: -story.articles)
    assert (both.articles, both.sites, both.publishers, both.publisher) == (2, 2, 1, "海湾通讯社")
    assert (both.url, both.earliest_at, both.newest_at) == (paper.url("/a/1"), MORNING, MORNING + ONE / 24)
    assert (single.articles, single.story_id) == (1, bay.link("/b/2"))


def test_a_copy_of_the_next_day_joins_and_the_story_counts_all(context: Context, paper: Gazette, bay: Gazette) -> None:
    tell(paper, "/a/1", *WIRE)
    build(context)
    tell(bay, "/b/1", *WIRE, moment=MORNING + ONE)
    build(context, MORNING + ONE)

    (story,) = stories(context, MORNING + ONE)
    assert (story.story_id, story.articles, story.first_on) == (paper.link("/a/1"), 2, DAY)
    assert places_of(context.store, DAY + ONE)[bay.link("/b/1")].story_id == paper.link("/a/1")
    earlier = rows_of(context.store, EARLIER, day=DAY + ONE)
    assert [(row.article_id, row.day, row.signature) for row in earlier] == [(paper.link("/a/1"), DAY, b"")]


def test_a_story_goes_on_through_the_window_and_keeps_its_count(context: Context, paper: Gazette, bay: Gazette) -> None:
    """Its first article is out of the window on the last day, and is known all the same."""
    moments = [MORNING, MORNING + 3 * ONE, MORNING + 6 * ONE]
    for number, moment in enumerate(moments):
        tell(bay if number % 2 else paper, f"/c/{number}", *WIRE, moment=moment)
        build(context, moment)

    (story,) = stories(context, moments[-1])
    assert (story.story_id, story.articles, story.first_on) == (paper.link("/c/0"), 3, DAY)


def test_after_the_window_a_copy_is_a_story_of_its_own(context: Context, paper: Gazette, bay: Gazette) -> None:
    tell(paper, "/a/1", *WIRE)
    build(context)
    tell(bay, "/b/1", *WIRE, moment=MORNING + 4 * ONE)
    build(context, MORNING + 4 * ONE)

    assert [story.story_id for story in stories(context, MORNING + 4 * ONE)] == [bay.link("/b/1")]


def test_two_stories_that_become_one_go_on_under_the_older_name(context: Context, paper: Gazette, bay: Gazette) -> None:
    tell(paper, "/a/1", *WIRE[:2])
    build(context)
    rest = (WIRE[1][:22], *WIRE[2:])
    tell(bay, "/b/1", *rest, moment=MORNING + ONE)
    build(context, MORNING + ONE)
    assert len({place.story_id for day in (DAY, DAY + ONE) for place in places_of(context.store, day).values()}) == 2
    tell(paper, "/a/2", *WIRE, moment=MORNING + 2 * ONE)
    build(context, MORNING + 2 * ONE)

    merges = rows_of(context.store, MERGES, day=DAY + 2 * ONE)
    assert merges == [Merge(absorbed=bay.link("/b/1"), story_id=paper.link("/a/1"))]
    (story,) = stories(context, MORNING + 2 * ONE)
    assert (story.story_id, story.articles) == (paper.link("/a/1"), 3)

    tell(bay, "/b/3", *rest, moment=MORNING + 3 * ONE)
    build(context, MORNING + 3 * ONE)
    assert places_of(context.store, DAY + 3 * ONE)[bay.link("/b/3")].story_id == paper.link("/a/1")


def test_only_what_the_audit_admits_is_clustered(context: Context, paper: Gazette) -> None:
    tell(paper, "/a/1", *WIRE)
    tell(paper, "/a/2", *OWN)
    tell(paper, "/a/short", "水库今天放水，请各位居民注意安全。")
    build(context)

    assert set(places_of(context.store, DAY)) == {paper.link("/a/1"), paper.link("/a/2")}


def test_of_an_article_that_changed_the_newest_admitted_text_counts(
    context: Context, paper: Gazette, bay: Gazette
) -> None:
    tell(paper, "/a/1", *OWN)
    build(context)
    tell(bay, "/b/1", *WIRE, moment=EVENING)
    tell(paper, "/a/1", *WIRE, moment=EVENING - ONE / 24)
    build(context, EVENING)

    found = places_of(context.store, DAY)
    assert found[paper.link("/a/1")].story_id == found[bay.link("/b/1")].story_id


def test_a_revision_does_not_rename_a_story(context: Context, paper: Gazette, bay: Gazette) -> None:
    tell(paper, "/a/1", *WIRE)
    tell(bay, "/b/1", *WIRE, moment=MORNING + ONE / 1440)
    build(context)
    before = places_of(context.store, DAY)
    tell(paper, "/a/1", *WIRE, OWN[0], moment=EVENING - ONE / 24)
    build(context, EVENING)

    assert places_of(context.store, DAY) == before


def test_a_past_day_built_again_alone_comes_out_the_same(context: Context, paper: Gazette, bay: Gazette) -> None:
    tell(paper, "/a/1", *WIRE)
    tell(bay, "/b/1", *OWN)
    build(context)
    tell(bay, "/b/2", *WIRE, moment=MORNING + ONE)
    build(context, MORNING + ONE)
    tell(paper, "/a/3", *WIRE, moment=MORNING + 2 * ONE)
    last = build(context, MORNING + 2 * ONE)
    before = day_as_rows(last.store, DAY + ONE)

    for stage in ("analyse", "cluster"):
        erase(last.store, stage, DAY + ONE)
    for stage in BUILD:
        run_stage(last, stage, DAY + ONE)
    assert day_as_rows(last.store, DAY + ONE) == before


def test_an_address_that_is_forgotten_is_quoted_by_no_later_story(
    context: Context, paper: Gazette, bay: Gazette
) -> None:
    tell(paper, "/a/1", *WIRE, title="被遗忘的钢材关税报道全文")
    tell(paper, "/a/2", *OWN)
    build(context)
    tell(bay, "/b/1", *WIRE, moment=MORNING + ONE)
    later = build(context, MORNING + ONE)
    done = forget(later, paper.url("/a/1"), why="asked for")

    assert done.days == (DAY, DAY + ONE)
    for day in done.days:
        for stage in BUILD:
            run_stage(later, stage, day)
    (story,) = stories(later, MORNING + ONE)
    assert (story.story_id, story.url) == (bay.link("/b/1"), bay.url("/b/1"))


def test_the_day_is_stale_when_the_one_before_it_changed(context: Context, paper: Gazette, bay: Gazette) -> None:
    tell(bay, "/b/1", *WIRE, moment=MORNING + ONE)
    build(context, MORNING + ONE)
    assert places_of(context.store, DAY + ONE)[bay.link("/b/1")].story_id == bay.link("/b/1")

    tell(paper, "/a/1", *WIRE)
    bay.withdraw("/b/1")
    later = replace(build(context), clock=at(context, MORNING + ONE).clock)
    run_stage(later, "cluster", DAY + ONE)
    assert places_of(later.store, DAY + ONE)[bay.link("/b/1")].story_id == paper.link("/a/1")
