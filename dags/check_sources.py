"""Visit every source once, politely, and say in the log what was found.

For each source: whether its feed is alive, how old its newest item is, whether one article could be extracted, and what
robots.txt says.  Only leases of hosts are stored, and nothing is switched off: the catalogue is changed by people.

### What to do when it fails
- A red run means that the check itself broke, not that a site did; its log says where.  Clear it, or run
  `mediawatch sources check` by hand.
- A source found silent or blocked: `mediawatch sources check NAME` shows the details; fix its file in
  `include/sources`, or set `enabled: false` there.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import CronTriggerTimetable, dag

from mediawatch.orchestration import tasks
from mediawatch.orchestration.connections import open_context
from mediawatch.orchestration.failures import TASK_DEFAULTS
from mediawatch.orchestration.notes import note, report
from mediawatch.orchestration.tasks import only_sources, task
from mediawatch.settings import read_settings

SETTINGS = read_settings()


@task(pool="fetching")
def check(params: dict[str, Any], ti: Any) -> None:
    from mediawatch.workflow import checking_sources

    context = open_context()
    named = params["sources"]
    if named:
        findings = checking_sources.check_sources(context, named, report)
    else:
        findings = checking_sources.probe_sources(context, report)
    for finding in findings:
        report(str(finding))
    off = {source.name for source in context.catalogue.sources if not source.enabled and not named}
    watched = [finding for finding in findings if finding.source not in off]
    note(ti, *checking_sources.summary(watched), *checking_sources.alive_again(context, findings))


@dag(
    schedule=CronTriggerTimetable("40 4 * * 1", timezone=SETTINGS.timezone),
    catchup=False,
    max_active_runs=1,
    default_args=TASK_DEFAULTS | {"execution_timeout": tasks.CHECKING},
    params={"sources": only_sources()},
    tags=["mediawatch", "sources"],
    doc_md=__doc__,
)
def check_sources() -> None:
    check()


check_sources()
