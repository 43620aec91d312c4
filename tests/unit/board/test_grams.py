"""What a body is found by."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediawatch.board.body_search import decoded
from mediawatch.board.grams import bucket_of, grams_of, inflections, pieces_of, title_pattern
from mediawatch.board.local_index import postings
from mediawatch.language import fold


def test_a_run_of_chinese_gives_its_pairs_and_its_end() -> None:
    assert grams_of("关税谈判，港") == {"关税", "税谈", "谈判", "判", "港"}


def test_words_give_themselves_and_their_parts() -> None:
    assert grams_of("gpt-7 tariffs") == {"gpt-7", "gpt", "7", "tariffs"}


@pytest.mark.parametrize(
    ("query", "grams"),
    [("关税", [("关税",)]), ("关税战", [("关税",), ("税战",)]), ("疫", [("疫",)]), ("gpt-7", [("gpt-7",)]), ("!?", [])],
)
def test_what_a_word_asks_for(query: str, grams: list[tuple[str, ...]]) -> None:
    assert [piece.grams for piece in pieces_of(query)] == grams


def test_a_single_character_is_found_by_what_begins_with_it() -> None:
    (piece,) = pieces_of("疫")
    assert piece.is_prefix
    assert any(gram.startswith("疫") for gram in grams_of("防疫"))
    assert len(piece.buckets) == 1


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


@given(st.lists(st.text(alphabet="关税谈判港口ab ，", max_size=20), max_size=12))
def test_postings_say_which_rows_hold_a_gram(texts: list[str]) -> None:
    held = {p.gram: decoded(p.rows).tolist() for rows in postings(enumerate(texts)).values() for p in rows}
    expected = {gram for text in texts for gram in grams_of(fold(text))}
    assert set(held) == expected
    assert all(
        rows == [n for n, text in enumerate(texts) if gram in grams_of(fold(text))] for gram, rows in held.items()
    )


@given(st.text(alphabet="关税谈判港口", min_size=1, max_size=8), st.integers(0, 6), st.integers(1, 4))
def test_every_part_of_a_text_is_found_by_its_pieces(text: str, start: int, length: int) -> None:
    term = text[start : start + length]
    grams = grams_of(text)
    for piece in pieces_of(term):
        assert any(gram.startswith(piece.grams) if piece.is_prefix else gram in piece.grams for gram in grams)


def test_all_that_begin_alike_are_in_one_table() -> None:
    assert bucket_of("关税") == bucket_of("关") == bucket_of("关门")
