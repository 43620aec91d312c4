"""Numbers, days and kinds in the words of the two languages."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from mediawatch.delivery.recipients import Language
from mediawatch.records import AlertKind, DayCount

if TYPE_CHECKING:
    from jinja2 import Template

KINDS: Final[Mapping[Language, Mapping[AlertKind, str]]] = {
    "zh": {AlertKind.NEW: "新词", AlertKind.BACK: "重现", AlertKind.RISING: "升温", AlertKind.WATCH: "关注"},
    "en": {AlertKind.NEW: "New", AlertKind.BACK: "Back", AlertKind.RISING: "Rising", AlertKind.WATCH: "Watch"},
}

LEVELS: Final = "▁▂▃▄▅▆▇█"
NOTHING_COLLECTED: Final = "·"
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MILLION: Final = 1_000_000


def kind_word(kind: AlertKind, language: Language) -> str:
    """The kind of an alert in one word."""
    return KINDS[language][kind]


def day_words(day: date, language: Language) -> str:
    """2026年4月29日, or 29 Apr 2026."""
    if language == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def short_day(day: date, language: Language) -> str:
    """4月29日, or 29 Apr."""
    return f"{day.month}月{day.day}日" if language == "zh" else f"{day.day} {_MONTHS[day.month - 1]}"


def moment_words(moment: datetime | None, timezone: str, language: Language) -> str:
    """Day and time of an instant on the reader's wall; "" for none."""
    if moment is None:
        return ""
    local = moment.astimezone(ZoneInfo(timezone))
    return f"{short_day(local.date(), language)} {local:%H:%M}"


def ratio_words(ratio: float | None, language: Language) -> str:
    """How many times the usual rate; "" where there is nothing to compare with."""
    if ratio is None or not isfinite(ratio):
        return ""
    times = f"{ratio:.0f}" if ratio >= 10 else f"{ratio:.1f}"
    return f"平时的 {times} 倍" if language == "zh" else f"{times} times the usual rate"


def chance_words(p_value: float | None, language: Language) -> str:
    """How often chance alone would do that, as one in so many; "" where nothing was computed."""
    if p_value is None or not 0 <= p_value <= 1:
        return ""
    if p_value < 1 / _MILLION:
        return "不到一百万分之一，几乎不可能是巧合" if language == "zh" else "less than one in a million"
    count = round(1 / p_value)
    if language == "zh":
        return f"约 {_chinese_number(count)} 分之一"
    return f"about one in {_rounded(count):,}"


def _rounded(count: int) -> int:
    """Two leading digits: more would claim a precision that no model has."""
    unit: int = 10 ** max(0, len(str(count)) - 2)
    return round(count / unit) * unit


def _chinese_number(count: int) -> str:
    rounded = _rounded(count)
    if rounded < 10_000:
        return str(rounded)
    return f"{rounded / 10_000:g} 万"


def sparkline(series: Sequence[DayCount]) -> str:
    """The series as a line of bars, one a day; a point where nothing was collected."""
    highest = max((count.articles for count in series if count.is_covered), default=0)
    return "".join(_level(count, highest) for count in series)


def digit_line(series: Sequence[DayCount]) -> str:
    """The series as numbers, one a day: for readers whose letters are not of one width; a point as above."""
    return " ".join(str(count.articles) if count.is_covered else NOTHING_COLLECTED for count in series)


def _level(count: DayCount, highest: int) -> str:
    if not count.is_covered:
        return NOTHING_COLLECTED
    if count.articles <= 0 or highest <= 0:
        return LEVELS[0]
    return LEVELS[max(1, round(count.articles / highest * (len(LEVELS) - 1)))]


_TEMPLATES: Final = Path(__file__).parent / "templates"

Words = Mapping[str, str]


@cache
def words_of(language: Language) -> Words:
    """The phrases of one language, by their keys."""
    words: Words = json.loads((_TEMPLATES / f"words.{language}.json").read_text(encoding="utf-8"))
    return words


@cache
def template(name: str, *, is_html: bool) -> Template:
    """The template of that name; what it prints is escaped when it is HTML."""
    # Imported here: routing and reading recipients need no templates.
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=is_html, undefined=StrictUndefined)  # noqa: S701 - plain text is no markup
    return environment.from_string((_TEMPLATES / name).read_text(encoding="utf-8"))
