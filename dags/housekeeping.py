"""Remove once a week what nobody needs any more: old derived data, what killed workers left, old indices.

Facts are never touched, and what is removed of a closed day can be made again from them.  How long derived data is kept
is `MEDIAWATCH_KEEP_DERIVED_DAYS`; by default all of it is.  Airflow's own history is cleaned where
`MEDIAWATCH_AIRFLOW_DATABASE_URL` names its database.  The note of the run says what was removed.

### What to do when it fails
- **Contended**: somebody closes one of the old days, perhaps after an import.  It is retried; leave it.
- **Unavailable**: in *keep_house*, Elasticsearch did not answer, after all else was done; in *clean_history*,
  `airflow db clean` failed, with its last words.  It is retried, and next week comes again.
- **Corrupt**: a manifest in the lake is damaged; the message names the file and what to do.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import CronTriggerTimetable, dag

from mediawatch.orchestration import tasks
from mediawatch.orchestration.connections import open_context
from mediawatch.orchestration.failures import TASK_DEFAULTS
from mediawatch.orchestration.notes import note, report
from mediawatch.orchestration.tasks import task
from mediawatch.settings import read_settings

SETTINGS = read_settings()


@task
def keep_house(ti: Any) -> None:
    from mediawatch.workflow import housekeeping

    note(ti, *housekeeping.keep_house(open_context(), report=report).lines())


@task
def clean_history(ti: Any) -> None:
    from mediawatch.orchestration.history import clean_history as clean
    from mediawatch.records import now

    note(ti, clean(SETTINGS, now()))


@dag(
    schedule=CronTriggerTimetable("50 5 * * 6", timezone=SETTINGS.timezone),
    catchup=False,
    max_active_runs=1,
    default_args=TASK_DEFAULTS | {"execution_timeout": tasks.CHECKING},
    tags=["mediawatch", "lake"],
    doc_md=__doc__,
)
def housekeeping() -> None:
    keep_house()
    clean_history()


housekeeping()
