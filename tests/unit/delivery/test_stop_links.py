"""Links that stop alerts: good for one alert, for a while, and with the key alone."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from itsdangerous import URLSafeTimedSerializer

from mediawatch.delivery import MessageStyle, compose
from mediawatch.delivery.message import Message
from mediawatch.delivery.stop_links import LINK_DAYS, StopLinks
from mediawatch.records import Alert
from tests.support.alerting import an_alert

LINKS = StopLinks(key="0123456789abcdef" * 2, board="https://news.example/board/")


def token_of(link: str) -> str:
    return parse_qs(urlsplit(link).query)["token"][0]


def test_a_link_names_its_alert_day_and_recipient() -> None:
    alert = an_alert()
    link = LINKS.link(alert, "desk", "zh")
    assert link.startswith("https://news.example/board/stop?token=")
    found = LINKS.read(token_of(link))
    assert found
    assert (found.alert_id, found.day, found.recipient) == (alert.alert_id, alert.day, "desk")


def test_another_key_and_another_use_of_the_key_are_refused() -> None:
    token = token_of(LINKS.link(an_alert(), "desk", "zh"))
    assert StopLinks(key="f" * 32, board=LINKS.board).read(token) is None
    assert LINKS.read(URLSafeTimedSerializer(LINKS.key).dumps(["a", "2026-04-29", "desk"])) is None


@pytest.mark.parametrize(("days", "is_good"), [(LINK_DAYS - 0.01, True), (LINK_DAYS + 0.01, False)])
def test_a_link_ends(monkeypatch: pytest.MonkeyPatch, days: float, is_good: bool) -> None:
    token = token_of(LINKS.link(an_alert(), "desk", "zh"))
    now = datetime.now(UTC).timestamp()
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: now + days * 86_400)
    assert (LINKS.read(token) is not None) is is_good


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "null", "\x00", "W10.x.y"])
def test_what_is_no_token_is_nothing(token: str) -> None:
    assert LINKS.read(token) is None


def message(alert: Alert, **style: object) -> Message:
    return compose([[alert]], MessageStyle(**style))


def test_a_message_has_the_link_in_place_of_the_command() -> None:
    alert = an_alert()
    link = LINKS.link(alert, "desk", "zh")
    told = message(alert, stop=lambda _: link)
    assert link in told.text
    assert link.replace("&", "&amp;") in told.html
    assert "mediawatch alerts dismiss" not in told.text + told.html
    assert f"<{link}>" in message(alert, stop=lambda _: link, dialect="markdown").text
    assert "mediawatch alerts dismiss" in message(alert).text
