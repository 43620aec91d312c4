"""The `.env` of docker-compose.yml, with every secret made up: what `make secrets` writes.

It may be run again, as after an upgrade that asks for one more: what is filled in stays as it is.
"""

from __future__ import annotations

import base64
import re
import secrets
from io import StringIO
from pathlib import Path
from typing import Final

from dotenv.parser import Binding, parse_stream

from launch.console import leave
from launch.secret_files import write_secret
from mediawatch.errors import BadConfiguration

ROOT: Final = Path(__file__).resolve().parents[1]
_SECRET: Final = re.compile(r"PASSWORD|SECRET|KEY")
_FERNET: Final = "AIRFLOW_FERNET_KEY"


def made_up(name: str) -> str:
    """A secret for the variable `name`: letters and digits, but for the key whose form is fixed."""
    if name == _FERNET:
        return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode("ascii")
    return secrets.token_hex(32)


def settings_in(text: str, file: str = ".env") -> list[Binding]:
    """The parts of `text` in their order, as Docker Compose reads them; together they are `text`.

    Raises BadConfiguration for a line that cannot be read: it may hold what a second line would replace.
    """
    found = list(parse_stream(StringIO(text)))
    for each in found:
        if each.error:
            raise BadConfiguration(f"{file}:{each.original.line}: write this line as NAME=value; nothing was changed.")
    return found


def filled(text: str) -> str:
    """The lines of `text`, with what is secret and empty made up."""
    found = settings_in(text)
    last = {each.key: number for number, each in enumerate(found)}
    return "".join(
        _with_value(each)
        if each.key and each.value == "" and last[each.key] == number and _SECRET.search(each.key)
        else each.original.string
        for number, each in enumerate(found)
    )


def _with_value(empty: Binding) -> str:
    """The line of `empty` with a secret in it; what was noted behind it stays."""
    name, line = empty.key or "", empty.original.string
    head, _, tail = line.partition("=")
    note = tail.strip().removeprefix('""').removeprefix("''").strip()
    return f"{head}={made_up(name)}{note and f' {note}'}{line[len(line.rstrip()) :]}"


def write_env(folder: Path = ROOT) -> tuple[str, ...]:
    """Bring `.env` in `folder` up to date with `.env.example`, readable by its owner alone; what is still empty there.

    Lines of the present file stay, in their order; those that the example has and it has not come behind them.
    Raises BadConfiguration for a file with a line that cannot be read.
    """
    file, example = folder / ".env", (folder / ".env.example").read_text(encoding="utf-8")
    present = file.read_text(encoding="utf-8") if file.exists() else example
    there = {each.key for each in settings_in(present)}
    wanted = [each for each in settings_in(example, ".env.example") if each.key]
    lacking = [each.original.string.strip() for each in wanted if each.key not in there]
    text = filled("\n".join([present.rstrip("\n"), *lacking, ""]))
    write_secret(file, text)
    values = {each.key: each.value for each in settings_in(text) if each.key}
    return tuple(name for name, value in values.items() if value == "")


def main(folder: Path = ROOT) -> int:
    """Write `.env` and say what a person has to fill in."""
    empty = write_env(folder)
    print(f".env is there, for you alone to read{'; fill in ' + ', '.join(empty) if empty else ''}.")
    return 0


if __name__ == "__main__":
    leave(main)
