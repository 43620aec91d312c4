"""Common words need company: other words of the day in the same reports."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mediawatch.keywords.candidates import Candidate, Stories
from mediawatch.keywords.companions import accompanied
from mediawatch.keywords.rules import Gate, Rules
from mediawatch.records import AlertKind

RULES = Rules()


def word(
    term: str, stories: str, *, score: float = 4.0, titles: int = 0, is_listed: bool = True, gate: Gate = Gate.PASSED
) -> Candidate:
    """A word of the stories that `stories` has a letter for."""
    return Candidate(
        term=term,
        kind=AlertKind.RISING,
        codes=tuple(map(ord, term)),
        stories=Stories.named(stories),
        publishers=2,
        articles=len(stories),
        central=0,
        titles=titles,
        early=len(stories),
        texts=len(stories),
        in_texts=len(stories),
        places=np.zeros(0, np.int32),
        usual=1.0,
        exposures=28.0,
        p_value=1e-6,
        surprise=6.0,
        is_listed=is_listed,
        gate=gate,
        score=score,
    )


def gate_of(candidate: Candidate, *others: Candidate) -> Gate:
    return accompanied([candidate, *others], RULES)[0].gate


def test_a_common_word_of_unrelated_reports_is_stopped() -> None:
    assert gate_of(word("盈利", "abcde"), word("苔藓", "fgh")) is Gate.LONE


def test_one_that_another_word_goes_with_is_not() -> None:
    assert gate_of(word("盈利", "abcde"), word("苔藓", "abx", is_listed=False)) is Gate.PASSED


@pytest.mark.parametrize(
    "other", [word("盈利预警", "abcde"), word("苔藓", "axyz"), word("昨天", "abcde", gate=Gate.COMMON)]
)
def test_no_company_is_a_longer_string_one_shared_story_or_a_word_that_is_none(other: Candidate) -> None:
    assert gate_of(word("盈利", "abcde"), other) is Gate.LONE


def test_a_word_that_scored_too_little_by_itself_is_company() -> None:
    assert gate_of(word("盈利", "abcde"), word("苔藓", "abc", score=1.0, gate=Gate.SCORE)) is Gate.PASSED


def test_headlines_and_names_need_none() -> None:
    assert gate_of(replace(word("葛沱", "abcde", titles=4), is_name=True)) is Gate.PASSED
    assert gate_of(word("葛沱岭", "abcde", is_listed=False)) is Gate.PASSED


def test_a_common_word_needs_company_in_headlines_as_well() -> None:
    assert gate_of(word("首脑", "abcde", titles=5)) is Gate.LONE


def test_a_rising_latin_word_needs_company_too() -> None:
    assert gate_of(word("x", "abcde", is_listed=False)) is Gate.LONE


def test_what_headlines_say_of_anybody_needs_company_like_other_words() -> None:
    assert gate_of(replace(word("发怒", "abcde", titles=5), is_noun=False)) is Gate.LONE


def test_much_that_speaks_for_it_is_enough_with_less() -> None:
    (found,) = accompanied([word("盈利", "abcde", score=9.0)], RULES)
    assert (found.gate, found.score) == (Gate.PASSED, 7.0)


def background(stories: str, **changes: object) -> Candidate:
    """A new name that is named once in each of its texts, and nowhere early."""
    new = replace(word("覃屿", stories, score=4.0, is_listed=False), kind=AlertKind.NEW, early=0)
    return replace(new, **changes)  # type: ignore[arg-type]


def test_a_new_name_in_the_background_loses_where_few_words_go_with_it() -> None:
    lonely = background("abcd")
    assert gate_of(lonely) is Gate.LONE
    assert gate_of(lonely, word("苔藓", "abc"), word("河堤", "abc")) is Gate.LONE
    assert gate_of(lonely, word("苔藓", "abc"), word("河堤", "abc"), word("渡船", "abd")) is Gate.PASSED


@pytest.mark.parametrize(
    "changes", [{"early": 3}, {"in_texts": 9}, {"texts": 0, "in_texts": 0}, {"term": "covenside", "codes": (1, 2)}]
)
def test_what_is_named_early_or_often_is_in_no_background(changes: dict[str, object]) -> None:
    assert gate_of(background("abcd", **changes)) is Gate.PASSED


def test_a_new_english_word_of_headlines_needs_company() -> None:
    rebels = background("abcd", term="rebels", codes=(1,), texts=0, in_texts=0)
    assert gate_of(rebels) is Gate.LONE
    assert gate_of(rebels, word("coven", "abc")) is Gate.PASSED
    assert gate_of(replace(rebels, texts=4, in_texts=9)) is Gate.PASSED
