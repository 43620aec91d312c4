"""The far side: `python -m mediawatch.sandbox.serving FD` forks a child for each request.

What comes from the process that started this one is trusted and may name functions; what a child reads is not.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import sys
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.reduction import recv_handle
from typing import Any, NoReturn

from mediawatch.sandbox.child import read_items
from mediawatch.sandbox.tasks import Limits


def serve(control: Connection) -> NoReturn:
    """Answer requests until the other side is gone; then end the children and this process."""
    children: set[int] = set()
    lessons = Lessons()
    try:
        while True:
            kind, value = pickle.loads(control.recv_bytes())  # noqa: S301 - from the process that started this one
            if kind == "learn":
                lessons.learn(*value)
            elif kind == "fork":
                control.send(_forked(control, children, lessons, *value))
            else:
                children.discard(value)
                control.send(_ended(value))
    except (EOFError, OSError):
        for pid in children:
            _ended(pid)
        os._exit(0)


class Lessons:
    """The tasks that this process has done with their examples, the newest of each name."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[bytes, Callable[[Any], Any], Limits]] = {}

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

    def use(self, name: str) -> tuple[Callable[[Any], Any], Limits]:
        """The function and the limits of a task that was learned."""
        return self._known[name][1:]


def _forked(control: Connection, children: set[int], lessons: Lessons, name: str, task: bytes) -> int | str:
    """The new child's number, or why there is none."""
    handle = recv_handle(control)
    fault = lessons.learn(name, task)
    if fault:
        os.close(handle)
        return fault
    pid = os.fork()
    if pid == 0:
        control.close()
        read_items(Connection(handle), *lessons.use(name))
    os.close(handle)
    children.add(pid)
    return pid


def _ended(pid: int) -> tuple[int, float]:
    """The signal that ended the child (or ends it now) and the processor seconds it used."""
    os.kill(pid, signal.SIGKILL)
    _, status, usage = os.wait4(pid, 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0, usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    serve(Connection(int(sys.argv[1])))
