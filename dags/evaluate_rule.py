"""Try the rule that alerts over the newsroom's own last days, and keep what comes of it as this week's card.

Invented words are put into copies of the articles of four weeks, in memory, and the rule judges those days again: how
many it finds, how late, and how many alerts a day it makes.  Nothing is sent, and no article is changed.  The card
stands beside those of the weeks before, so that a rule that finds less than it did is noticed.

### What to do when it fails
- A green run whose note says that too few days were counted: a new newsroom has nothing to try a rule on yet.  Wait, or
  fill in the past.
- A red *evaluate*: its log says what to fix, most often a file of `include/watchlists`, or damage in the lake.  Fix it
  and clear the task, or run `mediawatch rules evaluate` by hand.  The card of the week before stands until then.
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
def evaluate(ti: Any) -> None:
    from mediawatch.workflow import scorecard

    note(ti, *scorecard.evaluation_lines(open_context(), report))


@dag(
    # Monday's card is that of the week that begins; the days it judges were closed at 04:30.
    schedule=CronTriggerTimetable("20 5 * * 1", timezone=SETTINGS.timezone),
    catchup=False,
    max_active_runs=1,
    default_args=TASK_DEFAULTS | {"execution_timeout": tasks.EVALUATING},
    tags=["mediawatch", "alerts"],
    doc_md=__doc__,
)
def evaluate_rule() -> None:
    evaluate()


evaluate_rule()
