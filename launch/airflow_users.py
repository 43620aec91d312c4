"""The administrator of an Airflow whose users are in its database, made with the password of a file.

`python -m launch.airflow_users --admin NAME --password-file FILE`, with Airflow's own environment, after its database
was brought up to date.  Airflow's command would take the password in its arguments, which every process can read.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from launch.console import leave
from mediawatch.errors import BadConfiguration

ROLE = "Admin"


def give(users: Any, name: str, password: str) -> str:
    """Make the user `name` of Airflow's `users` an administrator with `password`; what was done.

    Whoever is there already keeps their roles: people may have changed them.
    """
    if user := users.find_user(username=name):
        if users.check_password(name, password):
            return f"{name} has the password already."
        users.reset_password(user.id, password)
        return f"{name} has the new password."
    role = users.find_role(ROLE)
    made = role and users.add_user(
        username=name, first_name=name, last_name=ROLE, email=f"{name}@localhost", role=role, password=password
    )
    if not made:
        raise BadConfiguration(f"The user {name} cannot be made in Airflow's database; what was printed says why.")
    return f"{name} is an administrator with the password of the file."


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse the options and do it."""
    parser = argparse.ArgumentParser(prog="python -m launch.airflow_users", description=__doc__)
    parser.add_argument("--admin", required=True, help="name of the user")
    parser.add_argument("--password-file", required=True, type=Path, help="file that holds the password")
    options = parser.parse_args(arguments)
    from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder

    password = options.password_file.read_text(encoding="utf-8").strip()
    if not password:
        raise BadConfiguration(f"{options.password_file} is empty.")
    with get_application_builder() as builder:
        print(give(builder.sm, options.admin, password))
    return 0


if __name__ == "__main__":
    leave(main)
