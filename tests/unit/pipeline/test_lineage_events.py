"""Lineage as it is sent: a run of each partition, with the tables that its stage declares."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from mediawatch.context import Context
from mediawatch.lake.partitions import PartitionKey
from mediawatch.pipeline import lineage_events
from mediawatch.pipeline.lineage_events import is_wanted, lineage_of
from mediawatch.pipeline.stage import Given
from mediawatch.workflow.runner import STAGES, build_day
from tests.support.gazette import Gazette
from tests.support.lakes import DAY, harvest
from tests.support.sinks import HttpSink


@pytest.fixture(autouse=True)
def as_in_a_new_process(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(lineage_events, "_unheard", set())
    lineage_events._client.cache_clear()
    yield
    lineage_events._client.cache_clear()


@pytest.fixture
def sink(monkeypatch: pytest.MonkeyPatch) -> Iterator[HttpSink]:
    with HttpSink() as opened:
        monkeypatch.setenv("OPENLINEAGE_URL", f"http://127.0.0.1:{opened.port}")
        yield opened


def events(sink: HttpSink) -> list[dict[str, Any]]:
    return [posted.document for posted in sink.received]


def names(sets: list[dict[str, Any]]) -> list[str]:
    return [one["name"] for one in sets]


@pytest.mark.slow
def test_each_partition_is_a_run_with_the_declared_tables(context: Context, paper: Gazette, sink: HttpSink) -> None:
    paper.publish("/1", "/2")
    harvest(context, "b1")
    build_day(context, DAY)
    ended = {event["job"]["name"]: event for event in events(sink) if event["eventType"] == "COMPLETE"}

    assert {"extract", "audit", "cluster", "ledger"} <= set(ended)
    for name, event in ended.items():
        stage = STAGES.get(name) or STAGES["extract"].units
        assert stage is not None
        assert names(event["inputs"]) == [table.title for read in stage.reads for table in read.tables]
        assert names(event["outputs"]) == [table.title for table in stage.writes]
        assert event["run"]["facets"]["nominalTime"]["nominalStartTime"] == f"{DAY}T00:00:00Z"
    verdicts = next(one for one in ended["audit"]["outputs"] if one["name"] == "audit.verdicts")
    assert verdicts["outputFacets"]["outputStatistics"]["rowCount"] == 2
    assert "link_id" in [field["name"] for field in verdicts["facets"]["schema"]["fields"]]
    started = {event["run"]["runId"] for event in events(sink) if event["eventType"] == "START"}
    assert {event["run"]["runId"] for event in ended.values()} <= started


def test_an_error_fails_the_run_and_says_nothing_of_itself(context: Context, sink: HttpSink) -> None:
    given = Given.of_rows(context, PartitionKey(stage="audit", day=DAY))
    with pytest.raises(ValueError, match="hunter2"), lineage_of(STAGES["audit"], given):
        raise ValueError("hunter2")

    assert [event["eventType"] for event in events(sink)] == ["START", "FAIL"]
    assert b"hunter2" not in b"".join(posted.body for posted in sink.received)


def test_a_receiver_that_refuses_costs_no_stage_and_is_asked_once(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    with HttpSink(400) as refusing:
        monkeypatch.setenv("OPENLINEAGE_URL", f"http://127.0.0.1:{refusing.port}")
        given = Given.of_rows(context, PartitionKey(stage="audit", day=DAY))
        done = []
        for number in range(2):
            with lineage_of(STAGES["audit"], given):
                done.append(number)

    assert done == [0, 1]
    assert len(refusing.received) == 1


@pytest.mark.parametrize(
    ("environ", "wanted"),
    [
        ({}, False),
        ({"OPENLINEAGE_URL": ""}, False),
        ({"OPENLINEAGE_URL": "http://127.0.0.1:5000"}, True),
        ({"OPENLINEAGE_URL": "http://127.0.0.1:5000", "OPENLINEAGE_DISABLED": "True"}, False),
    ],
)
def test_it_is_sent_where_a_receiver_is_named(environ: dict[str, str], wanted: bool) -> None:
    assert is_wanted(environ) is wanted
