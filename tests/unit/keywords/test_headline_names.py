"""The name that the headlines of a topic have."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mediawatch.keywords.candidates import Stories
from mediawatch.keywords.headline_names import name_beside
from mediawatch.keywords.reading import codes_of
from tests.support.words import a_word, window_of

OTHERS = 80
"""Articles of the day about something else, so that a name of three stories is none that the day is full of."""


def beside(term: str, titles: list[str], *, told: list[str] | None = None, others: str = "") -> str:
    """The name told beside `term`, which is in the texts of articles with `titles`, on a day with others."""
    texts = [*(f"人们谈到{term}，没有别的。" for _ in titles), *(["今天没有别的事情。"] * OTHERS)]
    window = window_of(texts, [*titles, *([others] * OTHERS if others else [])])
    places = window.places_of(codes_of(term))
    stories = Stories.named(window.stories[number] for number in window.story[places].tolist())
    head = replace(a_word(term, "", titles=0, score=9.0), codes=codes_of(term), places=places, stories=stories)
    return name_beside(head, told or [term], window)


@pytest.mark.parametrize(
    ("titles", "name"),
    [
        (["荷兰议会表决", "荷兰政府的一天", "议会的表决"], "荷兰"),
        (["荷兰议会表决", "政府的一天", "议会的表决"], ""),
        (["议会表决", "政府的一天", "议会的表决"], ""),
        (["李家超谈表决", "李家超的一天", "议会的表决"], ""),
        (["A vote in Denmark", "Denmark's long night", "What comes next"], "denmark"),
        (["Denmark's vote", "Denmark's long night", "What comes next"], "denmark"),
        (["Romanian vote today", "A Romanian night", "Oman sends an envoy"], "romanian"),
        (["A long vote", "The long night", "What comes next"], ""),
    ],
    ids=[
        "in two of three",
        "in one of three",
        "in none",
        "half of another",
        "latin",
        "latin and possessive",
        "latin and within another",
        "small words",
    ],
)
def test_the_name_that_most_headlines_have_is_told_beside_a_word(titles: list[str], name: str) -> None:
    assert beside("信任投票", titles) == name


def test_a_name_that_was_told_or_that_the_day_is_full_of_is_not() -> None:
    titles = ["荷兰议会表决", "荷兰政府的一天", "荷兰的表决"]
    assert beside("信任投票", titles, told=["荷兰总理"]) == ""
    assert beside("信任投票", titles, others="荷兰的天气") == ""
    assert (
        beside("信任投票", ["A vote in Denmark", "Denmark tonight", "Denmark"], others="Denmark's weather today") == ""
    )
