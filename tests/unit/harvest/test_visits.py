"""Each seed visited in a run has one outcome: dead ones of every kind, beside one that lives."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from mediawatch.context import Context
from mediawatch.harvest.harvesting import open_batch, seal_batch
from mediawatch.harvest.memory import remember
from mediawatch.harvest.visits import Answers, answers, summary, visits_of
from mediawatch.lake.batches import BatchKey, BatchManifest
from mediawatch.lake.partitions import PartitionKey, PartitionWriter
from mediawatch.records import Limits, Pace, Reason, Seed, Source
from mediawatch.records.ledger import VISIT
from mediawatch.tables.ledger import BOUNDARIES, FINAL_OUTCOMES, VISIT_BOUNDARIES, Visit
from mediawatch.workflow.ledger import visits_on
from mediawatch.workflow.reporting import ALL, day_summary, failed_seeds, fell_short
from mediawatch.workflow.runner import build_day
from tests.support.announcing import a_source
from tests.support.gazette import Gazette, at, fetched_in
from tests.support.lakes import DAY, EVENING, MORNING, a_context, harvest, rows_of
from tests.support.sites import LOOPBACK, Reply, Site, redirect, reply, silence

pytestmark = pytest.mark.slow

FEED, MAP, LIST = "/feed.xml", "/map.xml", "/list"
XML = "application/xml"
PAGE = "<!doctype html><title>Down</title><p>We are back soon.<br>"
GATE = "<!doctype html><title>Just a moment...</title><p>Checking.<br>"
CUT_FEED = "<rss version='2.0'><channel><item><title>Wat"
CUT_MAP = "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><lo"
LIVING = "<rss version='2.0'><channel></channel></rss>"

DEAD: dict[str, tuple[str, Reply, Reason]] = {
    "empty": (FEED, reply("", content_type=XML), Reason.EMPTY_ANSWER),
    "blank-map": (MAP, reply(" \n", content_type=XML), Reason.EMPTY_ANSWER),
    "page-for-feed": (FEED, reply(PAGE), Reason.NOT_A_FEED),
    "page-for-map": (MAP, reply(PAGE), Reason.NOT_A_FEED),
    "gate-for-feed": (FEED, reply(GATE), Reason.CHALLENGE),
    "gate-for-list": (LIST, reply(GATE), Reason.CHALLENGE),
    "cut-feed": (FEED, reply(CUT_FEED, content_type=XML), Reason.MALFORMED),
    "cut-map": (MAP, reply(CUT_MAP, content_type=XML), Reason.MALFORMED),
    "list-without-links": (LIST, reply(PAGE), Reason.NO_LINKS),
    "gone": (FEED, reply(status=404), Reason.GONE),
    "gone-for-good": (MAP, reply(status=410), Reason.GONE),
    "forbidden": (FEED, reply(status=403), Reason.FORBIDDEN),
    "no-content": (FEED, reply(status=204), Reason.REFUSED),
    "failing": (FEED, reply(status=500), Reason.SERVER_ERROR),
    "busy": (MAP, reply(status=429, headers=[("Retry-After", "600")]), Reason.RATE_LIMITED),
    "loop": (FEED, redirect(FEED), Reason.REDIRECT_LOOP),
    "moved-away": (FEED, redirect("http://elsewhere.example/feed"), Reason.LEFT_SITE),
    "too-large": (FEED, reply(b"<rss>" + b" " * 20_000, content_type=XML), Reason.TOO_LARGE),
    "closes": (FEED, Reply((), is_last=True), Reason.UNREACHABLE),
    "silent": (FEED, silence(), Reason.TOO_SLOW),
    "disallowed": (FEED, reply(LIVING, content_type=XML), Reason.ROBOTS),
}
"""{source: its seed, what that answers, why nothing comes of it}"""

UNREACHED: dict[str, tuple[Callable[[int], str], Reason]] = {
    "refused": (lambda port: f"http://127.0.0.1:{port}{FEED}", Reason.ROBOTS_UNREACHABLE),
    "nameless": (lambda port: f"http://no-such-paper.invalid{FEED}", Reason.ROBOTS_UNREACHABLE),
    "no-tls": (lambda port: f"https://127.0.0.1:{port}{FEED}", Reason.ROBOTS_UNREACHABLE),
}
"""{source: its feed by the port of a plain site or of nobody, why robots.txt could not be had}"""

KIND = {FEED: "feed", MAP: "news_sitemap", LIST: "list_page"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A harvest of all of them, and what was built of it."""

    context: Context
    manifest: BatchManifest
    visits: dict[str, Visit]


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    with ExitStack() as stack:
        sources = [_dead(stack.enter_context(Site()), name) for name in DEAD]
        plain = stack.enter_context(Site())
        sources += [_unreached(name, plain.port) for name in UNREACHED]
        living = stack.enter_context(Site()).says(FEED, reply(LIVING, content_type=XML))
        sources.append(living.source("living", discovery=(Seed(kind="feed", url=living.url(FEED)),)))
        context = a_context(tmp_path_factory.mktemp("day"), *sources, shards=1, host_failures=2)
        manifest = harvest(context, "20260429T090000Z")
        build_day(context, DAY)
        visits = {visit.source: visit for visit in visits_of(context.store, manifest)}
        yield Day(context=context, manifest=manifest, visits=visits)


