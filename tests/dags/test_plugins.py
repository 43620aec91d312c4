"""The preload plugin acts in the scheduler and nowhere else."""

from __future__ import annotations

import json
import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
PLUGIN = ROOT / "plugins" / "preload.py"
PROBE = """
import json, runpy, sys
names = runpy.run_path(sys.argv.pop())
sys.argv[0] = "/opt/venv/bin/airflow"
names["Preload"].on_load()
print(json.dumps([module in sys.modules for module in names["HEAVY"]]))
"""


def loaded(*command: str) -> list[bool]:
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *command, str(PLUGIN)],
        env=os.environ,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def test_the_scheduler_loads_all_of_them() -> None:
    assert all(loaded("scheduler"))


def test_the_dag_processor_loads_none() -> None:
    assert not any(loaded("dag-processor"))


@pytest.mark.parametrize(
    ("arguments", "answer"),
    [
        (["/opt/venv/bin/airflow", "scheduler"], True),
        (["/opt/venv/lib/airflow/__main__.py", "scheduler"], True),
        (["airflow", "scheduler", "--num-runs", "3"], True),
        (["airflow", "api-server"], False),
        (["airflow"], False),
        (["pytest", "scheduler"], False),
    ],
)
def test_who_is_the_scheduler(arguments: list[str], answer: bool) -> None:
    assert runpy.run_path(str(PLUGIN))["is_scheduler"](arguments) is answer


def test_every_file_below_plugins_is_a_plugin() -> None:
    """Airflow executes each of them under its bare name, which would hide a library of the same name."""
    files = [file for file in (ROOT / "plugins").rglob("*.py") if "__pycache__" not in file.parts]
    assert all("AirflowPlugin" in file.read_text() for file in files)
    assert {file.stem for file in files}.isdisjoint(
        sys.stdlib_module_names | {"airflow", "elasticsearch", "mediawatch"}
    )
