"""The ledger as people read it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from mediawatch.context import Context
from mediawatch.errors import BadRequest
from mediawatch.lake.batches import BatchKey, sealed_batches
from mediawatch.records import Reason
from mediawatch.workflow.reporting import ALL, SourceDay, day_summary, fell_short, sums, unfinished
from mediawatch.workflow.runner import build_day
from tests.support.lakes import DAY, Shard, a_candidate, seal_by_hand

SITE = "https://www.paper.example"


@pytest.fixture
def accounted(context: Context) -> Context:
    """A day of two sources, of which nothing was fetched, for many reasons."""
    one = [
        a_candidate(f"{SITE}/{number}", reason)
        for number, reason in enumerate(
            [
                Reason.KNOWN_ALREADY,
                Reason.KNOWN_ALREADY,
                Reason.TOO_OLD,
                Reason.BAD_ADDRESS,
                Reason.OVER_LIMIT,
                None,
                None,
            ]
        )
    ]
    other = replace(a_candidate("https://www.other.example/a"), source="other")
    fetched = [(one[5], Reason.GONE), (one[6], Reason.TOO_SLOW), (other, Reason.ROBOTS)]
    seal_by_hand(context.store, BatchKey(day=DAY, batch="b1"), Shard(candidates=[*one, other], fetched=fetched))
    build_day(context, DAY)
    return context


def test_one_line_a_source_and_one_for_all(accounted: Context) -> None:
    other, paper, all_of_them = day_summary(accounted, DAY)
    assert paper == SourceDay(
        source="paper",
        visits=0,
        failed=0,
        announced=7,
        known=2,
        fetched=0,
        extracted=0,
        admitted=0,
        indexed=0,
        pending=2,
        lost=2,
        why="bad_address 1, over_limit 1, too_old 1, gone 1, too_slow 1",
    )
    assert (other.announced, other.pending, other.lost, other.why) == (1, 0, 0, "robots 1")
    assert (all_of_them.source, all_of_them.announced, all_of_them.known, all_of_them.lost) == (ALL, 8, 2, 2)


def test_the_sums_that_an_assets_event_carries(accounted: Context) -> None:
    assert sums(accounted, DAY) == {"announced": 8, "admitted": 0, "indexed": 0, "pending": 2, "lost": 2, "held": 0}
    assert sums(accounted, DAY + timedelta(days=1)) == {}


def test_what_fell_short_in_a_batch(accounted: Context) -> None:
    (batch,) = sealed_batches(accounted.store, DAY)
    assert fell_short(accounted, batch) == {"lost": 2, "pending": 2, "seeds_failed": 0}


def test_policy_is_no_loss_and_waits_for_nobody(accounted: Context) -> None:
    assert {(fate.reason, fate.stage, fate.url) for fate in unfinished(accounted, DAY)} == {
        (Reason.BAD_ADDRESS, "discover", f"{SITE}/3"),
        (Reason.OVER_LIMIT, "discover", f"{SITE}/4"),
        (Reason.GONE, "fetch", f"{SITE}/5"),
        (Reason.TOO_SLOW, "fetch", f"{SITE}/6"),
    }


@pytest.mark.parametrize("ask", [day_summary, unfinished])
def test_without_a_ledger_it_says_how_to_make_one(context: Context, ask: object) -> None:
    with pytest.raises(BadRequest, match=rf"{DAY} has no ledger yet: `mediawatch build --day {DAY}` makes it"):
        ask(context, DAY)  # type: ignore[operator]


def test_what_was_left_out_on_purpose_is_listed_when_asked_for(accounted: Context) -> None:
    everything = {outcome.reason for outcome in unfinished(accounted, DAY, with_policy=True)}
    assert everything - {outcome.reason for outcome in unfinished(accounted, DAY)} == {Reason.TOO_OLD, Reason.ROBOTS}
    assert Reason.KNOWN_ALREADY not in everything
