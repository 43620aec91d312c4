"""Visit the sites that are due, archive what they announce, and seal it as one batch.

By schedule a source is visited when its time has come: a news agency every half hour, a magazine once a day, by how
much was new in its last visits and within the bounds of its catalogue entry.  A run in which none is due skips
everything.  Triggered by hand, it visits the sources that are named, or all.

The sources are dealt out by host to a few *shards*, fetched side by side.  A shard that fails is an outcome: the seal
runs whatever happened, names the missing shards in the batch's manifest, and updates the asset `raw`, which wakes
`build_day`.  What a lost shard did not fetch stays pending, and the next harvest tries it again.

### What to do when it fails
- **open_batch**: its log says what to fix.  A run for another day than today is refused, because feeds only announce
  the present: trigger the DAG without a date.
- **fetch_shard**: a red shard in a green run costs nothing but time; the next run catches up.  The same shard red in
  every run: read its log, then `mediawatch sources check` for the sources it names.
- **some_shard_fetched**: every shard failed.  What they have in common is in the end of their logs: the network, the
  catalogue, the lake's disk.
- **sites_answered**: more than half of the seeds failed, or of what was asked of more than half of the sources.
  Most often this is the network of the machine, its proxy or its names.  What came is sealed and goes on to the build;
  there is nothing to clear, the next run takes up the rest.
- **seal**: clear it.  Sealing again gives the same batch.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import CronTriggerTimetable, TriggerRule, dag
from airflow.sdk.exceptions import AirflowSkipException

from mediawatch.orchestration import tasks
from mediawatch.orchestration.batches import day_of_run, facts, packed, run_key, summary, unpacked
from mediawatch.orchestration.connections import open_context
from mediawatch.orchestration.failures import TASK_DEFAULTS, late_after
from mediawatch.orchestration.notes import note, report
from mediawatch.orchestration.tasks import RAW, only_sources, task
from mediawatch.settings import read_settings

SETTINGS = read_settings()


@task(multiple_outputs=False)
def open_batch(params: dict[str, Any], dag_run: Any, ti: Any) -> dict[str, str]:
    from mediawatch.harvest import harvesting

    context, day, key = open_context(), day_of_run(dag_run, SETTINGS.timezone), run_key(dag_run)
    if dag_run.run_type != "scheduled" or params["sources"]:
        return packed(harvesting.open_batch(context, day=day, run_key=key, sources=params["sources"]))
    batch = harvesting.open_due_batch(context, day=day, run_key=key)
    if batch is None:
        note(ti, "no source is due")
        return {}
    return packed(batch)


@task
def list_shards(batch: dict[str, str]) -> list[int]:
    from mediawatch.harvest import harvesting

    return harvesting.shards_of(open_context(), unpacked(batch)) if batch else []


@task(
    pool="fetching",
    execution_timeout=tasks.fetching(SETTINGS),
    map_index_template="shard {{ task.op_kwargs['shard'] }}",
)
def fetch_shard(batch: dict[str, str], shard: int) -> None:
    from mediawatch.harvest import harvesting

    harvesting.harvest_shard(open_context(), unpacked(batch), shard, report)


@task(trigger_rule=TriggerRule.ALL_DONE, outlets=[RAW])
def seal(batch: dict[str, str] | None, ti: Any, outlet_events: Any) -> None:
    from mediawatch.harvest import harvesting, visits
    from mediawatch.workflow import freshness, reporting

    if batch == {}:
        raise AirflowSkipException("no source is due")
    context = open_context()
    manifest = harvesting.seal_batch(context, unpacked(batch))
    short = reporting.fell_short(context, manifest)
    outlet_events[RAW].extra = facts(manifest, short)
    seen = visits.summary(visits.visits_of(context.store, manifest))
    note(ti, *filter(None, (summary(manifest, short), seen, *freshness.room_warnings(context))))


# Without this leaf a harvest that met nobody would be green, because that was sealed.
@task
def sites_answered(batch: dict[str, str], params: dict[str, Any]) -> None:
    from mediawatch.harvest import harvesting, visits

    context = open_context()
    manifest = harvesting.seal_batch(context, unpacked(batch))
    visits.check_answers(context, manifest, chosen=params["sources"])


# Without this leaf a harvest whose shards all failed would be green, because it was sealed.
@task(trigger_rule=TriggerRule.ONE_SUCCESS)
def some_shard_fetched() -> None: ...


@dag(
    schedule=CronTriggerTimetable(SETTINGS.harvest_schedule, timezone=SETTINGS.timezone),
    catchup=False,
    # Two harvests at once would visit each site at twice the pace it was promised.
    max_active_runs=1,
    default_args=TASK_DEFAULTS | {"execution_timeout": tasks.QUICK},
    params={"sources": only_sources()},
    deadline=late_after(tasks.fetching(SETTINGS) + tasks.LATE),
    tags=["mediawatch", "harvest"],
    doc_md=__doc__,
)
def harvest_news() -> None:
    batch = open_batch()
    fetched = fetch_shard.partial(batch=batch).expand(shard=list_shards(batch))
    fetched >> [(sealed := seal(batch)), some_shard_fetched()]
    sealed >> sites_answered(batch)


harvest_news()
