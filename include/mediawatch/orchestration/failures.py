"""How Airflow treats what goes wrong: the only place that translates the error tree, and who is told at the end."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow.configuration import conf
from airflow.sdk import BaseNotifier, RetryDecision, RetryPolicy
from airflow.sdk.definitions.callback import SyncCallback
from airflow.sdk.definitions.deadline import DeadlineAlert, DeadlineReference

from mediawatch.errors import MediawatchError
from mediawatch.orchestration.notes import note_failure
from mediawatch.redaction import redacted
from mediawatch.settings import read_settings

if TYPE_CHECKING:
    from mediawatch.delivery import TaskFailure

GONE = "its process is gone, or never began; Airflow's scheduler knows more"
_LOG = logging.getLogger("mediawatch.failures")


class ByErrorTree(RetryPolicy):
    """Retries what waiting can fix, and fails the rest at once, so that people hear of it.

    An error of the tree answers for itself (`can_retry`).  Any other exception is a fault of the program, which comes
    again, or of the machine, which may not: it gets one more try.
    """

    def evaluate(
        self, exception: BaseException, try_number: int, max_tries: int, context: object = None
    ) -> RetryDecision:
        """Airflow asks this in the task's own process, with the exception that ended the try."""
        may_pass = exception.can_retry if isinstance(exception, MediawatchError) else try_number == 1
        if may_pass:
            return RetryDecision.default()
        return RetryDecision.fail(f"{type(exception).__name__} does not pass by waiting")

    def serialize(self) -> dict[str, Any]:
        """The policy has no settings."""
        return {}

    @classmethod
    def deserialize(cls, data: dict[str, Any]) -> ByErrorTree:
        """The policy has no settings."""
        return cls()


class FailureNotifier(BaseNotifier):
    """Tells those who ask for it that a task failed for good; Airflow calls it after the last try.

    It has `[core] task_success_overtime` seconds; then Airflow ends the process, and what was asked for and not begun
    goes with the next messages.
    """

    def notify(self, context: Mapping[str, Any]) -> None:
        """Send the messages.  Raises nothing: the task's own failure is what people have to see."""
        _tell(lambda: failure_of(context))


def late_after(interval: timedelta) -> DeadlineAlert | None:
    """People are told when a run has not ended `interval` after it was queued; the run itself goes on.

    None where the executor calls nobody: at the first late run the scheduler would end, and so would its successors.
    """
    if not _calls_back(conf.get("core", "executor")):
        return None
    callback = SyncCallback(f"{__name__}.tell_late", kwargs={"minutes": interval.total_seconds() / 60})
    return DeadlineAlert(reference=DeadlineReference.DAGRUN_QUEUED_AT, interval=interval, callback=callback)


def tell_late(context: Mapping[str, Any], minutes: float) -> None:
    """Tell those who ask for failures that a run is late.  The executor calls this, in a process of its own."""
    _tell(lambda: lateness_of(context["dag_run"], minutes))


def _calls_back(executors: str) -> bool:
    """Whether the first of `executors`, which is the one that is asked, can run a function of ours beside tasks.

    By its name, for its class would bring the client of Kubernetes into each parsing of a DAG.
    """
    return "Kubernetes" not in executors.partition(",")[0]


def _tell(failure: Callable[[], TaskFailure]) -> None:
    try:
        # Imported here: every DAG file imports this module, and few tasks fail.
        from mediawatch.workflow.failing import tell_failure

        report = tell_failure(read_settings(), failure())
    except Exception:  # noqa: BLE001 - also a fault of ours must not stand between people and the failure
        _LOG.exception("TELLING OF THIS FAILURE FAILED AS WELL, perhaps nobody knows of it:")
        return
    for line in report.problems:
        _LOG.error("telling of this failure: %s", line)
    _LOG.info("messages about this failure: %s", next(report.lines()))


def lateness_of(run: Mapping[str, Any], minutes: float) -> TaskFailure:
    """What Airflow says of a run, as JSON values, that has not ended in time."""
    from mediawatch.delivery import TaskFailure

    return TaskFailure(
        dag=run["dag_id"],
        task="",
        label=str(run["dag_run_id"]),
        error="Late",
        said=f"not done {minutes:g} minutes after it was queued at {run['queued_at']}; it is still running",
        log_url="",
    )


def failure_of(context: Mapping[str, Any]) -> TaskFailure:
    """What Airflow's context says of a task that failed.

    Without an exception the process is gone, and Airflow calls from elsewhere.
    """
    from mediawatch.delivery import TaskFailure

    task, error = context["ti"], context.get("exception")
    return TaskFailure(
        dag=task.dag_id,
        task=task.task_id,
        label=_label(task, context.get("params") or {}),
        error=type(error).__name__ if isinstance(error, BaseException) else "Killed",
        said=redacted(str(error)) if error is not None else GONE,
        log_url=task.log_url,
    )


def _label(task: Any, params: Mapping[str, Any]) -> str:
    """The label of a mapped task's instance, or the day that the run was asked to work on."""
    index = getattr(task, "map_index", None)
    if index is None or index < 0:
        return str(params.get("day") or "")
    return str(getattr(task, "rendered_map_index", None) or index)


TASK_DEFAULTS: dict[str, Any] = {
    "owner": "newsroom",
    "retries": 4,
    # A lease outlives its dead holder by `lease_seconds` (900 by default): 1 + 2 + 4 + 8 minutes wait it out.
    "retry_delay": timedelta(minutes=1),
    "retry_exponential_backoff": 2.0,
    "max_retry_delay": timedelta(minutes=15),
    "retry_policy": ByErrorTree(),
    "on_failure_callback": [note_failure, FailureNotifier()],
}
"""What every task of every DAG starts from."""
