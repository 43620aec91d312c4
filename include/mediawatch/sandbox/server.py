"""The process that the children are forked from: it has the readers loaded, and reads nothing untrusted itself."""

from __future__ import annotations

import os
import pickle
import signal
import socket
import subprocess
import sys
import weakref
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.reduction import send_handle
from typing import Any

from mediawatch.errors import Unavailable
from mediawatch.sandbox.child import reading_environ
from mediawatch.sandbox.tasks import ChildTask

_END_SECONDS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a child ended: the signal, 0 when there was none, and all the processor seconds that it used."""

    signal: int
    cpu_seconds: float

    def __str__(self) -> str:
        try:
            return f"({signal.Signals(self.signal).name})" if self.signal else "(no signal)"
        except ValueError:
            return f"(signal {self.signal})"


class Server:
    """A child process of this one that forks the others, seen from here.

    It is executed rather than forked, with an environment of its own: so it has no secret of this process and no
    thread, and may be started from a thread or a daemonic process.  It ends when the last process that has a line to
    it does, however that ends, and the children started over a line end with the line.
    """

    def __init__(self, line: Connection, pid: int, process: subprocess.Popen[bytes] | None = None) -> None:
        self.pid = pid
        self._line = line
        self._process = process
        self._finalizer = weakref.finalize(self, _end, line, process)

    @classmethod
    def start(cls) -> Server:
        """A new one.  Raises Unavailable when no process can be started."""
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                    [sys.executable, "-P", "-m", "mediawatch.sandbox.serving", str(theirs.fileno())],
                    env=reading_environ(os.environ),
                    pass_fds=[theirs.fileno()],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    process_group=0,  # Ctrl-C is for this process, whose end the server sees
                )
            except OSError as error:
                ours.close()
                raise Unavailable(f"No process can be started to read pages: {error}") from error
        return cls(Connection(ours.detach()), process.pid, process)

    def learn(self, task: ChildTask[Any, Any]) -> None:
        """Have what `task` needs loaded, without waiting for it.  Raises OSError when the server is gone."""
        self._line.send_bytes(_request("learn", task))

    def fork(self, task: ChildTask[Any, Any]) -> tuple[int, Connection]:
        """A new child for `task` and the line to it.  Raises EOFError or OSError when the server is gone."""
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                self._line.send_bytes(_request("fork", task))
                send_handle(self._line, theirs.fileno(), self.pid)
                answer = self._line.recv()
            except BaseException:
                ours.close()
                raise
        if not isinstance(answer, int):
            ours.close()
            raise RuntimeError(f"The process that reads pages cannot do {task.name}:\n{answer}")
        return answer, Connection(ours.detach())

    def spare_line(self) -> Connection:
        """A further line to it, for a fork of this process.  Raises OSError when the server is gone."""
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                self._line.send_bytes(pickle.dumps(("line", None)))
                send_handle(self._line, theirs.fileno(), self.pid)
            except BaseException:
                ours.close()
                raise
        return Connection(ours.detach())

    def end(self, pid: int) -> Ended:
        """End the child `pid` if it runs.  Raises EOFError or OSError when the server is gone."""
        self._line.send_bytes(pickle.dumps(("end", pid)))
        status, cpu_seconds = self._line.recv()
        return Ended(signal=status, cpu_seconds=cpu_seconds)

    def close(self) -> None:
        """Close the line, which ends the children started over it, and wait for the end of a server of our own."""
        self._finalizer()

    def abandon(self) -> None:
        """In a fork of the process that the line is of: let go of it."""
        self._finalizer.detach()
        self._line.close()
        if self._process is not None:
            self._process.returncode = 0  # nothing to wait for here


def _request(kind: str, task: ChildTask[Any, Any]) -> bytes:
    return pickle.dumps((kind, (task.name, pickle.dumps((task.function, task.example, task.limits)))))


def _end(line: Connection, process: subprocess.Popen[bytes] | None) -> None:
    line.close()
    if process is not None:
        with suppress(subprocess.TimeoutExpired):  # forks of this process still use it
            process.wait(_END_SECONDS)
