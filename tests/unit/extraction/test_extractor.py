"""Pages through extraction in child processes: the same results, and one page's end is its own."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

import pytest

from mediawatch.extraction import Extracted, extract_all
from mediawatch.extraction.extractor import PAGE_LIMITS, Extractor, Work, extracted, extraction, seldom
from mediawatch.records import Article, Loss, Reason, SiteRules
from mediawatch.sandbox import Budget, ChildLimits, Done, shared_sandbox
from mediawatch.sources.publishers import Publishers, read_publishers
from tests.support.articles import PARAGRAPHS, html, page, paragraphs, source

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

NO_PUBLISHERS = Publishers()
SLOW_RULES = SiteRules(drop=("//p[count(//p[count(//p) > 9999]) > 9999]",))
"""Takes a time that grows with the third power of a page's paragraphs."""


def slow(work: Work) -> Work:
    """The page with rules of its site and so many lines that it is never read to its end."""
    asked, _, known = work
    markup = html(body=paragraphs(*PARAGRAPHS) + "<p>水</p>" * 4_000)
    return asked, markup.encode(), known.model_copy(update={"rules": SLOW_RULES})


def work_of(count: int) -> list[Work]:
    bodies = [
        html(title=f"第{n}号通告发布", body=paragraphs(f"第{n}号通告。", *PARAGRAPHS)).encode() for n in range(count)
    ]
    return [(replace(page(), link_id=f"{n:032x}"), body, source()) for n, body in enumerate(bodies)]


def extractor(
    *, at_once: int = 2, limits: ChildLimits = PAGE_LIMITS, publishers: Publishers = NO_PUBLISHERS
) -> Extractor:
    task = extraction(publishers, limits)
    return Extractor(sandbox=shared_sandbox(), task=task, budget=Budget(seconds=1000), at_once=at_once)


def test_the_results_are_those_of_this_process_and_in_order() -> None:
    publishers = read_publishers(Path("include/sources/publishers"))
    pages = [file.read_bytes() for file in sorted(Path("tests/golden/pages").glob("*.html"))]
    work = [
        *work_of(5),
        *((replace(page(content_type="text/html"), link_id="f" * 32), body, source()) for body in pages),
    ]
    found = extractor(publishers=publishers).extract(work)
    assert found == [extract_all(*item, publishers) for item in work]
    assert sum(isinstance(item.outcome, Article) for item in found) > len(pages)


def test_a_page_that_takes_too_long_is_lost_and_the_others_are_not(caplog: pytest.LogCaptureFixture) -> None:
    work = work_of(30)
    work[3] = slow(work[3])
    hurried = extractor(limits=ChildLimits(cpu_seconds=1.0))
    before = shared_sandbox().children.started
    with caplog.at_level(logging.WARNING):
        found = hurried.extract(work)
    assert [type(item.outcome) for n, item in enumerate(found) if n != 3] == [Article] * 29
    lost = found[3].outcome
    assert isinstance(lost, Loss)
    assert (lost.link_id, lost.source, lost.reason) == (work[3][0].link_id, "daily", Reason.UNPARSABLE)
    assert lost.detail == "took more than 1 s of processor time"
    assert work[3][0].url in caplog.text
    assert shared_sandbox().children.started - before <= 3


def test_a_page_that_wants_all_the_memory_is_lost_alone() -> None:
    first, second = work_of(2)
    hungry = (first[0], html(body="<p>水库</p>" * 30_000).encode(), first[2])
    poor = extractor(limits=ChildLimits(memory_bytes=4_000_000), at_once=1)
    found = poor.extract([hungry, second])
    assert isinstance(found[0].outcome, Loss)
    assert found[0].outcome.reason is Reason.UNPARSABLE
    assert isinstance(found[1].outcome, Article)


def test_the_outcome_of_another_page_counts_as_none() -> None:
    (one, body, entry), (other, _, _) = work_of(2)
    stolen = Done(value=extract_all(one, body, entry, NO_PUBLISHERS), cpu_seconds=0.1)
    assert extracted(one, stolen) == stolen.value
    no_outcome = Done(value=Extracted(outcome=None), cpu_seconds=0.1)  # type: ignore[arg-type]
    for sent in (stolen, no_outcome):
        lost = extracted(other, sent).outcome
        assert isinstance(lost, Loss)
        assert (lost.link_id, lost.reason) == (other.link_id, Reason.UNPARSABLE)


def test_seldom_is_not_each_time() -> None:
    called: list[int] = []
    often, never = seldom(lambda: called.append(1), 0.0), seldom(lambda: called.append(2), 1000.0)
    for _ in range(3):
        often()
        never()
    assert called == [1, 1, 1]
