"""Known words of unrelated reports, and of one happening."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from mediawatch.keywords.candidates import Candidate, Stories, Window
from mediawatch.keywords.reading import codes_of
from mediawatch.keywords.rising import Rise
from mediawatch.keywords.rules import Gate
from mediawatch.keywords.scattering import held_together, rarities, unscattered
from mediawatch.records import AlertKind
from tests.support.words import window_of

DAY = date(2026, 4, 29)
RARE = {"海啸": 5.0, "渔港": 5.0, "台风": 4.0, "博览会": 5.0, "航班": 5.0, "疫苗": 5.0, "tsunami": 5.0, "harbour": 5.0}
HAPPENING = [
    "海啸冲毁渔港，台风还在后面",
    "渔港等待结果，海啸与台风之后",
    "台风之后的渔港与海啸",
    "海啸过后渔港重建，结果不明",
]
UNRELATED = ["海啸警报解除，结果不明", "博览会公布结果", "航班延误，结果取消", "疫苗试验的结果", "今天没有结果"]


def reports(texts: list[str]) -> tuple[Window, Candidate]:
    """A window of one story for each of `texts`, and the word 结果 that all of them have, in no headline."""
    window = window_of(texts)
    word = Candidate(
        term="结果",
        kind=AlertKind.RISING,
        codes=codes_of("结果"),
        stories=Stories.named(window.stories),
        publishers=1,
        articles=len(texts),
        central=0,
        titles=0,
        early=0,
        texts=len(texts),
        in_texts=len(texts),
        places=window.places_of(codes_of("结果")),
        usual=40.0,
        exposures=28.0,
        p_value=1e-6,
        surprise=6.0,
        is_word=True,
        is_listed=True,
    )
    return window, word


def gate_of(told: list[str], **changes: object) -> Gate:
    window, word = reports(told)
    [judged] = unscattered([replace(word, **changes)], window, RARE)  # type: ignore[arg-type]
    return judged.gate


def test_a_known_word_of_unrelated_reports_is_stopped() -> None:
    assert gate_of(UNRELATED) is Gate.LONE


def test_one_of_a_happening_is_not() -> None:
    assert gate_of(HAPPENING) is Gate.PASSED


@pytest.mark.parametrize(
    "changes",
    [{"titles": 2}, {"kind": AlertKind.NEW}, {"is_word": False}],
    ids=["in headlines", "new", "found as a string"],
)
def test_others_are_not_asked(changes: dict[str, object]) -> None:
    assert gate_of(UNRELATED, **changes) is Gate.PASSED


def test_an_english_word_is_asked_where_only_headlines_have_it() -> None:
    assert gate_of(UNRELATED, term="outcome", texts=0, is_word=False) is Gate.LONE
    assert gate_of(UNRELATED, term="outcome", is_word=False) is Gate.PASSED


def test_an_earlier_gate_stays() -> None:
    assert gate_of(UNRELATED, gate=Gate.SCORE) is Gate.SCORE


def test_what_is_counted_is_the_story_that_is_like_most_others() -> None:
    _, word = reports(HAPPENING)
    storm = {"海啸": 5.0, "渔港": 5.0, "台风": 4.0}
    assert held_together(word, {"0": storm, "1": storm, "2": {"海啸": 5.0}, "3": {"疫苗": 9.0}}) == 0.75
    assert held_together(word, {"0": {"结果公布": 20.0}, "1": {"结果公布": 20.0}}) == 0.25, "the word itself is none"


def test_words_of_one_report_in_twenty_and_more_are_not_rare() -> None:
    words = [
        Rise(term=term, stories=5, central=1, usual=usual, usual_central=0.0, exposures=28.0)
        for term, usual in (("海啸", 0.0), ("会议", 500.0))
    ]
    assert rarities(words, 1000) == {"海啸": pytest.approx(4.6, abs=0.05)}
