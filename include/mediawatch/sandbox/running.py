"""Items go to children one by one, and each comes back as a value or as a failure of its own."""

from __future__ import annotations

import json
import logging
import os
import pickle
import signal
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from types import TracebackType
from typing import Any, Generic, Self

from mediawatch.records import Reason
from mediawatch.sandbox.children import Budget, Child, Children
from mediawatch.sandbox.server import Server
from mediawatch.sandbox.tasks import ChildTask, Done, Item, ReadFailure, Value
from mediawatch.sandbox.values import read_value

MOST_BYTES = 100_000_000
"""Of one answer; a page of the largest size allowed gives less than half of it."""

_LOG = logging.getLogger(__name__)


class Sandbox:
    """Reads untrusted items in child processes that stay warm; may be used from several threads."""

    def __init__(self, children: Children | None = None) -> None:
        self.children = children or Children()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End all children.  They start again when there is something to read."""
        self.children.close()

    def prepare(self, task: ChildTask[Any, Any]) -> None:
        """Begin to load what `task` needs, and do not wait for it."""
        self.children.learn(task)

    def read(self, task: ChildTask[Item, Value], item: Item, budget: Budget | None = None) -> Done[Value] | ReadFailure:
        """What became of one item."""
        return self.read_all(task, [item], budget=budget)[0]

    def read_all(
        self,
        task: ChildTask[Item, Value],
        items: Sequence[Item],
        *,
        at_once: int = 1,
        budget: Budget | None = None,
        beat: Callable[[], None] = lambda: None,
    ) -> list[Done[Value] | ReadFailure]:
        """What became of each of `items`, in their order, in so many children `at_once`.

        A child that dies takes nothing with it but the item it was at, which a new child tries once more unless its
        time was up.  `beat` is called after each answer.  Raises Unavailable when no process can be started.
        """
        run = _Run(children=self.children, task=task, items=items, budget=budget, waiting=deque(range(len(items))))
        try:
            while run.waiting or run.busy:
                run.hand_out(at_once)
                run.take_in()
                beat()
        finally:
            for child in run.busy.values():
                self.children.end(child)
        return [run.results[index] for index in range(len(items))]


class _Shared:
    """The sandbox of this process; a fork has one of its own, with the server that is warm already."""

    sandbox = Sandbox()
    heritage: Server | None = None

    @classmethod
    def before_fork(cls) -> None:
        cls.heritage = cls.sandbox.children.heritage()

    @classmethod
    def in_parent(cls) -> None:
        if cls.heritage is not None:
            cls.heritage.close()
        cls.heritage = None

    @classmethod
    def in_child(cls) -> None:
        cls.sandbox.children.abandon()
        cls.sandbox, cls.heritage = Sandbox(Children(cls.heritage)), None


os.register_at_fork(before=_Shared.before_fork, after_in_parent=_Shared.in_parent, after_in_child=_Shared.in_child)


def shared_sandbox() -> Sandbox:
    """The sandbox of this process, whose children all stages share."""
    return _Shared.sandbox


@dataclass(slots=True, kw_only=True)
class _Run(Generic[Item, Value]):
    """One call: what waits, who is at work, what was tried before, and what came of it."""

    children: Children
    task: ChildTask[Item, Value]
    items: Sequence[Item]
    budget: Budget | None
    waiting: deque[int]
    busy: dict[Any, Child] = field(default_factory=dict)
    tried: set[int] = field(default_factory=set)
    results: dict[int, Done[Value] | ReadFailure] = field(default_factory=dict)

    def hand_out(self, at_once: int) -> None:
        """Give waiting items to children, until so many are at work."""
        while self.waiting and len(self.busy) < at_once:
            index = self.waiting.popleft()
            owner = self.task.owner(self.items[index])
            if self.budget is None or self.budget.admits(owner):
                self._give(index)
            else:
                self.results[index] = self.budget.refusal(owner)

    def take_in(self) -> None:
        """Wait for an answer, or for the end of what takes too long."""
        if not self.busy:
            return
        first = min(child.until for child in self.busy.values())
        for line in wait(list(self.busy), max(0.0, first - time.monotonic())):
            self._hear(self.busy.pop(line))
        for child in [child for child in self.busy.values() if child.until <= time.monotonic()]:
            self._lose(self.busy.pop(child.line), f"did not end within {self.task.limits.wall_seconds:g} s")

    def _give(self, index: int) -> None:
        child = self.children.take(self.task, is_new=index in self.tried)
        function = None if child.function is self.task.function else self.task.function
        child.function, child.index = self.task.function, index
        child.until = time.monotonic() + self.task.limits.wall_seconds
        try:
            self.busy[child.line] = child
            child.line.send_bytes(pickle.dumps((function, self.items[index])))
        except OSError:
            self._lose(self.busy.pop(child.line))

    def _hear(self, child: Child) -> None:
        try:
            head = json.loads(child.line.recv_bytes(MOST_BYTES))
            data = child.line.recv_bytes(MOST_BYTES)
        except (EOFError, OSError):
            self._lose(child)
            return
        child.cpu_seconds += head["cpu_seconds"]
        if head["is_last"]:
            self.children.end(child)
        else:
            self.children.keep(self.task, child)
        self._settle(child.index, self._result(head["fault"], head["cpu_seconds"], data))

    def _result(self, fault: str, cpu_seconds: float, data: bytes) -> Done[Value] | ReadFailure:
        if not fault:
            try:
                return Done(value=read_value(data), cpu_seconds=cpu_seconds)
            except Exception as error:  # noqa: BLE001 - whatever the child sent, it is the outcome of one item
                fault = f"no value came back: {error}"
        return ReadFailure(reason=Reason.UNPARSABLE, detail=fault, cpu_seconds=cpu_seconds)

    def _lose(self, child: Child, detail: str = "") -> None:
        """Its item is tried once more by a new child, unless the processor time was up or that was the second try."""
        ended = self.children.end(child)
        cpu_seconds = max(0.0, ended.cpu_seconds - child.cpu_seconds)
        is_slow = ended.signal == signal.SIGPROF
        if is_slow or child.index in self.tried:
            slow = f"took more than {self.task.limits.cpu_seconds:g} s of processor time"
            found = slow if is_slow else detail or f"its process died {ended}"
            self._settle(child.index, ReadFailure(reason=Reason.UNPARSABLE, detail=found, cpu_seconds=cpu_seconds))
            return
        self.tried.add(child.index)
        self.waiting.appendleft(child.index)

    def _settle(self, index: int, result: Done[Value] | ReadFailure) -> None:
        self.results[index] = result
        item = self.items[index]
        if self.budget is not None:
            self.budget.charge(self.task.owner(item), result.cpu_seconds)
        if isinstance(result, ReadFailure):
            _LOG.warning("%s: %s: %s", self.task.name, self.task.label(item), result.detail)
