"""A lake that ends the process at one of its writes."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mediawatch.lake.store import Store


class MortalStore:
    """A store that tells of each write before doing it, and ends the process at write number `at` (from 1; 0: never).

    `how` is "before" or "after" the write is done; with anything else the process lives on.
    """

    def __init__(self, inner: Store, tell: Callable[[str], object], at: int, how: str) -> None:
        self.inner = inner
        self.tell = tell
        self.at = at
        self.how = how
        self.count = 0

    def put(self, key: str, data: bytes | Path) -> None:
        self._write(f"put {key}", lambda: self.inner.put(key, data))

    def create(self, key: str, data: bytes) -> bool:
        return bool(self._write(f"create {key}", lambda: self.inner.create(key, data)))

    def delete(self, key: str) -> None:
        self._write(f"delete {key}", lambda: self.inner.delete(key))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def _write(self, what: str, work: Callable[[], Any]) -> Any:
        self.count += 1
        self.tell(what)
        self._end("before")
        result = work()
        self._end("after")
        return result

    def _end(self, how: str) -> None:
        if self.count == self.at and self.how == how:
            os.kill(os.getpid(), signal.SIGKILL)