def _dead(site: Site, name: str) -> Source:
    path, answer, _ = DEAD[name]
    site.says(path, answer)
    if name == "disallowed":
        site.says("/robots.txt", reply("User-agent: *\nDisallow: /", content_type="text/plain"))
    limits = Limits(connect_seconds=1, read_seconds=0.5, transfer_seconds=2, page_bytes=10_000)
    return site.source(name, discovery=(Seed(kind=KIND[path], url=site.url(path)),), limits=limits)


def _unreached(name: str, plain_port: int) -> Source:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = plain_port if name == "no-tls" else nobody.getsockname()[1]
    url = UNREACHED[name][0](port)
    return a_source(
        name=name,
        home=url,
        discovery=(Seed(kind="feed", url=url),),
        pace=Pace(delay_seconds=0),
        limits=Limits(connect_seconds=2, read_seconds=2, transfer_seconds=4),
        allow_addresses=LOOPBACK,
    )


@pytest.mark.parametrize("name", DEAD)
def test_a_dead_seed_fails_for_its_reason(day: Day, name: str) -> None:
    visit = day.visits[name]
    assert (visit.result, visit.reason) == ("failed", DEAD[name][2])


@pytest.mark.parametrize("name", UNREACHED)
def test_so_does_one_that_nobody_could_reach(day: Day, name: str) -> None:
    visit = day.visits[name]
    assert (visit.result, visit.reason) == ("failed", UNREACHED[name][1])
    assert visit.detail


def test_one_that_has_nothing_today_is_visited(day: Day) -> None:
    assert (day.visits["living"].result, day.visits["living"].items) == ("visited", 0)


def test_every_seed_has_its_one_outcome_in_the_ledger(day: Day) -> None:
    store = day.context.store
    names = {*DEAD, *UNREACHED, "living"}
    assert {visit.source for visit in visits_on(store, DAY) or ()} == names
    rows = rows_of(store, VISIT_BOUNDARIES)
    assert {row.stage for row in rows} == {VISIT}
    sums = {row.source: row for row in rows if row.kind == "stage"}
    assert set(sums) == names
    assert all(row.received == row.passed + row.lost + row.pending == 1 for row in sums.values())
    assert [name for name, row in sums.items() if row.passed] == ["living"]


def test_each_has_a_line_although_nothing_was_announced(day: Day) -> None:
    lines = {line.source: line for line in day_summary(day.context, DAY)}
    assert set(lines) == {*DEAD, *UNREACHED, "living", ALL}
    assert (lines["gone"].visits, lines["gone"].failed, lines["gone"].why) == (1, 1, "seeds: gone 1")
    assert (lines["living"].failed, lines["living"].why) == (0, "")
    assert lines[ALL].failed == len(DEAD) + len(UNREACHED)
    assert {found.source for found in failed_seeds(day.context, DAY)} == {*DEAD, *UNREACHED}


def test_the_seal_says_how_many_and_names_some(day: Day) -> None:
    count = len(DEAD) + len(UNREACHED)
    said = summary(list(day.visits.values()))
    assert said.startswith(f"1 of {count + 1} seeds answered; failed: ")
    assert said.endswith(f"; and {count - 5} more")
    assert fell_short(day.context, day.manifest) == {"lost": 0, "pending": 0, "seeds_failed": count}


@pytest.fixture
def feed(paper: Gazette) -> str:
    return paper.url(FEED)


def visit_of(context: Context, hours: float = 0) -> Visit:
    """The one visit of a harvest so many hours after the morning."""
    moment = MORNING + timedelta(hours=hours)
    (visit,) = visits_of(context.store, harvest(at(context, moment), f"{moment:%Y%m%dT%H%M%SZ}"))
    return visit


