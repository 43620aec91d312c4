"""`make stack`: the topology of a larger deployment on one machine, without Docker.

Postgres, Redis and Elasticsearch with TLS and passwords, an S3-compatible server, the parser, and Airflow with two
Celery workers: each a process of its own, on the loopback or a Unix socket, kept running by a launcher in the
background.  `up` starts the launcher and returns once all is well, `status` says how everything is, `down` ends it.
Every setting can be given in the environment, as for `make start`; the lake is in the S3 server unless
MEDIAWATCH_LAKE_URL names another place.
Passwords are made up and kept in files below `.stack/secrets` that only their owner can read.
"""

from __future__ import annotations

import base64
import json
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import SecretStr

from demo.__main__ import environment_of
from launch.airflow import Airflow, free_port, running_airflow
from launch.airflow_components import COMMANDS as AIRFLOW
from launch.airflow_components import ROOT, TASK_API, name_of
from launch.airflow_login import login_in_database
from launch.certificates import certificate_for
from launch.claims import end_leftovers, sole_use
from launch.console import Progress, leave, say, stay_up, teller, whole_number
from launch.elasticsearch import Server as IndexServer
from launch.elasticsearch import running_elasticsearch
from launch.elasticsearch_server import Guard, reaches
from launch.elasticsearch_user import reachable, server_user
from launch.patience import Manner, Patience, Watch, size_of
from launch.secret_files import secret_in, write_secret
from launch.stack_servers import Parser, Postgres, Redis
from launch.supervision import Supervisor
from launch.versitygw import BUCKET, S3Plan, find_versitygw, server, usual_cache
from mediawatch.errors import BadConfiguration, Unavailable
from mediawatch.settings import Settings, read_settings

DEFAULT_PORT = 8080
HOME = Path(".stack")
WORKERS = ("worker-1", "worker-2")
STATUS = "status.json"
STATUS_SECONDS = 5.0
STALE_SECONDS = 30.0
LAKE = f"s3://{BUCKET}/lake"
COMMANDS = ("up", "down", "status", "run")


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One process of the stack as people are told of it; `leader` is its session."""

    name: str
    address: str
    leader: int
    log: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """The topology, up: `settings` and `variables` are those of its tasks, `leader(name)` the session of a process."""

    home: Path
    settings: Settings
    variables: Mapping[str, str]
    airflow: Airflow
    parts: Supervisor
    index: IndexServer
    index_folder: Path
    plans: tuple[Postgres, Redis, S3Plan, Parser]

    def components(self) -> list[Component]:
        """All processes, in the order in which they are started."""
        postgres, redis, s3, parser = self.plans
        found = [
            Component(name=name, address=address, leader=self.parts.leader(name), log=str(log))
            for name, address, log in (
                ("Postgres", f"127.0.0.1:{postgres.port}", postgres.log),
                ("Redis", f"127.0.0.1:{redis.port}", redis.log),
                ("The S3 server", s3.url, s3.log),
                ("The parser", parser.socket, parser.log),
            )
        ]
        log = str(self.index_folder / "logs" / "server.out")
        found.append(Component(name="Elasticsearch", address=self.index.url, leader=self.index.leader(), log=log))
        for command in (*AIRFLOW, TASK_API, *self.airflow.workers):
            name = name_of(command)
            address = self.airflow.url if command == "api-server" else ""
            leader, log = self.airflow.supervisor.leader(name), str(self.airflow.log(command))
            found.append(Component(name=name, address=address, leader=leader, log=log))
        return found

    def trouble(self) -> str:
        """Why a process is not started any more; empty as long as all is well or can become so."""
        try:
            self.index.check()
        except Unavailable as error:
            return str(error)
        return self.parts.trouble or self.airflow.supervisor.trouble


@contextmanager
def running_stack(
    home: Path,
    *,
    progress: Progress,
    port: int | None = None,
    given: Settings | None = None,
    variables: Mapping[str, str] | None = None,
    environ: Mapping[str, str] | None = None,
    for_ever: bool = True,
) -> Iterator[Stack]:
    """All of it below `home`, from healthy to gone; `variables` are further ones of the tasks.

    Raises BadConfiguration where a program is missing or `home` is in use, and Unavailable when something does not come
    up.
    """
    environ, home = os.environ if environ is None else environ, home.resolve()
    user = server_user()
    secrets = home / "secrets"
    home.mkdir(parents=True, exist_ok=True)
    program = find_versitygw(usual_cache(), progress)
    postgres = Postgres(
        folder=reachable(home / "postgres", user),
        port=free_port(),
        user=user,
        certificate=certificate_for(secrets, "postgres"),
        password=secret_in(secrets / "postgres"),
    )
    redis = Redis(
        folder=home / "redis",
        port=free_port(),
        certificate=certificate_for(secrets, "redis"),
        password=secret_in(secrets / "redis"),
    )
    s3 = S3Plan(
        program=program,
        folder=home / "s3",
        port=free_port(),
        access_key="mediawatch",
        secret_key=secret_in(secrets / "s3"),
    )
    parser = Parser(folder=home / "parser")
    guard = Guard(certificate=certificate_for(secrets, "elasticsearch"), password=secret_in(secrets / "elasticsearch"))
    with ExitStack() as stack:
        end_leftovers(home / "processes.json")
        parts = Supervisor(
            [postgres.server(), redis.server(), server(s3), parser.server()],
            home / "processes.json",
            progress,
            for_ever=for_ever,
        )
        stack.callback(parts.stop)
        stack.callback(progress, "Stopping Postgres, Redis, the S3 server and the parser ...")
        progress("Starting Postgres, Redis, the S3 server and the parser ...")
        parts.start()
        _await_parts(parts, (postgres, redis, s3, parser), progress)
        parts.settle()
        index = stack.enter_context(
            running_elasticsearch(
                home / "elasticsearch",
                progress=progress,
                environ={key: value for key, value in environ.items() if key != "ELASTICSEARCH_URL"},
                for_ever=for_ever,
                guard=guard,
            )
        )
        settings = settings_for(given or read_settings(), index, guard, parser)
        clients = s3.variables | environment_of(settings) | dict(variables or {})
        airflow = stack.enter_context(
            running_airflow(
                home / "airflow",
                env=clients | _celery(postgres, redis, secrets, home),
                port=port,
                login=login_in_database(secrets / "airflow-admin", environ),
                progress=progress,
                for_ever=for_ever,
                workers=WORKERS,
            )
        )
        yield Stack(
            home=home,
            settings=settings,
            variables=clients,
            airflow=airflow,
            parts=parts,
            index=index,
            index_folder=reachable(home / "elasticsearch", user),
            plans=(postgres, redis, s3, parser),
        )


def settings_for(given: Settings, index: IndexServer, guard: Guard, parser: Parser) -> Settings:
    """`given`, with the stack's own Elasticsearch and parser, and the lake in its S3 server unless another is named."""
    is_default = given.lake_url == Settings().lake_url
    return given.model_copy(
        update={
            "lake_url": LAKE if is_default else given.lake_url,
            "catalog_dir": given.catalog_dir.resolve(),
            "aliases_dir": given.aliases_dir.resolve(),
            "watchlists_dir": given.watchlists_dir.resolve(),
            "parser_socket": parser.socket,
            "elasticsearch_url": index.url,
            "elasticsearch_username": guard.username,
            "elasticsearch_password": SecretStr(guard.password),
            "elasticsearch_ca_certs": str(guard.certificate.authority.resolve()),
        }
    )


