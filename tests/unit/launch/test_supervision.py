"""Servers that end are started again with a word, and all of them end with their supervisor: real processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from launch.claims import end_leftovers, read_claims
from launch.sessions import session_members
from launch.supervision import DELAYS, WINDOW_SECONDS, Restarts, Server, Supervisor, always
from mediawatch.errors import BadConfiguration, Unavailable

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]
SERVE = "import time; print('serving', flush=True); time.sleep(600)"
FAIL = "import sys; print('no such harbour', flush=True); sys.exit(3)"
STUBBORN = """
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork() == 0:
    os.setpgid(0, 0)
print("serving", flush=True)
time.sleep(600)
"""


def a_server(folder: Path, code: str = SERVE, *, name: str = "The lighthouse", **options: object) -> Server:
    log = folder / f"{name}.log"

    def spawn() -> subprocess.Popen[bytes]:
        with log.open("ab") as output:
            return subprocess.Popen(
                [sys.executable, "-c", code], stdout=output, stderr=output, start_new_session=True
            )  # fmt: skip

    return Server(name=name, log=log, spawn=spawn, **options)  # type: ignore[arg-type]


def supervised(folder: Path, *servers: Server, for_ever: bool = False) -> tuple[Supervisor, list[str]]:
    lines: list[str] = []
    supervisor = Supervisor(
        servers, folder / "claims", lines.append, for_ever=for_ever, look_seconds=0.05, ask_seconds=0.1
    )
    return supervisor, lines


def eventually(is_so: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.02)


def serving(server: Server, times: int = 1) -> Callable[[], bool]:
    return lambda: server.log.exists() and server.log.read_text().count("serving") == times


def test_a_server_that_is_killed_is_started_again_with_a_word(tmp_path: Path) -> None:
    server = a_server(tmp_path)
    supervisor, lines = supervised(tmp_path, server)
    with supervisor:
        eventually(serving(server))
        supervisor.settle()
        first = supervisor.leader("The lighthouse")
        os.kill(first, signal.SIGKILL)
        eventually(serving(server, times=2))
        assert supervisor.leader("The lighthouse") != first
        assert [claim.leader for claim in read_claims(tmp_path / "claims")] == supervisor.leaders()
        supervisor.check()
    assert lines[0] == f"The lighthouse ended by SIGKILL; starting it again now (its log: {server.log})."
    assert session_members(*supervisor.leaders()) == []
    assert not (tmp_path / "claims").exists()


def test_what_a_killed_server_had_started_is_ended_before_it_is_started_again(tmp_path: Path) -> None:
    server = a_server(tmp_path, STUBBORN.replace("signal.signal(signal.SIGTERM, signal.SIG_IGN)", ""))
    supervisor, _ = supervised(tmp_path, server)
    with supervisor:
        eventually(serving(server, times=2))  # parent and child
        first = supervisor.leader("The lighthouse")
        assert len(session_members(first)) == 2
        os.kill(first, signal.SIGKILL)
        eventually(serving(server, times=4))
        assert session_members(first) == []


def test_a_server_that_cannot_run_is_given_up_with_the_end_of_its_log(tmp_path: Path) -> None:
    supervisor, lines = supervised(tmp_path, a_server(tmp_path, FAIL))
    with supervisor:
        eventually(lambda: supervisor.trouble)
        with pytest.raises(Unavailable) as failure:
            supervisor.check()
    assert "ended with exit code 3, 3 times within 10 minutes" in str(failure.value)
    assert "no such harbour" in str(failure.value)
    assert len(lines) == 2


def test_a_server_that_cannot_even_be_started_again_is_reported_and_tried_again(tmp_path: Path) -> None:
    code, tries = [SERVE], []

    def spawn() -> subprocess.Popen[bytes]:
        tries.append(1)
        if len(tries) == 2:
            raise BadConfiguration("the quay is closed")
        return a_server(tmp_path, code[0]).spawn()

    supervisor, lines = supervised(tmp_path, Server(name="The ferry", log=tmp_path / "ferry.log", spawn=spawn))
    with supervisor:
        os.kill(supervisor.leader("The ferry"), signal.SIGKILL)
        eventually(lambda: len(tries) == 3)
    assert lines[1].startswith("The ferry could not be started: the quay is closed; starting it again in")


def test_a_server_that_stands_still_is_told_of_then_ended_and_started_again(tmp_path: Path) -> None:
    is_well = [True]
    server = a_server(tmp_path, is_well=lambda: is_well[0], told_after=0.3, ended_after=0.8)
    supervisor, lines = supervised(tmp_path, server)
    with supervisor:
        eventually(serving(server))
        is_well[0] = False
        time.sleep(1.5)
        assert lines == []  # it has not come up yet: that is waited for elsewhere
        supervisor.settle()
        eventually(serving(server, times=2))
        is_well[0] = True
        eventually(lambda: len(lines) == 3)
    assert "The lighthouse has not been well for" in lines[0]
    assert "was ended; starting it again now" in lines[1]
    assert lines[2] == "The lighthouse is well again."


def test_a_server_that_is_starved_but_works_is_left_alone(tmp_path: Path) -> None:
    server = a_server(
        tmp_path,
        "print('serving', flush=True)\nwhile True: pass",
        is_well=lambda: False,
        told_after=0.2,
        ended_after=1.0,
    )
    supervisor, lines = supervised(tmp_path, server)
    with supervisor:
        eventually(serving(server))
        supervisor.settle()
        eventually(lambda: lines)
        time.sleep(2)
        assert serving(server, times=1)()
    assert len(lines) == 1


def test_all_servers_end_even_the_stubborn_and_the_first_ends_last(tmp_path: Path) -> None:
    order = tmp_path / "order"
    code = f"""
