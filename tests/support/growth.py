"""A coarse law of growth: what is linear takes about n times as long for n times as much."""

from __future__ import annotations

import time
from collections.abc import Callable

ATTEMPTS = 3


def growth(work: Callable[[int], object], small: int, times: int) -> float:
    """How many times as long `work(small * times)` takes as `work(small)`: the best of ATTEMPTS each, in CPU time."""
    work(small)  # what is loaded or cached once is not counted
    few, many = (min(_seconds(work, size) for _ in range(ATTEMPTS)) for size in (small, small * times))
    return many / max(few, 0.001)


def _seconds(work: Callable[[int], object], size: int) -> float:
    begin = time.process_time()
    work(size)
    return time.process_time() - begin
