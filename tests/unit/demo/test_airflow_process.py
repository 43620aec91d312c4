"""Sessions of real processes: found whatever group they are in, ended however stubborn they are."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import psutil
import pytest

from demo.airflow_process import Claim, claim, clear_the_way, session_members, stop_session
from mediawatch.errors import BadConfiguration

Start = Callable[[str], "subprocess.Popen[str]"]

OBEDIENT = "import time; print('up', flush=True); time.sleep(600)"
STUBBORN = """
import os, signal, time
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, signal.SIG_IGN)
if os.fork() == 0:
    os.setpgid(0, 0)  # as Airflow's tasks do
else:
    print("up", flush=True)
time.sleep(600)
"""


@pytest.fixture
def start() -> Iterator[Start]:
    started: list[subprocess.Popen[str]] = []

    def leader(code: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            start_new_session=True,
        )  # fmt: skip
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        return process

    yield leader
    for process in started:
        for pid in session_members(process.pid):
            os.kill(pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()


def test_an_interrupt_is_enough_for_the_obedient(start: Start) -> None:
    process = start(OBEDIENT)
    assert session_members(process.pid) == [process.pid]
    stop_session(process.pid)
    assert session_members(process.pid) == []
    assert process.wait() in (-2, 1)


def test_the_stubborn_and_their_children_in_other_groups_are_ended_too(start: Start) -> None:
    process = start(STUBBORN)
    end = time.monotonic() + 10
    while len({os.getpgid(pid) for pid in session_members(process.pid)}) < 2:
        assert time.monotonic() < end
        time.sleep(0.05)
    stop_session(process.pid, grace=0.2, severities=((signal.SIGTERM, 0.2), (signal.SIGKILL, 10.0)))
    assert session_members(process.pid) == []


def test_a_session_that_is_gone_is_no_trouble(start: Start) -> None:
    process = start(OBEDIENT)
    process.kill()
    process.wait()
    stop_session(process.pid)


def test_a_folder_that_is_served_is_refused(start: Start, tmp_path: Path) -> None:
    process = start(OBEDIENT)
    claim(tmp_path / "claim", leader=process.pid, url="http://127.0.0.1:1234")
    with pytest.raises(BadConfiguration, match=r"running already at http://127\.0\.0\.1:1234"):
        clear_the_way(tmp_path / "claim")
    assert session_members(process.pid) == [process.pid]


def written(file: Path, *, leader: int, leader_started: float) -> None:
    """A claim whose owner is gone."""
    file.write_text(
        json.dumps(
            asdict(Claim(leader=leader, leader_started=leader_started, owner=os.getpid(), owner_started=1.0, url="x"))
        )
    )


def test_what_a_killed_owner_left_behind_is_ended(start: Start, tmp_path: Path) -> None:
    process = start(OBEDIENT)
    written(tmp_path / "claim", leader=process.pid, leader_started=psutil.Process(process.pid).create_time())
    assert clear_the_way(tmp_path / "claim") is True
    assert session_members(process.pid) == []


def test_a_process_that_got_the_number_later_is_left_alone(start: Start, tmp_path: Path) -> None:
    process = start(OBEDIENT)
    written(tmp_path / "claim", leader=process.pid, leader_started=2.0)
    assert clear_the_way(tmp_path / "claim") is False
    assert session_members(process.pid) == [process.pid]


@pytest.mark.parametrize("content", [None, "", "{}", "[1]", '{"leader": 1}'])
def test_without_a_readable_claim_the_way_is_clear(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "claim").write_text(content)
    assert clear_the_way(tmp_path / "claim") is False
