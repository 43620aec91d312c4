"""Instants, zones and days: which day it is where the newsroom is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from mediawatch.errors import BadRequest
from mediawatch.records import as_utc, day_of, now, timezone_name
from mediawatch.records.times import parse_day

DAY = date(2026, 4, 29)


@pytest.mark.parametrize(
    ("instant", "zone", "day"),
    [
        ("2026-04-29T15:59:59+00:00", "Asia/Taipei", "2026-04-29"),
        ("2026-04-29T16:00:00+00:00", "Asia/Taipei", "2026-04-30"),
        ("2026-04-29T03:59:59+00:00", "America/New_York", "2026-04-28"),
        ("2026-04-29T04:00:00+00:00", "America/New_York", "2026-04-29"),
        ("2026-04-29T23:30:00+08:00", "UTC", "2026-04-29"),
        ("2026-04-29T09:59:00+00:00", "Pacific/Kiritimati", "2026-04-29"),
        ("2026-04-29T10:00:00+00:00", "Pacific/Kiritimati", "2026-04-30"),
        ("2026-04-29T18:14:00+00:00", "Asia/Kathmandu", "2026-04-29"),
        ("2026-04-29T18:15:00+00:00", "Asia/Kathmandu", "2026-04-30"),
    ],
)
def test_the_day_turns_at_the_zones_midnight(instant: str, zone: str, day: str) -> None:
    assert day_of(datetime.fromisoformat(instant), zone) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("day", "zone", "hours"),
    [
        (date(2026, 3, 29), "Europe/Berlin", 23),
        (date(2026, 10, 25), "Europe/Berlin", 25),
        (date(2026, 3, 8), "America/New_York", 23),
        (date(2026, 4, 29), "Asia/Shanghai", 24),
    ],
)
def test_a_day_on_which_the_clocks_change_is_shorter_or_longer(day: date, zone: str, hours: int) -> None:
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    around = [noon + timedelta(hours=h) for h in range(-30, 31)]
    assert sum(day_of(instant, zone) == day for instant in around) == hours


def test_the_hour_that_comes_twice_is_two_instants_of_one_day() -> None:
    first = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    second = first.replace(fold=1)

    assert as_utc(second) - as_utc(first) == timedelta(hours=1)
    assert day_of(first, "Europe/Berlin") == day_of(second, "Europe/Berlin") == date(2026, 10, 25)


def test_an_instant_in_another_zone_is_the_same_instant() -> None:
    moment = datetime(2026, 4, 29, 20, 15, tzinfo=timezone(timedelta(hours=8)))
    assert as_utc(moment) == moment
    assert as_utc(moment).isoformat() == "2026-04-29T12:15:00+00:00"


def test_a_naive_time_is_refused() -> None:
    naive = datetime(2026, 4, 29, 12)  # noqa: DTZ001 - what the test is about
    with pytest.raises(ValueError, match="an instant needs a time zone"):
        as_utc(naive)
    with pytest.raises(ValueError, match="an instant needs a time zone"):
        day_of(naive, "UTC")


def test_now_is_an_instant() -> None:
    assert now().tzinfo is UTC
    assert abs(now() - datetime.now(UTC)) < timedelta(minutes=1)


@pytest.mark.parametrize("name", ["UTC", "Asia/Taipei", "America/Argentina/Buenos_Aires"])
def test_a_zone_keeps_its_name(name: str) -> None:
    assert timezone_name(name) == name


@pytest.mark.parametrize("name", ["", "Asia", "Asia/Atlantis", "+08:00", "/etc/localtime", "../UTC", "Asia/Taipei\0"])
def test_what_is_no_zone_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="must be an IANA time zone such as Asia/Taipei"):
        timezone_name(name)


@pytest.mark.parametrize(
    ("text", "day"),
    [("2026-01-31", date(2026, 1, 31)), ("today", DAY), ("yesterday", DAY - timedelta(days=1))],
)
def test_a_day_is_a_date_or_a_word(text: str, day: date) -> None:
    assert parse_day(text, DAY) == day


@pytest.mark.parametrize("text", ["", "tomorrow", "2026-02-30", "29.4.2026", "2026-4-9", "Today"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(BadRequest, match="is not a day: write it as YYYY-MM-DD, today or yesterday"):
        parse_day(text, DAY)
