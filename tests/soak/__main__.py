"""`make soak`: many days of the invented newsroom in a row, with a fault on more than every other of them.

    python -m tests.soak [--days 200] [--seed 1] [--folder DIR] [--write]

Each day has a harvest at noon and one in the evening, each built, watched and told at once, and is closed in the
morning after; each part is a process of its own, as Airflow's tasks are.  The clock is set, so that a day takes
seconds.  By seed a part is killed at one of its writes, the answer to a write is lost, the index is away, or the
channel refuses or does not answer; then the part is lived through again, as a task is tried again.

After each day its ledger has to balance, with every article that the sites announced in it and no other.  At the end
memory and time a day have to be flat, the disk as the first third of the days foretold, and every alert told once.
Exits with 1 when something is not so; `--write` puts the table into docs/soak.md.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import yaml

from devsites import NO_HARDSHIPS, Newsroom
from mediawatch.context import open_context
from mediawatch.keywords.detect_stage import alerts_of
from mediawatch.keywords.watching.watchlist import RECIPIENTS
from mediawatch.lake.opening import open_store
from mediawatch.lake.store import Store
from mediawatch.pipeline.admitted import admissions_of
from mediawatch.settings import Settings
from mediawatch.workflow.reporting import sums
from tests.soak.checking import Day, megabytes_below, not_told_once, troubles_of, verdicts
from tests.soak.living import HOURS, Fault, Living, Soaked
from tests.support.forking import ROOT
from tests.support.sinks import HttpSink
from tests.support.small_index import small_index

REPORT = ROOT / "docs" / "soak.md"
FIRST = date(2026, 1, 5)
SHOWN_EVERY = 5


def main() -> int:
    """Parse the options and soak; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--days", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="where all of it is kept; else a temporary one, removed at the end")
    parser.add_argument("--write", action="store_true", help="write docs/soak.md")
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = options.folder
        if folder is None:
            folder = Path(tempfile.mkdtemp(prefix="mediawatch-soak-"))
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
        soaked = opened(stack, folder.resolve(), options.seed)
        days, troubles = soak(soaked, options.days)
        page = report(days, troubles, options)
        print(page)
        if options.write:
            REPORT.write_text(page, encoding="utf-8")
    return 1 if troubles else 0


def opened(stack: ExitStack, folder: Path, seed: int) -> Soaked:
    """The newsroom before its first day."""
    folder.mkdir(parents=True, exist_ok=True)
    sites = stack.enter_context(Newsroom(hardships=NO_HARDSHIPS))
    sink = stack.enter_context(HttpSink())
    sites.catalogue(folder / "sources")
    sites.names(folder / "aliases")
    sites.watchlists(folder / "watchlists")
    channel = {"name": "hook", "url": sink.url, "idempotent": True}
    desk = {"name": "desk", "language": "zh", "channels": [channel], "messages": ["alerts", "digest"]}
    (folder / "watchlists" / RECIPIENTS).write_text(yaml.safe_dump([desk]), encoding="utf-8")
    index, driver = stack.enter_context(small_index()), stack.enter_context(Living())
    return Soaked(folder=folder, sites=sites, sink=sink, index=index, driver=driver, seed=seed)


def soak(soaked: Soaked, count: int) -> tuple[list[Day], list[str]]:
    """Live through `count` days, a line each; the days, and what is wrong."""
    store, lived, troubles = open_store(str(soaked.folder / "lake")), list[Day](), list[str]()
    for number in range(count):
        day = FIRST + timedelta(days=number)
        one = live(soaked, store, day)
        lived.append(one)
        wrong = [*troubles_of(store, day, soaked.sites, FIRST, HOURS["night"]), *of_index(soaked, store, day)]
        troubles += wrong
        print(line(one), *(f"\n  {trouble}" for trouble in wrong), flush=True)
    end = datetime.combine(FIRST + timedelta(days=count), datetime.min.time(), UTC) + HOURS["night"]
    days = [one.day for one in lived]
    troubles += not_told_once(store, days, soaked.sink.received, end)
    for what, (before, after, is_well) in verdicts(lived).items():
        if not is_well:
            troubles.append(f"{what}: {before:.1f} before, {after:.1f} after")
    return lived, troubles


