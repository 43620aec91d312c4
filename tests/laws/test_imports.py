"""Every module can be imported first: none needs another one to have been loaded before it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

INCLUDE = Path(__file__).resolve().parents[2] / "include"
ONE_BY_ONE = """
import importlib, sys
for name in sys.stdin.read().split():
    for loaded in [each for each in sys.modules if each.partition(".")[0] == "mediawatch"]:
        del sys.modules[loaded]
    try:
        importlib.import_module(name)
    except ImportError as error:
        print(f"{name}: {error}")
"""


def modules() -> list[str]:
    files = (file.relative_to(INCLUDE).with_suffix("") for file in sorted((INCLUDE / "mediawatch").rglob("*.py")))
    dotted = (".".join(file.parts).removesuffix(".__init__") for file in files)
    return [name for name in dotted if not name.endswith("__main__")]


def test_each_module_can_be_the_first() -> None:
    names = modules()
    assert len(names) > 300
    done = subprocess.run(
        [sys.executable, "-c", ONE_BY_ONE],
        input="\n".join(names),
        env={"PYTHONPATH": str(INCLUDE), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.stdout == ""
    assert done.returncode == 0, done.stderr[-2000:]
