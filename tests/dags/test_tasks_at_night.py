"""The tasks of replay_days and housekeeping, called as Airflow calls them: what they note, and what they refuse."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mediawatch.errors import BadRequest
from mediawatch.sources.yaml_nodes import to_yaml
from tests.support.gazette import open_gazettes
from tests.support.lakes import DAY, MORNING, a_context, harvest

pytestmark = pytest.mark.slow  # loads Airflow


class Instance:
    """A running task, as far as notes need it."""

    def __init__(self) -> None:
        self.said: dict[str, Any] = {}

    def xcom_push(self, key: str, value: Any) -> None:
        self.said[key] = value


@pytest.fixture
def lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A day of a paper, harvested long ago, in the lake that the environment names."""
    (tmp_path / "sources").mkdir()
    with open_gazettes("paper") as [paper]:
        (tmp_path / "sources/paper.yaml").write_text(to_yaml(paper.source()), encoding="utf-8")
        paper.publish("/a/1", at=MORNING)
        harvest(a_context(tmp_path, paper.source(), shards=1), "20260429T090000Z")
    monkeypatch.setenv("MEDIAWATCH_LAKE_URL", str(tmp_path / "lake"))
    monkeypatch.setenv("MEDIAWATCH_CATALOG_DIR", str(tmp_path / "sources"))
    return tmp_path / "lake"


@pytest.fixture(scope="module")
def tasks() -> dict[str, Any]:
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(Path(__file__).resolve().parents[2] / "dags")
    dags = (bag.dags["replay_days"], bag.dags["housekeeping"])
    return {task.task_id: getattr(task, "python_callable", None) for dag in dags for task in dag.tasks}


def test_a_replay_notes_what_differs(tasks: dict[str, Any], lake: Path) -> None:
    instance = Instance()
    params = {"from": DAY.isoformat(), "to": DAY.isoformat(), "from_stage": "extract", "keep": False}
    tasks["replay"](params, instance)
    assert instance.said["note"].startswith(f"{DAY}: ")
    assert "articles: 1 gained" in instance.said["note"]
    assert not (lake / "extract").exists()
    with pytest.raises(BadRequest, match="from which day"):
        tasks["replay"]({**params, "from": None}, instance)


def test_housekeeping_notes_what_was_removed(tasks: dict[str, Any], lake: Path) -> None:
    instance = Instance()
    tasks["keep_house"](instance)
    assert instance.said["note"].startswith("derived data: all of it is kept")
    tasks["clean_history"](instance)
    assert "not cleaned" in instance.said["note"]
    assert (lake / "harvest").exists()
