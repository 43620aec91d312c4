"""A day from its sites to its digest in a mailbox and at a webhook: once, when the day is closed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
import yaml

from mediawatch.board.digest import keep_digests
from mediawatch.context import Context
from mediawatch.workflow.closing import close_day
from mediawatch.workflow.watch import tell, watch_day
from tests.support.gazette import Gazette, at, open_gazettes
from tests.support.lakes import DAY, MORNING, a_context, built, harvest
from tests.support.sinks import HttpSink, Mail, MailSink

pytestmark = pytest.mark.slow

BOARD = "https://newsroom.example/board/"
CLOSED = MORNING.replace(hour=4, minute=35) + timedelta(days=1)


@pytest.fixture
def paper() -> Iterator[Gazette]:
    with open_gazettes("paper") as [gazette]:
        gazette.publish("/1", "/2", "/3")
        yield gazette


def a_day(folder: Path, paper: Gazette, *recipients: dict[str, object]) -> Context:
    """The newsroom early on the day after one that was harvested, watched and closed."""
    (folder / "recipients.yaml").write_text(yaml.safe_dump(list(recipients)), encoding="utf-8")
    context = a_context(folder, paper.source(), shards=1, watchlists_dir=folder, board_url=BOARD)
    harvest(context, "20260429T090000Z")
    built(context, DAY)
    later = at(context, CLOSED)
    watch_day(later, DAY)
    close_day(later, DAY)
    return later


def who(name: str, url: str, **changes: object) -> dict[str, object]:
    return {"name": name, "channels": [{"name": "c", "url": url}], "messages": ["digest"], **changes}


def part_of(mail: Mail, kind: str) -> str:
    parts = message_from_bytes(mail.data, policy=policy.default).walk()
    return "".join(part.get_content() for part in parts if part.get_content_type() == kind)  # type: ignore[attr-defined]


def test_a_closed_day_arrives_once_in_each_language_and_form(tmp_path: Path, paper: Gazette) -> None:
    with HttpSink() as hook, MailSink() as mailbox:
        context = a_day(tmp_path, paper, who("desk", hook.url), who("chief", mailbox.url, language="en"))
        assert tell(context).sent == 0, "nothing is sent that nobody composed"
        for hours in range(3):
            later = at(context, CLOSED + timedelta(hours=hours))
            keep_digests(later, ())
            tell(later)

    [posted] = hook.received
    assert posted.document["title"] == "2026-04-29 新闻日报"
    assert posted.document["notice_id"] == "digest/2026-04-29"
    assert "城北水库春灌水量充足" in posted.document["message"]
    assert f"打开看板: {BOARD}?day=2026-04-29" in posted.document["message"]
    [mail] = mailbox.received
    html = part_of(mail, "text/html")
    assert "<h1>The news of 2026-04-29</h1>" in html
    assert f'href="{BOARD}?day=2026-04-29"' in html
    text = part_of(mail, "text/plain")
    assert text.splitlines()[:2] == ["The news of 2026-04-29", ""]
    assert text.count("The news of 2026-04-29") == 1
    assert "New and rising words" in text
    assert "font:" not in text


def test_a_day_imported_or_rebuilt_later_sends_nothing(tmp_path: Path, paper: Gazette) -> None:
    with HttpSink() as hook:
        context = a_day(tmp_path, paper, who("desk", hook.url))
        two_days_later = at(context, CLOSED + timedelta(days=1))
        keep_digests(two_days_later, [DAY])
        tell(two_days_later, [DAY])
        assert hook.received == []


def test_the_digest_of_a_day_that_changed_is_composed_again(tmp_path: Path, paper: Gazette) -> None:
    with HttpSink() as hook:
        context = a_day(tmp_path, paper, who("desk", hook.url, quiet="22:00-07:00"))
        said: list[str] = []
        keep_digests(context, (), said.append)
        keep_digests(context, (), said.append)
        assert said == ["2026-04-29: digests/day=2026-04-29"]
        tell(context)
        watch_day(context, DAY)
        tell(at(context, CLOSED + timedelta(hours=4)))
        assert len(hook.received) == 1
