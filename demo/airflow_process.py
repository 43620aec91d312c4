"""One operating-system session of processes: who belongs to it, how it ends, and whom it belongs to."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from mediawatch.errors import BadConfiguration, Unavailable

GRACE_SECONDS = 30.0
SEVERITIES = ((signal.SIGTERM, 5.0), (signal.SIGKILL, 10.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Says in a file which session serves a folder and which process started it, so that no two ever do.

    Process ids are used again by the system; together with the start time they are not.
    """

    leader: int
    leader_started: float
    owner: int
    owner_started: float
    url: str

    @property
    def is_owned(self) -> bool:
        """Whether the process that started the session still runs."""
        return _started(self.owner) == self.owner_started

    @property
    def has_session(self) -> bool:
        """Whether anything of the session still runs.  Its id stays taken as long as one member lives."""
        return _started(self.leader) in {self.leader_started, None} and bool(session_members(self.leader))


def claim(file: Path, *, leader: int, url: str) -> None:
    """Write down that this process serves the folder of `file` through the session led by `leader`."""
    started = _started(leader) or 0.0
    own = Claim(
        leader=leader, leader_started=started, owner=os.getpid(), owner_started=_started(os.getpid()) or 0.0, url=url
    )
    file.write_text(json.dumps(asdict(own)))


def clear_the_way(file: Path) -> bool:
    """End the session that a killed process left behind; True when there was one.

    Raises BadConfiguration when its owner still runs: then the folder is served already.
    """
    try:
        earlier = Claim(**json.loads(file.read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return False
    if not earlier.has_session:
        return False
    if earlier.is_owned:
        raise BadConfiguration(f"Airflow is running already at {earlier.url} (started by process {earlier.owner}).")
    stop_session(earlier.leader)
    return True


def stop_session(
    leader: int, *, grace: float = GRACE_SECONDS, severities: Sequence[tuple[signal.Signals, float]] = SEVERITIES
) -> None:
    """End the session: an interrupt to its leader first, so that work in hand finishes; then less and less kindly.

    `airflow standalone` stops its components on SIGINT only; SIGTERM to it would leave them behind.  A second Ctrl-C
    from an impatient person cuts it short: everything is killed at once.
    Raises Unavailable when a process survives even SIGKILL.
    """
    try:
        _stop_gently(leader, grace, severities)
    except KeyboardInterrupt:
        _send(session_members(leader), signal.SIGKILL)
        raise
    if left := session_members(leader):
        raise Unavailable(f"These processes could not be ended: {left}")


def _stop_gently(leader: int, grace: float, severities: Sequence[tuple[signal.Signals, float]]) -> None:
    _send([leader], signal.SIGINT)
    if _ended(leader, grace):
        return
    for severity, ceiling in severities:
        _send(session_members(leader), severity)
        if _ended(leader, ceiling):
            return


def session_members(leader: int) -> list[int]:
    """Processes of the session led by `leader` that still run; it finds them in whatever process group they are."""
    return [pid for pid in psutil.pids() if _session(pid) == leader and _is_running(pid)]


def _send(pids: list[int], severity: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, severity)


def _ended(leader: int, ceiling: float) -> bool:
    end = time.monotonic() + ceiling
    while session_members(leader):
        if time.monotonic() > end:
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


def _started(pid: int) -> float | None:
    try:
        return float(psutil.Process(pid).create_time())
    except psutil.NoSuchProcess:
        return None
