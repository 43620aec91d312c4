"""The far side: `python -m mediawatch.sandbox.serving FD` forks a child for each request.

What comes from the process that started this one is trusted and may name functions; what a child reads is not.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import pickle
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Iterable
from multiprocessing.connection import Connection, wait
from multiprocessing.reduction import recv_handle
from typing import Any, NoReturn

from mediawatch.sandbox.child import read_items
from mediawatch.sandbox.server import MOST_SAID
from mediawatch.sandbox.tasks import ChildLimits

_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
"""Loaded before there are children, so that it is in all of them."""
_PR_SET_PDEATHSIG = 1


def end_with(parent: int) -> None:
    """Have the kernel kill this process, a fork of `parent`, as soon as that has ended, whoever ended it.

    Elsewhere than on Linux there is no such thing: it ends once it is done with its item and finds nobody to tell.
    """
    if _LIBC is not None and _LIBC.prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0):
        raise OSError(ctypes.get_errno(), "the kernel does not tie this process to the one that it was forked from")
    if os.getppid() != parent:  # that had ended before the kernel was asked
        os._exit(1)


def serve(first: Connection, lifeline: int | None = None) -> NoReturn:
    """Answer requests on `first` and on the lines that come over it, until all of them are closed; then end.

    A line that is closed takes the children that were started over it with it; the end of the pipe `lifeline` takes
    all.
    """
    lines: dict[Any, set[int]] = {first: set()}
    lessons = Lessons()
    while lines:
        for line in wait([*lines, *(() if lifeline is None else (lifeline,))]):
            if line == lifeline:
                for pid in set().union(*lines.values()):
                    _ended(pid)
                os._exit(0)
            try:
                _answer(line, lines, lessons)  # type: ignore[arg-type]
            except (EOFError, OSError):
                for pid in lines.pop(line):
                    _ended(pid)
    os._exit(0)


def _answer(line: Connection, lines: dict[Any, set[int]], lessons: Lessons) -> None:
    kind, value = pickle.loads(line.recv_bytes())  # noqa: S301 - from the process that started this one
    if kind == "learn":
        lessons.learn(*value)
    elif kind == "line":
        lines[Connection(recv_handle(line))] = set()
    elif kind == "fork":
        _say(line, _forked(line, lines, lessons, *value))
    elif value in lines[line]:
        lines[line].discard(value)
        _say(line, _ended(value))
    else:
        _say(line, "none of this line's children")


def _say(line: Connection, answer: Any) -> None:
    if isinstance(answer, str):
        answer = answer[-MOST_SAID // 8 :]  # the end of a traceback says most, and escapes take up to six bytes
    line.send_bytes(json.dumps(answer).encode())


class Lessons:
    """The tasks that this process has done with their examples, the newest of each name."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[bytes, Callable[[Any], Any], ChildLimits]] = {}

    def learn(self, name: str, task: bytes) -> str:
        """Do the task once, unless it is known; the traceback where that fails, else empty."""
        if name in self._known and self._known[name][0] == task:
            return ""
        try:
            function, example, limits = pickle.loads(task)  # noqa: S301 - from the process that started this one
            if example is not None:
                function(example)
        except Exception:  # noqa: BLE001 - told to the side that asked, whatever it is
            return traceback.format_exc()
        self._known[name] = task, function, limits
        gc.freeze()  # never looked through again, and so shared with every child
        return ""

    def use(self, name: str) -> tuple[Callable[[Any], Any], ChildLimits]:
        """The function and the limits of a task that was learned."""
        return self._known[name][1:]


def _forked(line: Connection, lines: dict[Any, set[int]], lessons: Lessons, name: str, task: bytes) -> int | str:
    """The new child's number, or why there is none."""
    handle = recv_handle(line)
    fault = lessons.learn(name, task)
    if fault:
        os.close(handle)
        return fault
    us = os.getpid()
    pid = os.fork()
    if pid == 0:
        _become_child(us, lines, handle, *lessons.use(name))
    os.close(handle)
    lines[line].add(pid)
    return pid


def _become_child(
    parent: int,
    lines: Iterable[Connection],
    handle: int,
    function: Callable[[Any], Any],
    limits: ChildLimits,
) -> NoReturn:
    try:
        end_with(parent)
        line = socket.socket(fileno=handle)
        for each in lines:
            each.close()
    except BaseException:  # noqa: BLE001 - nothing of the process that it was forked from may go on here
        traceback.print_exc()
        os._exit(1)
    read_items(line, function, limits)


def _ended(pid: int) -> tuple[int, float]:
    """The signal that ended the child (or ends it now) and the processor seconds it used."""
    os.kill(pid, signal.SIGKILL)
    _, status, usage = os.wait4(pid, 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0, usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    serve(Connection(int(sys.argv[1])))
