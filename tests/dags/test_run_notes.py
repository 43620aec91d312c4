"""The plugin that notes what runs did, on Airflow's own tables, inside a transaction as the scheduler guards it."""

from __future__ import annotations

import runpy
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from mediawatch.orchestration import notes

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

PLUGIN = runpy.run_path(str(Path(__file__).resolve().parents[2] / "plugins" / "run_notes.py"))
OURS, FOREIGN = "harvest_news", "payroll"
ENDED = datetime(2026, 1, 5, 7, 0, tzinfo=UTC)


def select_tag(name: str) -> Any:
    """Whose tag this is."""
    from airflow.models.dag import DagTag
    from sqlalchemy import select

    return select(DagTag.dag_id).where(DagTag.name == name)


class Desk:
    """One run in a database of its own, and what its tasks left there."""

    def __init__(self, session: Session, dag_id: str, run_id: str) -> None:
        from airflow.models.dagrun import DagRun

        self.session = session
        self.run = DagRun(dag_id=dag_id, run_id=run_id, run_type="manual", run_after=ENDED)
        session.add(self.run)
        session.flush()

    def put(self, model: Any, **values: Any) -> None:
        """One row, past the ORM."""
        from sqlalchemy import insert

        self.session.execute(insert(model.__table__).values(**values))

    def say(self, task: str, text: str, *, key: str = notes.NOTE, after: int = 0, index: int = -1) -> None:
        """The XCom of a task, pushed `after` so many seconds."""
        from airflow.models.xcom import XComModel

        place = {"dag_run_id": self.run.id, "task_id": task, "map_index": index, "key": key}
        instant = ENDED + timedelta(seconds=after)
        self.put(XComModel, **place, dag_id=self.run.dag_id, run_id=self.run.run_id, value=text, timestamp=instant)

    def fail(self, task: str, why: str = "", *, index: int = -1, label: str | None = None, after: int = 0) -> None:
        """A failed task, with the sentence that it left."""
        from airflow.models.taskinstance import TaskInstance

        values = {"task_id": task, "map_index": index, "rendered_map_index": label, "state": "failed"}
        values |= {"dag_id": self.run.dag_id, "run_id": self.run.run_id, "end_date": ENDED + timedelta(seconds=after)}
        self.put(TaskInstance, id=uuid4(), pool="default_pool", pool_slots=1, **values)
        if why:
            self.say(task, why, key=notes.FAILURE, index=index)

    def end(self) -> str:
        """The run's note once it has ended, in a session whose every commit but the last is forbidden."""
        from airflow.models.dagrun import DagRunNote
        from airflow.utils.sqlalchemy import prohibit_commit
        from sqlalchemy import select

        with prohibit_commit(self.session) as guard:
            PLUGIN["annotate"](self.run)
            guard.commit()
        return self.session.scalar(select(DagRunNote.content).where(DagRunNote.dag_run_id == self.run.id)) or ""


@pytest.fixture(scope="module", name="engine")
def _engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Airflow's tables in a file, with the log that Airflow writes it by."""
    import airflow.models
    from airflow.models.base import Base
    from sqlalchemy import create_engine, text

    airflow.models.import_all_models()
    engine = create_engine(f"sqlite:///{tmp_path_factory.mktemp('database') / 'airflow.db'}")
    with engine.begin() as connection:
        connection.execute(text("PRAGMA journal_mode=WAL"))
        Base.metadata.create_all(connection)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module", name="session")
def _session(engine: Engine) -> Iterator[Session]:
    """A session as the scheduler has one: it flushes when it is told to."""
    from airflow.models.dag import DagTag
    from sqlalchemy import insert
    from sqlalchemy.orm import Session

    with Session(engine, autoflush=False) as session:
        session.execute(
            insert(DagTag.__table__).values([{"dag_id": OURS, "name": name} for name in ("x", "mediawatch")])
        )
        session.execute(insert(DagTag.__table__).values(dag_id=FOREIGN, name="money"))
        session.commit()
        yield session


@pytest.fixture(name="desk")
def _desk(session: Session, request: pytest.FixtureRequest) -> Desk:
    return Desk(session, OURS, request.node.name)


