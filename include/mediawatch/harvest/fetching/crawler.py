"""The crawl: a few dozen threads that carry the schedule's requests, one attempt a job, in order of completion."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Self

from mediawatch.errors import BadRequest
from mediawatch.harvest.fetching.answers import Answer
from mediawatch.harvest.fetching.crawl_requests import Request
from mediawatch.harvest.fetching.host_leases import HostRights, Unshared
from mediawatch.harvest.fetching.host_queues import Patience
from mediawatch.harvest.fetching.jobs import FetchAttempt, Job, Pulse
from mediawatch.harvest.fetching.schedule import Schedule
from mediawatch.harvest.fetching.transport import Transport
from mediawatch.harvest.fetching.wire import Wire
from mediawatch.records import Clock

STOP_SECONDS = 5.0
"""How long to wait for a thread that is stuck in a name lookup, which nothing can cut short."""


class Crawler:
    """Fetches politely: robots.txt, pace, patience and the time box hold from construction to `close`.

    `crawl` may be called again and again (announcements first, then articles) but not twice at the same time.
    `time_box_seconds` counts from construction.  `pulse` beats where a crawl is read, between attempts and while none
    comes.  `hosts` says which hosts may be asked: one that another worker has is waited for.
    `transport` stands in for the network; `monotonic` for its clock.
    """

    def __init__(
        self,
        user_agent: str,
        *,
        concurrency: int,
        host_failures: int,
        time_box_seconds: float,
        clock: Clock,
        transport: Transport | None = None,
        patience: Patience | None = None,
        pulse: Pulse | None = None,
        hosts: HostRights | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._concurrency = concurrency
        self._pulse = pulse or Pulse()
        self._hosts = hosts or Unshared()
        self._monotonic = monotonic
        self._is_crawling = False
        self._transport = transport or _network(user_agent, clock)
        self._schedule = Schedule(
            patience=patience or Patience(host_failures=host_failures), deadline=monotonic() + time_box_seconds
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections, and let others ask the hosts."""
        self._transport.close()
        self._hosts.close()

    def crawl(self, jobs: Iterable[Job]) -> Iterator[FetchAttempt]:
        """Exactly one attempt for each job.

        A fault of ours in one job makes that attempt `shard_missing` and is raised after all attempts are out.
        Closing the iterator, or an exception while it is being read, ends requests under way at once.  Raises
        BadRequest while another crawl of this crawler is being read.
        """
        if self._is_crawling:
            raise BadRequest("a crawler does one crawl at a time")
        self._is_crawling = True
        for job in jobs:
            self._schedule.add(job)
        crew = _Crew(
            self._schedule, self._transport, self._concurrency, self._pulse, self._hosts, monotonic=self._monotonic
        )
        try:
            yield from crew.attempts()
        finally:
            crew.stop()
            self._is_crawling = False


def _network(user_agent: str, clock: Clock) -> Transport:

    return Wire(user_agent, clock=clock)


