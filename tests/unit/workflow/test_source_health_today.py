"""Before a day is over: who has brought less until the last full mark than on other days until the same mark."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from mediawatch.board.operations_page import operations
from mediawatch.context import Context
from mediawatch.lake.partitions import PartitionWriter
from mediawatch.quality.source_health import until
from mediawatch.tables.health import FIGURES, FINDINGS, HEALTH, SourceFigure
from mediawatch.workflow.checkup import everything
from mediawatch.workflow.runner import build_day
from mediawatch.workflow.source_health import VERSION, health_key
from mediawatch.workflow.source_health_today import SoFar, so_far
from tests.support.damage import damage
from tests.support.gazette import Gazette, at
from tests.support.lakes import DAY, harvest

pytestmark = pytest.mark.slow

NINE = 9
"""The hour of the harvest below, in the newsroom's zone; and a mark."""
MORNING = datetime(2026, 4, 29, NINE, 20, tzinfo=ZoneInfo("Asia/Shanghai"))
BATCH, EARLY = "20260429T012000Z", "20260429T002000Z"


@pytest.fixture
def newsroom(context: Context) -> Context:
    settings = context.settings.model_copy(update={"timezone": "Asia/Shanghai"})
    return replace(at(context, MORNING), settings=settings)


def closed_days(context: Context, counts: Iterable[int]) -> None:
    """Days before DAY, each with so many articles until nine and thrice as many until noon."""
    for back, count in enumerate(counts, start=1):
        day = DAY - timedelta(days=back)
        writer = PartitionWriter(context.store, health_key(day), inputs={}, version=VERSION, settings={})
        marks = {until(NINE): float(count), until(12): 3.0 * count, "admitted": 4.0 * count}
        writer.append(FIGURES, [SourceFigure(day=day, source="paper", metric=m, value=v) for m, v in marks.items()])
        writer.append(FINDINGS, [])
        writer.append(HEALTH, [])
        writer.publish()


def read(context: Context, paper: Gazette, articles: int) -> SoFar | None:
    """What is known once so many articles were seen before nine, harvested at nine and built."""
    early = at(context, MORNING - timedelta(hours=1))
    paper.publish(*(f"/a/{number}" for number in range(articles)), at=early.clock())
    harvest(early, EARLY)
    harvest(context, BATCH)
    build_day(context, DAY)
    return so_far(context)


def test_who_is_far_behind_is_named_with_what_is_usual(newsroom: Context, paper: Gazette) -> None:
    closed_days(newsroom, [20 + back % 4 for back in range(40)])
    found = read(newsroom, paper, 3)
    assert found
    assert (found.hour, found.judged) == (NINE, 1)
    [behind] = found.behind
    assert (behind.source, behind.metric, behind.standing, behind.observed) == ("paper", until(NINE), "low", 3.0)
    assert behind.low is not None
    assert behind.low > 8
    [said] = [result for result in everything(newsroom) if result.check == "today"]
    assert (said.trouble, said.helps) == ("paper 3", "mediawatch sources health --today")


def test_who_is_as_ever_is_not(newsroom: Context, paper: Gazette) -> None:
    closed_days(newsroom, [4 + back % 3 for back in range(40)])
    assert read(newsroom, paper, 3) == SoFar(hour=NINE, judged=1, behind=[])


def test_before_two_weeks_are_known_nobody_is_judged(newsroom: Context, paper: Gazette) -> None:
    closed_days(newsroom, [20] * 10)
    assert read(newsroom, paper, 3) == SoFar(hour=NINE, judged=0, behind=[])


def test_a_damaged_day_is_left_out(newsroom: Context, paper: Gazette) -> None:
    closed_days(newsroom, [20 + back % 4 for back in range(14)])
    lake = Path(newsroom.settings.lake_url)
    [table] = (lake / health_key(DAY - timedelta(days=3)).path).rglob("figures*.parquet")
    damage(table, "flip")
    assert read(newsroom, paper, 3) == SoFar(hour=NINE, judged=0, behind=[])


def test_what_was_not_harvested_or_not_built_is_not_asked_for(newsroom: Context, paper: Gazette) -> None:
    assert so_far(newsroom) is None
    early = at(newsroom, MORNING - timedelta(hours=1))
    paper.publish("/a/1", at=early.clock())
    harvest(early, EARLY)
    assert so_far(newsroom) is None, "a harvest before the mark may have brought all that is missing"
    build_day(newsroom, DAY)
    assert [found.hour for found in [so_far(newsroom)] if found] == [NINE]
    later = at(newsroom, MORNING + timedelta(hours=6))
    assert [found.hour for found in [so_far(later)] if found] == [NINE], "no harvest was later"


def test_who_was_not_asked_shortly_before_the_mark_is_not_judged(newsroom: Context, paper: Gazette) -> None:
    """A night without harvests is no fault of the source."""
    closed_days(newsroom, [20 + back % 4 for back in range(40)])
    night = at(newsroom, MORNING - timedelta(hours=7))
    paper.publish("/a/1", at=night.clock())
    harvest(night, "20260428T182000Z")
    paper.publish(*(f"/b/{number}" for number in range(20)), at=night.clock() + timedelta(hours=4))
    harvest(newsroom, BATCH)
    build_day(newsroom, DAY)
    assert so_far(newsroom) == SoFar(hour=3, judged=0, behind=[]), "nothing is kept of other days until three"


def test_who_was_behind_yesterday_and_is_not_today_is_not_named(newsroom: Context, paper: Gazette) -> None:
    closed_days(newsroom, [3, 3, *(20 + back % 4 for back in range(40))])
    assert read(newsroom, paper, 21) == SoFar(hour=NINE, judged=1, behind=[])


def test_who_still_brings_nothing_is_still_named(newsroom: Context, paper: Gazette) -> None:
    closed_days(newsroom, [0, 0, 0, *(20 + back % 4 for back in range(40))])
    found = read(newsroom, paper, 0)
    assert found
    assert [(behind.source, behind.standing) for behind in found.behind] == [("paper", "silent")]


def test_damage_to_today_is_a_fault_on_the_page_and_not_its_end(newsroom: Context, paper: Gazette) -> None:
    read(newsroom, paper, 3)
    [table] = (Path(newsroom.settings.lake_url) / f"ledger/day={DAY}").rglob("visits*.parquet")
    damage(table, "flip")
    page = operations(newsroom)
    assert page.today is None
    assert [fault for fault in page.faults if "visits" in fault]