def _celery(postgres: Postgres, redis: Redis, secrets: Path, home: Path) -> dict[str, str]:
    """Airflow's options for tasks on workers, a database and a broker."""
    options = {
        "CORE__EXECUTOR": "CeleryExecutor",
        "CORE__PARALLELISM": "8",
        "CORE__FERNET_KEY": _fernet_key(secrets / "fernet-key"),
        "API__SECRET_KEY": secret_in(secrets / "api-server"),
        "DATABASE__SQL_ALCHEMY_CONN": postgres.url(),
        "CELERY__RESULT_BACKEND": postgres.url("db+postgresql"),
        "CELERY__BROKER_URL": redis.url,
        "CELERY__WORKER_CONCURRENCY": "2",
        # 1 s: a broker that is being started again takes longer, and the task would count as failed.
        "CELERY__OPERATION_TIMEOUT": "30",
        "CELERY_BROKER_TRANSPORT_OPTIONS__VISIBILITY_TIMEOUT": "86400",
        # The workers' homes are their own; the api-server reads the logs of tasks from here.
        "LOGGING__BASE_LOG_FOLDER": str(home / "airflow" / "logs"),
        # 300 s: how long a task whose worker was killed counts as running.
        "SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "60",
        "SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "10",
    }
    return {f"AIRFLOW__{name}": value for name, value in options.items()} | postgres.variables


def _fernet_key(file: Path) -> str:
    """A key of 32 bytes in the alphabet that Fernet wants."""
    return base64.urlsafe_b64encode(bytes.fromhex(secret_in(file, characters=64))).decode("ascii")


def _await_parts(parts: Supervisor, plans: tuple[Postgres, Redis, S3Plan, Parser], progress: Progress) -> None:
    postgres, redis, s3, parser = plans
    for what, log, is_up in (
        ("Postgres", postgres.log, postgres.make_database),
        ("Redis", redis.log, lambda: reaches("127.0.0.1", redis.port)),
        ("the S3 server", s3.log, lambda: reaches("127.0.0.1", s3.port)),
        ("the parser", parser.log, parser.answers),
    ):
        watch = Watch(signs={"its log": size_of(log)}, log=log)
        for _ in Patience(f"{what} to answer", watch, progress, Manner(poll_seconds=0.1)).ticks():
            parts.check()
            if is_up():
                break


