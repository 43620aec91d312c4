"""The process that the children are forked from: it has the readers loaded, and reads nothing untrusted itself.

What it says back is JSON of a bounded size all the same: it may be another service, whose children may have taken it
over, and nothing that it says is to be more than a wrong answer.
"""

from __future__ import annotations

import json
import logging
import os
import pickle
import signal
import socket
import struct
import subprocess
import sys
import time
import weakref
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.reduction import send_handle
from typing import Any

from mediawatch import __version__
from mediawatch.errors import BadConfiguration, Unavailable
from mediawatch.sandbox.child import reading_environ
from mediawatch.sandbox.tasks import ChildTask

MOST_SAID = 65_536
"""Bytes of whatever is no value: numbers, and a traceback at most."""

PATIENCE_SECONDS = 60.0
"""So long a parser that does not answer is waited for: one that was killed is back by then."""

_STILL_SECONDS = 300
"""A line on which nothing moves for so long in the middle of a message or an answer is given up."""

_POLL_SECONDS = 0.25
_LONGEST_SECONDS = 1e9
"""More than any process has run: what is no number is not below it, nor an integer of hundreds of digits."""
_END_SECONDS = 10.0
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a child ended: the signal, 0 when there was none, and all the processor seconds that it used."""

    signal: int
    cpu_seconds: float

    @classmethod
    def read(cls, said: Any) -> Ended:
        """What a server says of it.  Raises OSError where that is no such thing."""
        if not (isinstance(said, list) and len(said) == 2 and isinstance(said[0], int) and is_seconds(said[1])):
            raise OSError("what came back is no end of a child")
        return cls(signal=said[0], cpu_seconds=said[1])

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
        ours, theirs = _pair()
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

    @classmethod
    def connect(cls, path: str, patience: float = PATIENCE_SECONDS) -> Server:
        """One of the parser that listens at `path`, for which it is waited so many seconds.

        Raises Unavailable when none answers, and BadConfiguration when it is of another release than this process.
        """
        until, is_told = time.monotonic() + patience, False
        while True:
            try:
                line = _line_to(path, until)
                break
            except OSError as error:
                fault = error.strerror or str(error)
            if time.monotonic() >= until:
                raise Unavailable(
                    f"No parser answers at {path} ({fault}): start it (mediawatch parser), or take "
                    "MEDIAWATCH_PARSER_SOCKET away, so that pages are read by child processes of whoever needs them."
                )
            if not is_told:
                _LOG.warning("no parser answers at %s (%s); waiting up to %.0f s", path, fault, patience)
                is_told = True
            time.sleep(_POLL_SECONDS)
        return cls(line, pid=0)

    def learn(self, task: ChildTask[Any, Any]) -> None:
        """Have what `task` needs loaded, without waiting for it.  Raises OSError when the server is gone."""
        self._line.send_bytes(_request("learn", task))

    def fork(self, task: ChildTask[Any, Any]) -> tuple[int, socket.socket]:
        """A new child for `task` and the line to it, which does not block.

        Raises EOFError or OSError when the server is gone.
        """
        ours, theirs = _pair()
        with theirs:
            try:
                self._line.send_bytes(_request("fork", task))
                send_handle(self._line, theirs.fileno(), self.pid)
                answer = said_on(self._line)
                if not isinstance(answer, int):
                    raise RuntimeError(f"The process that reads pages cannot do {task.name}:\n{answer}")
            except BaseException:
                ours.close()
                raise
        ours.setblocking(False)
        return answer, ours

    def spare_line(self) -> Connection:
        """A further line to it, for a fork of this process.  Raises OSError when the server is gone."""
        ours, theirs = _pair()
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
        return Ended.read(said_on(self._line))

    def close(self) -> None:
        """Close the line, which ends the children started over it, and wait for the end of a server of our own."""
        self._finalizer()

    def abandon(self) -> None:
        """In a fork of the process that the line is of: let go of it."""
        self._finalizer.detach()
        self._line.close()
        if self._process is not None:
            self._process.returncode = 0  # nothing to wait for here


def said_on(line: Connection, seconds: float = _STILL_SECONDS) -> Any:
    """The next thing that is said on `line`.  Raises EOFError, or OSError for what is late, too large or no JSON."""
    if not line.poll(seconds):
        raise TimeoutError(f"nothing came for {seconds:.0f} s")
    try:
        return json.loads(line.recv_bytes(MOST_SAID))
    except (ValueError, RecursionError) as error:
        raise OSError("what came back is no JSON") from error


def is_seconds(said: Any) -> bool:
    """Whether it can be a time that something took."""
    return isinstance(said, int | float) and not isinstance(said, bool) and 0 <= said <= _LONGEST_SECONDS


def address_of(path: str) -> str:
    """`path` as that of a Unix socket.  Raises BadConfiguration for one that is too long for the kernel."""
    if len(os.fsencode(path)) > _LONGEST_PATH:
        raise BadConfiguration(f"{path}: the path of a socket has at most {_LONGEST_PATH} bytes")
    return path


_LONGEST_PATH = 100
"""107 on Linux, 103 elsewhere."""


def _line_to(path: str, until: float) -> Connection:
    """A line to the parser at `path`, which said its release.  Raises OSError and BadConfiguration."""
    ours = socket.socket(socket.AF_UNIX)
    try:
        _bound(ours)
        ours.connect(address_of(path))
    except BaseException:
        ours.close()
        raise
    line = Connection(ours.detach())
    try:
        release = said_on(line, max(1.0, until - time.monotonic()))
    except EOFError as error:
        line.close()
        raise OSError("it hung up") from error
    except OSError:
        line.close()
        raise
    if release != __version__:
        line.close()
        raise BadConfiguration(
            f"The parser at {path} is not of the release {__version__}, as this process is: start both from the same."
        )
    return line


def _pair() -> tuple[socket.socket, socket.socket]:
    """Our end, on which no call stands still for ever, and the other one's."""
    ours, theirs = socket.socketpair()
    _bound(ours)
    return ours, theirs


def _bound(ours: socket.socket) -> None:
    """Have the kernel give up (with OSError) what stands still: half a message, or one that nobody takes."""
    for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
        ours.setsockopt(socket.SOL_SOCKET, option, struct.pack("ll", _STILL_SECONDS, 0))


def _request(kind: str, task: ChildTask[Any, Any]) -> bytes:
    return pickle.dumps((kind, (task.name, pickle.dumps((task.function, task.example, task.limits)))))


def _end(line: Connection, process: subprocess.Popen[bytes] | None) -> None:
    line.close()
    if process is not None:
        with suppress(subprocess.TimeoutExpired):  # forks of this process still use it
            process.wait(_END_SECONDS)
