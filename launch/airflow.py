"""An Airflow of our own: started for the demo, for real work on one machine, and for the tests; gone afterwards."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from launch.airflow_api import FINAL, Api, Task, summary
from launch.airflow_components import (
    API_SERVER,
    COMMANDS,
    DAG_PROCESSOR,
    HOST,
    ROOT,
    SCHEDULER,
    Plan,
    environment,
    free_port,
    name_of,
    servers,
    spawn_module,
)
from launch.airflow_login import Login
from launch.claims import claim_of, end_leftovers, sole_use, write_claims
from launch.console import Progress
from launch.elasticsearch_server import reaches
from launch.patience import Manner, Patience, Stalled, Watch, size_below, size_of
from launch.sessions import Counted, Effort, stop_session
from launch.stopping import STOPPING
from launch.supervision import Supervisor, load, tail
from mediawatch.errors import BadConfiguration, Unavailable

__all__ = ["HOST", "Airflow", "end_earlier", "environment", "free_port", "running_airflow"]

CLAIMS = "processes.json"
MIGRATION_EFFORT_SECONDS = 300.0
MIGRATION_TRIES = 3
START_EFFORT_SECONDS = 600.0
PARSING_EFFORT_SECONDS = 90.0
WAKING_EFFORT_SECONDS = 60.0
WAKING_SECONDS = 600.0
"""An idle scheduler takes an hour for that effort; who waits for a lost event can start the run by hand long before."""
RUN_QUIET_SECONDS = 600.0
"""A task that its scheduler lost is taken up again after about 150 s, a failed one after one minute or more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Airflow:
    """A running Airflow: `url` is its UI, `began_at` the instant before its first process was started."""

    url: str
    home: Path
    api: Api
    supervisor: Supervisor
    progress: Progress
    login: Login | None = None
    workers: Sequence[str] = ()
    began_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def log(self, command: str) -> Path:
        """What the component `command` (`scheduler`) prints."""
        return self.home / f"{command}.log"

    def trigger(self, dag_id: str, conf: Mapping[str, object] | None = None) -> str:
        """Start a run of `dag_id`, once it is parsed, and return its id."""
        self.await_dag(dag_id)
        self.api.unpause(dag_id)
        return self.api.trigger(dag_id, conf or {})

    def await_dag(self, dag_id: str) -> None:
        """Return once Airflow knows the DAG.  Raises Unavailable with the import error when it cannot be parsed."""
        watch = self._watch(DAG_PROCESSOR, most_effort=PARSING_EFFORT_SECONDS)
        for _ in self._ticks(f"the DAG {dag_id} to be parsed", watch):
            if self.api.has_dag(dag_id):
                return
            for file, trace in self.api.import_errors().items():
                raise Unavailable(f"Airflow cannot import {file}:\n{trace}")

    def wait(self, dag_id: str, run_id: str, *, ceiling: float | None = None, progress: Progress | None = None) -> str:
        """`success` or `failed`, once the run has ended.

        `progress` gets a line whenever a task changed its state, and what the run waits for.  Raises Unavailable when
        nothing of the run has moved for ten minutes, after `ceiling` seconds if given, or when Airflow is in trouble.
        """
        watching = RunWatch(self, dag_id, run_id)
        what = f"{dag_id} to end"
        patience = Patience(what, watching.watch(), progress or _silent, Manner(quiet_seconds=RUN_QUIET_SECONDS))
        for _ in self._checked(patience):
            for line in watching.look():
                patience.say(line)
            if watching.state in FINAL:
                return watching.state
            if ceiling is not None and patience.waited > ceiling:
                break
        raise self._trouble(f"Gave up after {ceiling:.0f} s of waiting for {what}", SCHEDULER)

    def await_woken(self, dag_id: str, *, by: tuple[str, str], ceiling: float = WAKING_SECONDS) -> str:
        """Wait for the run of `dag_id` that an asset event started after the run `by` (DAG, run id) was asked for.

        Raises Stalled when the scheduler has had time enough for it and has not done it, or after `ceiling` seconds.
        """
        since = self.api.created_at(*by)
        watch = self._watch(SCHEDULER, most_effort=WAKING_EFFORT_SECONDS, counted="leaders")
        patience = Patience(f"{dag_id} to be woken by {by[0]}", watch, self.progress)
        for _ in self._checked(patience):
            if runs := self.api.asset_runs(dag_id, since=since):
                return runs[0]
            if patience.waited > ceiling:
                break
        raise Stalled(f"{by[0]} did not wake {dag_id} within {ceiling:.0f} s. Its log: {self.log(SCHEDULER)}")

    def task_states(self, dag_id: str, run_id: str) -> Mapping[str, str]:
        """Task -> state; a mapped task has one entry an instance, as `fetch_shard[2]`."""
        return self.api.task_states(dag_id, run_id)

    def complaints(self, dag_id: str, run_id: str, *, lines: int = 25) -> str:
        """The end of the log of every failed task: what a person reads first after a red run."""
        failed = [task for task in self.api.tasks(dag_id, run_id) if task.state in {"failed", "up_for_retry"}]
        logs = {task.label: self.api.log(task).splitlines()[-lines:] for task in failed}
        return "\n".join(f"{label}:\n  " + "\n  ".join(log) for label, log in logs.items())

    def ailment(self) -> str:
        """What is wrong with Airflow at this moment; empty when every component is healthy."""
        ill = {name: state for name, state in self.api.health().items() if state != "healthy"}
        return ", ".join(f"{name}: {state}" for name, state in ill.items())

    def _watch(self, command: str, *, most_effort: float, counted: Counted = "all") -> Watch:
        effort = Effort(lambda: [self.supervisor.leader(name_of(command))], counted)
        return Watch(
            signs={"its log": size_of(self.log(command))},
            log=self.log(command),
            effort=effort,
            most_effort=most_effort,
        )

    def _ticks(self, what: str, watch: Watch) -> Iterator[None]:
        return self._checked(Patience(what, watch, self.progress))

    def _checked(self, patience: Patience) -> Iterator[None]:
        for _ in patience.ticks():
            self.supervisor.check()
            yield

    def _trouble(self, sentence: str, command: str) -> Unavailable:
        log = self.log(command)
        return Unavailable(f"{sentence} ({load()}). The end of the log of Airflow's {command} ({log}):\n{tail(log)}")