class _Crew:
    """The threads of one `crawl` call around one lock.

    No thread sleeps for a host: whoever finds nothing due waits for the earliest host queue, or, when another already
    waits for it, until called.  Attempts not read yet are bounded, so a slow reader slows the crawl and not the memory.
    """

    def __init__(
        self,
        schedule: Schedule,
        transport: Transport,
        size: int,
        pulse: Pulse,
        hosts: HostRights,
        *,
        monotonic: Callable[[], float],
    ) -> None:
        self._schedule = schedule
        self._hosts = hosts
        self._pulse = pulse
        self._transport = transport
        self._size = size
        self._monotonic = monotonic
        lock = threading.Lock()
        self._work, self._news, self._room = (threading.Condition(lock) for _ in range(3))
        self._lock = lock
        self._watched_until = float("inf")
        self._working = 0
        self._is_stopping = False
        self._fault: BaseException | None = None
        self._faults = 0
        self._threads: list[threading.Thread] = []

    def attempts(self) -> Iterator[FetchAttempt]:
        """Attempts as they finish; at the end the first fault, if there was one."""
        self._start()
        while self._is_open():
            for attempt in self._next_batch():
                yield attempt
                self._pulse.beat_when_due()
            self._pulse.beat_when_due()
        if self._fault is not None:
            if self._faults > 1:
                self._fault.add_note(f"{self._faults - 1} more jobs failed inside the crawler")
            raise self._fault

    def stop(self) -> None:
        """End everything at once and forget what is queued."""
        with self._lock:
            self._is_stopping = True
            self._work.notify_all()
            self._room.notify_all()
        until = time.monotonic() + STOP_SECONDS
        while (alive := [thread for thread in self._threads if thread.is_alive()]) and time.monotonic() < until:
            self._transport.abort()  # again and again: one may just be about to send
            alive[0].join(0.05)
        with self._lock:
            self._schedule.drop_all()

    def _start(self) -> None:
        with self._lock:
            count = min(self._size, self._schedule.lane_count)
            self._working = count
        for number in range(count):
            thread = threading.Thread(target=self._serve, name=f"fetch-{number}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _is_open(self) -> bool:
        """Whether an attempt is to come, or has come and was not read."""
        with self._lock:
            return bool(self._working or self._schedule.finished)

    def _next_batch(self) -> list[FetchAttempt]:
        """What has finished since, waiting for something; empty when the pulse is due or the crawl over."""
        with self._lock:
            while self._working and not self._schedule.finished and (left := self._pulse.seconds_left()) > 0:
                self._news.wait(left)
            batch, self._schedule.finished = self._schedule.finished, []
            self._room.notify_all()
            return batch

    def _serve(self) -> None:
        """One thread's life."""
        try:
            while (request := self._next_request()) is not None:
                self._carry(request)
        except BaseException as fault:  # noqa: BLE001 - the bookkeeping itself failed: stop, and let the reader raise it
            self._keep(fault, is_fatal=True)
        finally:
            with self._lock:
                self._working -= 1
                self._work.notify_all()
                self._news.notify()

    def _next_request(self) -> Request | None:
        with self._lock:
            while not self._is_stopping:
                request = self._schedule.take(self._monotonic())
                if self._schedule.finished:
                    self._news.notify()
                if request is not None:
                    if self._schedule.next_at < self._watched_until:
                        self._work.notify()
                    return request
                if self._schedule.is_done:
                    return None
                self._wait_for_work()
            return None

    def _wait_for_work(self) -> None:
        due = self._schedule.next_at
        if due >= self._watched_until:
            self._work.wait()
            return
        self._watched_until = due
        self._work.wait(max(0.0, due - self._monotonic()))
        if self._watched_until == due:
            self._watched_until = float("inf")

    def _carry(self, request: Request) -> None:
        answer: Answer | Exception | None
        try:
            may_ask = self._hosts.claim(request.place.host, request.source.pace.delay_seconds)
            answer = self._transport.send(request.outgoing()) if may_ask else None
        except Exception as fault:  # noqa: BLE001 - kept for the reader, who raises it when all attempts are out
            self._keep(fault)
            answer = fault
        with self._lock:
            if self._is_stopping:
                return
            self._settle(request, answer)
            self._news.notify()
            while len(self._schedule.finished) > self._size and not self._is_stopping:
                self._room.wait()

    def _settle(self, request: Request, answer: Answer | Exception | None) -> None:
        if answer is None:
            self._schedule.postpone(request, self._monotonic())
        elif isinstance(answer, Exception):
            self._schedule.abandon(request, f"{type(answer).__name__}: {answer}"[:200], self._monotonic())
        else:
            self._schedule.settle(request, answer, self._monotonic())

    def _keep(self, fault: BaseException, *, is_fatal: bool = False) -> None:
        with self._lock:
            self._faults += 1
            self._fault = self._fault or fault
            self._is_stopping |= is_fatal
            self._room.notify_all()
