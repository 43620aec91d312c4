"""The day's arithmetic, and the rows that are charted."""

from __future__ import annotations

import pytest

from mediawatch.errors import Corrupt
from mediawatch.records import Reason, Tally
from mediawatch.records.ledger import STAGES, LedgerRow, Outcome, best_by_link, check_boundaries, ledger_rows, tallies
from tests.support.lakes import DAY

WALKS: dict[str, tuple[Reason | None, ...]] = {
    "a": (None, None, None, None, None),
    "b": (None, None, None, None, Reason.NOT_INDEXED_YET),
    "c": (None, None, None, Reason.BELOW_STANDARD),
    "d": (None, None, Reason.NO_TEXT),
    "e": (None, Reason.TOO_SLOW),
    "f": (None, Reason.TOO_SLOW),
    "g": (Reason.KNOWN_ALREADY,),
}
"""How far each link of a day came, by stage, and what stopped it."""


def a_day(walks: dict[str, tuple[Reason | None, ...]], source: str = "paper") -> dict[str, dict[str, Outcome]]:
    rows: dict[str, list[Outcome]] = {stage: [] for stage in STAGES}
    for link, reasons in walks.items():
        for stage, reason in zip(STAGES, reasons, strict=False):
            rows[stage].append(Outcome(day=DAY, batch="b", stage=stage, link_id=link, source=source, reason=reason))
    return {stage: best_by_link(outcomes) for stage, outcomes in rows.items()}


def test_each_stage_is_counted() -> None:
    found = {tally.stage: tally for tally in tallies(a_day(WALKS))}
    assert {stage: (tally.received, tally.passed) for stage, tally in found.items()} == {
        "discover": (7, 6),
        "fetch": (6, 4),
        "extract": (4, 3),
        "audit": (3, 2),
        "index": (2, 1),
    }
    assert found["discover"].lost == {Reason.KNOWN_ALREADY: 1}
    assert found["fetch"].pending == {Reason.TOO_SLOW: 2}
    assert found["audit"].lost == {Reason.BELOW_STANDARD: 1}
    assert found["index"].pending == {Reason.NOT_INDEXED_YET: 1}


def test_sources_are_counted_apart_in_their_order() -> None:
    day = a_day({"a": (None, Reason.GONE)}, source="zeta")
    for stage, outcomes in a_day({"b": (None, None)}, source="alpha").items():
        day[stage] |= outcomes
    assert [(t.stage, t.source, t.passed) for t in tallies(day)] == [
        ("discover", "alpha", 1),
        ("discover", "zeta", 1),
        ("fetch", "alpha", 1),
        ("fetch", "zeta", 0),
    ]


def test_of_nothing_there_is_nothing_to_count() -> None:
    assert tallies({}) == []
    check_boundaries({})


def test_seams_close_where_every_link_that_passed_was_received() -> None:
    check_boundaries(a_day(WALKS))


def test_a_link_that_vanished_is_named() -> None:
    day = a_day(WALKS)
    del day["extract"]["d"]
    with pytest.raises(Corrupt, match=r"between fetch \(4 passed\) and extract \(3 received\); for example d$"):
        check_boundaries(day)


def test_a_link_out_of_nowhere_is_named() -> None:
    day = a_day(WALKS)
    day["index"]["x"] = day["index"]["a"]
    with pytest.raises(Corrupt, match=r"between audit .+ and index .+ for example x$"):
        check_boundaries(day)


def test_a_link_that_came_further_than_it_passed_is_named() -> None:
    day = a_day(WALKS)
    day["discover"] |= a_day({"a": (Reason.TOO_OLD,)})["discover"]
    with pytest.raises(Corrupt, match=r"between discover .+ and fetch .+ for example a$"):
        check_boundaries(day)


def test_a_tally_becomes_a_row_of_sums_and_one_a_reason() -> None:
    tally = Tally(
        stage="fetch",
        source="paper",
        received=9,
        passed=4,
        lost={Reason.GONE: 2},
        pending={Reason.TOO_SLOW: 3},
    )
    sums, gone, slow = ledger_rows(DAY, [tally])

    assert sums == LedgerRow(
        day=DAY,
        stage="fetch",
        source="paper",
        kind="stage",
        received=9,
        passed=4,
        pending=3,
        lost=2,
        reason="",
        reason_class="",
    )
    assert (gone.kind, gone.reason, gone.reason_class, gone.lost, gone.pending) == ("reason", "gone", "fault", 2, 0)
    assert (slow.kind, slow.reason, slow.reason_class, slow.lost, slow.pending) == (
        "reason",
        "too_slow",
        "retryable",
        0,
        3,
    )
    assert gone.received == gone.passed == slow.received == slow.passed == 0
