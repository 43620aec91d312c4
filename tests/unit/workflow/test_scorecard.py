"""The card of a week: made of the newsroom's own last days, or a sentence that says why there is none yet."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from mediawatch.context import Context
from mediawatch.keywords.published_rules import DetectionRule, keep_week, weeks
from mediawatch.workflow.backtesting import DaySpan
from mediawatch.workflow.scorecard import evaluation_lines, make_scorecard
from mediawatch.workflow.watch import watch_day
from tests.support.chronicle import about_the_new_word, quiet, write_day, write_quiet_days
from tests.support.lakes import a_context

pytestmark = pytest.mark.slow

TODAY = date(2026, 3, 25)
MONDAY = date(2026, 3, 23)


@pytest.fixture
def newsroom(tmp_path: Path) -> Context:
    """A newsroom with thirty counted days before today."""
    context = a_context(tmp_path, at=datetime.combine(TODAY, time(9), UTC))
    write_quiet_days(context, TODAY, 30)
    write_day(context, TODAY, [*quiet(TODAY), *about_the_new_word()])
    watch_day(context, TODAY)
    return context


def test_a_week_is_judged_and_its_card_kept(newsroom: Context) -> None:
    [said] = evaluation_lines(newsroom)

    card = weeks(newsroom.store)[MONDAY]
    assert said.startswith(f"keywords, week of {MONDAY}: {card.recall:.0%} of {card.injected} words found")
    assert card.injected > 0


def test_what_a_week_finds_less_than_the_one_before_is_said(newsroom: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    evaluation_lines(newsroom)
    card = weeks(newsroom.store)[MONDAY]
    keep_week(newsroom.store, MONDAY - timedelta(weeks=1), replace(card, rule="old", recall=2.0))

    said = evaluation_lines(newsroom)

    assert [line.partition(":")[0] for line in said[1:]] == ["worse than the week before"]


def test_a_new_newsroom_has_no_card_yet_and_is_told_how_many_days_it_takes(tmp_path: Path) -> None:
    context = a_context(tmp_path, at=datetime.combine(TODAY, time(9), UTC))
    write_day(context, TODAY, quiet(TODAY))
    watch_day(context, TODAY)

    [said] = evaluation_lines(context)

    assert said == "1 days were counted, and a scorecard needs 15: import or wait."
    assert weeks(context.store) == {}


def test_no_more_of_the_past_is_read_than_the_detector_looks_back(newsroom: Context) -> None:
    told: list[str] = []
    rule = DetectionRule(name="short", values={"reach_days": 20})

    make_scorecard(newsroom, rule, span=DaySpan(first=TODAY - timedelta(days=3)), report=told.append)

    days = [line.partition(":")[0] for line in told]
    assert days[0] == str(TODAY - timedelta(days=23))
    assert days[-1] == str(TODAY)
