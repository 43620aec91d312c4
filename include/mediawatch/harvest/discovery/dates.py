"""Dates as feeds, sitemaps and addresses write them, as instants; what cannot be true is None."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from email.utils import parsedate_tz
from zoneinfo import ZoneInfo

from mediawatch.language.stamps import ago, read_stamp, without_stamps

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""Before the web: a date below it is a counter, a placeholder (1970-01-01, 0001-01-01) or a mistake."""
AHEAD = timedelta(days=1)
"""Zones differ by up to 26 hours and many feeds label local time as UTC; further ahead a date is a mistake."""

_LONGEST = 80
_HALF_OF_THE_DAY = re.compile(r"[上下]午|凌晨|[早晚]上|\b[AP]\.?M\b", re.IGNORECASE)
_ZONE = r"(?P<zone>Z|[+-]\d{2}:?\d{2}|[A-Za-z]{2,5})?"
_NUMERIC = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
    rf"(?:[Tt\s]\s*(\d{{1,2}})[:时時点點](\d{{1,2}})分?(?::?(\d{{1,2}})(?:[.,]\d+)?秒?)?)?\s*{_ZONE}"
)
_TRAILING_ZONE = re.compile(rf"\s{_ZONE}(?:\s{{0,{_LONGEST}}}\([^)]{{0,{_LONGEST}}}\))?$")
_OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2})")
_UTC_NAMES = frozenset({"Z", "UTC", "GMT", "UT"})
_HOURS = {
    **{"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7},  # RFC 5322, 4.3
    **{"HKT": 8, "SGT": 8, "MYT": 8, "PHT": 8, "JST": 9, "KST": 9, "IST": 5.5, "AEST": 10, "AEDT": 11, "NZST": 12},
    **{"BST": 1, "WET": 0, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3},
}
_DAY_IN_PATH = re.compile(r"/(?:t(?=\d{8}_))?((?:19|20)\d\d)([/_-]?)(\d{1,2})([/_-]?)(\d{1,2})(?=[/_.-]|$)")


def announced_instant(text: str, *, timezone: str, seen_at: datetime) -> datetime | None:
    """The instant that `text` names, in UTC; None when it names none, or one before EARLIEST or AHEAD of `seen_at`.

    Reads RFC 822/2822, W3C and ISO dates and those that pages print, such as Chinese ones.  Without a zone it is local
    time in `timezone` (IANA), as is an abbreviation that this zone uses itself: CST is China's time at a Chinese
    source, Chicago's elsewhere.  A day without a time is its first instant.
    """
    text = text.strip()
    if not text or len(text) > _LONGEST:
        return None
    try:
        moment = _moment_of(text, timezone, seen_at).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if EARLIEST <= moment <= seen_at + AHEAD else None


def day_in_address(path: str) -> date | None:
    """The day that an address writes into its path (/2025/04/29/, /2025-04-29-, /t20250429_), or None."""
    for year, first, month, second, day in _DAY_IN_PATH.findall(path):
        if (first and second) or (len(month) == len(day) == 2):
            try:
                return date(int(year), int(month), int(day))
            except ValueError:
                continue
    return None


def _moment_of(text: str, local: str, seen_at: datetime) -> datetime:
    """By the rules of feeds, else as a page would print it: with 下午 or PM, by the Republic's years, as 2小时前."""
    zone = ZoneInfo(local)
    if not _HALF_OF_THE_DAY.search(text):
        try:
            return _read(text, zone)
        except ValueError:
            pass
    stamp = ago(text, seen_at, zone) if any(map(str.isdigit, text)) else None
    if stamp is None:
        rest = without_stamps(text)  # an hour or offset that is none
        stamp = read_stamp(text, local) if text.isdigit() or not any(map(str.isdigit, rest)) else None
    if stamp is None:
        raise ValueError(f"not a date: {text!r}")
    return datetime.combine(stamp.day, stamp.time or time(), stamp.zone or zone)


def _read(text: str, local: tzinfo) -> datetime:
    numeric = _NUMERIC.fullmatch(text)
    if numeric:
        *parts, zone = numeric.groups()
        return _zoned([int(part or 0) for part in parts], zone or "", local)
    named = _TRAILING_ZONE.search(text)
    parsed = parsedate_tz(text[: named.start()] if named else text)
    if parsed is None:
        raise ValueError(f"not a date: {text!r}")
    return _zoned(list(parsed[:6]), (named and named["zone"]) or "", local)


def _zoned(parts: list[int], zone: str, local: tzinfo) -> datetime:
    here = datetime(*parts[:6], tzinfo=local)  # type: ignore[misc,arg-type]  # six numbers: year to second
    return here.replace(tzinfo=_zone(zone, here, local))


def _zone(zone: str, here: datetime, local: tzinfo) -> tzinfo:
    offset = _OFFSET.fullmatch(zone)
    if offset:
        sign, hours, minutes = offset.groups()
        return timezone(int(f"{sign}1") * timedelta(hours=int(hours), minutes=int(minutes)))
    name = zone.upper()
    if name in _UTC_NAMES:
        return UTC
    if name == here.tzname() or name not in _HOURS:
        return local
    return timezone(timedelta(hours=_HOURS[name]))
