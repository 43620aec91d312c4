"""What is late against the schedule, and the sign of life that goes out only when nothing is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from mediawatch.context import Context
from mediawatch.delivery import ChannelKind, OutgoingMessage, SendAttempt, SendResult, TaskFailure
from mediawatch.errors import BadConfiguration
from mediawatch.keywords.evaluations import evaluate_again
from mediawatch.lake.batches import BatchKey, BatchManifest, seal, write_plan
from mediawatch.records import Cadence
from mediawatch.settings import read_settings
from mediawatch.sources.catalogue import Catalogue
from mediawatch.workflow.closing import close_day
from mediawatch.workflow.failing import tell_failure
from mediawatch.workflow.freshness import Sign, last_due, send_heartbeat, signs_of_life
from mediawatch.workflow.runner import build_day
from tests.support.gazette import Gazette, at
from tests.support.lakes import DAY, harvest
from tests.support.sites import Reply, Site, redirect, reply

pytestmark = pytest.mark.slow

ONE = timedelta(days=1)
SIX = datetime(2026, 4, 29, 6, 0, tzinfo=UTC)
SIX_TONIGHT = SIX + timedelta(hours=12)
HALF_PAST_FOUR = SIX + timedelta(hours=22.5)


@pytest.fixture
def context(context: Context, paper: Gazette) -> Context:
    """A newsroom that visits its site at six in the morning and in the evening."""
    source = paper.source(cadence=Cadence(interval_hours=12, least_hours=12, most_hours=12))
    settings = context.settings.model_copy(update={"harvest_schedule": "0 6,18 * * *"})
    return replace(context, settings=settings, catalogue=Catalogue(sources=(source,)))


def late(context: Context, moment: datetime) -> dict[str, str]:
    """{sign: what is late about it} of those that are."""
    return {sign.name: sign.late for sign in signs_of_life(at(context, moment)) if sign.late}


def harvested(context: Context, moment: datetime) -> Context:
    room = at(context, moment)
    harvest(room, f"{moment:%Y%m%dT%H%M%SZ}")
    return room


@pytest.fixture
def alive(context: Context) -> Context:
    """A newsroom at half past four of the night, when all of the day before was done as it should be."""
    for moment in (SIX, SIX_TONIGHT):
        room = harvested(context, moment + timedelta(seconds=20))
        build_day(room, DAY)
        evaluate_again(room, DAY)
    night = at(context, HALF_PAST_FOUR)
    close_day(night, DAY)
    evaluate_again(night, DAY)
    return night


def test_a_newsroom_that_works_is_fresh(alive: Context) -> None:
    assert signs_of_life(alive) == [
        Sign(name="harvest", last="2026-04-29 18:00 UTC", late=""),
        Sign(name="build", last="2026-04-29", late=""),
        Sign(name="close", last="2026-04-29", late=""),
        Sign(name="evaluation", last="2026-04-30 04:30 UTC", late=""),
        Sign(name="message", last="never", late=""),
    ]


def test_an_empty_lake_is_late(context: Context) -> None:
    assert late(context, SIX + timedelta(hours=3)) == {"harvest": "a harvest was due at 2026-04-29 06:00 UTC"}


class TestADeadScheduler:
    def test_is_noticed_when_the_next_harvest_had_time_to_end(self, alive: Context) -> None:
        assert late(alive, SIX + ONE + timedelta(minutes=79)) == {}
        assert late(alive, SIX + ONE + timedelta(minutes=81)) == {
            "harvest": "a harvest was due at 2026-04-30 06:00 UTC"
        }

    def test_no_harvest_is_late_while_no_source_is_due(self, alive: Context, paper: Gazette) -> None:
        source = paper.source(cadence=Cadence(interval_hours=12, least_hours=12, most_hours=48))
        assert late(replace(alive, catalogue=Catalogue(sources=(source,))), SIX + ONE + timedelta(minutes=81)) == {}

    def test_a_harvest_that_came_late_is_one(self, alive: Context) -> None:
        harvested(alive, SIX + ONE + timedelta(hours=2))
        assert late(alive, SIX + ONE + timedelta(hours=3)) == {}

    def test_a_batch_that_nobody_builds_is_noticed_and_a_fresh_one_has_time(self, alive: Context) -> None:
        harvested(alive, SIX + ONE)
        assert late(alive, SIX + ONE + timedelta(hours=4)) == {}
        assert late(alive, SIX + ONE + timedelta(hours=5))["build"] == "2026-04-30 is not built"

    def test_a_day_that_nobody_looked_at_is_noticed(self, alive: Context) -> None:
        room = harvested(alive, SIX + ONE)
        build_day(room, DAY + ONE)
        assert late(alive, SIX + ONE + timedelta(hours=6)) == {}
        assert late(alive, SIX + ONE + timedelta(hours=7)) == {"evaluation": "2026-04-30 was not evaluated"}

    def test_a_night_without_a_close_is_noticed(self, alive: Context) -> None:
        room = harvested(alive, SIX + ONE)
        build_day(room, DAY + ONE)
        evaluate_again(room, DAY + ONE)
        assert "close" not in late(alive, HALF_PAST_FOUR + ONE + timedelta(hours=2))
        assert late(alive, HALF_PAST_FOUR + ONE + timedelta(hours=4))["close"] == "2026-04-30 is not closed"

    def test_days_beyond_the_third_are_counted(self, context: Context) -> None:
        for days in range(5):
            harvested(context, SIX + days * ONE)
        found = late(context, SIX + 9 * ONE)
        assert found["close"] == "2026-05-01, 2026-05-02, 2026-05-03 and 2 more is not closed"
        assert set(found) == {"harvest", "build", "close"}


def test_what_an_import_brought_is_nobodys_harvest(alive: Context) -> None:
    batch = BatchKey(day=DAY - ONE, batch="warc-1")
    write_plan(alive.store, batch, {"shards": []})
    manifest = BatchManifest(
        day=batch.day,
        batch=batch.batch,
        opened_at=SIX - ONE,
        expected_shards=0,
        missing_shards=(),
        shards=(),
        origin="warc",
    )
    seal(alive.store, manifest)
    assert late(alive, HALF_PAST_FOUR) == {}


class TestTheSchedule:
    @pytest.mark.parametrize(
        ("schedule", "zone", "moment", "due"),
        [
            ("0 6,18 * * *", "UTC", SIX, SIX),
            ("0 6,18 * * *", "UTC", SIX - timedelta(seconds=1), SIX - timedelta(hours=12)),
            ("0 6,18 * * *", "Asia/Taipei", SIX, SIX - timedelta(hours=8)),
            ("@hourly", "UTC", SIX + timedelta(minutes=59), SIX),
            ("0 0 29 2 *", "UTC", SIX, datetime(2024, 2, 29, tzinfo=UTC)),
        ],
    )  # fmt: skip
    def test_is_that_of_the_newsroom(
        self, context: Context, schedule: str, zone: str, moment: datetime, due: datetime
    ) -> None:
        room = replace(context, settings=context.settings.model_copy(update={"timezone": zone}))
        assert last_due(schedule, moment, room) == due

    def test_that_is_none_is_said(self, context: Context) -> None:
        with pytest.raises(BadConfiguration, match="MEDIAWATCH_HARVEST_SCHEDULE: 'at dawn' is no cron expression"):
            last_due("at dawn", SIX, context)


RECIPIENT = """
- name: ops
  messages: [failures]
  {quiet}
  channels: [{{name: hook, url: "json://127.0.0.1:9/hook"}}]