def test_it_knows_the_tasks_words() -> None:
    assert (PLUGIN["NOTE"], PLUGIN["FAILURE"]) == (notes.NOTE, notes.FAILURE)


def test_what_the_tasks_said_in_the_order_in_which_they_said_it(desk: Desk) -> None:
    desk.say("tell", "3 sent\n1 waiting", after=9)
    desk.say("plan", "2026-01-05", after=1)
    desk.say("plan", "not for the note", key="return_value")
    assert desk.end() == "- 2026-01-05\n- 3 sent\n- 1 waiting"


def test_failures_come_first(desk: Desk) -> None:
    desk.say("seal", "sealed")
    desk.fail("fetch_shard", index=2, label="shard 2", after=5)
    desk.fail("fetch_shard", "Unavailable: no disk", index=0, label="shard 0")
    assert desk.end() == (
        "- fetch_shard (shard 0) failed: Unavailable: no disk\n- fetch_shard (shard 2) failed: see its log\n- sealed"
    )


def test_a_run_that_said_nothing_has_no_note(desk: Desk) -> None:
    assert desk.end() == ""


def test_a_persons_note_stays(desk: Desk) -> None:
    desk.run.note = ("Mine.", "anna")
    desk.session.flush()
    desk.say("seal", "sealed")
    assert desk.end() == "Mine."


def test_a_note_without_a_name_stays(desk: Desk) -> None:
    desk.run.note = "From the command line."
    desk.session.flush()
    desk.say("seal", "sealed")
    assert desk.end() == "From the command line."


def test_a_run_that_was_cleared_gets_a_new_note(desk: Desk) -> None:
    desk.say("seal", "sealed")
    assert desk.end() == "- sealed"
    desk.say("plan", "once more", after=5)
    assert desk.end() == "- sealed\n- once more"


def test_somebody_else_may_write_in_between(desk: Desk, engine: Engine) -> None:
    """On SQLite who has read before may not write after that, unless it begins anew."""
    from airflow.models.dag import DagTag
    from sqlalchemy import event, insert

    desk.say("seal", "sealed")
    desk.session.commit()

    def write(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("INSERT INTO dag_run_note"):
            with engine.begin() as other:
                other.execute(insert(DagTag.__table__).values(dag_id=OURS, name="written in between"))

    event.listen(engine, "before_cursor_execute", write)
    try:
        assert desk.end() == "- sealed"
    finally:
        event.remove(engine, "before_cursor_execute", write)
    assert desk.session.scalar(select_tag("written in between")) == OURS


def test_runs_of_other_dags_are_left_alone(session: Session) -> None:
    desk = Desk(session, FOREIGN, "june")
    desk.say("pay", "all paid")
    assert desk.end() == ""


def test_a_note_fits_into_airflows_table(desk: Desk) -> None:
    from airflow.models.dagrun import DagRunNote

    desk.fail("extract", "Corrupt: " + "x" * 5000)
    desk.say("plan", "\n".join(f"line {number} " + "y" * 90 for number in range(50)))
    note = desk.end()
    assert len(note) <= PLUGIN["MOST"] == DagRunNote.__table__.c.content.type.length
    first, *rest, last = note.splitlines()
    assert len(first) == PLUGIN["LONGEST"] + len("- ")
    assert first.endswith("x…")
    assert last == f"- and {50 - len(rest)} more"


def test_characters_that_a_database_refuses_are_left_out() -> None:
    assert PLUGIN["compose"](["a\0b\tc  d"]) == "- a b c d"


def test_what_goes_wrong_is_logged_and_undone_and_the_run_ends(
    desk: Desk, session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    desk.say("seal", "\ud83d")  # half a character, which no database takes
    desk.run.state = "success"
    assert desk.end() == ""
    assert f"No note for the run {desk.run.run_id} of harvest_news" in caplog.text
    session.expire_all()
    assert desk.run.state == "success"


def test_what_a_site_says_is_no_markup_in_the_note() -> None:
    said = PLUGIN["compose"](["BadRequest: [free](https://bad.example) ![](x) <img> `y`"])
    assert said == r"- BadRequest: \[free\](https://bad.example) !\[\](x) \<img\> \`y\`"
