"""Starting an unpacked Elasticsearch on loopback, waiting until it answers, and stopping all of it."""

from __future__ import annotations

import base64
import fcntl
import http.client
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from launch import supervision
from launch.certificates import Certificate
from launch.claims import end_leftovers
from launch.console import Progress
from launch.elasticsearch_errors import NoElasticsearch
from launch.elasticsearch_user import ServerUser, hand_over
from launch.patience import Manner, Patience, Stalled, Watch, size_of
from launch.sessions import Effort, tied_to_us
from launch.supervision import Supervisor
from mediawatch.errors import Unavailable

START_EFFORT_SECONDS = 400.0
"""A start takes about 30 s of processor time."""
LOCK_SECONDS = 20

_LAUNCH = """
source "$ES_HOME/bin/elasticsearch-env"
export JAVA ES_HOME ES_PATH_CONF ES_DISTRIBUTION_TYPE JAVA_TYPE
exec "$JAVA" -Xms4m -Xmx64m -XX:+UseSerialGC $CLI_JAVA_OPTS -cp "$ES_HOME/lib/tools/server-launcher/*" \
    org.elasticsearch.server.launcher.ServerLauncher
"""
"""What bin/elasticsearch does, for distributions without that file; elasticsearch-env wants its name as $0."""

_KEYSTORE = """
CLI_LIBS=lib/tools/keystore-cli
source "$ES_HOME/bin/elasticsearch-cli"
"""
"""The same for bin/elasticsearch-keystore."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """An Elasticsearch that answers at `url`; `stop()` ends it when it is ours, and may be called twice.

    `check()` raises Unavailable once it is ours and given up, `leader()` is its session, 0 of another's.
    `username` and `password` are empty where it asks for none.
    """

    url: str
    how: str
    stop: Callable[[], None]
    check: Callable[[], None] = lambda: None
    leader: Callable[[], int] = lambda: 0
    is_ours: bool = True
    username: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """How a server of ours is protected: TLS by `certificate`, and the password of its user `elastic`."""

    certificate: Certificate
    password: str = field(repr=False)
    username: str = "elastic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Port:
    """Where a server of ours answers: in plain HTTP, or behind a guard."""

    number: int
    guard: Guard | None = None

    @property
    def url(self) -> str:
        """Its address."""
        return f"{'https' if self.guard else 'http'}://127.0.0.1:{self.number}"

    def ask(self, path: str, seconds: float) -> http.client.HTTPResponse:
        """What it answers to GET `path`; read and closed by the caller.  Raises OSError and HTTPException."""
        if self.guard is None:
            connection = http.client.HTTPConnection("127.0.0.1", self.number, timeout=seconds)
            headers = {}
        else:
            trusted = ssl.create_default_context(cafile=str(self.guard.certificate.authority))
            connection = http.client.HTTPSConnection("127.0.0.1", self.number, timeout=seconds, context=trusted)
            credentials = f"{self.guard.username}:{self.guard.password}".encode()
            headers = {"Authorization": f"Basic {base64.b64encode(credentials).decode('ascii')}"}
        connection.request("GET", path, headers={**headers, "Connection": "close"})
        return connection.getresponse()


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """An unpacked server and the Java to run it with (None: the one bundled with it)."""

    home: Path
    java_home: Path | None


def start(
    distribution: Distribution,
    folder: Path,
    *,
    user: ServerUser,
    port: int,
    heap_megabytes: int,
    progress: Progress,
    for_ever: bool = False,
    guard: Guard | None = None,
) -> Server:
    """Run `distribution` with configuration, data and logs in `folder`, and return once it answers.

    With `guard` it speaks TLS and asks for a password; from then on it is started again when it ends or stays silent,
    with `for_ever` as often as it takes.
    Raises NoElasticsearch with the server's own last error and its log when it cannot be brought up.
    """
    claims = folder.with_name(f"{folder.name}.processes.json")  # outside of what is handed over to the server's user
    folder.parent.mkdir(parents=True, exist_ok=True)
    if end_leftovers(claims):
        progress("Ended an Elasticsearch that an earlier run had left behind.")
    log = folder / "logs" / "server.out"

    def spawn() -> subprocess.Popen[bytes]:
        lock = hold(folder)
        try:
            _configure(distribution, folder, port, guard)
            hand_over(folder, user)
            process = _spawn(distribution, folder, log, user=user, heap_megabytes=heap_megabytes, lock=lock)
            os.pwrite(lock, f"{process.pid:<10}".encode("ascii"), 0)
        finally:
            os.close(lock)
        return process

    if log.exists():
        log.replace(log.with_name(f"{log.name}.1"))
    progress(f"Starting Elasticsearch (log: {log}) ...")
    how = f"started from {distribution.home}"
    return keep(spawn, log, claims, port=Port(number=port, guard=guard), how=how, progress=progress, for_ever=for_ever)


def keep(
    spawn: Callable[[], subprocess.Popen[bytes]],
    log: Path,
    claims: Path,
    *,
    port: Port,
    how: str,
    progress: Progress,
    for_ever: bool,
    manner: Manner | None = None,
) -> Server:
    """Start a server on `port` by `spawn`, return once it answers, and keep it running.  Raises NoElasticsearch."""
    server = supervision.Server(name="Elasticsearch", log=log, spawn=spawn, is_well=lambda: speaks(port))
    supervisor = Supervisor([server], claims, progress, for_ever=for_ever)
    try:
        supervisor.start()
        _await_health(supervisor, port, log, progress, manner or Manner(tell_seconds=10, poll_seconds=0.2))
        supervisor.settle()
    except BaseException:
        supervisor.stop()
        raise
    return Server(
        url=port.url,
        how=how,
        stop=supervisor.stop,
        check=supervisor.check,
        leader=lambda: supervisor.leader("Elasticsearch"),
        username=port.guard.username if port.guard else "",
        password=port.guard.password if port.guard else "",
    )


def choose_port(wanted: int = 0) -> int:
    """`wanted` if it is free, or any free port for 0.  Raises NoElasticsearch when `wanted` is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError as error:
            raise NoElasticsearch(
                f"Port {wanted}, meant for Elasticsearch, is in use: stop what uses it or name another one."
            ) from error
        return int(probe.getsockname()[1])


