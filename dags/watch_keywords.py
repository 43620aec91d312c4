"""Look at the words of the days that changed: count them, find what is new, back or rising, and tell people.

Each evaluation of a day is recorded with what it saw, so that building the day again repeats it.  While a day is open,
watch lists and what is strong already make alerts; the rest comes when the day is over.  A message is sent once; one
that could not be sent is tried again by the next runs, which is also when quiet hours end and digests go.

### What to do when it fails
- **plan**, **terms**, **detect**: the log says what to fix, most often a watch list or the exclusions, and on which
  day.  The other days are done and told all the same, and the next run, with the files of then, looks at what was
  missed; at once, clear the run from *plan* on.
- **ConfigurationDrift** in any task: the files of this worker are not those that the run began with.  Bring its folders
  in step, and the next try goes on; after an edit during the run leave it, the next run takes the new files.
- **announce**: Elasticsearch did not answer.  Alerts are safe in the lake and are sent all the same; clear the task
  when it is back.
- **show**: the board's shelf or a digest could not be made; only the daily digest waits for it.  Clear the task.
- **tell**, **tell_digest**: no channel is at fault here, those are tried again by themselves: `mediawatch alerts` shows
  what became of each message.  A red task means the recipients' file or the lake; fix it and clear the run
  from *plan* on.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from airflow.sdk import AssetOrTimeSchedule, CronTriggerTimetable, TriggerRule, chain, dag

from mediawatch.orchestration import batches, tasks
from mediawatch.orchestration.configuration import begun_with, in_step
from mediawatch.orchestration.connections import open_context
from mediawatch.orchestration.failures import TASK_DEFAULTS, late_after
from mediawatch.orchestration.links import linked
from mediawatch.orchestration.notes import note, report
from mediawatch.orchestration.tasks import ARTICLES, one_day, task
from mediawatch.settings import read_settings
from mediawatch.tables.order import WATCHING

SETTINGS = read_settings()


def planned(ti: Any) -> list[date]:
    """The days that the run looks at; none when it could not find out."""
    return [*map(date.fromisoformat, ti.xcom_pull(task_ids="plan") or [])]


@task(execution_timeout=tasks.QUICK)
def plan(params: dict[str, Any], dag_run: Any, ti: Any) -> list[str]:
    from mediawatch.workflow import watch

    context = begun_with(ti, open_context())
    asked_for = batches.build_day(dag_run, params["day"], context.settings.timezone)
    found = [asked_for] if asked_for else watch.days_to_watch(context)
    return [day.isoformat() for day in found]


# Day after day in one task: what a day's episodes are depends on the day before.  A day that fails stops no other,
# neither here nor in the stages after, so these run whatever became of those before.
@task(trigger_rule=TriggerRule.ALL_DONE)
def run_stage(stage: str, ti: Any) -> None:
    from mediawatch.pipeline import closed
    from mediawatch.workflow import watch

    closed.raise_any(watch.run_days(in_step(ti, open_context()), stage, planned(ti), report))


@task(trigger_rule=TriggerRule.ALL_DONE, execution_timeout=tasks.QUICK)
def tell(ti: Any) -> None:
    from mediawatch.workflow import watch

    context, looked_at = in_step(ti, open_context()), planned(ti)
    delivered = watch.tell(context, looked_at)
    note(ti, *watch.found(context, looked_at), *delivered.lines())


# What people look at beside the alerts: the board's search, and the day on one page.
@task(trigger_rule=TriggerRule.ALL_DONE)
def show(ti: Any) -> None:
    from mediawatch.board import digest, local_index

    context = in_step(ti, open_context())
    local_index.refresh(context, report)
    digest.keep_digests(context, planned(ti), report)


# Alerts do not wait for the digest, so the digest has a task of its own.
@task(execution_timeout=tasks.QUICK)
def tell_digest(ti: Any) -> None:
    from mediawatch.workflow import watch

    for line in watch.tell(in_step(ti, open_context())).lines():
        report(line)


# Without this leaf a run would be green though its days did not come through.
@task
def every_day_watched() -> None: ...


@dag(
    schedule=AssetOrTimeSchedule(
        timetable=CronTriggerTimetable("35 * * * *", timezone=SETTINGS.timezone),
        assets=[ARTICLES],
    ),
    catchup=False,
    max_active_runs=1,
    default_args=TASK_DEFAULTS | {"execution_timeout": tasks.STAGE},
    params={"day": one_day("Newsroom day to look at again; empty means every day that changed.")},
    deadline=late_after(tasks.STAGE),
    tags=["mediawatch", "alerts"],
    doc_md=__doc__,
)
def watch_keywords() -> None:
    stages = [run_stage.override(task_id=stage)(stage=stage) for stage in WATCHING]
    _, detected, announced = stages
    chain(plan(), *stages)
    stages >> every_day_watched()
    told, shown = tell(), show()
    detected >> [told, shown]
    shown >> tell_digest()
    linked(announced, told, shown)


watch_keywords()
