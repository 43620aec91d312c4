"""Where a page is refused and its feed carries the article, the article is there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mediawatch.context import Context
from mediawatch.harvest.feed_texts import MADE_FROM
from mediawatch.lake.batches import BatchManifest, read_batch_rows
from mediawatch.lake.warc import read_exchange
from mediawatch.records import Page, Reason, Seed
from mediawatch.records.ledger import Outcome
from mediawatch.sources.catalogue import Catalogue
from mediawatch.tables.extraction import ARTICLES
from mediawatch.tables.harvest import FETCHED, PAGES
from mediawatch.workflow.checking_sources import visit
from mediawatch.workflow.runner import run_stage
from tests.support.articles import PARAGRAPHS
from tests.support.gazette import FEED, Gazette
from tests.support.lakes import DAY, MORNING, harvest, rows_of
from tests.support.sites import reply

BATCH = "20260429T090000Z"
WHOLE = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)


def refused(paper: Gazette, context: Context, *, has_full_text: bool, status: int = 403) -> BatchManifest:
    """A harvest of one link whose page answers `status`."""
    entry = (
        f"<item><title>城北水库春灌水量充足</title><link>{paper.url('/a/1')}</link>"
        f"<pubDate>{MORNING:%a, %d %b %Y %H:%M:%S} GMT</pubDate>"
        f"<description>摘要。</description><content:encoded><![CDATA[{WHOLE}]]></content:encoded></item>"
    )
    xmlns = "xmlns:content='http://purl.org/rss/1.0/modules/content/'"
    paper.site.says(FEED, reply(f"<rss version='2.0' {xmlns}><channel>{entry}</channel></rss>"))
    paper.site.says("/a/1", reply("subscribers only", status=status))
    seed = Seed(kind="feed", url=paper.url(FEED), has_full_text=has_full_text)
    source = paper.source(discovery=(seed,))
    return harvest(replace(context, catalogue=Catalogue(sources=(source,))), BATCH)


def fetched(context: Context, manifest: BatchManifest) -> Outcome:
    (outcome,) = read_batch_rows(context.store, manifest, FETCHED)
    return outcome


def page_of(context: Context, manifest: BatchManifest) -> Page:
    (page,) = read_batch_rows(context.store, manifest, PAGES)
    return page


@pytest.mark.parametrize("status", [401, 402, 403])
def test_its_text_is_extracted_like_a_page(context: Context, paper: Gazette, status: int) -> None:
    manifest = refused(paper, context, has_full_text=True, status=status)
    run_stage(context, "extract", DAY)

    outcome = fetched(context, manifest)
    assert (outcome.reason, outcome.detail) == (None, f"the text of its feed, for the page: status {status}")
    (article,) = rows_of(context.store, ARTICLES, batch=BATCH)
    assert article.title == "城北水库春灌水量充足"
    assert all(paragraph in article.text for paragraph in PARAGRAPHS)
    assert article.published_at == MORNING


def test_the_archive_says_that_no_site_answered_so(context: Context, paper: Gazette) -> None:
    page = page_of(context, refused(paper, context, has_full_text=True))
    answer = read_exchange(context.store, page.warc_file, page.warc_offset, page.warc_length)
    assert (answer.status, page.status) == (203, 203)
    assert answer.header(MADE_FROM) == f"feed {paper.url(FEED)}"


@pytest.mark.parametrize(("says_so", "status", "reason"), [(False, 403, Reason.FORBIDDEN), (True, 404, Reason.GONE)])
def test_not_where_the_entry_does_not_say_so_and_not_for_what_is_gone(
    context: Context, paper: Gazette, says_so: bool, status: int, reason: Reason
) -> None:
    manifest = refused(paper, context, has_full_text=says_so, status=status)
    assert fetched(context, manifest).reason is reason
    assert list(read_batch_rows(context.store, manifest, PAGES)) == []


def test_a_check_reads_it_too(context: Context, paper: Gazette) -> None:
    refused(paper, context, has_full_text=True)
    seed = Seed(kind="feed", url=paper.url(FEED), has_full_text=True)
    (finding,) = visit(context, [paper.source(discovery=(seed,))])
    assert (finding.verdict, finding.article_title) == ("alive", "城北水库春灌水量充足")


@pytest.mark.slow
def test_a_refused_robots_txt_is_no_refused_page(context: Context, paper: Gazette) -> None:
    paper.site.says("/robots.txt", reply("no", status=403))
    manifest = refused(paper, context, has_full_text=True, status=503)
    assert fetched(context, manifest).reason is Reason.SERVER_ERROR
