"""Give Elasticsearch the mappings, analysis and aliases the product needs.

Runs once by itself when the DAG is first enabled, and by hand after an upgrade.  It changes only what differs, so that
running it again is safe.

### What to do when it fails
- **Unavailable**: Elasticsearch does not answer; start it and clear the task.
- **BadConfiguration**: the address or the credentials are wrong (the `MEDIAWATCH_ELASTICSEARCH_` settings, or the
  Airflow connection `elasticsearch_default`), or a mapping cannot be changed in place: then `mediawatch reindex`
  builds a new generation from the lake.
- Without Elasticsearch nothing is lost: articles wait in the lake, and the harvest and the build go on.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import dag

from mediawatch.orchestration import tasks
from mediawatch.orchestration.connections import open_context
from mediawatch.orchestration.failures import TASK_DEFAULTS
from mediawatch.orchestration.notes import note
from mediawatch.orchestration.tasks import task


@task
def provision(ti: Any) -> None:
    from mediawatch.workflow import dashboards, serving

    context = open_context()
    if context.settings.elasticsearch_url:
        done = serving.provision(context)
        said = [str(done), *done.warnings]
    else:
        said = ["No Elasticsearch is configured: nothing to provision, articles wait in the lake."]
    said += dashboards.provision_dashboards(context, said.append)
    note(ti, *said)


@dag(
    schedule="@once",
    catchup=False,
    max_active_runs=1,
    default_args=TASK_DEFAULTS | {"execution_timeout": tasks.QUICK},
    tags=["mediawatch", "search"],
    doc_md=__doc__,
)
def provision_search() -> None:
    provision()


provision_search()
