"""Airflow's users in its database, as in docker-compose.yml: who logs in, and what the board lets each role do."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from launch.airflow_users import give, main
from mediawatch.errors import BadConfiguration

ROOT = Path(__file__).resolve().parents[3]
PROBE = """
import json
from airflow.api_fastapi.app import create_app
from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder
from starlette.testclient import TestClient

people = {"viewer": "Viewer", "user": "User", "op": "Op", "nobody": "Public"}
with get_application_builder() as builder:
    for name, role in people.items():
        builder.sm.add_user(name, name, name, f"{name}@example.org", builder.sm.find_role(role), f"secret of {name}")

core, tasks = create_app(apps="core"), create_app(apps="execution")
base = "http://127.0.0.1:8080"
client = TestClient(core, base_url=base, follow_redirects=False)

def token(name, password):
    return client.post("/auth/token", json={"username": name, "password": password})

said = {"first": token("chief", "first of chief").status_code, "wrong": token("viewer", "guessed").status_code}
said["stranger"] = client.get("/board/").status_code
person = client.get("/board/", headers={"accept": "text/html"})
said["person"] = [person.status_code, person.headers["location"]]
said["login page"] = client.get("/auth/login/").status_code
for name, password in {"chief": "second of chief", **{name: f"secret of {name}" for name in people}}.items():
    bearer = {"Authorization": f"Bearer {token(name, password).json()['access_token']}"}
    wish = {"alert": "a", "day": "2026-04-29", "why": "x"}
    said[name] = [
        client.get("/board/", headers=bearer).status_code,
        client.post("/board/dismiss", data=wish, headers=bearer).status_code,
    ]
def paths(app):
    return {getattr(route, "path", "") for route in app.routes}
said["of tasks"] = sorted(paths(tasks) & {"/board", "/auth", "/execution", "/api/v2", "/ui"})
said["of people"] = sorted(paths(core) & {"/board", "/execution"})
said["health"] = TestClient(tasks, base_url=base).get("/execution/health").json()
print("ANSWERS" + json.dumps(said))
"""


class Users:
    """Of Airflow's security manager what is asked of it."""

    def __init__(self) -> None:
        self.passwords: dict[str, str] = {}
        self.roles: dict[str, str] = {"Admin": "the role"}

    def find_user(self, username: str) -> Any:
        return SimpleNamespace(id=username) if username in self.passwords else None

    def find_role(self, name: str) -> str | None:
        return self.roles.get(name)

    def check_password(self, name: str, password: str) -> bool:
        return self.passwords[name] == password

    def reset_password(self, name: str, password: str) -> None:
        self.passwords[name] = password

    def add_user(self, *, username: str, password: str, role: str, **_: str) -> bool:
        assert role == "the role"
        self.passwords[username] = password
        return True


def test_the_password_of_the_file_is_that_of_the_user_however_often_it_is_given() -> None:
    users = Users()
    assert "is an administrator" in give(users, "admin", "one")
    assert "already" in give(users, "admin", "one")
    assert "new password" in give(users, "admin", "two")
    assert users.passwords == {"admin": "two"}


def test_a_database_without_roles_is_no_success() -> None:
    users = Users()
    users.roles.clear()
    with pytest.raises(BadConfiguration, match="cannot be made"):
        give(users, "admin", "one")


@pytest.fixture(name="answers", scope="module")
def _answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What an Airflow with the auth manager of docker-compose.yml says."""
    if importlib.util.find_spec("flask_appbuilder") is None:
        pytest.skip("needs the packages of requirements-stack.txt")
    folder = tmp_path_factory.mktemp("users")
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    variable = "AIRFLOW__CORE__AUTH_MANAGER"
    environ = os.environ | {
        variable: compose["services"]["api-server"]["environment"][variable],
        "AIRFLOW_HOME": str(folder / "airflow"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "plugins"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(folder),
        "AIRFLOW__API__BASE_URL": "http://127.0.0.1:8080",
        "AIRFLOW__API_AUTH__JWT_SECRET": "0" * 64,
        "AIRFLOW__FAB__AUTH_RATE_LIMITED": "False",
        "MEDIAWATCH_LAKE_URL": str(folder / "lake"),
        "PYTHONPATH": os.pathsep.join((str(ROOT / "include"), str(ROOT))),
    }

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            env=environ, cwd=ROOT, capture_output=True, text=True, timeout=280, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        assert "of chief" not in done.stdout + done.stderr
        return done.stdout

    run("-m", "airflow", "db", "migrate")
    for password in ("first of chief", "second of chief"):
        (folder / "password").write_text(f"{password}\n")
        run("-m", "launch.airflow_users", "--admin", "chief", "--password-file", str(folder / "password"))
    (told,) = [line for line in run("-c", PROBE).splitlines() if line.startswith("ANSWERS")]
    found: dict[str, Any] = json.loads(told.removeprefix("ANSWERS"))
    return found


@pytest.mark.slow
@pytest.mark.server
@pytest.mark.timeout(600)
def test_who_has_no_login_sees_nothing(answers: dict[str, Any]) -> None:
    assert (answers["first"], answers["wrong"], answers["stranger"]) == (401, 401, 401)
    assert answers["person"][0] == 303
    assert answers["person"][1].startswith("http://127.0.0.1:8080/auth/login/?next=")
    assert answers["login page"] == 200


@pytest.mark.slow
@pytest.mark.server
def test_each_role_does_on_the_board_what_it_may_in_airflow(answers: dict[str, Any]) -> None:
    assert [answers[who] for who in ("viewer", "nobody")] == [[200, 403]] * 2, "who has a login may read"
    assert [answers[who] for who in ("user", "op", "chief")] == [[200, 404]] * 3, "404: there is no such alert"


@pytest.mark.slow
@pytest.mark.server
def test_tasks_and_people_have_servers_of_their_own(answers: dict[str, Any]) -> None:
    assert answers["of tasks"] == ["/execution"]
    assert answers["of people"] == ["/board"]
    assert answers["health"] == {"status": "healthy"}


def test_a_file_without_a_password_is_refused(tmp_path: Path) -> None:
    if importlib.util.find_spec("flask_appbuilder") is None:
        pytest.skip("needs the packages of requirements-stack.txt")
    (tmp_path / "password").touch()
    with pytest.raises(BadConfiguration, match="is empty"):
        main(["--admin", "admin", "--password-file", str(tmp_path / "password")])
