"""A real Airflow that asks for a password, loses components, and finds what an earlier one left."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import requests

from demo.today import end_earlier_runs
from launch.airflow import Airflow, running_airflow
from launch.airflow_api import Api
from launch.airflow_components import API_SERVER, SCHEDULER, name_of
from launch.airflow_login import login_of
from launch.sessions import session_members

pytestmark = [pytest.mark.server, pytest.mark.timeout(1800)]

LINES: list[str] = []


@pytest.fixture(scope="module")
def airflow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Airflow]:
    """An Airflow over an empty lake, without a harvest by schedule."""
    folder = tmp_path_factory.mktemp("airflow")
    (folder / "sources").mkdir()
    env = {
        "MEDIAWATCH_LAKE_URL": str(folder / "lake"),
        "MEDIAWATCH_CATALOG_DIR": str(folder / "sources"),
        "MEDIAWATCH_HARVEST_SCHEDULE": "0 0 29 2 *",
    }
    login = login_of(folder, {})
    with running_airflow(folder / "home", env=env, login=login, progress=LINES.append) as airflow:
        yield airflow
    assert session_members(*airflow.supervisor.leaders()) == []


def eventually(is_so: Callable[[], object], seconds: float = 900) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.5)


def test_who_has_no_password_gets_nothing_and_the_launcher_has_one(airflow: Airflow) -> None:
    assert requests.get(f"{airflow.url}/api/v2/dags", timeout=60).status_code == requests.codes.unauthorized
    assert requests.get(f"{airflow.url}/auth/token", timeout=60).status_code == requests.codes.forbidden
    airflow.await_dag("harvest_news")
    assert airflow.api.has_dag("harvest_news")
    assert airflow.login
    assert Api(url=airflow.url, login=airflow.login).import_errors() == {}


def test_the_passwords_are_in_no_log(airflow: Airflow) -> None:
    assert airflow.login
    logs = [path.read_text(errors="replace") for path in airflow.home.rglob("*.log")]
    assert logs
    assert not any(airflow.login.password in log for log in logs)


def test_a_run_that_an_earlier_demo_left_unfinished_is_ended_with_a_word(airflow: Airflow) -> None:
    airflow.await_dag("check_sources")
    airflow.api._call("PATCH", "dags/check_sources", json={"is_paused": True})
    left = airflow.api.trigger("check_sources", {})
    later = replace(airflow, began_at=datetime.now(UTC))
    said: list[str] = []
    end_earlier_runs(later, said.append)
    assert airflow.api.state("check_sources", left) == "failed"
    assert f"check_sources {left}" in said[0]
    end_earlier_runs(later, said.append)
    assert not any(left in line for line in said[1:])  # runs of the scheduler's own may begin at any moment
    airflow.api.unpause("check_sources")


@pytest.mark.parametrize("command", [SCHEDULER, API_SERVER])
def test_a_component_that_is_killed_is_started_again_and_airflow_goes_on(airflow: Airflow, command: str) -> None:
    name = name_of(command)
    victim = airflow.supervisor.leader(name)
    os.kill(victim, signal.SIGKILL)
    eventually(lambda: airflow.supervisor.leader(name) != victim)
    eventually(lambda: not airflow.ailment())
    assert any(line.startswith(f"{name} ended by SIGKILL; starting it again") for line in LINES)
    assert session_members(victim) == []
    assert airflow.wait("check_sources", airflow.trigger("check_sources")) in {"success", "failed"}
