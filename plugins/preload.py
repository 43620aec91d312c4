"""Load the heavy libraries once in the scheduler, so that the tasks it forks find them loaded.

LocalExecutor forks a process for every task.  Without this file each task that needs them spends 2 to 3 s on importing
them again (measured on 2 cores with bytecode; with this file 0 s, for 0.3 GB more in the scheduler).  Only libraries
are loaded, none of our own modules: those may change while the scheduler runs.  Every other Airflow process skips it.

Which process this is, only its arguments say: the listener `on_starting` is called before a job knows its type.
"""

from __future__ import annotations

import importlib
import logging
import sys
from pathlib import Path

from airflow.plugins_manager import AirflowPlugin

HEAVY = (
    "great_expectations",
    "pandas",
    "pyarrow.parquet",
    "duckdb",
    "trafilatura",
    "elasticsearch",
    "opencc",
)


def is_scheduler(arguments: list[str]) -> bool:
    """Whether a process with these arguments is `airflow scheduler`."""
    return Path(arguments[0]).name in {"airflow", "__main__.py"} and arguments[1:2] == ["scheduler"]


class Preload(AirflowPlugin):
    """Adds nothing to Airflow; loading it is the point."""

    name = "preload"

    @classmethod
    def on_load(cls, *_: object, **__: object) -> None:
        """Airflow calls this once it has read the plugin."""
        if not is_scheduler(sys.argv):
            return
        logging.getLogger("great_expectations._docs_decorators").setLevel(logging.CRITICAL)  # 200 lines about nothing
        for module in HEAVY:
            importlib.import_module(module)
