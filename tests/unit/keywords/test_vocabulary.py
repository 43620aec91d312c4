"""A day's words and their counts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mediawatch.keywords import count_terms, read, vocabulary
from mediawatch.keywords.vocabulary import is_time, language_of_term, words_of
from mediawatch.language.aliases import Aliases
from tests.support.wires import FIRST, document, with_word


def test_words_are_counted_once_a_story_and_by_publisher() -> None:
    one, two = with_word(FIRST, "关税", ["晨报", "晚报"])
    copy = document(FIRST, 7, words=("关税",), publisher="晨报", story=one.story)
    table = count_terms([read(each, Aliases()) for each in (one, two, copy)])
    rows = {row.publisher: row for row in table.terms if row.term == "关税"}
    assert {publisher: (row.articles, row.stories, row.central) for publisher, row in rows.items()} == {
        "晨报": (2, 1, 1),
        "晚报": (1, 1, 1),
    }
    assert {row.publisher: (row.articles, row.stories) for row in table.exposures} == {"晨报": (2, 1), "晚报": (1, 1)}


def test_an_article_is_about_what_its_title_says_or_what_it_says_twice() -> None:
    reading = read(document(FIRST, 1, words=("关税",)), Aliases())
    assert words_of(reading)["关税"]


def test_names_are_counted_in_one_spelling() -> None:
    aliases = Aliases.of({"特朗普": ["川普"]})
    words = words_of(read(document(FIRST, 1, words=("川普",)), aliases))
    assert "特朗普" in words
    assert "川普" not in words


@pytest.mark.parametrize("word", ["周三", "今年", "十二月", "第三次", "上午", "星期日"])
def test_times_and_numbers_are_no_words(word: str) -> None:
    assert is_time(word)


@pytest.mark.parametrize("word", ["关税", "周庭", "年糕", "月球", "三星堆遗址", "gpt-7"])
def test_words_that_look_like_times_are_words(word: str) -> None:
    assert not is_time(word)


def test_a_terms_language_is_that_of_its_script() -> None:
    assert [language_of_term(term) for term in ("关税", "gpt-7", "星穹pro")] == ["zh", "en", "zh"]


def test_counts_of_many_pieces_are_those_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the order of the articles, and however often partial counts are joined."""
    readings = [read(replace(document(FIRST, number), story=f"story {number % 20}"), Aliases()) for number in range(60)]
    whole = count_terms(readings)
    monkeypatch.setattr(vocabulary, "_ROWS", 7)
    other = count_terms(readings[::-1])
    assert (list(other.terms), other.exposures) == (list(whole.terms), whole.exposures)
    assert len(whole.terms) > 100
    rows = [(row.term, row.publisher) for row in whole.terms]
    assert rows == sorted(set(rows))
    assert sum(row.articles for row in whole.exposures) == 60
    assert {row.stories for row in whole.exposures} == {5}
