"""Fixtures: indices of its own for each test, on the session's server.

A test module gets them by `pytest_plugins = ("tests.support.index_fixtures",)`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from mediawatch.search import connect, provision
from mediawatch.settings import Settings
from tests.support.index import Index

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

pytest_plugins = ("tests.support.elasticsearch",)

_PREFIXES = (f"test-{number}" for number in itertools.count(1))


@pytest.fixture
def bare_index(elasticsearch_url: str) -> Iterator[Index]:
    """A prefix of its own where nothing is provisioned yet; emptied afterwards."""
    settings = Settings(elasticsearch_url=elasticsearch_url, index_prefix=next(_PREFIXES))
    client = connect(settings)
    try:
        yield Index(client=client, settings=settings)
    finally:
        _empty(client, settings.index_prefix)
        client.close()


@pytest.fixture
def index(bare_index: Index) -> Index:
    """A provisioned set of indices."""
    provision(bare_index.client, bare_index.settings)
    return bare_index


def _empty(client: Elasticsearch, prefix: str) -> None:
    for name in client.indices.get(index=f"{prefix}-*", features="aliases"):
        client.indices.delete(index=name)
    lenient = client.options(ignore_status=404)
    lenient.indices.delete_index_template(name=f"{prefix}-*")
    lenient.cluster.delete_component_template(name=f"{prefix}-settings")
