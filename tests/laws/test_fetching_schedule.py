"""Laws of the schedule: whatever the sites answer, every job has one attempt and every host its peace."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from mediawatch.harvest.fetching import Job, Patience
from mediawatch.harvest.fetching.answers import Answer, Trouble
from mediawatch.harvest.fetching.crawl_requests import Request
from mediawatch.harvest.fetching.schedule import Schedule
from mediawatch.records import Limits, Pace, Reason, Seed, Source
from tests.support.timelines import REQUEST_SECONDS, Sent, answered, play

HOSTS = ("a.example", "b.example", "c.example")
PACE = 1.0
OWNER = Source(
    name="owner",
    title="Owner",
    home="https://a.example/",
    hosts=HOSTS,
    timezone="UTC",
    languages=("en",),
    country="GB",
    discovery=(Seed(kind="auto", url="https://a.example/"),),
    pace=Pace(delay_seconds=PACE, jitter=0),
    limits=Limits(redirects=3),
)

hosts = st.sampled_from(HOSTS)
schemes = st.sampled_from(("http", "https"))
urls = st.builds("{}://{}/{}".format, schemes, hosts, st.integers(0, 5))
statuses = st.sampled_from((200, 200, 200, 304, 403, 404, 429, 500, 503))
waits = st.sampled_from(("", "0", "3", "100", "500", "soon", "Tue, 06 Oct 2026 00:00:30 GMT"))
robots_texts = st.sampled_from((b"", b"User-agent: *\nDisallow: /1", b"User-agent: *\nCrawl-delay: 5", b"\xff\x00"))
troubles = st.builds(
    Trouble,
    reason=st.sampled_from((Reason.UNREACHABLE, Reason.TOO_SLOW, Reason.UNSAFE_ADDRESS, Reason.TOO_LARGE)),
    detail=st.just("x"),
    is_passing=st.booleans(),
)


@st.composite
def answers(draw: st.DrawFn, request: Request) -> Answer:
    shape = draw(st.sampled_from(("status", "status", "redirect", "trouble")))
    if shape == "trouble":
        return draw(troubles)
    if shape == "redirect":
        return answered(request.url, 302, headers=(("Location", draw(urls)),))
    body = draw(robots_texts) if request.purpose == "robots" else b""
    return answered(request.url, draw(statuses), body=body, headers=(("Retry-After", draw(waits)),))


def by_host(sent: list[Sent]) -> list[list[Sent]]:
    return [[one for one in sent if one.host == host] for host in HOSTS]


@given(data=st.data(), wanted=st.lists(urls, max_size=12), deadline=st.sampled_from((0.0, 7.0, 60.0, 1e6)))
def test_one_attempt_a_job_and_one_request_at_a_time(data: st.DataObject, wanted: list[str], deadline: float) -> None:
    jobs = [Job(key=str(n), url=url, source=OWNER, kind="article") for n, url in enumerate(wanted)]
    schedule = Schedule(patience=Patience(host_failures=4), deadline=deadline)
    for job in jobs:
        schedule.add(job)
    brought = []

    def answer(request: Request) -> Answer:
        brought.append(data.draw(answers(request)))
        return brought[-1]

    sent, attempts, ended = play(schedule, answer)
    assert Counter(attempt.job.key for attempt in attempts) == Counter(job.key for job in jobs)
    assert schedule.is_done
    assert all(one.at < deadline for one in sent)
    assert ended <= deadline + REQUEST_SECONDS
    for requests in by_host(sent):
        assert all(later.at - earlier.at >= REQUEST_SECONDS + PACE for earlier, later in pairwise(requests))
    exchanges = [exchange for attempt in attempts for exchange in attempt.exchanges]
    assert sorted(map(id, exchanges)) == sorted(id(one) for one in brought if not isinstance(one, Trouble))
    for attempt in attempts:
        assert (attempt.response is not None) == (attempt.reason is None)


@given(data=st.data(), wanted=st.lists(urls, min_size=1, max_size=8))
def test_closing_in_the_middle_leaves_a_schedule_that_works(data: st.DataObject, wanted: list[str]) -> None:
    schedule = Schedule(patience=Patience(host_failures=4), deadline=1e6)
    jobs = [Job(key=str(n), url=url, source=OWNER, kind="article") for n, url in enumerate(wanted)]
    for job in jobs:
        schedule.add(job)
    now = 0.0
    for _ in range(data.draw(st.integers(0, 6))):
        request = schedule.take(now)
        if request is not None and data.draw(st.booleans()):
            schedule.settle(request, data.draw(answers(request)), now)
        now += 1
    schedule.drop_all()
    schedule.finished = []
    for job in jobs:
        schedule.add(job)
    _, attempts, _ = play(schedule, lambda request: data.draw(answers(request)), begin=now)
    assert Counter(attempt.job.key for attempt in attempts) == Counter(job.key for job in jobs)
