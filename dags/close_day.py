"""Close the newsroom days that are over: their statistics are final from then on.

Runs every night, long after the last harvest of the day before can still be fetching.  It asks the lake which days are
over and still open, seals what a crash left unsealed, builds them and closes them, the oldest first.  Then, if nothing
is late, it asks the address of `MEDIAWATCH_HEARTBEAT_URL`, so that a monitor outside notices when it no longer does.

### What to do when it fails
- A red *close* names its day.  Read its log, fix what it says, and clear it.  The three days after it wait for it, as
  their stories are joined with its own; all others are not held up.  What is not closed tonight is tried again
  tomorrow.
- **GateClosed**: the day stays open until a person decides: see `build_day`.
- **Contended**: a build of that day is running.  It is retried; leave it.
- **ConfigurationDrift**: the catalogue of this worker is not the one that the run began with: see `build_day`.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from airflow.sdk import CronTriggerTimetable, TriggerRule, dag

from mediawatch.orchestration import tasks
from mediawatch.orchestration.configuration import begun_with, in_step
from mediawatch.orchestration.connections import open_context
from mediawatch.orchestration.failures import TASK_DEFAULTS
from mediawatch.orchestration.notes import counted, note, report
from mediawatch.orchestration.tasks import task
from mediawatch.settings import read_settings

SETTINGS = read_settings()


@task(execution_timeout=tasks.QUICK)
def plan(ti: Any) -> list[str]:
    from mediawatch.workflow import closing

    context = begun_with(ti, open_context())
    found = closing.days_to_close(context, context.clock)
    if not found:
        note(ti, "no day is to be closed")
    return [day.isoformat() for day in found]


# One at a time, the oldest first: a day is rolled up with the days before it.
@task(max_active_tis_per_dagrun=1, map_index_template="{{ task.op_kwargs['day'] }}")
def close(day: str, ti: Any) -> None:
    from mediawatch.workflow import closing, reporting
    from mediawatch.workflow.configuration import CATALOGUE

    context, closed = in_step(ti, open_context(), CATALOGUE), date.fromisoformat(day)
    closing.close_day(context, closed, report)
    note(ti, f"{day} is closed: {counted(reporting.sums(context, closed))}")


# Also on a night without work: what matters is that somebody was here to look.
@task(trigger_rule=TriggerRule.NONE_FAILED, execution_timeout=tasks.QUICK)
def heartbeat() -> None:
    from mediawatch.workflow.freshness import send_heartbeat

    send_heartbeat(open_context(), report)


@dag(
    # 04:30 exists exactly once on every day of every zone that changes its clocks between midnight and 04:00.
    schedule=CronTriggerTimetable("30 4 * * *", timezone=SETTINGS.timezone),
    catchup=False,
    max_active_runs=1,
    default_args=TASK_DEFAULTS | {"execution_timeout": tasks.STAGE},
    tags=["mediawatch", "build"],
    doc_md=__doc__,
)
def close_day() -> None:
    close.expand(day=plan()) >> heartbeat()


close_day()
