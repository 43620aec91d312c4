"""One real Elasticsearch for a whole test session, started when the first test asks for it.

A test module gets it by `pytest_plugins = ("tests.support.elasticsearch",)`.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from launch.elasticsearch import NoElasticsearch, running_elasticsearch


@pytest.fixture(scope="session")
def elasticsearch_url() -> Iterator[str]:
    """The address of an empty Elasticsearch: the trimmed distribution, or the fuller one with MEDIAWATCH_FULL_ES=1.

    A server that ELASTICSEARCH_URL names is not used: tests make and delete indices.
    """
    folder = Path(tempfile.mkdtemp(prefix="mediawatch-tests-", dir="/var/tmp"))
    folder.chmod(0o755)
    environ = {key: value for key, value in os.environ.items() if key != "ELASTICSEARCH_URL"}
    try:
        if os.environ.get("MEDIAWATCH_FULL_ES") == "1":
            from tests.support.fuller_elasticsearch import running_fuller_elasticsearch

            with running_fuller_elasticsearch(folder / "server") as server:
                yield server.url
        else:
            with running_elasticsearch(folder / "server", environ=environ) as server:
                yield server.url
    except NoElasticsearch as missing:
        pytest.skip(f"needs a real Elasticsearch. {missing}")
    shutil.rmtree(folder, ignore_errors=True)
