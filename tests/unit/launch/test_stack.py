"""The parts of `make stack` that can be tried alone; `make test-stack` runs the whole."""

from __future__ import annotations

import secrets
import shutil
import socket
import ssl
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from launch import stack
from launch.airflow_components import Plan, environment, free_port, servers
from launch.certificates import Certificate, certificate_for
from launch.elasticsearch import Server as IndexServer
from launch.elasticsearch_server import Guard, reaches
from launch.elasticsearch_user import reachable, server_user
from launch.patience import Manner, Patience, Watch, size_of
from launch.stack_servers import Parser, Postgres, Redis, postgres_program, program
from launch.supervision import Server, Supervisor
from mediawatch.errors import BadConfiguration
from mediawatch.settings import Settings


def quiet(_: str) -> None:
    """No progress lines in tests."""


@contextmanager
def kept_running(server: Server, port: int, claims: Path) -> Iterator[None]:
    with Supervisor([server], claims, quiet) as supervisor:
        watch = Watch(signs={"its log": size_of(server.log)}, log=server.log)
        for _ in Patience(server.name, watch, quiet, Manner(poll_seconds=0.05)).ticks():
            supervisor.check()
            if reaches("127.0.0.1", port):
                break
        yield


def test_the_lake_is_in_the_s3_server_unless_another_place_is_named(tmp_path: Path) -> None:
    files = Certificate(certificate=tmp_path / "a", key=tmp_path / "b", authority=tmp_path / "c")
    guard = Guard(certificate=files, password=secrets.token_hex(8))
    index = IndexServer(url="https://127.0.0.1:9200", how="", stop=lambda: None)
    parser = Parser(folder=tmp_path / "parser")
    ours = stack.settings_for(Settings(), index, guard, parser)
    assert (ours.lake_url, ours.elasticsearch_url) == (stack.LAKE, "https://127.0.0.1:9200")
    assert ours.elasticsearch_ca_certs == str(tmp_path / "c")
    assert ours.catalog_dir.is_absolute()
    assert ours.parser_socket == parser.socket
    named = stack.settings_for(Settings(lake_url="s3://elsewhere/lake"), index, guard, parser)
    assert named.lake_url == "s3://elsewhere/lake"


def test_workers_come_after_what_they_talk_to(tmp_path: Path) -> None:
    plan = Plan(home=tmp_path, port=1, variables={}, workers=("worker-1", "worker-2"), task_port=2)
    assert [server.name for server in servers(plan)] == [
        "Airflow's api-server",
        "Airflow's scheduler",
        "Airflow's dag-processor",
        "Airflow's task-api",
        "Airflow's worker-1",
        "Airflow's worker-2",
    ]
    assert plan.components == tuple(server.name.removeprefix("Airflow's ") for server in servers(plan))


def test_tasks_report_to_the_server_that_is_for_them(tmp_path: Path) -> None:
    said = {
        task_port: environment(Plan(home=tmp_path, port=1, variables={}, task_port=task_port))
        for task_port in (None, 2)
    }
    assert [each["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] for each in said.values()] == [
        "http://127.0.0.1:1/execution/",
        "http://127.0.0.1:2/execution/",
    ]


def test_without_a_stack_its_commands_say_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert (stack.status(), stack.down()) == (1, 0)
    assert capsys.readouterr().out.count("No stack is running here") == 2


def test_a_program_that_is_missing_is_named_with_its_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BadConfiguration, match="apt-get install redis-server"):
        program("redis-server", "redis-server")


@pytest.mark.slow
def test_the_parser_is_kept_running_without_our_variables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "canary")
    with tempfile.TemporaryDirectory() as short:  # than which a test's own folder is longer
        parser = Parser(folder=Path(short))
        assert not parser.answers()
        with Supervisor([parser.server()], tmp_path / "processes.json", quiet) as supervisor:
            for _ in Patience("it", Watch(signs={}, log=parser.log), quiet, Manner(poll_seconds=0.1)).ticks():
                supervisor.check()
                if parser.answers():
                    break
            environ = Path(f"/proc/{supervisor.leader('The parser')}/environ").read_bytes()
        assert b"canary" not in environ
        assert b"PATH=" in environ
        assert not parser.answers()


def test_a_folder_that_is_too_deep_for_a_socket_is_said_to_be(tmp_path: Path) -> None:
    with pytest.raises(BadConfiguration, match="at most 100 bytes"):
        Parser(folder=tmp_path / ("x" * 100)).spawn()


@pytest.mark.server
@pytest.mark.slow
def test_redis_answers_on_the_loopback_to_who_knows_its_password(tmp_path: Path) -> None:
    if shutil.which("redis-server") is None:
        pytest.skip("needs redis-server, a package of Debian")
    redis = Redis(
        folder=tmp_path / "redis",
        port=free_port(),
        certificate=certificate_for(tmp_path / "tls", "redis"),
        password=secrets.token_hex(16),
    )
    trusting = ssl.create_default_context(cafile=str(redis.certificate.authority))

    def said(*lines: str) -> bytes:
        with (
            socket.create_connection(("127.0.0.1", redis.port), timeout=10) as plain,
            trusting.wrap_socket(plain, server_hostname="127.0.0.1") as connection,
        ):
            answers = b""
            for line in lines:
                connection.sendall(line.encode() + b"\r\n")
                answers += connection.recv(1000)
            return answers

    with kept_running(redis.server(), redis.port, tmp_path / "processes.json"):
        assert b"NOAUTH" in said("PING")
        assert b"WRONGPASS" in said("AUTH guessed")
        assert said(f"AUTH {redis.password}", "PING") == b"+OK\r\n+PONG\r\n"
        assert said(f"AUTH {redis.password}", "CONFIG GET bind").endswith(b"127.0.0.1\r\n")
    assert stat.S_IMODE((redis.folder / "redis.conf").stat().st_mode) == 0o600


@pytest.mark.server
@pytest.mark.slow
def test_postgres_answers_on_the_loopback_to_who_knows_its_password(tmp_path: Path) -> None:
    import psycopg

    try:
        postgres_program("initdb")
    except BadConfiguration as missing:
        pytest.skip(str(missing))
    user = server_user()
    folder = reachable(tmp_path / "postgres", user)
    postgres = Postgres(
        folder=folder,
        port=free_port(),
        user=user,
        certificate=certificate_for(tmp_path / "tls", "postgres"),
        password=secrets.token_hex(16),
    )
    trusting = {"sslmode": "verify-full", "sslrootcert": str(postgres.certificate.authority)}
    other = str(certificate_for(tmp_path / "other", "postgres").authority)
    try:
        with kept_running(postgres.server(), postgres.port, tmp_path / "processes.json"):
            for _ in Patience("it", Watch(signs={}, log=postgres.log), quiet, Manner(poll_seconds=0.1)).ticks():
                if postgres.make_database():
                    break
            with psycopg.connect(postgres.url("postgresql"), **trusting) as connection:
                assert connection.execute("SHOW listen_addresses").fetchone() == ("127.0.0.1",)
                spoken = connection.execute("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()").fetchone()
                assert spoken == (True,)
            with pytest.raises(psycopg.OperationalError, match="certificate verify failed"):
                psycopg.connect(postgres.url("postgresql"), **trusting | {"sslrootcert": other})
            wrong = postgres.url("postgresql").replace(postgres.password, "guessed")
            with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
                psycopg.connect(wrong)
            assert not (folder / "first-password").exists()
    finally:
        if folder != tmp_path / "postgres":
            shutil.rmtree(folder, ignore_errors=True)
