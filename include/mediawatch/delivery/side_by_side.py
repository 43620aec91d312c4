"""Work side by side: several pieces at once, so that one that waits for the network holds up no other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import monotonic
from typing import TypeVar

Result = TypeVar("Result")


class TimeBox:
    """Until when something may be begun: `seconds` from now, or until `stop` is called."""

    def __init__(self, seconds: float) -> None:
        self._end = monotonic() + seconds
        self._stopped = Event()

    def is_over(self) -> bool:
        """Whether nothing more may be begun."""
        return self._stopped.is_set() or monotonic() >= self._end

    def stop(self) -> None:
        """End it now."""
        self._stopped.set()


def side_by_side(works: Sequence[Callable[[], Result]], most: int, box: TimeBox) -> list[Result]:
    """The results of `works`, in their order; up to `most` of them at once, each in a thread of its own.

    When one raises, the others are finished first and the error is raised then.  An interrupt stops `box`, so that
    whatever looks at it begins nothing more.
    """
    if len(works) < 2:
        return [work() for work in works]
    pool = ThreadPoolExecutor(most, thread_name_prefix="abreast")
    try:
        futures = [pool.submit(work) for work in works]
        errors = [error for future in futures if (error := future.exception()) is not None]
    except BaseException:
        # Without waiting: what hangs in the network would hold up the interrupt.
        box.stop()
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()
    if errors:
        raise errors[0]
    return [future.result() for future in futures]
