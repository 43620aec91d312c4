"""How Airflow treats what goes wrong: the only place that translates the error tree."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import RetryDecision, RetryPolicy

from mediawatch.errors import MediawatchError


class ByErrorTree(RetryPolicy):
    """Fails at once what retrying cannot mend; everything else is retried as the task says.

    An error of the tree answers for itself (`can_retry`).  One that is not of the tree is a fault of the program or of
    the machine, and gets the task's retries.
    """

    def evaluate(
        self, exception: BaseException, try_number: int, max_tries: int, context: object = None
    ) -> RetryDecision:
        """Airflow asks this in the task's own process, with the exception that ended the try."""
        if isinstance(exception, MediawatchError) and not exception.can_retry:
            return RetryDecision.fail(f"{type(exception).__name__}: retrying cannot help, see its message")
        return RetryDecision.default()

    def serialize(self) -> dict[str, Any]:
        """The policy has no settings."""
        return {}

    @classmethod
    def deserialize(cls, data: dict[str, Any]) -> ByErrorTree:
        """The policy has no settings."""
        return cls()


TASK_DEFAULTS: dict[str, Any] = {
    "owner": "newsroom",
    "retries": 3,
    # A lease outlives its dead holder by `lease_seconds` (900 by default): 1 + 2 + 4 + 8 minutes wait it out.
    "retry_delay": timedelta(minutes=1),
    "retry_exponential_backoff": 2.0,
    "max_retry_delay": timedelta(minutes=15),
    "retry_policy": ByErrorTree(),
}
"""What every task of every DAG starts from."""
