"""Waiting as long as something moves: no fixed ceiling ends a wait on a machine that is merely slow.

What moves is told by *signs*: the size of a log, the states of tasks, the processor time of a group of processes.  A
wait is given up when no sign has changed for a good while, or when the processes have worked many times as hard as the
step ever takes and it is still not done.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from launch.console import Progress
from mediawatch.errors import Unavailable

QUIET_SECONDS = 300.0
TELL_SECONDS = 30.0
POLL_SECONDS = 0.5
IDLE_SHARE = 1 / 60
"""Of a processor, on average over the quiet time: a server that only waits takes less than this."""

Sign = Callable[[], object]
"""Any value that can be compared; a change of it is a movement."""


class Stalled(Unavailable):
    """Nothing moved for so long that waiting on is pointless; the message names what did not move and its log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What to look at while waiting: `signs` by name, `effort` in processor seconds since it was first asked, the most
    of it that is sensible, and the log to name when nothing comes of it."""

    signs: Mapping[str, Sign]
    log: Path
    effort: Callable[[], float] | None = None
    most_effort: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How to wait: when to give up, how often to look and to say so, and by which clock."""

    quiet_seconds: float = QUIET_SECONDS
    tell_seconds: float = TELL_SECONDS
    poll_seconds: float = POLL_SECONDS
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


class Patience:
    """One wait for `what` ("Elasticsearch to answer"), told to `progress` now and then."""

    def __init__(self, what: str, watch: Watch, progress: Progress, manner: Manner | None = None) -> None:
        self._what = what
        self._watch = watch
        self._progress = progress
        self._manner = manner or Manner()
        self._began = self._moved = self._told = self._manner.clock()
        self._mover = ""
        self._seen: dict[str, object] = {}
        self._spent = 0.0

    @property
    def waited(self) -> float:
        """Seconds since the beginning."""
        return self._manner.clock() - self._began

    def ticks(self) -> Iterator[None]:
        """A tick now and then, for as long as it is worth waiting.  Raises Stalled."""
        self._look()
        while True:
            yield
            self._look()
            self._judge()
            self._tell_now_and_then()
            self._manner.sleep(self._manner.poll_seconds)

    def say(self, line: str) -> None:
        """Pass `line` to people; the next word about waiting comes so much later."""
        self._progress(line)
        self._told = self._manner.clock()

    def _look(self) -> None:
        signs = dict(self._watch.signs)
        if self._watch.effort:
            self._spent = self._watch.effort()
            signs["processor time"] = lambda: int(self._spent / (IDLE_SHARE * self._manner.quiet_seconds))
        for name, sign in signs.items():
            value = sign()
            if name in self._seen and value != self._seen[name]:
                self._moved, self._mover = self._manner.clock(), name
            self._seen[name] = value

    def _judge(self) -> None:
        still = self._manner.clock() - self._moved
        if still > self._manner.quiet_seconds:
            raise self._stalled(f"nothing has moved for {still:.0f} s ({', '.join(self._seen)})")
        most = self._watch.most_effort
        if most is not None and self._spent > most:
            raise self._stalled(f"{self._spent:.0f} s of processor time went into it and it is not done")

    def _stalled(self, why: str) -> Stalled:
        return Stalled(f"Gave up waiting for {self._what} after {self.waited:.0f} s: {why}. Its log: {self._watch.log}")

    def _tell_now_and_then(self) -> None:
        instant = self._manner.clock()
        if instant - self._told < self._manner.tell_seconds:
            return
        ago = f"{instant - self._moved:.0f} s ago"
        last = f"{self._mover} moved {ago}" if self._mover else "nothing was seen to move yet"
        worked = f", {self._spent:.0f} s of processor time" if self._watch.effort else ""
        self.say(f"  ... waiting for {self._what}: {self.waited:.0f} s{worked}, {last}")


def size_of(file: Path) -> Sign:
    """A sign: the size of `file` in bytes, None while it is not there."""

    def look() -> int | None:
        try:
            return file.stat().st_size
        except OSError:
            return None

    return look


def size_below(folder: Path) -> Sign:
    """A sign: how many files are below `folder`, and their bytes together."""

    def look() -> tuple[int, int]:
        sizes = [found for path in folder.rglob("*") if (found := size_of(path)()) is not None]
        return len(sizes), sum(found for found in sizes if isinstance(found, int))

    return look
