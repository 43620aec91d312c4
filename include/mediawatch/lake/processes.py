"""Names of running processes that outlive them, so that work left by a killed one is known to be left."""

from __future__ import annotations

import os
from pathlib import Path

_PROC = Path("/proc")


def own_process() -> str:
    """This process by kernel, pid namespace, number and start; "" where the system has no /proc to tell it from."""
    kernel = _kernel()
    start = _start_of(os.getpid())
    return f"{kernel} {os.getpid()} {start}" if kernel and start else ""


def is_dead(process: str) -> bool:
    """Whether the process that called itself so is known to be gone: same kernel and pid namespace, and not there.

    False for whatever cannot be judged from here.
    """
    kernel, _, rest = process.partition(" ")
    number, _, start = rest.partition(" ")
    if not kernel or kernel != _kernel() or not number.isdecimal():
        return False
    return _start_of(int(number)) != start


def _kernel() -> str:
    """One boot of one machine and one pid namespace in it; numbers of processes mean the same within."""
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text().strip()
        return f"{boot}/{os.readlink(_PROC / 'self/ns/pid')}"
    except OSError:
        return ""


def _start_of(pid: int) -> str:
    """When the process started, in clock ticks since boot; "" when there is none or only its zombie."""
    try:
        stat = (_PROC / str(pid) / "stat").read_text()
    except OSError:
        return ""
    state, *rest = stat.rpartition(")")[2].split()
    return "" if state in {"Z", "X"} else rest[18]
