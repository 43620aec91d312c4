from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from mediawatch.language.zones import zone_called

SUMMER = datetime.combine(date(2025, 7, 1), time(9, 5))


@pytest.mark.parametrize(
    ("word", "local", "hours"),
    [
        ("HKT", "", 8),
        ("GMT", "Asia/Hong_Kong", 0),
        ("Z", "Asia/Hong_Kong", 0),
        ("GMT+8", "", 8),
        ("UTC +08:00", "", 8),
        ("-0330", "", -3.5),
        ("北京时间", "America/New_York", 8),
        ("ET", "", -4),  # in summer
        ("EST", "", -5),  # whatever the season
        ("CST", "Asia/Taipei", 8),
        ("CST", "Asia/Hong_Kong", 8),
        ("CST", "America/New_York", -6),
        ("CST", "Europe/London", -6),
        ("IST", "Asia/Hong_Kong", 5.5),
        ("IST", "Europe/Dublin", 1),
        ("CST", "", None),
        ("IST", "", None),
        ("LOCAL", "Asia/Hong_Kong", None),
        ("+9900", "Asia/Hong_Kong", None),
    ],
)
def test_what_a_word_beside_a_time_means_at_a_source(word: str, local: str, hours: float | None) -> None:
    zone = zone_called(word, SUMMER, local)
    offset = SUMMER.replace(tzinfo=zone).utcoffset() if zone else None
    assert offset == (None if hours is None else timedelta(hours=hours))


def test_a_name_that_the_place_has_itself_is_its_own() -> None:
    winter = datetime.combine(date(2025, 1, 1), time(9, 5))
    zone = zone_called("CST", winter, "America/Havana")
    assert zone is not None
    assert winter.replace(tzinfo=zone).utcoffset() == timedelta(hours=-5)
