"""Says in the last line how many tests a run left out by their marks, so that a short run is not taken for a whole one.

Turned on by `--say-left-out`, as `make quick` does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

LEFT_OUT = pytest.StashKey[int]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option that asks for the line."""
    parser.addoption("--say-left-out", action="store_true", help="say at the end how many tests marks left out")


def pytest_deselected(items: Sequence[pytest.Item]) -> None:
    """Count them, here or in a process of xdist."""
    if items:
        stash = items[0].config.stash
        stash[LEFT_OUT] = stash.get(LEFT_OUT, 0) + len(items)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A process of xdist tells the one that people look at."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["left_out"] = session.config.stash.get(LEFT_OUT, 0)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """All processes collect the same tests, so that the last one's count is everybody's."""
    node.config.stash[LEFT_OUT] = getattr(node, "workeroutput", {}).get("left_out", 0)


def pytest_unconfigure(config: pytest.Config) -> None:
    """The line itself, below pytest's own last one."""
    if config.getoption("--say-left-out") and not hasattr(config, "workeroutput"):
        print(f"make check runs the other {config.stash.get(LEFT_OUT, 0)} tests and checks the types.")
