"""Which of a link's attempts counts."""

from __future__ import annotations

from itertools import permutations

import pytest

from mediawatch.records import Reason
from mediawatch.records.ledger import Outcome, best_by_link
from tests.support.lakes import DAY


def an_outcome(
    reason: Reason | None = None, *, link: str = "a", batch: str = "b1", source: str = "paper", stage: str = "fetch"
) -> Outcome:
    return Outcome(day=DAY, batch=batch, stage=stage, link_id=link, source=source, reason=reason)


def best(*outcomes: Outcome) -> Outcome:
    (found,) = best_by_link(outcomes).values()
    return found


RANKED = [
    an_outcome(None),
    an_outcome(Reason.GONE),
    an_outcome(Reason.ROBOTS),
    an_outcome(Reason.TOO_SLOW),
    an_outcome(Reason.KNOWN_ALREADY),
]
"""Passed, then wrong for good, then left out, then not decided, then "somebody decided before"."""


@pytest.mark.parametrize(("better", "worse"), [(a, b) for i, a in enumerate(RANKED) for b in RANKED[i + 1 :]])
def test_the_better_attempt_counts_in_whichever_order_they_come(better: Outcome, worse: Outcome) -> None:
    assert best(better, worse) == best(worse, better) == better


def test_a_later_success_makes_good_what_was_pending() -> None:
    morning, evening = an_outcome(Reason.RATE_LIMITED, batch="morning"), an_outcome(batch="evening")
    assert best(morning, evening) == evening


def test_known_already_in_the_evening_does_not_hide_the_loss_of_the_morning() -> None:
    morning = an_outcome(Reason.GONE, batch="1")
    assert best(morning, an_outcome(Reason.KNOWN_ALREADY, batch="2")) == morning


@pytest.mark.parametrize("order", list(permutations(["b1", "b2", "b3"])))
def test_among_equals_the_earliest_batch_counts(order: tuple[str, ...]) -> None:
    assert best(*(an_outcome(Reason.GONE, batch=batch) for batch in order)).batch == "b1"


def test_each_link_is_judged_by_itself() -> None:
    found = best_by_link([an_outcome(link="a"), an_outcome(Reason.GONE, link="b"), an_outcome(Reason.GONE, link="a")])
    assert {link: outcome.reason for link, outcome in found.items()} == {"a": None, "b": Reason.GONE}


def test_pending_is_what_a_later_run_tries_again() -> None:
    assert an_outcome(Reason.TOO_SLOW).is_pending
    assert not an_outcome(Reason.GONE).is_pending
    assert not an_outcome(None).is_pending
