"""An Airflow of our own: started for the demo, for real work on one machine, and for the tests; gone afterwards.

`airflow standalone` runs four components under one parent.  It is started as the leader of a session of its own, so
that at the end everything it started can be found, whatever process groups the tasks moved to.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from demo.airflow_api import FINAL, Api, summary
from demo.airflow_process import claim, clear_the_way, stop_session
from mediawatch.errors import BadConfiguration, Unavailable

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
START_CEILING_SECONDS = 240.0
ILL_CEILING_SECONDS = 30.0
POLL_SECONDS = 0.5

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Airflow:
    """A running Airflow: `url` is its UI, `log` what all of its components print."""

    url: str
    home: Path
    log: Path
    process: subprocess.Popen[bytes]
    api: Api

    def trigger(self, dag_id: str, conf: Mapping[str, object] | None = None, *, ceiling: float = 120) -> str:
        """Start a run of `dag_id` and return its id.  Waits up to `ceiling` seconds for the DAG to be parsed."""
        self.await_dag(dag_id, ceiling=ceiling)
        self.api.unpause(dag_id)
        return self.api.trigger(dag_id, conf or {})

    def await_dag(self, dag_id: str, *, ceiling: float = 120) -> None:
        """Return once Airflow knows the DAG.  Raises Unavailable with the import error when it cannot be parsed."""
        for _ in self._until(ceiling, f"the DAG {dag_id} to be parsed"):
            if self.api.has_dag(dag_id):
                return
            for file, trace in self.api.import_errors().items():
                raise Unavailable(f"Airflow cannot import {file}:\n{trace}")

    def wait(self, dag_id: str, run_id: str, *, ceiling: float, progress: Progress | None = None) -> str:
        """`success` or `failed`, once the run has ended.

        `progress` gets a line whenever a task changed its state.  Raises Unavailable after `ceiling` seconds, or when
        Airflow itself is in trouble.
        """
        shown = ""
        for _ in self._until(ceiling, f"{dag_id} {run_id} to end"):
            line = f"{dag_id}: {summary(self.api.task_states(dag_id, run_id))}"
            if progress and line != shown:
                progress(line)
            shown = line
            if (state := self.api.state(dag_id, run_id)) in FINAL:
                return state
        raise AssertionError("unreachable")

    def await_woken(self, dag_id: str, *, by: tuple[str, str], ceiling: float = 120) -> str:
        """Wait for the run of `dag_id` that an asset event started after the run `by` (DAG, run id) was asked for."""
        since = self.api.created_at(*by)
        for _ in self._until(ceiling, f"{dag_id} to be woken by {by[0]}"):
            if runs := self.api.asset_runs(dag_id, since=since):
                return runs[0]
        raise AssertionError("unreachable")

    def task_states(self, dag_id: str, run_id: str) -> Mapping[str, str]:
        """Task -> state; a mapped task has one entry an instance, as `fetch_shard[2]`."""
        return self.api.task_states(dag_id, run_id)

    def complaints(self, dag_id: str, run_id: str, *, lines: int = 25) -> str:
        """The end of the log of every failed task: what a person reads first after a red run."""
        failed = [task for task in self.api.tasks(dag_id, run_id) if task.state in {"failed", "up_for_retry"}]
        logs = {task.label: self.api.log(task).splitlines()[-lines:] for task in failed}
        return "\n".join(f"{label}:\n  " + "\n  ".join(log) for label, log in logs.items())

    def ailment(self) -> str:
        """What is wrong with Airflow at this moment; empty when every component is running and healthy."""
        if (code := self.process.poll()) is not None:
            return f"it has stopped with exit code {code}"
        ill = {name: state for name, state in self.api.health().items() if state != "healthy"}
        return ", ".join(f"{name}: {state}" for name, state in ill.items())

    def _until(self, ceiling: float, what: str) -> Iterator[None]:
        """Ticks until `ceiling` seconds are over.  Raises Unavailable then, or when Airflow stays ill.

        A component is given time to recover: on a busy machine a heartbeat may come late.
        """
        started = well = asked = time.monotonic()
        while (instant := time.monotonic()) - started < ceiling:
            yield
            if instant - asked > 5:
                asked, ailment = instant, self.ailment()
                well = well if ailment else instant
                if ailment and (instant - well > ILL_CEILING_SECONDS or self.process.poll() is not None):
                    raise self._trouble(f"Airflow is in trouble: {ailment}")
            time.sleep(POLL_SECONDS)
        raise self._trouble(f"Gave up after {ceiling:.0f} s of waiting for {what}")

    def _trouble(self, sentence: str) -> Unavailable:
        return Unavailable(f"{sentence}. The end of its log ({self.log}):\n{_tail(self.log)}")


@contextmanager
def running_airflow(
    home: Path, *, env: Mapping[str, str] | None = None, port: int | None = None, progress: Progress = print
) -> Iterator[Airflow]:
    """An Airflow with the project's DAGs on the loopback, from healthy to gone without a trace.

    `home` keeps its database and logs; `env` is added to the environment (MEDIAWATCH_ settings, AIRFLOW__ options).
    An Airflow that a killed process left behind on the same `home` is ended first.
    Raises BadConfiguration when `port` or `home` is in use, Unavailable when Airflow does not come up.
    """
    home.mkdir(parents=True, exist_ok=True)
    claim_file = home / "standalone.json"
    if clear_the_way(claim_file):
        progress("Ended an Airflow that an earlier run had left behind.")
    airflow = _start(home, env or {}, free_port(port))
    try:
        claim(claim_file, leader=airflow.process.pid, url=airflow.url)
        progress(f"Starting Airflow (its log is {airflow.log}) ...")
        _await_health(airflow, progress)
        yield airflow
    finally:
        progress("Stopping Airflow ...")
        stop_session(airflow.process.pid)
        airflow.process.wait()
        claim_file.unlink(missing_ok=True)


def environment(home: Path, port: int) -> dict[str, str]:
    """The environment of a small Airflow: the caller's, without another Airflow's options, with ours."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("AIRFLOW__", "AIRFLOW_HOME"))}
    no_proxy = ",".join(filter(None, (os.environ.get("NO_PROXY") or os.environ.get("no_proxy"), HOST)))
    return inherited | {
        "AIRFLOW_HOME": str(home.resolve()),
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", ""))),
        "PYTHONPATH": str(ROOT / "include"),
        "PYTHONUNBUFFERED": "1",
        "NO_PROXY": no_proxy,
        "no_proxy": no_proxy,
        **{f"AIRFLOW__{key}": value for key, value in _options(port).items()},
    }


