from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from mediawatch.language.stamps import Stamp, ago, read_stamp, stamps_in

CHINA = timezone(timedelta(hours=8))


@pytest.mark.parametrize(
    ("text", "stamp"),
    [
        ("2025-07-01 02:25:19 · host · 来源: 某报", Stamp(day=date(2025, 7, 1), time=time(2, 25, 19))),
        ("2025/7/1 14:05", Stamp(day=date(2025, 7, 1), time=time(14, 5))),
        ("2025.07.01", Stamp(day=date(2025, 7, 1))),
        ("2025年4月29日", Stamp(day=date(2025, 4, 29))),
        ("2025年4月29日 星期二 09:30", Stamp(day=date(2025, 4, 29), time=time(9, 30))),
        ("2025年4月29日21點5分", Stamp(day=date(2025, 4, 29), time=time(21, 5))),
        ("2025. 04. 29. 오후 9:05", Stamp(day=date(2025, 4, 29), time=time(21, 5))),
        ("2025년 4월 29일 오후 9시 5분", Stamp(day=date(2025, 4, 29), time=time(21, 5))),
        ("2025.04.29 화 09:05", Stamp(day=date(2025, 4, 29), time=time(9, 5))),
        ("2025年4月29日 火曜 午後9:05", Stamp(day=date(2025, 4, 29), time=time(21, 5))),
        ("2025 04/29 09:05", Stamp(day=date(2025, 4, 29), time=time(9, 5))),
        ("十一月 28, 2025", Stamp(day=date(2025, 11, 28))),
        ("4 月 29, 2025", Stamp(day=date(2025, 4, 29))),
        ("29 4 月, 2025", Stamp(day=date(2025, 4, 29))),
        ("北京时间2025年4月29日09:05", Stamp(day=date(2025, 4, 29), time=time(9, 5), zone=CHINA)),
        ("2025年4月29日下午2时05分", Stamp(day=date(2025, 4, 29), time=time(14, 5))),
        ("2025年4月29日 晚上11:40", Stamp(day=date(2025, 4, 29), time=time(23, 40))),
        ("2025年4月29日 中午12:10", Stamp(day=date(2025, 4, 29), time=time(12, 10))),
        ("April 29, 2025", Stamp(day=date(2025, 4, 29))),
        ("Apr. 29, 2025 at 10:30 p.m.", Stamp(day=date(2025, 4, 29), time=time(22, 30))),
        ("29 April 2025, 10:30 GMT", Stamp(day=date(2025, 4, 29), time=time(10, 30), zone=UTC)),
        ("Sept 3, 2025 12:05 am ET", Stamp(day=date(2025, 9, 3), time=time(0, 5), zone=timezone(timedelta(hours=-4)))),
        ("2025-07-01 02:25 +0800", Stamp(day=date(2025, 7, 1), time=time(2, 25), zone=CHINA)),
        ("2025年4月29日 上午12:05", Stamp(day=date(2025, 4, 29), time=time(0, 5))),
        ("2025年4月29日 凌晨12:30", Stamp(day=date(2025, 4, 29), time=time(0, 30))),
        ("2025年4月29日 傍晚6:05", Stamp(day=date(2025, 4, 29), time=time(18, 5))),
        ("2025年4月29日 深夜11:30", Stamp(day=date(2025, 4, 29), time=time(23, 30))),
        ("2025年4月29日 深夜1:30", Stamp(day=date(2025, 4, 29), time=time(1, 30))),
        ("2025年4月29日 晚上12:10", Stamp(day=date(2025, 4, 29))),  # of this day or the next
        ("2025年4月29号", Stamp(day=date(2025, 4, 29))),
        ("２０２５年４月２９日 ０９：３０", Stamp(day=date(2025, 4, 29), time=time(9, 30))),
        ("二〇二五年十一月二十八日", Stamp(day=date(2025, 11, 28))),
        ("民國114年4月29日 21:05", Stamp(day=date(2025, 4, 29), time=time(21, 5))),
        ("114年4月29日", Stamp(day=date(2025, 4, 29))),
        ("2025/4/29 下午 09:05:00", Stamp(day=date(2025, 4, 29), time=time(21, 5))),
        ("2025/4/29 PM 09:05", Stamp(day=date(2025, 4, 29), time=time(21, 5))),
        ("4/29/2025 9:05:00 PM", Stamp(day=date(2025, 4, 29), time=time(21, 5))),
        ("29/4/2025 21:05", Stamp(day=date(2025, 4, 29), time=time(21, 5))),
        ("06-10-2025", Stamp(day=date(2025, 10, 6), is_sure=False)),
        ("Apr. 29, 2025, 9.05pm", Stamp(day=date(2025, 4, 29), time=time(21, 5))),
        ("2025-04-29 06:40更新", Stamp(day=date(2025, 4, 29), time=time(6, 40))),
        ("2025-04-29 10:00-12:00", Stamp(day=date(2025, 4, 29), time=time(10))),
        ("2025-04-29 21:05 (GMT+8)", Stamp(day=date(2025, 4, 29), time=time(21, 5), zone=CHINA)),
        ("2025-04-29 21:05 UTC+8", Stamp(day=date(2025, 4, 29), time=time(21, 5), zone=CHINA)),
        ("2025-04-29 HKT 09:18", Stamp(day=date(2025, 4, 29), time=time(9, 18), zone=CHINA)),
        ("2025-07-01 02:25 (北京时间)", Stamp(day=date(2025, 7, 1), time=time(2, 25), zone=CHINA)),
        ("09:18 2025-04-29", Stamp(day=date(2025, 4, 29), time=time(9, 18))),
        ("21:05:33 | 2025年4月29日", Stamp(day=date(2025, 4, 29), time=time(21, 5, 33))),
        ("9:05, 29 April 2025", Stamp(day=date(2025, 4, 29), time=time(9, 5))),
        ("10:00-12:00 2025-04-29", Stamp(day=date(2025, 4, 29))),  # how long something takes
        ("第3节 1:25 2025-04-29 21:05", Stamp(day=date(2025, 4, 29), time=time(21, 5))),
        ("2025-04-29 [21:05]", Stamp(day=date(2025, 4, 29), time=time(21, 5))),
        ("29th of April 2025", Stamp(day=date(2025, 4, 29))),
        ("发布 20250429 0918", Stamp(day=date(2025, 4, 29), time=time(9, 18))),
        ("20250429 09:18:05", Stamp(day=date(2025, 4, 29), time=time(9, 18, 5))),
        ("2025042909:18", Stamp(day=date(2025, 4, 29), time=time(9, 18))),
        ("20250429T011800Z", Stamp(day=date(2025, 4, 29), time=time(1, 18), zone=UTC)),
        ("二〇二五年4月廿九日", Stamp(day=date(2025, 4, 29))),
        ("二零二五年四月29日 21:05", Stamp(day=date(2025, 4, 29), time=time(21, 5))),
        ("2025年四月二十九日", Stamp(day=date(2025, 4, 29))),
        ("二〇二五年三月卅一日", Stamp(day=date(2025, 3, 31))),
        ("2025年元月五日", Stamp(day=date(2025, 1, 5))),
        ("民國一百一十四年四月二十九日", Stamp(day=date(2025, 4, 29))),
        ("民国一〇四年十月二十日", Stamp(day=date(2015, 10, 20))),
        ("民國114/4/29", Stamp(day=date(2025, 4, 29))),
        ("民國1140429", Stamp(day=date(2025, 4, 29))),
        ("2025-04-29 09:18 EST", Stamp(day=date(2025, 4, 29), time=time(9, 18), zone=timezone(timedelta(hours=-5)))),
        ("2025-04-29 09:18 wet weather", Stamp(day=date(2025, 4, 29), time=time(9, 18))),
    ],
)
def test_dates_in_running_text(text: str, stamp: Stamp) -> None:
    assert next(stamps_in(text)) == stamp


