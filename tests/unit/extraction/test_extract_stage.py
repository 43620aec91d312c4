"""Extraction of a day: once a batch, the same again, and with ids that stay."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from mediawatch.context import Context
from mediawatch.extraction.shared_dates import CONFIDENCE
from mediawatch.lake.partitions import Receipt
from mediawatch.records import Pace, Reason, SiteRules
from mediawatch.sources.catalogue import Catalogue
from mediawatch.tables.extraction import ARTICLES, EXTRACTED, IDENTITIES, Identity
from mediawatch.workflow.forgetting.addresses import forget
from mediawatch.workflow.runner import run_stage
from tests.support.articles import PARAGRAPHS, html, paragraphs
from tests.support.gazette import Gazette, at, open_gazettes
from tests.support.lakes import DAY, EVENING, MORNING, a_context, harvest, rows_of
from tests.support.sites import reply

pytestmark = pytest.mark.slow

FIRST, SECOND = "20260429T090000Z", "20260429T220000Z"
HOUR = timedelta(hours=1)


def extracted(context: Context) -> list[Receipt]:
    return run_stage(context, "extract", DAY)


def outcomes(context: Context, batch: str = FIRST) -> dict[str, Reason | None]:
    return {o.link_id: o.reason for o in rows_of(context.store, EXTRACTED, batch=batch)}


def identities(context: Context, batch: str = FIRST) -> dict[str, Identity]:
    return {i.link_id: i for i in rows_of(context.store, IDENTITIES, batch=batch)}


def titles(context: Context, batch: str = FIRST) -> set[str]:
    return {a.title for a in rows_of(context.store, ARTICLES, batch=batch)}


def test_each_page_is_an_article_or_says_why_not(context: Context, paper: Gazette) -> None:
    paper.publish("/a/1", title="城北水库春灌水量充足")
    paper.publish("/a/empty", answer=reply(html(body="<p> </p>")))
    paper.publish("/a/gone", answer=reply(status=404))
    harvest(context, FIRST)
    extracted(context)

    assert titles(context) == {"城北水库春灌水量充足"}
    assert outcomes(context) == {paper.link("/a/1"): None, paper.link("/a/empty"): Reason.NO_TEXT}


def test_a_source_whose_pages_take_too_long_is_left_for_the_run_and_the_others_are_not(tmp_path: Path) -> None:
    with open_gazettes("paper", "slow") as [paper, slow]:
        # A rule that takes seconds on a page of so many lines.
        rules = SiteRules(drop=("//p[count(//p[count(//p) > 9999]) > 9999]",))
        sources = (paper.source(), slow.source(rules=rules))
        context = a_context(tmp_path, *sources, shards=1, extraction_workers=1, source_cpu_seconds=0.001)
        for path in ("/a/1", "/a/2"):
            slow.publish(path, answer=reply(html(body=paragraphs(path, *PARAGRAPHS) + "<p>水</p>" * 520)))
        paper.publish("/a/1", "/a/2")
        harvest(context, FIRST)
        extracted(context)

        found = outcomes(context)
        assert {found[paper.link(path)] for path in ("/a/1", "/a/2")} == {None}
        assert {found[slow.link(path)] for path in ("/a/1", "/a/2")} == {None, Reason.TOO_COSTLY}

        richer = context.settings.model_copy(update={"source_cpu_seconds": 1000.0})
        extracted(replace(context, settings=richer))
        assert set(outcomes(context).values()) == {None}


def test_done_twice_nothing_is_done(context: Context, paper: Gazette) -> None:
    paper.publish("/a/1")
    harvest(context, FIRST)
    first = extracted(context)
    keys = context.store.list("")

    assert extracted(context) == first
    assert context.store.list("") == keys


def test_an_evening_batch_leaves_the_mornings_work_alone(context: Context, paper: Gazette) -> None:
    paper.publish("/a/1")
    harvest(context, FIRST)
    (morning,) = extracted(context)
    paper.publish("/a/2")
    harvest(at(context, EVENING), SECOND)

    again, evening = extracted(context)
    assert again == morning
    assert evening.tables["articles"].rows == 1


def test_a_source_that_is_read_otherwise_today_is_extracted_again(context: Context, paper: Gazette) -> None:
    paper.publish("/a/1", answer=reply(html(top="<p>2026-04-29 08:30</p>")))
    harvest(context, FIRST)
    (before,) = extracted(context)
    changed = replace(context, catalogue=Catalogue(sources=(paper.source(timezone="Asia/Taipei"),)))
    (after,) = extracted(changed)

    assert after.generation != before.generation
    (article,) = rows_of(context.store, ARTICLES, batch=FIRST)
    assert article.published_at == MORNING.replace(hour=0, minute=30)


def test_a_source_that_is_only_visited_otherwise_is_not(context: Context, paper: Gazette) -> None:
    paper.publish("/a/1")
    harvest(context, FIRST)
    first = extracted(context)
    changed = Catalogue(sources=(paper.source(enabled=False, pace=Pace(delay_seconds=9), contact="the desk"),))
    assert extracted(replace(context, catalogue=changed)) == first


def test_a_source_that_left_the_catalogue_is_extracted_as_it_was(context: Context, paper: Gazette) -> None:
    paper.publish("/a/1")
    harvest(context, FIRST)
    first = extracted(context)
    assert extracted(replace(context, catalogue=Catalogue(sources=()))) == first


def test_a_tombstone_concerns_only_the_batches_that_have_its_page(context: Context, paper: Gazette) -> None:
    paper.publish("/a/1")
    harvest(context, FIRST)
    first = extracted(context)
    forget(context, "https://www.other.example/a/9", why="asked for")
    assert extracted(context) == first


def test_what_the_index_will_be_told_of_an_article(context: Context, paper: Gazette) -> None:
    paper.publish("/a/1", at=MORNING - HOUR, title="水库今年的水来得早")
    harvest(context, FIRST)
    extracted(context)

    (article,) = rows_of(context.store, ARTICLES, batch=FIRST)
    assert (article.url, article.source, article.site) == (paper.url("/a/1"), "paper", paper.site.host)
    assert article.published_at == article.announced_at == MORNING - HOUR
    assert article.first_seen_at == article.fetched_at == MORNING
    assert "这是/a/1的独家报道" in article.text


class TestIdentities:
    @pytest.fixture
    def revised(self, context: Context, paper: Gazette) -> Context:
        """An article of the morning whose evening text is another."""
        paper.publish("/a/1")
        harvest(context, FIRST)
        extracted(context)
        paper.publish("/a/1", updated=EVENING - HOUR, text="更正：比去年同期多出三成。")
        evening = at(context, EVENING)
        harvest(evening, SECOND)
        extracted(evening)
        return evening

    def test_a_new_text_is_a_revision_of_the_same_article(self, revised: Context, paper: Gazette) -> None:
        link = paper.link("/a/1")
        first, second = identities(revised)[link], identities(revised, SECOND)[link]
        assert (first.article_id, first.revision) == (link, 1)
        assert (second.article_id, second.revision, second.reason) == (link, 2, None)

    def test_made_again_from_nothing_the_ids_are_the_same(self, revised: Context) -> None:
        before = identities(revised), identities(revised, SECOND)
        revised.store.delete_all("extract")
        extracted(revised)
        assert (identities(revised), identities(revised, SECOND)) == before

    def test_the_same_text_again_is_unchanged(self, context: Context, paper: Gazette) -> None:
        paper.publish("/a/1")
        harvest(context, FIRST)
        extracted(context)
        paper.publish("/a/1", updated=EVENING - HOUR)
        harvest(at(context, EVENING), SECOND)
        extracted(context)
        assert outcomes(context, SECOND) == {paper.link("/a/1"): Reason.UNCHANGED}

    def test_one_article_under_two_addresses_is_an_article_once(self, context: Context, paper: Gazette) -> None:
        canonical = f"<link rel='canonical' href='{paper.url('/a/1')}'>"
        for path in ("/a/1", "/print/1"):
            paper.publish(path, answer=reply(html(head=canonical)))
        harvest(context, FIRST)
        extracted(context)

        assert outcomes(context) == {paper.link("/a/1"): None, paper.link("/print/1"): Reason.COPY_OF_LINK}
        assert {i.article_id for i in identities(context).values()} == {paper.link("/a/1")}

    def test_an_address_that_different_texts_claim_is_not_believed(self, context: Context, paper: Gazette) -> None:
        canonical = f"<link rel='canonical' href='{paper.url('/a/1')}'>"
        for number in (1, 2, 3):
            body = f"<p>这是第{number}篇完全不同的报道，讲的是别的事情，篇幅也够长，记者写了很久才写完。</p>" * 2
            paper.publish(f"/a/{number}", answer=reply(html(head=canonical, body=body)))
        harvest(context, FIRST)
        extracted(context)

        assert Counter(outcomes(context).values()) == {None: 3}
        assert {i.article_id for i in identities(context).values()} == {paper.link(f"/a/{n}") for n in (1, 2, 3)}


def test_an_instant_that_all_pages_of_a_source_have_is_less_sure(context: Context, paper: Gazette) -> None:
    for number in range(5):
        text = [f"第{number}座水库的闸门今天换好了，明年开春就能放水。", *PARAGRAPHS]
        body = html(top="<div>2026-04-28 10:00</div>", body=paragraphs(*text))
        paper.publish(f"/a/{number}", answer=reply(body))
    harvest(context, FIRST)
    extracted(context)
    found = [
        (a.published_at is not None, a.published_confidence) for a in rows_of(context.store, ARTICLES, batch=FIRST)
    ]
    assert found == [(True, CONFIDENCE)] * 5
