"""The metrics are the figures that the ledger, the doctor and the lake itself have."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from mediawatch.context import Context
from mediawatch.lake.batches import BatchKey
from mediawatch.lake.leases import lease
from mediawatch.monitoring import metrics
from mediawatch.monitoring.metrics import OTHERS, Metric, Sample
from mediawatch.records import Reason
from mediawatch.workflow import measuring
from mediawatch.workflow.measuring import measured
from mediawatch.workflow.reporting import day_summary
from mediawatch.workflow.runner import build_day
from tests.support.gazette import Gazette, at
from tests.support.lakes import DAY, MORNING, Shard, a_candidate, harvest, seal_by_hand
from tests.support.sites import reply

pytestmark = pytest.mark.slow


def values(samples: list[Sample], metric: Metric) -> dict[tuple[str, ...], float]:
    return {sample.labels: sample.value for sample in samples if sample.metric == metric}


@pytest.fixture
def built(context: Context, paper: Gazette) -> Context:
    """Three articles and a page that is gone, harvested in the morning and built."""
    paper.publish("/1", "/2", "/3")
    paper.publish("/4", answer=reply(status=410))
    harvest(context, "b1")
    build_day(context, DAY)
    return context


def test_the_links_are_those_of_the_ledger(built: Context) -> None:
    found = measured(built)
    *_, everything = day_summary(built, DAY)

    links = values(found, metrics.LINKS)
    assert links["today", "discover", "received"] == everything.announced == 4
    assert links["today", "audit", "passed"] == everything.admitted == 3
    assert values(found, metrics.REASONS)["today", "fetch", "gone", "fault"] == everything.lost == 1
    assert values(found, metrics.SOURCE_LINKS)["paper", "admitted"] == 3
    assert values(found, metrics.SOURCE_VISITS) == {("paper", "visits"): 1, ("paper", "failed"): 0}
    assert values(measured(at(built, MORNING + timedelta(days=1))), metrics.LINKS)["yesterday", "audit", "passed"] == 3


def test_every_declared_metric_comes_and_no_series_twice(built: Context) -> None:
    with lease(built.store, "harvest/day=x", holder="me", seconds=60, clock=built.clock):
        found = measured(built)
    quiet = {metrics.SOURCES, metrics.OUTBOX, metrics.OUTBOX_OLDEST}  # nothing judged, nothing to tell

    assert {sample.metric.name for sample in found} == {m.name for m in metrics.METRICS} - {m.name for m in quiet}
    assert max(Counter((sample.metric.name, sample.labels) for sample in found).values()) == 1
    assert values(found, metrics.LEASES) == {("harvest",): 1}
    assert values(measured(built), metrics.LEASES) == {}
    assert set(values(found, metrics.READABLE).values()) == {1}


def test_the_newest_article_is_as_old_as_its_link(built: Context) -> None:
    seen = values(measured(built), metrics.NEWEST_ARTICLE)[()]
    assert abs(seen - MORNING.timestamp()) < 60
    assert values(measured(at(built, MORNING + timedelta(days=9))), metrics.NEWEST_ARTICLE)[()] == seen
    assert values(measured(at(built, MORNING + timedelta(days=30))), metrics.NEWEST_ARTICLE) == {}


def test_only_so_many_sources_have_series_of_their_own(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ["paper", "herald", "times"]
    links = [a_candidate(f"https://{n}.example/{k}", source=n) for k, n in enumerate([*names, "paper"])]
    seal_by_hand(context.store, BatchKey(day=DAY, batch="b1"), Shard(candidates=links, fetched=[
        (link, Reason.GONE) for link in links]))  # fmt: skip
    build_day(context, DAY)
    monkeypatch.setattr(measuring, "MOST_SOURCES", 1)
    lost = values(measured(context), metrics.SOURCE_LINKS)

    assert {name for name, _ in lost} == {"paper", OTHERS}
    assert (lost["paper", "lost"], lost[OTHERS, "lost"]) == (2, 2)


def test_a_part_that_is_damaged_costs_its_own_figures_only(built: Context) -> None:
    key = next(key for key in built.store.list(f"ledger/day={DAY}") if "rows" in key)
    built.store.put(key, b"no parquet")
    found = measured(built)
    readable = values(found, metrics.READABLE)

    assert readable["ledger",] == 0
    assert readable["machine",] == 1
    assert values(found, metrics.LINKS) == {}
    assert values(found, metrics.DISK)


def test_a_newsroom_that_has_done_nothing_has_figures_too(context: Context) -> None:
    found = measured(replace(context, clock=context.clock))

    assert set(values(found, metrics.READABLE).values()) == {1}
    assert values(found, metrics.LATE)["harvest",] == 1
    assert values(found, metrics.LINKS_DUE) == {("due",): 0, ("admitted",): 0}
