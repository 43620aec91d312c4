"""One word out of strings that hold one another."""

from __future__ import annotations

import pytest

from mediawatch.keywords import Gate, Rules, detect
from tests.support.wires import PUBLISHERS, Wire, usual, with_word

pytestmark = pytest.mark.slow

RULES = Rules()


@pytest.fixture(scope="module")
def month() -> Wire:
    """A wire after thirty days on which nothing happened; no test closes another day of it."""
    wire = Wire()
    wire.quiet(30)
    return wire


def gates_of(wire: Wire, words: dict[str, int]) -> dict[str, Gate]:
    """The gates of a day on which there are so many articles about each of `words`."""
    documents = [
        one for word, articles in words.items() for one in with_word(wire.day, word, (PUBLISHERS * 2)[:articles])
    ]
    found = detect(wire.day, wire.readings([*usual(wire.day), *documents]), wire.history, RULES)
    return {one.term: one.gate for one in found.candidates}


def test_what_several_names_share_is_none(month: Wire) -> None:
    gates = gates_of(month, {"水壶船长": 3, "水壶教练": 3})
    assert (gates["水壶船长"], gates["水壶教练"]) == (Gate.PASSED, Gate.PASSED)
    assert gates["水壶"] is Gate.NESTED


def test_what_two_names_end_in_is_none_although_neither_is_seen_often_enough(month: Wire) -> None:
    gates = gates_of(month, {"璟沅鹭": 2, "珂沅鹭": 2})
    assert "沅鹭" not in gates


def test_what_stands_by_itself_too_is_a_name_beside_them(month: Wire) -> None:
    gates = gates_of(month, {"沅鹭镇": 3, "沅鹭湾": 3, "沅鹭": 4})
    assert gates["沅鹭"] is Gate.PASSED


def test_a_string_that_is_no_name_takes_no_known_word_with_it() -> None:
    wire = Wire()
    for number in range(30):
        known = [one for word in ("降息", "事故") for one in with_word(wire.day, word, PUBLISHERS[:1])]
        wire.close([*usual(wire.day), *(known if number % 3 == 0 else [])])
    gates = gates_of(wire, {"降息事故": 4, "降息": 7, "事故": 8})
    assert gates["降息事故"] is Gate.NESTED
    assert (gates["降息"], gates["事故"]) == (Gate.PASSED, Gate.PASSED)