"""
FAILURE = TaskFailure(dag="build_day", task="each.audit", label="", error="Corrupt", said="", log_url="")


class TestMessages:
    @pytest.fixture
    def ops(self, alive: Context, tmp_path_factory: pytest.TempPathFactory) -> Context:
        """With somebody who is told of failures."""
        folder = tmp_path_factory.mktemp("lists")
        settings = alive.settings.model_copy(update={"watchlists_dir": folder})
        return replace(alive, settings=settings)

    def tell(self, ops: Context, result: SendResult, *, quiet: str = "") -> None:
        def post(address: str, kind: ChannelKind, outgoing: OutgoingMessage) -> SendAttempt:
            return SendAttempt(result=result, reason="said")

        file = ops.settings.watchlists_dir / "recipients.yaml"
        file.write_text(RECIPIENT.format(quiet=f'quiet: "{quiet}"' if quiet else ""), encoding="utf-8")
        tell_failure(ops.settings, FAILURE, clock=ops.clock, environ={}, sending=post)

    def test_the_last_one_sent_is_named(self, ops: Context) -> None:
        self.tell(ops, SendResult.SENT)
        assert signs_of_life(ops)[-1] == Sign(name="message", last="2026-04-30 04:30 UTC", late="")

    @pytest.mark.parametrize(
        ("result", "quiet", "hours", "said"),
        [
            (SendResult.REFUSED, "", 2, ""),
            (SendResult.REFUSED, "", 4, "1 retrying for more than 3 hours"),
            (SendResult.UNKNOWN, "", 1, "1 failed or unknown within a day"),
            (SendResult.SENT, "22:00-07:00", 24, ""),
            (SendResult.SENT, "22:00-07:00", 26, "1 waiting for more than 25 hours"),
        ],
    )
    def test_one_that_does_not_leave_is_late(
        self, ops: Context, result: SendResult, quiet: str, hours: int, said: str
    ) -> None:
        self.tell(ops, result, quiet=quiet)
        assert late(ops, HALF_PAST_FOUR + timedelta(hours=hours)).get("message", "") == said


PING = "/ping/5ec2e7?key=t0p"


@pytest.fixture
def monitor() -> Iterator[Site]:
    """The monitor outside."""
    with Site() as site:
        yield site.says(PING, reply("OK"))


def beating(context: Context, url: str) -> Context:
    return replace(context, settings=context.settings.model_copy(update={"heartbeat_url": SecretStr(url)}))


class TestTheHeartbeat:
    def test_is_one_request_when_nothing_is_late(self, alive: Context, monitor: Site) -> None:
        lines: list[str] = []
        assert send_heartbeat(beating(alive, monitor.url(PING)), lines.append)
        assert [heard.path for heard in monitor.heard] == [PING]
        assert lines == ["sign of life: 127.0.0.1 was told"]

    def test_stays_away_when_something_is(self, alive: Context, monitor: Site) -> None:
        lines: list[str] = []
        noon = beating(at(alive, SIX + ONE + timedelta(hours=6)), monitor.url(PING))
        assert not send_heartbeat(noon, lines.append)
        assert monitor.heard == []
        assert lines == [
            "no sign of life is sent while something is late: harvest: a harvest was due at 2026-04-30 06:00 UTC"
        ]

    def test_without_an_address_there_is_none(self, alive: Context) -> None:
        lines: list[str] = []
        assert not send_heartbeat(alive, lines.append)
        assert lines == []

    @pytest.mark.parametrize(
        ("answer", "said"),
        [
            (reply(status=404), "status 404"),
            (reply(status=500), "status 500"),
            (redirect(PING), "TooManyRedirects"),
            (redirect("file:///etc/passwd"), "InvalidSchema"),
            (Reply((), is_last=True), "ConnectionError"),
        ],
    )
    def test_what_stands_in_its_way_is_said_without_the_address_and_fails_nothing(
        self, alive: Context, monitor: Site, answer: Reply, said: str
    ) -> None:
        lines: list[str] = []
        monitor.says(PING, answer)
        assert not send_heartbeat(beating(alive, monitor.url(PING)), lines.append)
        assert lines == [f"sign of life: 127.0.0.1 could not be told: {said}"]

    def test_nobody_there(self, alive: Context) -> None:
        lines: list[str] = []
        assert not send_heartbeat(beating(alive, f"http://127.0.0.1:9{PING}"), lines.append)
        assert lines == ["sign of life: 127.0.0.1 could not be told: ConnectionError"]

    @pytest.mark.parametrize("url", ["ftp://monitor.example/x", "monitor.example/s3cret", "https:///s3cret"])
    def test_an_address_that_is_none_is_refused_and_not_repeated(self, url: str) -> None:
        with pytest.raises(BadConfiguration, match="MEDIAWATCH_HEARTBEAT_URL") as raised:
            read_settings({"MEDIAWATCH_HEARTBEAT_URL": url})
        assert "s3cret" not in str(raised.value)

    def test_the_settings_do_not_show_it(self) -> None:
        settings = read_settings({"MEDIAWATCH_HEARTBEAT_URL": f"https://monitor.example{PING}"})
        assert "5ec2e7" not in repr(settings)
        assert "5ec2e7" not in settings.model_dump_json()
