from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest

from mediawatch.errors import BadRequest
from mediawatch.orchestration.batches import build_day, day_of_run


@dataclass(frozen=True, kw_only=True)
class Run:
    run_type: str
    run_after: datetime
    logical_date: datetime | None = None
    start_date: datetime | None = None


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


CRON = Run(
    run_type="scheduled",
    logical_date=at("2026-01-05T23:50"),
    run_after=at("2026-01-05T23:50"),
    start_date=at("2026-01-05T23:50:07"),
)
LATE_CRON = Run(
    run_type="scheduled",
    logical_date=at("2026-01-05T23:50"),
    run_after=at("2026-01-05T23:50"),
    start_date=at("2026-01-06T00:10"),
)
MANUAL = Run(run_type="manual", run_after=at("2026-01-05T09:00"), start_date=at("2026-01-05T09:00:02"))
DATED = Run(
    run_type="manual",
    logical_date=at("2025-12-24T12:00"),
    run_after=at("2026-01-05T09:00"),
    start_date=at("2026-01-05T09:00:02"),
)
WOKEN = Run(run_type="asset_triggered", run_after=at("2026-01-05T09:00"), start_date=at("2026-01-05T09:00:02"))
BACKFILL = Run(
    run_type="backfill",
    logical_date=at("2025-12-24T06:00"),
    run_after=at("2025-12-24T06:00"),
    start_date=at("2026-01-05T09:00:02"),
)
NOT_STARTED = Run(run_type="manual", run_after=at("2026-01-05T09:00"))


@pytest.mark.parametrize(
    ("run", "day"),
    [
        pytest.param(CRON, date(2026, 1, 5), id="cron"),
        pytest.param(LATE_CRON, date(2026, 1, 6), id="cron, started after midnight"),
        pytest.param(MANUAL, date(2026, 1, 5), id="manual, no logical date"),
        pytest.param(DATED, date(2025, 12, 24), id="manual, for a day"),
        pytest.param(WOKEN, date(2026, 1, 5), id="asset"),
        pytest.param(BACKFILL, date(2025, 12, 24), id="backfill"),
        pytest.param(NOT_STARTED, date(2026, 1, 5), id="no start yet"),
    ],
)
def test_day_of_every_kind_of_run(run: Run, day: date) -> None:
    assert day_of_run(run, "UTC") == day


@pytest.mark.parametrize(
    ("timezone", "day"),
    [("UTC", date(2026, 1, 5)), ("Asia/Shanghai", date(2026, 1, 6)), ("America/New_York", date(2026, 1, 5))],
)
def test_the_day_is_that_of_the_newsrooms_zone(timezone: str, day: date) -> None:
    assert day_of_run(CRON, timezone) == day


def test_a_build_without_a_day_asks_the_lake() -> None:
    assert [build_day(run, None, "UTC") for run in (CRON, MANUAL, DATED, WOKEN)] == [None] * 4


def test_a_build_takes_its_day_from_the_form_before_all_else() -> None:
    assert [build_day(run, "2026-01-02", "UTC") for run in (CRON, BACKFILL)] == [date(2026, 1, 2)] * 2


def test_a_backfill_builds_its_dates_day() -> None:
    assert build_day(BACKFILL, None, "UTC") == date(2025, 12, 24)


@pytest.mark.parametrize("text", ["yesterday", "2026-02-30", "05.01.2026"])
def test_what_is_not_a_day_is_refused(text: str) -> None:
    with pytest.raises(BadRequest, match="YYYY-MM-DD"):
        build_day(MANUAL, text, "UTC")
