"""The processes that make up Airflow: their environment, their options, how each is started and how it is doing.

`airflow standalone` would run the same four, but it looks alive when one of them has died and leaves them behind when
it is ended by SIGTERM.
"""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from launch.airflow_api import Api
from launch.airflow_login import ALL_ADMINS, Login
from launch.elasticsearch_server import reaches
from launch.sessions import tied_to_us
from launch.supervision import Server
from mediawatch.errors import BadConfiguration

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
# There is no triggerer: no task waits for anything in one.
API_SERVER, SCHEDULER, DAG_PROCESSOR = COMMANDS = ("api-server", "scheduler", "dag-processor")
TASK_API = "task-api"
"""The api-server's part that tasks report to, where that is a server of its own, as in docker-compose.yml."""
HEALTH_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """An Airflow to be: where its database and logs are, on which port, with which variables, and who may use it.

    Without `workers` its scheduler runs the tasks; with some, the variables name the executor that feeds them.  With
    `task_port` tasks report to a server of their own.
    """

    home: Path
    port: int
    variables: Mapping[str, str]
    login: Login | None = None
    workers: Sequence[str] = ()
    task_port: int | None = None

    @property
    def components(self) -> tuple[str, ...]:
        """The names of its processes, the one first that the others talk to."""
        return (*COMMANDS, *([TASK_API] if self.task_port else []), *self.workers)

    @property
    def url(self) -> str:
        """Where its UI and its REST interface are."""
        return f"http://{HOST}:{self.port}"

    def log(self, command: str) -> Path:
        """What the component `command` prints."""
        return self.home / f"{command}.log"


def name_of(command: str) -> str:
    """A component as people are told of it."""
    return f"Airflow's {command}"


def servers(plan: Plan) -> list[Server]:
    """The components as servers to supervise; the one that the others and their tasks talk to is the first."""
    pulse = Pulse(Api(url=plan.url).health_report)
    environ = environment(plan)
    options = {API_SERVER: " --apps core"} if plan.task_port else {}

    def server(command: str) -> Server:
        return Server(
            name=name_of(command),
            log=plan.log(command),
            spawn=lambda: spawn(f"{command}{options.get(command, '')}", plan.log(command), environ),
            is_well=lambda: pulse.is_well(command),
        )

    def task_api(port: int) -> Server:
        return Server(
            name=name_of(TASK_API),
            log=plan.log(TASK_API),
            spawn=lambda: spawn(f"api-server --apps execution --port {port}", plan.log(TASK_API), environ),
            is_well=lambda: reaches(HOST, port),
        )

    def worker(name: str) -> Server:
        return Server(name=name_of(name), log=plan.log(name), spawn=lambda: spawn_worker(plan, name, environ))

    of_tasks = [task_api(plan.task_port)] if plan.task_port else []
    return [*map(server, COMMANDS), *of_tasks, *map(worker, plan.workers)]


