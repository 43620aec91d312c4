"""Pages through extraction in this process and in others: the same results, and one page's death is its own."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context

import pytest

from mediawatch.records import Article, Loss, Reason
from mediawatch.sources.publishers import Publishers
from mediawatch.stages.extracting import GROUP, LARGE_BYTES, Extractor, Work
from tests.support.articles import PARAGRAPHS, html, page, paragraphs, source

pytestmark = pytest.mark.timeout(300)

NO_TIME = 0.001
"""Seconds in which no page is extracted."""


def work_of(count: int) -> list[Work]:
    bodies = [
        html(title=f"第{n}号通告发布", body=paragraphs(f"第{n}号通告。", *PARAGRAPHS)).encode() for n in range(count)
    ]
    return [(replace(page(), link_id=f"{n:032x}"), body, source()) for n, body in enumerate(bodies)]


def test_in_other_processes_the_results_are_the_same_and_in_order() -> None:
    work = work_of(GROUP + 3)
    here = Extractor(publishers=Publishers(), pool=None).extract(work)
    with ProcessPoolExecutor(2, mp_context=get_context("forkserver")) as pool:
        there = Extractor(publishers=Publishers(), pool=pool).extract(work)

    assert there == here
    assert [item.outcome.link_id for item in here] == [w[0].link_id for w in work]
    assert all(isinstance(item.outcome, Article) for item in here)


def test_a_large_page_that_takes_too_long_is_lost_and_the_others_are_not() -> None:
    small, (asked, _, known) = work_of(1), work_of(2)[1]
    large = (asked, html(body="<p>水</p>" * LARGE_BYTES).encode()[: LARGE_BYTES + 1], known)
    first, second = Extractor(publishers=Publishers(), pool=None, page_seconds=NO_TIME).extract([large, *small])

    assert isinstance(first.outcome, Loss)
    assert (first.outcome.link_id, first.outcome.reason) == (asked.link_id, Reason.UNPARSABLE)
    assert "longer than 0.001 s" in first.outcome.detail
    assert isinstance(second.outcome, Article)


def test_a_pool_that_died_costs_no_page_that_can_be_read() -> None:
    work = work_of(GROUP + 1)
    with ProcessPoolExecutor(1, mp_context=get_context("forkserver")) as pool:
        starved = Extractor(publishers=Publishers(), pool=pool, page_seconds=NO_TIME)
        assert {type(item.outcome) for item in starved.extract(work[:1])} == {Loss}
        patient = Extractor(publishers=Publishers(), pool=pool)
        assert [type(item.outcome) for item in patient.extract(work[:2])] == [Article, Article]
