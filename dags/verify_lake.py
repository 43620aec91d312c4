"""Read everything the lake holds, compare it with its digests, and say what to do about each finding.

Facts are read again only when a day is built again, so that damage to an old one would be noticed when its backup is
long gone.  Nothing is changed here: derived data is made again by its own command, a fact comes from the backup.

### What to do when it fails
- **Corrupt** in *verify*: something is damaged or lost.  The log has a line for each finding, with the file and what
  to do; for a fact that is: restore the file from the backup of the lake, then run `mediawatch verify --day DAY`.
- A green run may name orphans and strays in its log.  They harm nothing.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from airflow.sdk import CronTriggerTimetable, Param, dag

from mediawatch.errors import Corrupt
from mediawatch.orchestration import tasks
from mediawatch.orchestration.connections import open_context
from mediawatch.orchestration.failures import TASK_DEFAULTS
from mediawatch.orchestration.notes import note, report
from mediawatch.orchestration.tasks import one_day, task
from mediawatch.settings import read_settings

SETTINGS = read_settings()


@task
def verify(params: dict[str, Any], ti: Any) -> None:
    from mediawatch.workflow.verifying import lake

    day = date.fromisoformat(params["day"]) if params["day"] else None
    done = lake.verify(open_context(), day=day, is_deep=params["deep"], report=report)
    note(ti, *done.lines())
    if done.is_damaged:
        raise Corrupt(f"{next(done.lines())}; `mediawatch verify` and this log name each file and its remedy")


@dag(
    schedule=CronTriggerTimetable("50 4 * * 0", timezone=SETTINGS.timezone),
    catchup=False,
    max_active_runs=1,
    default_args=TASK_DEFAULTS | {"execution_timeout": tasks.VERIFYING},
    params={
        "day": one_day("Newsroom day to verify; empty means the whole lake."),
        "deep": Param(False, type="boolean", title="Deep", description="Read every archived page on its own as well."),
    },
    tags=["mediawatch", "lake"],
    doc_md=__doc__,
)
def verify_lake() -> None:
    verify()


verify_lake()
