"""Runs of the product that are killed at one of their writes, each on a lake of its own.

A `Crew` is one process (`tests/kill/driver.py`) that has everything imported and forks for each run: the child opens
the lake, does what it is told, and ends itself with SIGKILL at the write it was given.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from queue import SimpleQueue
from typing import Any, Self

from tests.support.forking import Driver

KILLED = -9


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One run: `steps` of the driver, in order, on the lake `lake`; killed at write number `at` (from 1), 0 for never.

    `is_after` says that the write is still done; otherwise the process dies just before it.
    """

    lake: str
    catalogue: str
    moment: str
    batch: str
    steps: tuple[str, ...]
    at: int = 0
    is_after: bool = False
    shards: int = 2
    elasticsearch: str = ""
    index_prefix: str = "mediawatch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """How a run ended: its return code as `subprocess` counts it, and the writes it did, each as "verb key"."""

    returncode: int
    writes: tuple[str, ...]
    error: str


class Crew(Driver):
    """One driver process; `run` is for one thread at a time."""

    def __init__(self) -> None:
        super().__init__("tests/kill/driver.py")

    def run(self, task: Task) -> Run:
        """Do `task` in a fork; what came of it."""
        answer = self.ask(asdict(task))
        return Run(returncode=answer["returncode"], writes=tuple(answer["writes"]), error=answer["error"])


class Crews:
    """Several drivers side by side."""

    def __init__(self, count: int = 2) -> None:
        self._stack = ExitStack()
        self._idle: SimpleQueue[Crew] = SimpleQueue()
        self._count = count

    def __enter__(self) -> Self:
        for _ in range(self._count):
            self._idle.put(self._stack.enter_context(Crew()))
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def run(self, task: Task) -> Run:
        """`task`, as soon as a driver is idle.  Fails the test unless the run dies where it should, else succeeds."""
        crew = self._idle.get()
        try:
            done = crew.run(task)
        finally:
            self._idle.put(crew)
        wanted = KILLED if task.at else 0
        assert done.returncode == wanted, f"{task} ended with {done.returncode}\n{done.error}"
        return done

    def each(self, work: Any, items: Sequence[Any]) -> list[Any]:
        """`work(item)` of all items, as many at a time as there are drivers."""
        with ThreadPoolExecutor(self._count) as pool:
            return list(pool.map(work, items))