def speaks(port: Port, seconds: float = 15) -> bool:
    """Whether a server at `port` answers in HTTP, whatever it says."""
    try:
        with port.ask("/_cluster/health?local=true", seconds) as answer:
            answer.read()
    except (OSError, http.client.HTTPException):
        return False
    return True


def answers(port: Port, seconds: float = 10) -> bool:
    """Whether a server at `port` says that its indices can be used."""
    try:
        with port.ask("/_cluster/health?wait_for_status=yellow&timeout=1s", seconds) as answer:
            return bool(json.load(answer)["status"] in ("yellow", "green"))
    except (OSError, http.client.HTTPException, ValueError, KeyError):
        return False


def reaches(host: str, port: int, seconds: float = 5) -> bool:
    """Whether anything accepts connections at `host`:`port`."""
    try:
        socket.create_connection((host, port), timeout=seconds).close()
    except OSError:
        return False
    return True


def hold(folder: Path, seconds: float = LOCK_SECONDS) -> int:
    """A locked descriptor that reserves `folder` for one server, which inherits it: the lock lasts as long as it does.

    Raises NoElasticsearch when another one has not let go after `seconds`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                os.close(lock)
                raise NoElasticsearch(
                    f"Another Elasticsearch runs on {folder}: stop what started it, or `kill {_holder(folder)}`."
                ) from None
            time.sleep(0.2)
        else:
            return lock


def _holder(folder: Path) -> str:
    return (folder / "lock").read_text().strip() or "its process id"


def _configure(distribution: Distribution, folder: Path, port: int, guard: Guard | None) -> None:
    home, config = distribution.home, folder / "config"
    for part in (config, folder / "data", folder / "logs", folder / "tmp"):
        part.mkdir(parents=True, exist_ok=True)
    settings = {
        "cluster.name": "mediawatch-local",
        "discovery.type": "single-node",
        "network.host": "127.0.0.1",
        "http.port": port,
        "transport.port": 0,
        "path.data": str(folder / "data"),
        "path.logs": str(folder / "logs"),
        **_security(distribution, folder, guard),
        # A laptop's disk is often 90 % full; the demo still has room.
        "cluster.routing.allocation.disk.threshold_enabled": False,
        **({"ingest.geoip.downloader.enabled": False} if (home / "modules" / "ingest-geoip").exists() else {}),
        **({"xpack.ml.enabled": False} if (home / "modules" / "x-pack-ml").exists() else {}),
    }
    (config / "elasticsearch.yml").write_text("".join(f"{k}: {json.dumps(v)}\n" for k, v in settings.items()))
    shutil.copyfile(home / "config" / "log4j2.properties", config / "log4j2.properties")
    options = (home / "config" / "jvm.options").read_text().splitlines()
    kept = [
        line for line in options if not line.startswith(("-Xlog:gc", "-XX:+HeapDump", "-XX:HeapDump", "-XX:ErrorFile"))
    ]
    (config / "jvm.options").write_text("\n".join([*kept, f"-XX:ErrorFile={folder / 'logs' / 'fatal-%p.log'}", ""]))


def _security(distribution: Distribution, folder: Path, guard: Guard | None) -> dict[str, object]:
    """The settings of a server with or without `guard`, whose files are put beside them."""
    if guard is None:
        return {"xpack.security.enabled": False}
    config = folder / "config"
    for source, name in ((guard.certificate.certificate, "http.crt"), (guard.certificate.key, "http.key")):
        (config / name).unlink(missing_ok=True)
        shutil.copy(source, config / name)  # with its mode
    if not (config / "elasticsearch.keystore").exists():
        _keep_password(distribution, folder, guard.password)
    return {
        "xpack.security.enabled": True,
        "xpack.security.http.ssl.enabled": True,
        "xpack.security.http.ssl.certificate": "http.crt",
        "xpack.security.http.ssl.key": "http.key",
    }


def _keep_password(distribution: Distribution, folder: Path, password: str) -> None:
    """Write the password of the user `elastic` into the server's own keystore."""
    tool = distribution.home / "bin" / "elasticsearch-keystore"
    command = [str(tool)] if tool.exists() else ["bash", "-c", _KEYSTORE, str(tool)]
    environ = _environment(distribution, folder, heap_megabytes=64)
    for arguments, said in (["create"], ""), (["add", "--stdin", "bootstrap.password"], password):
        done = subprocess.run(
            [*command, *arguments], input=said, env=environ, capture_output=True, text=True, timeout=300, check=False
        )
        if done.returncode:
            raise NoElasticsearch(f"Elasticsearch's keystore could not be made: {(done.stderr or done.stdout).strip()}")


