"""Passwords and keys on one machine: made up once, readable by their owner alone."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from launch.secret_files import secret_in, write_secret
from mediawatch.errors import BadConfiguration


def mode_of(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def test_a_secret_is_made_up_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        file = tmp_path / "secrets" / "redis"
        made = secret_in(file)
    finally:
        os.umask(before)
    assert (len(made), mode_of(file)) == (32, 0o600)
    assert mode_of(file.parent) == 0o700
    assert secret_in(file) == made
    assert secret_in(tmp_path / "secrets" / "other") != made


def test_a_secret_that_others_can_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "redis"
    file.write_text("known to all")
    file.chmod(0o644)
    with pytest.raises(BadConfiguration, match="chmod 600"):
        secret_in(file)


def test_a_secret_is_replaced_whole(tmp_path: Path) -> None:
    write_secret(tmp_path / "key", "one")
    write_secret(tmp_path / "key", "two")
    assert (tmp_path / "key").read_text() == "two"
    assert [path.name for path in tmp_path.iterdir()] == ["key"]