import signal, sys, time
def end(number, frame):
    with open({str(order)!r}, "a") as file: file.write(sys.argv[1] + " ")
    sys.exit()
signal.signal(signal.SIGTERM, end)
print("serving", flush=True)
time.sleep(600)
"""
    servers = [a_server(tmp_path, code.replace("sys.argv[1]", repr(name)), name=name) for name in ("api", "worker")]
    supervisor, _ = supervised(tmp_path, *servers)
    with supervisor:
        for server in servers:
            eventually(serving(server))
    assert order.read_text().split() == ["worker", "api"]
    assert session_members(*supervisor.leaders()) == []


def test_an_error_while_servers_are_started_ends_those_that_run(tmp_path: Path) -> None:
    good = a_server(tmp_path)
    bad = Server(name="The ferry", log=tmp_path / "log", spawn=lambda: subprocess.Popen(["no-such-program"]))
    supervisor, _ = supervised(tmp_path, good, bad)
    with pytest.raises(FileNotFoundError), supervisor:
        pytest.fail("it started")
    assert session_members(*supervisor.leaders()) == []


LAUNCHER = """
import subprocess, sys, time
from pathlib import Path
from launch.sessions import tied_to_us
from launch.supervision import Server, Supervisor
folder, code = Path(sys.argv[1]), sys.argv[2]
def spawn():
    command = [sys.executable, "-c", code]
    with (folder / "log").open("ab") as output:
        return subprocess.Popen(tied_to_us(command), stdout=output, stderr=output, start_new_session=True)
with Supervisor([Server(name="It", log=folder / "log", spawn=spawn)], folder / "claims", print) as supervisor:
    while "serving" not in (folder / "log").read_text():
        time.sleep(0.02)
    print(supervisor.leader("It"), flush=True)
    time.sleep(600)
"""


@pytest.mark.parametrize("code", [SERVE, STUBBORN])
def test_of_a_launcher_that_is_killed_nothing_is_left_at_the_latest_when_the_next_one_has_looked(
    tmp_path: Path, code: str
) -> None:
    launcher = subprocess.Popen(
        [sys.executable, "-c", LAUNCHER, str(tmp_path), code],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": "include:."},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert launcher.stdout is not None
    leader = int(launcher.stdout.readline())
    launcher.kill()
    launcher.wait()
    launcher.stdout.close()
    if code is STUBBORN:
        assert session_members(leader)
        assert end_leftovers(tmp_path / "claims") == 1
    else:
        eventually(lambda: not session_members(leader))
    assert session_members(leader) == []


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_restarts_come_later_and_later_and_have_an_end_unless_they_are_for_ever() -> None:
    clock = Clock()
    few, always_again = Restarts(2, clock), Restarts(None, clock)
    assert [few.delay() for _ in range(4)] == [0, 2, None, None]
    assert [always_again.delay() for _ in range(20)][-1] == DELAYS[-1]
    clock.now = WINDOW_SECONDS + 1
    assert few.delay() == 0
    assert always_again.delay() == 0
    assert always()
