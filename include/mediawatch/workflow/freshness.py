"""Whether anything is late against the schedule: asked of the lake alone, so a dead scheduler is noticed as well."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from mediawatch.context import Context, Report, silent
from mediawatch.delivery.outbox_status import OutboxRow, outbox
from mediawatch.errors import BadConfiguration
from mediawatch.harvest.cadence import due_sources
from mediawatch.keywords.evaluations import evaluations_of
from mediawatch.lake.batches import BatchManifest, sealed_batches, sealed_days
from mediawatch.lake.partitions import current, partition_days
from mediawatch.logs import Silence
from mediawatch.pipeline.closed import closed_key
from mediawatch.workflow.ledger import batches_on

LOOKED_BACK: Final = timedelta(days=31)
"""Days that are asked about; what has not happened for longer reads as "not within 31 days"."""
CLOSES_AT: Final = time(4, 30)
"""When `close_day` runs, in the newsroom's zone."""

AFTER_HARVEST: Final = timedelta(minutes=30)
"""Beyond its time box, for the last transfers, the seal and a retry."""
AFTER_SEAL: Final = timedelta(hours=3)
"""Until a sealed batch is built: the build wakes within the hour, and 100,000 pages take about half of one."""
AFTER_BUILD: Final = timedelta(hours=2)
"""Until a built batch was looked at, which happens every hour."""
AFTER_NIGHT: Final = timedelta(hours=3)
"""Until a day that is over is closed."""
MOST_WAITING: Final = timedelta(hours=25)
"""A message may wait for quiet hours or for its time of day, and no longer."""
NAMED: Final = 3
"""Days that one sentence names."""
MOST_BETWEEN: Final = timedelta(hours=3)
"""A message that was refused is tried again within the hour, and again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """One sign of life: when it was seen last, and what is late about it ("" when nothing is)."""

    name: str
    last: str
    late: str


def signs_of_life(context: Context) -> list[Sign]:
    """The last harvest, build, close, evaluation and message, each against when it was due.

    Raises BadConfiguration for a schedule that is none.
    """
    return [*work_signs(context), _message(context)]


def work_signs(context: Context) -> list[Sign]:
    """Those of harvest, build, close and evaluation."""
    days = _Days.of(context)
    return [days.harvest(), days.build(), days.close(), days.evaluation()]


@dataclass(frozen=True, slots=True)
class _Days:
    """The harvested days that are asked about, newest first, each with its live batches."""

    context: Context
    now: datetime
    live: dict[date, list[BatchManifest]]

    @classmethod
    def of(cls, context: Context) -> _Days:
        days = sealed_days(context.store, since=context.today - LOOKED_BACK)
        live = {
            day: [batch for batch in sealed_batches(context.store, day) if batch.origin == "live"]
            for day in reversed(days)
        }
        return cls(context, context.clock(), {day: batches for day, batches in live.items() if batches})

    @property
    def time_box(self) -> timedelta:
        """How long a harvest takes at most, from its beginning to its seal."""
        return timedelta(seconds=self.context.settings.time_box_seconds) + AFTER_HARVEST

    def harvest(self) -> Sign:
        last = max((batch.opened_at for batches in self.live.values() for batch in batches), default=None)
        due = last_due(self.context.settings.harvest_schedule, self.now - self.time_box, self.context)
        is_late = last is None or (last < due and bool(due_sources(self.context, due)))
        late = f"a harvest was due at {_said(due, self.context)}" if is_late else ""
        return Sign(name="harvest", last=_said(last, self.context), late=late)

    def build(self) -> Sign:
        days = partition_days(self.context.store, "ledger", since=self.context.today - LOOKED_BACK)
        open_days = [day for day in self.live if current(self.context.store, closed_key(day)) is None]
        late = [
            day
            for day in open_days
            if self._overdue(day, self.time_box + AFTER_SEAL) - batches_on(self.context.store, day)
        ]
        return Sign(name="build", last=_said(max(days, default=None)), late=_days("is not built", late))

    def close(self) -> Sign:
        closed = {day for day in self.live if current(self.context.store, closed_key(day)) is not None}
        late = [day for day in self.live if day not in closed and self._closing_due(day) < self.now]
        return Sign(name="close", last=_said(max(closed, default=None)), late=_days("is not closed", late))

    def evaluation(self) -> Sign:
        store, patience = self.context.store, self.time_box + AFTER_SEAL + AFTER_BUILD
        evaluations = {day: found[-1] for day in self.live if (found := evaluations_of(store, day))}
        recent = [day for day in self.live if evaluations and self.context.today - day <= timedelta(days=1)]
        late = [
            day
            for day in recent
            if self._overdue(day, patience) - set(evaluations[day].batches if day in evaluations else ())
        ]
        last = max((evaluation.made_at for evaluation in evaluations.values()), default=None)
        return Sign(name="evaluation", last=_said(last, self.context), late=_days("was not evaluated", late))

    def _overdue(self, day: date, patience: timedelta) -> set[str]:
        return {batch.batch for batch in self.live[day] if batch.opened_at + patience < self.now}

    def _closing_due(self, day: date) -> datetime:
        zone = ZoneInfo(self.context.settings.timezone)
        return datetime.combine(day + timedelta(days=1), CLOSES_AT, zone) + AFTER_NIGHT


def last_due(schedule: str, moment: datetime, context: Context) -> datetime:
    """When `schedule` came round last, at `moment` or before.  Raises BadConfiguration for one that is none."""
    from croniter import croniter

    local = moment.astimezone(ZoneInfo(context.settings.timezone))
    try:
        found: datetime = croniter(schedule, local + timedelta(seconds=1)).get_prev(datetime)
    except (ValueError, KeyError) as error:
        raise BadConfiguration(f"MEDIAWATCH_HARVEST_SCHEDULE: {schedule!r} is no cron expression: {error}") from error
    return found


def _message(context: Context) -> Sign:
    now = context.clock()
    rows = outbox(context.store, now, since=context.today - timedelta(days=7))
    last = max((row.at for row in rows if row.status == "sent"), default=None)
    return Sign(name="message", last=_said(last, context), late="; ".join(_undelivered(rows, now)))


def _undelivered(rows: Sequence[OutboxRow], now: datetime) -> Iterator[str]:
    most = {"waiting": MOST_WAITING, "retrying": MOST_BETWEEN, "sending": MOST_BETWEEN}
    for status, patience in most.items():
        count = sum(row.status == status and row.at + patience < now for row in rows)
        if count:
            yield f"{count} {status} for more than {patience.total_seconds() / 3600:.0f} hours"
    lost = sum(row.status in ("failed", "unknown") and now - row.at < timedelta(days=1) for row in rows)
    if lost:
        yield f"{lost} failed or unknown within a day"


def _said(moment: datetime | date | None, context: Context | None = None) -> str:
    if isinstance(moment, datetime) and context is not None:
        return f"{moment.astimezone(ZoneInfo(context.settings.timezone)):%Y-%m-%d %H:%M %Z}"
    return "never" if moment is None else str(moment)


def _days(what: str, days: Sequence[date]) -> str:
    """`2026-04-29, 2026-04-30 is not built`; the newest three, and how many there are."""
    if not days:
        return ""
    named = ", ".join(str(day) for day in sorted(days)[-NAMED:])
    more = f" and {len(days) - NAMED} more" if len(days) > NAMED else ""
    return f"{named}{more} {what}"


def room_warnings(context: Context) -> list[str]:
    """One line for the lake's disk, and one for that of temporary files, where less than `low_space_bytes` is free."""
    least = context.settings.low_space_bytes
    return [
        f"{_said_of(disk, context)}: {_size(free)} left, MEDIAWATCH_LOW_SPACE_BYTES is {_size(least)}; "
        "make room before a run fails"
        for disk, free in free_bytes(context).items()
        if free < least
    ]