def test_a_time_between_two_dates_belongs_to_the_first() -> None:
    found = list(stamps_in("2025-04-29 21:05 2025-04-30"))
    assert found == [Stamp(day=date(2025, 4, 29), time=time(21, 5)), Stamp(day=date(2025, 4, 30))]


@pytest.mark.parametrize(
    "text",
    [
        "/2008/12/2008-12-30.jpg",
        "2025-02-31",
        "1234-01-01",
        "2025-13-01",
        "12:30",
        "version 2025.1",
        "20250701999",
        "公元113年4月29日",
        "114/4/29",
        "1140429",
        "（編譯：某某）1140429",
        "农历二〇二五年三月廿九日",
        "202504299918",
        "20250429 0918123",
        "",
    ],
)
def test_what_is_not_a_date(text: str) -> None:
    assert list(stamps_in(text)) == []


@pytest.mark.parametrize(
    ("value", "stamp"),
    [
        ("2025-07-01T02:25:19+08:00", Stamp(day=date(2025, 7, 1), time=time(2, 25, 19), zone=CHINA)),
        ("2025-07-01T02:25:19Z", Stamp(day=date(2025, 7, 1), time=time(2, 25, 19), zone=UTC)),
        ("2025-07-01 02:25:19", Stamp(day=date(2025, 7, 1), time=time(2, 25, 19))),
        ("20250701", Stamp(day=date(2025, 7, 1))),
        ("2025-07-01", Stamp(day=date(2025, 7, 1))),
        ("20250701022519", Stamp(day=date(2025, 7, 1), time=time(2, 25, 19))),
        ("2025-07-01T02:25:19+08:00[Asia/Shanghai]", Stamp(day=date(2025, 7, 1), time=time(2, 25, 19), zone=CHINA)),
        ("Tue Jul 01 2025 02:25:19 GMT+0800", Stamp(day=date(2025, 7, 1), time=time(2, 25, 19), zone=CHINA)),
        ("Tue Jul 01 02:25:19 CST 2025", Stamp(day=date(2025, 7, 1), time=time(2, 25, 19))),
        ("Tue, 01-Jul-2025 02:25:19 GMT", Stamp(day=date(2025, 7, 1), time=time(2, 25, 19), zone=UTC)),
        ("星期二, 1 七月 2025 02:25:19 +0800", Stamp(day=date(2025, 7, 1), time=time(2, 25, 19), zone=CHINA)),
        ("Tue, 01 Jul 2025 09:05:00 PM +0800", Stamp(day=date(2025, 7, 1), time=time(21, 5), zone=CHINA)),
        ("1751336719", Stamp(day=date(2025, 7, 1), time=time(2, 25, 19), zone=UTC)),
        ("1751336719000", Stamp(day=date(2025, 7, 1), time=time(2, 25, 19), zone=UTC)),
    ],
)
def test_dates_written_by_machines(value: str, stamp: Stamp) -> None:
    assert read_stamp(value) == stamp


