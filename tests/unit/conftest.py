"""One small site and a newsroom that reads it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mediawatch.context import Context
from tests.support.gazette import Gazette, open_gazettes
from tests.support.lakes import a_context
from tests.support.small_index import SmallIndex, small_index


@pytest.fixture
def paper() -> Iterator[Gazette]:
    """A site with an empty feed."""
    with open_gazettes("paper") as [gazette]:
        yield gazette


@pytest.fixture
def context(paper: Gazette, tmp_path: Path) -> Context:
    """A newsroom of that site alone, in the morning, in one shard."""
    return a_context(tmp_path, paper.source(), shards=1)


@pytest.fixture
def index() -> Iterator[SmallIndex]:
    """An Elasticsearch of its own, as small as can be."""
    with small_index() as opened:
        yield opened


@pytest.fixture
def indexed(context: Context, index: SmallIndex) -> Context:
    """The newsroom with that index."""
    return replace(context, settings=context.settings.model_copy(update={"elasticsearch_url": index.url}))