Disk = Literal["lake", "temporary"]


def free_bytes(context: Context) -> dict[Disk, int]:
    """What is free on the disk of the lake, where it is on one, and on that of temporary files."""
    found: dict[Disk, int] = {}
    free = context.store.free_bytes()
    if free is not None:
        found["lake"] = free
    with suppress(OSError):  # whoever writes there says so
        found["temporary"] = shutil.disk_usage(tempfile.gettempdir()).free
    return found


def _said_of(disk: Disk, context: Context) -> str:
    if disk == "lake":
        return f"the lake's disk ({context.settings.lake_url})"
    return f"the disk of temporary files ({tempfile.gettempdir()})"


def _size(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 100_000_000 else f"{count / 1e6:.1f} MB"


CONNECT_SECONDS: Final = 5.0
READ_SECONDS: Final = 10.0
_silence: Final = Silence("urllib3", "urllib3.connectionpool", "requests")


def send_heartbeat(context: Context, report: Report = silent) -> bool:
    """GET the address of `heartbeat_url` unless harvest, build, close or evaluation is late; whether it was answered.

    What stands in the way is reported and fails nothing: nobody outside hears from us, and that is the alarm.
    """
    url = context.settings.heartbeat_url.get_secret_value()
    if not url:
        return False
    late = [f"{sign.name}: {sign.late}" for sign in work_signs(context) if sign.late]
    if late:
        report(f"no sign of life is sent while something is late: {'; '.join(late)}")
        return False
    trouble = _trouble(url)
    place = urlsplit(url).hostname
    report(f"sign of life: {place} could not be told: {trouble}" if trouble else f"sign of life: {place} was told")
    return not trouble


def _trouble(url: str) -> str:
    """What became of the request, in words that do not hold the address; "" when it was answered well."""
    import requests

    try:
        with _silence.held(), requests.get(url, timeout=(CONNECT_SECONDS, READ_SECONDS), stream=True) as answer:
            return "" if answer.ok else f"status {answer.status_code}"
    except (requests.RequestException, ValueError) as error:
        return type(error).__name__
