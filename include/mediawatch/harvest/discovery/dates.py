"""Dates as feeds, sitemaps and addresses write them, as instants; what cannot be true is None."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from email.utils import parsedate_tz
from zoneinfo import ZoneInfo

from mediawatch.language.stamps import ago, read_stamp, tidied, without_stamps
from mediawatch.language.zones import zone_called

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""Before the web: a date below it is a counter, a placeholder (1970-01-01, 0001-01-01) or a mistake."""
AHEAD = timedelta(days=1)
"""Zones differ by up to 26 hours and many feeds label local time as UTC; further ahead a date is a mistake."""

_LONGEST = 80
_HALF_OF_THE_DAY = re.compile(r"[上下]午|凌晨|[早晚]上|\b[AP]\.?M\b", re.IGNORECASE)
_ZONE = (
    r"(?P<zone>Z|[+-]\d{1,2}(?::?\d{2})?|(?:GMT|UTC) ?[+-]\d{1,2}(?::?\d{2})?|[A-Z][a-z]+/[A-Za-z_/]+|[A-Za-z]{2,5}"
    r"|[\u4e00-\u9fff]{2,6}[时時][间間])?"
)
_NUMERIC = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
    rf"(?:[Tt\s]\s*(\d{{1,2}})[:时時点點](\d{{1,2}})分?(?::?(\d{{1,2}})(?:[.,]\d+)?秒?)?)?\s*{_ZONE}"
)
_HOUR = re.compile(r"\b(?:2[0-3]|[01]?\d)(?::[0-5]\d(?::[0-5]\d)?|\s*[时時点點])")
"""A time of day before a date, or without minutes."""
_AGO = ("前", " ago")
_COUNTED = re.compile(r"\d{8,16}(?:\.\d{1,9})?|/Date\([\d+-]{10,20}\)/")
_TRAILING_ZONE = re.compile(rf"\s{_ZONE}(?:\s{{0,{_LONGEST}}}\([^)]{{0,{_LONGEST}}}\))?$")
_NO_YEAR = re.compile(r"\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[ -]00\d\d\b")
"""01 Jan 0001, as programs print a time that was never set; a reader of mail takes it for 2001."""
_NUMBER = re.compile(r"(?<!\d)\d{4,18}(?!\d)")
_TAIL = 200
"""Characters at the end of an address in which an article's number stands."""
_DAY_IN_PATH = re.compile(r"/(?:t(?=\d{8}_))?((?:19|20)\d\d)([/_-]?)(\d{1,2})([/_-]?)(\d{1,2})(?=[/_.-]|$)")


def announced_instant(text: str, *, timezone: str, seen_at: datetime) -> datetime | None:
    """The instant that `text` names, in UTC; None when it names none, or one before EARLIEST or AHEAD of `seen_at`.

    Reads RFC 822/2822, W3C and ISO dates and those that pages print, such as Chinese ones.  Without a zone it is local
    time in `timezone` (IANA), as is an abbreviation that this zone uses itself: CST is China's time at a Chinese
    source, Chicago's elsewhere.  A day without a time is its first instant.
    """
    text = tidied(text.strip()[: _LONGEST + 1])
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


def number_in_address(url: str) -> int:
    """The last long number that an address writes, which grows from article to article on most sites; 0 without one."""
    found = _NUMBER.findall(url[-_TAIL:])
    return int(found[-1]) if found else 0


def _moment_of(text: str, local: str, seen_at: datetime) -> datetime:
    """By the rules of feeds, else as a page would print it: with 下午 or PM, by the Republic's years, as 2小时前."""
    zone = ZoneInfo(local)
    if not _HALF_OF_THE_DAY.search(text):
        try:
            return _read(text, local)
        except ValueError:
            pass
    stamp = ago(text, seen_at, zone) if any(map(str.isdigit, text)) or text.endswith(_AGO) else None
    if stamp is None:
        rest = _HOUR.sub("", without_stamps(text))
        is_whole = _COUNTED.fullmatch(text) or not any(map(str.isdigit, rest))  # else an hour or offset that is none
        stamp = read_stamp(text, local) if is_whole else None
    if stamp is None:
        raise ValueError(f"not a date: {text!r}")
    return datetime.combine(stamp.day, stamp.time or time(), stamp.zone or zone)


def _read(text: str, local: str) -> datetime:
    numeric = _NUMERIC.fullmatch(text)
    if numeric:
        *parts, zone = numeric.groups()
        return _zoned([int(part or 0) for part in parts], zone or "", local)
    named = _TRAILING_ZONE.search(text)
    parsed = parsedate_tz(text[: named.start()] if named else text)
    if parsed is None or _NO_YEAR.search(text):
        raise ValueError(f"not a date: {text!r}")
    return _zoned(list(parsed[:6]), (named and named["zone"]) or "", local)


def _zoned(parts: list[int], word: str, local: str) -> datetime:
    """The moment in the zone that `word` names, else in `local`.  Raises ValueError for what cannot be."""
    is_next_day = parts[3:6] == [24, 0, 0]
    moment = datetime(*parts[:3], *([0] * 3 if is_next_day else parts[3:6]))  # type: ignore[arg-type]  # noqa: DTZ001 - six numbers, whose zone comes next
    moment += timedelta(days=is_next_day)
    zone = zone_called(word, moment, local) if word else None
    if zone is None and word[:1] in ("+", "-"):
        raise ValueError(f"no place has the offset {word!r}")
    return moment.replace(tzinfo=zone or ZoneInfo(local))
