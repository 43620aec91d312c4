"""Announcements and pages as they come in: what one of them holds stops nobody."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mediawatch.harvest.discovery import Announcement
from mediawatch.harvest.markup import MarkupReader
from mediawatch.records import Exchange, Reason
from mediawatch.sandbox import Budget, ChildLimits, examples

pytestmark = pytest.mark.timeout(300)

BACKTRACKING = r"(a+)+$"
"""Of a link_pattern in somebody's catalogue, which a list page can take for ever."""


def listing(path: str, pattern: str | None = None) -> tuple[Announcement, Exchange]:
    answer = examples.answer(f"<html><body><a href='/{path}'>水库的水比去年多出两成</a></body></html>", "text/html")
    return Announcement(url=examples.HOME, kind="list_page", source="example", link_pattern=pattern), answer


def test_what_is_announced_is_found() -> None:
    feed = Announcement(url=examples.HOME, kind="feed", source="example")
    findings = MarkupReader().findings(feed, examples.FEED, examples.SOURCE)
    assert [item.url for item in findings.items] == [f"{examples.HOME}1.html"]
    assert findings.problem == ""


def test_a_pattern_that_would_run_away_is_searched_in_linear_time() -> None:
    reader = MarkupReader(limits=ChildLimits(cpu_seconds=1.0))
    bad, good = listing("a" * 64 + "b", BACKTRACKING), listing("a", BACKTRACKING)
    found = reader.findings(*bad, examples.SOURCE)
    assert found.reason is Reason.NO_LINKS
    assert [item.url for item in reader.findings(*good, examples.SOURCE).items] == [f"{examples.HOME}a"]


def laborious(kind: str) -> tuple[Announcement, Exchange]:
    """A seed with far more to read than a few hundredths of a second are enough for."""
    numbers = range(40_000)
    if kind == "sitemap":
        lines = "".join(f"<url><loc>{examples.HOME}{n}.html</loc></url>" for n in numbers)
        body = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{lines}</urlset>'
    elif kind == "feed":
        lines = "".join(f"<item><title>水库</title><link>{examples.HOME}{n}.html</link></item>" for n in numbers)
        body = f'<rss version="2.0"><channel><title>Example</title>{lines}</channel></rss>'
    else:
        lines = "".join(f"<li><a href='/2026/01/{n}.html'>水库的水比去年多出两成</a></li>" for n in numbers)
        body = f"<html><body><ul>{lines}</ul></body></html>"
    answer = examples.answer(body, "text/html" if kind == "list_page" else "application/xml")
    return Announcement(url=f"{examples.HOME}{kind}", kind=kind, source="example"), answer  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["feed", "sitemap", "list_page"])
def test_an_seed_that_takes_too_long_is_ended_and_the_others_are_read(kind: str) -> None:
    feed = Announcement(url=examples.HOME, kind="feed", source="example")
    reader = MarkupReader(limits=ChildLimits(cpu_seconds=0.05), budget=Budget(seconds=100))
    assert reader.findings(feed, examples.FEED, examples.SOURCE).problem == ""

    found = reader.findings(*laborious(kind), examples.SOURCE)
    assert (found.reason, found.problem) == (Reason.UNPARSABLE, "took more than 0.05 s of processor time")
    assert (found.items, found.follow) == ((), ())
    assert reader.findings(feed, examples.FEED, examples.SOURCE).problem == ""
    assert reader.budget.spent["example"] > 0.02


def test_the_next_page_is_found_and_what_cannot_be_read_has_none() -> None:
    page = replace(examples.PAGE, url=f"{examples.HOME}2.html")
    assert MarkupReader().next_page("example", page.url, page) == f"{examples.HOME}2_2.html"
    poor = MarkupReader(limits=ChildLimits(memory_bytes=1))
    assert poor.next_page("example", page.url, replace(page, body=page.body + b" " * 5_000_000)) == ""


def test_a_source_that_used_up_its_time_is_not_read_on_and_another_is() -> None:
    reader = MarkupReader(budget=Budget(seconds=100))
    feed = Announcement(url=examples.HOME, kind="feed", source="example")
    assert reader.findings(feed, examples.FEED, examples.SOURCE).problem == ""
    reader.budget.charge("example", 200.0)
    assert reader.findings(feed, examples.FEED, examples.SOURCE).reason is Reason.TOO_COSTLY
    assert reader.next_page("example", examples.HOME, examples.PAGE) == ""
    other = examples.SOURCE.model_copy(update={"name": "other"})
    assert reader.findings(feed, examples.FEED, other).problem == ""