def test_a_dead_feed_does_not_live_on_by_its_own_etag(context: Context, paper: Gazette) -> None:
    """A page in the feed's place has an ETag as well; a 304 to that would say that all is as it was."""

    def page(heard: object) -> Reply:
        is_asked = "if-none-match" in getattr(heard, "headers", {})
        return reply(status=304) if is_asked else reply(PAGE, headers=[("ETag", '"page"')])

    paper.site.says(FEED, page)
    assert [visit_of(context, hours).reason for hours in (0, 1)] == [Reason.NOT_A_FEED] * 2


def test_it_is_asked_again_for_what_it_had_when_it_lived(context: Context, paper: Gazette) -> None:
    paper.publish("/a/1")
    assert visit_of(context).result == "visited"
    paper.site.says(FEED, reply("", content_type=XML))
    assert visit_of(context, 1).result == "failed"
    paper.open()
    assert visit_of(context, 2).result == "unchanged"
    remembered = remember(context.store, before=BatchKey(day=DAY, batch="99990101T000000Z"), window_days=1)
    assert remembered.announced[paper.url(FEED)].full_at == MORNING


def test_a_source_is_failed_when_nothing_that_could_bring_news_came(tmp_path: Path, paper: Gazette) -> None:
    paper.publish("/a/1")
    index = "<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><sitemap><loc>{}</loc></sitemap></sitemapindex>"
    paper.site.says("/index.xml", reply(index.format(paper.url("/gone.xml")), content_type=XML))
    pointing, feeding = (
        Seed(kind="news_sitemap", url=paper.url("/index.xml")),
        Seed(kind="feed", url=paper.url(FEED)),
    )
    only = a_context(tmp_path / "only", paper.source(discovery=(pointing,)), shards=1)
    both = a_context(tmp_path / "both", paper.source(discovery=(pointing, feeding)), shards=1)
    found = [answers(visits_of(room.store, harvest(room, "b"))) for room in (only, both)]
    assert found[0] == {"paper": Answers(visited=1, failed=1, is_failed=True)}
    assert found[1] == {"paper": Answers(visited=2, failed=1, is_failed=False)}


def test_a_home_page_whose_feed_was_guessed_has_not_failed(context: Context, paper: Gazette) -> None:
    home = Seed(kind="auto", url=paper.url("/"))
    source = paper.source(discovery=(home,))
    paper.site.says("/", reply(PAGE))
    room = a_context(Path(context.settings.lake_url).parent / "auto", source, shards=1)
    failed = visits_of(room.store, harvest(room, "a"))
    assert [(visit.url, visit.reason) for visit in failed] == [(paper.url("/"), Reason.NO_LINKS)]

    paper.site.says("/feed/", reply(LIVING, content_type=XML))
    found = visits_of(room.store, harvest(at(room, EVENING), "b"))
    assert {visit.url: visit.result for visit in found} == {paper.url("/"): "visited", paper.url("/feed/"): "visited"}
    assert answers(found)["paper"].is_failed is False


def test_a_shard_that_did_not_begin_took_its_seeds_with_it(context: Context, feed: str) -> None:
    batch = open_batch(context, day=DAY, run_key="b")
    (visit,) = visits_of(context.store, seal_batch(context, batch))
    assert (visit.source, visit.url, visit.reason) == ("paper", feed, Reason.SHARD_MISSING)


def test_the_day_remembers_a_failure_that_passed(context: Context, paper: Gazette) -> None:
    paper.publish("/a/1")
    paper.site.says(FEED, reply(status=404))
    visit_of(context)
    paper.open()
    assert fetched_in(context, harvest(at(context, EVENING), "20260429T220000Z")) == {paper.link("/a/1"): None}
    build_day(context, DAY)
    line = day_summary(context, DAY)[0]
    assert (line.visits, line.failed, line.admitted) == (2, 1, 1)
    (found,) = failed_seeds(context, DAY)
    assert (found.visited, found.failed, found.reason) == (1, 1, Reason.GONE)


def test_a_ledger_of_an_older_version_does_not_know(context: Context) -> None:
    key = PartitionKey(stage="ledger", day=DAY)
    writer = PartitionWriter(context.store, key, inputs={}, version="1", settings={})
    writer.append(BOUNDARIES, [])
    writer.append(FINAL_OUTCOMES, [])
    writer.publish()
    assert visits_on(context.store, DAY) is None
    assert failed_seeds(context, DAY) == []
    (line,) = day_summary(context, DAY)
    assert (line.source, line.visits, line.failed) == (ALL, None, None)
