from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from mediawatch.harvest.discovery.dates import AHEAD, announced_instant, day_in_address
from tests.support.announcing import SEEN_AT


def instant(text: str, timezone: str = "Asia/Shanghai") -> datetime | None:
    return announced_instant(text, timezone=timezone, seen_at=SEEN_AT)


TEN = datetime(2025, 4, 29, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "Tue, 29 Apr 2025 10:00:00 GMT",
        "Tue, 29 Apr 2025 18:00:00 +0800",
        "Tue, 29 Apr 2025 18:00:00 +08:00",
        "29 Apr 2025 10:00 UT",
        "Tue, 29 Apr 25 06:00:00 EDT",
        "Tue, 29 Apr 2025 18:00:00 CST",
        "Tue, 29 Apr 2025 18:00:00 HKT",
        "Tue, 29 Apr 2025 18:00:00 +0800 (CST)",
        "Tue, 29 Apr 2025 18:00:00",
        "2025-04-29T10:00:00Z",
        "2025-04-29T10:00Z",
        "2025-04-29T10:00:00.123456Z",
        "2025-04-29T18:00:00+08:00",
        "2025-04-29 18:00:00 +0800",
        "2025-04-29 18:00",
        "2025/4/29 18:00:00",
        "2025年4月29日 18:00",
        "2025年4月29日 18时00分",
        " 2025-04-29 10:00:00 UTC ",
        "2025年4月29日 下午6:00",
        "2025/4/29 下午 06:00:00",
        "2025-04-29 18:00:00 GMT+08:00",
        "星期二, 29 四月 2025 18:00:00 +0800",
        "周二, 29 4月 2025 18:00:00 +0800",
        "화, 29 4월 2025 18:00:00 +0800",
        "Tue, 29 Apr 25 10:00:00 +0000",
        "1745920800",
        "1745920800000",
        "20250429180000",
        "4/29/2025 6:00:00 PM",
        "29/04/2025 18:00",
        "Tuesday, April 29, 2025 - 18:00",
        "2025-04-29T18:00:00+08:00[Asia/Shanghai]",
        "民國114年4月29日 18:00",
        "Tue, 29 Apr 2025 06:00:00 PM +0800",
        "Apr 29, 2025, 6:00:00 PM",
        "Tue, 29-Apr-2025 10:00:00 GMT",
        "20250429 1800",
        "2025042918:00",
        "20250429T100000Z",
        "二〇二五年4月廿九日 18:00",
        "2025-04-29T18:00:00.000+08",
        "2025-04-29T18:00:00+8:00",
        "2025-04-29 18:00:00 +8",
        "2025-04-29T18:00:00 08:00",
        "2025-04-29T18:00:00%2B08:00",
        "2025-04-29T18:00:00Z+08:00",
        "2025-04-29T06:00:00 America/New_York",
        "2025-04-29T06:00:00[America/New_York]",
        "Tue Apr 29 2025 06:00:00 GMT-0400 (Eastern Daylight Time)",
        "Tue Apr 29 2025 12:00:00 GMT+0200 (CEST)",
        "2025-04-29 10:00 格林尼治标准时间",
        "2025-04-29 19:00 （東京時間）",
        "2025年4月29日　１８：００",
        "2025年4月29日晚6点00分",
        "18:00 29/04/2025",
        "1745920800.0",
        "1745920800000000",
        "/Date(1745920800000+0800)/",
        "2025. 4. 29. 18:00",
        "2025년 4월 29일 오후 6:00",
        "29 avril 2025 à 18h00",
        "29. April 2025, 18:00 Uhr",
        "29 de abril de 2025 18:00",
        "29 апреля 2025 г. 18:00",
        "民國一百一十四年四月二十九日 18:00",
    ],
)
def test_one_instant_in_many_spellings(text: str) -> None:
    assert instant(text) == TEN


