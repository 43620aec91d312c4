"""Dates and times as pages write them: patterns and their reading."""

from __future__ import annotations

import re
from calendar import month_name
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime
from typing import Final
from zoneinfo import ZoneInfo

_MONTHS: Final = {
    **dict(zip("jan feb mar apr may jun jul aug sep oct nov dec".split(), range(1, 13), strict=True)),  # noqa: SIM905
    **{name.lower(): number for number, name in enumerate(month_name) if name},
    "sept": 9,
}
_MONTH: Final = "(?P<{}>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\.?"
_ZONES: Final = {
    "z": UTC,
    "utc": UTC,
    "gmt": UTC,
    "北京时间": ZoneInfo("Asia/Shanghai"),
    "北京時間": ZoneInfo("Asia/Shanghai"),
    "台北时间": ZoneInfo("Asia/Taipei"),
    "台北時間": ZoneInfo("Asia/Taipei"),
    "香港时间": ZoneInfo("Asia/Hong_Kong"),
    "香港時間": ZoneInfo("Asia/Hong_Kong"),
    "美东时间": ZoneInfo("America/New_York"),
    "美東時間": ZoneInfo("America/New_York"),
    "hkt": ZoneInfo("Asia/Hong_Kong"),
    "jst": ZoneInfo("Asia/Tokyo"),
    "bst": timezone(timedelta(hours=1)),
    "cet": timezone(timedelta(hours=1)),
    "cest": timezone(timedelta(hours=2)),
    "et": ZoneInfo("America/New_York"),
    "est": timezone(timedelta(hours=-5)),
    "edt": timezone(timedelta(hours=-4)),
    "pt": ZoneInfo("America/Los_Angeles"),
    "pst": timezone(timedelta(hours=-8)),
    "pdt": timezone(timedelta(hours=-7)),
}
"""Zone words that mean one zone; CST (China, Chicago, Cuba) and IST are left out for that reason."""

_DAY: Final = (
    r"(?<![\d/.-])(?:"
    r"(?P<y1>(?:19|20)\d\d)\s*[-/.]\s*(?P<m1>1[0-2]|0?[1-9])\s*[-/.]\s*(?P<d1>3[01]|[12]\d|0?[1-9])(?!\d)"
    r"|(?P<y2>(?:19|20)\d\d)\s*年\s*(?P<m2>1[0-2]|0?[1-9])\s*月\s*(?P<d2>3[01]|[12]\d|0?[1-9])\s*日"
    r"|\b" + _MONTH.format("m3") + r"\s+(?P<d3>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?,?\s+(?P<y3>(?:19|20)\d\d)\b"
    r"|(?P<y5>(?:19|20)\d\d)\s+" + _MONTH.format("m5") + r"\s+(?P<d5>3[01]|[12]\d|0?[1-9])\b"
    r"|(?P<d4>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?\s+" + _MONTH.format("m4") + r",?\s+(?P<y4>(?:19|20)\d\d)\b"
    r")"
)
_TIME: Final = (
    r"(?:[\sT日|·,，-]|at\b|on\b|updated\b|星期.|周.|週.|[(（]\S{1,6}[)）]){0,4}?"
    r"(?P<half>上午|下午|凌晨|早上|晚上|中午|晚间|晚間)?\s*"
    r"(?P<hour>2[0-3]|[01]?\d)\s*(?:[:：]|时|時|点|點)\s*(?P<minute>[0-5]\d)(?!\d)(?:\s*分)?(?:\s*[:：]\s*(?P<second>[0-5]\d)(?!\d)(?:[.,]\d+)?)?"
    r"\s*(?P<noon>[ap]\.?m\b\.?)?"
    r"\s*[(（]?(?P<zone>[+-]\d\d:?\d\d\b|" + "|".join(_ZONES) + r")?(?![\w:])"
)
_STAMP: Final = re.compile(_DAY + "(?:" + _TIME + ")?", re.IGNORECASE)
_EVENING: Final = frozenset({"下午", "晚上", "晚间", "晚間", "中午"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """A day, with the time of day and the zone where they are written."""

    day: date
    time: time | None = None
    zone: tzinfo | None = None

    def at(self, default: tzinfo | None) -> datetime | None:
        """The instant in UTC, in `default` when no zone is written.

        None without a time, without any zone, or beyond the calendar.
        """
        zone = self.zone or default
        if self.time is None or zone is None:
            return None
        try:
            return datetime.combine(self.day, self.time, zone).astimezone(UTC)
        except OverflowError:
            return None

    def isoformat(self) -> str:
        """ISO 8601 as written: the day, and the time of day and the offset where they are known."""
        if self.time is None:
            return self.day.isoformat()
        return datetime.combine(self.day, self.time, self.zone).isoformat()


def stamps_in(text: str) -> Iterator[Stamp]:
    """The dates written in running text, in order; impossible ones (31 February) are passed over."""
    return (stamp for stamp, _ in placed_stamps(text))


def placed_stamps(text: str) -> Iterator[tuple[Stamp, int]]:
    """The same, each with where it begins."""
    for match in _STAMP.finditer(text):
        stamp = _stamp_of(match)
        if stamp:
            yield stamp, match.start()


def without_stamps(text: str) -> str:
    """`text` with a space for each date and time in it."""
    return _STAMP.sub(" ", text)


def before_date(text: str) -> str:
    """`text` up to the first date in it."""
    match = _STAMP.search(text)
    return text[: match.start()] if match else text


def read_stamp(value: str) -> Stamp | None:
    """The date that a machine wrote: ISO 8601, RFC 2822, seconds or milliseconds since 1970, or as in running text.

    Midnight exactly is how machines write "no time", so it counts as a day only.
    """
    value = value.strip()[:100]
    for read in (_iso, _mail, _epoch):
        moment = read(value)
        if moment:
            has_time = moment.time() != time()
            return Stamp(day=moment.date(), time=moment.time() if has_time else None, zone=moment.tzinfo)
    return next(stamps_in(value), None)


def _stamp_of(match: re.Match[str]) -> Stamp | None:
    groups = match.groupdict()
    year, month, day = (next(groups[f"{part}{i}"] for i in "12345" if groups[f"y{i}"]) for part in "ymd")
    try:
        written = date(int(year), _MONTHS.get(month.lower()) or int(month), int(day))
    except ValueError:
        return None
    return Stamp(day=written, time=_time_of(groups), zone=_zone_of(groups["zone"]))


def _time_of(groups: dict[str, str | None]) -> time | None:
    if groups["hour"] is None or groups["minute"] is None:
        return None
    hour, noon = int(groups["hour"]), (groups["noon"] or "").lower()
    if (
        (noon.startswith("p") or groups["half"] in _EVENING)
        and hour < 12
        and not (groups["half"] == "中午" and hour == 11)
    ):
        hour += 12
    elif noon.startswith("a") and hour == 12:
        hour = 0
    return time(hour, int(groups["minute"]), int(groups["second"] or 0))


def _zone_of(word: str | None) -> tzinfo | None:
    if not word:
        return None
    if word[0] in "+-":
        offset = timedelta(hours=int(word[1:3]), minutes=int(word[-2:]))
        return timezone(-offset if word[0] == "-" else offset) if offset < timedelta(hours=15) else None
    return _ZONES[word.lower()]


def _iso(value: str) -> datetime | None:
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def _mail(value: str) -> datetime | None:
    try:
        return parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _epoch(value: str) -> datetime | None:
    if not re.fullmatch(r"\d{10}|\d{13}", value):
        return None
    return datetime.fromtimestamp(int(value[:10]), UTC)
