from __future__ import annotations

import signal
import socket
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

import launch.airflow
from launch.airflow import Airflow, check_database, free_port, running_airflow
from launch.airflow_api import Api
from launch.airflow_components import ALL_ADMINS, API_SERVER, COMMANDS, Plan, Pulse, environment
from launch.airflow_login import login_in_database, login_of
from launch.patience import Stalled
from launch.sessions import session_members
from launch.stopping import STOPPING, Stopped
from launch.supervision import Server, Supervisor
from mediawatch.errors import BadConfiguration, Unavailable


def test_a_port_in_use_is_one_clear_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(BadConfiguration, match=f"Port {port} .* in use"), running_airflow(tmp_path, port=port):
            pytest.fail("it started")


def test_a_free_port_can_be_had() -> None:
    with socket.create_server(("127.0.0.1", free_port())) as server:
        assert server.getsockname()[0] == "127.0.0.1"


@pytest.mark.server
def test_an_airflow_that_does_not_come_up_says_so_and_names_its_log(tmp_path: Path) -> None:
    lines: list[str] = []
    with (
        pytest.raises(Unavailable) as failure,
        running_airflow(tmp_path, env={"AIRFLOW__CORE__EXECUTOR": "NoSuchExecutor"}, progress=lines.append),
    ):
        pytest.fail("it started")
    assert "with exit code" in str(failure.value)
    assert "NoSuchExecutor" in str(failure.value)
    assert "db-migrate.log" in str(failure.value) or lines[-1] == "Stopping Airflow ..."
    assert not (tmp_path / "processes.json").exists()


