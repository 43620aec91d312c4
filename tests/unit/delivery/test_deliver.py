"""Delivery over a day: what waits, what goes, what is told once, what is shown."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mediawatch.context import Context
from mediawatch.delivery import (
    Channel,
    ChannelKind,
    MessageKind,
    Notice,
    OutgoingMessage,
    Recipient,
    SendAttempt,
    SendResult,
)
from mediawatch.delivery.channel_run import Delivery
from mediawatch.delivery.deliver import deliver
from mediawatch.delivery.outbox import MOST_ATTEMPTS, STALE_SECONDS, Outbox, boxes, settle
from mediawatch.delivery.outbox_status import outbox
from mediawatch.keywords.watching import WatchList
from mediawatch.lake.documents import load
from mediawatch.locale import Language
from mediawatch.records import Alert, AlertKind
from tests.support.alerting import ALERT_DAY, a_notice, a_recipient, an_alert
from tests.support.lakes import SetClock, a_context

SENT, REFUSED, UNKNOWN = (SendAttempt(result=result, reason="because") for result in SendResult)


@dataclass(slots=True)
class Post:
    """Keeps what is sent, and answers with `answers` one after the other, then with sent."""

    answers: list[SendAttempt] = field(default_factory=list)
    parcels: list[OutgoingMessage] = field(default_factory=list)

    def __call__(self, address: str, kind: ChannelKind, outgoing: OutgoingMessage) -> SendAttempt:
        self.parcels.append(outgoing)
        return self.answers.pop(0) if self.answers else SENT

    @property
    def titles(self) -> list[str]:
        return [outgoing.message.title for outgoing in self.parcels]


@dataclass(slots=True)
class Desk:
    """A newsroom with a clock to set, and a post."""

    context: Context
    clock: SetClock
    post: Post = field(default_factory=Post)

    def at(self, text: str, day: int = 29) -> Desk:
        hour, minute = text.split(":")
        self.clock.at = datetime(2026, 4, day, int(hour), int(minute), tzinfo=UTC)
        return self

    def tell(self, alerts: Sequence[Alert], *recipients: Recipient, **how: Any) -> Delivery:
        return deliver(self.context, alerts, recipients=recipients, sending=self.post, environ={}, **how)

    def digest(self, *recipients: Recipient, alerts: Sequence[Alert] = (), **changes: Any) -> Delivery:
        notices: dict[Language, list[Notice]] = {"zh": [a_notice(**changes)]}
        return self.tell(alerts, *recipients, notices=notices)

    @property
    def statuses(self) -> list[str]:
        return [row.status for row in outbox(self.context.store, self.clock())]

    @property
    def told(self) -> list[str]:
        return [outgoing.fields["alert_ids"] for outgoing in self.post.parcels]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    context = a_context(tmp_path)
    assert isinstance(context.clock, SetClock)
    return Desk(context, context.clock)


def test_past_days_never_send_and_say_what_they_would_have(desk: Desk) -> None:
    yesterday = an_alert(day=ALERT_DAY - timedelta(days=1))
    report = desk.tell([yesterday], a_recipient(language="en"))

    assert desk.post.parcels == []
    assert list(boxes(desk.context.store)) == []
    assert [bundle.recipient for bundle in report.would_send] == ["desk"]
    assert any("would have told desk: New: 星穹a1 (7 articles" in line for line in report.lines())


def test_closing_a_day_after_midnight_names_it_live(desk: Desk) -> None:
    desk.at("00:30", 30).tell([an_alert()], a_recipient(), live_days={ALERT_DAY})
    assert desk.told == ["a1"]


def test_quiet_hours_leave_the_claim_unmade_and_the_evidence_fresh(desk: Desk) -> None:
    recipient = a_recipient(quiet="22:00-07:00")
    report = desk.at("22:30").tell([an_alert(articles=3)], recipient)
    assert (report.waiting, desk.statuses, desk.told) == (1, ["waiting"], [])
    assert list(Outbox(desk.context.store, "desk", "chat").attempts_by_number()) == []

    desk.at("23:30").tell([an_alert(articles=40, step=1)], recipient)
    desk.at("06:59", 30).tell([], recipient)
    assert desk.told == []
    desk.at("07:00", 30).tell([], recipient)

    assert desk.post.titles == ["新词：星穹a1（40 篇，3 个独立来源） · 柏岚发布星穹Pro，续航翻倍（1）"]
    assert desk.statuses == ["sent"]
    desk.at("07:30", 30).tell([an_alert(step=1)], recipient, live_days={ALERT_DAY})
    assert len(desk.told) == 1


def test_a_digest_is_one_letter_a_day(desk: Desk) -> None:
    recipient = a_recipient(deliver="08:00")
    desk.at("09:00").tell([an_alert("a"), an_alert("b")], recipient)
    desk.at("20:00").tell([an_alert("a"), an_alert("b"), an_alert("c")], recipient)
    assert desk.told == []
    for time in ("08:00", "08:05", "12:00"):
        desk.at(time, 30).tell([], recipient)

    assert desk.told == ["a,b,c"]
    assert desk.post.titles == ["新闻关键词摘要：3 个话题（2026年4月29日）"]
    assert desk.statuses == ["sent"] * 3


def test_a_digest_that_fails_is_tried_again_as_it_was(desk: Desk) -> None:
    recipient = a_recipient(deliver="08:00")
    desk.post.answers = [REFUSED]
    desk.at("07:00").tell([an_alert("a")], recipient)
    desk.at("08:00").tell([an_alert("a"), an_alert("b")], recipient)
    desk.at("08:10").tell([an_alert("b")], recipient)

    assert desk.told == ["a,b", "a,b"]
    assert len({outgoing.key for outgoing in desk.post.parcels}) == 1


def test_retries_keep_quiet_hours(desk: Desk) -> None:
    desk.post.answers = [REFUSED]
    recipient = a_recipient(quiet="22:00-07:00")
    desk.at("21:59").tell([an_alert()], recipient)
    desk.at("23:00").tell([], recipient)
    assert len(desk.told) == 1
    desk.at("07:00", 30).tell([], recipient)
    assert len(desk.told) == 2


def test_a_muted_recipient_gets_nothing_and_nothing_is_kept(desk: Desk) -> None:
    recipient = a_recipient(mute_until="2026-04-29 12:00")
    desk.at("09:00").tell([an_alert("a")], recipient)
    assert list(boxes(desk.context.store)) == []
    desk.at("12:00").tell([an_alert("b")], recipient)
    assert desk.told == ["b"]


def test_what_waits_too_long_is_told_no_more(desk: Desk) -> None:
    recipient = a_recipient(quiet="22:00-07:00")
    desk.at("22:30", 26).tell([an_alert(day=ALERT_DAY - timedelta(days=3))], recipient)
    report = desk.at("23:00", 29).tell([], recipient)
    assert (report.stale, desk.told, desk.statuses) == (1, [], [])


def test_a_letter_that_was_never_attempted_in_time_is_shown_as_failed(desk: Desk) -> None:
    recipient = a_recipient()
    desk.post.answers = [REFUSED] * 9
    desk.tell([an_alert()], recipient)
    desk.clock.at += timedelta(seconds=STALE_SECONDS + 1)
    desk.tell([], recipient)
    assert (len(desk.told), desk.statuses) == (1, ["failed"])


def test_each_way_of_ending_is_counted_and_shown(desk: Desk) -> None:
    desk.post.answers = [SENT, REFUSED, UNKNOWN]
    report = desk.tell([an_alert("a"), an_alert("b"), an_alert("c")], a_recipient())

    assert (report.sent, report.refused, report.unknown) == (1, 1, 1)
    assert next(report.lines()) == "1 sent, 1 refused, 1 unknown, 0 waiting, 0 told before"
    rows = {row.alert_id: row for row in outbox(desk.context.store, desk.clock())}
    assert {key: (row.status, row.reason) for key, row in rows.items()} == {
        "a": ("sent", "because"),
        "b": ("retrying", "because"),
        "c": ("unknown", "because"),
    }
    document = json.loads(json.dumps(rows["a"].document()))
    assert (document["day"], document["recipient"], document["channel"]) == ("2026-04-29", "desk", "chat")


def test_attempts_end(desk: Desk) -> None:
    desk.post.answers = [REFUSED] * 99
    for _ in range(20):
        desk.tell([an_alert()], a_recipient())
        desk.clock.at += timedelta(hours=3)
    assert len(desk.told) == MOST_ATTEMPTS
    assert desk.statuses == ["failed"]


def test_every_channel_of_a_recipient_is_told(desk: Desk) -> None:
    channels = tuple(Channel(name=name, url=f"json://127.0.0.1:9/{name}") for name in ("one", "two"))
    desk.tell([an_alert()], a_recipient(channels=channels))
    assert sorted(row.channel for row in outbox(desk.context.store, desk.clock())) == ["one", "two"]
    assert desk.told == ["a1", "a1"]


def test_a_list_with_recipients_of_its_own_is_for_them(desk: Desk) -> None:
    lists = [WatchList.model_validate({"name": "x", "terms": ["y"], "label": {"zh": "私"}, "recipients": ["boss"]})]
    alert = an_alert(kind=AlertKind.WATCH, rule="watch", watchlists=("x",))
    desk.tell([alert], a_recipient("boss"), a_recipient("desk"), watchlists=lists)
    assert [row.recipient for row in outbox(desk.context.store, desk.clock())] == ["boss"]
    assert "关注名单“私”" in desk.post.parcels[0].message.text


def test_another_rule_tells_the_topic_again_only_in_another_time(desk: Desk) -> None:
    recipient = a_recipient()
    desk.tell([an_alert("a", topic="关税")], recipient)
    soon = an_alert("b", topic="關稅", rule="other", episode_on=ALERT_DAY + timedelta(days=3))
    again = an_alert("d", topic="关税", episode_on=ALERT_DAY + timedelta(days=2))
    late = an_alert("c", topic="關稅", rule="other", episode_on=ALERT_DAY + timedelta(days=4))
    for alert in (soon, again, late):
        desk.tell([alert], recipient)
    assert desk.told == ["a", "d", "c"]


def test_a_covered_alert_stays_covered_while_its_episode_lasts(desk: Desk) -> None:
    recipient = a_recipient()
    desk.tell([an_alert("w", rule="watch", kind=AlertKind.WATCH, topic="关税")], recipient)
    for days in range(10):
        desk.clock.at += timedelta(days=1)
        later = an_alert("n", topic="关税", day=ALERT_DAY + timedelta(days=days + 1))
        desk.tell([later], recipient)
    assert desk.told == ["w"]


def test_what_was_told_is_known_after_many_letters_and_without_the_snapshot(desk: Desk) -> None:
    recipient = a_recipient()
    alerts = [an_alert(f"{number:03d}") for number in range(45)]
    desk.tell(alerts[:25], recipient)
    desk.tell(alerts, recipient)
    key = "outbox/desk/chat/told.json"
    assert desk.context.store.exists(key)
    report = desk.tell(alerts, recipient)
    desk.context.store.delete(key)
    desk.tell(alerts, recipient)

    assert report.told_before == 45
    assert sorted(desk.told) == [alert.alert_id for alert in alerts]


def test_the_newest_come_first_and_old_letters_may_be_left_out(desk: Desk) -> None:
    recipient = a_recipient()
    desk.at("09:00", 27).tell([an_alert("a", day=ALERT_DAY - timedelta(days=2))], recipient)
    desk.at("09:00", 29).tell([an_alert("b")], recipient)
    store, now = desk.context.store, desk.clock()
    assert [row.alert_id for row in outbox(store, now)] == ["b", "a"]
    assert [row.alert_id for row in outbox(store, now, since=ALERT_DAY)] == ["b"]


@pytest.mark.parametrize(("is_sent", "then"), [(True, ["sent"]), (False, ["retrying"])])
def test_a_person_says_what_became_of_an_unknown_message(desk: Desk, is_sent: bool, then: list[str]) -> None:
    desk.post.answers = [UNKNOWN]
    desk.tell([an_alert()], a_recipient())
    box = Outbox(desk.context.store, "desk", "chat")
    assert settle(box, 1, is_sent=is_sent, why="asked the desk", now=desk.clock())
    assert desk.statuses == then
    assert not settle(box, 2, is_sent=True, why="no such letter", now=desk.clock())
    desk.clock.at += timedelta(minutes=5)
    desk.tell([], a_recipient())
    assert (len(desk.told), desk.statuses) == (1 if is_sent else 2, ["sent"])


def test_ids_and_words_of_any_kind_have_a_place(desk: Desk) -> None:
    alert = an_alert("规则/关税 ../..\x00", term="<b>\ud83d\ude00", topic="../../etc")
    desk.tell([replace(alert, term="../<b>")], a_recipient())
    assert desk.statuses == ["sent"]


def test_a_digest_of_the_day_goes_once_to_those_who_ask_in_their_language(desk: Desk) -> None:
    both = a_recipient("both", messages=["alerts", "digest"])
    others = (a_recipient("alerts-only"), a_recipient("english", messages=["digest"], language="en"))
    for _ in range(2):
        report = desk.digest(both, *others)
        desk.clock.at += timedelta(hours=1)

    assert desk.post.titles == ["2026-04-29 新闻日报"]
    assert report.told_before == 1
    [row] = outbox(desk.context.store, desk.clock())
    assert (row.recipient, row.kind, row.status, row.alert_id) == ("both", "digest", "sent", "")
    assert (row.notice_id, row.term, row.day) == ("digest/2026-04-29", "2026-04-29 新闻日报", ALERT_DAY)


def test_a_digest_is_a_message_of_its_own_beside_the_alerts(desk: Desk) -> None:
    recipient = a_recipient(messages=["alerts", "digest"], deliver="08:00")
    desk.at("07:30").digest(recipient, alerts=[an_alert("a"), an_alert("b")])
    assert desk.post.parcels == []
    desk.at("08:00").tell([], recipient)
    assert [outgoing.fields["kinds"] for outgoing in desk.post.parcels] == ["new,new", "digest"]


def test_who_does_not_ask_for_alerts_gets_those_of_lists_that_name_them_only(desk: Desk) -> None:
    lists = [WatchList.model_validate({"name": "x", "terms": ["y"], "label": {"zh": "私"}, "recipients": ["ops"]})]
    named = an_alert("w", kind=AlertKind.WATCH, rule="watch", watchlists=("x",))
    desk.tell([an_alert("a"), named], a_recipient("ops", messages=["failures"]), watchlists=lists)
    assert desk.told == ["w"]


def test_quiet_hours_hold_a_digest_and_its_newest_form_goes(desk: Desk) -> None:
    recipient = a_recipient(messages=["digest"], quiet="22:00-07:00")
    assert desk.at("04:35", 30).digest(recipient).waiting == 1
    desk.at("05:35", 30).digest(recipient, text="121 篇文章")
    desk.at("07:00", 30).tell([], recipient)
    assert [outgoing.message.text for outgoing in desk.post.parcels] == ["121 篇文章"]
    desk.digest(recipient)
    assert len(desk.post.parcels) == 1


def test_mute_and_staleness_hold_for_a_digest_too(desk: Desk) -> None:
    muted = a_recipient("muted", messages=["digest"], mute_until="2026-04-30 12:00")
    quiet = a_recipient("quiet", messages=["digest"], quiet="22:00-07:00")
    desk.at("23:00", 25).digest(muted, quiet)
    report = desk.at("23:30", 28).tell([], muted, quiet)
    assert (report.stale, desk.statuses, desk.post.parcels) == (1, [], [])


def test_what_a_claimed_digest_says_is_frozen(desk: Desk) -> None:
    desk.post.answers = [REFUSED]
    recipient = a_recipient(messages=["digest"])
    desk.digest(recipient)
    desk.clock.at += timedelta(minutes=2)
    desk.digest(recipient, text="121 篇文章")
    first, second = desk.post.parcels
    assert (first.message, first.key) == (second.message, second.key)
    assert desk.statuses == ["sent"]


def test_many_letters_later_a_digest_is_still_known(desk: Desk) -> None:
    recipient = a_recipient(messages=["alerts", "digest"])
    desk.digest(recipient, alerts=[an_alert(f"{number:03d}") for number in range(45)])
    desk.digest(recipient)
    assert sum(outgoing.fields["kinds"] == MessageKind.DIGEST for outgoing in desk.post.parcels) == 1


def test_alerts_are_kept_as_they_were_before_there_were_notices(desk: Desk) -> None:
    recipient = a_recipient(quiet="22:00-07:00")
    desk.at("21:59").tell([an_alert("a")], recipient)
    desk.at("22:30").tell([an_alert("b")], recipient)
    store = desk.context.store
    [letter] = [key for key in store.list("outbox") if key.endswith("letter.json")]
    [waiting] = [key for key in store.list("outbox") if "/waiting/" in key]
    assert set(load(store.read(letter), letter)) == {"created_at", "mark", "groups", "updates"}
    assert set(load(store.read(waiting), waiting)) == {"requested_at", "alert"}


def test_the_desk_gets_two_the_chief_one_and_the_archive_all(desk: Desk) -> None:
    alerts = [an_alert("a", score=1.0), an_alert("b", score=3.0), an_alert("c", score=2.0)]
    recipients = [a_recipient("archive"), a_recipient("chief", at_most=1), a_recipient("desk", at_most=2)]
    lines = [next(desk.tell(alerts, recipient).lines()) for recipient in recipients]

    assert desk.told == ["b", "c", "a", "b", "b", "c"]
    assert lines[0] == "3 sent, 0 refused, 0 unknown, 0 waiting, 0 told before"
    assert lines[1] == "1 sent, 0 refused, 0 unknown, 0 waiting, 0 told before, 2 left out"


def test_a_later_look_fills_the_places_that_are_left_and_no_more(desk: Desk) -> None:
    chief = a_recipient(at_most=2)
    early = an_alert("early", score=4.0)
    desk.at("10:00").tell([early], chief)
    later = [early, an_alert("best", score=9.0), an_alert("second", score=8.0)]
    assert desk.at("15:00").tell(later, chief).left_out == 1
    assert desk.at("20:00").tell(later, chief).left_out == 1
    assert desk.told == ["early", "best"]


def test_a_follow_up_goes_although_all_places_are_taken_and_frees_none(desk: Desk) -> None:
    chief = a_recipient(at_most=1)
    one, other = an_alert("one", score=5.0), an_alert("other", score=4.0)
    days = {ALERT_DAY, ALERT_DAY + timedelta(days=1)}
    desk.at("10:00").tell([one, other], chief)
    grown = replace(one, step=1, day=ALERT_DAY + timedelta(days=1))
    desk.at("10:00", 30).tell([grown, other], chief, live_days=days)
    desk.at("12:00", 30).tell([grown, other], chief, live_days=days)
    assert desk.told == ["one", "one"]
    desk.tell([grown, other, an_alert("next", day=ALERT_DAY + timedelta(days=1))], chief, live_days=days)
    assert desk.told == ["one", "one", "next"]


def test_a_better_topic_takes_the_place_of_one_that_waits(desk: Desk) -> None:
    chief = a_recipient(deliver="20:00", at_most=2)
    first = [an_alert("a", score=5.0), an_alert("b", score=4.0)]
    assert desk.at("10:00").tell(first, chief).waiting == 2
    report = desk.at("15:00").tell([*first, an_alert("c", score=6.0)], chief)
    assert (report.waiting, report.left_out) == (2, 1)
    desk.at("20:00").tell([*first, an_alert("c", score=6.0)], chief)
    assert desk.told == ["c,a"]


def test_what_a_list_asked_for_comes_beside_the_best(desk: Desk) -> None:
    chief = a_recipient(at_most=1)
    watched = an_alert("w", kind=AlertKind.WATCH, rule="watch:trade", watchlists=("trade",), score=0.5)
    desk.at("10:00").tell([watched], chief)
    desk.at("11:00").tell([watched, an_alert("a"), an_alert("b", score=1.0)], chief)
    assert desk.told == ["w", "a"]


def test_places_are_known_after_many_letters_and_by_the_records_of_an_earlier_version(desk: Desk) -> None:
    chief, key = a_recipient(at_most=45), "outbox/desk/chat/told.json"
    alerts = [an_alert(f"a{number}", score=100.0 - number) for number in range(50)]
    desk.at("10:00").tell(alerts, chief)
    store = desk.context.store
    assert desk.tell(alerts, chief).left_out == 5
    kept = load(store.read(key), key)
    assert {row[5] for row in kept["told"]} == {ALERT_DAY.isoformat()}
    earlier = {**kept, "told": [row[:5] for row in kept["told"]]}
    store.put(key, json.dumps(earlier).encode())
    assert desk.tell(alerts, chief).left_out == 5
    assert len(desk.told) == 45
