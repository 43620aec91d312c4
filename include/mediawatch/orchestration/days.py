"""From an Airflow run to the newsroom day it works on: the only place where that is decided."""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol

from mediawatch.errors import BadRequest
from mediawatch.records import day_of


class DayRun(Protocol):
    """The part of Airflow's DagRun that decides the day."""

    @property
    def run_type(self) -> str: ...
    @property
    def logical_date(self) -> datetime | None: ...
    @property
    def run_after(self) -> datetime: ...
    @property
    def start_date(self) -> datetime | None: ...


def day_of_run(run: DayRun, timezone: str) -> date:
    """The newsroom day of `run`, fixed when the run starts, so that retries stay on it.

    A backfill, and a manual run that names a logical date, ask for that date's day.  Every other run (cron, asset,
    manual without a date) works on the day it starts on: a cron run that starts late reads the news of the day it
    really starts on, not of the day it was due.  (The harvest itself refuses a day that is not today.)
    """
    is_dated = run.run_type in {"backfill", "manual"} and run.logical_date is not None
    asked_for = run.logical_date if is_dated else None
    return day_of(asked_for or run.start_date or run.run_after, timezone)


def build_day(run: DayRun, param: str | None, timezone: str) -> date | None:
    """The one day that `run` was asked to build: its `day` param, or a backfill's date; None means whatever needs work.

    Raises BadRequest when `param` is not a day written as YYYY-MM-DD.
    """
    if param:
        return _parsed(param)
    return day_of_run(run, timezone) if run.run_type == "backfill" else None


def _parsed(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadRequest(f"day={text!r} is not a day: write it as YYYY-MM-DD.") from error
