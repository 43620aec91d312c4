"""What all tests share: no files in the user's home, one server of each kind a session, Hypothesis' profile."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support.airflow_home import isolate

isolate()

# A shell's background jobs ignore Ctrl-C and those of nohup a hang-up, and so would every process that a test starts
# and ends with these signals.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)

pytest_plugins = (
    "tests.support.airflow",
    "tests.support.elasticsearch",
    "tests.support.left_out",
    "tests.support.s3",
)

# The first example of a law may load a library for a second: a deadline would judge the import, not the law.
settings.register_profile("local", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files whose tests may take minutes come first: at the end all processes but one would wait for them."""
    allowed: dict[Path, int] = {}
    for item in items:
        marker = item.get_closest_marker("timeout")
        allowed[item.path] = max(allowed.get(item.path, 0), marker.args[0] if marker else 0)
    items.sort(key=lambda item: -allowed[item.path])


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name cases that are bytes after their argument.

    Gzip writes the second into them, and xdist ends when two processes do not collect tests of the same names.
    """
    return argname if isinstance(val, bytes) else None
