"""Posts by requests: what is sent, and what each real answer of a server on loopback means."""

from __future__ import annotations

import json
import socket
import ssl
from threading import Thread
from urllib.parse import parse_qs

import pytest
import requests
import urllib3.exceptions

from mediawatch.delivery import Message, SendAttempt, SendResult, kind_of, send
from mediawatch.delivery.sending import OutgoingMessage, _asset, _plugin
from mediawatch.delivery.webhooks import Post, outcome_of, post, post_of
from tests.support.sinks import HttpSink

MESSAGE = Message(title="新词：星穹 <b>", text="第一行 & <x>\n第二行", html="<p>x</p>")
TOKEN = "a" * 24
REFUSED, UNKNOWN, SENT = SendResult.REFUSED, SendResult.UNKNOWN, SendResult.SENT


def sent(url: str, *, seconds: float = 20.0) -> SendAttempt:
    return send(url, kind_of(url), OutgoingMessage(message=MESSAGE, key="k1", fields={"terms": "a&b"}), seconds=seconds)


def post_for(url: str) -> Post | None:
    return post_of(_plugin(url, _asset(10)), MESSAGE, MESSAGE.text)


@pytest.mark.parametrize("scheme", ["json", "form", "mmost"])
@pytest.mark.parametrize(
    ("status", "result", "is_final"),
    [
        (200, SENT, False),
        (204, SENT, False),
        (302, REFUSED, False),
        (307, REFUSED, False),
        (400, REFUSED, False),
        (401, REFUSED, False),
        (404, REFUSED, False),
        (408, UNKNOWN, False),
        (413, REFUSED, True),
        (422, REFUSED, True),
        (429, REFUSED, False),
        (500, REFUSED, False),
        (502, UNKNOWN, False),
        (503, REFUSED, False),
        (504, UNKNOWN, False),
        (None, UNKNOWN, False),
    ],
)
def test_what_a_real_answer_means(scheme: str, status: int | None, result: SendResult, is_final: bool) -> None:
    with HttpSink(status) as sink:
        outcome = sent(f"{scheme}://127.0.0.1:{sink.port}/{TOKEN}")
    assert (outcome.result, outcome.is_final) == (result, is_final)
    assert result is SENT or not status or str(status) in outcome.reason
    assert len(sink.received) == 1


def test_a_redirect_is_no_delivery() -> None:
    """Followed, a POST becomes a GET without the message, and its 200 would count as sent."""
    with HttpSink(302) as sink:
        assert sent(sink.url).reason == "answered with HTTP 302"


def test_a_webhook_gets_fields_headers_and_credentials() -> None:
    with HttpSink() as sink:
        added = "%2BX-Team=desk&:message=text&:version=&:team=desk&-page=1"
        assert sent(f"json://robin:s3cret@127.0.0.1:{sink.port}/hook?{added}").result is SENT
    [posted] = sink.received
    assert posted.path == "/hook?page=1"
    assert (posted.key, posted.headers["x-team"]) == ("k1", "desk")
    assert posted.headers["authorization"].startswith("Basic ")
    assert posted.document == {
        "title": MESSAGE.title,
        "text": MESSAGE.text,
        "attachments": [],
        "type": "info",
        "team": "desk",
        "terms": "a&b",
    }


def test_a_form_is_a_form() -> None:
    with HttpSink() as sink:
        sent(f"form://127.0.0.1:{sink.port}/hook?:title=subject")
    read = parse_qs(sink.received[0].body.decode())
    assert read["subject"] == [MESSAGE.title]
    assert (read["message"], read["terms"]) == ([MESSAGE.text], ["a&b"])


def test_slack_is_posted_with_its_signs_escaped() -> None:
    request = post_for("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ")
    assert request is not None
    assert request.url == "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
    body = json.loads(request.options["data"])
    assert body["attachments"][0]["title"] == "新词：星穹 &lt;b&gt;"
    assert body["attachments"][0]["text"] == "第一行 &amp; &lt;x&gt;\n第二行"
    assert body["mrkdwn"] is False


def test_a_service_that_says_how_it_agrees_has_to_say_it() -> None:
    with HttpSink() as sink:
        request = Post(url=f"http://127.0.0.1:{sink.port}/", body={"text": "x"}, says=b"ok")
        assert post(request) == SendAttempt(result=UNKNOWN, reason="odd answer")


@pytest.mark.parametrize(
    "url",
    [
        "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#desk",
        "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ?blocks=yes",
        f"mmost://chat.news.example/{TOKEN}?channel=desk",
        "xml://hooks.news.example/",
        f"discord://4174216298/{TOKEN}",
    ],
)
def test_the_rest_is_left_to_apprise(url: str) -> None:
    assert post_for(url) is None


def test_nobody_there_and_no_tls_there_have_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert sent(f"json://127.0.0.1:{port}/") == SendAttempt(result=REFUSED, reason="no connection")
    with socket.create_server(("127.0.0.1", 0)) as server:
        Thread(target=answer_in_plain, args=(server,), daemon=True).start()
        url = f"jsons://127.0.0.1:{server.getsockname()[1]}/"
        assert sent(url) == SendAttempt(result=REFUSED, reason="no connection")


def answer_in_plain(server: socket.socket) -> None:
    client, _ = server.accept()
    with client:
        client.recv(65_536)
        client.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


def test_what_broke_later_may_have_arrived() -> None:
    cut = requests.exceptions.SSLError(ssl.SSLEOFError(8, "EOF occurred in violation of protocol"))
    assert outcome_of(cut) == SendAttempt(result=UNKNOWN, reason="connection lost before an answer")
    assert outcome_of(requests.ReadTimeout()).is_slow
    waited = urllib3.exceptions.ConnectTimeoutError("Connection to 10.9.9.9 timed out")
    assert outcome_of(requests.ConnectTimeout(waited)) == SendAttempt(
        result=REFUSED, reason="no connection", is_slow=True
    )
    assert outcome_of(requests.exceptions.InvalidURL("x")).is_final