def test_midnight_at_the_end_of_a_day_begins_the_next() -> None:
    assert instant("Tue, 29 Apr 2025 24:00:00 +0800") == datetime(2025, 4, 29, 16, 0, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2025-04-29 18:00 倫敦時裝週", "2025-04-29T18:00:00 Nowhere/At_All"])
def test_words_that_are_no_zone_are_none(text: str) -> None:
    assert instant(text) in (None, TEN)


def test_an_offset_of_nothing_is_no_year() -> None:
    assert instant("Tue, 29 Apr 2025 10:00:00 GMT-0000") == TEN


def test_cst_is_chicago_outside_china() -> None:
    assert instant("Tue, 29 Apr 2025 04:00:00 CST", "America/New_York") == TEN
    assert instant("Tue, 29 Apr 2025 18:00:00 CST", "Asia/Taipei") == TEN
    assert instant("Tue, 29 Apr 2025 18:00:00 CST", "Asia/Hong_Kong") == TEN


def test_a_day_is_its_first_instant_at_the_source() -> None:
    assert instant("2025-04-29") == datetime(2025, 4, 28, 16, 0, tzinfo=UTC)
    assert instant("2025年4月29日", "Asia/Tokyo") == datetime(2025, 4, 28, 15, 0, tzinfo=UTC)


def test_summer_time_is_the_sources() -> None:
    assert instant("2025-01-29 12:00", "Europe/Berlin") == datetime(2025, 1, 29, 11, 0, tzinfo=UTC)
    assert instant("2025-04-28 12:00", "Europe/Berlin") == datetime(2025, 4, 28, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2025",
        "Tue, 99 Foo 2025",
        "2025-02-30",
        "2025-04-29T25:00:00Z",
        "1969-12-31",
        "0001-01-01T00:00:00Z",
        "Mon, 01 Jan 0001 00:00:00 GMT",
        "01-Jan-0001 00:00",
        "9999-12-31T23:59:59-12:00",
        "2025-04-29T10:00:00+99:99",
        "2025-04-29T10:00:00Z" * 9,
    ],
)
def test_what_names_no_possible_instant_is_none(text: str) -> None:
    assert instant(text) is None


def test_a_label_wrong_by_a_zone_is_kept_and_a_year_ahead_is_not() -> None:
    ahead = SEEN_AT + AHEAD
    assert instant(ahead.isoformat()) == ahead
    assert instant((ahead + timedelta(seconds=1)).isoformat()) is None


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("/2025/04/29/tariffs", date(2025, 4, 29)),
        ("/world/2025-04-29/tariffs.html", date(2025, 4, 29)),
        ("/news/20250429/story_1.html", date(2025, 4, 29)),
        ("/n1/2025/0429/c1001-40470000.html", date(2025, 4, 29)),
        ("/gn/2025/04-29/10405000.shtml", date(2025, 4, 29)),
        ("/t20250429_123.html", date(2025, 4, 29)),
        ("/2025/4/9/short", date(2025, 4, 9)),
        ("/2025/04/tariffs", None),
        ("/article/20259929.html", None),
        ("/a/2025042912345.html", None),
        ("/story/123456", None),
        ("", None),
    ],
)
def test_days_in_addresses(path: str, day: date | None) -> None:
    assert day_in_address(path) == day


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2 小时前", datetime(2025, 4, 29, 10, 0, tzinfo=UTC)),
        ("15分鐘前", datetime(2025, 4, 29, 11, 45, tzinfo=UTC)),
        ("昨天 21:05", datetime(2025, 4, 28, 13, 5, tzinfo=UTC)),
        ("3天前", datetime(2025, 4, 25, 16, 0, tzinfo=UTC)),
        ("半小时前", datetime(2025, 4, 29, 11, 30, tzinfo=UTC)),
        ("两个小时前", datetime(2025, 4, 29, 10, 0, tzinfo=UTC)),
        ("an hour ago", datetime(2025, 4, 29, 11, 0, tzinfo=UTC)),
        ("昨天下午9:05", datetime(2025, 4, 28, 13, 5, tzinfo=UTC)),
        ("昨晚9点05分", datetime(2025, 4, 28, 13, 5, tzinfo=UTC)),
    ],
)
def test_a_moment_counted_back_from_the_visit(text: str, moment: datetime) -> None:
    assert announced_instant(text, timezone="Asia/Shanghai", seen_at=datetime(2025, 4, 29, 12, tzinfo=UTC)) == moment
