"""How Airflow treats what goes wrong: the only place that translates the error tree."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import RetryDecision, RetryPolicy

from mediawatch.errors import MediawatchError
from mediawatch.orchestration.notes import note_failure


class ByErrorTree(RetryPolicy):
    """Retries what waiting can mend, and fails the rest at once, so that people hear of it.

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


TASK_DEFAULTS: dict[str, Any] = {
    "owner": "newsroom",
    "retries": 4,
    # A lease outlives its dead holder by `lease_seconds` (900 by default): 1 + 2 + 4 + 8 minutes wait it out.
    "retry_delay": timedelta(minutes=1),
    "retry_exponential_backoff": 2.0,
    "max_retry_delay": timedelta(minutes=15),
    "retry_policy": ByErrorTree(),
    "on_failure_callback": [note_failure],
}
"""What every task of every DAG starts from."""
