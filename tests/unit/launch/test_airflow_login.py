"""Who may use the Airflow of `make start`, and where the passwords are."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
import yaml

from launch.airflow_login import ALL_ADMINS, IN_DATABASE, PASSWORDS_FILE, USERS, login_in_database, login_of
from mediawatch.errors import BadConfiguration
from tests.support.papers import ROOT


def kept(file: Path) -> dict[str, str]:
    return dict(json.loads(file.read_text()))


def test_without_a_word_there_is_one_administrator_with_a_password_made_up_once(tmp_path: Path) -> None:
    first, second = login_of(tmp_path, {}), login_of(tmp_path, {})

    assert first is not None
    assert first == second
    assert (first.username, first.options[USERS]) == ("admin", "admin:admin")
    assert len(first.password) > 15
    assert kept(first.file) == {"admin": first.password}
    assert first.password not in repr(first)


def test_only_we_can_read_the_passwords(tmp_path: Path) -> None:
    login = login_of(tmp_path, {})

    assert login is not None
    assert stat.S_IMODE(login.file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [login.file.name]


def test_a_password_that_is_given_counts_from_then_on(tmp_path: Path) -> None:
    made_up = login_of(tmp_path, {})
    given = login_of(tmp_path, {"AIRFLOW_ADMIN_PASSWORD": "harbour bell"})
    later = login_of(tmp_path, {})

    assert made_up is not None
    assert given is not None
    assert made_up.password != given.password == "harbour bell"  # noqa: S105 - invented
    assert later == given


def test_users_of_ones_own_keep_their_passwords_and_the_first_administrator_is_ours(tmp_path: Path) -> None:
    file = tmp_path / "people.json"
    file.write_text('{"ben": "gull", "old": "kept"}')
    environ = {USERS: "ben:viewer, ann:ADMIN,eve:admin", PASSWORDS_FILE: str(file)}

    login = login_of(tmp_path, environ)

    assert login is not None
    assert login.username == "ann"
    assert login.options == {ALL_ADMINS: "False", USERS: environ[USERS], PASSWORDS_FILE: str(file)}
    assert kept(file) == {"ben": "gull", "old": "kept", "ann": login.password, "eve": kept(file)["eve"]}


@pytest.mark.parametrize("said", ["True", "true", " 1", "t"])
def test_who_asks_for_it_has_no_passwords(tmp_path: Path, said: str) -> None:
    assert login_of(tmp_path, {ALL_ADMINS: said}) is None
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("users", ["ben:viewer", "ann", "ann:", ":admin", "ann:admin,", "ann:admin:a:b"])
def test_users_that_cannot_be_meant_so_are_named(tmp_path: Path, users: str) -> None:
    with pytest.raises(BadConfiguration, match=f"{USERS}={users} "):
        login_of(tmp_path, {USERS: users})


@pytest.mark.parametrize("content", ["{", "[1]", "\x00"])
def test_passwords_that_cannot_be_read_are_named_with_what_to_do(tmp_path: Path, content: str) -> None:
    (tmp_path / "passwords.json").write_text(content)

    with pytest.raises(BadConfiguration, match=r"passwords\.json .*remove it"):
        login_of(tmp_path, {})


def test_users_in_the_database_have_an_administrator_whose_password_is_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "secrets" / "airflow-admin"
    made_up, again = login_in_database(file, {}), login_in_database(file, {})
    assert made_up == again
    assert (made_up.username, made_up.in_database, made_up.file) == ("admin", True, file)
    assert file.read_text() == f"{made_up.password}\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    given = login_in_database(file, {"AIRFLOW_ADMIN_PASSWORD": "harbour bell"})
    assert given.password == "harbour bell"  # noqa: S105 - invented
    assert login_in_database(file, {}) == given


@pytest.mark.parametrize("given", [" ", "harbour ", "hafenglöckchen"])
def test_a_password_that_its_file_could_not_give_back_is_refused(tmp_path: Path, given: str) -> None:
    with pytest.raises(BadConfiguration, match="AIRFLOW_ADMIN_PASSWORD"):
        login_in_database(tmp_path / "airflow-admin", {"AIRFLOW_ADMIN_PASSWORD": given})
    assert not [*tmp_path.iterdir()]


def test_they_are_kept_by_the_same_part_of_airflow_as_in_docker_compose() -> None:
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
    assert services["api-server"]["environment"].items() >= IN_DATABASE.items()
