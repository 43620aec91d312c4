"""A host's queue: everything one host is owed in this run, and how it behaves.  One request at a time uses it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from mediawatch.harvest.fetching.answers import retry_after_seconds
from mediawatch.harvest.fetching.crawl_requests import HostTrouble, Request
from mediawatch.harvest.fetching.robots import Robots
from mediawatch.records import Exchange, Pace, Reason

LONGEST_BACKOFF_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How much trouble a host may make.

    After `host_failures` failures in a row, or when it asks to be left alone for longer than `longest_wait_seconds`,
    it is given up for the run.  A request is tried `tries` times; the n-th failure in a row makes the host rest for
    `backoff_seconds` * 2^(n-1), at most a minute, or as long as its Retry-After says.
    """

    host_failures: int
    tries: int = 3
    backoff_seconds: float = 2.0
    longest_wait_seconds: float = 120.0


@dataclass(slots=True, kw_only=True, eq=False)
class HostQueue:
    """One host.  Instants are seconds of the crawl's monotonic clock."""

    host: str
    queue: deque[Request] = field(default_factory=deque)
    ready_at: float = 0.0
    is_busy: bool = False
    is_listed: bool = False
    failures: int = 0
    strain: int = 1
    given_up: str = ""
    allowance: int | None = None
    robots: dict[str, Robots] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    unarchived: dict[str, list[Exchange]] = field(default_factory=dict)

    @property
    def is_waiting_for_robots(self) -> bool:
        """Whether the next request's robots.txt has been asked for and is still on its way, here or on another host."""
        head = self.queue[0]
        return head.job is not None and head.place.origin in self.asked and head.place.origin not in self.robots

    @property
    def due_at(self) -> float:
        """When the next request may be taken; at once where it will not be sent anyway."""
        head = self.queue[0]
        robots = self.robots.get(head.place.origin)
        is_closed = self.given_up or self.allowance == 0 or (robots is not None and robots.refusal)
        return 0.0 if head.job is not None and is_closed else self.ready_at

    def put_first(self, request: Request) -> None:
        """Queue `request` as the next, but never a page before a robots.txt that it may have to wait for."""
        robots = sum(1 for queued in self.queue if queued.job is None) if request.job else 0
        self.queue.insert(robots, request)

    def learn(self, origin: str, robots: Robots, exchanges: list[Exchange]) -> None:
        """Keep the rules of `origin`; the next request there takes the exchanges to the archive."""
        self.robots[origin] = robots
        self.unarchived[origin] = exchanges

    def delay_seconds(self, pace: Pace, origin: str, dice: Callable[[], float]) -> float:
        """The rest before the next request: the source's pace with jitter, doubled by each 429 of this run, or
        Crawl-delay when that is longer, never more than the ceiling.
        """
        robots = self.robots.get(origin)
        usual = pace.delay_seconds * self.strain * (1 + pace.jitter * (2 * dice() - 1))
        return min(max(usual, robots.crawl_delay if robots else 0.0), pace.max_delay_seconds)

    def spend(self) -> None:
        """Take one request off the allowance, where there is one."""
        if self.allowance is not None:
            self.allowance -= 1

    def unspend(self) -> None:
        """Put back one request that was not sent."""
        if self.allowance is not None:
            self.allowance += 1

    def note_trouble(self, trouble: HostTrouble, exchange: Exchange | None, patience: Patience) -> float:
        """Count a failure; returns how many seconds the host should rest, and gives it up when that is enough."""
        self.failures += 1
        graded = min(patience.backoff_seconds * 2.0 ** min(self.failures - 1, 30), LONGEST_BACKOFF_SECONDS)
        asked = retry_after_seconds(exchange) if exchange else None
        if trouble.reason is Reason.RATE_LIMITED:
            self.strain *= 2
        if self.failures >= patience.host_failures:
            self.given_up = f"{self.failures} failures in a row, the last: {trouble.detail}"
        elif asked is not None and asked > patience.longest_wait_seconds:
            self.given_up = f"{trouble.detail}, asks to wait {asked:.0f} s"
        return max(graded, asked or 0.0)

    def limit_to_crawl_delay(self, crawl_delay: float, pace: Pace, seconds_left: float) -> None:
        """A Crawl-delay above our ceiling is kept by fetching less: as many requests as it leaves room for."""
        if crawl_delay > pace.max_delay_seconds:
            self.allowance = max(1, int(seconds_left / crawl_delay))
