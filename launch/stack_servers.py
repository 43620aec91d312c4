"""Servers of the stack: Postgres and Redis from the system's packages, on the loopback with passwords; the parser."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from launch.airflow_components import ROOT
from launch.certificates import Certificate
from launch.elasticsearch_server import reaches
from launch.elasticsearch_user import ServerUser, hand_over
from launch.secret_files import write_secret
from launch.sessions import tied_to_us
from launch.supervision import Server
from mediawatch.errors import BadConfiguration, MediawatchError, Unavailable
from mediawatch.sandbox.server import Server as ParserLine
from mediawatch.sandbox.server import address_of

HOST = "127.0.0.1"
POSTGRES_PLACES = "/usr/lib/postgresql"
ACCOUNT = "mediawatch"
DATABASE = "airflow"


@dataclass(frozen=True, slots=True, kw_only=True)
class Postgres:
    """A Postgres to be, as `user`: it refuses to run as root."""

    folder: Path
    port: int
    user: ServerUser
    certificate: Certificate
    password: str = field(repr=False)

    @property
    def log(self) -> Path:
        """What it prints."""
        return self.folder / "postgres.log"

    def url(self, scheme: str = "postgresql+psycopg2", database: str = DATABASE) -> str:
        """The address of a database, for SQLAlchemy or for libpq."""
        return f"{scheme}://{ACCOUNT}:{self.password}@{HOST}:{self.port}/{database}"

    @property
    def variables(self) -> dict[str, str]:
        """By which every client of ours, whichever its driver, speaks TLS with it and with nobody else."""
        return {"PGSSLMODE": "verify-full", "PGSSLROOTCERT": str(self.certificate.authority.resolve())}

    def server(self) -> Server:
        """It, to be supervised."""
        return Server(name="Postgres", log=self.log, spawn=self.spawn, is_well=lambda: reaches(HOST, self.port))

    def spawn(self) -> subprocess.Popen[bytes]:
        """Start it, with a new cluster where there is none."""
        data = self.folder / "data"
        if not (data / "PG_VERSION").exists():
            self._make_cluster(data)
        for source, name in ((self.certificate.certificate, "server.crt"), (self.certificate.key, "server.key")):
            write_secret(data / name, source.read_text(encoding="ascii"))
            hand_over(data / name, self.user)
        command = [postgres_program("postgres"), "-D", str(data), "-p", str(self.port)]
        command += ["-c", f"listen_addresses={HOST}", "-c", "unix_socket_directories=", "-c", "max_connections=200"]
        command += ["-c", "ssl=on", "-c", "ssl_cert_file=server.crt", "-c", "ssl_key_file=server.key"]
        return _spawn(command, self.log, self.folder, self.user)

    def make_database(self) -> bool:
        """Make Airflow's database unless it is there; False while the server does not take connections yet."""
        import psycopg

        try:
            with psycopg.connect(
                self.url("postgresql", "postgres"),
                autocommit=True,
                connect_timeout=5,
                sslmode="verify-full",
                sslrootcert=str(self.certificate.authority),
            ) as connection:
                found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone()
                if not found:
                    connection.execute(f"CREATE DATABASE {DATABASE}")
        except psycopg.OperationalError:
            return False
        return True

    def _make_cluster(self, data: Path) -> None:
        shutil.rmtree(data, ignore_errors=True)  # of a start that was killed
        self.folder.mkdir(parents=True, exist_ok=True)
        said = self.folder / "first-password"
        write_secret(said, self.password)
        hand_over(self.folder, self.user)
        command = [postgres_program("initdb"), "-D", str(data), "-U", ACCOUNT, "-E", "UTF8", "--locale=C.UTF-8"]
        command += ["--auth=scram-sha-256", f"--pwfile={said}"]
        process = _spawn(command, self.log, self.folder, self.user)
        code = process.wait(300)
        said.unlink()
        if code:
            raise Unavailable(f"Postgres could not make its files (exit code {code}); its log: {self.log}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Redis:
    """A Redis to be.  It writes down each change before it answers: a broker that is killed forgets no task."""

    folder: Path
    port: int
    certificate: Certificate
    password: str = field(repr=False)

    @property
    def log(self) -> Path:
        """What it prints."""
        return self.folder / "redis.log"

    @property
    def url(self) -> str:
        """Its address for clients of Celery."""
        trust = urlencode({"ssl_cert_reqs": "required", "ssl_ca_certs": str(self.certificate.authority.resolve())})
        return f"rediss://:{self.password}@{HOST}:{self.port}/0?{trust}"

    def server(self) -> Server:
        """It, to be supervised."""
        return Server(name="Redis", log=self.log, spawn=self.spawn, is_well=lambda: reaches(HOST, self.port))

    def spawn(self) -> subprocess.Popen[bytes]:
        """Start it by a configuration that only we can read, for the password is in it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        file = self.folder / "redis.conf"
        write_secret(file, "".join(f"{name} {value}\n" for name, value in self.settings().items()))
        return _spawn([program("redis-server", "redis-server"), str(file)], self.log, self.folder)

    def settings(self) -> dict[str, object]:
        """Its configuration."""
        return {
            "bind": HOST,
            "port": 0,
            "tls-port": self.port,
            "tls-cert-file": f'"{self.certificate.certificate.resolve()}"',
            "tls-key-file": f'"{self.certificate.key.resolve()}"',
            "tls-ca-cert-file": f'"{self.certificate.authority.resolve()}"',
            # Clients have a password, not a certificate.
            "tls-auth-clients": "no",
            "protected-mode": "yes",
            "requirepass": self.password,
            "dir": f'"{self.folder.resolve()}"',
            "appendonly": "yes",
            "appendfsync": "always",
            "daemonize": "no",
            # A broker that drops tasks when memory is short would lose them unseen.
            "maxmemory-policy": "noeviction",
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Parser:
    """The service that reads what sites sent, on a socket in `folder`."""

    folder: Path

    @property
    def log(self) -> Path:
        """What it prints."""
        return self.folder / "parser.log"

    @property
    def socket(self) -> str:
        """Where it listens.  Raises BadConfiguration where that is too long a path for a socket."""
        return address_of(str(self.folder.resolve() / "socket"))

    def server(self) -> Server:
        """It, to be supervised."""
        return Server(name="The parser", log=self.log, spawn=self.spawn, is_well=self.answers)

    def spawn(self) -> subprocess.Popen[bytes]:
        """Start it, with none of our variables."""
        self.folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "mediawatch.cli.main", "parser", "--socket", self.socket]
        return _spawn(command, self.log, self.folder, variables={"PYTHONPATH": str(ROOT / "include")})

    def answers(self) -> bool:
        """Whether it does, at once."""
        try:
            ParserLine.connect(self.socket, patience=0).close()
        except MediawatchError:
            return False
        return True


def program(name: str, package: str) -> str:
    """Where the program is.  Raises BadConfiguration that names Debian's package of it."""
    found = shutil.which(name)
    if found is None:
        raise BadConfiguration(f"{name} is not installed, which the stack needs: apt-get install {package}")
    return found


def postgres_program(name: str) -> str:
    """A program of the newest Postgres; Debian keeps them out of the PATH."""
    places = sorted(Path(POSTGRES_PLACES).glob(f"*/bin/{name}"), key=lambda path: _number(path.parents[1].name))
    return str(places[-1]) if places else program(name, "postgresql")


def _number(name: str) -> int:
    return int(name) if name.isdecimal() else 0


def _spawn(
    command: Sequence[str],
    log: Path,
    folder: Path,
    user: ServerUser | None = None,
    variables: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    other = user if user is not None and user.is_other else None
    with log.open("ab") as output:
        return subprocess.Popen(
            tied_to_us(command),
            cwd=folder,
            env={
                "PATH": os.environ.get("PATH", os.defpath),
                "LC_ALL": "C.UTF-8",
                "HOME": str(folder),
                **(variables or {}),
            },
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=other.uid if other else None,
            group=other.gid if other else None,
            extra_groups=[] if other else None,
        )
