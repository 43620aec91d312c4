"""Mail handed over step by step to a real server on loopback."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from email import message_from_bytes, policy
from threading import Thread

import pytest

from mediawatch.delivery import Message, SendAttempt, SendResult, kind_of, send
from mediawatch.delivery.mail import is_plain
from mediawatch.delivery.sending import OutgoingMessage, _asset, _plugin
from tests.support.sinks import MailSink

MESSAGE = Message(title="新词：星穹", text="第一行\n.\n.第三行", html="<p>第一行</p>")
REFUSED, UNKNOWN = SendResult.REFUSED, SendResult.UNKNOWN


def sent(url: str, *, seconds: float = 20.0) -> SendAttempt:
    return send(url, kind_of(url), OutgoingMessage(message=MESSAGE, key="k1"), seconds=seconds)


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"HELO": 421}, SendAttempt(result=REFUSED, reason="answered with SMTP 421")),
        ({"HELO": 0}, SendAttempt(result=REFUSED, reason="no connection")),
        ({"MAIL": 452}, SendAttempt(result=REFUSED, reason="answered with SMTP 452")),
        ({"MAIL": 0}, SendAttempt(result=REFUSED, reason="no connection")),
        ({"RCPT": 550}, SendAttempt(result=REFUSED, reason="answered with SMTP 550")),
        ({"RCPT": 0}, SendAttempt(result=REFUSED, reason="no connection")),
        ({"DATA": 451}, SendAttempt(result=REFUSED, reason="answered with SMTP 451")),
        ({"DATA": 0}, SendAttempt(result=UNKNOWN, reason="connection lost before an answer")),
        ({"BODY": 451}, SendAttempt(result=REFUSED, reason="answered with SMTP 451")),
        ({"BODY": 552}, SendAttempt(result=REFUSED, reason="answered with SMTP 552", is_final=True)),
        ({"BODY": 0}, SendAttempt(result=UNKNOWN, reason="connection lost before an answer")),
        ({"QUIT": 0}, SendAttempt(result=SendResult.SENT)),
    ],
    ids=str,
)
def test_what_each_step_means(answers: dict[str, int], expected: SendAttempt) -> None:
    with MailSink(answers=answers) as sink:
        assert sent(sink.url) == expected
    assert len(sink.received) == (expected.result is SendResult.SENT)


def test_one_recipient_refused_is_a_mail_for_nobody() -> None:
    """Apprise sends to the others and says that it failed: tried again, they had it twice."""
    with MailSink(250, 550) as sink:
        outcome = sent(f"{sink.url}&cc=chief@news.example")
        again = sent(f"{sink.url}&cc=chief@news.example")
    assert (outcome.reason, again.result) == ("answered with SMTP 550", SendResult.SENT)
    assert [mail.recipients for mail in sink.received] == [("desk@news.example", "chief@news.example")]


def test_a_mail_names_everybody_but_the_hidden() -> None:
    with MailSink() as sink:
        sent(f"{sink.url}&cc=chief@news.example&bcc=hidden@news.example&reply=back@news.example&name=Newsroom")
    [mail] = sink.received
    read = message_from_bytes(mail.data, policy=policy.default)
    assert mail.recipients == ("desk@news.example", "chief@news.example", "hidden@news.example")
    assert (read["To"], read["Cc"], read["Reply-To"]) == (
        "desk@news.example",
        "chief@news.example",
        "back@news.example",
    )
    assert read["From"] == "Newsroom <alerts@news.example>"
    assert (read["Subject"], read["X-Mediawatch-Delivery"], read["Bcc"]) == ("新词：星穹", "k1", None)
    assert read["Date"].datetime
    assert read["Message-ID"]
    plain, html = (part.get_content() for part in read.iter_parts())  # type: ignore[attr-defined]
    assert plain.splitlines() == ["第一行", ".", ".第三行"]
    assert html.strip() == "<p>第一行</p>"


@pytest.mark.parametrize(
    "title",
    [
        "Rising: floods (3 articles, 2 publishers)",
        "New: 星穹a1 (7 articles, 3 publishers) · 柏岚发布星穹Pro，续航翻倍（1）",
        "Rising: killed (12 articles) · A drone attack killed three — officials say more is to come in the day — again",
        "新词：星穹（7 篇，3 个独立来源） · 柏岚 发布 星穹 Pro 手机 续航 翻倍 价格 公布 现场 人山人海 警方 封路",
        "Back: naïve (3 articles) " + "a b " * 60 + "é",
    ],
)
def test_a_subject_keeps_its_words_apart_in_short_lines_of_ascii(title: str) -> None:
    message = replace(MESSAGE, title=title)
    with MailSink() as sink:
        send(sink.url, kind_of(sink.url), OutgoingMessage(message=message, key="k1"))
    data = sink.received[0].data
    assert message_from_bytes(data, policy=policy.default)["Subject"] == title
    header = data[data.index(b"Subject:") : data.index(b"From:")].splitlines()
    assert all(line.isascii() and len(line) <= 78 for line in header)


def test_a_password_that_is_wrong_is_told_by_its_code() -> None:
    with MailSink(answers={"AUTH": 535}) as sink:
        url = sink.url.replace("mailto://", "mailto://robin:s3cret@")
        outcome = sent(url)
    assert (outcome.result, outcome.is_final) == (REFUSED, False)
    assert "s3cret" not in outcome.reason


def test_a_server_without_tls_gets_no_mail_that_wants_it() -> None:
    with MailSink() as sink:
        outcome = sent(sink.url.replace("mode=insecure", "mode=starttls"))
    assert (outcome, sink.received) == (SendAttempt(result=REFUSED, reason="no connection"), [])


@contextmanager
def dripping() -> Iterator[str]:
    """A server whose greeting never ends."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            client, _ = server.accept()
            with client:
                client.settimeout(0.01)
                for _ in range(2000):
                    client.sendall(b"2")
                    try:
                        if not client.recv(1):
                            return
                    except TimeoutError:
                        continue

        Thread(target=drip, daemon=True).start()
        yield f"mailto://127.0.0.1:{server.getsockname()[1]}?from=a@news.example&to=b@news.example&mode=insecure"


def test_a_server_that_drips_is_left_when_the_time_is_over() -> None:
    with dripping() as url:
        outcome = sent(url, seconds=0.3)
    assert outcome == SendAttempt(result=UNKNOWN, reason="no answer in time", is_slow=True)


def test_mail_that_is_to_be_signed_is_left_to_apprise() -> None:
    address = "mailto://127.0.0.1:25?from=a@news.example&to=b@news.example&mode=insecure"
    plugins = [_plugin(url, _asset(1)) for url in (address, f"{address}&pgp=sign", "json://news.example/")]
    assert [is_plain(plugin) for plugin in plugins] == [True, False, False]
