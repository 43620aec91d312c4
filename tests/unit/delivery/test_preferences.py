"""What a recipient thinks of alerts moves further ones in his own order, says why, and can be taken back."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from mediawatch.delivery import ChannelKind, OutgoingMessage, SendAttempt, SendResult
from mediawatch.delivery.deliver import deliver
from mediawatch.delivery.preferences import Opinion, Preferences, give_opinion, opinions, preferences_of, take_back
from mediawatch.errors import BadRequest
from mediawatch.records import Alert, AlertKind
from mediawatch.records.alert import QUIET_DAYS
from tests.support.alerting import ALERT_DAY, a_recipient, an_alert
from tests.support.lakes import a_context


def of(*given: tuple[Alert, bool]) -> Preferences:
    """The desk's preferences after these opinions."""
    made = [
        Opinion(
            recipient="desk",
            alert_id=alert.alert_id,
            is_useful=is_useful,
            kind=alert.kind.value,
            publisher=alert.publisher_names[0],
            words=(alert.topic,),
            why="",
            on=ALERT_DAY,
        )
        for alert, is_useful in given
    ]
    return preferences_of(made, "desk", ALERT_DAY)


def rising(number: int, **changes: object) -> Alert:
    return an_alert(f"r{number}", kind=AlertKind.RISING, publisher_names=(f"报{number}",), **changes)


def test_without_opinions_the_order_is_that_of_the_scores() -> None:
    alert = an_alert(score=7.5)
    assert of().score(alert) == 7.5
    assert of().reasons(alert) == ()


def test_three_dismissed_of_a_kind_move_that_kind_down_and_no_other() -> None:
    own = of(*((rising(number), False) for number in range(3)))
    [reason] = own.reasons(rising(9))
    assert (reason.trait, reason.value, reason.dismissed, reason.bookmarked) == ("kind", "rising", 3, 0)
    assert own.score(rising(9, score=8.0)) == pytest.approx(8.0 + reason.points)
    assert reason.points < 0
    assert own.score(an_alert(score=8.0)) == 8.0


def test_two_of_a_kind_say_nothing_and_bookmarks_make_up_for_dismissals() -> None:
    assert of(*((rising(number), False) for number in range(2))).reasons(rising(9)) == ()
    mixed = of(*((rising(number), number % 2 == 0) for number in range(4)))
    assert mixed.reasons(rising(9)) == ()


def test_more_dismissals_move_further_and_never_beyond_the_most() -> None:
    moved = [of(*((rising(number), False) for number in range(count))).score(rising(99)) for count in (3, 6, 60)]
    assert moved[0] > moved[1] > moved[2] > rising(99).score - 2


def test_one_dismissed_word_moves_the_same_word_in_any_script() -> None:
    own = of((an_alert("a", topic="关税"), False))
    assert own.score(an_alert("b", topic="關稅", term="關稅", publisher_names=("别报",))) < an_alert().score
    assert own.score(an_alert("c", publisher_names=("别报",))) == an_alert().score


def test_a_bookmarked_publisher_moves_its_alerts_up() -> None:
    own = of(*((an_alert(f"p{number}", kind=kind), True) for number, kind in enumerate(AlertKind)))
    [reason] = [each for each in own.reasons(an_alert("x")) if each.trait == "publisher"]
    assert (reason.value, reason.bookmarked) == ("城北日报1", 4)
    assert reason.points > 0


def test_an_opinion_holds_for_a_season_and_for_its_recipient() -> None:
    given = of((an_alert("a", topic="关税"), False)).opinions
    last = ALERT_DAY + timedelta(days=QUIET_DAYS)
    assert preferences_of(given, "desk", last).opinions
    assert not preferences_of(given, "desk", last + timedelta(days=1)).opinions
    assert not preferences_of(given, "chief", ALERT_DAY).opinions


def test_opinions_are_kept_replaced_and_taken_back(tmp_path: Path) -> None:
    store = a_context(tmp_path).store
    first, other = an_alert("aa11"), an_alert("bb22")
    for recipient in ("desk", "desk2"):
        give_opinion(store, recipient, first, is_useful=False, why=" no news ", on=ALERT_DAY)
    give_opinion(store, "desk", first, is_useful=True, why="", on=ALERT_DAY)
    give_opinion(store, "desk", other, is_useful=False, why="", on=ALERT_DAY)
    assert [(one.alert_id, one.is_useful) for one in opinions(store, "desk")] == [("aa11", True), ("bb22", False)]
    assert [one.why for one in opinions(store, "desk2")] == ["no news"]
    assert [one.alert_id for one in take_back(store, "desk", "aa")] == ["aa11"]
    assert [one.alert_id for one in take_back(store, "desk")] == ["bb22"]
    assert [one.recipient for one in opinions(store)] == ["desk2"]
    with pytest.raises(BadRequest, match="desk has no opinion"):
        take_back(store, "desk")


def test_the_places_of_a_day_follow_the_recipients_own_order_and_the_message_says_so(tmp_path: Path) -> None:
    context = a_context(tmp_path)
    for number in range(3):
        give_opinion(context.store, "desk", rising(number), is_useful=False, why="", on=context.today)
    loud, quiet = rising(8, score=9.0, day=context.today), an_alert("n", score=8.5, day=context.today)
    sent: list[OutgoingMessage] = []

    def post(address: str, kind: ChannelKind, outgoing: OutgoingMessage) -> SendAttempt:
        sent.append(outgoing)
        return SendAttempt(result=SendResult.SENT)

    def told(recipient: str, at_most: int | None = 1) -> list[str]:
        sent.clear()
        desk = a_recipient(recipient, at_most=at_most, language="en")
        deliver(context, [loud, quiet], recipients=[desk], sending=post)
        return [outgoing.message.text for outgoing in sent]

    [theirs] = told("chief")
    assert loud.term in theirs
    assert "Your own order" not in theirs
    [ours] = told("desk")
    assert quiet.term in ours
    [rest] = told("desk", None)
    assert loud.term in rest
    assert "Your own order: -1.2 points" in rest
    assert "3 dismissed, 0 bookmarked (undo: mediawatch alerts undo --for desk)" in rest
