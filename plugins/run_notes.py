"""A note on every run of ours in Airflow's grid: which tasks failed and why, and what the others say that they did.

A task of Airflow 3 cannot write notes, so each leaves lines as XComs (`mediawatch.orchestration.notes`), and this
listener puts them together when the scheduler ends the run.  A note that a person wrote stays.

The scheduler's own transaction is open then, and another session might wait for it for ever.  So its connection is
used, in savepoints: an error undoes the note and nothing else.  Its ORM session is not: a failed flush would end the
scheduler, which also takes the end of the session's own savepoint for a commit, and forbids those.  Reading and writing
have a savepoint each, because SQLite lets nobody write who began by reading, once somebody else has written.
None of our modules is loaded: they may change while the scheduler runs.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from airflow.listeners import hookimpl
from airflow.plugins_manager import AirflowPlugin

if TYPE_CHECKING:
    from airflow.models.dagrun import DagRun
    from sqlalchemy import Connection, Insert, Table, Update

TAG = "mediawatch"
AUTHOR = "mediawatch"
"""Stands as the user of our notes, so that a run that was cleared gets a new one and a person's note stays."""

NOTE, FAILURE = "note", "failure"
"""The XComs, as in `mediawatch.orchestration.notes`."""

MOST = 1000
"""Characters that Airflow's table has room for."""

LONGEST = 300
"""Characters of a line, so that one error's text does not hide the rest."""

_MARKUP = str.maketrans({sign: f"\\{sign}" for sign in "\\[]<>`"})
"""Errors quote what sites say: no link, picture or HTML of theirs."""

_LOG = logging.getLogger(__name__)


class RunNotes:
    """Airflow calls this when a run ends, in the scheduler, or in the api-server when a person ends it."""

    @hookimpl
    def on_dag_run_success(self, dag_run: DagRun) -> None:
        """Note what was done."""
        annotate(dag_run)

    @hookimpl
    def on_dag_run_failed(self, dag_run: DagRun) -> None:
        """Note what failed."""
        annotate(dag_run)


def annotate(dag_run: DagRun) -> None:
    """Give the run its note, if it is a run of ours.  An error is logged: it must not end the scheduler."""
    try:
        _annotate(dag_run)
    except Exception:  # noqa: BLE001 - whatever it is, runs go on without their notes
        _LOG.exception("No note for the run %s of %s", dag_run.run_id, dag_run.dag_id)


def _annotate(dag_run: DagRun) -> None:
    from sqlalchemy.orm import object_session

    session = object_session(dag_run)
    if session is None:
        raise RuntimeError("the run is in no session")
    connection = session.connection()
    with connection.begin_nested():
        change = _change(connection, dag_run)
    if change is not None:
        with connection.begin_nested():
            connection.execute(change)


def _change(connection: Connection, dag_run: DagRun) -> Insert | Update | None:
    """What puts the note on the run; None where there is nothing to say, or a note that is not ours."""
    from airflow.models.dagrun import DagRunNote
    from sqlalchemy import insert, select, update

    if not _is_ours(connection, dag_run.dag_id):
        return None
    note = _table(DagRunNote)
    held = connection.execute(select(note.c.user_id).where(note.c.dag_run_id == dag_run.id)).first()
    content = compose([*_failures(connection, dag_run), *_told(connection, dag_run)])
    if not content or (held is not None and held.user_id != AUTHOR):
        return None
    if held is None:
        return insert(note).values(dag_run_id=dag_run.id, content=content, user_id=AUTHOR)
    return update(note).where(note.c.dag_run_id == dag_run.id).values(content=content)


def _is_ours(connection: Connection, dag_id: str) -> bool:
    from airflow.models.dag import DagTag
    from sqlalchemy import select

    tag = _table(DagTag)
    return connection.execute(select(tag.c.name).where(tag.c.dag_id == dag_id, tag.c.name == TAG)).first() is not None


def _failures(connection: Connection, dag_run: DagRun) -> Iterator[str]:
    """A line for each failed task, the first to fail first."""
    from airflow.models.taskinstance import TaskInstance
    from airflow.utils.state import TaskInstanceState
    from sqlalchemy import select

    why = {(row.task_id, row.map_index): row.value for row in _xcoms(connection, dag_run, FAILURE)}
    task = _table(TaskInstance)
    failed = (
        select(task.c.task_id, task.c.map_index, task.c.rendered_map_index)
        .where(task.c.dag_id == dag_run.dag_id, task.c.run_id == dag_run.run_id)
        .where(task.c.state == TaskInstanceState.FAILED)
        .order_by(task.c.end_date, task.c.task_id, task.c.map_index)
    )
    for row in connection.execute(failed):
        index = "" if row.map_index < 0 else f" ({row.rendered_map_index or row.map_index})"
        yield f"{row.task_id}{index} failed: {why.get((row.task_id, row.map_index), 'see its log')}"


def _told(connection: Connection, dag_run: DagRun) -> Iterator[str]:
    """What the tasks say, in the order in which they said it."""
    for row in _xcoms(connection, dag_run, NOTE):
        yield from str(row.value).splitlines()


def _xcoms(connection: Connection, dag_run: DagRun, key: str) -> Sequence[Any]:
    from airflow.models.xcom import XComModel
    from sqlalchemy import select

    xcom = _table(XComModel)
    said = (
        select(xcom.c.task_id, xcom.c.map_index, xcom.c.value)
        .where(xcom.c.dag_run_id == dag_run.id, xcom.c.key == key)
        .order_by(xcom.c.timestamp, xcom.c.task_id, xcom.c.map_index)
    )
    return connection.execute(said).all()


def compose(lines: Sequence[str]) -> str:
    """The lines as a list, which Airflow draws as Markdown, cut to what the table takes."""
    note = ""
    for number, line in enumerate(lines):
        text = " ".join(line.replace("\0", " ").split())
        cut = text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
        entry = f"- {cut.translate(_MARKUP)}\n"
        left = f"- and {len(lines) - number} more"
        if len(note) + len(entry) + len(left) > MOST:
            return note + left
        note += entry
    return note.rstrip()


def _table(model: Any) -> Table:
    """The table of one of Airflow's models, to be read past the ORM."""
    table: Table = model.__table__
    return table


class RunNotesPlugin(AirflowPlugin):
    """Registers the listener."""

    name = "run_notes"
    listeners: list[Any] = [RunNotes()]  # noqa: RUF012 a list that Airflow declares as an instance's
