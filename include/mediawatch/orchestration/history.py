"""Airflow's own history: runs, task instances and logs in its database that are older than anybody asks about.

Airflow keeps tasks away from its database.  So this needs the database's address as a setting of ours, which is a
decision of whoever runs it; without one nothing is cleaned.
"""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime, timedelta
from typing import Final

from mediawatch.errors import Unavailable
from mediawatch.records import as_utc
from mediawatch.settings import Settings

_CLEANING_SECONDS: Final = 3600.0
_TOLD: Final = 500
"""Characters of what Airflow says of a failure that are passed on."""


def clean_history(settings: Settings, now: datetime) -> str:
    """Let `airflow db clean` remove what is older than the newsroom keeps; a line that says so, or why it was not done.

    Raises Unavailable with Airflow's last words.
    """
    url = settings.airflow_database_url.get_secret_value()
    if not url:
        return "Airflow's history: not cleaned (MEDIAWATCH_AIRFLOW_DATABASE_URL is empty)"
    before = as_utc(now) - timedelta(days=settings.keep_airflow_days)
    command = [sys.executable, "-m", "airflow", "db", "clean", "--skip-archive", "--yes"]
    done = subprocess.run(  # noqa: S603 - Airflow's own command, with a date
        [*command, "--clean-before-timestamp", before.isoformat()],
        env={**os.environ, "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": url},
        capture_output=True,
        text=True,
        errors="replace",
        timeout=_CLEANING_SECONDS,
        check=False,
    )
    if done.returncode:
        said = f"{done.stdout}\n{done.stderr}".replace(url, "its database").strip()
        raise Unavailable(f"`airflow db clean` ended with {done.returncode}: {said[-_TOLD:]}")
    return f"Airflow's history: cleaned of what is older than {before:%Y-%m-%d}"
