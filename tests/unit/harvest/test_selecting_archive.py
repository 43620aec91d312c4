"""A sitemap that lists a site's whole archive without dates does not keep new links from being fetched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from mediawatch.context import Context
from mediawatch.harvest.discovery import Announced
from mediawatch.harvest.memory import NOTHING, Memory
from mediawatch.harvest.selecting import select_candidates
from mediawatch.records import Reason
from mediawatch.tables.harvest import DiscoveredLink
from tests.support.announcing import HOME, limited
from tests.support.lakes import MORNING, SetClock, a_context

pytestmark = pytest.mark.slow

ARCHIVE, ADDED, LIMIT = 500, 3, 12
RUNS = 16
BETWEEN = timedelta(hours=6)
SOURCE = limited(links_per_run=LIMIT)


def listed(numbers: Sequence[int], *, updated: datetime | None) -> list[Announced]:
    return [
        Announced(
            url=f"{HOME}a/{1_000_000 + number}",
            title="",
            announced_at=None,
            updated_at=updated,
            discovered_by=f"sitemap {HOME}sitemap.xml",
        )
        for number in numbers
    ]


def from_feed(number: int, at: datetime) -> Announced:
    item = listed([number], updated=None)[0]
    return replace(item, announced_at=at, discovered_by=f"feed {HOME}feed.xml")


def number_of(candidate: DiscoveredLink) -> int:
    return int(candidate.url.rpartition("/")[2]) - 1_000_000


def remembered(before: Memory, candidates: Sequence[DiscoveredLink]) -> Memory:
    """What the next run knows when everything that was asked for came."""
    waiting = {c.link_id: c for c in candidates if c.reason is Reason.OVER_LIMIT}
    done = {c.link_id for c in candidates if c.reason in (None, Reason.UNDATED, Reason.EXPIRED)}
    pending = {key: each for key, each in {**before.pending, **waiting}.items() if key not in done}
    return replace(before, final=before.final | done, pending=pending)


@pytest.fixture
def context(tmp_path: Path) -> Context:
    return a_context(tmp_path, SOURCE)


@pytest.mark.parametrize("is_stamped", [False, True], ids=["undated", "all stamped anew"])
def test_each_run_fetches_what_was_added_and_nothing_is_lost(context: Context, is_stamped: bool) -> None:
    memory, highest, waited_for = NOTHING, ARCHIVE, 0
    ends: dict[str, Reason | None] = {}
    for run in range(RUNS):
        present = MORNING + run * BETWEEN
        items = listed(range(highest), updated=present if is_stamped else None)
        now = replace(context, clock=SetClock(present))
        candidates = select_candidates(now, [SOURCE], {SOURCE.name: items}, memory)
        fetched = {number_of(c) for c in candidates if c.reason is None}
        assert len(fetched) <= LIMIT
        if run:
            assert fetched >= set(range(highest - ADDED, highest))
        ends |= {c.link_id: c.reason for c in candidates if c.reason is not Reason.KNOWN_ALREADY}
        waited_for = sum(c.reason is Reason.EXPIRED for c in candidates) + waited_for
        memory, highest = remembered(memory, candidates), highest + ADDED
    assert waited_for == 0
    assert len(ends) == highest - ADDED
    assert set(ends.values()) <= {None, Reason.UNDATED, Reason.OVER_LIMIT}


def test_a_feed_comes_before_it(context: Context) -> None:
    news = [from_feed(5_000 + number, MORNING - timedelta(hours=number)) for number in range(10)]
    items = [*listed(range(100), updated=None), *news]
    candidates = select_candidates(context, [SOURCE], {SOURCE.name: items}, NOTHING)
    fetched = {number_of(c) for c in candidates if c.reason is None}
    assert fetched == {*range(5_000, 5_010), *range(98, 100)}
