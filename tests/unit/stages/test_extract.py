"""Extraction of a day: once a batch, the same again, and with ids that stay."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from mediawatch.lake.partitions import Receipt
from mediawatch.records import Reason, SiteRules
from mediawatch.sources.catalogue import Catalogue
from mediawatch.stages.forgetting import forget
from mediawatch.stages.newsroom import Newsroom
from mediawatch.stages.table import run_stage
from mediawatch.tables.extraction import ARTICLES, EXTRACTED, IDENTITIES, Identity
from tests.support.articles import PARAGRAPHS, html, paragraphs
from tests.support.gazette import Gazette, at, open_gazettes
from tests.support.lakes import DAY, EVENING, MORNING, a_newsroom, harvest, rows_of
from tests.support.sites import reply

pytestmark = pytest.mark.slow

FIRST, SECOND = "20260429T090000Z", "20260429T220000Z"
HOUR = timedelta(hours=1)


def extracted(newsroom: Newsroom) -> list[Receipt]:
    return run_stage(newsroom, "extract", DAY)


def outcomes(newsroom: Newsroom, batch: str = FIRST) -> dict[str, Reason | None]:
    return {o.link_id: o.reason for o in rows_of(newsroom.store, EXTRACTED, batch=batch)}


def identities(newsroom: Newsroom, batch: str = FIRST) -> dict[str, Identity]:
    return {i.link_id: i for i in rows_of(newsroom.store, IDENTITIES, batch=batch)}


def titles(newsroom: Newsroom, batch: str = FIRST) -> set[str]:
    return {a.title for a in rows_of(newsroom.store, ARTICLES, batch=batch)}


def test_each_page_is_an_article_or_says_why_not(newsroom: Newsroom, paper: Gazette) -> None:
    paper.publish("/a/1", title="城北水库春灌水量充足")
    paper.publish("/a/empty", answer=reply(html(body="<p> </p>")))
    paper.publish("/a/gone", answer=reply(status=404))
    harvest(newsroom, FIRST)
    extracted(newsroom)

    assert titles(newsroom) == {"城北水库春灌水量充足"}
    assert outcomes(newsroom) == {paper.link("/a/1"): None, paper.link("/a/empty"): Reason.NO_TEXT}


def test_a_source_whose_pages_take_too_long_is_left_for_the_run_and_the_others_are_not(tmp_path: Path) -> None:
    with open_gazettes("paper", "slow") as [paper, slow]:
        # A rule that takes seconds on a page of so many lines.
        rules = SiteRules(drop=("//p[count(//p[count(//p) > 9999]) > 9999]",))
        sources = (paper.source(), slow.source(rules=rules))
        newsroom = a_newsroom(tmp_path, *sources, shards=1, extraction_workers=1, source_cpu_seconds=0.001)
        for path in ("/a/1", "/a/2"):
            slow.publish(path, answer=reply(html(body=paragraphs(path, *PARAGRAPHS) + "<p>水</p>" * 520)))
        paper.publish("/a/1", "/a/2")
        harvest(newsroom, FIRST)
        extracted(newsroom)

        found = outcomes(newsroom)
        assert {found[paper.link(path)] for path in ("/a/1", "/a/2")} == {None}
        assert {found[slow.link(path)] for path in ("/a/1", "/a/2")} == {None, Reason.TOO_COSTLY}

        richer = newsroom.settings.model_copy(update={"source_cpu_seconds": 1000.0})
        extracted(replace(newsroom, settings=richer))
        assert set(outcomes(newsroom).values()) == {None}


def test_done_twice_nothing_is_done(newsroom: Newsroom, paper: Gazette) -> None:
    paper.publish("/a/1")
    harvest(newsroom, FIRST)
    first = extracted(newsroom)
    keys = newsroom.store.list("")

    assert extracted(newsroom) == first
    assert newsroom.store.list("") == keys


def test_an_evening_batch_leaves_the_mornings_work_alone(newsroom: Newsroom, paper: Gazette) -> None:
    paper.publish("/a/1")
    harvest(newsroom, FIRST)
    (morning,) = extracted(newsroom)
    paper.publish("/a/2")
    harvest(at(newsroom, EVENING), SECOND)

    again, evening = extracted(newsroom)
    assert again == morning
    assert evening.tables["articles"].rows == 1


def test_a_source_that_is_read_otherwise_today_is_extracted_again(newsroom: Newsroom, paper: Gazette) -> None:
    paper.publish("/a/1", answer=reply(html(top="<p>2026-04-29 08:30</p>")))
    harvest(newsroom, FIRST)
    (before,) = extracted(newsroom)
    changed = replace(newsroom, catalogue=Catalogue(sources=(paper.source(timezone="Asia/Taipei"),)))
    (after,) = extracted(changed)

    assert after.generation != before.generation
    (article,) = rows_of(newsroom.store, ARTICLES, batch=FIRST)
    assert article.published_at == MORNING.replace(hour=0, minute=30)


def test_a_source_that_left_the_catalogue_is_extracted_as_it_was(newsroom: Newsroom, paper: Gazette) -> None:
    paper.publish("/a/1")
    harvest(newsroom, FIRST)
    first = extracted(newsroom)
    assert extracted(replace(newsroom, catalogue=Catalogue(sources=()))) == first


def test_a_tombstone_concerns_only_the_batches_that_have_its_page(newsroom: Newsroom, paper: Gazette) -> None:
    paper.publish("/a/1")
    harvest(newsroom, FIRST)
    first = extracted(newsroom)
    forget(newsroom, "https://www.other.example/a/9", why="asked for")
    assert extracted(newsroom) == first


def test_what_the_index_will_be_told_of_an_article(newsroom: Newsroom, paper: Gazette) -> None:
    paper.publish("/a/1", at=MORNING - HOUR, title="水库今年的水来得早")
    harvest(newsroom, FIRST)
    extracted(newsroom)

    (article,) = rows_of(newsroom.store, ARTICLES, batch=FIRST)
    assert (article.url, article.source, article.site) == (paper.url("/a/1"), "paper", paper.site.host)
    assert article.published_at == article.announced_at == MORNING - HOUR
    assert article.first_seen_at == article.fetched_at == MORNING
    assert "这是/a/1的独家报道" in article.text


class TestIdentities:
    @pytest.fixture
    def revised(self, newsroom: Newsroom, paper: Gazette) -> Newsroom:
        """An article of the morning whose evening text is another."""
        paper.publish("/a/1")
        harvest(newsroom, FIRST)
        extracted(newsroom)
        paper.publish("/a/1", updated=EVENING - HOUR, text="更正：比去年同期多出三成。")
        evening = at(newsroom, EVENING)
        harvest(evening, SECOND)
        extracted(evening)
        return evening

    def test_a_new_text_is_a_revision_of_the_same_article(self, revised: Newsroom, paper: Gazette) -> None:
        link = paper.link("/a/1")
        first, second = identities(revised)[link], identities(revised, SECOND)[link]
        assert (first.article_id, first.revision) == (link, 1)
        assert (second.article_id, second.revision, second.reason) == (link, 2, None)

    def test_made_again_from_nothing_the_ids_are_the_same(self, revised: Newsroom) -> None:
        before = identities(revised), identities(revised, SECOND)
        revised.store.delete_all("extract")
        extracted(revised)
        assert (identities(revised), identities(revised, SECOND)) == before

    def test_the_same_text_again_is_unchanged(self, newsroom: Newsroom, paper: Gazette) -> None:
        paper.publish("/a/1")
        harvest(newsroom, FIRST)
        extracted(newsroom)
        paper.publish("/a/1", updated=EVENING - HOUR)
        harvest(at(newsroom, EVENING), SECOND)
        extracted(newsroom)
        assert outcomes(newsroom, SECOND) == {paper.link("/a/1"): Reason.UNCHANGED}

    def test_one_article_under_two_addresses_is_an_article_once(self, newsroom: Newsroom, paper: Gazette) -> None:
        canonical = f"<link rel='canonical' href='{paper.url('/a/1')}'>"
        for path in ("/a/1", "/print/1"):
            paper.publish(path, answer=reply(html(head=canonical)))
        harvest(newsroom, FIRST)
        extracted(newsroom)

        assert outcomes(newsroom) == {paper.link("/a/1"): None, paper.link("/print/1"): Reason.COPY_OF_LINK}
        assert {i.article_id for i in identities(newsroom).values()} == {paper.link("/a/1")}

    def test_an_address_that_different_texts_claim_is_not_believed(self, newsroom: Newsroom, paper: Gazette) -> None:
        canonical = f"<link rel='canonical' href='{paper.url('/a/1')}'>"
        for number in (1, 2, 3):
            body = f"<p>这是第{number}篇完全不同的报道，讲的是别的事情，篇幅也够长，记者写了很久才写完。</p>" * 2
            paper.publish(f"/a/{number}", answer=reply(html(head=canonical, body=body)))
        harvest(newsroom, FIRST)
        extracted(newsroom)

        assert Counter(outcomes(newsroom).values()) == {None: 3}
        assert {i.article_id for i in identities(newsroom).values()} == {paper.link(f"/a/{n}") for n in (1, 2, 3)}
