"""What docker-compose.yml is started with and is not in the repository: `secrets/` and `.env`, by `make secrets`.

Every secret is a file, made up once, and every certificate that the containers know one another by.  Containers have
users of their own, so that each file can be read by anybody who gets to it; nobody but its owner gets into the folder.
It may be run again, as after an upgrade that asks for one more: what is there stays as it is.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Final

from dotenv.parser import Binding, parse_stream

from launch.certificates import certificates_for
from launch.console import leave
from launch.secret_files import write_secret
from mediawatch.errors import BadConfiguration

ROOT: Final = Path(__file__).resolve().parents[1]
FOLDER: Final = "secrets"
CHANNELS: Final = "channels"
"""Below the folder of the secrets: what the addresses of channels are kept in, for who wants them in files."""

SERVERS: Final = ("api-server", "elasticsearch", "kibana", "postgres", "redis", "task-api")
"""Whose certificates there are."""

SECRETS: Final[Mapping[str, str]] = {
    "airflow-admin-password": "AIRFLOW_ADMIN_PASSWORD",
    "airflow-fernet-key": "AIRFLOW_FERNET_KEY",
    "airflow-jwt-secret": "AIRFLOW_JWT_SECRET",
    "airflow-secret-key": "AIRFLOW_SECRET_KEY",
    "elastic-password": "ELASTIC_PASSWORD",
    "kibana-password": "KIBANA_PASSWORD",
    "kibana-reporting-key": "",
    "kibana-saved-objects-key": "",
    "kibana-security-key": "",
    "link-key": "MEDIAWATCH_LINK_KEY",
    "postgres-password": "POSTGRES_PASSWORD",
    "redis-password": "",
    "search-password": "SEARCH_PASSWORD",
}
"""The file of each secret, and the variable of `.env` that it was before there were files."""

_HEARTBEAT: Final = "MEDIAWATCH_HEARTBEAT_URL"
_FERNET: Final = "airflow-fernet-key"


def made_up(file: str) -> str:
    """A secret for `file`: letters and digits, but for the key whose form is fixed."""
    if file == _FERNET:
        return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode("ascii")
    return secrets.token_hex(32)


def settings_in(text: str, file: str = ".env") -> list[Binding]:
    """The parts of `text` in their order, as Docker Compose reads them; together they are `text`.

    Raises BadConfiguration for a line that cannot be read: it may hold what would be lost.
    """
    found = list(parse_stream(StringIO(text)))
    for each in found:
        if each.error:
            raise BadConfiguration(f"{file}:{each.original.line}: write this line as NAME=value; nothing was changed.")
    return found


def write_secrets(folder: Path = ROOT) -> tuple[str, ...]:
    """Bring `secrets/` and `.env` in `folder` up to date; what a person still has to fill in in `.env`.

    A secret that an `.env` of before has becomes its file, since databases were made with it, and its line goes.  Other
    lines stay, in their order; those that the example has and `.env` has not come behind them.
    Raises BadConfiguration for a line that cannot be read, and for a secret that is not what its file says; nothing is
    changed then.
    """
    file, example = folder / ".env", (folder / ".env.example").read_text(encoding="utf-8")
    present = settings_in(file.read_text(encoding="utf-8") if file.exists() else example)
    values = {each.key: each.value or "" for each in present if each.key}
    _check(folder / FOLDER, values)
    _make(folder / FOLDER, values)
    _move_heartbeat(folder, values.get(_HEARTBEAT, ""))
    gone = {*filter(None, SECRETS.values()), _HEARTBEAT}
    kept = "".join(each.original.string for each in present if each.key not in gone)
    wanted = [each for each in settings_in(example, ".env.example") if each.key]
    lacking = [each.original.string.strip() for each in wanted if each.key not in values]
    text = "\n".join([kept.rstrip("\n"), *lacking, ""])
    write_secret(file, text)
    return tuple(each.key for each in settings_in(text) if each.key and each.value == "")


def _check(folder: Path, values: Mapping[str, str]) -> None:
    for name, variable in SECRETS.items():
        given, file = values.get(variable, ""), folder / name
        if file.is_dir():
            raise BadConfiguration(
                f"{FOLDER}/{name} is a folder, as Docker makes where a file is missing: remove it; nothing was changed."
            )
        if given and (held := _held(file)) and held != given:
            raise BadConfiguration(
                f"{variable} of .env is not what {FOLDER}/{name} holds: take the line out of .env, or write its value "
                "into the file, without a line break at its end; nothing was changed."
            )


def _make(folder: Path, values: Mapping[str, str]) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o700)
    (folder / CHANNELS).mkdir(exist_ok=True)
    for name, variable in SECRETS.items():
        if not _held(folder / name):
            write_secret(folder / name, values.get(variable) or made_up(name))
    certificates_for(folder, SERVERS)
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o444)


def _held(file: Path) -> str:
    """What a file of a secret holds; of one that is empty, as when a disk was full, as little as of none."""
    return file.read_text(encoding="utf-8") if file.exists() else ""


def _move_heartbeat(folder: Path, address: str) -> None:
    """The address of the monitor outside from `.env` to a file, which `channels.env` names."""
    if not address:
        return
    file = folder / FOLDER / CHANNELS / "heartbeat-url"
    write_secret(file, address)
    file.chmod(0o444)
    named = folder / "channels.env"
    before = named.read_text(encoding="utf-8").rstrip("\n") if named.exists() else ""
    line = f"{_HEARTBEAT}_FILE=/run/channels/{file.name}"
    if line not in before.splitlines():
        write_secret(named, "\n".join([*filter(None, [before]), line, ""]))


def main(folder: Path = ROOT) -> int:
    """Write both and say what a person has to fill in."""
    empty = write_secrets(folder)
    fill_in = f"; fill in {', '.join(empty)}" if empty else ""
    print(f"{FOLDER}/ and .env are there, for you alone to get at{fill_in}.")
    return 0


if __name__ == "__main__":
    leave(main)