def test_mail_dates_are_read() -> None:
    stamp = read_stamp("Tue, 01 Jul 2025 02:25:19 GMT")
    assert stamp is not None
    assert stamp.at(CHINA) == datetime(2025, 7, 1, 2, 25, 19, tzinfo=UTC)


def test_exact_midnight_is_a_day_without_a_time() -> None:
    stamp = read_stamp("2025-07-01T00:00:00+08:00")
    assert stamp is not None
    assert stamp.time is None
    assert stamp.at(CHINA) is None


@pytest.mark.parametrize("value", ["", "yesterday", "0000-00-00 00:00:00", "9" * 90, "T", "-1", "nan"])
def test_what_machines_write_when_they_know_no_date(value: str) -> None:
    assert read_stamp(value) is None


def test_a_time_without_a_zone_is_in_the_given_one() -> None:
    stamp = Stamp(day=date(2025, 7, 1), time=time(2, 25))
    assert stamp.at(ZoneInfo("Asia/Shanghai")) == datetime(2025, 6, 30, 18, 25, tzinfo=UTC)


def test_the_edge_of_the_calendar_is_no_instant() -> None:
    assert Stamp(day=date.min, time=time(1), zone=CHINA).at(UTC) is None


def test_the_local_zone_says_what_numbers_mean() -> None:
    assert read_stamp("114/4/29", "Asia/Taipei") == Stamp(day=date(2025, 4, 29))
    assert read_stamp("1140429", "Asia/Taipei") == Stamp(day=date(2025, 4, 29))
    assert read_stamp("1140429", "Asia/Shanghai") is None
    assert list(stamps_in("（編譯：某某）1140429", "Asia/Taipei")) == [Stamp(day=date(2025, 4, 29))]
    assert list(stamps_in("（電話）1140429123", "Asia/Taipei")) == []
    assert read_stamp("6/10/2025", "America/New_York") == Stamp(day=date(2025, 6, 10), is_sure=False)
    assert read_stamp("6/10/2025", "Asia/Hong_Kong") == Stamp(day=date(2025, 10, 6), is_sure=False)


