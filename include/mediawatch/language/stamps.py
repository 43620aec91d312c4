"""Dates and times as pages and feeds write them: patterns and their reading."""

from __future__ import annotations

import re
from calendar import month_name
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime
from importlib.resources import files
from typing import Final

from mediawatch.language.zones import PRINTED_ZONES, zone_called

_MONTHS: Final = {
    **dict(zip("jan feb mar apr may jun jul aug sep oct nov dec".split(), range(1, 13), strict=True)),  # noqa: SIM905
    **{name.lower(): number for number, name in enumerate(month_name) if name},
    "sept": 9,
}
_OTHER_MONTHS: Final = {
    name: number
    for number, line in enumerate(
        line
        for line in files(__package__).joinpath("months.txt").read_text("utf-8").splitlines()
        if not line.startswith("#")
    )
    for name in line.split()
}
"""Names of other European languages, of which January is 0 and which stand behind the day."""
_MONTH: Final = "(?P<{}>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\.?"
_ANY_MONTH: Final = "(?P<m4>" + "|".join(sorted({*_MONTHS, *_OTHER_MONTHS}, key=len, reverse=True)) + r")\.?"
_M: Final = r"1[0-2]|0?[1-9]"
_D: Final = r"3[01]|[12]\d|0?[1-9]"
_Y: Final = r"(?:19|20)\d\d"
_HAN_DIGITS: Final = {character: number for number, character in enumerate("〇一二三四五六七八九")} | {
    "零": 0,
    "○": 0,
    "Ｏ": 0,
}
_HAN_DIGIT: Final = "[〇零○Ｏ一二三四五六七八九]"
_HAN_MONTH: Final = "十[一二]?|[一二三四五六七八九元]"
_HAN_DAY: Final = "[二三]?十[一二三四五六七八九]?|廿[一二三四五六七八九]?|卅一?|[一二三四五六七八九]"
_HAN_YEAR: Final = "[〇零○Ｏ一二三四五六七八九十百]{2,6}"
_LUNAR: Final = "(?<!农历)(?<!農曆)(?<!阴历)(?<!陰曆)"
_REPUBLIC: Final = r"(?P<y{0}>1[01]\d)(?P<m{0}>1[0-2]|0[1-9])(?P<d{0}>3[01]|[12]\d|0[1-9])(?!\d)"
"""1151128: a day in one number."""
_DAY: Final = (
    # Looked at first because at most places of a text no date begins.
    r"(?=[\d〇零○Ｏ一二三四五六七八九十中民jfmasond])(?<![\d/.-])(?:"
    rf"(?P<y1>{_Y})\s{{0,8}}[-/.]\s{{0,8}}(?P<m1>{_M})\s{{0,8}}[-/.]\s{{0,8}}(?P<d1>{_D})(?!\d)(?:\.(?=\s[\d오]))?"
    rf"|(?P<y2>{_Y})\s{{0,8}}[年년]\s{{0,8}}(?P<m2>{_M})\s{{0,8}}[月월]\s{{0,8}}(?P<d2>{_D})\s{{0,8}}[日号號일]"
    r"|\b" + _MONTH.format("m3") + rf"\s{{1,8}}(?P<d3>{_D})(?:st|nd|rd|th)?,?\s{{1,8}}(?P<y3>{_Y})\b"
    rf"|(?P<y5>{_Y})\s{{1,8}}" + _MONTH.format("m5") + rf"\s{{1,8}}(?P<d5>{_D})\b"
    rf"|(?P<d4>{_D})(?:st|nd|rd|th|er|[.º])?(?:[\s-]\s{{0,8}}|\s{{1,8}}(?:of|de)\s{{1,8}})"
    + _ANY_MONTH
    + rf",?(?:[\s-]|\sdel?\s)\s{{0,8}}(?P<y4>{_Y})\b"
    r"|(?:中[华華])?民[国國]\s{0,8}(?:"
    rf"(?P<y6>\d{{2,3}}|{_HAN_YEAR})\s{{0,8}}[年/.-]\s{{0,8}}(?P<m6>{_M}|{_HAN_MONTH})\s{{0,8}}[月/.-]\s{{0,8}}"
    rf"(?P<d6>{_D}|{_HAN_DAY})(?:\s{{0,8}}[日号號]|(?![\d十]))|{_REPUBLIC.format(13)})"
    rf"|(?<=[)）]){_REPUBLIC.format(14)}"
    rf"|(?<!公元)(?<!西元)(?P<y7>1[01]\d)\s{{0,8}}年\s{{0,8}}(?P<m7>{_M})\s{{0,8}}月\s{{0,8}}(?P<d7>{_D})\s{{0,8}}[日号號]"
    rf"|{_LUNAR}(?P<y8>{_HAN_DIGIT}{{4}}|{_Y})\s?年\s?(?P<m8>{_M}|{_HAN_MONTH})\s?月\s?(?P<d8>{_D}|{_HAN_DAY})\s?[日号號]"
    rf"|(?P<a9>{_D})(?P<mark>[/.-])(?P<b9>{_D})(?P=mark)(?P<y9>{_Y})(?!\d)"
    r"|(?P<d18>3[01]|[12]\d|0[1-9])\.(?P<m18>1[0-2]|0[1-9])\.(?P<y18>\d\d)(?![\d.])"
    rf"|(?P<y10>1[01]\d)[-/.](?P<m10>{_M})[-/.](?P<d10>{_D})(?![\d/.-])"
    rf"|(?P<d11>{_D})\s{{1,8}}(?P<m11>{_M}|{_HAN_MONTH})\s?[月월],?\s{{1,8}}(?P<y11>{_Y})\b"
    rf"|(?P<m15>{_M}|{_HAN_MONTH})\s?月\s{{1,8}}(?P<d15>{_D}),\s{{1,8}}(?P<y15>{_Y})\b"
    rf"|(?<![^\n])(?P<y16>{_Y})(?:\s{{0,4}}\n\s{{0,4}}|\s{{1,4}}(?=\d\d\s?[/-]\s?\d\d\s{{1,4}}\d\d:\d\d))(?P<m16>1[0-2]|0[1-9])\s{{0,8}}[/-]\s{{0,8}}(?P<d16>3[01]|[12]\d|0[1-9])(?=\s*(?:\n|$|\d\d:))"
    rf"|(?<![^\n])(?P<d17>3[01]|[12]\d|0[1-9])\s{{0,4}}\n\s{{0,4}}(?P<y17>{_Y})[/.-](?P<m17>1[0-2]|0[1-9])(?=\s*(?:\n|$|\d\d:))"
    rf"|(?P<y12>{_Y})(?P<m12>1[0-2]|0[1-9])(?P<d12>3[01]|[12]\d|0[1-9])(?:\s{{0,2}}|T)"
    r"(?P<hour12>2[0-3]|[01]\d):?(?P<minute12>[0-5]\d)(?::?(?P<second12>[0-5]\d))?(?P<zone12>Z\b|[+-]\d\d:?\d\d)?(?!\d|[-/.年]\d)"
    r")"
)
_YEARS_OF_THE_REPUBLIC: Final = ("6", "7", "10", "13", "14")
"""Groups whose year counts from 1911 (民國)."""
_ONLY_IN_TAIWAN: Final = ("y10", "y14")
"""Groups that elsewhere are other numbers: 115/11/28, （編譯：某某）1151128."""
_ONLY_IN_EUROPE: Final = "y18"
"""28.11.26, which elsewhere begins with the year."""
_YEAR_FIRST: Final = ("", "Asia/Taipei", "Asia/Shanghai", "Asia/Tokyo", "Asia/Seoul")
_MORNING: Final = frozenset({"上午", "凌晨", "清晨", "早上", "早晨", "午夜", "早", "晨", "午前", "오전"})
_AFTERNOON: Final = frozenset({"下午", "午后", "午後", "오후"})
_EVENING: Final = _AFTERNOON | {"傍晚", "晚上", "晚间", "晚間", "晚"}
_NIGHT: Final = frozenset({"深夜", "夜里", "夜裡", "夜间", "夜間", "夜"})
_HALVES: Final = "|".join(sorted({"中午", *_MORNING, *_EVENING, *_NIGHT}))
_NOON: Final = {"ص": "a", "م": "p"}
"""What Arabic pages print for am and pm."""
_FILL: Final = (
    r"(?:[\sT日|·,，/_\[—-]|at\b|on\b|updated\b|à\b|um\b|kl\.?|г\.|星期.|[周週].|[月火水木金土日]曜日?"
    r"|[월화수목금토일](?:요일)?(?=\s)|[(（]\S{1,6}[)）]){0,4}?"
)
_ZONE_BEFORE: Final = "|".join(["hkt", "sgt", "cst", *(name for name in PRINTED_ZONES if not name.isascii())])
_TIME: Final = (
    rf"{_FILL}(?:(?P<before>{_ZONE_BEFORE})\s{{0,8}})?(?:(?P<early>[ap])\.?m\.?\s{{0,8}})?(?P<half>{_HALVES})?\s{{0,8}}"
    r"(?P<hour>2[0-3]|[01]?\d)\s{0,8}(?:[:：时時点點시h]|\.(?=\d\d\s?(?:[ap]\.?m|gmt|uhr)))\s{0,8}(?P<minute>[0-5]\d(?!\d)|\d(?=\s{0,8}[分분]))(?:\s{0,8}[分분])?"
    r"(?:(?:\s{0,8}[:：]\s{0,8}|(?<=分)\s{0,8})(?P<second>[0-5]\d)(?!\d)(?:\s{0,8}秒)?(?:[.,]\d+)?)?"
    r"\s{0,8}(?:(?P<noon>[ap]\.?m\b\.?|[صم](?!\w))|uhr\b)?"
    r"\s{0,8}[(（\[]?(?P<zone>(?:gmt|utc)\s?[+-]\d{1,2}(?::?\d\d)?|\+(?:0\d|1[0-4]):?[0-5]\d\b|\+\d:[0-5]\d\b|\+0\d\b"
    r"|-(?:0\d|1[0-2])[0-5]\d\b|(?<=:\d\d:\d\d)-(?:0\d|1[0-2]):[0-5]\d\b|"
    + "|".join(PRINTED_ZONES)
    + r")?(?![a-z0-9_:])"
)
_NUMBER: Final = re.compile(rf"\d|{_HAN_DIGIT}")
"""What every date holds, and most lines do not."""
_STAMP: Final = re.compile(_DAY + "(?:" + _TIME + ")?", re.IGNORECASE)
_PROGRAM: Final = re.compile(
    r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6},?\s+(?P<month>[a-z]{3,9})\s+(?P<day>\d{1,2})\s+(?P<time>\d\d:\d\d(?::\d\d)?)"
    r"\s+(?P<zone>\S{1,12})\s+(?P<year>\d{4})",
    re.IGNORECASE,
)
"""Sat Nov 28 09:05:00 CST 2026: what programs in Java and C write."""
_BEFORE: Final = 16
_TIME_BEFORE: Final = re.compile(
    r"(?<![\d:：./-])(?P<hour>2[0-3]|[01]?\d)(?:[:：]|\.(?=[0-5]\d\s?[ap]))(?P<minute>[0-5]\d)(?:[:：](?P<second>[0-5]\d))?"
    r"(?:\s?(?P<noon>[ap])\.?m\.?)?(?:[\s|｜·,，]{1,3}|(?(noon)\son\s|(?!)))$",
    re.IGNORECASE,
)
"""A time of day right before a date, within so many characters."""
_ZONE_NAMED: Final = re.compile("(" + "|".join(name for name in PRINTED_ZONES if not name.isascii()) + r")\s*$")
_REPUBLICAN: Final = re.compile(_REPUBLIC.format(1))
_AGO: Final = re.compile(
    r"(?P<count>\d{1,3}|半|[一二两兩三四五六七八九十]|an?)\s{0,4}[个個]?\s{0,4}"
    r"(?P<unit>秒钟?|秒鐘|分钟|分鐘|小时|小時|钟头|鐘頭|天|日|周|週|星期|seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?)"
    r"\s{0,4}(?:前|之前|以前|ago)|(?P<word>刚刚|剛剛|今天|今日|昨天|昨日|前天|昨晚|今早|今晨|今晚|yesterday|today)"
    rf"(?:\s{{0,4}}(?P<half>{_HALVES})?\s{{0,4}}(?P<hour>2[0-3]|[01]?\d)\s{{0,4}}[:：时時点點]\s{{0,4}}(?P<minute>[0-5]\d)(?!\d)分?)?",
    re.IGNORECASE,
)
_BACK: Final = {
    **{
        "刚刚": (0, ""),
        "剛剛": (0, ""),
        "今天": (0, ""),
        "今日": (0, ""),
        "today": (0, ""),
        "昨天": (1, ""),
        "昨日": (1, ""),
        "yesterday": (1, ""),
    },
    **{"前天": (2, ""), "昨晚": (1, "晚上"), "今早": (0, "早上"), "今晨": (0, "早上"), "今晚": (0, "晚上")},
}
"""Days that a word counts back, and the half of the day that it names."""
_UNITS: Final = {"m分": 1.0, "s秒": 1 / 60, "h小钟鐘": 60.0, "w周週星": 10_080.0}
"""Minutes of a unit by what its names begin with; all others are days."""
_FEW: Final = {"半": 0.5, "两": 2, "兩": 2, "十": 10, "a": 1, "an": 1}
_WITHOUT_YEAR: Final = re.compile(
    rf"(?:(?:发布|發布|发表|發表|更新|刊登|时间|時間|日期|[于於]){{1,3}}\s?[:：]?\s?)?(?P<month>{_M})\s?[-/.月]\s?(?P<day>{_D})\s?日?\s{{0,4}}(?P<half>{_HALVES})?\s?"
    r"(?P<hour>2[0-3]|[01]?\d)[:：](?P<minute>[0-5]\d)(?:[:：](?P<second>[0-5]\d))?"
)
_LEAD_WITHOUT_YEAR: Final = re.compile(
    rf"\W{{0,2}}[\u4e00-\u9fff]{{2,16}}(?<![年第]) ?(?P<month>{_M})月(?P<day>{_D})日[电電讯訊](?=[\s（(，,：:】〕]|$)"
)
_LOST_PLUS: Final = re.compile(r"(T\d\d:\d\d(?::\d\d)?(?:\.\d{1,9})?) ((?:0\d|1[0-4]):?[0-5]\d)$")
_DOUBLE_ZONE: Final = re.compile(r"(?<=\d)(?:Z([+-]\d\d:?\d\d)|(?<=[+-]\d\d:\d\d)Z())$")
_EPOCH: Final = re.compile(r"(?:/Date\()?(\d{10})(?:\d{3}|\d{6})?(?:\.\d{1,9})?(?:[+-]\d{4})?(?:\)/)?")
"""Seconds, milliseconds or microseconds since 1970, as numbers or as .NET writes them."""
_HALF_WIDTH: Final = str.maketrans("０１２３４５６７８９／－．：　", "0123456789/-.: ")
_FULL_WIDTH: Final = re.compile("[０-９／－．：　]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """A day, with the time of day and the zone where they are written.

    `is_sure` is False where the same characters may mean another day: 06-10-2026, or an hour that is counted back.
    """

    day: date
    time: time | None = None
    zone: tzinfo | None = None
    is_sure: bool = True

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


def stamps_in(text: str, local: str = "") -> Iterator[Stamp]:
    """The dates written in running text, in order; impossible ones (31 February) are passed over.

    The name of the `local` zone tells what 11/10/2026 and 115/11/28 mean there.
    """
    return (stamp for stamp, _, _ in placed_stamps(text, local))


def placed_stamps(text: str, local: str = "") -> Iterator[tuple[Stamp, int, int]]:
    """The same, each with where it begins and ends."""
    if not _NUMBER.search(text):
        return
    end = 0
    for match in _STAMP.finditer(text.translate(_HALF_WIDTH) if _FULL_WIDTH.search(text) else text):
        stamp = None if match["d17"] and _is_in_calendar(match) else _stamp_of(match, local)
        if stamp and stamp.zone is None:
            before = text[max(end, match.start() - _BEFORE) : match.start()]
            stamp = _with_time_before(stamp, before) if stamp.time is None else _with_zone_before(stamp, before, local)
        if stamp:
            yield stamp, match.start(), match.start() + len(match.group().rstrip())
        end = match.end()


def _is_in_calendar(match: re.Match[str]) -> bool:
    """Whether a day above its month stands between days: it is one of a calendar."""
    text, day = match.string, int(match["d17"])
    before = text[max(0, match.start() - _BEFORE) : match.start()].split()[-1:]
    after = text[match.end() : match.end() + _BEFORE].split()[:1]
    return before == [str(day - 1)] or after == [str(day + 1)]


def _with_time_before(stamp: Stamp, before: str) -> Stamp:
    """`stamp` with the time of day that stands right before it, 09:05 | 2026年11月30日, where one does."""
    match = _TIME_BEFORE.search(before)
    if match is None:
        return stamp
    hour = _hour(int(match["hour"]), (match["noon"] or "").lower(), "")
    return stamp if hour is None else replace(stamp, time=time(hour, int(match["minute"]), int(match["second"] or 0)))


def _with_zone_before(stamp: Stamp, before: str, local: str) -> Stamp:
    """`stamp` in the zone that is named right before the day: 北京时间2026年11月30日09:05."""
    match = _ZONE_NAMED.search(before) if before.rstrip()[-1:] in ("间", "間") else None
    if match is None or stamp.time is None:
        return stamp
    zone = zone_called(match[1], datetime.combine(stamp.day, stamp.time), local)
    return replace(stamp, zone=_fixed(zone, stamp.day, stamp.time)) if zone else stamp


def without_stamps(text: str) -> str:
    """`text` with a space for each date and time in it."""
    if not _NUMBER.search(text):
        return text
    if not _FULL_WIDTH.search(text):
        return _STAMP.sub(" ", text)
    edges = [0, *(edge for match in _STAMP.finditer(text.translate(_HALF_WIDTH)) for edge in match.span()), len(text)]
    return " ".join(text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True))


def before_date(text: str) -> str:
    """`text` up to the first date in it."""
    match = _STAMP.search(text) if _NUMBER.search(text) else None
    return text[: match.start()] if match else text


def read_stamp(value: str, local: str = "") -> Stamp | None:
    """The date that a machine wrote: ISO 8601, seconds or milliseconds since 1970, RFC 2822, or as in running text.

    Midnight exactly is how machines write "no time", so it counts as a day only.
    """
    value = tidied(value[:200].strip()[:100])
    moment = _iso(value) or _epoch(value)
    stamp = _of_moment(moment) if moment else _of_program(value, local) or _of_republic(value, local)
    stamp = stamp or next(stamps_in(value, local), None)
    if stamp is None and (sent := _mail(value)):
        stamp = _of_moment(sent)
    return Stamp(day=stamp.day, is_sure=stamp.is_sure) if stamp and stamp.time == time() else stamp


def ago(text: str, seen_at: datetime, zone: tzinfo) -> Stamp | None:
    """The day of 3小时前 or 昨天 21:05 on a page that was fetched at `seen_at`, in `zone`; nothing else in `text`."""
    match = _AGO.match(text.strip())
    if match is None or match.end() < len(text.strip()):
        return None
    if match["word"]:
        return _day_back(match, seen_at, zone)
    unit, count = match["unit"].lower(), match["count"].lower()
    minutes = next((minutes for begins, minutes in _UNITS.items() if unit[0] in begins), 1440.0)
    many = float(count) if count.isdecimal() else _FEW.get(count) or _HAN_DIGITS[count]
    moment = seen_at.astimezone(zone) - timedelta(minutes=minutes * many)
    hour = time(moment.hour, moment.minute) if minutes < 1440 else None
    return Stamp(day=moment.date(), time=hour, zone=_fixed(zone, moment.date(), hour) if hour else None, is_sure=False)


def of_last_year(text: str, seen_at: datetime, zone: tzinfo) -> Stamp | None:
    """The moment of `11-28 09:05`, which has no year and is all of `text` but for a label, or the day of a lead that
    `text` begins with (某社11月28日电): the last one before a page was fetched at `seen_at`, in `zone`."""
    match = _WITHOUT_YEAR.fullmatch(text.strip()) or _LEAD_WITHOUT_YEAR.match(text)
    if match is None:
        return None
    today = seen_at.astimezone(zone).date()
    groups = match.groupdict()
    at = _time_of({"hour12": None, "early": None, "noon": None, **groups}) if groups.get("hour") else None
    for year in (today.year, today.year - 1):
        try:
            day = date(year, int(groups["month"]), int(groups["day"]))
        except ValueError:
            continue
        if day <= today:
            return Stamp(day=day, time=at, zone=_fixed(zone, day, at) if at else None, is_sure=False)
    return None


def _day_back(match: re.Match[str], seen_at: datetime, zone: tzinfo) -> Stamp:
    """昨天 21:05, 昨晚9点05分."""
    days, half = _BACK[match["word"].lower()]
    day = seen_at.astimezone(zone).date() - timedelta(days=days)
    hour = _hour(int(match["hour"]), "", match["half"] or half) if match["hour"] else None
    at = None if hour is None else time(hour, int(match["minute"]))
    return Stamp(day=day, time=at, zone=_fixed(zone, day, at) if at else None, is_sure=False)


def _of_moment(moment: datetime) -> Stamp:
    return Stamp(day=moment.date(), time=moment.timetz().replace(tzinfo=None), zone=moment.tzinfo)


def _stamp_of(match: re.Match[str], local: str) -> Stamp | None:
    groups = match.groupdict()
    found = _day_of(groups, local)
    if found is None:
        return None
    written, is_sure = found
    at = _time_of(groups)
    named = groups["zone12"] or groups["zone"] or groups["before"]
    zone = zone_called(named, datetime.combine(written, at), local) if named and at else None
    return Stamp(day=written, time=at, zone=_fixed(zone, written, at) if zone and at else None, is_sure=is_sure)


def _fixed(zone: tzinfo, day: date, at: time) -> tzinfo:
    """The offset that `zone` has at that time: what goes between processes may hold no zone of the system."""
    offset = datetime.combine(day, at, zone).utcoffset()
    return zone if offset is None else UTC if not offset else timezone(offset)


def _day_of(groups: dict[str, str | None], local: str) -> tuple[date, bool] | None:
    if local != "Asia/Taipei" and any(groups[name] for name in _ONLY_IN_TAIWAN):
        return None
    if groups[_ONLY_IN_EUROPE] and not local.startswith("Europe/"):
        return None
    year, month, day = _numbers(groups, local)
    try:
        is_open = groups[_ONLY_IN_EUROPE] or (groups["y9"] and day <= 12 and day != month)
        return date(year, month, day), not is_open
    except ValueError:
        return None


def _numbers(groups: dict[str, str | None], local: str) -> tuple[int, int, int]:
    if groups["y9"]:
        return (int(groups["y9"]), *_month_and_day(groups, local))
    number = next(name for name in map(str, range(1, 19)) if name != "9" and groups[f"y{name}"])
    era = 1911 if number in _YEARS_OF_THE_REPUBLIC else 2000 if number == "18" else 0
    year = _number(groups[f"y{number}"]) + era
    return year, _number(groups[f"m{number}"]), _number(groups[f"d{number}"])


def _month_and_day(groups: dict[str, str | None], local: str) -> tuple[int, int]:
    """11/28/2026 and 28/11/2026; where both may be months, America puts the month first, and so do programs that write
    AM and PM where people would begin with the year.
    """
    first, second = int(groups["a9"] or 0), int(groups["b9"] or 0)
    if first > 12 or second > 12:
        return (second, first) if first > 12 else (first, second)
    has_month_first = local.startswith("America/") or (
        local in _YEAR_FIRST and bool(groups["noon"]) and groups["mark"] == "/"
    )
    return (first, second) if has_month_first else (second, first)


def _number(digits: str | None) -> int:
    """28, nov, 十一, 廿八, 一百一十五 and 二〇二六 as numbers."""
    word = (digits or "").lower()
    if word in _MONTHS:
        return _MONTHS[word]
    if word in _OTHER_MONTHS:
        return _OTHER_MONTHS[word] + 1
    if word.isascii():
        return int(word)
    word = word.replace("元", "一").replace("廿", "二十").replace("卅", "三十")
    hundreds, is_hundred, rest = word.rpartition("百")
    if not is_hundred and "十" not in word:
        return int("".join(str(_HAN_DIGITS[character]) for character in word))
    tens, is_ten, ones = rest.rpartition("十")
    tens = tens.lstrip("〇零○Ｏ")
    return (
        (100 * _HAN_DIGITS.get(hundreds, 1) if is_hundred else 0)
        + (10 * _HAN_DIGITS.get(tens, 1) if is_ten else 0)
        + _HAN_DIGITS.get(ones[-1:], 0)
    )


def _time_of(groups: dict[str, str | None]) -> time | None:
    if groups["hour12"]:
        return time(int(groups["hour12"]), int(groups["minute12"] or 0), int(groups["second12"] or 0))
    if groups["hour"] is None or groups["minute"] is None:
        return None
    noon = (groups["early"] or groups["noon"] or "").lower()
    hour = _hour(int(groups["hour"]), _NOON.get(noon, noon)[:1], groups["half"] or "")
    return None if hour is None else time(hour, int(groups["minute"]), int(groups["second"] or 0))


def _hour(hour: int, noon: str, half: str) -> int | None:
    """The hour of 24; None where the words leave it open: 晚上12:10 may be of this day or the next."""
    if hour == 12 and half in (_EVENING | _NIGHT) - _AFTERNOON:
        return None
    if hour == 12 and (noon == "a" or half in _MORNING):
        return 0
    is_later = noon == "p" or half in _EVENING or (half in _NIGHT and hour > 5) or (half == "中午" and hour < 11)
    return hour + 12 if is_later and hour < 12 else hour


def _of_program(value: str, local: str) -> Stamp | None:
    match = _PROGRAM.match(value)
    if match is None:
        return None
    month = _MONTHS.get(match["month"].lower())
    try:
        day = date(int(match["year"]), month or 0, int(match["day"]))
        at = time.fromisoformat(match["time"])
        zone = zone_called(match["zone"], datetime.combine(day, at), local)
        return Stamp(day=day, time=at, zone=_fixed(zone, day, at) if zone else None)
    except ValueError:
        return None


def _of_republic(value: str, local: str) -> Stamp | None:
    """1151128 in Taiwan."""
    match = _REPUBLICAN.fullmatch(value) if local == "Asia/Taipei" else None
    try:
        return Stamp(day=date(int(match[1]) + 1911, int(match[2]), int(match[3]))) if match else None
    except ValueError:
        return None


def tidied(value: str) -> str:
    """`value` without what programs do to dates on the way: a plus that became %2B or a blank, Z beside an offset."""
    value = _LOST_PLUS.sub(r"\1+\2", value.replace("%2B", "+").replace("%3A", ":"))
    return _DOUBLE_ZONE.sub(r"\1", value)


def _iso(value: str) -> datetime | None:
    written, _, place = value.rstrip("]").partition("[")
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return None
    zone = zone_called(place, moment, "") if place and moment.tzinfo is None else None
    return moment.replace(tzinfo=_fixed(zone, moment.date(), moment.time())) if zone else moment


def _mail(value: str) -> datetime | None:
    try:
        return parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _epoch(value: str) -> datetime | None:
    counted = _EPOCH.fullmatch(value)
    return datetime.fromtimestamp(int(counted[1]), UTC) if counted else None
