"""What has to be done again and again while a crawl is read, such as renewing a lease."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Pulse:
    """`beat` is called when it is due, at most once in `seconds`; a crawl waits no longer than until then."""

    beat: Callable[[], object] = lambda: None
    seconds: float = threading.TIMEOUT_MAX
    monotonic: Callable[[], float] = time.monotonic
    last: float = field(init=False)

    def __post_init__(self) -> None:
        self.last = self.monotonic()

    def seconds_left(self) -> float:
        """Until it is due; 0 or less when it is."""
        return min(self.last + self.seconds - self.monotonic(), threading.TIMEOUT_MAX)

    def beat_when_due(self) -> None:
        """Beat, when the time has come."""
        if self.seconds_left() <= 0:
            self.last = self.monotonic()
            self.beat()
