"""What is asked of a child process, within which limits, and what comes back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from mediawatch.records import Reason

Item = TypeVar("Item")
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildLimits:
    """What reading one item may take.

    `cpu_seconds` is processor time, so that a busy machine loses no page; the slowest of 545 real pages takes under a
    second.  `wall_seconds` only ends what waits without computing.  `memory_bytes` is what the child may have beyond
    what it starts with.
    """

    cpu_seconds: float = 60.0
    wall_seconds: float = 300.0
    memory_bytes: int = 1 << 30


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ChildTask(Generic[Item, Value]):
    """`function`, importable by its name, is called with each item in a child process.

    Children are kept for later tasks of the same `name`.  The process that they are forked from calls the function
    with `example` first, so that what it loads on the way is loaded in all of them.  `owner` says whose budget an item
    is on, `label` what it is called in the log.  A value that is none of what the task `gives` counts as none.
    """

    name: str
    function: Callable[[Item], Value]
    owner: Callable[[Item], str]
    label: Callable[[Item], str]
    gives: type | tuple[type, ...] = object
    example: Item | None = None
    limits: ChildLimits = ChildLimits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Done(Generic[Value]):
    """What the function returned, and the processor seconds it took."""

    value: Value
    cpu_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFailure:
    """Why there is no value: the item cannot be read within the limits, or its owner's budget is spent."""

    reason: Reason
    detail: str
    cpu_seconds: float = 0.0