def main(arguments: Sequence[str] | None = None) -> None:
    """`up`, `down`, `status`; `run` is the launcher itself, in the foreground."""
    asked = [*(sys.argv[1:] if arguments is None else arguments)] or ["up"]
    work: dict[str, Callable[[], int]] = {"up": up, "down": down, "status": status, "run": run}
    if len(asked) != 1 or asked[0] not in work:
        say(f"usage: python -m launch.stack {'|'.join(COMMANDS)}", sys.stderr)
        sys.exit(2)
    leave(work[asked[0]])


def run() -> int:
    """Start everything and keep it up until a signal comes; the exit code."""
    progress, port = teller(), whole_number("PORT", os.environ.get("PORT"), DEFAULT_PORT)
    with ExitStack() as stack:
        stack.enter_context(sole_use(HOME, "make stack"))
        (HOME / STATUS).unlink(missing_ok=True)
        stack.callback((HOME / STATUS).unlink, missing_ok=True)
        running = stack.enter_context(running_stack(HOME, progress=progress, port=port))
        progress("The stack is up.")
        told_at = 0.0

        def trouble() -> str:
            nonlocal told_at
            if time.monotonic() - told_at > STATUS_SECONDS:
                told_at = time.monotonic()
                _write_status(running)
            return ""  # what was given up is said in the status; the rest goes on

        stay_up(trouble)
    say("Everything is stopped.")
    return 0


def up() -> int:
    """Start the launcher in the background and return once the stack is up; the exit code."""
    if _launcher() is not None:
        say("The stack is up already, or coming up.")
        return status()
    HOME.mkdir(parents=True, exist_ok=True)
    log = HOME / "launcher.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "launch.stack", "run"],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    shown = 0
    while process.poll() is None and not (HOME / STATUS).exists():
        shown = _show_more(log, shown)
        time.sleep(0.5)
    _show_more(log, shown)
    if (code := process.poll()) is not None:
        return code or 1
    return status()


def down() -> int:
    """End the launcher, and with it everything; the exit code."""
    launcher = _launcher()
    if launcher is None:
        say("No stack is running here.")
        return 0
    log = HOME / "launcher.log"
    shown = log.stat().st_size if log.exists() else 0
    os.kill(launcher, signal.SIGTERM)
    while _launcher() == launcher:
        shown = _show_more(log, shown)
        time.sleep(0.3)
    _show_more(log, shown)
    return 0


def status() -> int:
    """Print how every process is; 0 when all run."""
    try:
        found = json.loads((HOME / STATUS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        say("The stack is coming up." if _launcher() else "No stack is running here: make stack")
        return 1
    if time.time() - found["written_at"] > STALE_SECONDS or _launcher() is None:
        say("The launcher does not write its status any more: make stack-down, then make stack")
        return 1
    states = {part["name"]: _state(part) for part in found["components"]}
    width = max(map(len, states))
    for part in found["components"]:
        say(f"  {part['name']:<{width}}  {states[part['name']]:<9} {part['address'] or 'pid ' + str(part['leader'])}")
    say(f"\nAirflow: {found['airflow']} (log in as {found['login']})")
    say(f"Settings for commands: source {HOME}/environment")
    if found["trouble"]:
        say(f"\n{found['trouble']}")
    return 0 if set(states.values()) == {"runs"} and not found["trouble"] else 1


def _state(part: Mapping[str, object]) -> str:
    with suppress(OSError):
        os.kill(int(str(part["leader"])), 0)
        return "runs"
    return "is down"


def _write_status(running: Stack) -> None:
    environment = HOME / "environment"
    if not environment.exists() or running.airflow.began_at.timestamp() > environment.stat().st_mtime:
        write_environment(environment, running.variables)
    login = running.airflow.login
    document = {
        "written_at": time.time(),
        "components": [asdict(part) for part in running.components()],
        "airflow": running.airflow.url,
        "login": f"{login.username}; the password is in {login.file}" if login else "anybody",
        "trouble": running.trouble(),
    }
    aside = HOME / f"{STATUS}.new"
    aside.write_text(json.dumps(document), encoding="utf-8")
    aside.replace(HOME / STATUS)


def write_environment(file: Path, variables: Mapping[str, str]) -> None:
    """A file that a shell can source to have the variables of the stack's tasks, passwords among them."""
    write_secret(file, "".join(f"export {name}={shlex.quote(value)}\n" for name, value in sorted(variables.items())))


def _show_more(log: Path, shown: int) -> int:
    """Print what was added to `log` after the first `shown` bytes; how many there are now."""
    with log.open("rb") as stream:
        stream.seek(shown)
        more = stream.read()
    end = more.rfind(b"\n") + 1
    for line in more[:end].decode("utf-8", "replace").splitlines():
        say(line)
    return shown + end


def _launcher() -> int | None:
    """The process that has the folder, None when nobody has."""
    try:
        with sole_use(HOME, "make stack"):
            return None
    except BadConfiguration:
        said = (HOME / "lock").read_text(encoding="ascii").strip()
        return int(said) if said.isdecimal() else None


if __name__ == "__main__":
    main()
