"""Instants, days and the clock.

An *instant* is an aware datetime in UTC; a *day* is a date in the newsroom's time zone.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mediawatch.errors import BadRequest

Clock = Callable[[], datetime]
"""Anything that tells the present instant; passed as an argument wherever time matters."""


def now() -> datetime:
    """The present instant by the machine's clock, in UTC."""
    return datetime.now(UTC)


def timezone_name(name: str) -> str:
    """`name` itself when it is an IANA time zone; raises ValueError otherwise."""
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, OSError, ValueError) as error:
        raise ValueError("must be an IANA time zone such as Asia/Taipei") from error


def as_utc(moment: datetime) -> datetime:
    """`moment` in UTC.  Raises ValueError for a naive datetime: guessing a zone is the caller's decision."""
    if moment.tzinfo is None:
        raise ValueError(f"an instant needs a time zone: {moment!r}")
    return moment.astimezone(UTC)


def day_of(moment: datetime, timezone: str) -> date:
    """The newsroom day that `moment` falls on in `timezone` (an IANA name)."""
    return as_utc(moment).astimezone(ZoneInfo(timezone)).date()


def parse_day(text: str, today: date) -> date:
    """A day written as YYYY-MM-DD, `today` or `yesterday`.  Raises BadRequest."""
    words = {"today": today, "yesterday": today - timedelta(days=1)}
    try:
        return words.get(text) or date.fromisoformat(text)
    except ValueError:
        raise BadRequest(f"{text!r} is not a day: write it as YYYY-MM-DD, today or yesterday.") from None
