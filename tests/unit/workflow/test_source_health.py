"""Judged when a day is closed: figures are kept, states go on from day to day, and a change makes one message."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from mediawatch.context import Context
from mediawatch.delivery import MessageKind
from mediawatch.lake.batches import BatchKey
from mediawatch.lake.partitions import PartitionKey, PartitionWriter, current, read_rows
from mediawatch.quality.source_health import is_of_a_whole_day
from mediawatch.records import Reason
from mediawatch.tables.health import FIGURES, FINDINGS, HEALTH, SourceFigure, SourceFinding, SourceHealth
from mediawatch.workflow.closing import close_day, serve_day
from mediawatch.workflow.digests import source_notices
from mediawatch.workflow.runner import build_day
from mediawatch.workflow.source_health import (
    VERSION,
    changes_on,
    findings_of,
    health_on,
    judge_sources,
    last_judged,
)
from tests.support.gazette import at
from tests.support.lakes import DAY, MORNING, Shard, a_candidate, rows_of, seal_by_hand
from tests.support.small_index import SmallIndex
from tests.unit.board.printing import DAY as PRINTED_DAY
from tests.unit.board.printing import Front, Printed, an_article, tallies
from tests.unit.workflow.test_recall import a_line

pytestmark = pytest.mark.slow


def tomorrow(context: Context, days: int = 1) -> Context:
    return at(context, MORNING + timedelta(days=days))


def harvested(context: Context, days: int = 0, links: int = 1) -> None:
    candidates = [a_candidate(f"https://www.paper.example/day/{days}/{number}") for number in range(links)]
    shard = Shard(candidates=candidates, fetched=[(candidate, Reason.GONE) for candidate in candidates])
    seal_by_hand(context.store, BatchKey(day=DAY + timedelta(days=days), batch="b1"), shard)


def test_a_day_that_is_closed_has_its_sources_judged(context: Context) -> None:
    harvested(context)
    close_day(tomorrow(context), DAY)
    [row] = health_on(context.store, DAY)
    assert (row.source, row.state, row.was) == ("paper", "live", "")
    figures = filter(is_of_a_whole_day, rows_of(context.store, FIGURES))
    assert {(f.metric, f.value) for f in figures} == {("admitted", 0.0), ("new_links", 1.0)}
    assert {finding.verdict for finding in findings_of(context.store, DAY, "paper")} == {"unknown"}
    assert last_judged(context.store, DAY + timedelta(days=5)) == DAY
    assert last_judged(context.store, DAY - timedelta(days=1)) is None


def test_a_day_is_judged_once_and_anew_when_its_facts_change(context: Context) -> None:
    harvested(context)
    close_day(tomorrow(context), DAY)
    key = PartitionKey(stage="health", day=DAY)
    before = current(context.store, key)
    judge_sources(tomorrow(context), DAY)
    assert current(context.store, key) == before
    late = a_candidate("https://www.paper.example/late")
    seal_by_hand(context.store, BatchKey(day=DAY, batch="b2"), Shard(candidates=[late], fetched=[(late, Reason.GONE)]))
    close_day(tomorrow(context), DAY)
    after = current(context.store, key)
    assert before
    assert after
    assert after.inputs != before.inputs


def test_figures_of_days_that_were_never_judged_are_made(context: Context) -> None:
    for number in range(3):
        harvested(context, number)
        build_day(tomorrow(context, number), DAY + timedelta(days=number))
    close_day(tomorrow(context, 3), DAY + timedelta(days=2))
    found = findings_of(context.store, DAY + timedelta(days=2), "paper")
    assert [(finding.metric, finding.days_known) for finding in found] == [("admitted", 2), ("new_links", 2)]


def test_figures_kept_without_those_of_links_get_them(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    harvested(context, links=3)
    with monkeypatch.context() as earlier:
        earlier.setattr("mediawatch.workflow.source_health.VERSION", "2")
        earlier.setattr("mediawatch.quality.source_health.figures_of_links", lambda day, facts: [])
        close_day(tomorrow(context), DAY)
    assert {finding.metric for finding in findings_of(context.store, DAY, "paper")} == {"admitted"}

    harvested(context, 1, links=3)
    close_day(tomorrow(context, 2), DAY + timedelta(days=1))
    found = {finding.metric: finding for finding in findings_of(context.store, DAY + timedelta(days=1), "paper")}
    assert (found["share_lost:gone"].observed, found["share_lost:gone"].days_known) == (1.0, 1)


def test_what_was_judged_is_in_the_index(indexed: Context, index: SmallIndex) -> None:
    harvested(indexed)
    build_day(indexed, DAY)
    assert index.kind("health") == index.kind("figures") == [], "the day is not over"
    close_day(tomorrow(indexed), DAY)
    [state] = index.kind("health")
    assert (state["source"], state["state"], state["since_on"]) == ("paper", "live", str(DAY))
    told = findings_of(indexed.store, DAY, "paper")
    assert {(f["metric"], f["observed"], f["verdict"]) for f in index.kind("figures")} == {
        (finding.metric, finding.observed, finding.verdict) for finding in told
    }


def test_a_damaged_judgement_is_made_again_for_the_index(indexed: Context, index: SmallIndex) -> None:
    harvested(indexed)
    close_day(tomorrow(indexed), DAY)
    receipt = current(indexed.store, PartitionKey(stage="health", day=DAY))
    assert receipt
    for table in receipt.tables.values():
        for part in table.parts:
            indexed.store.delete(part.key)
    index.replace("second")
    serve_day(tomorrow(indexed), DAY)
    assert [state["state"] for state in index.kind("health")] == ["live"]
    assert [row.state for row in health_on(indexed.store, DAY)] == ["live"]


def test_a_day_without_a_ledger_is_left_alone(context: Context) -> None:
    judge_sources(context, DAY)
    assert health_on(context.store, DAY) == []


def written(context: Context, state: str, was: str, metric: str = "admitted") -> None:
    """A judgement of DAY as if made."""
    health = SourceHealth(day=DAY, source="paper", state=state, since=DAY, was=was, metric=metric, detail="")
    finding = SourceFinding(
        day=DAY,
        source="paper",
        metric="admitted",
        verdict="low",
        severity="warn",
        standing="low",
        observed=2.0,
        low=8.2,
        high=20.4,
        days_known=44,
    )
    writer = PartitionWriter(
        context.store, PartitionKey(stage="health", day=DAY), inputs={"ledger": state}, version=VERSION, settings={}
    )
    writer.append(FIGURES, [SourceFigure(day=DAY, source="paper", metric="admitted", value=2.0)])
    writer.append(FINDINGS, [finding])
    writer.append(HEALTH, [health])
    writer.publish()


def test_a_change_is_one_message_with_evidence_and_remedy(context: Context) -> None:
    written(context, "shrinking", "live")
    notices = source_notices(tomorrow(context))
    [english], [chinese] = notices["en"], notices["zh"]
    assert (english.kind, english.notice_id) == (MessageKind.SOURCES, f"sources/{DAY}")
    assert english.title == "1 source changed on 29 Apr 2026"
    assert "brings less\n  articles: 2, where 8 to 20 is usual\n  `mediawatch sources check paper`" in english.text
    assert "文章数：2，通常为 8 至 20" in chinese.text
    assert "mediawatch sources check paper" in chinese.html
    assert source_notices(tomorrow(context, 2)) == {}, "what is older is no news"


@pytest.mark.parametrize(
    ("state", "was", "is_told"),
    [
        ("shrinking", "", True),
        ("live", "shrinking", True),
        ("live", "", False),
        ("live", "unknown", False),
        ("unknown", "", False),
        ("silent", "shrinking", True),
    ],
)
def test_what_is_told(context: Context, state: str, was: str, is_told: bool) -> None:
    written(context, state, was)
    assert bool(changes_on(context.store, DAY)) is is_told


def test_a_list_that_is_gone_has_no_headlines(tmp_path: Path) -> None:
    front = Front(tmp_path)
    lines = [a_line("关税谈判再延期"), a_line("谁都没有的标题")]
    front.print(Printed(articles=[an_article("關稅談判再延期")], rankings=lines, tallies=tallies()))
    later = PRINTED_DAY + timedelta(days=1)
    front.print(Printed(day=later, articles=[an_article("港口复航", day=later)], tallies=tallies()))
    found = []
    for day in (PRINTED_DAY, later):
        judge_sources(front.context, day)
        receipt = current(front.context.store, PartitionKey(stage="health", day=day))
        assert receipt is not None
        rows = read_rows(front.context.store, receipt, FIGURES)
        found += [(row.source, row.value) for row in rows if row.metric == "listed"]
    assert found == [("paper", 2.0), ("paper", 0.0)]
