"""A batch on its way from one task to the next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Protocol

from mediawatch.errors import BadRequest
from mediawatch.orchestration.notes import counted
from mediawatch.records import as_utc, day_of

if TYPE_CHECKING:
    from mediawatch.lake.batches import BatchKey, BatchManifest


def packed(batch: BatchKey) -> dict[str, str]:
    """`batch` as an XCom value."""
    return {"day": batch.day.isoformat(), "batch": batch.batch}


def unpacked(value: dict[str, str] | None) -> BatchKey:
    """The batch of an XCom value.  Raises BadRequest for None: the task that opens the batch did not succeed."""
    from mediawatch.lake.batches import BatchKey

    if value is None:
        raise BadRequest("No batch was opened, so there is nothing to work on: see the log of open_batch.")
    return BatchKey(day=date.fromisoformat(value["day"]), batch=value["batch"])


def summary(manifest: BatchManifest, short: Mapping[str, int]) -> str:
    """What was sealed, in one line for people: the counts, how many links fell `short`, the shards not finished."""
    counts = counted({**dict(sorted(manifest.counts.items())), **short})
    missing = ", ".join(map(str, manifest.missing_shards))
    return f"sealed {manifest.key.path}: {counts}" + (f"; not finished: shard {missing}" if missing else "")


def facts(manifest: BatchManifest, short: Mapping[str, int]) -> dict[str, Any]:
    """What was sealed and how many links fell `short`, as Airflow shows it with the asset's event."""
    batch = {"day": manifest.day.isoformat(), "batch": manifest.batch}
    return batch | dict(manifest.counts) | dict(short) | {"missing_shards": len(manifest.missing_shards)}


class NamedRun(Protocol):
    """The part of Airflow's DagRun that names it."""

    @property
    def dag_id(self) -> str: ...
    @property
    def run_id(self) -> str: ...
    @property
    def run_after(self) -> datetime: ...


def run_key(run: NamedRun) -> str:
    """A key equal for every try of `run`, different for every other run, and sorting by the instant the run was due.

    It is safe as one element of a path: digits, letters and a hyphen, such as `20260105T060000Z-3f9c01ab`.
    """
    name = blake2b(f"{run.dag_id}/{run.run_id}".encode(), digest_size=4).hexdigest()
    return f"{as_utc(run.run_after):%Y%m%dT%H%M%SZ}-{name}"


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
