"""Looks at days of words: what is new is told once, with evidence, and the same when the day is built again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
import yaml

from mediawatch.context import Context
from mediawatch.errors import BadRequest
from mediawatch.keywords import Gate
from mediawatch.keywords.detect_stage import alerts_of, candidates_of
from mediawatch.keywords.dismissals import dismiss, dismissals
from mediawatch.keywords.evaluations import evaluate_again, evaluations_of
from mediawatch.keywords.word_facts import explained
from mediawatch.lake.partitions import erase
from mediawatch.records import AlertKind
from mediawatch.workflow.runner import run_stage
from mediawatch.workflow.watch import days_to_watch, found, tell, watch_day
from tests.support.chronicle import (
    NEW,
    SOURCES,
    Told,
    about_the_new_word,
    quiet,
    write_day,
    write_quiet_days,
)
from tests.support.lakes import SetClock, a_context

pytestmark = pytest.mark.slow

TODAY = date(2026, 3, 30)


@pytest.fixture
def context(tmp_path: Path) -> Context:
    """A newsroom with thirty quiet days behind it, at noon of `TODAY`."""
    room = a_context(
        tmp_path,
        at=datetime.combine(TODAY, time(12), UTC),
        watchlists_dir=tmp_path / "watchlists",
        aliases_dir=tmp_path / "aliases",
    )
    write_quiet_days(room, TODAY, 30)
    return room


def write_watchlist(context: Context, **values: object) -> None:
    folder = context.settings.watchlists_dir
    folder.mkdir(exist_ok=True)
    (folder / "lists.yaml").write_text(yaml.safe_dump([{"name": "rivers", **values}], allow_unicode=True))


def test_a_new_word_of_several_publishers_is_told_with_its_evidence(context: Context) -> None:
    write_day(context, TODAY, [*quiet(TODAY), *about_the_new_word()])

    watch_day(context, TODAY)

    [alert] = alerts_of(context.store, TODAY)
    assert (alert.kind, alert.term, alert.topic) == (AlertKind.NEW, NEW, NEW)
    assert (alert.articles, alert.stories, alert.publishers) == (4, 4, 4)
    assert set(alert.publisher_names) == set(SOURCES)
    assert (alert.baseline_days, alert.ratio, alert.first_seen_on) == (28, None, TODAY)
    assert [count.articles for count in alert.series[-2:]] == [0, 4]
    assert all(count.is_covered for count in alert.series[-28:])
    assert len({headline.publisher for headline in alert.headlines}) == 3
    assert f"渔民在河里发现{NEW}" in {headline.title for headline in alert.headlines}


def test_one_publisher_or_one_story_is_no_news(context: Context) -> None:
    copies = [
        Told(source=source, title=f"渔民发现{NEW}", text=f"渔民发现了{NEW}，{NEW}从未有人见过。", story="wire")
        for source in SOURCES
    ]
    write_day(context, TODAY, [*quiet(TODAY), *copies])

    watch_day(context, TODAY)

    assert alerts_of(context.store, TODAY) == []
    found = explained(context, NEW, TODAY)
    assert (found.articles, found.stories, found.gate) == (4, 1, Gate.FEW_STORIES)


@pytest.mark.parametrize(("own", "gate"), [(2, Gate.FEW_PUBLISHERS), (1, Gate.PASSED)])
def test_agencies_that_one_house_names_count_where_it_mostly_prints_others(
    context: Context, own: int, gate: Gate
) -> None:
    named = [*[""] * own, *("agency", "wire", "news")[: 4 - own]]
    articles = [
        replace(one, source="harbour", named=name) for one, name in zip(about_the_new_word(), named, strict=True)
    ]
    articles = [replace(one, title=f"{one.title}{number}") for number, one in enumerate(articles)]
    write_day(context, TODAY, [*quiet(TODAY), *articles, replace(articles[0], title=f"{NEW}在港口")])

    watch_day(context, TODAY)

    [found] = [row for row in candidates_of(context.store, TODAY) if row.term == NEW]
    assert found.gate == gate.value


def test_an_evening_of_articles_is_a_follow_up_of_the_morning(context: Context) -> None:
    morning = [*quiet(TODAY), *about_the_new_word()]
    write_day(context, TODAY, morning)
    watch_day(context, TODAY)
    [first] = alerts_of(context.store, TODAY)

    evening = [told for place in ("湖边", "海口") for told in about_the_new_word("b2", place)]
    write_day(context, TODAY, [*morning, *evening])
    assert days_to_watch(context)[-1] == TODAY
    watch_day(context, TODAY)

    [second] = alerts_of(context.store, TODAY)
    assert second.alert_id == first.alert_id
    assert [(first.articles, first.step), (second.articles, second.step)] == [(4, 0), (12, 1)]
    assert [evaluation.batches for evaluation in evaluations_of(context.store, TODAY)] == [("b1",), ("b1", "b2")]


def test_the_same_look_is_not_recorded_twice(context: Context) -> None:
    write_day(context, TODAY, quiet(TODAY))
    assert evaluate_again(context, TODAY) is not None
    assert evaluate_again(context, TODAY) is None


def test_tomorrow_it_is_the_same_episode(context: Context) -> None:
    write_day(context, TODAY, [*quiet(TODAY), *about_the_new_word()])
    watch_day(context, TODAY)
    [first] = alerts_of(context.store, TODAY)
    tomorrow = TODAY + timedelta(days=1)
    assert isinstance(context.clock, SetClock)
    context.clock.at += timedelta(days=1)
    write_day(context, tomorrow, [*quiet(tomorrow), *about_the_new_word()])

    watch_day(context, TODAY)
    watch_day(context, tomorrow)

    [second] = alerts_of(context.store, tomorrow)
    assert (second.alert_id, second.episode_on) == (first.alert_id, TODAY)


def test_a_day_built_again_gives_the_same_rows(context: Context) -> None:
    write_day(context, TODAY, [*quiet(TODAY), *about_the_new_word()])
    watch_day(context, TODAY)
    [before] = run_stage(context, "detect", TODAY)

    erase(context.store, "detect", TODAY)
    erase(context.store, "terms", TODAY)
    run_stage(context, "terms", TODAY)
    [after] = run_stage(context, "detect", TODAY)

    assert after.digest == before.digest


def test_a_dismissed_word_is_told_no_more_and_why_says_so(context: Context) -> None:
    write_day(context, TODAY, [*quiet(TODAY), *about_the_new_word()])
    watch_day(context, TODAY)
    [alert] = alerts_of(context.store, TODAY)

    dismiss(context, alert, "a fish of the demo")
    lines: list[str] = []
    watch_day(context, TODAY, lines.append)
    assert f"detect: no alert any more: {NEW}" in lines

    assert [each.why for each in dismissals(context.store)] == ["a fish of the demo"]
    assert alerts_of(context.store, TODAY) == []
    assert explained(context, NEW, TODAY).gate is Gate.EXCLUDED
    with pytest.raises(BadRequest, match="dismissed before"):
        dismiss(context, alert, "again")


def test_a_watch_list_is_told_whatever_is_usual(context: Context) -> None:
    write_watchlist(context, terms=["河堤"], min_publishers=2)
    write_day(context, TODAY, quiet(TODAY))

    watch_day(context, TODAY)

    [alert] = alerts_of(context.store, TODAY)
    assert (alert.kind, alert.watchlists, alert.term) == (AlertKind.WATCH, ("rivers",), "河堤")
    assert (alert.articles, alert.publishers) == (4, 4)


def test_without_enough_days_before_nothing_is_called_new(tmp_path: Path) -> None:
    room = a_context(
        tmp_path, at=datetime.combine(TODAY, time(12), UTC), watchlists_dir=tmp_path / "w", aliases_dir=tmp_path / "a"
    )
    write_day(room, TODAY, [*quiet(TODAY), *about_the_new_word()])

    watch_day(room, TODAY)

    assert alerts_of(room.store, TODAY) == []
    assert candidates_of(room.store, TODAY) == []


def test_past_days_send_nothing(context: Context) -> None:
    long_ago = TODAY - timedelta(days=3)
    write_day(context, long_ago, [*quiet(long_ago), *about_the_new_word()])

    watch_day(context, long_ago)

    [evaluation] = evaluations_of(context.store, long_ago)
    assert (evaluation.is_closing, evaluation.is_live) == (True, False)
    assert len(alerts_of(context.store, long_ago)) == 1
    assert tell(context).sent == 0
    assert found(context, [long_ago, TODAY]) == [f"{long_ago}: alerts 1 (1 new)", f"{TODAY}: alerts 0"]
    assert found(context, []) == ["no day changed"]
