"""A failed task is told once for each error and day, through the outbox as long as there is one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mediawatch.delivery import ChannelKind, OutgoingMessage, SendAttempt, SendResult, TaskFailure
from mediawatch.delivery.channel_run import Delivery
from mediawatch.delivery.deliver import deliver
from mediawatch.delivery.outbox_status import OutboxRow, outbox
from mediawatch.errors import BadConfiguration
from mediawatch.lake.opening import open_store
from mediawatch.settings import Settings
from mediawatch.workflow.failing import tell_failure
from tests.support.alerting import a_recipient, an_alert
from tests.support.lakes import MORNING, SetClock, a_context

FAILURE = TaskFailure(
    dag="build_day", task="each.audit", label="2026-04-29", error="GateClosed", said="held back", log_url=""
)
RECIPIENTS = """
- name: desk
  channels: [{name: chat, url: "json://127.0.0.1:9/desk"}]
- name: ops
  language: en
  messages: [failures]
  quiet: "22:00-07:00"
  channels:
    - {name: one, url: "json://127.0.0.1:9/one"}
    - {name: two, url: "${MEDIAWATCH_CHANNEL_TWO}"}
"""
ENVIRON = {"MEDIAWATCH_CHANNEL_TWO": "json://127.0.0.1:9/two"}


@dataclass(slots=True)
class Ops:
    """A deployment, a clock, and a post that keeps what is sent and where to."""

    settings: Settings
    clock: SetClock = field(default_factory=lambda: SetClock(MORNING))
    environ: dict[str, str] = field(default_factory=lambda: dict(ENVIRON))
    posted: list[tuple[str, OutgoingMessage]] = field(default_factory=list)

    def tell(self, failure: TaskFailure = FAILURE) -> Delivery:
        return tell_failure(self.settings, failure, clock=self.clock, environ=self.environ, sending=self.post)

    def post(self, address: str, kind: ChannelKind, outgoing: OutgoingMessage) -> SendAttempt:
        self.posted.append((address.rpartition("/")[2], outgoing))
        return SendAttempt(result=SendResult.SENT)

    @property
    def places(self) -> list[str]:
        """Where it went, sorted: channels are served side by side."""
        return sorted(place for place, _ in self.posted)

    def rows(self) -> list[OutboxRow]:
        return outbox(open_store(self.settings.lake_url), self.clock())


@pytest.fixture
def ops(tmp_path: Path) -> Ops:
    (tmp_path / "recipients.yaml").write_text(RECIPIENTS, encoding="utf-8")
    return Ops(Settings(lake_url=str(tmp_path / "lake"), watchlists_dir=tmp_path))


def test_those_who_ask_for_it_are_told_through_every_channel(ops: Ops) -> None:
    report = ops.tell()
    assert (report.sent, report.problems, ops.places) == (2, [], ["one", "two"])
    outgoing = ops.posted[0][1]
    assert outgoing.message.title == "build_day: each.audit failed (29 Apr 2026)"
    assert "GateClosed: held back" in outgoing.message.text
    assert outgoing.fields == {
        "notice_id": "failure/2026-04-29/build_day/each.audit/GateClosed",
        "kinds": "failures",
        "day": "2026-04-29",
    }
    assert {(row.recipient, row.status, row.kind) for row in ops.rows()} == {("ops", "sent", "failures")}


def test_the_same_error_is_told_once_a_day_and_another_at_once(ops: Ops) -> None:
    for label in ("2026-04-28", "2026-04-29"):
        ops.tell(replace(FAILURE, label=label, said=f"held back {label}"))
    assert len(ops.posted) == 2
    ops.tell(replace(FAILURE, error="Corrupt"))
    ops.tell(replace(FAILURE, task="each.publish"))
    assert len(ops.posted) == 6
    ops.clock.at += timedelta(days=1)
    ops.tell()
    assert len(ops.posted) == 8


def test_quiet_hours_let_it_wait(ops: Ops) -> None:
    ops.clock.at = datetime(2026, 4, 29, 23, 0, tzinfo=UTC)
    assert (ops.tell().waiting, ops.posted) == (2, [])
    assert [row.status for row in ops.rows()] == ["waiting", "waiting"]


def test_what_waits_besides_is_left_to_those_who_know_how_to_tell_it(ops: Ops, tmp_path: Path) -> None:
    context = a_context(tmp_path, at=datetime(2026, 4, 28, 23, 0, tzinfo=UTC))
    one = a_recipient("ops", messages=["alerts"], quiet="22:00-07:00")
    one = one.model_copy(update={"channels": (one.channels[0].model_copy(update={"name": "one"}),)})
    deliver(context, [an_alert(day=context.today)], recipients=[one], environ={}, sending=ops.post)
    ops.tell()
    assert [outgoing.fields["kinds"] for _, outgoing in ops.posted] == ["failures", "failures"]
    assert [row.status for row in ops.rows() if row.kind == "new"] == ["waiting"]


def test_a_missing_address_is_a_problem_of_that_channel_alone(ops: Ops) -> None:
    ops.environ = {}
    report = ops.tell()
    assert (ops.places, report.sent, report.waiting) == (["one"], 1, 1)
    assert report.problems == ["ops/two: MEDIAWATCH_CHANNEL_TWO is not set; a channel in recipients.yaml needs it"]


def test_without_a_lake_it_goes_directly_and_says_so(ops: Ops, tmp_path: Path) -> None:
    (tmp_path / "lake").write_text("no folder", encoding="utf-8")
    report = ops.tell()
    assert (ops.places, report.sent) == (["one", "two"], 2)
    assert [line.partition(": ")[0] for line in report.problems] == ["ops/one", "ops/one", "ops/two", "ops/two"]
    assert "the outbox cannot be used" in report.problems[0]
    assert report.problems[1] == "ops/one: sent directly, once: sent"


def test_without_a_lake_quiet_hours_are_kept_all_the_same(ops: Ops, tmp_path: Path) -> None:
    (tmp_path / "lake").write_text("no folder", encoding="utf-8")
    ops.clock.at = datetime(2026, 4, 29, 23, 0, tzinfo=UTC)
    report = ops.tell()
    assert ops.posted == []
    assert report.problems[1] == "ops/one: not told: it is quiet there, and nothing can be kept for later"


def test_a_lake_that_goes_away_after_the_sending_makes_no_second_message(ops: Ops, tmp_path: Path) -> None:
    def break_the_lake(address: str, kind: ChannelKind, outgoing: OutgoingMessage) -> SendAttempt:
        ops.post(address, kind, outgoing)
        outcome = tmp_path / "lake/outbox/ops" / address.rpartition("/")[2] / "letters/00000001/1.sent.json"
        outcome.mkdir()
        return SendAttempt(result=SendResult.SENT)

    report = tell_failure(ops.settings, FAILURE, clock=ops.clock, environ=ENVIRON, sending=break_the_lake)
    assert ops.places == ["one", "two"]
    assert "ops/one: sent all the same, which the outbox does not know" in report.problems


def test_nobody_who_asks_means_nothing_is_touched(ops: Ops, tmp_path: Path) -> None:
    (tmp_path / "recipients.yaml").write_text(RECIPIENTS.replace("[failures]", "[digest]"), encoding="utf-8")
    ops.tell()
    assert ops.posted == []
    assert not (tmp_path / "lake").exists()


def test_a_faulty_file_of_recipients_is_said(ops: Ops, tmp_path: Path) -> None:
    (tmp_path / "recipients.yaml").write_text("- name: ops\n", encoding="utf-8")
    with pytest.raises(BadConfiguration, match=r"recipients\.yaml"):
        ops.tell()
