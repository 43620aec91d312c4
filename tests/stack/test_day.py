"""The comparison that `make test-stack` stands on: it sees what is lost, doubled and changed, and not the hour."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mediawatch.lake.opening import open_store
from tests.stack.day import Day, added, copy_lake, day_in
from tests.support.sinks import Posted

MOMENT = datetime(2026, 12, 1, 7, 30, tzinfo=UTC)
DAY = Day(batches=1, ledger=("a", "b"), index=("x",), alerts=("n",), messages=("m",))


def of(tmp_path: Path, document: dict[str, object]) -> tuple[str, ...]:
    return day_in(open_store(tmp_path), MOMENT, {"mediawatch-articles": {"1": document}}, ()).index


def test_what_is_equal_is_equal() -> None:
    assert not any(DAY.differences(DAY).values())


def test_what_is_lost_doubled_or_changed_is_seen() -> None:
    assert DAY.differences(replace(DAY, messages=("m", "m")))["messages"] == ["+ m"]
    assert DAY.differences(replace(DAY, ledger=("a",)))["ledger"] == ["- b"]
    assert DAY.differences(replace(DAY, index=("y",)))["index"] == ["- x", "+ y"]
    assert DAY.differences(replace(DAY, batches=2))["ledger"]


def test_the_hour_of_a_run_is_no_difference_and_that_of_an_article_is(tmp_path: Path) -> None:
    later, before = MOMENT + timedelta(minutes=5), MOMENT - timedelta(hours=3)
    first = of(
        tmp_path, {"title": "news", "fetched_at": later.isoformat(), "batch": "one", "published_at": str(before)}
    )
    again = of(
        tmp_path,
        {
            "title": "news",
            "fetched_at": (later + timedelta(minutes=9)).isoformat(),
            "batch": "two",
            "published_at": str(before),
        },
    )
    other = of(tmp_path, {"title": "news", "fetched_at": later.isoformat(), "published_at": str(MOMENT)})
    assert first == again != other


def test_messages_are_compared_by_what_they_say(tmp_path: Path) -> None:
    sent = [Posted(path="/alerts", headers={}, body=b'{"title": "new"}')]
    store = open_store(tmp_path)
    assert day_in(store, MOMENT, {}, sent).differences(day_in(store, MOMENT, {}, sent * 2))["messages"]


def test_a_message_may_name_the_hour_at_which_an_article_was_seen(tmp_path: Path) -> None:
    def said(text: str) -> tuple[str, ...]:
        body = json.dumps({"message": f"news\n- Rain (Wind · 1 December {text})\n  http://wind.example/"}).encode()
        return day_in(open_store(tmp_path), MOMENT, {}, [Posted(path="/", headers={}, body=body)]).messages

    assert said("07:30") == said("07:35") == said("07:52")
    assert said("05:35") != said("05:52")


def test_only_what_the_index_has_more_counts() -> None:
    before = {"a": {"1": {"n": 1}, "2": {"n": 2}}}
    assert added(before, {"a": {"1": {"n": 1}, "2": {"n": 3}}, "b": {"9": {}}}) == {
        "a": {"2": {"n": 3}},
        "b": {"9": {}},
    }


def test_a_lake_is_put_back_as_it_was_without_leases(tmp_path: Path) -> None:
    past, here = open_store(tmp_path / "past"), open_store(tmp_path / "here")
    past.put("harvest/a", b"1")
    past.put("leases/x/000000000001.json", b"{}")
    here.put("harvest/b", b"2")
    here.put("outbox/c", b"3")
    assert copy_lake(past, here) == 1
    assert here.list("") == ["harvest/a"]
