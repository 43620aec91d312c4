"""The fetching schedule under a clock that jumps: days of pace and patience in milliseconds, without threads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from mediawatch.harvest.fetching.answers import Answer
from mediawatch.harvest.fetching.crawl_requests import Request
from mediawatch.harvest.fetching.jobs import FetchAttempt
from mediawatch.harvest.fetching.schedule import Schedule
from mediawatch.records import Exchange

MIDNIGHT = datetime(2026, 10, 6, tzinfo=UTC)
REQUEST_SECONDS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One request: when it began, to which host, for what."""

    at: float
    host: str
    url: str
    purpose: str


def answered(
    url: str, status: int = 200, *, body: bytes = b"", headers: tuple[tuple[str, str], ...] = (), at: float = 0.0
) -> Exchange:
    """An answer as the network would bring it."""
    return Exchange(
        url=url,
        status=status,
        phrase="",
        request_headers=(),
        headers=(("Content-Type", "text/html"), *headers),
        body=body,
        fetched_at=MIDNIGHT + timedelta(seconds=at),
        remote_address="",
    )


def play(
    schedule: Schedule, answer: Callable[[Request], Answer], *, workers: int = 4, begin: float = 0.0
) -> tuple[list[Sent], list[FetchAttempt], float]:
    """Run until all is done, every request taking REQUEST_SECONDS; what was sent, what came out, and when it ended."""
    now, sent, under_way = begin, [], list[tuple[float, Request]]()
    while True:
        while len(under_way) < workers and (errand := schedule.take(now)) is not None:
            sent.append(Sent(at=now, host=errand.place.host, url=errand.url, purpose=errand.purpose))
            under_way.append((now + REQUEST_SECONDS, errand))
        if not under_way and schedule.is_done:
            break
        waits = [min(ends for ends, _ in under_way)] if under_way else []
        if len(under_way) < workers and schedule.next_at != float("inf"):
            waits.append(max(now, schedule.next_at))
        now = min(waits)
        for done in [one for one in under_way if one[0] <= now]:
            under_way.remove(done)
            schedule.settle(done[1], answer(done[1]), now)
    attempts, schedule.finished = schedule.finished, []
    return sent, attempts, now
