"""Buttons on a task in Airflow: the day's digest, its page on the board, its overview in Kibana.

They hang on the tasks themselves: a link of a plugin would stand on every task of every DAG.  Airflow asks for the
address when the task ends, in the task's process, and keeps it as an XCom.  An empty one is not shown.
"""

from __future__ import annotations

from abc import abstractmethod
from datetime import date
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from airflow.configuration import conf
from airflow.sdk import BaseOperatorLink

if TYPE_CHECKING:
    from airflow.sdk import BaseOperator
    from airflow.sdk.definitions.xcom_arg import PlainXComArg
    from airflow.sdk.types import TaskInstanceKey


class DayLink(BaseOperatorLink):
    """A page about the newest day that a task worked on."""

    @abstractmethod
    def address(self, day: date) -> str:
        """Where the page of `day` is; empty when there is none."""

    def get_link(self, operator: BaseOperator, *, ti_key: TaskInstanceKey) -> str:
        """The page's address; empty for a task that had no day."""
        days = _days(operator, ti_key)
        return self.address(date.fromisoformat(max(days))) if days else ""


class DayDigestLink(DayLink):
    """The day on one page."""

    name = "Digest of the day"

    def address(self, day: date) -> str:
        return f"{board_path()}digest?day={day}"


class DayQualityLink(DayLink):
    """The quality of the day on one page."""

    name = "Quality of the day"

    def address(self, day: date) -> str:
        return f"{board_path()}report?day={day}"


class DayOnBoard(DayLink):
    """The day's page on the board."""

    name = "The day on the board"

    def address(self, day: date) -> str:
        return f"{board_path()}?day={day}"


class DayInKibana(DayLink):
    """Kibana's overview of the day."""

    name = "The day in Kibana"

    def address(self, day: date) -> str:
        from mediawatch.settings import read_settings
        from mediawatch.workflow.dashboards import day_link

        return day_link(read_settings(), day)


LINKS: Final = (DayDigestLink(), DayOnBoard(), DayQualityLink(), DayInKibana())


def linked(*tasks: PlainXComArg) -> None:
    """Put the buttons on `tasks`: each is given `day` or `days`, or stands in a DAG whose task `plan` returns days."""
    for task in tasks:
        task.operator.operator_extra_links = LINKS


def board_path() -> str:
    """Where the board is for a browser that shows Airflow: below the path that Airflow itself is reached under."""
    return f"{urlsplit(conf.get('api', 'base_url', fallback='')).path.rstrip('/')}/board/"


def _days(operator: Any, ti: Any) -> list[str]:
    """What Airflow gives as the key is the running task instance, which the key's type does not tell."""
    given = operator.op_kwargs
    if "day" in given:
        return [given["day"]]
    return given["days"] if "days" in given else ti.xcom_pull(task_ids="plan") or []
