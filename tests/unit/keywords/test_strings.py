"""Strings of the window, whatever part of them is looked for at a time."""

from __future__ import annotations

import pytest

from mediawatch.keywords import Rules, strings
from mediawatch.keywords.candidates import Window
from mediawatch.keywords.corpus import Corpus
from mediawatch.keywords.strings import WindowStrings
from tests.support.wires import PUBLISHERS, Wire, usual, with_word


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
