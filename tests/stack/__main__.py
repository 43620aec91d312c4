"""`make test-stack`: a day's work through Celery with the lake on S3, while one process after the other fails.

    python -m tests.stack [--only worker,redis] [--days 20] [--folder DIR] [--write]

Starts the stack (`launch/stack.py`) and the invented newsroom, replays the past, and lives through today again and
again: by one process on a disk, by the workers undisturbed, and with each fault of `tests/stack/faults.py`.  Before
each run lake and index are put back as they were.  Every run has to end with the same ledger, index, alerts and
messages.
Exits with 1 when one does not; `--write` puts the table into docs/faults.md.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter

from demo.__main__ import environment_of
from demo.replay import Replay, replay
from devsites import Hardships, Newsroom
from launch.console import Progress, leave, teller
from launch.patience import Stalled
from launch.stack import Stack, running_stack
from mediawatch.context import open_context
from mediawatch.keywords.watching.watchlist import RECIPIENTS
from mediawatch.lake.opening import open_store
from mediawatch.records import now
from mediawatch.search import connect
from mediawatch.settings import Settings, read_settings
from mediawatch.workflow.closing import days_to_build
from mediawatch.workflow.watch import days_to_watch
from tests.stack.day import Day, Documents, added, copy_lake, day_in, documents_in, put_back
from tests.stack.faults import FAULTS, Accident, Fault
from tests.support.sinks import HttpSink

ROOT = Path(__file__).resolve().parents[2]
REPORT = ROOT / "docs" / "faults.md"
PAST = "past.json"
"""The hour from which the sites are seen, their port, and what the index held before that day."""
DAGS = ("harvest_news", "build_day", "watch_keywords")
ROUNDS = 3
"""So often the chain of DAGs is run at most: the hours that follow take up what a fault has left."""
MOST_SHOWN, MOST_CHARACTERS = 10, 300
PARTS = ("ledger", "index", "alerts", "messages")
PACE_SECONDS = 0.5
"""Between two requests to a site, so that fetching lasts long enough to be disturbed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lived:
    """One run of the day: what came of it, how long it took, which tasks were tried again, and how often the chain of
    DAGs was run."""

    name: str
    how: str
    day: Day
    seconds: float
    again: tuple[str, ...] = ()
    rounds: int = 1
    most_at_once: int = 1
    errors: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Trial:
    """Everything that a run needs."""

    folder: Path
    stack: Stack
    sites: Newsroom
    sink: HttpSink
    progress: Progress
    moment: datetime
    before: Documents = field(default_factory=dict)

    @property
    def settings(self) -> Settings:
        """Those of the workers."""
        return self.stack.settings

    def put_back(self, lake: str) -> None:
        """Lake, index and outbox as they were before today."""
        self._end_runs()
        copied = copy_lake(open_store(str(self.folder / "past")), open_store(lake))
        with_client = connect(self.settings)
        put_back(with_client, self.before)
        with_client.close()
        self.sink.received.clear()
        self.sites.forget_traffic()
        self.progress(f"  {copied} objects of the past put back")

    def _end_runs(self) -> None:
        """Nothing of an earlier run may go on in the new lake."""
        api = self.stack.airflow.api
        for dag in DAGS:
            self.stack.airflow.await_dag(dag)
            api.pause(dag)
        for run in api.active_runs():
            api.fail(run)
        while api.active_runs():
            time.sleep(1)

    def day_of(self, lake: str) -> Day:
        """What the day has become."""
        client = connect(self.settings)
        documents = added(self.before, documents_in(client))
        client.close()
        return day_in(open_store(lake), self.moment, documents, self.sink.received)

    def most_at_once(self) -> int:
        """Of the requests to one site."""
        return max(site.most_at_once for site in self.sites.traffic().values())


