"""What Airflow itself takes of a round of many sources: by the clock, and of the processor.

    python tests/bench/airflow.py --sources 1000 --items 3 [--rounds 2] [--pace 2.0] [--idle 60]

A real Airflow (LocalExecutor on SQLite) watches so many sources on the loopback, each at an address of its own with a
feed, its own texts, and the usual pace.  A round is `harvest_news` with all sources, the `build_day` that it wakes, and
the `watch_keywords` that this wakes.  In each first round every feed has so many new items, in the next none.

For each round are printed the seconds from asking for the harvest to the end of the last task; those of them in which
no task was at work, which Airflow took to find out what is next and to start it; and the seconds of the processor of
all its processes, those of tasks included.  Then the same round is done by three commands, without Airflow, on a lake
of its own: what that takes less of the processor is Airflow's.  Last comes what each of its components takes of a
processor while nothing is to be done, and Airflow's share of the machine in a day of `--day-rounds` such rounds, every
`--day-news`th of them with news: multiplied out from what was measured.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory
from typing import ClassVar

import psutil
import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "include")]

from launch.airflow import Airflow, running_airflow  # noqa: E402
from launch.airflow_components import COMMANDS as AIRFLOW  # noqa: E402
from launch.airflow_components import name_of  # noqa: E402
from launch.patience import Stalled  # noqa: E402
from launch.sessions import session_members  # noqa: E402
from tests.support.articles import html, paragraphs  # noqa: E402
from tests.support.wires import document  # noqa: E402

DAGS = ("harvest_news", "build_day", "watch_keywords")
COMMANDS = (("harvest",), ("build", "--day", "today"), ("watch", "run"))
"""The same without Airflow."""
DAY_SECONDS = 86_400.0
NEVER = "0 0 29 2 *"


class Site(BaseHTTPRequestHandler):
    """Every loopback address a site of its own, with an article for each instant of `published`."""

    published: ClassVar[list[datetime]] = []
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """The feed, or an article by its number."""
        host = (self.headers["Host"] or "").partition(":")[0]
        name = self.path.strip("/").removesuffix(".html")
        if self.path == "/feed.xml":
            self._answer(200, "application/rss+xml", _feed(host, self.published))
        elif name.isdecimal() and int(name) < len(self.published):
            self._answer(200, "text/html; charset=utf-8", _page(host, int(name), self.published[int(name)]))
        else:
            self._answer(404, "text/plain", "not found")

    def _answer(self, status: int, kind: str, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: there are thousands of requests."""


class Server(ThreadingHTTPServer):
    """Takes as many connections at once as a harvest opens."""

    request_queue_size = 1024
    daemon_threads = True

    def verify_request(self, request: object, client_address: tuple[str, int]) -> bool:
        """Answer this machine alone: to be every loopback address it has to listen on all there are."""
        return client_address[0].startswith("127.")


