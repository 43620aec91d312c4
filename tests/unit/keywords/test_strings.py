"""Strings of the window, whatever part of them is looked for at a time."""

from __future__ import annotations

import pytest

from mediawatch.keywords import Rules, strings
from mediawatch.keywords.candidates import Occurrences, Window
from mediawatch.keywords.corpus import Corpus
from mediawatch.keywords.reading import codes_of
from mediawatch.keywords.strings import WindowStrings, are_apart, are_open, is_apart, is_open, surfaces_of
from tests.support.wires import PUBLISHERS, Wire, usual, with_word
from tests.support.words import window_of


@pytest.mark.parametrize("name", ["_STORIES_AT_A_TIME", "_PLACES_AT_A_TIME"])
def test_strings_are_the_same_in_however_many_parts_they_are_looked_for(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    wire = Wire()
    wire.quiet(3)
    documents = [*usual(wire.day), *with_word(wire.day, "沅鹭计划", PUBLISHERS[:3])]
    window = Window.of(wire.day, Corpus.of(wire.readings(documents)), frozenset(PUBLISHERS))

    def found() -> list[tuple[str, list[int], float]]:
        held = WindowStrings.of(window, wire.history, Rules()).candidates()
        return [(one.term, one.places.tolist(), one.usual) for one in held]

    whole = found()
    assert "沅鹭计划" in {term for term, _, _ in whole}
    monkeypatch.setattr(strings, name, 10)
    assert found() == whole


def test_strings_are_judged_together_as_each_by_itself() -> None:
    texts = [
        "汐宁市长出席会议",
        "汐宁市长离开会议",
        "汐宁市长谈到会议",
        "12 沅鹭机发射",
        "3 沅鹭机返回",
        "沅鹭机的会议",
    ]
    window = window_of(texts)
    words = ("汐宁", "市长", "沅鹭", "鹭机", "会议")
    places = [window.places_of(codes_of(word)) for word in words]
    held = Occurrences.joined([Occurrences.one(some, 2) for some in places])
    is_open_alone = [is_open(window, some, 2, 0.8) for some in places]
    is_apart_alone = [is_apart(window, some, 2) for some in places]
    assert are_open(window, held, 0.8).tolist() == is_open_alone
    assert are_apart(window, held).tolist() == is_apart_alone
    assert True in is_open_alone
    assert False in is_open_alone
    assert surfaces_of(window, held) == list(words)
