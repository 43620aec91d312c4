from __future__ import annotations

import pytest

from mediawatch.records import Reason, Tally


def a_tally(**changes: object) -> Tally:
    values: dict[str, object] = {
        "stage": "fetch",
        "source": "paper",
        "received": 10,
        "passed": 6,
        "lost": {Reason.GONE: 1, Reason.ROBOTS: 1},
        "pending": {Reason.TOO_SLOW: 2},
    }
    return Tally(**{**values, **changes})  # type: ignore[arg-type]


def test_one_that_balances_says_what_it_was_given() -> None:
    tally = a_tally()
    assert (tally.received, tally.passed) == (10, 6)
    assert tally.lost == {Reason.GONE: 1, Reason.ROBOTS: 1}
    assert tally.pending == {Reason.TOO_SLOW: 2}


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"received": 11}, "fetch/paper: received 11, accounted for 10"),
        ({"passed": 5}, "fetch/paper: received 10, accounted for 9"),
        ({"lost": {}}, "fetch/paper: received 10, accounted for 8"),
        ({"passed": -1, "received": 3}, "fetch/paper: a count is negative"),
        ({"lost": {Reason.GONE: -2}, "received": 6}, "fetch/paper: a count is negative"),
        ({"lost": {Reason.GONE: 1, Reason.TOO_SLOW: 1}}, "reasons on the wrong side"),
        ({"pending": {Reason.GONE: 2}}, "reasons on the wrong side"),
    ],
)
def test_one_that_does_not_balance_refuses_to_exist(changes: dict[str, object], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        a_tally(**changes)


def test_its_counts_are_its_own() -> None:
    counts = {Reason.GONE: 1, Reason.ROBOTS: 1}
    tally = a_tally(lost=counts)
    counts[Reason.GONE] = 99

    assert tally.lost[Reason.GONE] == 1
    with pytest.raises(TypeError):
        tally.lost[Reason.GONE] = 2  # type: ignore[index]
