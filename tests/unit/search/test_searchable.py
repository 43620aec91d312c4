"""Text as it is searched."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediawatch.search.searchable import BOUNDARY, asked, pattern_of, searchable


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("海關。稅務", "海关 ᛥ 税务"),
        ("关 税\n谈判", "关税 ᛥ 谈判"),
        ("U.S. tariffs, 3.5%", "u ᛥ s ᛥ tariffs ᛥ 3 ᛥ 5 ᛥ"),
        ("GPT-7发布 新品", "gpt ᛥ 7发布新品"),
        ("snake_case  two", "snake case two"),
        ("हिन्दी समाचार", "हिन्दी समाचार"),
        ("カナ", "カ ナ"),
        ("", ""),
    ],
)
def test_words_apart_characters_together_signs_as_one_token(text: str, found: str) -> None:
    assert searchable(text) == found


def test_signs_at_the_ends_are_not_asked_for() -> None:
    assert [asked(text) for text in ("(关税)", "...", "«a-b»")] == ["关税", "", "a ᛥ b"]


@given(st.text(alphabet="关税ab7-， \n_。", max_size=30))
def test_made_again_it_is_the_same(text: str) -> None:
    assert searchable(searchable(text)) == searchable(text)
    assert "\n" not in searchable(text)


@pytest.mark.parametrize(
    ("forms", "found"),
    [
        (("tariff", "tariffs"), [True, True, False, False, True]),
        (("trade war",), [False, False, False, True, False]),
        (("7发布",), [False, False, False, False, True]),
        (("关税",), [False, False, False, False, True]),
    ],
)
def test_a_pattern_wants_whole_words(forms: tuple[str, ...], found: list[bool]) -> None:
    titles = pa.array(["tariffs rise", "the tariff", "antitariffx", "trade war looms", f"关税tariff {BOUNDARY} 7发布"])
    assert pc.match_substring_regex(titles, pattern_of(forms)).to_pylist() == found
