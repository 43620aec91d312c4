"""Words of folded texts."""

from __future__ import annotations

import pytest

from mediawatch.language import words
from mediawatch.language.segmentation import is_dictionary_word, latin_words, tagged


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("总统宣布紧急戒严", ["总统", "宣布", "紧急", "戒严"]),
        ("gpt-7和f-35,covid-19", ["gpt-7", "f-35", "covid-19"]),
        ("trump's plan, o'neill's reply", ["trump", "plan", "o'neill", "reply"]),
        ("2024年 7.1 1131204", []),
        ("", []),
    ],
)
def test_words_are_chinese_of_two_characters_and_latin_tokens(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_a_possessive_is_no_part_of_a_latin_word() -> None:
    assert latin_words("the minister's") == ["the", "minister"]


def test_the_tagged_pieces_are_the_text() -> None:
    text = "在首尔,总统gpt-7 宣布。\n"
    assert "".join(piece for piece, _ in tagged(text)) == text


def test_an_unknown_name_is_not_guessed() -> None:
    assert not is_dictionary_word("沅鹭")
    assert "沅鹭" not in words("沅鹭计划")
