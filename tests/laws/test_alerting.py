"""Laws of delivery: never in quiet hours, each topic told once, foreign text never more than text."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from lxml import html as lxml_html

from mediawatch.delivery import MessageStyle, by_topic, compose, newest, word_feed
from mediawatch.delivery.cleaning import clean, link
from mediawatch.delivery.hours import QuietHours, last_at, next_at
from mediawatch.delivery.outbox import fresh_of
from mediawatch.delivery.outbox_messages import DeliveryReceipt, OutboxMessage, add_letter
from mediawatch.language import fold
from mediawatch.records import Alert, AlertKind
from tests.support.alerting import ALERT_DAY, a_headline, an_alert

pytestmark = pytest.mark.slow

ZONES = st.sampled_from(
    ["UTC", "Asia/Taipei", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo"]
)
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 31)).map(lambda m: m.replace(tzinfo=UTC))  # noqa: DTZ001
CHANGES = st.sampled_from(
    [datetime(2026, 3, 29, 1), datetime(2026, 10, 25, 1), datetime(2026, 3, 8, 7), datetime(2026, 11, 1, 6)]  # noqa: DTZ001
)
NEAR_CHANGES = st.builds(
    lambda moment, minutes: moment.replace(tzinfo=UTC) + timedelta(minutes=minutes), CHANGES, st.integers(-2000, 2000)
)
INSTANTS = st.one_of(MOMENTS, NEAR_CHANGES)
MOMENT = datetime(2026, 4, 29, tzinfo=UTC)
TIMES = st.builds(time, st.integers(0, 23), st.integers(0, 59))


@given(TIMES, TIMES, INSTANTS, ZONES)
def test_the_end_of_quiet_hours_is_outside_them_and_within_a_day_and_a_half(
    start: time, end: time, moment: datetime, zone: str
) -> None:
    quiet = QuietHours(start, end)
    if start == end:
        return
    over = quiet.over_at(moment, zone)
    assert not quiet.holds(over, zone)
    assert moment <= over <= moment + timedelta(hours=36)
    assert over == moment or quiet.holds(moment, zone)


@given(TIMES, INSTANTS, ZONES)
def test_a_time_of_day_comes_once_a_day(when: time, moment: datetime, zone: str) -> None:
    following = next_at(when, moment, zone)
    before = last_at(when, moment, zone)
    assert before <= moment <= following
    assert following - moment <= timedelta(hours=26)
    assert moment - before <= timedelta(hours=26)
    after = next_at(when, following + timedelta(seconds=1), zone)
    days = [instant.astimezone(ZoneInfo(zone)).date() for instant in (following, after)]
    assert days[1] - days[0] == timedelta(days=1)
    assert last_at(when, following, zone) == following


WORDS = st.sampled_from(["关税", "關稅", "特朗普", "芯片", "星穹"])
ALERTS = st.lists(
    st.builds(
        lambda number, word, also, articles, score: an_alert(
            f"a{number}", topic=word, term=word, also=tuple(also), article_ids=tuple(articles), score=score
        ),
        st.integers(0, 30),
        WORDS,
        st.lists(WORDS, max_size=2),
        st.lists(st.sampled_from("123456"), max_size=4, unique=True),
        st.floats(0, 9),
    ),
    max_size=8,
    unique_by=lambda alert: alert.alert_id,
)


@given(ALERTS, st.randoms())
def test_grouping_keeps_every_alert_once_in_whatever_order_they_come(alerts: list, random: object) -> None:  # type: ignore[type-arg]
    groups = by_topic(alerts)
    assert sorted(a.alert_id for group in groups for a in group) == sorted(a.alert_id for a in alerts)
    shuffled = list(alerts)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert by_topic(shuffled) == groups
    leads = [group[0].topic.replace("關稅", "关税") for group in groups]
    assert len(set(leads)) == len(leads)


DAY_OF_ALERTS = st.lists(
    st.builds(
        lambda place, word, kind, step, score: (place, word, kind, step, score),
        st.integers(0, 4),
        WORDS,
        st.sampled_from(list(AlertKind)),
        st.integers(0, 1),
        st.floats(0, 9),
    ),
    max_size=5,
    unique_by=lambda found: found[0],
)


def on(day: date, found: tuple[int, str, AlertKind, int, float]) -> Alert:
    """An alert of the day; those of watch lists begin anew every day, others are one episode for ever."""
    place, word, kind, step, score = found
    is_list = kind is AlertKind.WATCH
    return an_alert(
        f"{place}-{day}" if is_list else f"{place}-{kind}-{word}",
        rule=f"watch:{place}" if is_list else "keywords",
        kind=kind,
        topic=word,
        term=word,
        day=day,
        episode_on=day if is_list else ALERT_DAY,
        step=step,
        score=score,
        article_ids=(f"{place} {day}",),
    )


@given(st.lists(DAY_OF_ALERTS, min_size=1, max_size=6), st.integers(1, 3))
def test_every_watched_day_is_told_that_day_and_nothing_twice(days: list, runs: int) -> None:  # type: ignore[type-arg]
    """Each run sees today's and yesterday's alerts, as live runs do."""
    told: dict[str, DeliveryReceipt] = {}
    letters: list[tuple[str, int]] = []
    before: list[Alert] = []
    for number, found in enumerate(days):
        day = ALERT_DAY + timedelta(days=number)
        today = [on(day, values) for values in found]
        for _ in range(runs):
            for group in by_topic(newest([*before, *today])):
                if fresh := fresh_of(group, told):
                    add_letter(told, OutboxMessage(number=1, created_at=MOMENT, mark="", groups=(fresh,)))
                    letters += [(alert.alert_id, alert.step) for alert in fresh]
        before = today
        told_today = {name for each in told.values() if each.day == day for name in each.names}
        assert all(fold(alert.topic) in told_today for alert in today if alert.kind is AlertKind.WATCH)
    assert len(set(letters)) == len(letters)


TAGS = {
    "html",
    "head",
    "meta",
    "title",
    "body",
    "div",
    "span",
    "h1",
    "p",
    "table",
    "tr",
    "td",
    "ul",
    "li",
    "a",
    "b",
    "br",
    "code",
}

ANY_TEXT = st.text(st.characters(), max_size=60) | st.sampled_from(
    [
        "<script>alert(1)</script>",
        "\x1b[31m",
        "{{1}}",
        "]]>",
        "javascript:alert(1)",
        "https://a.example/'\"<>",
        "http://[::1",
    ]
)


@given(ANY_TEXT)
def test_cleaned_text_is_one_line_and_stays_as_it_is(text: str) -> None:
    found = clean(text)
    assert found.isprintable() or "\u2060" in found
    assert len(found.splitlines()) <= 1
    assert clean(found.replace("\u2060", "")) == found


@given(ANY_TEXT)
def test_a_link_is_http_or_nothing(text: str) -> None:
    found = link(text)
    assert found == "" or found.startswith(("http://", "https://"))
    assert not set(found) & set("\"'<>() \t\r\n\\`")


@given(ANY_TEXT, ANY_TEXT, st.sampled_from(["zh", "en"]))
def test_no_text_adds_an_element_a_link_or_an_entry(text: str, url: str, language: str) -> None:
    alert = an_alert(
        term=text, forms=(text,), also=(text,), co_terms=(text,), publisher_names=(text,), rule=text,
        watchlists=(text,), headlines=(a_headline(title=text, publisher=text, url=url, quote=(text, text, text)),),
        first_publisher=text,
    )  # fmt: skip
    evaluation = MessageStyle(
        language=language, labels={text: text}, kibana="https://kibana.example/{term}", board="https://b.example/"
    )  # type: ignore[arg-type]
    message = compose([[alert]], evaluation)
    assert len(message.title.splitlines()) == 1
    page = lxml_html.document_fromstring(message.html)
    assert {element.tag for element in page.iter()} <= TAGS
    assert all(address.startswith(("http://", "https://")) for address in page.xpath("//@href"))
    assert not [name for element in page.iter() for name in element.attrib if name.startswith("on")]
    feed = etree.fromstring(word_feed([alert], text, authority="news.example", look=evaluation))
    assert len(feed.findall("{http://www.w3.org/2005/Atom}entry")) == 1
