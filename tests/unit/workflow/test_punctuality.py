"""What counts for the promises, at which instant."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from mediawatch.context import Context
from mediawatch.delivery.outbox_status import OutboxRow
from mediawatch.delivery.recipients import Channel, Recipient
from mediawatch.keywords.evaluations import evaluate_again
from mediawatch.lake.batches import BatchKey, BatchManifest, seal
from mediawatch.lake.partitions import PartitionKey, PartitionWriter
from mediawatch.records import Reason
from mediawatch.tables.keywords import ALERTS, AlertRow
from mediawatch.workflow.punctuality import LinksDue, Told, alerts_by_time, links_due
from mediawatch.workflow.runner import build_day
from tests.support.gazette import Gazette, at
from tests.support.lakes import DAY, MORNING, Shard, a_candidate, harvest, seal_by_hand
from tests.support.sites import reply

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def due_after(context: Context, waited: timedelta) -> LinksDue:
    return links_due(at(context, MORNING + waited))


@pytest.mark.slow
def test_links_are_due_for_an_hour_two_hours_after_they_were_seen(context: Context, paper: Gazette) -> None:
    paper.publish("/1", "/2")
    paper.publish("/gone", answer=reply(status=410))
    paper.announce("https://elsewhere.example/1")  # off-site: no news of this source
    harvest(context, "b1")
    waiting = due_after(context, 2.5 * HOUR)
    build_day(context, DAY)

    assert waiting == LinksDue(due=3, admitted=0)
    assert due_after(context, 2.5 * HOUR) == LinksDue(due=3, admitted=2)
    assert due_after(context, 1.9 * HOUR) == due_after(context, 3.1 * HOUR) == LinksDue(due=0, admitted=0)


def test_a_page_that_robots_forbid_is_no_news(context: Context) -> None:
    links = [a_candidate(f"https://a.example/{n}", first_seen_at=MORNING + MINUTE) for n in range(2)]
    outcomes = list(zip(links, (Reason.ROBOTS, Reason.UNREACHABLE), strict=True))
    seal_by_hand(context.store, BatchKey(day=DAY, batch="b1"), Shard(candidates=links, fetched=outcomes))
    build_day(context, DAY)

    assert due_after(context, 2.5 * HOUR) == LinksDue(due=1, admitted=0)


def row(alert_id: str, left: datetime, status: str = "sent") -> OutboxRow:
    return OutboxRow(
        alert_id=alert_id, step=0, kind="new", topic="t", term="t", day=DAY, recipient="desk", channel="chat",
        status=status, attempts=1, at=left, reason="", letter=1,
    )  # fmt: skip


@pytest.fixture
def evaluated(context: Context) -> Context:
    """Two harvests, each evaluated half an hour after it began; the first told of `a`, the second of `b` and again of
    `a`."""
    for name, begun in (("b1", MORNING), ("b2", MORNING + 6 * HOUR)):
        manifest = BatchManifest(day=DAY, batch=name, opened_at=begun, expected_shards=0, missing_shards=(), shards=())
        seal(context.store, manifest)
        evaluate_again(at(context, begun + HOUR / 2), DAY)
    writer = PartitionWriter(context.store, PartitionKey(stage="detect", day=DAY), inputs={}, version="t", settings={})
    told = (("a", 1), ("b", 2), ("a", 2))
    writer.append(ALERTS, [AlertRow(alert_id=a, step=0, evaluation=n, score=1.0, document="{}") for a, n in told])
    writer.publish()
    return at(context, MORNING + 8 * HOUR)


@pytest.mark.parametrize(
    ("rows", "counts"),
    [
        ([row("a", MORNING + 70 * MINUTE), row("b", MORNING + 6 * HOUR + 70 * MINUTE)], (2, 0, 0)),
        ([row("a", MORNING + 80 * MINUTE)], (0, 1, 0)),
        ([row("a", MORNING + 80 * MINUTE), row("a", MORNING + 40 * MINUTE)], (1, 0, 0)),
        ([row("a", MORNING + HOUR, "retrying")], (0, 0, 1)),
        ([row("b", MORNING + 7 * HOUR, "waiting")], (0, 0, 1)),
        ([], (0, 0, 0)),
    ],
)
def test_an_alert_is_told_in_time_late_or_not(
    evaluated: Context, rows: list[OutboxRow], counts: tuple[int, int, int]
) -> None:
    expected: dict[Told, int] = dict(zip(("in_time", "late", "untold"), counts, strict=True))
    assert alerts_by_time(evaluated, rows) == expected


@pytest.mark.parametrize(
    ("wish", "minutes", "is_late"),
    [
        # The harvest began at 09:00.
        ({"quiet": "00:00-08:00"}, 80, True),
        ({"quiet": "08:00-09:30"}, 100, False),  # begun in quiet hours, which end at 09:30
        ({"quiet": "08:00-09:30"}, 110, True),
        ({"quiet": "09:30-11:30"}, 220, False),  # they came before it could be told
        ({"quiet": "09:30-11:30"}, 230, True),
        ({"deliver": "11:30"}, 220, False),
        ({"deliver": "11:30"}, 230, True),
        ({"deliver": "09:15"}, 22 * 60, False),  # that digest was over before it could be in it
    ],
)
def test_what_its_recipient_wants_to_wait_for_makes_no_alert_late(
    evaluated: Context, wish: dict[str, str], minutes: int, is_late: bool
) -> None:
    assert f"{MORNING:%H:%M}" == "09:00"
    chat = Channel(name="chat", url="json://127.0.0.1")
    desk = Recipient.model_validate({"name": "desk", "channels": [chat], **wish})
    rows = [row("a", MORNING + minutes * MINUTE)]
    assert alerts_by_time(evaluated, rows, [desk])["late"] == is_late
    at_once = Recipient(name="chief", channels=(chat,))
    left = MORNING + minutes * MINUTE
    waiting = [replace(rows[0], status="waiting")]
    assert alerts_by_time(at(evaluated, left), waiting, [desk])["untold"] == is_late
    both = [*rows, replace(rows[0], recipient="chief")]
    assert alerts_by_time(evaluated, both, [desk, at_once])["late"] == 1, "the first who may be told counts"


def test_one_that_may_still_be_told_in_time_does_not_count(evaluated: Context) -> None:
    waiting = [row("b", MORNING + 7 * HOUR, "waiting")]
    assert alerts_by_time(at(evaluated, MORNING + 7 * HOUR), waiting)["untold"] == 0
    assert alerts_by_time(at(evaluated, MORNING + 48 * HOUR), waiting)["untold"] == 0
