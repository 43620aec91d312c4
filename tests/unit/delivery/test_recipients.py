"""Recipients as people write them: no secret in a file, no key unknown, and who wants what."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from mediawatch.delivery import MessageKind, Recipient, kind_of, missing_variables, read_recipients
from mediawatch.errors import BadConfiguration
from mediawatch.records import Alert, AlertKind
from tests.support.alerting import a_recipient, an_alert

INCLUDE = Path(__file__).parents[3] / "include"

TEXT = """
- name: desk
  language: en
  timezone: Asia/Taipei
  channels:
    - {name: chat, url: "${MEDIAWATCH_CHANNEL_DESK}"}
    - {name: hook, url: jsons://hooks.news.example/alerts, idempotent: true}
  messages: [alerts, failures]
  quiet: "22:30-07:00"
  deliver: at once
  mute_until: 2026-05-01 08:00
  kinds: [new, watch]
  rules: [keywords]
  watchlists: [trade]
  min_score: 2.5
  at_most: 3
- name: away
  enabled: false
  channels: [{name: chat, url: "${MEDIAWATCH_CHANNEL_AWAY}"}]
"""


def written(folder: Path, text: str) -> Path:
    file = folder / "recipients.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_reads_every_key_and_leaves_out_who_is_off(tmp_path: Path) -> None:
    (desk,) = read_recipients(written(tmp_path, TEXT))

    assert (desk.name, desk.language, desk.kinds) == ("desk", "en", (AlertKind.NEW, AlertKind.WATCH))
    assert desk.messages == (MessageKind.ALERTS, MessageKind.FAILURES)
    assert a_recipient().messages == (MessageKind.ALERTS,)
    assert (desk.min_score, desk.at_most, a_recipient().at_most) == (2.5, 3, None)
    assert desk.digest_at is None
    assert desk.is_muted(datetime(2026, 4, 30, 23, 59, tzinfo=UTC))
    assert not desk.is_muted(datetime(2026, 5, 1, 0, 0, tzinfo=UTC))
    chat, hook = desk.channels
    environ = {"MEDIAWATCH_CHANNEL_DESK": " slack://A/B/C\n"}
    assert chat.address(environ) == "slack://A/B/C"
    assert hook.is_idempotent(kind_of(hook.url))
    assert not chat.is_idempotent(kind_of(chat.address(environ)))
    assert missing_variables((desk,), {}) == ("MEDIAWATCH_CHANNEL_DESK",)
    assert missing_variables((desk,), environ) == ()


def test_a_missing_variable_is_named(tmp_path: Path) -> None:
    (desk,) = read_recipients(written(tmp_path, TEXT))
    with pytest.raises(BadConfiguration, match="MEDIAWATCH_CHANNEL_DESK is not set"):
        desk.channels[0].address({"MEDIAWATCH_CHANNEL_DESK": " "})


def test_parts_of_a_mail_address_are_put_in_quoted() -> None:
    url = "mailtos://${MEDIAWATCH_CHANNEL_USER}:${MEDIAWATCH_CHANNEL_PASS}@smtp.news.example?to=a@news.example"
    (channel,) = a_recipient(url=url).channels
    environ = {"MEDIAWATCH_CHANNEL_USER": "robin", "MEDIAWATCH_CHANNEL_PASS": "p@ss/w?rd"}
    assert channel.address(environ) == "mailtos://robin:p%40ss%2Fw%3Frd@smtp.news.example?to=a@news.example"


@pytest.mark.parametrize(
    "url",
    [
        "slack://T1JJ3T3L2/A1BRTD4JD/s3cretTIiajkdnlazkcOXr",
        "tgram://123456789:s3cret/12345",
        "feishu://s3crettoken",
        "wecombot://s3crettoken",
        "matrixs://desk:s3cret@matrix.news.example/room",
        "mailtos://desk:s3cret@smtp.news.example?to=a@news.example",
        "jsons://desk:s3cret@hooks.news.example/x",
        "jsons://hooks.news.example/x?+Authorization=s3cret",
        "jsons://hooks.news.example/x?token=s3cret",
        "https://hooks.news.example/s3cret",
        "s3cret",
        "${HOME}",
        "${MEDIAWATCH_CHANNEL_lower}",
        "slack://T1/B2/${MEDIAWATCH_CHANNEL_PART}",
    ],
)
def test_a_secret_in_the_file_is_refused_without_being_repeated(tmp_path: Path, url: str) -> None:
    file = written(tmp_path, f"- name: desk\n  channels:\n    - name: chat\n      url: '{url}'\n")
    with pytest.raises(BadConfiguration) as caught:
        read_recipients(file)
    said = str(caught.value)
    assert said.startswith(f"{file}:4: channels.0.url: ")
    assert "MEDIAWATCH_CHANNEL_" in said
    assert "s3cret" not in said


@pytest.mark.parametrize(
    "url",
    [
        "${MEDIAWATCH_CHANNEL_DESK}",
        "json://127.0.0.1:8080/alerts",
        "mailto://relay.news.example?from=a@news.example&to=b@news.example",
        "mailtos://${MEDIAWATCH_CHANNEL_USER}:${MEDIAWATCH_CHANNEL_PASS}@smtp.news.example?to=b@news.example",
    ],
)
def test_an_address_without_secrets_may_stand_in_the_file(url: str) -> None:
    assert a_recipient(url=url).channels[0].url == url


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("chanel: x", "no such key (did you mean 'channels'?)"),
        ("messages: []", "messages: "),
        ("messages: [digests]", "messages.0: Input should be 'alerts', 'digest', 'failures' or 'sources'"),
        ("quiet: 22:00", "quiet: must be two times"),
        ("quiet: '07:00-07:00'", "quiet: begins when it ends"),
        ("deliver: 25:00", "deliver: must be a time"),
        ("deliver: sometimes", "deliver: must be a time"),
        ("timezone: Mars/Base", "timezone: must be an IANA time zone"),
        ("mute_until: tomorrow", "mute_until: must be a day"),
        ("mute_until: 2026-05-01T08:00+08:00", "leave the offset out"),
        ("kinds: [newer]", "kinds.0: "),
        ("language: fr", "language: "),
        ("at_most: 0", "at_most: Input should be greater than or equal to 1"),
    ],
)
def test_says_what_is_wrong(tmp_path: Path, line: str, says: str) -> None:
    file = written(tmp_path, f"- name: desk\n  channels: [{{name: a, url: json://localhost/x}}]\n  {line}\n")
    with pytest.raises(BadConfiguration) as caught:
        read_recipients(file)
    assert f"{file}:3: " in str(caught.value)
    assert says in str(caught.value)


def test_names_are_given_once(tmp_path: Path) -> None:
    one = "- name: desk\n  channels: [{name: a, url: json://localhost/x}, {name: a, url: json://localhost/y}]\n"
    with pytest.raises(BadConfiguration, match="two have the same name"):
        read_recipients(written(tmp_path, one))
    two = "- {name: d, channels: [{name: a, url: json://localhost/x}]}\n" * 2
    with pytest.raises(BadConfiguration, match=r":2: name: d is taken at "):
        read_recipients(written(tmp_path, two))


def test_no_file_and_the_shipped_file_tell_nobody(tmp_path: Path) -> None:
    assert read_recipients(tmp_path / "none.yaml") == ()
    assert read_recipients(INCLUDE / "watchlists/recipients.yaml") == ()


WATCH = {"kind": AlertKind.WATCH, "rule": "watch", "watchlists": ("trade",), "score": 0.0}


@pytest.mark.parametrize(
    ("wants", "alert", "is_wanted"),
    [
        ({}, {}, True),
        ({"kinds": ["rising"]}, {}, False),
        ({"kinds": ["new"]}, {}, True),
        ({"rules": ["other"]}, {}, False),
        ({"min_score": 10}, {}, False),
        ({"min_score": 10}, WATCH, True),
        ({"kinds": ["new"]}, WATCH, False),
        ({"watchlists": ["trade"]}, WATCH, True),
        ({"watchlists": ["chips"]}, WATCH, False),
        ({"watchlists": ["chips"]}, {}, True),
        ({}, {**WATCH, "watchlists": ("private",)}, False),
        ({"name": "boss", "kinds": ["rising"]}, {**WATCH, "watchlists": ("private",)}, True),
        ({"name": "boss", "kinds": ["rising"]}, {"watchlists": ("private",)}, True),
        ({}, {**WATCH, "watchlists": ("private", "trade")}, True),
    ],
)
def test_who_wants_what(wants: dict[str, Any], alert: dict[str, Any], is_wanted: bool) -> None:
    recipient: Recipient = a_recipient(**wants)
    told: Alert = an_alert(**alert)
    assert recipient.wants(told, {"private": ("boss",), "trade": ()}) is is_wanted
