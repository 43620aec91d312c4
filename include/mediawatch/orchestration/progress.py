"""Where a task says how far it is: its own log, which the Airflow UI shows while it runs."""

from __future__ import annotations

import logging

_LOG = logging.getLogger("mediawatch.progress")


def report(line: str) -> None:
    """One line for the person who reads the task's log."""
    _LOG.info("%s", line)