def free_port(port: int | None = None) -> int:
    """`port` when it is free on the loopback, else BadConfiguration; without `port` any free one."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port or 0))
        except OSError as error:
            raise BadConfiguration(
                f"Port {port} on {HOST} is in use; stop what uses it or choose another port."
            ) from error
        return int(probe.getsockname()[1])


def _start(home: Path, env: Mapping[str, str], port: int) -> Airflow:
    log, url = home / "standalone.log", f"http://{HOST}:{port}"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "airflow", "standalone"],
            cwd=ROOT,
            env=environment(home, port) | dict(env),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return Airflow(url=url, home=home, log=log, process=process, api=Api(url=url))


def _options(port: int) -> dict[str, str]:
    return {
        "CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "CORE__PLUGINS_FOLDER": str(ROOT / "plugins"),
        "CORE__LOAD_EXAMPLES": "False",
        "CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        # Everyone is an admin without logging in, which is only sound on the loopback.
        "CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "True",
        "API__HOST": HOST,
        "API__PORT": str(port),
        "API__BASE_URL": f"http://{HOST}:{port}",
        "API__WORKERS": "1",
        "CORE__EXECUTION_API_SERVER_URL": f"http://{HOST}:{port}/execution/",
        # Tokens are only good for this run of Airflow.
        "API_AUTH__JWT_SECRET": secrets.token_hex(32),
        "LOGGING__WORKER_LOG_SERVER_PORT": str(free_port()),
        "LOGGING__TRIGGER_LOG_SERVER_PORT": str(free_port()),
        # A line for every request hides the lines that matter.
        "LOGGING__NAMESPACE_LEVELS": "http.access=WARNING",
        # SQLite: the default of 32 ends in `database is locked`, which kills the scheduler.
        "CORE__PARALLELISM": "4",
        # The default of 5 s holds a slot that long after every task.
        "WORKERS__MIN_HEARTBEAT_INTERVAL": "1",
        # The default of 20 s ends a failed task's process while a slow channel is being told of the failure.
        "CORE__TASK_SUCCESS_OVERTIME": "180",
        # The default of 300 s is how long a new DAG file stays unseen; parsing again costs two processors 5 s a round.
        "DAG_PROCESSOR__REFRESH_INTERVAL": "10",
        "DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "60",
    }


def _await_health(airflow: Airflow, progress: Progress) -> None:
    """Return once all components are healthy and the pools of the DAGs are there."""
    started = time.monotonic()
    while ailment := airflow.ailment():
        if airflow.process.poll() is not None or time.monotonic() - started > START_CEILING_SECONDS:
            raise airflow._trouble(f"Airflow did not come up: {ailment}")
        time.sleep(POLL_SECONDS)
    for name, pool in json.loads((ROOT / "dags" / "pools.json").read_text()).items():
        airflow.api.ensure_pool(name, pool)
    progress(f"Airflow is up after {time.monotonic() - started:.0f} s: {airflow.url}")


def _tail(log: Path, lines: int = 20) -> str:
    with suppress(FileNotFoundError):
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    return ""