def live(soaked: Soaked, store: Store, day: date) -> Day:
    """One day."""
    # How many writes a part has is known after the first day.
    fault = Fault.on(day, soaked.seed) if day > FIRST else Fault(what="", part="", share=0.0)
    begun = time.monotonic()
    tries = [ended for _, ended in soaked.live_through(day, fault)]
    clock_seconds = time.monotonic() - begun
    counts = sums(open_context(Settings.model_validate(soaked.settings)), day)
    return Day(
        day=day,
        fault=str(fault),
        tries=len(tries),
        links=counts.get("announced", 0),
        articles=counts.get("admitted", 0),
        alerts=len(alerts_of(store, day)),
        megabytes=max(ended.megabytes for ended in tries),
        seconds=sum(ended.seconds for ended in tries),
        clock_seconds=clock_seconds,
        lake_megabytes=megabytes_below(soaked.folder / "lake"),
    )


def of_index(soaked: Soaked, store: Store, day: date) -> Iterator[str]:
    """Articles of a closed day that the index lacks."""
    admitted = {one.article_id for batch in admissions_of(store, day).values() for one in batch.values()}
    if lacking := admitted - soaked.index.articles.keys():
        yield f"{day}: the index lacks {len(lacking)} articles"


def line(day: Day) -> str:
    """A day as it is printed."""
    return (
        f"{day.day} {day.links:5} links {day.articles:4} articles {day.alerts:3} alerts {day.megabytes:6.0f} MB"
        f" {day.seconds:6.1f} s busy {day.clock_seconds:6.1f} s {day.lake_megabytes:7.1f} MB lake  {day.fault}"
    )


def report(days: Sequence[Day], troubles: Sequence[str], options: argparse.Namespace) -> str:
    """docs/soak.md."""
    found = verdicts(days)
    faults = sum(bool(day.fault) for day in days)
    result = "Nothing was wrong." if not troubles else "\n".join(["What was wrong:", "", *(f"- {t}" for t in troubles)])
    shown = [day for number, day in enumerate(days, 1) if number % SHOWN_EVERY == 0 or number in (1, len(days))]
    return PAGE.format(
        days=len(days),
        seed=options.seed,
        faults=faults,
        links=sum(day.links for day in days),
        articles=sum(day.articles for day in days),
        alerts=sum(day.alerts for day in days),
        result=result,
        verdicts="\n".join(map(_verdict, found.items())),
        every=SHOWN_EVERY,
        rows="\n".join(map(_row, shown)),
    )


def _verdict(found: tuple[str, tuple[float, float, bool]]) -> str:
    what, (before, after, is_well) = found
    names = {
        "megabytes": ("memory of a part, MB", "quarter before the last", "last quarter"),
        "seconds": ("processor seconds of a day", "quarter before the last", "last quarter"),
        "disk": ("lake, MB", "foretold by the first third", "at the end"),
    }
    name, first, last = names[what]
    return f"| {name} | {first}: {before:.1f} | {last}: {after:.1f} | {'yes' if is_well else 'no'} |"


def _row(day: Day) -> str:
    return (
        f"| {day.day} | {day.fault} | {day.links} | {day.articles} | {day.alerts} | {day.megabytes:.0f} MB"
        f" | {day.seconds:.1f} s | {day.lake_megabytes:.1f} MB |"
    )


PAGE = """# Many days in a row

What `make soak` found: {days} days of the [invented newsroom](../devsites/newsroom.py) one after the other, with faults
drawn by seed on {faults} of them. This page is written by `make soak DAYS={days}` (seed {seed}).

Each day has a harvest at noon and one in the evening, each built, watched and told at once, and is closed in the
morning after. Each of these parts is a process of its own, as a task of Airflow is; the clock is set. A fault kills a
part at one of its writes, loses the answer to a write, takes the index away for a part, or lets the channel of the
messages refuse or not answer; the part is then lived through again.

After each day its ledger has to balance and to have every article that the sites announced and no other, and the index
every article that was admitted. At the end every alert has to have been told once: a message that comes again under the
key that it had is one, and so the channel is marked as idempotent.

{result}

| over {days} days, {links} links, {articles} articles and {alerts} alerts | before | after | as it should be |
|---|---|---|---|
{verdicts}

Memory is that of the largest process of a day, the libraries that all of them have in common included; the processes in
which pages are read are not. Memory and time may be 15 % more in the last quarter than in the one before, the disk 10 %
off what was foretold. Every {every}th day:

| day | fault | links | articles | alerts | memory | processor | lake |
|---|---|---|---|---|---|---|---|
{rows}
"""


if __name__ == "__main__":
    raise SystemExit(main())
