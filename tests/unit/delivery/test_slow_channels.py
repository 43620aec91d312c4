"""Channels that do not answer: what they cost themselves, and what they cost the others."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Event

import pytest

from mediawatch.context import Context
from mediawatch.delivery import Channel, ChannelKind, OutgoingMessage, Recipient, SendAttempt, SendResult, send
from mediawatch.delivery.channel_run import TimeBox, side_by_side
from mediawatch.delivery.deliver import SECONDS, deliver
from mediawatch.delivery.outbox_status import outbox
from mediawatch.errors import Unavailable
from tests.support.alerting import a_recipient, an_alert
from tests.support.lakes import SetClock, a_context
from tests.support.sinks import HttpSink

pytestmark = pytest.mark.slow

ALERTS = [an_alert(f"{number:02d}") for number in range(15)]
A_SEND_AT_MOST = 60.0


@pytest.fixture
def context(tmp_path: Path) -> Context:
    return a_context(tmp_path)


@contextmanager
def hanging(count: int = 1) -> Iterator[list[HttpSink]]:
    """Servers that read a request and answer only when the test is over."""
    over = Event()
    with ExitStack() as stack:
        stack.callback(over.set)
        yield [stack.enter_context(HttpSink(before_answer=lambda _: over.wait() and None)) for _ in range(count)]
        over.set()


def impatient(address: str, kind: ChannelKind, outgoing: OutgoingMessage) -> SendAttempt:
    return send(address, kind, outgoing, seconds=0.5)


def test_a_channel_that_timed_out_is_left_and_its_messages_wait(context: Context) -> None:
    with hanging() as [slow]:
        recipient = a_recipient(url=slow.url)
        report = deliver(context, ALERTS, recipients=[recipient], sending=impatient)

        assert len(slow.received) == 1
        assert (report.unknown, report.waiting) == (1, 14)
        assert report.problems == ["desk/chat: no answer in time; messages left for the next run: 14"]
        statuses = sorted(row.status for row in outbox(context.store, context.clock()))
        assert statuses == ["unknown", *["waiting"] * 14]

    with HttpSink() as fixed:
        assert isinstance(context.clock, SetClock)
        context.clock.at += timedelta(hours=1)
        report = deliver(context, ALERTS, recipients=[a_recipient(url=fixed.url)], sending=impatient)
        assert (report.sent, report.waiting, report.problems) == (14, 0, [])
        assert len(set(fixed.keys) | set(slow.keys)) == 15


def test_who_hangs_holds_up_no_other_recipient_and_no_other_channel(context: Context) -> None:
    """Every healthy channel has all its messages before the first hanging one is given up."""
    over = Event()

    def patient(address: str, kind: ChannelKind, outgoing: OutgoingMessage) -> SendAttempt:
        if ":9/" in address:
            # As a hanging service would: until somebody gives up, here once all others have theirs.
            assert over.wait(60)
            return SendAttempt(result=SendResult.UNKNOWN, reason="no answer in time", is_slow=True)
        outcome = send(address, kind, outgoing)
        if len(fine.received) == 2 * len(ALERTS):
            over.set()
        return outcome

    with HttpSink() as fine:
        both = (Channel(name="a", url="json://127.0.0.1:9/x"), Channel(name="b", url=fine.url))
        recipients: list[Recipient] = [
            *(a_recipient(f"a-slow-{number}") for number in range(10)),
            a_recipient("b-fine", fine.url),
            a_recipient("c-both", channels=both),
        ]
        report = deliver(context, ALERTS, recipients=recipients, sending=patient)

    assert (report.sent, report.unknown) == (30, 11)
    assert [row.alert_id for row in outbox(context.store, context.clock()) if row.status == "sent"]
    assert len(report.problems) == 11


def test_messages_of_one_channel_go_in_order(context: Context) -> None:
    with HttpSink() as one, HttpSink() as other:
        deliver(context, ALERTS, recipients=[a_recipient("a", one.url), a_recipient("b", other.url)])
    for sink in (one, other):
        assert [posted.document["alert_ids"] for posted in sink.received] == [alert.alert_id for alert in ALERTS]


def test_when_the_time_is_over_nothing_more_is_begun_and_it_is_said(context: Context) -> None:
    with HttpSink() as sink:
        recipients = [a_recipient("a", sink.url), a_recipient("b", sink.url)]
        report = deliver(context, ALERTS, recipients=recipients, seconds=0)
        assert sink.received == []
        assert (report.sent, report.waiting) == (0, 30)
        assert report.problems == [
            f"{name}/chat: the time for sending is over; messages left for the next run: 15" for name in ("a", "b")
        ]
        assert deliver(context, [], recipients=recipients).sent == 30


def test_a_run_ends_before_its_task_is_ended() -> None:
    from mediawatch.orchestration import tasks

    assert tasks.QUICK.total_seconds() >= SECONDS + 2 * A_SEND_AT_MOST


def test_a_connection_that_never_comes_about_is_slow_too(context: Context) -> None:
    """A server whose queue is full lets a client wait: the kind of silence that no answer ends."""
    said = "A Connection error occurred: (Caused by ConnectTimeoutError(<...>, 'Connection to 10.9.9.9 timed out.'))"
    from mediawatch.delivery.sending import _failure

    assert _failure(said) == SendAttempt(result=SendResult.REFUSED, reason="no connection", is_slow=True)
    assert _failure("Socket Exception: Read timed out. (read timeout=20)").is_slow
    assert not _failure("Socket Exception: Connection refused").is_slow


def test_an_error_of_one_piece_of_work_is_raised_when_the_others_are_done() -> None:
    done: list[int] = []
    together = Barrier(3)

    def work(number: int) -> None:
        together.wait(60)
        if number == 0:
            raise Unavailable("the lake")
        done.append(number)

    with pytest.raises(Unavailable, match="the lake"):
        side_by_side([lambda n=n: work(n) for n in range(3)], 3, TimeBox(60))  # type: ignore[misc]
    assert sorted(done) == [1, 2]


def test_logs_are_as_before_once_all_have_sent(context: Context, caplog: pytest.LogCaptureFixture) -> None:
    """While several threads send, none of them puts the logs back under the others' feet."""
    caplog.set_level(logging.DEBUG)
    logger = logging.getLogger("apprise")
    before = (logger.level, logger.propagate, list(logger.handlers))
    with ExitStack() as stack:
        sinks = [stack.enter_context(HttpSink(*[500] * 15)) for _ in range(6)]
        deliver(context, ALERTS, recipients=[a_recipient(f"r{n}", sink.url) for n, sink in enumerate(sinks)])
    assert (logger.level, logger.propagate, list(logger.handlers)) == before
    assert "127.0.0.1" not in caplog.text
