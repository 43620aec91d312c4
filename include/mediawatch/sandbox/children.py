"""The children that are at hand: warm ones first, new ones when there is none."""

from __future__ import annotations

import logging
import socket
import threading
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from mediawatch.errors import Unavailable
from mediawatch.records import Reason
from mediawatch.sandbox.server import Ended, Server
from mediawatch.sandbox.tasks import ChildLimits, ChildTask, ReadFailure

_LOG = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class Budget:
    """`seconds` of processor time for each owner, and `item_seconds` more for each item that was read for it.

    So an import of 20,000 pages of one site fits too: real pages take 0.05 s on average.
    Far above what real pages take on any machine: it decides nothing but how long a site that is built to be slow can
    hold up the others.
    """

    seconds: float
    item_seconds: float = 1.0
    spent: Counter[str] = field(default_factory=Counter)
    items: Counter[str] = field(default_factory=Counter)
    told: set[str] = field(default_factory=set)

    def admits(self, owner: str) -> bool:
        """Whether there is something left for `owner`."""
        return self.spent[owner] < self.allowed(owner)

    def refusal(self, owner: str) -> ReadFailure:
        """What becomes of an item of an `owner` who has used it up; the log says so once."""
        if owner not in self.told:
            self.told.add(owner)
            spent, items = self.spent[owner], self.items[owner]
            _LOG.warning("%s: %.0f s of processor time for %d answers; the rest is left", owner, spent, items)
        return ReadFailure(
            reason=Reason.TOO_COSTLY, detail=f"over {self.seconds:g} s of the source and {self.item_seconds:g} s a page"
        )

    def allowed(self, owner: str) -> float:
        """The seconds that `owner` may have used by now."""
        return self.seconds + self.item_seconds * self.items[owner]

    def charge(self, owner: str, cpu_seconds: float) -> None:
        """Count one item of `owner`."""
        self.items[owner] += 1
        self.spent[owner] += cpu_seconds  # type: ignore[assignment]  # a Counter of seconds


KEPT = 8
"""Children of one kind that are kept while nobody needs them."""

_GONE = (EOFError, OSError)
_Found = TypeVar("_Found")


@dataclass(slots=True, eq=False, kw_only=True)
class Child:
    """A child process; `function` is what it was given last, `index` the item it is at and `until` how long it may.

    `cpu_seconds` is what its finished items took.
    """

    server: Server
    pid: int
    line: socket.socket
    function: Callable[[Any], Any]
    index: int = -1
    until: float = 0.0
    cpu_seconds: float = 0.0


class Children:
    """Starts, keeps and ends children; may be used from several threads.  `started` counts those ever started.

    They are forked by the parser that listens at `parser`, or else by a process of our own.
    """

    def __init__(self, server: Server | None = None, parser: str = "") -> None:
        self.started = 0
        self.parser = parser
        self._lock = threading.Lock()
        self._server = server
        self._idle: defaultdict[tuple[str, ChildLimits], list[Child]] = defaultdict(list)

    @property
    def server_pid(self) -> int | None:
        """The number of the process that the children are forked from, while there is one."""
        return self._server.pid if self._server else None

    def move(self, parser: str) -> None:
        """From now on have them forked by the parser that listens at `parser`, or by a process of our own."""
        with self._lock:
            if parser != self.parser:
                self._drop()
                self.parser = parser

    def learn(self, task: ChildTask[Any, Any]) -> None:
        """Begin to load what `task` needs."""
        with self._lock:
            self._of_server(lambda server: server.learn(task))

    def take(self, task: ChildTask[Any, Any], *, is_new: bool) -> Child:
        """A child that waits for an item of `task`: one that has read before, or a new one."""
        with self._lock:
            idle = self._idle[task.name, task.limits]
            if idle and not is_new:
                return idle.pop()
            server, (pid, line) = self._of_server(lambda server: (server, server.fork(task)))
            self.started += 1
            return Child(server=server, pid=pid, line=line, function=task.function)

    def keep(self, task: ChildTask[Any, Any], child: Child) -> None:
        """Take back a child that waits for an item."""
        with self._lock:
            idle = self._idle[task.name, task.limits]
            is_kept = child.server is self._server and len(idle) < KEPT
            if is_kept:
                idle.append(child)
        if not is_kept:
            self.end(child)

    def end(self, child: Child) -> Ended | None:
        """End the child if it runs; how it ended, None when that was with its server."""
        child.line.close()
        with self._lock:
            try:
                return child.server.end(child.pid)
            except _GONE:
                if child.server is self._server:
                    self._drop()
                return None
            except BaseException:
                self._drop()  # its answer may still come, and would be taken for another's
                raise

    def close(self) -> None:
        """End all of them and their server; both start again when they are needed."""
        with self._lock:
            self._drop()

    def heritage(self) -> Server | None:
        """Before a fork of this process: the server as that will see it; None when it will need one of its own."""
        if not self._lock.acquire(blocking=False):
            return None
        try:
            return self._server and Server(self._server.spare_line(), self._server.pid)
        except OSError:
            return None
        finally:
            self._lock.release()

    def abandon(self) -> None:
        """In a fork of the process that they belong to: let go of them without ending them."""
        if self._server is not None:
            self._server.abandon()
        for child in (child for idle in self._idle.values() for child in idle):
            child.line.close()

    def _of_server(self, ask: Callable[[Server], _Found]) -> _Found:
        """What `ask` returns of the server that runs, or of a new one when that one is gone."""
        for _ in range(2):
            if self._server is None:
                self._server = Server.connect(self.parser) if self.parser else Server.start()
            try:
                return ask(self._server)
            except _GONE:
                self._drop()
            except BaseException as error:
                if not isinstance(error, RuntimeError):
                    self._drop()
                raise
        who = f"parser at {self.parser}" if self.parser else "process that pages are read in"
        raise Unavailable(f"The {who} ends as soon as it is started; its output says why.")

    def _drop(self) -> None:
        for child in (child for idle in self._idle.values() for child in idle):
            child.line.close()
        self._idle.clear()
        if self._server is not None:
            self._server.close()
        self._server = None
