"""Articles on several pages are fetched to their end and become one article."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from mediawatch.context import Context
from mediawatch.harvest.collecting import MOST_PARTS
from mediawatch.harvest.harvesting import harvest_shard, open_batch, seal_batch
from mediawatch.lake.batches import BatchKey, BatchManifest, read_batch_rows
from mediawatch.pipeline.admitted import admitted_articles
from mediawatch.records import Article, Page
from mediawatch.tables.harvest import PAGES
from mediawatch.workflow.forgetting.addresses import forget
from mediawatch.workflow.runner import build_day
from tests.support.articles import html, paragraphs
from tests.support.gazette import Gazette, fetched_in
from tests.support.lakes import DAY
from tests.support.sites import Reply, reply

pytestmark = pytest.mark.slow

BATCH = BatchKey(day=DAY, batch="20260429T090000Z")
FIRST = "/a/1.html"


def part(number: int, *, last: int) -> Reply:
    """Page `number` of an article of `last` pages, each with paragraphs of its own."""
    texts = [
        f"第{number}部分第{line}段：水库管理处介绍，今年春灌用水比去年同期多了两成，下游各县按计划轮流放水。"
        for line in range(3)
    ]
    link = f"<p><a href='/a/1_{number + 1}.html'>下一页</a></p>" if number < last else ""
    head = "<meta property='article:published_time' content='2026-04-29T06:00:00+00:00'>"
    return reply(html(title="城北水库春灌水量充足", head=head, body=paragraphs(*texts) + link))


def publish(paper: Gazette, *, last: int) -> None:
    paper.publish(FIRST, answer=part(1, last=last), title="城北水库春灌水量充足")
    for number in range(2, last + 1):
        paper.site.says(f"/a/1_{number}.html", part(number, last=last))


def harvested(context: Context) -> BatchManifest:
    open_batch(context, day=BATCH.day, run_key=BATCH.batch)
    harvest_shard(context, BATCH, 0)
    return seal_batch(context, BATCH)


def pages_of(context: Context, manifest: BatchManifest) -> list[Page]:
    return sorted(read_batch_rows(context.store, manifest, PAGES), key=lambda page: page.part)


def the_article(context: Context) -> Article:
    build_day(context, DAY)
    (article,) = admitted_articles(context.store, DAY)
    return article


def test_all_pages_become_one_article_in_order(context: Context, paper: Gazette) -> None:
    publish(paper, last=3)
    manifest = harvested(context)

    assert [page.part for page in pages_of(context, manifest)] == [1, 2, 3]
    assert fetched_in(context, manifest) == {paper.link(FIRST): None}
    assert manifest.counts["fetched"] == 1
    article = the_article(context)
    assert article.pages == 3
    assert [line[:8] for line in article.text.splitlines()] == [
        f"第{n}部分第{i}段：" for n in (1, 2, 3) for i in range(3)
    ]
    assert article.url == paper.url(FIRST)


def test_a_page_that_cannot_be_had_ends_the_article(context: Context, paper: Gazette) -> None:
    publish(paper, last=3)
    paper.site.says("/a/1_2.html", reply(status=404))
    manifest = harvested(context)

    assert fetched_in(context, manifest) == {paper.link(FIRST): None}
    article = the_article(context)
    assert (article.pages, len(article.text.splitlines())) == (1, 3)
    assert paper.asked("/a/1_3.html") == []


def test_no_article_is_followed_for_ever(context: Context, paper: Gazette) -> None:
    publish(paper, last=MOST_PARTS + 5)

    assert [page.part for page in pages_of(context, harvested(context))] == list(range(1, MOST_PARTS + 1))


@dataclass(slots=True)
class DiesAt:
    """A Report whose worker dies when it hears `line`."""

    line: str

    def __call__(self, line: str) -> None:
        if line == self.line:
            raise InterruptedError


def test_interrupted_before_its_further_pages_the_article_is_fetched_again(context: Context, paper: Gazette) -> None:
    publish(paper, last=3)
    open_batch(context, day=BATCH.day, run_key=BATCH.batch)
    with pytest.raises(InterruptedError):
        harvest_shard(context, BATCH, 0, DiesAt("1 of 1 links fetched"))
    manifest = harvested(context)

    assert [page.part for page in pages_of(context, manifest)] == [1, 2, 3]
    assert [len(paper.asked(path)) for path in (FIRST, "/a/1_2.html", "/a/1_3.html")] == [2, 1, 1]


def test_forgotten_all_its_pages_are_erased(context: Context, paper: Gazette) -> None:
    publish(paper, last=2)
    harvested(context)
    the_article(context)

    assert forget(context, paper.url(FIRST), why="asked for").records == 2
    build_day(context, DAY)
    assert list(admitted_articles(context.store, DAY)) == []
