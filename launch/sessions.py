"""Operating-system sessions of processes: who belongs to one, how hard it works, how it ends.

Each server is started as the leader of a session of its own, so that at the end everything it started can be found,
whatever process groups its children moved to.
"""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Literal

import psutil

from launch.stopping import STOPPING
from mediawatch.errors import Unavailable

GRACE_SECONDS = 30.0
SEVERITIES = ((signal.SIGTERM, 5.0), (signal.SIGKILL, 60.0))

Counted = Literal["all", "leaders", "led"]


def tied_to_us(command: Sequence[str]) -> list[str]:
    """`command` such that the kernel sends it SIGTERM when we end, even when we are killed (where that can be had)."""
    return ["setpriv", "--pdeathsig", "TERM", *command] if shutil.which("setpriv") else list(command)


def session_members(*leaders: int) -> list[int]:
    """Processes of the sessions led by `leaders` that still run, in whatever process group they are."""
    wanted = set(leaders)
    return [pid for pid in psutil.pids() if _session(pid) in wanted and _is_running(pid)]


def started_at(pid: int) -> float | None:
    """When the process began, on a scale of its own; None when there is none.  Numbers are used again, with the start
    they are not.

    Counted from the machine's start where that can be had: by the wall clock the same process would have begun at
    another time once that clock was set.
    """
    if not Path("/proc/self/stat").exists():
        try:
            return float(psutil.Process(pid).create_time())
        except psutil.NoSuchProcess:
            return None
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return None
    return float(stat.rpartition(")")[2].split()[19])  # in ticks; the name, in brackets, may hold anything


class Effort:
    """Processor seconds that the sessions of `leaders` have spent since the first look: all of them, the leaders alone,
    or the `led` alone, which is what they started.

    Those of a process that ended between two looks are partly missed, so that it is a lower bound.
    """

    def __init__(self, leaders: Callable[[], Iterable[int]], counted: Counted = "all") -> None:
        self._leaders = leaders
        self._counted = counted
        self._last: dict[int, float] = {}
        self._spent = 0.0

    def __call__(self) -> float:
        """Look again."""
        now = {pid: spent for pid in self._pids() if (spent := _spent_by(pid)) is not None}
        if self._last:
            self._spent += sum(max(0.0, spent - self._last.get(pid, 0.0)) for pid, spent in now.items())
        self._last = now or self._last
        return self._spent

    def _pids(self) -> set[int]:
        leaders = {*self._leaders()}
        if self._counted == "leaders":
            return leaders
        members = set(session_members(*leaders))
        return members - leaders if self._counted == "led" else members


def stop_session(
    leader: int,
    *,
    first: signal.Signals = signal.SIGTERM,
    grace: float = GRACE_SECONDS,
    severities: Sequence[tuple[signal.Signals, float]] = SEVERITIES,
) -> None:
    """End the session: `first` to its leader, so that work in hand finishes; then less and less kindly to all.

    Somebody who asks a second time (see `stopping`) cuts it short: everything is killed at once.
    Raises Unavailable when a process survives even SIGKILL.
    """
    with STOPPING.ending():
        members = session_members(leader)
        if leader in members:
            _send([leader], first)
        ended = not members or (leader in members and _ended(leader, grace))
        for severity, ceiling in severities:
            if not ended:
                is_last = severity is signal.SIGKILL
                _send(session_members(leader), severity)
                ended = _ended(leader, ceiling, is_patient=is_last)
        if left := session_members(leader):
            raise Unavailable(f"These processes could not be ended: {left}")


def _send(pids: Iterable[int], severity: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, severity)


def _ended(leader: int, ceiling: float, *, is_patient: bool = False) -> bool:
    """Whether the session is over within `ceiling` seconds; unless `is_patient`, a second request ends the wait."""
    end = time.monotonic() + ceiling
    while session_members(leader):
        if time.monotonic() > end or (STOPPING.is_hurried and not is_patient):
            return False
        time.sleep(0.1)
    return True


def _session(pid: int) -> int | None:
    try:
        return os.getsid(pid)
    except (ProcessLookupError, PermissionError):
        return None


def _is_running(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _spent_by(pid: int) -> float | None:
    try:
        times = psutil.Process(pid).cpu_times()
    except psutil.Error:
        return None
    return float(times.user + times.system)
