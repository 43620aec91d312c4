"""Secrets of one machine, in files that only their owner can read."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from mediawatch.errors import BadConfiguration


def secret_in(file: Path, *, characters: int = 32) -> str:
    """What `file` holds; made up, and written there, when there is no such file.

    Hexadecimal, so that it can stand in an address and in any configuration file as it is.
    """
    if file.exists():
        if file.stat().st_mode & 0o077:
            raise BadConfiguration(f"{file} holds a password and can be read by others: chmod 600 {file}")
        if secret := file.read_text(encoding="ascii").strip():
            return secret
    secret = secrets.token_hex(characters // 2)
    write_secret(file, f"{secret}\n")
    return secret


def write_secret(file: Path, content: str) -> None:
    """Put `content` into `file`, whole or not at all; nobody else may read it at any time."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = file.with_name(f".{file.name}.{os.getpid()}")
    aside.unlink(missing_ok=True)
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
        stream.write(content)
    aside.replace(file)
