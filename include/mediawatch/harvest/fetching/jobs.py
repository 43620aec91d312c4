"""What is asked of the crawler, and what comes back: one attempt a job."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from mediawatch.records import Exchange, Reason, Source

Kind = Literal["article", "announcement"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One address to fetch for `source`.

    `key` is the caller's own and comes back untouched.  An `article` must be a web page; an `announcement` (feed,
    sitemap, list page) may be anything.  `etag` and `last_modified` are the validators of the last answer.
    """

    key: str
    url: str
    source: Source
    kind: Kind
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchAttempt:
    """The one outcome of a job.

    `exchanges` holds all that was said on the way, in order, for the archive: robots.txt where this job was the first
    of its origin, redirect hops, answers that were retried, and the last answer (also a 404 or a 429; bodies that are
    not wanted are cut at `answers.KEPT_BYTES`).  `reason` is None when the last exchange is what was asked for.
    """

    job: Job
    exchanges: tuple[Exchange, ...]
    reason: Reason | None
    detail: str
    final_url: str

    @property
    def response(self) -> Exchange | None:
        """The answer that was asked for, or None when there is a reason why not."""
        return self.exchanges[-1] if self.reason is None else None


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
