"""Airflow in tests: a home of its own for imports, and one running Airflow for those that need it."""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from demo.airflow import Airflow, running_airflow
from demo.airflow_process import session_members

ROOT = Path(__file__).resolve().parents[2]


def isolate() -> None:
    """Keep Airflow's files out of the user's home.  Airflow reads the variables when it is imported, so before that."""
    if "airflow" in sys.modules:
        return
    home = tempfile.mkdtemp(prefix="mediawatch-airflow-")
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    os.environ.update(
        AIRFLOW_HOME=home,
        AIRFLOW__CORE__LOAD_EXAMPLES="False",
        AIRFLOW__CORE__DAGS_FOLDER=str(ROOT / "dags"),
        AIRFLOW__CORE__PLUGINS_FOLDER=str(ROOT / "plugins"),
    )


@contextmanager
def airflow_for_session(home: Path, env: Mapping[str, str]) -> Iterator[Airflow]:
    """A running Airflow for the tests of a session; fails when it leaves a process behind.

    No DAG runs by schedule while the tests look: the cron expressions that are settings are put far away.
    """
    with running_airflow(home, env={"MEDIAWATCH_HARVEST_SCHEDULE": "0 0 29 2 *", **env}) as airflow:
        yield airflow
    left = session_members(airflow.process.pid)
    assert not left, f"Airflow left processes behind: {left}"
