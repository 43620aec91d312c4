"""Who may use the Airflow of `make start` and `make stack`: its administrator, whose password is in a file of ours.

Airflow's simple auth manager compares passwords with those of a JSON file.  It makes up what is missing there and
prints it into its log; here they are made before it starts, so that the launcher's own calls can log in too.  Where
users are in Airflow's database, as in docker-compose.yml, `launch/airflow_users.py` puts the administrator there.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from launch.secret_files import secret_in, write_secret
from mediawatch.errors import BadConfiguration

USERS = "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS"
PASSWORDS_FILE = "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE"
ALL_ADMINS = "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS"
DEFAULT_USERS = "admin:admin"
IN_DATABASE = {
    "AIRFLOW__CORE__AUTH_MANAGER": "airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """A user with the role `admin`, where the password is, and Airflow's options that ask everybody for one.

    Who is `in_database` has to be put there before Airflow starts.
    """

    username: str
    password: str = field(repr=False)
    file: Path
    options: Mapping[str, str]
    in_database: bool = False


def login_of(home: Path, environ: Mapping[str, str]) -> Login | None:
    """The administrator of the Airflow in `home`; None where `environ` says that everybody is one.

    Users are those of Airflow's own option in `environ`, or `admin` alone; the first administrator's password is
    `AIRFLOW_ADMIN_PASSWORD` where that is set.  Passwords that are missing are made up.  Raises BadConfiguration.
    """
    if environ.get("AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS", "").strip().lower() in {"true", "t", "1"}:
        return None
    users = environ.get("AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS") or DEFAULT_USERS
    roles = _roles(users)
    admin = next((name for name, role in roles.items() if role == "admin"), None)
    if admin is None:
        raise BadConfiguration(f"{USERS}={users} has no user with the role admin, which `make start` itself needs.")
    file = Path(environ.get("AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE") or home / "passwords.json").resolve()
    passwords = _read(file)
    given = environ.get("AIRFLOW_ADMIN_PASSWORD")
    wanted = {name: passwords.get(name) or secrets.token_urlsafe(16) for name in roles} | (
        {admin: given} if given else {}
    )
    if not wanted.items() <= passwords.items():
        write_secret(file, json.dumps(passwords | wanted) + "\n")
    options = {ALL_ADMINS: "False", USERS: users, PASSWORDS_FILE: str(file)}
    return Login(username=admin, password=wanted[admin], file=file, options=options)


def login_in_database(file: Path, environ: Mapping[str, str]) -> Login:
    """The administrator `admin` of an Airflow that has its users in its database.

    The password is `AIRFLOW_ADMIN_PASSWORD` where that is set in `environ`, else that in `file`, or made up.  Raises
    BadConfiguration for one that a file cannot hold as it is.
    """
    given = environ.get("AIRFLOW_ADMIN_PASSWORD", "")
    if given and (given != given.strip() or not given.isascii()):
        raise BadConfiguration("AIRFLOW_ADMIN_PASSWORD: no blanks around it, and letters of ASCII only, please.")
    if given:
        write_secret(file, f"{given}\n")
    password = given or secret_in(file)
    return Login(username="admin", password=password, file=file.resolve(), options=IN_DATABASE, in_database=True)


def _roles(users: str) -> dict[str, str]:
    parts = [user.strip().split(":") for user in users.split(",")]
    if not all(len(part) in {2, 3} and all(part[:2]) for part in parts):
        raise BadConfiguration(f"{USERS}={users} is not of the form name:role,name:role.")
    return {name: role.lower() for name, role, *_ in parts}


def _read(file: Path) -> dict[str, str]:
    try:
        found = json.loads(file.read_text(encoding="utf-8") or "{}")
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise BadConfiguration(f"The passwords in {file} cannot be read: remove it, and new ones are made.") from error
    if not isinstance(found, dict):
        raise BadConfiguration(f"The passwords in {file} are not a JSON object: remove it, and new ones are made.")
    return {str(name): str(password) for name, password in found.items()}
