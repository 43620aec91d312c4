"""What is known of channels, and that Apprise understands every example."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from mediawatch.delivery import KINDS, ChannelKind, SendResult, check, compose, kind_of, send
from mediawatch.delivery.channels import resolved
from mediawatch.delivery.cleaning import clean
from mediawatch.delivery.composing import MessageStyle
from mediawatch.delivery.sending import OutgoingMessage, _failure, _with_parameters
from mediawatch.errors import BadConfiguration
from tests.support.alerting import an_alert
from tests.support.sinks import HttpSink

ALERTS = Path(__file__).parents[3] / "docs/alerts.md"

TOKENS = {
    "TOKEN_A": "T1JJ3T3L2",
    "TOKEN_B": "A1BRTD4JD",
    "TOKEN_C": "TIiajkdnlazkcOXrIdevi7FQ",
    "BOT_TOKEN": "123456789:ABCdefghijkl",
    "CHAT_ID": "12345",
    "WEBHOOK_ID": "4174216298",
    "ACCESS_TOKEN": "abcdefghijklmnop",
    "INTEGRATION_KEY": "A1BRTD4JD" + "a" * 23,
    "API_KEY": "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa",
    "BOT_KEY": "abcdefghijklmnopabcd",
    "TOKEN": "a" * 24,
    "TOPIC": "alerts",
    "SECRET": "SEC" + "a" * 40,
    "USER": "robin",
    "PASSWORD": "pass",
}
"""What the words in capitals of the examples look like, longest words first."""


def filled(example: str) -> str:
    for word in sorted(TOKENS, key=len, reverse=True):
        example = example.replace(word, TOKENS[word])
    return example


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_apprise_understands_the_example_with_all_that_is_added(kind: ChannelKind) -> None:
    address = filled(kind.example)
    assert kind_of(address) is kind
    check(address)
    outgoing = OutgoingMessage(message=compose([[an_alert()]], MessageStyle()), key="k" * 32, fields={"terms": "a&b"})
    check(_with_parameters(address, kind, outgoing))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_kind_is_documented_with_its_example_and_whether_it_is_idempotent(kind: ChannelKind) -> None:
    words = {"never": "no", "always": "yes", "declared": "if declared"}[kind.drops_repeats]
    rows = [line for line in ALERTS.read_text(encoding="utf-8").splitlines() if f"`{kind.example}`" in line]
    assert [row for row in rows if f"| {words} |" in row], kind.name


def test_a_kind_nobody_described_counts_as_not_idempotent() -> None:
    kind = kind_of("pover://user@token")
    assert (kind.name, kind.drops_repeats, kind.key_parameter) == ("other", "never", "")


def test_a_key_is_in_the_address_of_a_service_that_drops_repeats() -> None:
    kind = kind_of("opsgenie://x")
    address = _with_parameters(
        "opsgenie://x?priority=1", kind, OutgoingMessage(message=compose([[an_alert()]], MessageStyle()), key="k1")
    )
    assert parse_qs(urlsplit(address).query)["alias"] == ["k1"]


@pytest.mark.parametrize(
    "address",
    ["", "nonsense", "slack://x", "json://", "mailto://h.example?from=a@b.example&to=c@d.example,e@f.example"],
)
def test_an_address_that_cannot_be_used_is_refused_in_words(address: str) -> None:
    with pytest.raises(BadConfiguration, match=r"docs/alerts\.md|one channel for each"):
        check(address)


@pytest.mark.parametrize(
    ("said", "result"),
    [
        ("Failed to send JSON POST notification: Internal server error., error=500.", SendResult.REFUSED),
        ("Failed to send Slack notification: error=429.", SendResult.REFUSED),
        ("... error=502.", SendResult.UNKNOWN),
        ("... error=504.", SendResult.UNKNOWN),
        (
            "Socket Exception: HTTPConnectionPool(...): Failed to establish a new connection: refused",
            SendResult.REFUSED,
        ),
        ("Socket Exception: HTTPSConnectionPool(...): Read timed out. (read timeout=20)", SendResult.UNKNOWN),
        ("Socket Exception: ('Connection aborted.', RemoteDisconnected(...))", SendResult.UNKNOWN),
        ("Socket Exception: EOF occurred in violation of protocol (_ssl.c:1006)", SendResult.UNKNOWN),
        ("Socket Exception: certificate verify failed [SSL: CERTIFICATE_VERIFY_FAILED]", SendResult.REFUSED),
        ("Socket Exception: (535, b'5.7.8 bad credentials')", SendResult.REFUSED),
        ("Socket Exception: {'desk@news.example': (550, b'no such user')}", SendResult.REFUSED),
        ("Socket Exception: Connection unexpectedly closed", SendResult.UNKNOWN),
        ("There are no recipients to notify", SendResult.REFUSED),
    ],
)
def test_what_a_failure_means(said: str, result: SendResult) -> None:
    assert _failure(said).result is result


@pytest.mark.parametrize(
    ("status", "result"),
    [(200, SendResult.SENT), (500, SendResult.REFUSED), (504, SendResult.UNKNOWN), (None, SendResult.UNKNOWN)],
)
def test_what_a_real_answer_means(status: int | None, result: SendResult) -> None:
    with HttpSink(status) as sink:
        outgoing = OutgoingMessage(message=compose([[an_alert()]], MessageStyle()), key="k1")
        assert send(sink.url, kind_of(sink.url), outgoing).result is result
    assert sink.keys == ["k1"]


def test_nobody_there_is_refused() -> None:
    with HttpSink() as sink:
        url = sink.url
    assert (
        send(url, kind_of(url), OutgoingMessage(message=compose([[an_alert()]], MessageStyle()), key="k")).reason
        == "no connection"
    )


def test_text_of_strangers_is_one_line_without_control_characters() -> None:
    assert clean("a\x1b[31mb\x1b[0m\r\nc\u202ed\x00\u200be\x9b") == "ab cde"
    assert clean("x" * 1000) == "x" * 299 + "…"
    assert clean("*a*_b_", "markdown") == r"\*a\*\_b\_"


def test_an_address_may_stand_in_a_file(tmp_path: Path) -> None:
    file, template = tmp_path / "desk", "${MEDIAWATCH_CHANNEL_DESK}"
    file.write_text("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ\n")
    assert resolved(template, {"MEDIAWATCH_CHANNEL_DESK_FILE": str(file)}) == file.read_text().strip()
    file.write_text("")
    with pytest.raises(BadConfiguration, match="MEDIAWATCH_CHANNEL_DESK_FILE names .* which is empty"):
        resolved(template, {"MEDIAWATCH_CHANNEL_DESK_FILE": str(file)})