@pytest.mark.parametrize("moment", ["Starting Airflow", "Stopping Airflow"])
def test_a_signal_between_two_steps_leaves_no_claim_and_no_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    spawned: list[int] = []

    def migration(words: Sequence[str], log: Path, environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
        log.touch()
        process = subprocess.Popen(["true"], start_new_session=True)
        spawned.append(process.pid)
        return process

    def progress(line: str) -> None:
        if line.startswith(moment):
            raise Stopped(signal.SIGTERM)

    monkeypatch.setattr(launch.airflow, "spawn_module", migration)
    monkeypatch.setattr(launch.airflow, "servers", lambda plan: [no_server(plan)])
    with pytest.raises(Stopped), running_airflow(tmp_path, progress=progress):
        pytest.fail("it started")
    assert spawned
    assert not any(session_members(pid) for pid in spawned)
    assert not (tmp_path / "processes.json").exists()


def test_an_administrator_in_the_database_is_put_there_before_anything_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Sequence[str]] = []

    def ended(words: Sequence[str], log: Path, environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
        log.touch()
        asked.append(words)
        assert environ["AIRFLOW__CORE__AUTH_MANAGER"].endswith(".FabAuthManager")
        return subprocess.Popen(["true"], start_new_session=True)

    def progress(line: str) -> None:
        if line.startswith("Starting Airflow"):
            raise Stopped(signal.SIGTERM)

    monkeypatch.setattr(launch.airflow, "spawn_module", ended)
    login = login_in_database(tmp_path / "secrets" / "an admin", {})
    with pytest.raises(Stopped), running_airflow(tmp_path / "home", login=login, progress=progress):
        pytest.fail("it started")
    admin = ["launch.airflow_users", "--admin", "admin", "--password-file", str(tmp_path / "secrets" / "an admin")]
    assert asked == [["airflow", "db", "migrate"], admin]


def no_server(plan: Plan) -> Server:
    """One that cannot be started."""
    return Server(name="The ferry", log=plan.log("ferry"), spawn=lambda: subprocess.Popen(["no-such-program"]))


def test_a_signal_that_waited_for_the_migration_to_be_started_ends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spawned: list[int] = []

    def migration(words: Sequence[str], log: Path, environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(["sleep", "600"], start_new_session=True)
        spawned.append(process.pid)
        raised.append(Stopped(signal.SIGTERM))
        return process

    raised: list[Stopped] = []

    @contextmanager
    def held() -> Iterator[None]:
        yield
        raise raised[0]

    monkeypatch.setattr(launch.airflow, "spawn_module", migration)
    monkeypatch.setattr(STOPPING, "held", held)
    with pytest.raises(Stopped), running_airflow(tmp_path, progress=lambda line: None):
        pytest.fail("it started")
    assert not any(session_members(pid) for pid in spawned)
    assert not (tmp_path / "processes.json").exists()


def test_the_environment_is_ours_not_another_airflows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTOR", "CeleryExecutor")
    monkeypatch.setenv("AIRFLOW_HOME", "/srv/other")
    monkeypatch.setenv("AIRFLOW_CONN_ELASTICSEARCH_DEFAULT", "http://search.example:9200")
    monkeypatch.setenv("NO_PROXY", "intranet.example")
    env = environment(Plan(home=tmp_path, port=8088, variables={}))
    assert env["AIRFLOW_HOME"] == str(tmp_path.resolve())
    assert env["AIRFLOW__CORE__EXECUTOR"] == "LocalExecutor"
    assert env["AIRFLOW_CONN_ELASTICSEARCH_DEFAULT"] == "http://search.example:9200"
    assert env["NO_PROXY"] == env["no_proxy"] == "intranet.example,127.0.0.1"
    assert env["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == "http://127.0.0.1:8088/execution/"


def test_of_another_airflows_options_only_the_switches_of_telemetry_are_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("METRICS__OTEL_ON", "TRACES__OTEL_ON", "METRICS__STATSD_ON"):
        monkeypatch.setenv(f"AIRFLOW__{name}", "True")
    env = environment(Plan(home=tmp_path, port=8088, variables={}))
    assert env["AIRFLOW__METRICS__OTEL_ON"] == env["AIRFLOW__TRACES__OTEL_ON"] == "True"
    assert "AIRFLOW__METRICS__STATSD_ON" not in env


def test_everyone_is_an_admin_only_on_the_loopback_and_ports_differ(tmp_path: Path) -> None:
    env = environment(Plan(home=tmp_path, port=8088, variables={}))
    assert env["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS"] == "True"
    assert env["AIRFLOW__API__HOST"] == "127.0.0.1"
    names = ("API__PORT", "LOGGING__WORKER_LOG_SERVER_PORT")
    assert len({env[f"AIRFLOW__{name}"] for name in names}) == 2


def test_with_a_login_nobody_is_an_admin_by_himself_and_still_only_the_loopback_listens(tmp_path: Path) -> None:
    login = login_of(tmp_path, {})
    env = environment(Plan(home=tmp_path, port=8088, variables={}, login=login))
    assert env[ALL_ADMINS] == "False"
    assert env["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE"] == str(tmp_path / "passwords.json")
    assert env["AIRFLOW__API__HOST"] == "127.0.0.1"


def test_the_administrators_password_is_not_handed_to_every_task(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW_ADMIN_PASSWORD", "harbour bell")
    env = environment(Plan(home=tmp_path, port=8088, variables={}, login=login_of(tmp_path, {})))
    assert "harbour bell" not in str(env)


@pytest.mark.parametrize("cut", [0, 100, 4096])
def test_a_damaged_database_is_one_sentence_with_what_to_do(tmp_path: Path, cut: int) -> None:
    file = tmp_path / "airflow.db"
    check_database(tmp_path)
    with closing(sqlite3.connect(file)) as database:
        database.execute("CREATE TABLE runs (name TEXT)")
        database.executemany("INSERT INTO runs VALUES (?)", [("x" * 1000,)] * 100)
        database.commit()
    check_database(tmp_path)
    content = bytearray(file.read_bytes())
    content[cut : cut + 3000] = b"\xff" * 3000
    file.write_bytes(content)
    with pytest.raises(BadConfiguration, match=r"airflow\.db is damaged .*mv "):
        check_database(tmp_path)


def test_a_component_is_ill_when_it_is_not_healthy_and_its_heart_has_stopped() -> None:
    report: dict[str, object] = {"scheduler": {"status": "unhealthy", "latest_scheduler_heartbeat": "06:00:00"}}
    now = [0.0]
    pulse = Pulse(lambda: report, clock=lambda: now[0])

    def seen() -> bool:
        now[0] += 10
        return pulse.is_well("scheduler")

    assert seen()  # a first beat
    assert not seen()
    report["scheduler"] = {"status": "unhealthy", "latest_scheduler_heartbeat": "06:00:40"}
    assert seen()  # late, but it beats
    assert not seen()
    report["scheduler"] = {"status": "healthy", "latest_scheduler_heartbeat": "06:00:40"}
    assert seen()
    assert not pulse.is_well("dag-processor")


def test_of_an_airflow_that_does_not_answer_the_api_server_is_to_blame() -> None:
    pulse = Pulse(lambda: None)
    assert {command: pulse.is_well(command) for command in COMMANDS} == {
        "api-server": False,
        "scheduler": True,
        "dag-processor": True,
    }
    assert Pulse(lambda: {"scheduler": {}}).is_well(API_SERVER)


class NothingWoken(Api):
    """An Airflow in which no event starts a run, as when it was lost."""

    def created_at(self, dag_id: str, run_id: str) -> str:
        return "2026-04-29T09:00:00Z"

    def asset_runs(self, dag_id: str, *, since: str) -> list[str]:
        return []


def test_an_event_that_was_lost_is_not_waited_for_for_ever(tmp_path: Path) -> None:
    """Its scheduler works on, so that nothing else would end the wait for an hour."""

    def spawn() -> subprocess.Popen[bytes]:
        return subprocess.Popen(["sleep", "600"], start_new_session=True)

    scheduler = Server(name="Airflow's scheduler", log=tmp_path / "log", spawn=spawn, is_well=lambda: True)
    with Supervisor([scheduler], tmp_path / "processes.json", lambda _: None) as supervisor:
        airflow = Airflow(
            url="http://127.0.0.1:9",
            home=tmp_path,
            api=NothingWoken(url="http://127.0.0.1:9"),
            supervisor=supervisor,
            progress=lambda _: None,
        )
        with pytest.raises(Stalled, match=r"harvest_news did not wake build_day within 0 s\. Its log: .*scheduler"):
            airflow.await_woken("build_day", by=("harvest_news", "run"), ceiling=0.2)
