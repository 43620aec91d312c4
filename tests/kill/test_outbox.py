"""Killed between any two writes of a delivery, or while the message is on its way: no second message, none lost.

Where the receiver drops repeats, what is in doubt is sent again, under the same key.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from mediawatch.delivery.outbox import Outbox, settle
from mediawatch.delivery.outbox_status import outbox
from mediawatch.lake.opening import open_store
from tests.kill.outbox_driver import deliver_here
from tests.support.forking import ROOT
from tests.support.kill import KILLED
from tests.support.lakes import MORNING, a_context
from tests.support.sinks import HttpSink, Posted

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

WRITES = ("put waiting", "create letter", "delete waiting", "create begun", "create sent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A delivery in a process of its own: of so many `alerts`, or of a digest when that is 0."""

    folder: Path
    url: str
    is_idempotent: bool = False
    moment: datetime = MORNING
    alerts: int = 1
    at: int = 0
    is_after: bool = False

    def start(self) -> subprocess.Popen[str]:
        """The process, which waits for a line."""
        flags = ["idempotent" if self.is_idempotent else "plain", str(self.alerts), str(self.at)]
        place = [str(self.folder), self.moment.isoformat(), self.url]
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "tests/kill/outbox_driver.py"), *place, *flags, _when(self.is_after)],
            env={**os.environ, "PYTHONPATH": f"{ROOT / 'include'}{os.pathsep}{ROOT}"},
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n", process.communicate()
        return process

    def done(self) -> list[str]:
        """The writes of the run, which must end as it was told."""
        process = self.start()
        written, complaints = process.communicate("go\n", timeout=120)
        assert process.returncode == (KILLED if self.at else 0), complaints
        return written.splitlines()

    def here(self) -> None:
        """The run in this process, undisturbed."""
        context = a_context(self.folder, at=self.moment)
        deliver_here(context, self.url, is_idempotent=self.is_idempotent, alerts=self.alerts)


def _when(is_after: bool) -> str:
    return "after" if is_after else "before"


def short(write: str) -> str:
    """`create outbox/desk/chat/letters/00000001/1.sent.json` as `create sent`."""
    verb, _, key = write.partition(" ")
    return f"{verb} waiting" if "/waiting/" in key else f"{verb} {key.split('/')[-1].split('.')[-2]}"


def status_of(folder: Path, moment: datetime) -> list[str]:
    return [row.status for row in outbox(open_store(str(folder / "lake")), moment)]


def test_a_delivery_is_these_writes(tmp_path: Path) -> None:
    with HttpSink() as sink:
        written = Run(folder=tmp_path, url=sink.url).done()

    assert tuple(map(short, written)) == WRITES
    assert len(sink.received) == 1


def test_a_digest_is_delivered_by_the_same_writes(tmp_path: Path) -> None:
    with HttpSink() as sink:
        written = Run(folder=tmp_path, url=sink.url, alerts=0).done()

    assert tuple(map(short, written)) == WRITES
    assert [posted.document["notice_id"] for posted in sink.received] == ["digest/2026-04-29"]


@pytest.mark.parametrize(("is_idempotent", "alerts"), [(False, 1), (True, 1), (False, 0)])
def test_killed_at_any_write_the_message_arrives_once(tmp_path: Path, is_idempotent: bool, alerts: int) -> None:
    after = MORNING + timedelta(hours=1)

    def survive(death: tuple[int, bool]) -> tuple[list[str], list[str]]:
        """The keys that arrived, and the statuses at the end."""
        folder = tmp_path / f"{death[0]}-{death[1]}"
        with HttpSink() as sink:
            run = Run(folder=folder, url=sink.url, is_idempotent=is_idempotent, alerts=alerts)
            replace(run, at=death[0], is_after=death[1]).done()
            for moment in (MORNING, after):
                replace(run, moment=moment).here()
        return sink.keys, status_of(folder, after)

    deaths = [(at, is_after) for at in range(1, len(WRITES) + 1) for is_after in (False, True)]
    with ThreadPoolExecutor(2) as pool:
        ends = dict(zip(deaths, pool.map(survive, deaths), strict=True))

    begun, sent = WRITES.index("create begun") + 1, WRITES.index("create sent") + 1
    in_doubt = {(begun, True), (sent, False)}
    for death, (keys, statuses) in ends.items():
        assert len(set(keys)) <= 1, death
        if is_idempotent:
            assert statuses == ["sent"], death
            assert len(keys) == (2 if death == (sent, False) else 1), death
        else:
            assert statuses == (["unknown"] if death in in_doubt else ["sent"]), death
            assert len(keys) == (0 if death == (begun, True) else 1), death


@pytest.mark.parametrize(("is_idempotent", "messages", "alerts"), [(False, 1, 1), (True, 2, 1), (False, 1, 0)])
def test_killed_while_the_message_is_on_its_way(
    tmp_path: Path, is_idempotent: bool, messages: int, alerts: int
) -> None:
    running: list[subprocess.Popen[str]] = []

    def kill_the_first(_: Posted) -> None:
        if running[0].poll() is None:
            os.kill(running[0].pid, signal.SIGKILL)
            running[0].wait()

    with HttpSink(before_answer=kill_the_first) as sink:
        run = Run(folder=tmp_path, url=sink.url, is_idempotent=is_idempotent, alerts=alerts)
        running.append(run.start())
        running[0].communicate("go\n", timeout=60)
        assert running[0].returncode == KILLED
        assert status_of(tmp_path, MORNING) == ["unknown"]
        run.here()

    assert len(sink.received) == messages
    assert len(set(sink.keys)) == 1
    assert status_of(tmp_path, MORNING) == ["sent" if is_idempotent else "unknown"]


def test_a_person_settles_what_is_unknown(tmp_path: Path) -> None:
    begun = WRITES.index("create begun") + 1
    with HttpSink() as sink:
        Run(folder=tmp_path, url=sink.url, at=begun, is_after=True).done()
        box = Outbox(open_store(str(tmp_path / "lake")), "desk", "chat")
        assert settle(box, 1, is_sent=False, why="nobody has seen it", now=MORNING)
        later = MORNING + timedelta(minutes=5)
        Run(folder=tmp_path, url=sink.url, moment=later).here()
        assert not settle(box, 1, is_sent=False, why="too late", now=later)

    assert len(sink.received) == 1
    assert status_of(tmp_path, later) == ["sent"]


def test_workers_at_once_send_each_message_once(tmp_path: Path) -> None:
    alerts = 12
    with HttpSink() as sink:
        workers = [Run(folder=tmp_path, url=sink.url, alerts=alerts).start() for _ in range(3)]
        for worker in workers:
            assert worker.stdin is not None
            worker.stdin.write("go\n")
            worker.stdin.flush()
        ends = [worker.communicate(timeout=120) for worker in workers]
        assert [worker.returncode for worker in workers] == [0, 0, 0], ends
        Run(folder=tmp_path, url=sink.url, alerts=alerts).here()

    assert len(sink.received) == alerts
    assert len(set(sink.keys)) == alerts
    assert len([written for written, _ in ends if "sent" in written]) > 1
    assert status_of(tmp_path, MORNING) == ["sent"] * alerts
    assert sorted(posted.document["alert_ids"] for posted in sink.received) == [f"{n:02d}" for n in range(alerts)]
