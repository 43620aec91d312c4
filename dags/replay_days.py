"""Build past days again from what was harvested, beside the lake, and say what comes out otherwise.

Runs by hand only: *from* and *to* are the first and the last day, both over.  Nothing that readers see changes, unless
*keep* is on: then the result is published once all of it is there.  No message is sent either way.  The note of the
run says how much is identical, and what was gained, lost and changed.

### What to do when it fails
- **BadRequest**: a day that is not over, or on which nothing was harvested; trigger it with other days.
- **Corrupt**: a fact in the lake is damaged.  The message names the file; restore it from the backup, then clear the
  task.
- **Contended**: somebody builds one of the days, or replays them.  It is retried; leave it.
- **GateClosed**: with *keep*, the audit holds a day back; the lake is as it should be: see `build_day`.
- **Unavailable**: with *keep*, Elasticsearch did not answer; the lake is as it should be.  When it is back, trigger
  `build_day` with each of the days.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from airflow.sdk import Param, dag

from mediawatch.errors import BadRequest
from mediawatch.orchestration import tasks
from mediawatch.orchestration.connections import open_context
from mediawatch.orchestration.failures import TASK_DEFAULTS
from mediawatch.orchestration.notes import note, report
from mediawatch.orchestration.tasks import one_day, task


@task(execution_timeout=tasks.STAGE)
def replay(params: dict[str, Any], ti: Any) -> None:
    from mediawatch.workflow import replaying

    if not (params["from"] and params["to"]):
        raise BadRequest("Say from which day and to which day: trigger the DAG with `from` and `to`.")
    first, last = date.fromisoformat(params["from"]), date.fromisoformat(params["to"])
    done = replaying.replay(open_context(), first, last, start=params["from_stage"], keep=params["keep"], report=report)
    note(ti, *done.lines())


@dag(
    schedule=None,
    catchup=False,
    max_active_runs=1,
    default_args=TASK_DEFAULTS,
    params={
        "from": one_day("The first day to build again."),
        "to": one_day("The last day, which has to be over."),
        "from_stage": Param(
            "extract",
            type="string",
            enum=["extract", "analyse", "audit", "cluster", "ledger", "terms", "detect"],
            title="From stage",
            description="What the stages before it made is taken as it stands.",
        ),
        "keep": Param(False, type="boolean", title="Keep", description="Publish what was built anew."),
    },
    tags=["mediawatch", "build"],
    doc_md=__doc__,
)
def replay_days() -> None:
    replay()


replay_days()
