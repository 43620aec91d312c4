"""Python processes that run a piece of code with the package at hand."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

_INCLUDE = Path(__file__).parents[2] / "include"


def in_processes(code: str, arguments: Iterable[tuple[str, ...]]) -> list[str]:
    """What Python processes that run `code` at once print, one for each tuple of arguments; each must exit with 0."""
    running = [start_process(code, *some) for some in arguments]
    printed = [process.communicate(timeout=120) for process in running]
    failures = [error for process, (_, error) in zip(running, printed, strict=True) if process.returncode]
    assert not failures, failures[0]
    return [output for output, _ in printed]


def start_process(code: str, *arguments: str) -> subprocess.Popen[str]:
    """A Python process that runs `code` and finds the package; its input stays open until it is closed here."""
    environ = {**os.environ, "PYTHONPATH": str(_INCLUDE)}
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        env=environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def soon_gone(number: int) -> bool:
    """Whether the process ends soon."""
    until = time.monotonic() + 30
    while time.monotonic() < until and is_alive(number):
        time.sleep(0.05)
    return not is_alive(number)


def is_alive(number: int) -> bool:
    """Whether there is such a process and it has not ended."""
    try:
        state = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in {"Z", "X"}
