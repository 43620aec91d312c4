"""Trying again what failed for a reason that can pass."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from launch.console import Progress
from mediawatch.errors import MediawatchError

Result = TypeVar("Result")

DELAYS = (2.0, 5.0, 15.0, 30.0, 60.0, 60.0, 120.0, 120.0)
"""Seconds before each further try: seven minutes in all, and the tries themselves."""


class Retrying:
    """Runs work for people to wait for, named `what`; an error of the tree that says that a retry can help gets one.

    `check` raises when it cannot help any more; errors of the kinds `also` are taken for passing as well.
    """

    def __init__(
        self,
        what: str,
        progress: Progress,
        check: Callable[[], None],
        *,
        also: tuple[type[Exception], ...] = (),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._what = what
        self._progress = progress
        self._check = check
        self._passing: tuple[type[Exception], ...] = (MediawatchError, *also)
        self._sleep = sleep

    def run(self, work: Callable[[], Result]) -> Result:
        """What `work` returns.  Raises what it raised last when that cannot pass, or has not after all tries."""
        for delay in DELAYS:
            try:
                return work()
            except self._passing as error:
                if isinstance(error, MediawatchError) and not error.can_retry:
                    raise
                self._check()
                self._progress(f"{self._what}: {error or type(error).__name__}. Trying again in {delay:.0f} s.")
                self._sleep(delay)
                self._check()
        return work()
