"""Days, kinds and series in the words of the two languages; the templates of messages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from mediawatch.locale import Language, words_of
from mediawatch.records import AlertKind, DayCount

if TYPE_CHECKING:
    from jinja2 import Template

LEVELS: Final = "▁▂▃▄▅▆▇█"
NOTHING_COLLECTED: Final = "·"


def kind_word(kind: AlertKind, language: Language) -> str:
    """The kind of an alert in one word."""
    return words_of(language)(f"kind.{kind.value}")


def day_words(day: date, language: Language) -> str:
    """2026年4月29日, or 29 Apr 2026."""
    return _date("date.long", day, language)


def short_day(day: date, language: Language) -> str:
    """4月29日, or 29 Apr."""
    return _date("date.short", day, language)


def _date(key: str, day: date, language: Language) -> str:
    say = words_of(language)
    return say(key, day=day.day, month=say(f"month.{day.month}"), year=day.year)


def moment_words(moment: datetime | None, timezone: str, language: Language) -> str:
    """Day and time of an instant on the reader's wall; "" for none."""
    if moment is None:
        return ""
    local = moment.astimezone(ZoneInfo(timezone))
    return f"{short_day(local.date(), language)} {local:%H:%M}"


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


@cache
def template(name: str, *, is_html: bool) -> Template:
    """The template of that name; what it prints is escaped when it is HTML."""
    # Imported here: routing and reading recipients need no templates.
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=is_html, undefined=StrictUndefined)  # noqa: S701 - plain text is no markup
    return environment.from_string((_TEMPLATES / name).read_text(encoding="utf-8"))