def _feed(host: str, published: Sequence[datetime]) -> str:
    entries = "".join(
        f"<item><title>{document(at.date(), _number(host, each)).title}</title><link>/{each}.html</link>"
        f"<pubDate>{format_datetime(at, usegmt=True)}</pubDate></item>"
        for each, at in enumerate(published)
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{host}</title>{entries}</channel></rss>'


def _page(host: str, item: int, published: datetime) -> str:
    one = document(published.date(), _number(host, item))
    head = f"<meta property='article:published_time' content='{published.isoformat()}'>"
    return html(title=one.title, head=head, body=paragraphs(*one.text.split("\n") * 3))


def _number(host: str, item: int) -> int:
    _, _, high, low = map(int, host.split("."))
    return (high * 256 + low) * 100 + item


@contextmanager
def sites() -> Iterator[int]:
    """The port at which every loopback address is a site."""
    server = Server(("0.0.0.0", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()


def catalogue(folder: Path, sources: int, port: int, pace: float) -> None:
    """Write an entry for each source."""
    folder.mkdir()
    for number in range(sources):
        home = f"http://127.1.{number // 250}.{number % 250 + 1}:{port}"
        entry = {
            "name": f"site{number:04}",
            "title": f"Site {number}",
            "home": f"{home}/",
            "hosts": [home.removeprefix("http://")],
            "timezone": "UTC",
            "languages": ["zh-Hans"],
            "country": "CN",
            "discovery": [{"kind": "feed", "url": f"{home}/feed.xml"}],
            "pace": {"delay_seconds": pace},
            "allow_addresses": ["127.0.0.0/8"],
            "status": "verified",
        }
        (folder / f"{entry['name']}.yaml").write_text(yaml.safe_dump(entry), encoding="utf-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """Seconds of a round: by the clock, of the clock without a task at work, and of the processor."""

    clock: float
    between: float
    busy: float
    tasks: int


def lived(airflow: Airflow) -> Round:
    """A round of all three DAGs."""
    asked, busy = datetime.now(UTC), spent(airflow)
    spans: list[tuple[datetime, datetime]] = []
    run = airflow.trigger(DAGS[0])
    for number, dag in enumerate(DAGS):
        if number:
            try:
                run = airflow.await_woken(dag, by=(DAGS[number - 1], run))
            except Stalled:  # an asset event can be lost (Airflow's issue 56050)
                run = airflow.trigger(dag)
        if airflow.wait(dag, run) != "success":
            raise SystemExit(f"{dag} failed:\n{airflow.complaints(dag, run)}")
        spans += spans_of(airflow, dag, run)
    ended = max(end for _, end in spans)
    clock = (ended - asked).total_seconds()
    return Round(clock=clock, between=clock - covered(spans), busy=spent(airflow) - busy, tasks=len(spans))


def spans_of(airflow: Airflow, dag: str, run: str) -> list[tuple[datetime, datetime]]:
    """When each task of a run began and ended."""
    return [
        (datetime.fromisoformat(one["start_date"]), datetime.fromisoformat(one["end_date"]))
        for one in airflow.api.task_instances(dag, run)
        if one["start_date"] and one["end_date"]
    ]


def covered(spans: Sequence[tuple[datetime, datetime]]) -> float:
    """Seconds in which at least one of `spans` lasts."""
    seconds, reached = 0.0, datetime.min.replace(tzinfo=UTC)
    for begin, end in sorted(spans):
        seconds += max(0.0, (end - max(begin, reached)).total_seconds())
        reached = max(reached, end)
    return seconds


def spent(airflow: Airflow) -> float:
    """Seconds of the processor of all processes of Airflow so far, of children that have ended as well."""
    return sum(spent_by(airflow).values())


def spent_by(airflow: Airflow) -> dict[str, float]:
    """The same of each component, with its children: {its name: seconds}."""
    return {name: sum(map(_seconds_of, session_members(leader))) for name, leader in leaders(airflow).items()}


def leaders(airflow: Airflow) -> dict[str, int]:
    """{component: its session}."""
    return {command: airflow.supervisor.leader(name_of(command)) for command in AIRFLOW}


def _seconds_of(pid: int) -> float:
    try:
        times = psutil.Process(pid).cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return times.user + times.system + times.children_user + times.children_system


def alone(env: Mapping[str, str]) -> float:
    """Seconds of the processor that a round takes without Airflow."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    for command in COMMANDS:
        subprocess.run(
            [sys.executable, "-m", "mediawatch.cli.main", *command],
            env=os.environ | {"PYTHONPATH": str(ROOT / "include")} | env,
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
        )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Seconds of the processor of one kind of round, with and without Airflow, and by the clock."""

    busy: list[float] = field(default_factory=list)
    alone: list[float] = field(default_factory=list)
    clock: list[float] = field(default_factory=list)


def day(news: Cost, quiet: Cost, idle: float, rounds: int, with_news: int) -> str:
    """Airflow's share of a day, in words."""
    busy, work, lasting = (
        with_news * fmean(of_news) + (rounds - with_news) * fmean(of_quiet)
        for of_news, of_quiet in ((news.busy, quiet.busy), (news.alone, quiet.alone), (news.clock, quiet.clock))
    )
    # While a round lasts, what Airflow takes by being there is in it.
    own = busy - work + idle * max(0.0, DAY_SECONDS - lasting)
    cores = os.cpu_count() or 1
    return (
        f"a day of {rounds} rounds, {with_news} with news: Airflow {own:,.0f} s of the processor, which is "
        f"{own / DAY_SECONDS:.1%} of a core and {own / DAY_SECONDS / cores:.1%} of this machine's {cores}; "
        f"the work itself {work:,.0f} s"
    )


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", type=int, default=1000)
    parser.add_argument("--items", type=int, default=3, help="new items of each source in each first round")
    parser.add_argument("--rounds", type=int, default=2, help="pairs of rounds")
    parser.add_argument("--pace", type=float, default=2.0, help="seconds between requests to one site")
    parser.add_argument("--idle", type=float, default=60.0, help="seconds to look on while nothing is to be done")
    parser.add_argument("--day-rounds", type=int, default=48, help="rounds of a day by the usual schedule")
    parser.add_argument("--day-news", type=int, default=1, help="every so manieth round has news")
    given = parser.parse_args()
    with TemporaryDirectory(prefix="mediawatch-bench-") as name, sites() as port:
        folder = Path(name)
        catalogue(folder / "sources", given.sources, port, given.pace)
        env = {
            "MEDIAWATCH_LAKE_URL": str(folder / "lake"),
            "MEDIAWATCH_CATALOG_DIR": str(folder / "sources"),
            "MEDIAWATCH_HARVEST_SCHEDULE": NEVER,
            "MEDIAWATCH_ELASTICSEARCH_URL": "",
        }
        without = env | {"MEDIAWATCH_LAKE_URL": str(folder / "lake-without-airflow")}
        costs = {True: Cost(), False: Cost()}
        with running_airflow(folder / "home", env=env) as airflow:
            for number in range(2 * given.rounds):
                is_new = number % 2 == 0
                Site.published.extend([datetime.now(UTC)] * (given.items * is_new))
                one = lived(airflow)
                costs[is_new].busy.append(one.busy)
                costs[is_new].clock.append(one.clock)
                costs[is_new].alone.append(alone(without))
                what = f"{given.sources * given.items} new" if is_new else "nothing new"
                print(
                    f"round {number + 1}: {what:12} {one.clock:7.1f} s, no task at work {one.between:5.1f} s "
                    f"({one.between / one.clock:.1%}), {one.tasks} tasks, {one.busy:7.1f} s of the processor; "
                    f"{costs[is_new].alone[-1]:7.1f} s without Airflow",
                    flush=True,
                )
            before = spent_by(airflow)
            time.sleep(given.idle)
            idle = {name: (now - before[name]) / given.idle for name, now in spent_by(airflow).items()}
            each = ", ".join(f"{name} {share:.1%}" for name, share in idle.items())
            print(f"nothing to be done: {sum(idle.values()):.1%} of a processor ({each})")
            if given.rounds:
                with_news = given.day_rounds // given.day_news
                print(day(costs[True], costs[False], sum(idle.values()), given.day_rounds, with_news))


if __name__ == "__main__":
    main()
