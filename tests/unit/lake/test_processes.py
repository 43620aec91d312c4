"""Who is dead: only a process of this kernel and namespace that is known to be gone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mediawatch.lake.processes import is_dead, own_process
from tests.support.processes import start_process

pytestmark = pytest.mark.skipif(not Path("/proc/self/ns/pid").exists(), reason="only Linux tells processes apart")

TELL = (
    "import sys; from mediawatch.lake.processes import own_process; print(own_process(), flush=True); sys.stdin.read()"
)


def test_this_process_lives() -> None:
    assert own_process()
    assert own_process() == own_process()
    assert not is_dead(own_process())


def test_a_process_is_dead_once_it_is_gone_also_as_a_zombie() -> None:
    process = start_process(TELL)
    assert process.stdout is not None
    name = process.stdout.readline().strip()
    assert name
    assert not is_dead(name)
    process.kill()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert is_dead(name)
    process.communicate(timeout=30)
    assert is_dead(name)


def test_a_number_used_again_is_another_process() -> None:
    kernel, number, start = own_process().split()
    assert is_dead(f"{kernel} {number} {int(start) - 1}")


@pytest.mark.parametrize("name", ["", "x", "other-boot/pid:[1] 1 1", "other-boot/pid:[1]"])
def test_what_cannot_be_judged_is_not_dead(name: str) -> None:
    assert not is_dead(name)


def test_a_damaged_name_is_not_dead() -> None:
    kernel = own_process().split()[0]
    assert not is_dead(f"{kernel} word 1")
    assert not is_dead(kernel)


def test_names_hold_in_another_process() -> None:
    code = f"from mediawatch.lake.processes import is_dead; print(is_dead({own_process()!r}))"
    environ = {**os.environ, "PYTHONPATH": "include"}
    printed = subprocess.run([sys.executable, "-c", code], env=environ, check=True, capture_output=True, text=True)
    assert printed.stdout == "False\n"
