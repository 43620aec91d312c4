"""A run of harvest_news in which no source is due skips everything, and is no failure."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mediawatch.errors import BadRequest

pytestmark = pytest.mark.slow  # loads Airflow


@pytest.fixture(scope="module")
def tasks() -> dict[str, Any]:
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(Path(__file__).resolve().parents[2] / "dags")
    return {task.task_id: getattr(task, "python_callable", None) for task in bag.dags["harvest_news"].tasks}


def test_there_are_no_shards_and_nothing_to_seal(tasks: dict[str, Any]) -> None:
    from airflow.sdk.exceptions import AirflowSkipException

    assert tasks["list_shards"]({}) == []
    with pytest.raises(AirflowSkipException, match="no source is due"):
        tasks["seal"]({}, None, None)


def test_a_batch_that_could_not_be_opened_is_another_matter(tasks: dict[str, Any]) -> None:
    with pytest.raises(BadRequest, match="No batch was opened"):
        tasks["seal"](None, None, None)
