"""Today's harvest and build of the demo, run by Airflow."""

from __future__ import annotations

from datetime import date

from launch.airflow import Airflow
from launch.console import Progress
from launch.patience import Stalled
from mediawatch.errors import Unavailable
from mediawatch.records import now


def run_today(airflow: Airflow, progress: Progress) -> date:
    """Harvest and build today through Airflow; the day.  Raises Unavailable, with the task's log, when a run fails."""
    end_earlier_runs(airflow, progress)
    day = now().date()
    harvest = airflow.trigger("harvest_news")
    _await_success(airflow, "harvest_news", harvest, progress)
    build = _woken(airflow, "build_day", by=("harvest_news", harvest), progress=progress)
    _await_success(airflow, "build_day", build, progress)
    watch = _woken(airflow, "watch_keywords", by=("build_day", build), progress=progress)
    _await_success(airflow, "watch_keywords", watch, progress)
    return day


def end_earlier_runs(airflow: Airflow, progress: Progress) -> None:
    """Put an end to the runs that an earlier demo was killed in.

    They would hold their DAGs' only place until Airflow has noticed that their tasks are gone.  What they did is kept,
    and what they did not, today's own runs do.
    """
    earlier = [run for run in airflow.api.active_runs() if run.asked_at < airflow.began_at]
    for run in earlier:
        airflow.api.fail(run)
    if earlier:
        names = ", ".join(map(str, earlier))
        progress(f"An earlier demo left runs unfinished, which count as failed now; this one does their work: {names}")


def _woken(airflow: Airflow, dag_id: str, *, by: tuple[str, str], progress: Progress) -> str:
    """The run of `dag_id` that the run `by` woke.  Its asset event can be lost (Airflow's issue 56050): then it is
    started by hand, which does the same, because it asks the lake what there is to do."""
    try:
        return airflow.await_woken(dag_id, by=by)
    except Stalled:
        progress(f"{by[0]} did not wake {dag_id}; starting it.")
        return airflow.trigger(dag_id)


def _await_success(airflow: Airflow, dag_id: str, run_id: str, progress: Progress) -> None:
    state = airflow.wait(dag_id, run_id, progress=progress)
    if state != "success":
        raise Unavailable(f"{dag_id} ended as {state}:\n{airflow.complaints(dag_id, run_id)}")
