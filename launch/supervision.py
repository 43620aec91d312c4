"""Keeping servers running: what ends by itself is started again with a word, what does not answer as well.

A supervisor watches from a thread of its own, so that whoever waits in the main thread for something else still hears
of it.  Its servers end with it, the whole session of each; the first of them, which the others may need, ends last.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from launch.claims import claim_of, write_claims
from launch.console import Progress
from launch.sessions import Effort, session_members, stop_session
from launch.stopping import STOPPING
from mediawatch.errors import MediawatchError, Unavailable

LOOK_SECONDS = 1.0
ASK_SECONDS = 10.0
ENOUGH_EFFORT_SECONDS = 60.0
IDLE_SHARE = 0.02
WINDOW_SECONDS = 600.0
DELAYS = (0.0, 2.0, 5.0, 15.0, 30.0, 60.0, 120.0, 300.0)
TRIES_TO_START = 2
TRIES_LATER = 5


def always() -> bool:
    """For a server that is well as long as its process runs."""
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """One server to keep running: `spawn` starts it as the leader of a session of its own, `is_well` asks it.

    `told_after` and `ended_after` are how many seconds it may be unwell before people hear of it, and before it may be
    ended and started again: then it has to be idle as well, or to have had processor time enough.
    """

    name: str
    log: Path
    spawn: Callable[[], subprocess.Popen[bytes]]
    is_well: Callable[[], bool] = always
    told_after: float = 60.0
    ended_after: float = 300.0


class Restarts:
    """When to start again what ended: at once, then later and later; with `most`, not more often in ten minutes."""

    def __init__(self, most: int | None, clock: Callable[[], float] = time.monotonic) -> None:
        self.most = most
        self._clock = clock
        self._ends: list[float] = []

    def delay(self) -> float | None:
        """Seconds to wait after the end that happened now; None when it is not worth trying again."""
        instant = self._clock()
        self._ends = [end for end in self._ends if instant - end < WINDOW_SECONDS] + [instant]
        if self.most is not None and len(self._ends) > self.most:
            return None
        return DELAYS[min(len(self._ends), len(DELAYS)) - 1]

    @property
    def count(self) -> int:
        """How often it ended within the last ten minutes."""
        return len(self._ends)


class _Watched:
    """A server, its process, and how it has been doing.  Used by the supervisor with its lock held."""

    def __init__(self, server: Server, restarts: Restarts) -> None:
        self.server = server
        self.restarts = restarts
        self.process = server.spawn()
        self.claim = claim_of(self.process.pid)
        self.due: float | None = None
        self.is_told = False
        self._effort = Effort(lambda: [self.claim.leader])
        self.note_well()

    def note_well(self) -> None:
        """It is well, or has just been started."""
        self.well_at = self.asked_at = time.monotonic()
        self._spent = self._effort()

    def is_hopeless(self, unwell: float) -> bool:
        """Whether `unwell` seconds were enough: it stands still, or had what a server needs to come up or recover."""
        spent = self._effort() - self._spent
        return unwell >= self.server.ended_after and not IDLE_SHARE * unwell < spent < ENOUGH_EFFORT_SECONDS

    def spawn(self) -> None:
        """Start it anew."""
        self.process = self.server.spawn()
        self.claim, self.due = claim_of(self.process.pid), None
        self.note_well()

    def end(self) -> list[int]:
        """End all of it; the processes that could not be ended."""
        if self.claim.has_session:
            with suppress(Unavailable):
                stop_session(self.claim.leader)
        self.process.poll()
        return session_members(self.claim.leader) if self.claim.has_session else []


class Supervisor:
    """Runs `servers` and keeps them running until it is left; `claims` is the file that says which they are.

    After `settle()`, once all have come up, they are also asked how they are, and may end more often before one is
    given up; with `for_ever` none is.
    """

    def __init__(
        self,
        servers: Sequence[Server],
        claims: Path,
        progress: Progress,
        *,
        for_ever: bool = False,
        look_seconds: float = LOOK_SECONDS,
        ask_seconds: float = ASK_SECONDS,
    ) -> None:
        self._servers = servers
        self._claims = claims
        self._progress = progress
        self._for_ever = for_ever
        self._look_seconds = look_seconds
        self._ask_seconds = ask_seconds
        self._watched: list[_Watched] = []
        self._lock = threading.Lock()
        self._is_over = threading.Event()
        self._is_settled = False
        self._thread = threading.Thread(target=self._watch, name="supervisor", daemon=True)
        self.trouble = ""
        """Why a server is not started any more; empty as long as all is well or can become so."""

    def __enter__(self) -> Supervisor:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start all servers, and begin to watch them."""
        try:
            for server in self._servers:
                with STOPPING.held():
                    self._watched.append(_Watched(server, Restarts(TRIES_TO_START)))
                    self._write_down()
            self._thread.start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End all servers; may be called twice.  Raises Unavailable when one cannot be ended."""
        with STOPPING.ending():
            self._is_over.set()
            with self._lock:
                pass  # a server that is being started now is known after this
            for watched in self._watched[1:]:
                with suppress(ProcessLookupError):
                    watched.process.send_signal(signal.SIGTERM)
            left = [pid for watched in reversed(self._watched) for pid in watched.end()]
            if self._thread.is_alive():
                self._thread.join()
            if left:
                raise Unavailable(f"These processes could not be ended: {left}")
            self._claims.unlink(missing_ok=True)

    def settle(self) -> None:
        """All servers have come up."""
        for watched in self._watched:
            watched.restarts.most = None if self._for_ever else TRIES_LATER
            watched.note_well()
        self._is_settled = True

    def leaders(self) -> list[int]:
        """The sessions of the servers."""
        return [watched.process.pid for watched in self._watched]

    def leader(self, name: str) -> int:
        """The session of the server called `name`."""
        return next(watched.process.pid for watched in self._watched if watched.server.name == name)

    def check(self) -> None:
        """Raises Unavailable when a server was given up."""
        if self.trouble:
            raise Unavailable(self.trouble)

    def _watch(self) -> None:
        while not self._is_over.wait(self._look_seconds):
            for watched in self._watched:
                self._look_at(watched)

    def _look_at(self, watched: _Watched) -> None:
        instant = time.monotonic()
        if watched.due is not None:
            if instant >= watched.due:
                self._start_again(watched)
        elif (code := watched.process.poll()) is not None:
            self._note_end(watched, f"ended {_how(code)}")
        elif self._is_settled and instant - watched.asked_at >= self._ask_seconds:
            self._ask(watched)

    def _ask(self, watched: _Watched) -> None:
        server = watched.server
        if server.is_well():
            if watched.is_told:
                self._progress(f"{server.name} is well again.")
            watched.is_told = False
            watched.note_well()
            return
        watched.asked_at = instant = time.monotonic()
        unwell = instant - watched.well_at
        if watched.is_hopeless(unwell):
            self._note_end(watched, f"has not been well for {unwell:.0f} s and was ended")
        elif unwell >= server.told_after and not watched.is_told:
            watched.is_told = True
            self._progress(f"{server.name} has not been well for {unwell:.0f} s ({load()}; its log: {server.log}).")

    def _note_end(self, watched: _Watched, how: str) -> None:
        server = watched.server
        if self._is_over.is_set():
            return
        watched.end()
        delay = watched.restarts.delay()
        if delay is None:
            self.trouble = (
                f"{server.name} {how}, {watched.restarts.count} times within {WINDOW_SECONDS / 60:.0f} minutes. "
                f"The end of its log ({server.log}):\n{tail(server.log)}"
            )
            watched.due = float("inf")
            return
        when = f"in {delay:.0f} s" if delay else "now"
        self._progress(f"{server.name} {how}; starting it again {when} (its log: {server.log}).")
        watched.due, watched.is_told = time.monotonic() + delay, True

    def _start_again(self, watched: _Watched) -> None:
        with self._lock:
            if self._is_over.is_set():
                return
            try:
                watched.spawn()
                self._write_down()
            except (OSError, MediawatchError) as error:
                failure = f"could not be started: {error}"
            else:
                return
        self._note_end(watched, failure)

    def _write_down(self) -> None:
        write_claims(self._claims, [watched.claim for watched in self._watched])


def tail(log: Path, lines: int = 20) -> str:
    """The last lines of a log; empty when there is none."""
    with suppress(OSError):
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    return ""


def load() -> str:
    """How busy the machine is, for people who wonder why something takes so long."""
    return f"load {os.getloadavg()[0]:.0f} on {os.cpu_count()} processors"


def _how(code: int) -> str:
    if code >= 0:
        return f"with exit code {code}"
    with suppress(ValueError):
        return f"by {signal.Signals(-code).name}"
    return f"by signal {-code}"
