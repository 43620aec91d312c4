"""When a message may be sent: quiet hours and times of day in the receiver's own time zone.

Times of day are read on the wall: a time that a change of clocks skips is the instant of the change, one that it
repeats is the first of the two.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `start` until just before `end`, over midnight where `end` is the earlier."""

    start: time
    end: time

    def holds(self, moment: datetime, timezone: str) -> bool:
        """Whether the instant `moment` is in the quiet hours of `timezone`."""
        wall = moment.astimezone(ZoneInfo(timezone)).time()
        if self.start <= self.end:
            return self.start <= wall < self.end
        return wall >= self.start or wall < self.end

    def over_at(self, moment: datetime, timezone: str) -> datetime:
        """The first instant from `moment` on that is not in the quiet hours."""
        if not self.holds(moment, timezone):
            return moment
        over = next_at(self.end, moment, timezone)
        # A change of clocks may bring the quiet hours back, once.
        return over if not self.holds(over, timezone) else next_at(self.end, over + timedelta(seconds=1), timezone)


def time_of_day(text: str) -> time:
    """`text` (HH:MM) as a time.  Raises ValueError in words."""
    found = _TIME.fullmatch(text)
    if not found:
        raise ValueError("must be a time such as 08:30, in quotes")
    return time(int(found[1]), int(found[2]))


def quiet_hours(text: str) -> QuietHours:
    """`text` (HH:MM-HH:MM) as quiet hours.  Raises ValueError in words."""
    start, separator, end = text.replace("–", "-").partition("-")
    if not separator:
        raise ValueError("must be two times such as 22:00-07:00, in quotes")
    hours = QuietHours(time_of_day(start.strip()), time_of_day(end.strip()))
    if hours.start == hours.end:
        raise ValueError("begins when it ends; leave it out for no quiet hours")
    return hours


def next_at(when: time, moment: datetime, timezone: str) -> datetime:
    """The first instant from `moment` on at which clocks in `timezone` show `when`."""
    today = moment.astimezone(ZoneInfo(timezone)).date()
    instants = (instant_of(today + timedelta(days=number), when, timezone) for number in (-1, 0, 1, 2))
    return next(instant for instant in instants if instant >= moment)


def last_at(when: time, moment: datetime, timezone: str) -> datetime:
    """The last instant up to `moment` at which clocks in `timezone` showed `when`."""
    today = moment.astimezone(ZoneInfo(timezone)).date()
    instants = (instant_of(today - timedelta(days=number), when, timezone) for number in (-1, 0, 1, 2))
    return next(instant for instant in instants if instant <= moment)


def instant_of(day: date, when: time, timezone: str) -> datetime:
    """The instant, in UTC, at which clocks in `timezone` show `when` on `day`."""
    zone = ZoneInfo(timezone)
    instant = datetime.combine(day, when, zone).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == datetime.combine(day, when):
        return instant
    # The time is skipped.  Read with the offset after the change (fold 1) it lies before it, with the one before
    # (fold 0) after it; the change is between.
    early = datetime.combine(day, when, zone).replace(fold=1).astimezone(UTC)
    return _change_between(early, instant, zone)


def _change_between(early: datetime, late: datetime, zone: ZoneInfo) -> datetime:
    """The instant at which the offset of `zone` changes, to the second."""
    before = early.astimezone(zone).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = early + timedelta(seconds=(late - early).total_seconds() // 2)
        early, late = (middle, late) if middle.astimezone(zone).utcoffset() == before else (early, middle)
    return late
