"""The forms in which a word counts as found."""

from __future__ import annotations

import pytest

from mediawatch.search.grammar import Term
from mediawatch.search.wordforms import forms_of, has_letters, inflections


def test_inflections_find_one_another() -> None:
    assert set(inflections("tariff")) == set(inflections("tariffs")) | {"tariff"} - {"tariffs"} | {"tariffs"}
    assert "tariffs" in inflections("tariff")
    assert "tariff" in inflections("tariffs")
    assert inflections("f35") == ("f35",)


@pytest.mark.parametrize(("term", "expected"), [("关税", True), ("7", True), ("!?", False), ("", False), ("(关", True)])
def test_what_has_letters_can_be_looked_for(term: str, expected: bool) -> None:
    assert has_letters(term) is expected


def test_a_word_has_endings_and_a_phrase_has_none() -> None:
    assert "tariffs" in forms_of(Term(text="tariff", is_phrase=False))
    assert forms_of(Term(text="tariff", is_phrase=True)) == ("tariff",)
    assert forms_of(Term(text="(gpt-7)", is_phrase=False)) == ("gpt ᛥ 7",)
