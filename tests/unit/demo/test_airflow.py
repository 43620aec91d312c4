from __future__ import annotations

import socket
from pathlib import Path

import pytest

from demo.airflow import environment, free_port, running_airflow
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
    assert "stopped with exit code" in str(failure.value)
    assert str(tmp_path / "standalone.log") in str(failure.value)
    assert "NoSuchExecutor" in str(failure.value)
    assert lines[-1] == "Stopping Airflow ..."
    assert not (tmp_path / "standalone.json").exists()


def test_the_environment_is_ours_not_another_airflows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTOR", "CeleryExecutor")
    monkeypatch.setenv("AIRFLOW_HOME", "/srv/other")
    monkeypatch.setenv("AIRFLOW_CONN_ELASTICSEARCH_DEFAULT", "http://search.example:9200")
    monkeypatch.setenv("NO_PROXY", "intranet.example")
    env = environment(tmp_path, 8088)
    assert env["AIRFLOW_HOME"] == str(tmp_path.resolve())
    assert "AIRFLOW__CORE__EXECUTOR" not in env
    assert env["AIRFLOW_CONN_ELASTICSEARCH_DEFAULT"] == "http://search.example:9200"
    assert env["NO_PROXY"] == env["no_proxy"] == "intranet.example,127.0.0.1"
    assert env["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == "http://127.0.0.1:8088/execution/"


def test_everyone_is_an_admin_only_on_the_loopback_and_ports_differ(tmp_path: Path) -> None:
    env = environment(tmp_path, 8088)
    assert env["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS"] == "True"
    assert env["AIRFLOW__API__HOST"] == "127.0.0.1"
    names = ("API__PORT", "LOGGING__WORKER_LOG_SERVER_PORT", "LOGGING__TRIGGER_LOG_SERVER_PORT")
    assert len({env[f"AIRFLOW__{name}"] for name in names}) == 3
