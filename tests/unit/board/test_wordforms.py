"""The forms in which a word counts as found."""

from __future__ import annotations

import pytest

from mediawatch.board.wordforms import has_letters, inflections, title_pattern


def test_inflections_find_one_another() -> None:
    assert set(inflections("tariff")) == set(inflections("tariffs")) | {"tariff"} - {"tariffs"} | {"tariffs"}
    assert "tariffs" in inflections("tariff")
    assert "tariff" in inflections("tariffs")
    assert inflections("f35") == ("f35",)


def test_the_title_pattern_wants_whole_words() -> None:
    import pyarrow as pa
    import pyarrow.compute as pc

    titles = pa.array(["tariffs rise", "the tariff", "antitariffx", "trade war looms"])
    assert pc.match_substring_regex(titles, title_pattern("tariff")).to_pylist() == [True, True, False, False]
    assert pc.match_substring_regex(titles, title_pattern("trade war")).to_pylist() == [False, False, False, True]


@pytest.mark.parametrize(("term", "expected"), [("关税", True), ("7", True), ("!?", False), ("", False), ("(关", True)])
def test_what_has_letters_can_be_looked_for(term: str, expected: bool) -> None:
    assert has_letters(term) is expected
