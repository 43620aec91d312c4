"""Messages as they arrive: at an HTTP sink, in a mailbox, and at a service that fails twice."""

from __future__ import annotations

import logging
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from threading import Event

import pytest

from mediawatch.context import Context
from mediawatch.delivery import Channel, ChannelKind, OutgoingMessage, SendAttempt, SendResult, send
from mediawatch.delivery.deliver import deliver
from mediawatch.delivery.outbox import MOST_ATTEMPTS, Outbox
from mediawatch.delivery.outbox_status import outbox
from mediawatch.lake.store import Store
from mediawatch.records import AlertKind
from tests.support.alerting import a_headline, a_notice, a_recipient, an_alert
from tests.support.lakes import MORNING, SetClock, a_context
from tests.support.sinks import HttpSink, MailSink

pytestmark = pytest.mark.slow

CANARIES = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\x1b[31mred\x1b[0m",
    "\x1b]8;;https://evil.example\x07link\x1b]8;;\x07",
    "@everyone",
    "<!channel>",
    '<at user_id="all">all</at>',
    "[x](javascript:alert(1))",
    "{{ 7 * 7 }}",
    "\u202egnp.exe",
    "line\r\nBcc: everybody@news.example",
)


@pytest.fixture
def context(tmp_path: Path) -> Context:
    return a_context(tmp_path)


def later(context: Context, **how_much: float) -> None:
    assert isinstance(context.clock, SetClock)
    context.clock.at += timedelta(**how_much)


def statuses(context: Context) -> list[tuple[str, str, int]]:
    """(recipient, status, attempts) of every row, oldest letter first."""
    rows = outbox(context.store, context.clock())
    return [
        (row.recipient, row.status, row.attempts) for row in sorted(rows, key=lambda row: (row.letter, row.recipient))
    ]


def everything_in(store: Store) -> bytes:
    return b"\n".join([key.encode() + store.read(key) for key in store.list("")])


def mail_of(data: bytes) -> EmailMessage:
    return message_from_bytes(data, policy=policy.default)  # type: ignore[return-value]


def parts_of(mail: EmailMessage, kind: str) -> str:
    return "".join(part.get_content() for part in mail.walk() if part.get_content_type() == kind)


def test_a_message_arrives_at_a_webhook_with_its_evidence(context: Context) -> None:
    with HttpSink() as sink:
        report = deliver(context, [an_alert()], recipients=[a_recipient(url=sink.url)])

    (posted,) = sink.received
    assert (report.sent, report.waiting, report.problems) == (1, 0, [])
    assert posted.document["title"] == "新词：星穹a1（7 篇，3 个独立来源） · 柏岚发布星穹Pro，续航翻倍（1）"
    assert posted.document["alert_ids"] == "a1"
    assert "https://paper1.example/2026/04/29/1.html" in posted.document["message"]
    assert "mediawatch alerts dismiss a1" in posted.document["message"]
    assert posted.key
    assert statuses(context) == [("desk", "sent", 1)]


def test_an_alert_that_was_told_is_never_told_again(context: Context) -> None:
    with HttpSink() as sink:
        for _ in range(3):
            deliver(context, [an_alert()], recipients=[a_recipient(url=sink.url)])
            later(context, hours=2)

    assert len(sink.received) == 1


def test_a_message_arrives_in_a_mailbox_as_html_and_as_text(context: Context) -> None:
    with MailSink() as sink:
        report = deliver(context, [an_alert()], recipients=[a_recipient(url=sink.url, language="en")])

    (mail,) = sink.received
    assert report.sent == 1
    assert mail.recipients == ("desk@news.example",)
    message = mail_of(mail.data)
    assert message["Subject"] == "New: 星穹a1 (7 articles, 3 publishers) · 柏岚发布星穹Pro，续航翻倍（1）"
    assert message["X-Mediawatch-Delivery"]
    assert '<a href="https://paper1.example/2026/04/29/1.html"' in parts_of(message, "text/html")
    assert "柏岚发布星穹Pro" in parts_of(message, "text/plain")


def test_the_plain_text_of_a_mail_has_the_links_and_a_line_of_digits(tmp_path: Path) -> None:
    context = a_context(tmp_path, board_url="https://board.example/")
    with MailSink() as sink:
        deliver(context, [an_alert()], recipients=[a_recipient(url=sink.url)])

    plain = parts_of(mail_of(sink.received[0].data), "text/plain")
    assert plain.count("\nhttps://") + plain.count("  https://") == 3
    assert "https://board.example/word?w=" in plain
    assert f"每日篇数：{'0 ' * 26}2 5（" in plain
    assert not any(len(line) == 1 for line in plain.splitlines())


def test_the_digest_of_a_day_is_a_mail_with_its_own_text(context: Context) -> None:
    with MailSink() as sink:
        recipients = [a_recipient(url=sink.url, messages=["digest"])]
        deliver(context, [], recipients=recipients, notices={"zh": [a_notice()]})

    message = mail_of(sink.received[0].data)
    assert parts_of(message, "text/plain").split() == ["120", "篇文章", "*", "星穹", "https://paper1.example/1"]
    assert '<a href="https://paper1.example/1">' in parts_of(message, "text/html")


def test_a_mail_server_that_refuses_is_asked_again(context: Context) -> None:
    with MailSink(451) as sink:
        recipients = [a_recipient(url=sink.url)]
        first = deliver(context, [an_alert()], recipients=recipients)
        between = statuses(context)
        later(context, minutes=2)
        second = deliver(context, [], recipients=recipients)

    assert (first.refused, second.sent) == (1, 1)
    assert between == [("desk", "retrying", 1)]
    assert len(sink.received) == 1


def test_a_service_that_fails_twice_gets_the_message_once_and_holds_up_nobody(context: Context) -> None:
    with HttpSink(500, 503) as failing, HttpSink() as fine:
        recipients = [a_recipient("a-first", failing.url), a_recipient("b-second", fine.url)]
        reports = []
        for _ in range(5):
            reports.append(deliver(context, [an_alert()], recipients=recipients))
            later(context, minutes=10)

    assert [(report.sent, report.refused) for report in reports] == [(1, 1), (0, 1), (1, 0), (0, 0), (0, 0)]
    assert len(failing.received) == 3
    assert len(set(failing.keys)) == 1
    assert len(fine.received) == 1
    assert statuses(context) == [("a-first", "sent", 3), ("b-second", "sent", 1)]


def test_a_channel_that_goes_on_failing_is_shown_as_failed(context: Context) -> None:
    with HttpSink(*[500] * 50) as sink:
        for _ in range(MOST_ATTEMPTS + 3):
            deliver(context, [an_alert()], recipients=[a_recipient(url=sink.url)])
            later(context, hours=9)

    (row,) = outbox(context.store, context.clock())
    assert row.status == "failed"
    assert row.reason == "answered with HTTP 500"
    assert len(sink.received) == row.attempts <= MOST_ATTEMPTS


def test_a_message_that_will_never_be_taken_is_shown_as_failed_and_not_sent_again(context: Context) -> None:
    with HttpSink(413) as sink:
        for _ in range(3):
            deliver(context, [an_alert()], recipients=[a_recipient(url=sink.url)])
            later(context, hours=1)
        deliver(context, [an_alert("a2")], recipients=[a_recipient(url=sink.url)])

    assert [posted.document["alert_ids"] for posted in sink.received] == ["a1", "a2"]
    assert statuses(context) == [("desk", "failed", 1), ("desk", "sent", 1)]


def test_attempts_wait_for_their_time(context: Context) -> None:
    with HttpSink(500) as sink:
        for seconds in (30, 29, 1):
            deliver(context, [an_alert()], recipients=[a_recipient(url=sink.url)])
            later(context, seconds=seconds)
        assert len(sink.received) == 1
        deliver(context, [an_alert()], recipients=[a_recipient(url=sink.url)])

    assert len(sink.received) == 2


@pytest.mark.parametrize(("is_idempotent", "messages", "status"), [(False, 1, "unknown"), (True, 2, "sent")])
def test_an_answer_that_never_came_is_unknown_and_resent_only_where_repeats_are_dropped(
    context: Context, is_idempotent: bool, messages: int, status: str
) -> None:
    with HttpSink(None) as sink:
        for _ in range(3):
            deliver(context, [an_alert()], recipients=[a_recipient(url=sink.url, idempotent=is_idempotent)])
            later(context, minutes=10)

    assert len(sink.received) == messages
    assert len(set(sink.keys)) == 1
    assert [row.status for row in outbox(context.store, context.clock())] == [status]


def test_one_topic_makes_one_message_whatever_rules_found_it(context: Context) -> None:
    new = an_alert("n")
    watch = an_alert("w", rule="watch", kind=AlertKind.WATCH, topic=new.topic, term=new.term, watchlists=("tech",))
    rising = an_alert("r", rule="rising", kind=AlertKind.RISING, topic="别的", term="别的", article_ids=new.article_ids)
    with HttpSink() as sink:
        recipients = [a_recipient(url=sink.url)]
        deliver(context, [watch, new, rising], recipients=recipients)
        deliver(context, [watch], recipients=recipients)

    (posted,) = sink.received
    assert posted.document["kinds"] == "new"
    assert "关注名单“tech”" in posted.document["message"]


def test_a_watch_match_in_the_evening_does_not_repeat_the_morning(context: Context) -> None:
    new = an_alert("n")
    with HttpSink() as sink:
        recipients = [a_recipient(url=sink.url)]
        deliver(context, [new], recipients=recipients)
        later(context, hours=9)
        watch = an_alert("w", rule="watch", kind=AlertKind.WATCH, topic=new.topic, article_ids=("x",))
        deliver(context, [new, watch], recipients=recipients)

    assert len(sink.received) == 1


def test_an_episode_has_one_follow_up(context: Context) -> None:
    with HttpSink() as sink:
        for step in (0, 0, 1, 1, 1):
            deliver(context, [an_alert(step=step)], recipients=[a_recipient(url=sink.url)])
            later(context, hours=1)

    assert [posted.document["steps"] for posted in sink.received] == ["0", "1"]
    assert "续报" in sink.received[1].document["title"]


def test_foreign_text_stays_text(context: Context) -> None:
    headlines = tuple(
        a_headline(number, title=canary, publisher=canary, url=f"javascript:{number}")
        for number, canary in enumerate(CANARIES[:3], start=1)
    )
    words = {
        "term": "".join(CANARIES),
        "forms": CANARIES,
        "co_terms": CANARIES,
        "also": CANARIES,
        "publisher_names": CANARIES,
    }
    alert = an_alert(headlines=headlines, **words)
    with HttpSink() as hook, MailSink() as mailbox:
        deliver(context, [alert], recipients=[a_recipient("hook", hook.url), a_recipient("mail", mailbox.url)])

    told = hook.received[0].document
    message = mail_of(mailbox.received[0].data)
    for text in (told["title"], told["message"], str(message["Subject"])):
        assert not any(ord(c) < 32 and c not in "\n\r" for c in text)
        assert not any(c in text for c in "\x1b\x7f\u202e\x9b")
        assert not any(call in text for call in ("@everyone", "<!channel>", "<at "))
    assert message["Bcc"] is None
    html = parts_of(message, "text/html")
    assert not any(tag in html for tag in ("<script", "<img", "<at ", "javascript:1"))
    assert "{{ 7 * 7 }}" in html
    assert "&lt;img src=x onerror=alert(1)&gt;" in html


def test_secrets_reach_the_channel_and_nothing_else(
    context: Context, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    with HttpSink(500, 200) as sink:
        channel = Channel(name="chat", url="${MEDIAWATCH_CHANNEL_DESK}")
        recipient = a_recipient(channels=(channel,))
        environ = {"MEDIAWATCH_CHANNEL_DESK": f"json://robin:s3cret@127.0.0.1:{sink.port}/hidden-hook"}
        reports = [deliver(context, [an_alert()], recipients=[recipient], environ=environ)]
        later(context, minutes=5)
        reports.append(deliver(context, [], recipients=[recipient], environ=environ))

    assert [posted.path for posted in sink.received] == ["/hidden-hook", "/hidden-hook"]
    assert "authorization" in sink.received[0].headers
    shown = repr((reports, outbox(context.store, context.clock()))) + caplog.text + "".join(capfd.readouterr())
    for secret in ("s3cret", "hidden-hook"):
        assert secret not in shown
        assert secret.encode() not in everything_in(context.store)


@pytest.mark.parametrize(
    ("url", "environ", "says"),
    [
        ("${MEDIAWATCH_CHANNEL_DESK}", {}, "MEDIAWATCH_CHANNEL_DESK is not set"),
        ("${MEDIAWATCH_CHANNEL_DESK}", {"MEDIAWATCH_CHANNEL_DESK": "nonsense://s3cret"}, "none that Apprise"),
        (
            "mailto://127.0.0.1?from=a@news.example&to=b@news.example,c@news.example",
            {},
            "one channel for each",
        ),
    ],
)
def test_a_channel_that_cannot_be_used_is_told_and_loses_nothing(
    context: Context, url: str, environ: dict[str, str], says: str
) -> None:
    with HttpSink() as sink:
        broken = a_recipient("a", channels=(Channel(name="chat", url=url),))
        fixed = a_recipient("a", sink.url)
        report = deliver(context, [an_alert()], recipients=[broken, a_recipient("b", sink.url)], environ=environ)
        assert len(sink.received) == 1
        deliver(context, [], recipients=[fixed])

    (problem,) = report.problems
    assert says in problem
    assert problem.startswith("a/chat: ")
    assert "s3cret" not in problem
    assert len(sink.received) == 2


def test_a_slow_service_is_left_alone_in_time(context: Context) -> None:
    answered = Event()

    def impatient(address: str, kind: ChannelKind, outgoing: OutgoingMessage) -> SendAttempt:
        return send(address, kind, outgoing, seconds=0.2)

    with HttpSink(before_answer=lambda _: answered.wait() and None) as sink:
        report = deliver(context, [an_alert()], recipients=[a_recipient(url=sink.url)], sending=impatient)
        answered.set()

    assert report.unknown == 1
    assert [row.reason for row in outbox(context.store, context.clock())] == ["no answer in time"]


def test_a_markdown_chat_shows_marks_and_takes_them_for_nothing(context: Context) -> None:
    with HttpSink() as sink:
        url = f"mmost://127.0.0.1:{sink.port}/{'a' * 24}"
        channel = Channel(name="chat", url="${MEDIAWATCH_CHANNEL_MM}")
        alert = an_alert(headlines=(a_headline(title="*b* _i_ `c` [x](https://evil.example/) ~s~ # h | > q"),))
        environ = {"MEDIAWATCH_CHANNEL_MM": url}
        report = deliver(context, [alert], recipients=[a_recipient(channels=(channel,))], environ=environ)

    assert report.sent == 1
    text = sink.received[0].document["text"]
    assert r"\*b\* \_i\_ \`c\` \[x\]\(https://evil.example/\) \~s\~ \# h \| \> q" in text
    assert "<https://paper1.example/2026/04/29/1.html>" in text


def test_of_two_workers_one_gets_the_letter_and_the_attempt(store: Store) -> None:
    one, other = Outbox(store, "desk", "chat"), Outbox(store, "desk", "chat")
    groups = [(an_alert(),)]

    assert [box.claim(1, groups, MORNING, {}) for box in (one, other)] == [True, False]
    assert [box.begin(1, 1, MORNING) for box in (other, one)] == [True, False]
    other.end(1, 1, SendAttempt(result=SendResult.SENT), MORNING)
    assert one.letter(1).groups == tuple(groups)
    assert one.attempts_by_number()[1].last == "sent"
    assert list(one.told([1])) == ["a1"]
    assert [row.status for row in outbox(store, MORNING)] == ["sent"]
