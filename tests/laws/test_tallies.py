"""Laws of the ledger: whatever was attempted in whatever order, each link counts once and everything adds up."""

from __future__ import annotations

from collections import Counter
from datetime import date
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mediawatch.errors import Corrupt
from mediawatch.records import Reason, Tally
from mediawatch.records.ledger import STAGES, Outcome, best_by_link, check_boundaries, ledger_rows, tallies

pytestmark = pytest.mark.slow

LAW = settings(derandomize=True, deadline=None, max_examples=30)
DAY = date(2026, 4, 29)
REASONS = st.sampled_from(list(Reason))
FINAL, RETRYABLE = [r for r in Reason if r.is_final], [r for r in Reason if not r.is_final]
SMALL = st.integers(min_value=0, max_value=50)

Attempts = dict[str, list[Outcome]]
"""{stage: the rows of all its attempts}"""


@st.composite
def rows_of(draw: st.DrawFn, stage: str, links: list[str]) -> list[Outcome]:
    """At least one attempt at each of `links`, in some order; now and then by another source."""
    found = [
        Outcome(
            day=DAY,
            batch=f"b{number}",
            stage=stage,
            link_id=link,
            source=draw(st.sampled_from(["alpha", "beta"])),
            reason=draw(st.none() | REASONS),
        )
        for link in links
        for number in range(draw(st.integers(1, 3)))
    ]
    return draw(st.permutations(found))


@st.composite
def days(draw: st.DrawFn) -> Attempts:
    """A day whose every stage attempts exactly what the one before let pass."""
    links = draw(st.lists(st.sampled_from("abcdefgh"), unique=True))
    attempts: Attempts = {}
    for stage in STAGES:
        attempts[stage] = draw(rows_of(stage, links))
        links = sorted(link for link, best in best_by_link(attempts[stage]).items() if best.reason is None)
    return attempts


def best_of(attempts: Attempts) -> dict[str, dict[str, Outcome]]:
    return {stage: best_by_link(rows) for stage, rows in attempts.items()}


@LAW
@given(SMALL, SMALL, st.dictionaries(st.sampled_from(FINAL), SMALL), st.dictionaries(st.sampled_from(RETRYABLE), SMALL))
def test_a_tally_balances_or_does_not_exist(
    received: int, passed: int, lost: dict[Reason, int], pending: dict[Reason, int]
) -> None:
    accounted = passed + sum(lost.values()) + sum(pending.values())
    tally = Tally(stage="fetch", source="paper", received=accounted, passed=passed, lost=lost, pending=pending)
    assert tally.received == tally.passed + sum(tally.lost.values()) + sum(tally.pending.values())

    assume(received != accounted)
    with pytest.raises(ValueError, match=f"received {received}, accounted for {accounted}"):
        Tally(stage="fetch", source="paper", received=received, passed=passed, lost=lost, pending=pending)


@LAW
@given(REASONS, st.integers(1, 50))
def test_a_reason_has_one_side(reason: Reason, count: int) -> None:
    right, wrong = ({"lost": {reason: count}}, {"pending": {reason: count}})
    if not reason.is_final:
        right, wrong = wrong, right
    assert Tally(stage="fetch", source="paper", received=count, passed=0, **right).received == count
    with pytest.raises(ValueError, match="on the wrong side"):
        Tally(stage="fetch", source="paper", received=count, passed=0, **wrong)


@LAW
@given(days())
def test_of_whatever_was_attempted_the_seams_close(attempts: Attempts) -> None:
    check_boundaries(best_of(attempts))


@LAW
@given(days(), st.data())
def test_a_link_dropped_on_the_way_is_always_found(attempts: Attempts, data: st.DataObject) -> None:
    best = best_of(attempts)
    later = [(stage, link) for stage in STAGES[1:] for link in best[stage]]
    assume(later)
    stage, link = data.draw(st.sampled_from(later))
    del best[stage][link]

    with pytest.raises(Corrupt, match="does not close"):
        check_boundaries(best)


@LAW
@given(days())
def test_tallies_count_each_link_once(attempts: Attempts) -> None:
    best = best_of(attempts)
    received = Counter[str]()
    passed = Counter[str]()
    for tally in tallies(best):
        received[tally.stage] += tally.received
        passed[tally.stage] += tally.passed

    for stage in STAGES:
        assert received[stage] == len({row.link_id for row in attempts[stage]})
        assert passed[stage] == len({row.link_id for row in attempts[stage] if row.reason is None})


@LAW
@given(days(), st.randoms(use_true_random=False))
def test_the_order_of_attempts_does_not_matter(attempts: Attempts, random: Random) -> None:
    shuffled = {stage: random.sample(rows, len(rows)) for stage, rows in attempts.items()}
    assert tallies(best_of(shuffled)) == tallies(best_of(attempts))


@LAW
@given(rows_of("fetch", list("abc")), st.integers(0, 9))
def test_the_best_of_parts_is_the_best_of_all(rows: list[Outcome], cut: int) -> None:
    first, second = best_by_link(rows[:cut]), best_by_link(rows[cut:])
    assert best_by_link([*first.values(), *second.values()]) == best_by_link(rows)
    assert best_by_link(best_by_link(rows).values()) == best_by_link(rows)


@LAW
@given(rows_of("fetch", list("abc")))
def test_one_success_is_enough_and_pending_only_where_nothing_is_decided(rows: list[Outcome]) -> None:
    for link, best in best_by_link(rows).items():
        reasons = {row.reason for row in rows if row.link_id == link}
        assert best.reason in reasons
        assert (best.reason is None) == (None in reasons)
        decided = [r for r in reasons if r is not None and r.is_final and r is not Reason.KNOWN_ALREADY]
        assert not (best.is_pending and decided)


@LAW
@given(days())
def test_charted_rows_add_up_to_their_sums(attempts: Attempts) -> None:
    rows = ledger_rows(DAY, tallies(best_of(attempts)))
    for sums in (row for row in rows if row.kind == "stage"):
        parts = [r for r in rows if r.kind == "reason" and (r.stage, r.source) == (sums.stage, sums.source)]
        assert sums.received == sums.passed + sums.lost + sums.pending
        assert (sums.lost, sums.pending) == (sum(r.lost for r in parts), sum(r.pending for r in parts))
        assert all(r.lost + r.pending > 0 for r in parts)
