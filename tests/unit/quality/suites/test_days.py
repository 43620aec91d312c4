"""The rules about sources and days, at their bounds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mediawatch.pipeline.taking_over import Likeness
from mediawatch.quality import AuditRow, Judgement, Released, audit
from tests.unit.quality.suites.test_articles import FETCHED, SOUND

pytestmark = pytest.mark.slow  # loads Great Expectations


def judged(**sources: tuple[int, int]) -> Judgement:
    """The verdict on a day with so many (sound, broken) articles of each source."""
    rows: list[AuditRow] = []
    for name, (sound, broken) in sources.items():
        lengths = [400] * sound + [1] * broken
        rows += [
            replace(SOUND, link_id=f"{name}-{number}", source=name, text_length=length)
            for number, length in enumerate(lengths)
        ]
    return audit(rows, FETCHED.date())


@pytest.mark.parametrize(
    ("sound", "broken", "is_held"),
    [(3, 3, False), (2, 3, True), (2, 4, True), (1, 3, False), (5, 0, False)],
)
def test_a_source_is_held_when_more_than_half_of_five_or_more_fail(sound: int, broken: int, is_held: bool) -> None:
    verdict = judged(harbour=(sound, broken), ferry=(9, 0))
    assert (verdict.held_sources == {"harbour"}) == is_held
    assert not verdict.is_held


@pytest.mark.parametrize(("share", "is_held"), [(0.34, True), (0.35, False), (1.2, False)])
def test_a_source_is_held_when_its_words_are_not_its_own_any_more(share: float, is_held: bool) -> None:
    rows = [replace(SOUND, link_id=f"{name}-{n}", source=name) for name in ("ferry", "harbour") for n in range(6)]
    found = {"harbour": Likeness(share=share, new_words=("彩金", "登录"))}
    verdict = audit(rows, FETCHED.date(), likenesses=found)
    assert (verdict.held_sources, verdict.taken_over) == (
        (frozenset({"harbour"}),) * 2 if is_held else (frozenset(),) * 2
    )
    assert not verdict.is_held

    told = {r.source: r for r in verdict.results if r.rule == "source_speaks_as_before"}
    assert (told["ferry"].observed, told["ferry"].checked, told["ferry"].is_passed) == ("nothing to check", 0, True)
    words = "; new: 彩金, 登录" if is_held else ""
    assert told["harbour"].observed == f"{share:.0%} as like as usual{words}"
    assert (told["harbour"].checked, told["harbour"].failed) == (6, 6 * is_held)


def test_a_source_that_a_person_released_is_not_held_for_its_words() -> None:
    rows = [replace(SOUND, link_id=f"harbour-{n}", source="harbour") for n in range(6)]
    found = {"harbour": Likeness(share=0.1, new_words=())}
    verdict = audit(rows, FETCHED.date(), Released(sources={"harbour"}), found)
    assert (verdict.held_sources, verdict.taken_over, verdict.is_held) == (frozenset(), frozenset(), False)


def test_a_day_is_held_when_nothing_is_admitted() -> None:
    assert judged(harbour=(0, 1)).is_held
    assert not judged(harbour=(1, 0)).is_held


def test_a_day_is_held_when_more_than_half_of_the_other_sources_articles_fail() -> None:
    assert not judged(harbour=(1, 1), ferry=(1, 1)).is_held
    assert judged(harbour=(1, 2), ferry=(1, 1)).is_held
    assert not judged(harbour=(0, 50), ferry=(1, 1)).is_held, "a source that is held does not speak for the day"
