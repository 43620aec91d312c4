"""One running Airflow for the tests that need it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from devsites import NO_HARDSHIPS, Newsroom
from launch.airflow import Airflow, running_airflow
from launch.sessions import session_members
from mediawatch.keywords.watching.watchlist import RECIPIENTS
from mediawatch.settings import Settings, read_settings
from tests.support.sinks import HttpSink


@dataclass(frozen=True, slots=True, kw_only=True)
class AirflowAtWork:
    """A running Airflow whose sources are the demo newsroom's sites, the settings that its tasks see, and where it
    tells of failures."""

    airflow: Airflow
    settings: Settings
    sites: Newsroom
    failures: HttpSink


@contextmanager
def airflow_for_session(home: Path, env: Mapping[str, str]) -> Iterator[Airflow]:
    """A running Airflow for the tests of a session; fails when it leaves a process behind.

    No harvest runs by schedule while the tests look.
    """
    with running_airflow(home, env={"MEDIAWATCH_HARVEST_SCHEDULE": "0 0 29 2 *", **env}) as airflow:
        yield airflow
    left = session_members(*airflow.supervisor.leaders())
    assert not left, f"Airflow left processes behind: {left}"


@pytest.fixture(scope="session")
def airflow_at_work(tmp_path_factory: pytest.TempPathFactory, elasticsearch_url: str) -> Iterator[AirflowAtWork]:
    """One Airflow for the whole session, over the demo newsroom, a lake of its own and a real Elasticsearch."""
    folder = tmp_path_factory.mktemp("airflow")
    with Newsroom(hardships=NO_HARDSHIPS) as newsroom, HttpSink() as failures:
        newsroom.catalogue(folder / "sources")
        _watchlists(folder / "watchlists", failures.url)
        env = {
            "MEDIAWATCH_LAKE_URL": str(folder / "lake"),
            "MEDIAWATCH_CATALOG_DIR": str(folder / "sources"),
            "MEDIAWATCH_WATCHLISTS_DIR": str(folder / "watchlists"),
            "MEDIAWATCH_ELASTICSEARCH_URL": elasticsearch_url,
            "MEDIAWATCH_INDEX_PREFIX": "airflow-at-work",
            "MEDIAWATCH_SHARDS": "3",
        }
        with airflow_for_session(folder / "home", env) as airflow:
            yield AirflowAtWork(airflow=airflow, settings=read_settings(env), sites=newsroom, failures=failures)


def _watchlists(folder: Path, url: str) -> None:
    """The project's own watch lists, with one recipient, who is told of failures."""
    shutil.copytree(read_settings({}).watchlists_dir, folder)
    channels = [{"name": "hook", "url": url}]
    ops = {"name": "ops", "language": "en", "messages": ["failures"], "channels": channels}
    (folder / RECIPIENTS).write_text(yaml.safe_dump([ops]), encoding="utf-8")
