"""Close the newsroom days that are over: their statistics are final from then on.

Runs every night, long after the last harvest of the day before can still be fetching.  It asks the lake which days are
over, built and still open, and closes them from the oldest on, because each day is judged against the days before it.

### What to do when it fails
- Its log names the day.  Build that day first (trigger `build_day` with it), then clear this task: days that are closed
  already are left alone, and a day missed tonight is closed tomorrow.
- A day held back by the gate stays open until a person decides: see `build_day`.
"""

from __future__ import annotations

from airflow.sdk import CronTriggerTimetable, dag, task

from mediawatch.orchestration import deadlines
from mediawatch.orchestration.connections import open_newsroom
from mediawatch.orchestration.failures import TASK_DEFAULTS
from mediawatch.orchestration.progress import report
from mediawatch.settings import read_settings

SETTINGS = read_settings()


@dag(
    # 04:30 exists exactly once on every day of every zone that changes its clocks between midnight and 04:00.
    schedule=CronTriggerTimetable("30 4 * * *", timezone=SETTINGS.timezone),
    catchup=False,
    max_active_runs=1,
    default_args=TASK_DEFAULTS | {"execution_timeout": deadlines.STAGE},
    tags=["mediawatch", "build"],
    doc_md=__doc__,
)
def close_day() -> None:
    @task
    def close() -> None:
        from mediawatch.stages import closing

        newsroom = open_newsroom()
        for day in closing.days_to_close(newsroom, newsroom.clock):
            report(f"closing {day}")
            closing.close_day(newsroom, day)

    close()


close_day()
