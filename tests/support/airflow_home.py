"""A home of its own for the Airflow that tests import."""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path

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