class RunWatch:
    """One run of a DAG while somebody waits for it."""

    def __init__(self, airflow: Airflow, dag_id: str, run_id: str) -> None:
        self._airflow = airflow
        self._dag_id = dag_id
        self._run_id = run_id
        self._told = ""
        self._states: Mapping[str, str] = {}
        self._failures: set[tuple[str, int]] = set()
        self.state = ""

    def watch(self) -> Watch:
        """What moves while it is on its way: states, logs, what its tasks ask of the processors, another run that it
        waits for."""
        logs = self._airflow.home / "logs"
        supervisor, names = self._airflow.supervisor, (SCHEDULER, *self._airflow.workers)
        tasks = Effort(lambda: [supervisor.leader(name_of(name)) for name in names], "led")
        own_logs = logs / f"dag_id={self._dag_id}"
        return Watch(
            signs={"the states of its tasks": lambda: self._told, "the logs of its tasks": size_below(own_logs)},
            log=own_logs / f"run_id={self._run_id}",
            effort=tasks,
        )

    def look(self) -> list[str]:
        """Ask for the states; lines for people when there is news."""
        tasks = self._airflow.api.tasks(self._dag_id, self._run_id)
        self._states = {task.label: task.state for task in tasks}
        self.state = self._airflow.api.state(self._dag_id, self._run_id)
        line = f"{self._dag_id}: {self._said()}"
        if line == self._told:
            return []
        self._told = line
        return [line, *(self._failure(task) for task in tasks if self._is_new_failure(task))]

    def _is_new_failure(self, task: Task) -> bool:
        if task.state != "up_for_retry" or (task.label, task.attempt) in self._failures:
            return False
        self._failures.add((task.label, task.attempt))
        return True

    def _failure(self, task: Task) -> str:
        said = [line for line in self._airflow.api.log(task).splitlines() if "rror" in line or "xception" in line]
        return (
            f"  {task.label} failed and will be tried again: {(said or ['its log does not say why'])[-1].strip()[:300]}"
        )

    def _said(self) -> str:
        states = summary(self._states)
        if self.state != "queued":
            return states
        others = [run for run in self._airflow.api.active_runs(self._dag_id) if run.run_id != self._run_id]
        before = f", behind {', '.join(map(str, others))}" if others else ""
        return f"queued{before}; {states}" if states else f"queued{before}"


@contextmanager
def running_airflow(
    home: Path,
    *,
    env: Mapping[str, str] | None = None,
    port: int | None = None,
    login: Login | None = None,
    progress: Progress = print,
    for_ever: bool = False,
    workers: Sequence[str] = (),
) -> Iterator[Airflow]:
    """An Airflow with the project's DAGs on the loopback, from healthy to gone without a trace.

    `home` keeps its database and logs; `env` is added to the environment (MEDIAWATCH_ settings, AIRFLOW__ options).
    Without `login` everybody is an administrator; one that is in the database is put there.  A component that ends is
    started again, with `for_ever` as often as it takes.  `workers` are Celery workers to run beside it, for which `env`
    names executor, broker and database.  What a killed process left behind on the same `home` is ended first.
    Raises BadConfiguration when `port` or `home` is in use, Unavailable when Airflow does not come up.
    """
    home.mkdir(parents=True, exist_ok=True)
    with sole_use(home, "Airflow"):
        end_earlier(home, progress)
        check_database(home)
        plan = Plan(
            home=home,
            port=free_port(port),
            variables=env or {},
            login=login,
            workers=workers,
            task_port=free_port() if workers else None,
        )
        began_at = datetime.now(UTC)
        _roll_logs(plan)
        _prepare(plan, home / CLAIMS, progress)
        progress(f"Starting Airflow (its logs are {home}/{{{','.join(plan.components)}}}.log) ...")
        supervisor = Supervisor(servers(plan), home / CLAIMS, progress, for_ever=for_ever)
        with ExitStack() as stack:
            stack.callback(supervisor.stop)  # before anything is started: a signal may come the moment after
            stack.callback(progress, "Stopping Airflow ...")
            supervisor.start()
            airflow = Airflow(
                url=plan.url,
                home=home,
                api=Api(url=plan.url, login=login, check=supervisor.check),
                supervisor=supervisor,
                progress=progress,
                login=login,
                workers=workers,
                began_at=began_at,
            )
            _await_health(airflow, plan)
            supervisor.settle()
            yield airflow


