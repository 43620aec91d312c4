"""Which errand is next: lanes by host, each at its own pace, the earliest ready one first.

Pure bookkeeping: no threads, no network, no clock.  The crawler calls it under one lock and tells it the time.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable

from mediawatch.harvest.fetching.answers import Answer, Trouble
from mediawatch.harvest.fetching.errands import Destination, Hop, HostTrouble, Request, RequestDone
from mediawatch.harvest.fetching.jobs import FetchAttempt, Job
from mediawatch.harvest.fetching.lanes import Lane, Patience
from mediawatch.harvest.fetching.robots import Robots, read_robots
from mediawatch.records import Reason


class Schedule:
    """All lanes of a run.  `finished` collects attempts; whoever drives the schedule takes them out.

    `deadline` is the end of the time box by the clock of the `now` arguments; `dice` yields jitter in [0, 1).
    """

    def __init__(self, *, patience: Patience, deadline: float, dice: Callable[[], float] = random.random) -> None:
        self._patience = patience
        self._deadline = deadline
        self._dice = dice
        self._lanes: dict[str, Lane] = {}
        self._ready: list[tuple[float, int, Lane]] = []
        self._listed = 0
        self._under_way = 0
        self.finished: list[FetchAttempt] = []

    @property
    def next_at(self) -> float:
        """When the next errand is due (or the time box ends); infinity when all wait for requests under way."""
        return min(self._ready[0][0], self._deadline) if self._ready else float("inf")

    @property
    def lane_count(self) -> int:
        """Hosts that have something queued."""
        return sum(1 for lane in self._lanes.values() if lane.queue)

    @property
    def is_done(self) -> bool:
        """Whether nothing is queued and nothing under way."""
        return not self._ready and not self._under_way

    def add(self, job: Job) -> None:
        """Queue a job on its host's lane."""
        try:
            errand = Request.for_job(job)
        except ValueError as error:
            attempt = FetchAttempt(
                job=job, exchanges=(), reason=Reason.BAD_ADDRESS, detail=str(error), final_url=job.url
            )
            self.finished.append(attempt)
            return
        lane = self._lane(errand.place.host)
        lane.queue.append(errand)
        self._list(lane)

    def take(self, now: float) -> Request | None:
        """An errand that is due; its lane is busy until `settle`.  After the deadline all queued ones end instead."""
        if now >= self._deadline:
            self._expire()
        while self._ready and self._ready[0][0] <= now:
            lane = heapq.heappop(self._ready)[2]
            lane.is_listed = False
            errand = self._next(lane, now)
            if errand is not None:
                lane.is_busy = True
                self._under_way += 1
                return errand
            self._list(lane)
        return None

    def settle(self, errand: Request, answer: Answer, now: float) -> None:
        """The request of `errand` brought `answer`: it ends, goes on elsewhere, or is tried again later."""
        lane, origin = self._lanes[errand.place.host], errand.place.origin
        step, rest = errand.step(answer), 0.0
        if isinstance(step, HostTrouble):
            rest = self._after_trouble(lane, errand, step, answer, now)
        else:
            lane.failures = 0
            self._after_answer(errand, step, answer, now)
        self._release(lane, now + max(rest, lane.delay_seconds(errand.source.pace, origin, self._dice)))

    def abandon(self, errand: Request, detail: str, now: float) -> None:
        """A fault of ours ended the errand; the others go on."""
        lane = self._lanes[errand.place.host]
        if errand.job is None:
            self._learn(errand, Robots(refusal=Reason.ROBOTS_UNREACHABLE, detail=detail), now)
        else:
            self._end(errand, RequestDone(reason=Reason.SHARD_MISSING, detail=detail))
        self._release(lane, now)

    def drop_all(self) -> None:
        """Forget what is queued: the caller has stopped listening.  What is known of the hosts stays."""
        for lane in self._lanes.values():
            lane.queue.clear()
            lane.asked &= lane.robots.keys()
            lane.is_busy = lane.is_listed = False
        self._ready.clear()
        self._under_way = 0

    def _release(self, lane: Lane, ready_at: float) -> None:
        lane.is_busy, lane.ready_at = False, ready_at
        self._under_way -= 1
        self._list(lane)

    def _lane(self, host: str) -> Lane:
        if host not in self._lanes:
            self._lanes[host] = Lane(host=host)
        return self._lanes[host]

    def _list(self, lane: Lane) -> None:
        """Put an idle lane that has something to do into the heap."""
        if lane.is_busy or lane.is_listed or not lane.queue or lane.is_waiting_for_robots:
            return
        lane.is_listed = True
        self._listed += 1
        heapq.heappush(self._ready, (lane.due_at, self._listed, lane))

    def _next(self, lane: Lane, now: float) -> Request | None:
        """The lane's next errand that needs the network; those that may not be fetched end here."""
        while lane.queue and not lane.is_waiting_for_robots:
            errand = lane.queue[0]
            robots = lane.robots.get(errand.place.origin)
            refusal = self._refusal(lane, robots, errand.url) if errand.job else None
            if refusal is None and now < lane.ready_at:
                return None
            if errand.job and refusal is None and robots is None:
                lane.asked.add(errand.place.origin)
                return Request.for_robots(errand.place.origin, errand.source)
            lane.queue.popleft()
            if errand.job is None:
                return errand
            self._claim(lane, errand)
            if refusal is None:
                lane.spend()
                return errand
            self._end(errand, refusal)
        return None

    @staticmethod
    def _refusal(lane: Lane, robots: Robots | None, url: str) -> RequestDone | None:
        """Why `url` may not be asked for, or None."""
        if robots is not None and not robots.allows(url):
            return RequestDone(reason=robots.refusal or Reason.ROBOTS, detail=robots.detail)
        if lane.given_up:
            return RequestDone(reason=Reason.HOST_GIVEN_UP, detail=f"{lane.host}: {lane.given_up}")
        if lane.allowance == 0:
            detail = f"{lane.host}: its Crawl-delay leaves no room for more in this run"
            return RequestDone(reason=Reason.OUT_OF_TIME, detail=detail)
        return None

    def _after_answer(self, errand: Request, step: RequestDone | Hop, answer: Answer, now: float) -> None:
        if isinstance(step, Hop):
            errand.move(step)
            target = self._lane(step.place.host)
            target.put_first(errand)
            self._list(target)
        elif errand.job is None:
            self._learn(errand, read_robots(answer, is_redirected=bool(errand.visited)), now)
        else:
            self._end(errand, step)

    def _after_trouble(self, lane: Lane, errand: Request, trouble: HostTrouble, answer: Answer, now: float) -> float:
        """Note the failure, try again later where that can help; returns the seconds that the host should rest."""
        exchange = answer.exchange if isinstance(answer, Trouble) else answer
        rest = lane.note_trouble(trouble, exchange, self._patience)
        if now + rest >= self._deadline and not lane.given_up:
            lane.given_up = f"{trouble.detail}, must rest until after the time box"
        if trouble.is_passing and errand.tries < self._patience.tries and not lane.given_up:
            errand.tries += 1
            (lane.queue.append if errand.job else lane.put_first)(errand)
        elif errand.job is None:
            self._learn(errand, read_robots(answer), now)
        else:
            self._end(errand, RequestDone(reason=trouble.reason, detail=trouble.detail))
        return rest

    def _learn(self, errand: Request, robots: Robots, now: float) -> None:
        """A robots errand is over; the lane it was for can go on."""
        lane = self._lanes[Destination.of(errand.origin).host]
        lane.learn(errand.origin, robots, errand.exchanges)
        lane.limit_to_crawl_delay(robots.crawl_delay, errand.source.pace, self._deadline - now)
        self._list(lane)

    def _end(self, errand: Request, end: RequestDone) -> None:
        """Hand over the attempt of a job's errand."""
        if errand.job is None:
            raise ValueError("robots.txt is nobody's job")
        self._claim(self._lanes[errand.place.host], errand)
        exchanges = tuple(errand.exchanges)
        final_url = exchanges[-1].url if end.reason is None else errand.url
        self.finished.append(
            FetchAttempt(job=errand.job, exchanges=exchanges, reason=end.reason, detail=end.detail, final_url=final_url)
        )

    @staticmethod
    def _claim(lane: Lane, errand: Request) -> None:
        """The first errand of an origin carries its robots.txt exchanges to the archive."""
        errand.exchanges += lane.unarchived.pop(errand.place.origin, ())

    def _expire(self) -> None:
        """The time box is over: what is queued stays pending.

        Pages that wait for a robots.txt under way end when that is here, for it goes to the archive with one of them.
        """
        queued = [errand for lane in self._lanes.values() for errand in lane.queue if errand.job is None]
        for errand in queued:
            self._lanes[errand.place.host].queue.remove(errand)
            robots = Robots(refusal=Reason.ROBOTS_UNREACHABLE, detail="robots.txt: no time left for it")
            self._learn(errand, robots, self._deadline)
        for lane in self._lanes.values():
            lane.is_listed = False
            while lane.queue and not lane.is_waiting_for_robots:
                self._end(lane.queue.popleft(), RequestDone(reason=Reason.OUT_OF_TIME))
        self._ready.clear()
