"""Turn sealed batches into admitted, indexed articles, one newsroom day at a time.

Woken by the asset `raw`, and every hour in case a wake-up was lost.  Whatever woke it, `plan` asks the lake which days
have work that no build has done; a day given in the trigger form is built whether it needs it or not.  Every stage
skips what is fresh and replaces what is not, so that running again is always safe.

*share* and *read* let all workers read the pages of these days, some segments a task; *extract* takes what they made.
Then the days go one after the other through each stage, the oldest first: stories reach back three days, and no day is
clustered before those are.  Days that an import brought, further apart, come after the news.  A batch that is sealed
meanwhile is taken along.

### What to do when it fails
- **GateClosed** in *publish*: the audit holds the day back, and what was published before stays.
  `mediawatch ledger --day DAY` shows why; fix the source or the rule, then trigger this DAG with that day.
- **Unavailable** in *publish*: Elasticsearch does not answer.  The articles are safe in the lake; once it is back, the
  next hourly run or `mediawatch index --pending` catches up.
- **Contended** or **NotReady** in any stage: another build or the command line holds the day, or a batch was sealed
  meanwhile.  It is retried; leave it.
- *cluster* of a day **waits** for another one: that one could not be built, and its error is the one to fix.
  Meanwhile the three days after it are not clustered, so that nobody is alerted on half a picture; their pages are
  safe.
- **ConfigurationDrift** in any stage: the catalogue of this worker is not the one that the run began with.  Bring its
  folder in step, and the next try goes on; after an edit during the run leave it, the next run takes the new files.
- **Corrupt** in any stage: a fact in the lake is damaged.  Restore the file that the message names from the backup, and
  clear the task; nothing was published from it.  Derived data that is damaged is made again by the build itself.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from airflow.sdk import AssetOrTimeSchedule, CronTriggerTimetable, TriggerRule, chain, dag, task_group

from mediawatch.orchestration import batches, tasks
from mediawatch.orchestration.configuration import begun_with, in_step
from mediawatch.orchestration.connections import open_context
from mediawatch.orchestration.failures import TASK_DEFAULTS, late_after
from mediawatch.orchestration.links import linked
from mediawatch.orchestration.notes import counted, note, report
from mediawatch.orchestration.tasks import ARTICLES, RAW, one_day, task
from mediawatch.settings import read_settings
from mediawatch.tables.order import BUILDING

if TYPE_CHECKING:
    from mediawatch.context import Context

SETTINGS = read_settings()


def opened(ti: Any) -> Context:
    """The newsroom with the catalogue that the run began with; names and watch lists are not read here."""
    from mediawatch.workflow.configuration import CATALOGUE

    return in_step(ti, open_context(), CATALOGUE)


@task(execution_timeout=tasks.QUICK)
def plan(params: dict[str, Any], dag_run: Any, ti: Any) -> list[str]:
    from mediawatch.workflow import closing

    context = begun_with(ti, open_context())
    asked_for = batches.build_day(dag_run, params["day"], context.settings.timezone)
    found = [asked_for] if asked_for else closing.days_to_build(context)
    if not found:
        note(ti, "no day needs a build")
    return [day.isoformat() for day in closing.in_order(found)]


# What waits to be read of these days, in runs of segments, so that many workers share it.
@task(execution_timeout=tasks.QUICK)
def share(days: list[str], ti: Any) -> list[dict[str, Any]]:
    from mediawatch.workflow import sharing

    runs = sharing.waiting_runs(opened(ti), [date.fromisoformat(day) for day in days])
    return [run.document() for run in runs]


@task(map_index_template="{{ task.op_kwargs['run']['day'] }} {{ task.op_kwargs['run']['segments'][0] }}")
def read(run: dict[str, Any], ti: Any) -> None:
    from mediawatch.workflow import sharing

    sharing.make_run(opened(ti), sharing.SegmentRun.from_document(run), report)


# One day at a time through each stage, in the order of the plan.
@task(max_active_tis_per_dagrun=1, map_index_template="{{ task.op_kwargs['day'] }}")
def run_stage(stage: str, day: str, ti: Any) -> None:
    from mediawatch.workflow import runner

    runner.advance(opened(ti), stage, date.fromisoformat(day), report)


@task_group
def each(day: str) -> None:
    first, *others = BUILDING
    # What could not be read before, the stage itself reads, or says why it cannot.
    begin = run_stage.override(task_id=first, trigger_rule=TriggerRule.ALL_DONE)(stage=first, day=day)
    stages = [begin, *(run_stage.override(task_id=stage)(stage=stage, day=day) for stage in others)]
    chain(*stages)
    linked(stages[-1])


# One event a run, when at least one day came through; a run that found nothing to do skips it.
@task(trigger_rule=TriggerRule.ALL_DONE_MIN_ONE_SUCCESS, outlets=[ARTICLES])
def announce(ti: Any, outlet_events: Any) -> None:
    from mediawatch.workflow import freshness, reporting

    # Pulled, not passed: as an input the plan would count as the one success that the rule asks for.
    days, context = ti.xcom_pull(task_ids="plan"), open_context()
    outlet_events[ARTICLES].extra = sums = {day: reporting.sums(context, date.fromisoformat(day)) for day in days}
    note(ti, *(f"{day}: {counted(links)}" for day, links in sums.items()), *freshness.room_warnings(context))


# Without this leaf a run would be green as soon as one of its days came through.
@task
def every_day_built() -> None: ...


@dag(
    schedule=AssetOrTimeSchedule(
        timetable=CronTriggerTimetable("15 * * * *", timezone=SETTINGS.timezone),
        assets=[RAW],
    ),
    catchup=False,
    # A second run would only wait for the first one's leases.  Events that arrive meanwhile are not lost on us:
    # the next run asks the lake, not the events.
    max_active_runs=1,
    default_args=TASK_DEFAULTS | {"execution_timeout": tasks.STAGE},
    params={"day": one_day("Newsroom day to build again; empty means every day that needs it.")},
    deadline=late_after(tasks.STAGE),
    tags=["mediawatch", "build"],
    doc_md=__doc__,
)
def build_day() -> None:
    days = plan()
    built, announced = each.expand(day=days), announce()
    read.expand(run=share(days)) >> built >> [announced, every_day_built()]
    linked(announced)


build_day()
