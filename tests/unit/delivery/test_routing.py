"""Which alerts make one message, and when it may go."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mediawatch.delivery import by_topic, due, due_at, may_go
from mediawatch.delivery.hours import instant_of, next_at, time_of_day
from mediawatch.delivery.routing import best_of
from mediawatch.records import Alert, AlertKind
from tests.support.alerting import ALERT_DAY, a_recipient, an_alert

TAIPEI = "Asia/Taipei"


def at(text: str, day: int = 29) -> datetime:
    hour, minute = text.split(":")
    return datetime(2026, 4, day, int(hour), int(minute), tzinfo=UTC)


@pytest.mark.parametrize(
    ("quiet", "now", "goes"),
    [
        ("22:00-07:00", "13:00", "13:00"),  # 21:00 in Taipei
        ("22:00-07:00", "14:00", "23:00"),
        ("22:00-07:00", "18:30", "23:00"),
        ("22:00-07:00", "23:00", "23:00"),
        ("12:00-13:30", "04:15", "05:30"),
        ("12:00-13:30", "05:30", "05:30"),
    ],
)
def test_quiet_hours_hold_back_until_they_end(quiet: str, now: str, goes: str) -> None:
    recipient = a_recipient(timezone=TAIPEI, quiet=quiet)
    assert due_at(recipient, at(now)) == at(goes)
    assert may_go(recipient, at(now), at(now)) is (now == goes)


def test_a_digest_waits_for_its_time_of_day() -> None:
    recipient = a_recipient(timezone=TAIPEI, deliver="08:00", quiet="22:00-09:00")
    assert due_at(recipient, at("10:00")) == at("00:00", 30)
    assert due_at(recipient, at("00:00")) == at("00:00")
    asked = at("10:00")
    assert [may_go(recipient, asked, at(*when)) for when in (("23:59", 29), ("00:00", 30), ("09:00", 30))] == [
        False,
        True,
        True,
    ]


def test_a_mute_sends_nothing_until_it_ends() -> None:
    recipient = a_recipient(timezone=TAIPEI, mute_until="2026-04-30")
    before, after = at("15:59"), at("16:00")
    assert due([an_alert()], [recipient], before) == ()
    assert len(due([an_alert()], [recipient], after)) == 1
    assert (may_go(recipient, before, before), may_go(recipient, before, after)) == (False, True)


@pytest.mark.parametrize(
    ("day", "when", "instant"),
    [
        ("2026-03-29", "01:30", "2026-03-29T00:30:00+00:00"),
        ("2026-03-29", "02:30", "2026-03-29T01:00:00+00:00"),  # skipped: the instant of the change
        ("2026-03-29", "03:00", "2026-03-29T01:00:00+00:00"),
        ("2026-10-25", "02:30", "2026-10-25T00:30:00+00:00"),  # twice: the first
    ],
)
def test_a_change_of_clocks(day: str, when: str, instant: str) -> None:
    found = instant_of(datetime.fromisoformat(day).date(), time_of_day(when), "Europe/Berlin")
    assert found == datetime.fromisoformat(instant)


def test_a_digest_comes_once_on_the_day_of_a_change() -> None:
    moment = datetime(2026, 10, 24, 12, 0, tzinfo=UTC)
    first = next_at(time_of_day("02:30"), moment, "Europe/Berlin")
    second = next_at(time_of_day("02:30"), first + timedelta(seconds=1), "Europe/Berlin")
    assert (first.date(), second - first) == (datetime(2026, 10, 25).date(), timedelta(hours=25))  # noqa: DTZ001


def test_one_topic_is_one_bundle_with_the_fullest_evidence_first() -> None:
    new = an_alert("n")
    watch = an_alert("w", kind=AlertKind.WATCH, rule="watch", topic=new.topic, score=99.0)
    rising = an_alert("r", kind=AlertKind.RISING, also=(new.term,), score=50.0)
    other = an_alert("o", score=1.0)

    assert [[alert.alert_id for alert in group] for group in by_topic([watch, other, rising, new])] == [
        ["n", "r", "w"],
        ["o"],
    ]


def test_a_traditional_and_a_simplified_word_are_one_topic() -> None:
    one, other = an_alert("a", topic="關稅", term="關稅"), an_alert("b", topic="关税", term="关税")
    assert len(by_topic([one, other])) == 1


def test_half_of_the_articles_of_both_are_one_topic_and_a_broad_list_glues_nothing() -> None:
    one, other = an_alert("a", article_ids=("1", "2", "3")), an_alert("b", article_ids=("7", "8"))
    broad = an_alert("w", kind=AlertKind.WATCH, article_ids=tuple("123456789"))
    close = an_alert("c", kind=AlertKind.RISING, article_ids=("2", "3", "4"))

    groups = [[alert.alert_id for alert in group] for group in by_topic([broad, one, other, close])]
    assert groups == [["a", "c"], ["b"], ["w"]]


def test_each_recipient_gets_a_bundle_of_what_it_wants() -> None:
    alerts = [an_alert("a"), an_alert("b", kind=AlertKind.RISING)]
    recipients = [a_recipient("all"), a_recipient("rising", kinds=["rising"]), a_recipient("off", enabled=False)]
    bundles = due(alerts, recipients, at("10:00"))
    assert [(bundle.recipient, bundle.lead.alert_id) for bundle in bundles] == [
        ("all", "a"),
        ("all", "b"),
        ("rising", "b"),
    ]
    assert all(bundle.lead.day == ALERT_DAY for bundle in bundles)


def ids_of(groups: list[tuple[Alert, ...]]) -> list[str]:
    return [group[0].alert_id for group in groups]


def test_the_best_topics_of_each_day_have_a_place() -> None:
    yesterday = ALERT_DAY - timedelta(days=1)
    groups = [
        (an_alert("low", score=3.0),),
        (an_alert("high", score=9.0),),
        (an_alert("pair", score=1.0), an_alert("louder", kind=AlertKind.RISING, score=5.0)),
        (an_alert("old", day=yesterday, score=1.0),),
    ]
    assert ids_of(best_of(groups, None)) == ["low", "high", "pair", "old"]
    assert ids_of(best_of(groups, 2)) == ["high", "pair", "old"]
    assert ids_of(best_of(groups, 2, taken={ALERT_DAY: 1})) == ["high", "old"]
    assert ids_of(best_of(groups, 2, taken={ALERT_DAY: 5, yesterday: 2})) == []


def test_what_was_asked_for_and_what_goes_on_needs_no_place() -> None:
    groups = [
        (an_alert("a", score=9.0),),
        (an_alert("watched", kind=AlertKind.WATCH, rule="watch:trade", score=0.0),),
        (an_alert("both", score=2.0), an_alert("listed", kind=AlertKind.WATCH, rule="watch:trade")),
        (an_alert("grown", step=1, score=1.0),),
        (an_alert("z", score=8.0),),
    ]
    assert ids_of(best_of(groups, 1, told={"grown"})) == ["a", "watched", "both", "grown"]
    assert ids_of(best_of(groups, 1, told={"grown"}, taken={ALERT_DAY: 1})) == ["watched", "both", "grown"]


def test_what_would_have_been_sent_keeps_to_the_places_of_a_day() -> None:
    alerts = [an_alert("a", score=1.0), an_alert("b", score=3.0), an_alert("c", score=2.0)]
    bundles = due(alerts, [a_recipient("archive"), a_recipient("chief", at_most=1)], at("10:00"))
    assert [(bundle.recipient, bundle.lead.alert_id) for bundle in bundles] == [
        ("archive", "b"),
        ("archive", "c"),
        ("archive", "a"),
        ("chief", "b"),
    ]
