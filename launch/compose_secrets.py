"""The `.env` of docker-compose.yml, with every secret made up: what `make secrets` writes.

It may be run again, as after an upgrade that asks for one more: what is filled in stays as it is.
"""

from __future__ import annotations

import base64
import re
import secrets
from pathlib import Path
from typing import Final

from launch.secret_files import write_secret

ROOT: Final = Path(__file__).resolve().parents[1]
_LINE: Final = re.compile(r"^([A-Z]\w*)=(.*)$", re.MULTILINE)
_SECRET: Final = re.compile(r"PASSWORD|SECRET|KEY")
_FERNET: Final = "AIRFLOW_FERNET_KEY"


def made_up(name: str) -> str:
    """A secret for the variable `name`: letters and digits, but for the key whose form is fixed."""
    if name == _FERNET:
        return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode("ascii")
    return secrets.token_hex(32)


def filled(text: str) -> str:
    """The lines of `text`, with what is secret and empty made up."""

    def line(found: re.Match[str]) -> str:
        name, value = found[1], found[2].strip()
        return f"{name}={value or (made_up(name) if _SECRET.search(name) else '')}"

    return _LINE.sub(line, text)


def write_env(folder: Path = ROOT) -> tuple[str, ...]:
    """Bring `.env` in `folder` up to date with `.env.example`, readable by its owner alone; what is still empty there.

    Lines of the present file stay, in their order; those that the example has and it has not come behind them.
    """
    file, example = folder / ".env", (folder / ".env.example").read_text(encoding="utf-8")
    present = file.read_text(encoding="utf-8") if file.exists() else example
    there = dict(_LINE.findall(present))
    lacking = [f"{name}={value}" for name, value in _LINE.findall(example) if name not in there]
    text = filled("\n".join([present.rstrip("\n"), *lacking, ""]))
    write_secret(file, text)
    return tuple(name for name, value in _LINE.findall(text) if not value.strip())


def main(folder: Path = ROOT) -> None:
    """Write `.env` and say what a person has to fill in."""
    empty = write_env(folder)
    print(f".env is there, for you alone to read{'; fill in ' + ', '.join(empty) if empty else ''}.")


if __name__ == "__main__":
    main()