def test_programs_that_write_am_put_the_month_first_where_people_begin_with_the_year() -> None:
    assert read_stamp("6/10/2025 9:05:00 AM", "Asia/Taipei") == Stamp(
        day=date(2025, 6, 10), time=time(9, 5), is_sure=False
    )
    assert read_stamp("6/10/2025 9:05:00 AM", "Asia/Hong_Kong") == Stamp(
        day=date(2025, 10, 6), time=time(9, 5), is_sure=False
    )


def test_cst_is_the_zone_of_the_source() -> None:
    found = next(stamps_in("2025-07-01 02:25 CST", "Asia/Shanghai"))
    assert found.zone == CHINA
    by_a_program = read_stamp("Tue Jul 01 02:25:19 CST 2025", "Asia/Shanghai")
    assert by_a_program is not None
    assert by_a_program.zone == CHINA


@pytest.mark.parametrize(
    ("words", "stamp"),
    [
        ("3小时前", Stamp(day=date(2025, 7, 1), time=time(5), zone=CHINA, is_sure=False)),
        ("9 小時前", Stamp(day=date(2025, 6, 30), time=time(23), zone=CHINA, is_sure=False)),
        ("昨天 21:05", Stamp(day=date(2025, 6, 30), time=time(21, 5), zone=CHINA, is_sure=False)),
        ("2 days ago", Stamp(day=date(2025, 6, 29), is_sure=False)),
        ("1 週前", Stamp(day=date(2025, 6, 24), is_sure=False)),
        ("刚刚", Stamp(day=date(2025, 7, 1), is_sure=False)),
        ("昨天他说", None),
        ("2025-07-01", None),
    ],
)
def test_what_is_counted_back_from_the_fetch(words: str, stamp: Stamp | None) -> None:
    assert ago(words, datetime(2025, 7, 1, 0, 0, tzinfo=UTC), ZoneInfo("Asia/Taipei")) == stamp


def test_a_stamp_can_go_to_another_process() -> None:
    stamps = [
        *stamps_in("2025-04-29 HKT 09:18"),
        ago("3小时前", datetime(2025, 7, 1, tzinfo=UTC), ZoneInfo("Asia/Taipei")),
        read_stamp("Sat Nov 28 09:05:00 HKT 2026"),
    ]

    assert [type(stamp.zone) for stamp in stamps if stamp] == [timezone] * 3


@pytest.mark.parametrize(
    ("words", "at"),
    [
        ("9:05 AM, November 28, 2026", time(9, 5)),
        ("9:05 pm Nov 28 2026", time(21, 5)),
        ("Posted at 9.05pm on 28 November 2026", time(21, 5)),
        ("12:05 am | November 28, 2026", time(0, 5)),
        ("They won 2.05 on 28 November 2026", None),
        ("Version 9.05, November 28, 2026", None),
        ("It opened at 9 am on 28 November 2026", None),
        ("She ran 2:05:12 on 28 November 2026", None),
        ("They led 2:10 on 28 November 2026", None),
    ],
)
def test_a_time_of_twelve_hours_before_a_day(words: str, at: time | None) -> None:
    assert [(stamp.day, stamp.time) for stamp in stamps_in(words)] == [(date(2026, 11, 28), at)]


def test_a_zone_in_square_brackets() -> None:
    assert [stamp.zone for stamp in stamps_in("2026-11-28 09:05 [UTC]")] == [UTC]


def test_days_of_a_calendar_beside_its_month_are_no_date() -> None:
    assert list(stamps_in("27\n28\n2026-11")) == []
    assert list(stamps_in("28\n2026-11\n29\n30")) == []
    for beside in ("28\n2026-11\n阅读", "28\n2026-11\n12\n评论", "1205\n28\n2026-11"):
        assert [stamp.day for stamp in stamps_in(beside)] == [date(2026, 11, 28)]
