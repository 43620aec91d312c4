"""What a task says in its log while it runs, and for the run's note in Airflow's grid.

A task of Airflow 3 cannot write notes.  It leaves its lines as an XCom, and `plugins/run_notes.py` puts those of a run
together when the run ends.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, Final, Protocol

from mediawatch.redaction import redacted

_LOG = logging.getLogger("mediawatch.progress")


def report(line: str) -> None:
    """One line for the person who reads the task's log."""
    _LOG.info("%s", redacted(line))


NOTE: Final = "note"
"""The XCom of what a task did, lines of text."""

FAILURE: Final = "failure"
"""The XCom of why a task failed, one sentence."""


class TaskInstance(Protocol):
    """The part of a running task that takes XComs."""

    def xcom_push(self, key: str, value: Any) -> None: ...


def note(ti: TaskInstance, *lines: str) -> None:
    """Say `lines` in the task's log and in the note of its run; a second call of the same task replaces the first."""
    for line in lines:
        report(line)
    ti.xcom_push(key=NOTE, value=redacted("\n".join(lines)))


def note_failure(context: Mapping[str, Any]) -> None:
    """Leave the sentence of the error that ended the task: a callback for the last try.

    Airflow also calls it elsewhere, for a task whose process is gone: then there is neither an error nor anywhere to
    leave it.
    """
    error = context.get("exception")
    if isinstance(error, BaseException):
        context["ti"].xcom_push(key=FAILURE, value=redacted(f"{type(error).__name__}: {error}"))


def counted(counts: Mapping[str, int]) -> str:
    """`60 candidates, 40 fetched`; "nothing" without counts."""
    return ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items()) or "nothing"