def spawn(command: str, log: Path, environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start `airflow command` as the leader of a session of its own; what it prints is added to `log`."""
    return spawn_module(["airflow", *command.split()], log, environ)


def spawn_module(words: Sequence[str], log: Path, environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """The same for `python -m` and any `words`."""
    with log.open("ab") as output:
        return subprocess.Popen(
            tied_to_us([sys.executable, "-m", *words]),
            cwd=ROOT,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def spawn_worker(plan: Plan, name: str, environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start the Celery worker `name`, with a home and temporary files of its own, as on a machine of its own."""
    home = plan.home / name
    (home / "tmp").mkdir(parents=True, exist_ok=True)
    # Its log server would answer on every interface; the logs of tasks are in a folder that the api-server sees.
    command = f"celery worker --celery-hostname {name} --skip-serve-logs --without-mingle --without-gossip"
    own = {"AIRFLOW_HOME": str(home.resolve()), "TMPDIR": str((home / "tmp").resolve())}
    return spawn(command, plan.log(name), {**environ, **own})


class Pulse:
    """How the components are, by Airflow's own report, which all of them share for some seconds.

    One whose heartbeat is late but still comes is busy, not ill.  Of what the api-server does not report, it alone is
    to blame.
    """

    def __init__(
        self, ask: Callable[[], Mapping[str, Any] | None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._ask = ask
        self._clock = clock
        self._asked_at = float("-inf")
        self._report: Mapping[str, Any] | None = None
        self._beats: dict[str, object] = {}
        self._lock = threading.Lock()

    def is_well(self, command: str) -> bool:
        """Whether the component `command` works, or nothing can be said against it."""
        with self._lock:
            if self._clock() - self._asked_at > HEALTH_SECONDS:
                self._report = self._ask()
                self._asked_at = self._clock()
            if self._report is None or command == API_SERVER:
                return self._report is not None or command != API_SERVER
            name = command.replace("-", "_")
            found = self._report.get(name) or {}
            beat = found.get(f"latest_{name}_heartbeat")
            has_beaten = beat != self._beats.get(name)
            self._beats[name] = beat
            return found.get("status") == "healthy" or has_beaten


TELEMETRY = ("AIRFLOW__METRICS__OTEL_ON", "AIRFLOW__TRACES__OTEL_ON")
"""Airflow's own switches of OpenTelemetry, which the caller may set."""


def environment(plan: Plan) -> dict[str, str]:
    """The environment of a small Airflow: the caller's, without another Airflow's options but TELEMETRY, with ours."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("AIRFLOW__", "AIRFLOW_HOME"))}
    inherited.pop("AIRFLOW_ADMIN_PASSWORD", None)
    no_proxy = ",".join(filter(None, (os.environ.get("NO_PROXY") or os.environ.get("no_proxy"), HOST)))
    inherited |= {key: os.environ[key] for key in TELEMETRY if key in os.environ}
    return inherited | {
        "AIRFLOW_HOME": str(plan.home.resolve()),
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", ""))),
        "PYTHONPATH": str(ROOT / "include"),
        "PYTHONUNBUFFERED": "1",
        "NO_PROXY": no_proxy,
        "no_proxy": no_proxy,
        **{f"AIRFLOW__{key}": value for key, value in _options(plan).items()},
        **(plan.login.options if plan.login else {ALL_ADMINS: "True"}),
        **plan.variables,
    }


def free_port(port: int | None = None) -> int:
    """`port` when it is free on the loopback, else BadConfiguration; without `port` any free one."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port or 0))
        except (OSError, OverflowError) as error:
            raise BadConfiguration(
                f"Port {port} on {HOST} is in use; stop what uses it or choose another port."
            ) from error
        return int(probe.getsockname()[1])


def _options(plan: Plan) -> dict[str, str]:
    return _places(plan.port, plan.task_port or plan.port) | _pace() | _patience()


def _places(port: int, task_port: int) -> dict[str, str]:
    return {
        "CORE__EXECUTOR": "LocalExecutor",
        "CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "CORE__PLUGINS_FOLDER": str(ROOT / "plugins"),
        "CORE__LOAD_EXAMPLES": "False",
        "CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        # Only on the loopback is it sound that everyone is an admin; with passwords, they would go unencrypted.
        "API__HOST": HOST,
        "API__PORT": str(port),
        "API__BASE_URL": f"http://{HOST}:{port}",
        "API__WORKERS": "1",
        "CORE__EXECUTION_API_SERVER_URL": f"http://{HOST}:{task_port}/execution/",
        # Tokens are only good for this run of Airflow.
        "API_AUTH__JWT_SECRET": secrets.token_hex(32),
        "LOGGING__WORKER_LOG_SERVER_PORT": str(free_port()),
        # A line for every request hides the lines that matter.
        "LOGGING__NAMESPACE_LEVELS": "http.access=WARNING",
    }


def _pace() -> dict[str, str]:
    return {
        # SQLite: the default of 32 ends in `database is locked`, which kills the scheduler.
        "CORE__PARALLELISM": "4",
        # The default of 5 s holds a slot that long after every task.
        "WORKERS__MIN_HEARTBEAT_INTERVAL": "1",
        # The default of 20 s ends a failed task's process while a slow channel is being told of the failure.
        "CORE__TASK_SUCCESS_OVERTIME": "180",
        # The default of 300 s is how long a new DAG file stays unseen.
        "DAG_PROCESSOR__REFRESH_INTERVAL": "10",
        # A file that changed is parsed at once; parsing the others every 30 s again, the default, is a third of what an
        # Airflow with nothing to do takes of a processor.  One whose import failed is tried again after so long.
        "DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "600",
    }


def _patience() -> dict[str, str]:
    """Time limits for a machine with other work to do: the defaults take a process that gets an eighth of a processor
    for a dead one, and end tasks and DAGs that are merely slow."""
    return {
        # 5 s: a task whose call to the api-server takes longer ends as failed.
        "WORKERS__EXECUTION_API_TIMEOUT": "60",
        "WORKERS__MAX_FAILED_HEARTBEATS": "20",
        # 600 s: a task that was queued longer could not log in any more.
        "EXECUTION_API__JWT_EXPIRATION_TIME": "7200",
        "SCHEDULER__TASK_QUEUED_TIMEOUT": "7200",
        # 30 s and 50 s: a DAG whose file takes longer to import disappears.
        "CORE__DAGBAG_IMPORT_TIMEOUT": "300",
        "DAG_PROCESSOR__DAG_FILE_PROCESSOR_TIMEOUT": "360",
        # 30 s each; and what a scheduler that was killed left running is looked for every 300 s.
        "SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD": "90",
        "SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "45",
        "DAG_PROCESSOR__HEALTH_CHECK_THRESHOLD": "90",
    }