def _spawn(
    distribution: Distribution, folder: Path, log: Path, *, user: ServerUser, heap_megabytes: int, lock: int
) -> subprocess.Popen[bytes]:
    launcher = distribution.home / "bin" / "elasticsearch"
    command = [str(launcher)] if launcher.exists() else ["bash", "-c", _LAUNCH, str(launcher)]
    with log.open("ab") as output:
        return subprocess.Popen(
            tied_to_us(command),
            cwd=folder,
            env=_environment(distribution, folder, heap_megabytes),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=[lock],
            user=user.uid if user.is_other else None,
            group=user.gid if user.is_other else None,
            extra_groups=[] if user.is_other else None,
        )


def _environment(distribution: Distribution, folder: Path, heap_megabytes: int) -> dict[str, str]:
    """The variables the server sees; not ours, which may hold another project's Java options or our secrets."""
    environment = {key: os.environ[key] for key in ("PATH", "LANG", "LC_ALL", "TZ") if key in os.environ}
    environment |= {
        "HOME": str(folder),
        "ES_HOME": str(distribution.home),
        "ES_PATH_CONF": str(folder / "config"),
        "ES_TMPDIR": str(folder / "tmp"),
        # At its start the server attaches an agent to itself, and gives up after 10 s unless told to be patient.
        "ES_JAVA_OPTS": f"-Xms{heap_megabytes}m -Xmx{heap_megabytes}m -Dsun.tools.attach.attachTimeout=300000",
    }
    if not re.search(r"\s", str(folder)):  # the script splits the options at blanks
        # For the launcher's own files: the system's folder may be full, or closed to the server's user.
        environment["CLI_JAVA_OPTS"] = f"-Djava.io.tmpdir={folder / 'tmp'}"
    if distribution.java_home:
        environment["ES_JAVA_HOME"] = str(distribution.java_home)
    return environment


def _await_health(supervisor: Supervisor, port: Port, log: Path, progress: Progress, manner: Manner) -> None:
    watch = Watch(
        signs={"its log": size_of(log)},
        log=log,
        effort=Effort(supervisor.leaders),
        most_effort=START_EFFORT_SECONDS,
    )
    patience = Patience("Elasticsearch to answer", watch, progress, manner)
    try:
        for _ in patience.ticks():
            if answers(port):
                break
            supervisor.check()
    except Stalled as stalled:
        raise NoElasticsearch(str(stalled)) from stalled
    except Unavailable as given_up:
        raise NoElasticsearch(f"Elasticsearch cannot be started: {_last_error(log)} (log: {log})") from given_up
    progress(f"Elasticsearch answers at {port.url} after {patience.waited:.0f} s.")


def _last_error(log: Path) -> str:
    """The line of `log` that says most about why the server ended."""
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
    telling = [line for line in lines if ("xception" in line or "rror" in line) and not line.startswith("at ")]
    return (telling or lines or ["it printed nothing"])[-1][:400]
