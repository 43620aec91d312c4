"""Items go to children one by one, and each comes back as a value or as a failure of its own."""

from __future__ import annotations

import json
import logging
import os
import pickle
import signal
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Generic, Self

from mediawatch.records import Reason
from mediawatch.sandbox.children import Budget, Child, Children
from mediawatch.sandbox.messages import Exchange, movable
from mediawatch.sandbox.server import MOST_SAID, Server, is_seconds
from mediawatch.sandbox.tasks import ChildTask, Done, Item, ReadFailure, Value
from mediawatch.sandbox.values import read_value

MOST_BYTES = 100_000_000
"""Of one answer; a page of the largest size allowed gives less than half of it."""

MOST_ENDS = 3
"""An item with which alone the process that children are forked from ended so often is taken for the cause."""

_LONGEST_FAULT = 200

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
        time was up.  What was at work when the process that they are forked from ended is tried again, one item at a
        time, so that the one is found that ends it, if there is one.  `beat` is called after each answer.  Raises
        Unavailable when no process can be started, and no parser reached.
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
        cls.sandbox, cls.heritage = Sandbox(Children(cls.heritage, cls.sandbox.children.parser)), None


os.register_at_fork(before=_Shared.before_fork, after_in_parent=_Shared.in_parent, after_in_child=_Shared.in_child)


def shared_sandbox() -> Sandbox:
    """The sandbox of this process, whose children all stages share."""
    return _Shared.sandbox


def read_at(parser: str) -> None:
    """Have what the shared sandbox reads read by the parser that listens at `parser`; "": by children of our own."""
    _Shared.sandbox.children.move(parser)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Head:
    """What a child says before the value; it may be anything that a page made it say."""

    fault: str
    cpu_seconds: float
    is_last: bool

    @classmethod
    def read(cls, data: bytes) -> _Head:
        """Raises ValueError for what is no head, and RecursionError."""
        said = json.loads(data)
        match said:
            case {"fault": str(fault), "cpu_seconds": seconds, "is_last": bool(is_last)} if is_seconds(seconds):
                return cls(fault=fault[:_LONGEST_FAULT], cpu_seconds=seconds, is_last=is_last)
        raise ValueError("is no head of an answer")


@dataclass(slots=True, kw_only=True)
class _Run(Generic[Item, Value]):
    """One call: what waits, who is at work, what was tried before, and what came of it.

    `ends` counts for each item without a result how often the server ended while it was read.
    """

    children: Children
    task: ChildTask[Item, Value]
    items: Sequence[Item]
    budget: Budget | None
    waiting: deque[int]
    busy: dict[Exchange, Child] = field(default_factory=dict)
    tried: set[int] = field(default_factory=set)
    ends: Counter[int] = field(default_factory=Counter)
    results: dict[int, Done[Value] | ReadFailure] = field(default_factory=dict)

    def hand_out(self, at_once: int) -> None:
        """Give waiting items to children, until so many are at work."""
        while self.waiting and len(self.busy) < (1 if self.ends else at_once):
            index = self.waiting.popleft()
            owner = self.task.owner(self.items[index])
            if self.budget is None or self.budget.admits(owner):
                self._give(index)
            else:
                self.results[index] = self.budget.refusal(owner)

    def take_in(self) -> None:
        """Wait until something moves, and take what came; end what takes too long, however it spends that time."""
        if not self.busy:
            return
        first = min(child.until for child in self.busy.values())
        for exchange in movable(self.busy, max(0.0, first - time.monotonic())):
            self._go_on(exchange)
        for exchange in [each for each, child in self.busy.items() if child.until <= time.monotonic()]:
            self._lose(self.busy.pop(exchange), f"did not end within {self.task.limits.wall_seconds:g} s")

    def _give(self, index: int) -> None:
        child = self.children.take(self.task, is_new=index in self.tried)
        function = None if child.function is self.task.function else self.task.function
        child.function, child.index = self.task.function, index
        child.until = time.monotonic() + self.task.limits.wall_seconds
        try:
            request = pickle.dumps((function, self.items[index]))
        except BaseException:
            self.children.end(child)
            raise
        self.busy[Exchange(child.line, request, (MOST_SAID, MOST_BYTES))] = child

    def _go_on(self, exchange: Exchange) -> None:
        try:
            is_whole = exchange.move()
        except (EOFError, OSError):
            self._lose(self.busy.pop(exchange))
            return
        if is_whole:
            self._hear(self.busy.pop(exchange), *exchange.answer)

    def _hear(self, child: Child, said: bytes, data: bytes) -> None:
        try:
            head = _Head.read(said)
        except (ValueError, RecursionError):
            self._lose(child, "its process sent no answer")
            return
        child.cpu_seconds += head.cpu_seconds
        if head.is_last:
            self.children.end(child)
        else:
            self.children.keep(self.task, child)
        self._settle(child.index, self._result(head.fault, head.cpu_seconds, data))

    def _result(self, fault: str, cpu_seconds: float, data: bytes) -> Done[Value] | ReadFailure:
        if not fault:
            try:
                value: Value = read_value(data)
                if not isinstance(value, self.task.gives):
                    raise TypeError(f"{type(value).__name__} for {self.task.name}")
                return Done(value=value, cpu_seconds=cpu_seconds)
            except Exception as error:  # noqa: BLE001 - whatever the child sent, it is the outcome of one item
                fault = f"no value came back: {error}"
        return ReadFailure(reason=Reason.UNPARSABLE, detail=fault, cpu_seconds=cpu_seconds)

    def _lose(self, child: Child, detail: str = "") -> None:
        """Its item is tried once more by a new child, unless the processor time was up or that was the second try."""
        ended = self.children.end(child)
        if ended is None:
            self._lose_with_server(child.index)
            return
        cpu_seconds = max(0.0, ended.cpu_seconds - child.cpu_seconds)
        is_slow = ended.signal == signal.SIGPROF
        if is_slow or child.index in self.tried:
            slow = f"took more than {self.task.limits.cpu_seconds:g} s of processor time"
            found = slow if is_slow else detail or f"its process died {ended}"
            self._settle(child.index, ReadFailure(reason=Reason.UNPARSABLE, detail=found, cpu_seconds=cpu_seconds))
            return
        self.tried.add(child.index)
        self.waiting.appendleft(child.index)

    def _lose_with_server(self, index: int) -> None:
        self.ends[index] += 1
        if self.ends[index] >= MOST_ENDS:
            detail = f"the process that reads pages ended while it was read, {MOST_ENDS} times"
            self._settle(index, ReadFailure(reason=Reason.UNPARSABLE, detail=detail))
            return
        label = self.task.label(self.items[index])
        _LOG.warning("%s: %s: the process that reads pages ended; again", self.task.name, label)
        self.waiting.appendleft(index)

    def _settle(self, index: int, result: Done[Value] | ReadFailure) -> None:
        self.results[index] = result
        self.ends.pop(index, None)
        item = self.items[index]
        if self.budget is not None:
            self.budget.charge(self.task.owner(item), result.cpu_seconds)
        if isinstance(result, ReadFailure):
            _LOG.warning("%s: %s: %s", self.task.name, self.task.label(item), result.detail)
