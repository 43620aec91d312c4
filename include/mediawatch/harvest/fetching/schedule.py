"""Which request is next: host queues by host, each at its own pace, the earliest ready one first.

Pure bookkeeping: no threads, no network, no clock.  The crawler calls it under one lock and tells it the time.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable

from mediawatch.harvest.fetching.answers import Answer, Trouble
from mediawatch.harvest.fetching.crawl_requests import Destination, Hop, HostTrouble, Request, RequestDone
from mediawatch.harvest.fetching.host_queues import HostQueue, Patience
from mediawatch.harvest.fetching.jobs import FetchAttempt, Job
from mediawatch.harvest.fetching.robots import Robots, read_robots
from mediawatch.records import Reason

OCCUPIED_SECONDS = 3.0
"""How long to wait before asking again whether a host that another worker has is free."""


class Schedule:
    """All host queues of a run.  `finished` collects attempts; whoever drives the schedule takes them out.

    `deadline` is the end of the time box by the clock of the `now` arguments; `dice` yields jitter in [0, 1).
    """

    def __init__(self, *, patience: Patience, deadline: float, dice: Callable[[], float] = random.random) -> None:
        self._patience = patience
        self._deadline = deadline
        self._dice = dice
        self._host_queues: dict[str, HostQueue] = {}
        self._ready: list[tuple[float, int, HostQueue]] = []
        self._listed = 0
        self._under_way = 0
        self.finished: list[FetchAttempt] = []

    @property
    def next_at(self) -> float:
        """When the next request is due (or the time box ends); infinity when all wait for requests under way."""
        return min(self._ready[0][0], self._deadline) if self._ready else float("inf")

    @property
    def lane_count(self) -> int:
        """Hosts that have something queued."""
        return sum(1 for host_queue in self._host_queues.values() if host_queue.queue)

    @property
    def is_done(self) -> bool:
        """Whether nothing is queued and nothing under way."""
        return not self._ready and not self._under_way

    def add(self, job: Job) -> None:
        """Queue a job on its host's host queue."""
        try:
            request = Request.for_job(job)
        except ValueError as error:
            attempt = FetchAttempt(
                job=job, exchanges=(), reason=Reason.BAD_ADDRESS, detail=str(error), final_url=job.url
            )
            self.finished.append(attempt)
            return
        host_queue = self._host_queue(request.place.host)
        host_queue.queue.append(request)
        self._list(host_queue)

    def take(self, now: float) -> Request | None:
        """A request that is due; its host queue is busy until `settle`.  After the deadline all queued ones end
        instead.
        """
        if now >= self._deadline:
            self._expire()
        while self._ready and self._ready[0][0] <= now:
            host_queue = heapq.heappop(self._ready)[2]
            host_queue.is_listed = False
            request = self._next(host_queue, now)
            if request is not None:
                host_queue.is_busy = True
                self._under_way += 1
                return request
            self._list(host_queue)
        return None

    def settle(self, request: Request, answer: Answer, now: float) -> None:
        """The request of `request` brought `answer`: it ends, goes on elsewhere, or is tried again later."""
        host_queue, origin = self._host_queues[request.place.host], request.place.origin
        step, rest = request.step(answer), 0.0
        if isinstance(step, HostTrouble):
            rest = self._after_trouble(host_queue, request, step, answer, now)
        else:
            host_queue.failures = 0
            self._after_answer(request, step, answer, now)
        self._release(host_queue, now + max(rest, host_queue.delay_seconds(request.source.pace, origin, self._dice)))

    def postpone(self, request: Request, now: float) -> None:
        """Another worker has the request's host: it is the next one there, a little later."""
        host_queue = self._host_queues[request.place.host]
        if request.job is not None:
            host_queue.unspend()
        host_queue.put_first(request)
        self._release(host_queue, now + OCCUPIED_SECONDS)

    def abandon(self, request: Request, detail: str, now: float) -> None:
        """A fault of ours ended the request; the others go on."""
        host_queue = self._host_queues[request.place.host]
        if request.job is None:
            self._learn(request, Robots(refusal=Reason.ROBOTS_UNREACHABLE, detail=detail), now)
        else:
            self._end(request, RequestDone(reason=Reason.SHARD_MISSING, detail=detail))
        self._release(host_queue, now)

    def drop_all(self) -> None:
        """Forget what is queued: the caller has stopped listening.  What is known of the hosts stays."""
        for host_queue in self._host_queues.values():
            host_queue.queue.clear()
            host_queue.asked &= host_queue.robots.keys()
            host_queue.is_busy = host_queue.is_listed = False
        self._ready.clear()
        self._under_way = 0

    def _release(self, host_queue: HostQueue, ready_at: float) -> None:
        host_queue.is_busy, host_queue.ready_at = False, ready_at
        self._under_way -= 1
        self._list(host_queue)

    def _host_queue(self, host: str) -> HostQueue:
        if host not in self._host_queues:
            self._host_queues[host] = HostQueue(host=host)
        return self._host_queues[host]

    def _list(self, host_queue: HostQueue) -> None:
        """Put an idle host queue that has something to do into the heap."""
        if host_queue.is_busy or host_queue.is_listed or not host_queue.queue or host_queue.is_waiting_for_robots:
            return
        host_queue.is_listed = True
        self._listed += 1
        heapq.heappush(self._ready, (host_queue.due_at, self._listed, host_queue))

    def _next(self, host_queue: HostQueue, now: float) -> Request | None:
        """The host queue's next request that needs the network; those that may not be fetched end here."""
        while host_queue.queue and not host_queue.is_waiting_for_robots:
            request = host_queue.queue[0]
            robots = host_queue.robots.get(request.place.origin)
            refusal = self._refusal(host_queue, robots, request.url) if request.job else None
            if refusal is None and now < host_queue.ready_at:
                return None
            if request.job and refusal is None and robots is None:
                host_queue.asked.add(request.place.origin)
                return Request.for_robots(request.place.origin, request.source)
            host_queue.queue.popleft()
            if request.job is None:
                return request
            self._claim(host_queue, request)
            if refusal is None:
                host_queue.spend()
                return request
            self._end(request, refusal)
        return None

    @staticmethod
    def _refusal(host_queue: HostQueue, robots: Robots | None, url: str) -> RequestDone | None:
        """Why `url` may not be asked for, or None."""
        if robots is not None and not robots.allows(url):
            return RequestDone(reason=robots.refusal or Reason.ROBOTS, detail=robots.detail)
        if host_queue.given_up:
            return RequestDone(reason=Reason.HOST_GIVEN_UP, detail=f"{host_queue.host}: {host_queue.given_up}")
        if host_queue.allowance == 0:
            detail = f"{host_queue.host}: its Crawl-delay leaves no room for more in this run"
            return RequestDone(reason=Reason.OUT_OF_TIME, detail=detail)
        return None

    def _after_answer(self, request: Request, step: RequestDone | Hop, answer: Answer, now: float) -> None:
        if isinstance(step, Hop):
            request.move(step)
            target = self._host_queue(step.place.host)
            target.put_first(request)
            self._list(target)
        elif request.job is None:
            self._learn(request, read_robots(answer, is_redirected=bool(request.visited)), now)
        else:
            self._end(request, step)

    def _after_trouble(
        self, host_queue: HostQueue, request: Request, trouble: HostTrouble, answer: Answer, now: float
    ) -> float:
        """Note the failure, try again later where that can help; returns the seconds that the host should rest."""
        exchange = answer.exchange if isinstance(answer, Trouble) else answer
        rest = host_queue.note_trouble(trouble, exchange, self._patience)
        if now + rest >= self._deadline and not host_queue.given_up:
            host_queue.given_up = f"{trouble.detail}, must rest until after the time box"
        if trouble.is_passing and request.tries < self._patience.tries and not host_queue.given_up:
            request.tries += 1
            (host_queue.queue.append if request.job else host_queue.put_first)(request)
        elif request.job is None:
            self._learn(request, read_robots(answer), now)
        else:
            self._end(request, RequestDone(reason=trouble.reason, detail=trouble.detail))
        return rest

    def _learn(self, request: Request, robots: Robots, now: float) -> None:
        """A robots request is over; the host queue it was for can go on."""
        host_queue = self._host_queues[Destination.of(request.origin).host]
        host_queue.learn(request.origin, robots, request.exchanges)
        host_queue.limit_to_crawl_delay(robots.crawl_delay, request.source.pace, self._deadline - now)
        self._list(host_queue)

    def _end(self, request: Request, end: RequestDone) -> None:
        """Hand over the attempt of a job's request."""
        if request.job is None:
            raise ValueError("robots.txt is nobody's job")
        self._claim(self._host_queues[request.place.host], request)
        exchanges = tuple(request.exchanges)
        final_url = exchanges[-1].url if end.reason is None else request.url
        self.finished.append(
            FetchAttempt(
                job=request.job, exchanges=exchanges, reason=end.reason, detail=end.detail, final_url=final_url
            )
        )

    @staticmethod
    def _claim(host_queue: HostQueue, request: Request) -> None:
        """The first request of an origin carries its robots.txt exchanges to the archive."""
        request.exchanges += host_queue.unarchived.pop(request.place.origin, ())

    def _expire(self) -> None:
        """The time box is over: what is queued stays pending.

        Pages that wait for a robots.txt under way end when that is here, for it goes to the archive with one of them.
        """
        queues = self._host_queues.values()
        for request in [each for host_queue in queues for each in host_queue.queue if each.job is None]:
            self._host_queues[request.place.host].queue.remove(request)
            robots = Robots(refusal=Reason.ROBOTS_UNREACHABLE, detail="robots.txt: no time left for it")
            self._learn(request, robots, self._deadline)
        for host_queue in self._host_queues.values():
            host_queue.is_listed = False
            while host_queue.queue and not host_queue.is_waiting_for_robots:
                self._end(host_queue.queue.popleft(), RequestDone(reason=Reason.OUT_OF_TIME))
        self._ready.clear()