def end_earlier(home: Path, progress: Progress) -> None:
    """End an Airflow that a killed launcher left on `home`.  Raises BadConfiguration when its launcher still runs."""
    if end_leftovers(home / CLAIMS):
        progress("Ended an Airflow that an earlier run had left behind.")


def check_database(home: Path) -> None:
    """Raises BadConfiguration when Airflow's database in `home` is damaged."""
    file = home / "airflow.db"
    if not file.exists():
        return
    try:
        with closing(sqlite3.connect(file, timeout=30)) as database:
            (found,) = database.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        found = str(error)
    if found != "ok":
        raise BadConfiguration(
            f"Airflow's database {file} is damaged ({found.splitlines()[-1]}). It holds the history of runs and "
            f"nothing of the lake: move it away (mv {file} {file}.damaged) and start again."
        )


def _roll_logs(plan: Plan) -> None:
    """Begin each component's log anew; the one before is kept beside it."""
    for command in (*plan.components, "db-migrate"):
        log = plan.log(command)
        if log.exists():
            log.replace(log.with_suffix(".log.1"))


def _prepare(plan: Plan, claims: Path, progress: Progress) -> None:
    """Make Airflow's database, or bring it to the version at hand, with its administrator.  Raises Unavailable."""
    _run_to_end(["airflow", "db", "migrate"], plan, claims, progress)
    if plan.login and plan.login.in_database:
        admin = ["--admin", plan.login.username, "--password-file", str(plan.login.file)]
        _run_to_end(["launch.airflow_users", *admin], plan, claims, progress)


def _run_to_end(words: Sequence[str], plan: Plan, claims: Path, progress: Progress) -> None:
    log, environ = plan.log("db-migrate"), environment(plan)
    for last in (False,) * (MIGRATION_TRIES - 1) + (True,):
        process: subprocess.Popen[bytes] | None = None
        try:
            with STOPPING.held():  # a signal that waited for the end of this block finds the process known
                process = spawn_module(words, log, environ)
                write_claims(claims, [claim_of(process.pid)])
            watch = Watch(
                signs={"its log": size_of(log)},
                log=log,
                effort=Effort(lambda: [process.pid]),  # noqa: B023 - used within this round only
                most_effort=MIGRATION_EFFORT_SECONDS,
            )
            for _ in Patience("Airflow's database to be ready", watch, progress).ticks():
                if process.poll() is not None:
                    break
        finally:
            if process is not None:
                _end_migration(process, claims)
        if process.returncode == 0:
            return
        if last:
            raise Unavailable(
                f"Airflow's database could not be made ready (exit code {process.returncode}). The end of the log "
                f"({log}):\n{tail(log)}"
            )
        progress(f"Airflow's database could not be made ready (exit code {process.returncode}); trying again.")
        time.sleep(2)


def _end_migration(process: subprocess.Popen[bytes], claims: Path) -> None:
    with STOPPING.ending():
        stop_session(process.pid)
        process.wait()
        claims.unlink(missing_ok=True)


def _await_health(airflow: Airflow, plan: Plan) -> None:
    """Return once all components are healthy and the pools of the DAGs are there."""
    watch = Watch(
        signs={f"the log of its {command}": size_of(airflow.log(command)) for command in COMMANDS},
        log=airflow.log(API_SERVER),
        effort=Effort(airflow.supervisor.leaders),
        most_effort=START_EFFORT_SECONDS,
    )
    patience = Patience("Airflow to come up", watch, airflow.progress)
    for _ in airflow._checked(patience):
        if not airflow.ailment() and (plan.task_port is None or reaches(HOST, plan.task_port)):
            break
    for name, pool in json.loads((ROOT / "dags" / "pools.json").read_text()).items():
        airflow.api.ensure_pool(name, pool)
    airflow.progress(f"Airflow is up after {patience.waited:.0f} s: {airflow.url}")


def _silent(line: str) -> None:
    """A Progress for those who do not watch."""
