"""Sessions of real processes: found whatever group they are in, ended however stubborn they are."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from launch.claims import Claim, claim_of, end_leftovers, read_claims, sole_use, write_claims
from launch.sessions import Effort, session_members, started_at, stop_session
from mediawatch.errors import BadConfiguration

ROOT = Path(__file__).resolve().parents[3]

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


BUSY = """
import os, time
if os.fork() == 0:
    while True:
        pass
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


def test_one_signal_is_enough_for_the_obedient(start: Start) -> None:
    process = start(OBEDIENT)
    assert session_members(process.pid) == [process.pid]
    stop_session(process.pid)
    assert session_members(process.pid) == []
    assert process.wait() == -signal.SIGTERM


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


def test_the_work_of_a_session_is_measured_with_and_without_its_leader(start: Start) -> None:
    process = start(BUSY)
    of_all, of_led, of_leader = (Effort(lambda: [process.pid], part) for part in ("all", "led", "leaders"))
    for effort in (of_all, of_led, of_leader):
        assert effort() == 0

    end = time.monotonic() + 60
    while (led := of_led()) < 0.2:
        assert time.monotonic() < end
        time.sleep(0.05)

    assert of_all() >= led
    assert of_leader() < 0.2


def test_a_folder_that_is_served_is_refused(start: Start, tmp_path: Path) -> None:
    process = start(OBEDIENT)
    write_claims(tmp_path / "claims", [claim_of(process.pid)])
    with pytest.raises(BadConfiguration, match=f"Process {os.getpid()} runs servers on"):
        end_leftovers(tmp_path / "claims")
    assert session_members(process.pid) == [process.pid]


def of_a_killed_owner(leader: int, leader_started: float) -> Claim:
    """A claim whose owner is gone: the number is ours, the start is not."""
    return Claim(leader=leader, leader_started=leader_started, owner=os.getpid(), owner_started=1.0)


def test_what_a_killed_owner_left_behind_is_ended(start: Start, tmp_path: Path) -> None:
    left = [start(OBEDIENT), start(OBEDIENT)]
    claims = [of_a_killed_owner(process.pid, started_at(process.pid) or 0.0) for process in left]
    write_claims(tmp_path / "claims", claims)
    assert end_leftovers(tmp_path / "claims") == 2
    assert session_members(*(process.pid for process in left)) == []
    assert end_leftovers(tmp_path / "claims") == 0


def test_a_process_that_got_the_number_later_is_left_alone(start: Start, tmp_path: Path) -> None:
    process = start(OBEDIENT)
    write_claims(tmp_path / "claims", [of_a_killed_owner(process.pid, 2.0)])
    assert end_leftovers(tmp_path / "claims") == 0
    assert session_members(process.pid) == [process.pid]


@pytest.mark.parametrize("content", [None, "", "{}", "[1]", '[{"leader": 1}]', "\x00", "[" * 100])
def test_without_readable_claims_the_way_is_clear(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "claims").write_text(content)
    assert read_claims(tmp_path / "claims") == []
    assert end_leftovers(tmp_path / "claims") == 0


def test_a_folder_is_for_one_launcher_and_free_again_however_that_ended(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from launch.claims import sole_use\n"
        "with sole_use(Path(sys.argv[1]), 'make demo'): print('up', flush=True); time.sleep(600)"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "folder")],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": "include:."},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "up\n"
    sentence = rf"`make demo` runs on .*folder already: .*`kill {holder.pid}`"
    with pytest.raises(BadConfiguration, match=sentence), sole_use(tmp_path / "folder", "make demo"):
        pytest.fail("two at once")
    holder.kill()
    holder.wait()
    holder.stdout.close()
    for _ in range(2):
        with sole_use(tmp_path / "folder", "make demo"):
            pass


def test_a_file_where_the_folder_should_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("")
    with pytest.raises(BadConfiguration, match="folder cannot be used"), sole_use(tmp_path / "folder", "make demo"):
        pytest.fail("must not come here")


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="there is no /proc to count from")
def test_when_a_process_began_does_not_depend_on_the_wall_clock(start: Start) -> None:
    before = time.clock_gettime(time.CLOCK_BOOTTIME)
    began = started_at(start(OBEDIENT).pid)
    assert began is not None
    assert before - 0.1 <= began / os.sysconf("SC_CLK_TCK") <= time.clock_gettime(time.CLOCK_BOOTTIME) + 0.1


def test_a_process_that_is_not_there_never_began(start: Start) -> None:
    process = start(OBEDIENT)
    process.kill()
    process.wait()
    assert started_at(process.pid) is None
