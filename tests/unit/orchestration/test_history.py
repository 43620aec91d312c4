"""Airflow's history is cleaned by Airflow's own command, in a database of its own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from mediawatch.errors import Unavailable
from mediawatch.orchestration.history import clean_history
from mediawatch.settings import Settings

pytestmark = pytest.mark.slow

NOW = datetime(2026, 5, 4, tzinfo=UTC)


def settings(url: str) -> Settings:
    return Settings(airflow_database_url=SecretStr(url), keep_airflow_days=30)


def test_runs_that_are_older_than_is_kept_go(tmp_path: Path) -> None:
    import airflow.models
    from airflow.models.base import Base
    from airflow.models.dagrun import DagRun
    from sqlalchemy import create_engine, insert, select

    airflow.models.import_all_models()
    url = f"sqlite:///{tmp_path / 'airflow.db'}"
    engine = create_engine(url)
    with engine.begin() as connection:
        Base.metadata.create_all(connection)
        for name, days in (("old", 31), ("older", 40), ("young", 29)):
            then = NOW - timedelta(days=days)
            values = {"dag_id": "harvest_news", "run_id": name, "run_type": "scheduled", "run_after": then}
            connection.execute(insert(DagRun.__table__).values(**values, start_date=then, state="success"))
    said = clean_history(settings(url), NOW)
    assert said == "Airflow's history: cleaned of what is older than 2026-04-04"
    with engine.begin() as connection:
        assert list(connection.scalars(select(DagRun.__table__.c.run_id))) == ["young"]
    engine.dispose()


def test_without_an_address_nothing_is_cleaned_and_that_is_said() -> None:
    assert "not cleaned" in clean_history(settings(""), NOW)


def test_what_airflow_says_of_a_failure_is_passed_on_without_the_address(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'none' / 'airflow.db'}"
    with pytest.raises(Unavailable, match="airflow db clean") as raised:
        clean_history(settings(url), NOW)
    assert url not in str(raised.value)