def alone(trial: Trial) -> Lived:
    """The day by three commands, one process after the other, on a lake on the disk."""
    lake = str(trial.folder / "alone")
    trial.put_back(lake)
    settings = trial.settings.model_copy(update={"lake_url": lake})
    began = time.monotonic()
    for command in (["harvest"], ["build", "--day", "today"], ["watch", "run"]):
        done = subprocess.run(
            [sys.executable, "-m", "mediawatch.cli.main", *command],
            env=os.environ | environment_of(settings),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise AssertionError(f"mediawatch {' '.join(command)} ended with {done.returncode}: {done.stderr[-2000:]}")
    return Lived(
        name="one process, lake on a disk",
        how="undisturbed",
        day=trial.day_of(lake),
        seconds=time.monotonic() - began,
        most_at_once=trial.most_at_once(),
    )


def through_workers(trial: Trial, fault: Fault | None = None) -> Lived:
    """The day through Celery with the lake on S3, disturbed by `fault`."""
    trial.put_back(trial.settings.lake_url)
    began, again, errors = time.monotonic(), list[str](), list[str]()
    rounds, states = 0, dict[str, str]()
    with ExitStack() as stack:
        accident = fault and stack.enter_context(
            Accident(fault=fault, stack=trial.stack, sites=trial.sites, say=trial.progress)
        )
        while rounds < ROUNDS and (set(states.values()) != {"success"} or has_work_left(trial)):
            is_sealed = states.get(DAGS[0]) == "success"
            states |= live_through(trial, again, DAGS[1:] if is_sealed else DAGS)
            rounds += 1
    if accident:
        errors += accident.errors
        errors += [
            f"it never happened {moment.text}" for moment in accident.fault.moments if moment.text not in accident.done
        ]
    if set(states.values()) != {"success"}:
        errors.append(f"the runs ended as {states}")
    await_well(trial)
    return Lived(
        name=fault.process if fault else "two workers, lake on S3",
        how=fault.said if fault else "undisturbed",
        day=trial.day_of(trial.settings.lake_url),
        seconds=time.monotonic() - began,
        again=tuple(again),
        rounds=rounds,
        most_at_once=trial.most_at_once(),
        errors=tuple(errors),
    )


def has_work_left(trial: Trial) -> bool:
    """Whether the runs of the next hour would find something to do for the day."""
    context, day = open_context(trial.settings), trial.moment.date()
    return day in {*days_to_build(context), *days_to_watch(context)}


def live_through(trial: Trial, again: list[str], dags: Sequence[str]) -> dict[str, str]:
    """Run `dags` once, as their assets wake one another, or without a harvest as the hour does; {DAG: how it ended}."""
    airflow, states = trial.stack.airflow, {}
    for dag in DAGS:
        airflow.await_dag(dag)
        airflow.api.unpause(dag)
    before: tuple[str, str] | None = None
    for dag in dags:
        run = woken(trial, dag, before) if before and dags == DAGS else airflow.trigger(dag)
        states[dag] = airflow.wait(dag, run, ceiling=1500, progress=lambda _: None)
        again += [f"{dag} {task.label}" for task in airflow.api.tasks(dag, run) if task.attempt > 1]
        before = (dag, run)
    return states


def woken(trial: Trial, dag: str, by: tuple[str, str]) -> str:
    """The run that the one before woke; started by hand where its event was lost, as the hour would."""
    try:
        return trial.stack.airflow.await_woken(dag, by=by)
    except Stalled:
        trial.progress(f"  {by[0]} did not wake {dag}; starting it")
        return trial.stack.airflow.trigger(dag)


def await_well(trial: Trial) -> None:
    """Return once every component is well again."""
    deadline = time.monotonic() + 300
    while (ailment := trial.stack.airflow.ailment()) and time.monotonic() < deadline:
        time.sleep(1)
    if ailment:
        raise AssertionError(f"not well after the fault: {ailment}")


def main() -> None:
    """Parse the options and run."""
    parser = argparse.ArgumentParser(prog="python -m tests.stack", description=__doc__)
    parser.add_argument("--only", default="", help="names of faults, comma-separated; `none` for none")
    parser.add_argument("--days", type=int, default=20, help="of past; fewer than 20 make no alert")
    parser.add_argument(
        "--folder", type=Path, help="where everything is kept; else a temporary one, removed at the end"
    )
    parser.add_argument("--write", action="store_true", help="write docs/faults.md")
    leave(lambda: run(parser.parse_args()))


def run(options: argparse.Namespace) -> int:
    """All runs; the exit code."""
    names = [name for name in options.only.split(",") if name]
    faults = [fault for fault in FAULTS if not names or fault.name in names]
    with ExitStack() as stack:
        folder = options.folder
        if folder is None:
            folder = Path(tempfile.mkdtemp(prefix="mediawatch-stack-", dir="/var/tmp"))
            folder.chmod(0o755)
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
        trial = opened(stack, folder.resolve(), options.days, teller())
        lived: list[Lived] = []
        for name, live in runs(trial, faults):
            lived.append(kept_or_lived(trial, name, live))
            told(trial, lived)
            if options.write:
                REPORT.write_text(page(lived), encoding="utf-8")
    return 1 if any(wrong(lived[0], each) for each in lived) else 0


def runs(trial: Trial, faults: Sequence[Fault]) -> list[tuple[str, Callable[[], Lived]]]:
    """All runs by name, the one that the others are compared with first."""
    disturbed = [(fault.name, partial(through_workers, trial, fault)) for fault in faults]
    return [("alone", partial(alone, trial)), ("undisturbed", partial(through_workers, trial)), *disturbed]


def kept_or_lived(trial: Trial, name: str, live: Callable[[], Lived]) -> Lived:
    """What an earlier, broken-off test of the same past wrote down of the run `name`, or the run itself."""
    codec = TypeAdapter(Lived)
    file = trial.folder / "runs" / f"{trial.moment:%Y%m%dT%H%M%S}-{name}.json"
    if file.exists():
        return codec.validate_json(file.read_bytes())
    trial.progress(f"Now: {name}")
    lived = live()
    file.parent.mkdir(exist_ok=True)
    file.with_suffix(".new").write_bytes(codec.dump_json(lived))
    file.with_suffix(".new").replace(file)
    return lived


def opened(stack: ExitStack, folder: Path, days: int, progress: Progress) -> Trial:
    """The newsroom, the stack and the past."""
    kept = _kept(folder)
    sites = stack.enter_context(Newsroom(port=kept["port"] if kept else 0))
    sink = stack.enter_context(HttpSink())
    sites.catalogue(folder / "sources")
    sites.names(folder / "aliases")
    sites.watchlists(folder / "watchlists")
    channels = [{"name": "hook", "url": sink.url}]
    recipients = [{"name": "desk", "language": "zh", "channels": channels}]
    (folder / "watchlists" / RECIPIENTS).write_text(yaml.safe_dump(recipients), encoding="utf-8")
    given = read_settings(
        {},
        catalog_dir=folder / "sources",
        aliases_dir=folder / "aliases",
        watchlists_dir=folder / "watchlists",
        shards=2,
        checkpoint_pages=8,
        harvest_schedule="0 0 29 2 *",
    )
    running = stack.enter_context(
        running_stack(folder / "stack", progress=progress, given=given, environ={"PATH": os.environ["PATH"]})
    )
    if not kept:
        past = running.settings.model_copy(update={"lake_url": str(folder / "past")})
        replay(Replay(settings=past, sites=sites, progress=progress, check=running.index.check), days)
        port = int(sites.outlets[0].base_url.rpartition(":")[2])
        client = connect(running.settings)
        kept = {"at": now().isoformat(), "port": port, "before": documents_in(client)}
        client.close()
        (folder / PAST).write_text(json.dumps(kept), encoding="utf-8")
    moment = datetime.fromisoformat(kept["at"])
    sites.set_now(moment)
    sites.set_hardships(Hardships())
    for entry in (folder / "sources").glob("*.yaml"):
        slow = yaml.safe_load(entry.read_text(encoding="utf-8"))
        slow["pace"]["delay_seconds"] = PACE_SECONDS
        entry.write_text(yaml.safe_dump(slow, allow_unicode=True), encoding="utf-8")
    trial = Trial(folder=folder, stack=running, sites=sites, sink=sink, progress=progress, moment=moment)
    os.environ.update({name: value for name, value in running.variables.items() if name.startswith("AWS_")})
    trial.before = kept["before"]
    return trial


def _kept(folder: Path) -> dict[str, Any] | None:
    """What an earlier run in the same folder says of the past, where it is still the same day."""
    try:
        kept: dict[str, Any] = json.loads((folder / PAST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return kept if datetime.fromisoformat(kept["at"]).date() == now().date() else None


# -- the report


def wrong(first: Lived, lived: Lived) -> list[str]:
    """What is not as in the first run."""
    differences = first.day.differences(lived.day)
    found = [f"{part} {line}" for part in PARTS for line in differences[part]]
    if lived.most_at_once > 1:
        found.append(f"a site was asked {lived.most_at_once} times at once")
    if not (lived.day.ledger and lived.day.index and lived.day.alerts and lived.day.messages):
        found.append("there is nothing to compare")
    return [*found, *lived.errors]


def told(trial: Trial, lived: Sequence[Lived]) -> None:
    """Say how the last run was."""
    last = lived[-1]
    sizes = ", ".join(f"{len(getattr(last.day, part))} {part}" for part in PARTS)
    trial.progress(
        f"{last.name}, {last.how}: {last.seconds:.0f} s, {sizes}; again: {', '.join(last.again) or 'nothing'}"
    )
    found = wrong(lived[0], last)
    (trial.folder / f"run-{len(lived)}.txt").write_text("\n".join(found), encoding="utf-8")
    for line in found[:MOST_SHOWN]:
        trial.progress(f"  WRONG: {line[:MOST_CHARACTERS]}")


def page(lived: Sequence[Lived]) -> str:
    """docs/faults.md."""
    first = lived[0]
    lines = [
        f"| {' | '.join(cells)} |"
        for cells in (HEADS, ["---"] * len(HEADS), *(cells_of(first, each) for each in lived))
    ]
    sizes = ", ".join(f"{part} {len(getattr(first.day, part)):,}" for part in PARTS)
    day = f"{datetime.now(UTC):%Y-%m-%d}"
    return PAGE.format(day=day, sizes=sizes, table="\n".join(lines), left_out=left_out(lived))


def left_out(lived: Sequence[Lived]) -> str:
    """The faults of the list that nobody has tried yet, one a line."""
    tried = {(each.name, each.how) for each in lived}
    names = [f"- {fault.process}, {fault.said}" for fault in FAULTS if (fault.process, fault.said) not in tried]
    return "\n".join(["Not tried in that run:", "", *names]) if names else "All faults of the list were tried."


HEADS = ("process", "what happened", "seconds", "tried again", "ledger", "index", "alerts", "messages", "at once")


def cells_of(first: Lived, lived: Lived) -> list[str]:
    """One line of the table."""
    differences = first.day.differences(lived.day)
    again = ", ".join(dict.fromkeys(lived.again)) or "nothing"
    again += "; the rest by the next hour's runs" if lived.rounds > 1 else ""
    equal = ["equal" if not differences[part] else f"{len(differences[part])} lines differ" for part in PARTS]
    return [lived.name, lived.how, f"{lived.seconds:.0f}", again, *equal, str(lived.most_at_once)]


PAGE = """\
# Faults

What happens to a day's work when a process of a larger deployment fails in the middle of it. Written by
`make test-stack`, which starts [the stack](operating.md#several-processes-on-one-machine-make-stack) and the invented
newsroom, puts lake and index back as they were, and lives through today once for each line: harvest, build and watch by
Airflow's workers, with the lake on S3. What is killed is started again at once; what is cut off is stopped, so that its
connections stay open and nothing comes.

The first line is what all others have to equal, in lines: {sizes}.
The hours and the names of runs are left out of the comparison, and so are the lines of a list of most read articles:
of several pages that carry it the one fetched last counts, which follows the order in which pages came. Documents about
days before are not compared.

Last run: {day}.

{table}

*tried again*: tasks that Airflow tried more than once; what was green and left something for later, such as articles
that wait for Elasticsearch, is taken up by the next hour's runs, which are then started at once. *at once*: the most
requests that one site was asked at the same time.

{left_out}
"""


if __name__ == "__main__":
    main()
