"""How much speaks for a word."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mediawatch.keywords.candidates import Candidate, Stories
from mediawatch.keywords.scoring import WEIGHTS, features_of, scored
from mediawatch.records import AlertKind

NEW = Candidate(
    term="沅鹭镇",
    kind=AlertKind.NEW,
    codes=(1, 2, 3),
    stories=Stories.named("abcd"),
    publishers=3,
    articles=4,
    central=3,
    titles=2,
    early=3,
    texts=4,
    in_texts=9,
    places=np.zeros(0, np.int32),
    usual=0.0,
    exposures=7.0,
    p_value=1e-4,
    surprise=4.0,
    cohesion=9.0,
)
KNOWN = replace(NEW, kind=AlertKind.RISING, usual=56.0, central_surprise=3.0, is_word=True, is_listed=True)


def test_a_score_is_the_sum_of_its_features_by_their_weights() -> None:
    assert features_of(NEW) == {
        **dict.fromkeys(WEIGHTS, 0.0),
        "new_surprise": 4.0,
        "new_central": 3.0,
        "publishers": 1,
        "titles": 0.5,
        "cohesion": 1.0,
    }
    assert scored(NEW).score == pytest.approx(0.5 * 4 + 1.2 * 3 + 0.65 + 0.5 + 0.3)
    assert scored(NEW, {**WEIGHTS, "publishers": 0.0}).score == pytest.approx(scored(NEW).score - 0.65)


def test_a_known_word_is_weighed_by_the_stories_about_it_and_loses_when_it_is_usual() -> None:
    found = features_of(KNOWN)
    assert (found["word_central"], found["everyday"], found["cohesion"]) == (3.0, -1.0, 0.0)
    assert (found["new_surprise"], found["known_surprise"]) == (0.0, 0.0)
    assert found["word_surprise"] == pytest.approx(4.0 * (0.2 + 0.8 * 0.75))


@pytest.mark.parametrize(
    ("against", "candidate"),
    [
        ("unrepeated", replace(NEW, in_texts=4)),
        ("actions", replace(NEW, actions=1)),
        ("long", replace(NEW, codes=tuple(range(8)))),
        ("no_noun", replace(KNOWN, is_noun=False)),
        ("untitled", replace(KNOWN, titles=0)),
        ("unheadlined", replace(NEW, titles=0, early=1)),
    ],
)
def test_what_speaks_against_a_word_is_below_zero(against: str, candidate: Candidate) -> None:
    assert features_of(candidate)[against] < 0


@pytest.mark.parametrize(
    "changes", [{"texts": 0, "in_texts": 0}, {"texts": 1, "in_texts": 2}, {"term": "harbour town"}]
)
def test_headlines_alone_and_english_need_not_repeat_a_word(changes: dict[str, object]) -> None:
    assert features_of(replace(NEW, **changes))["unrepeated"] == 0  # type: ignore[arg-type]


def test_a_small_english_word_of_headlines_loses_more_than_one_of_texts() -> None:
    small = replace(NEW, term="rebels", codes=(1,), actions=1)
    assert features_of(small)["small_headline"] == 0
    assert features_of(replace(small, texts=1))["small_headline"] == -1
    assert features_of(replace(small, texts=1, codes=(1, 2)))["small_headline"] == 0
