"""After `forget` a real Elasticsearch holds nothing of the page, and still holds what stood beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mediawatch.context import Context
from tests.support.gazette import open_gazettes
from tests.support.lakes import a_context
from tests.support.town import OTHER, SLUG, TITLE, Town, live_through, open_town

pytestmark = [pytest.mark.server, pytest.mark.timeout(600)]

PREFIX = "forgetting"


def documents(url: str) -> dict[tuple[str, str], Any]:
    """{(index, id): source} of everything that can be searched."""
    from elasticsearch import Elasticsearch
    from elasticsearch.helpers import scan

    with Elasticsearch(url) as client:
        client.indices.refresh(index=f"{PREFIX}-*")
        return {(hit["_index"], hit["_id"]): hit["_source"] for hit in scan(client, index=f"{PREFIX}-*")}


@pytest.fixture
def told(elasticsearch_url: str, tmp_path: Path) -> Iterator[Town]:
    """A day later, everything in the index."""
    with open_gazettes("paper") as [paper]:
        context: Context = a_context(tmp_path, paper.source(), shards=1, index_prefix=PREFIX)
        town = open_town(
            context,
            paper,
            tmp_path,
            elasticsearch_url=elasticsearch_url,
            indexed=lambda: documents(elasticsearch_url),
        )
        yield live_through(town)


def test_nothing_of_it_can_be_found_any_more(told: Town) -> None:
    kinds = {place.removeprefix(f"{PREFIX}-").partition("-")[0] for place, _ in told.left_in_index()}
    assert kinds >= {"articles", "stories", "rankings", "alerts"}
    told.forget(f"/a/{SLUG}")
    assert told.left() == []
    titles = {source.get("title") for source in documents(told.context.settings.elasticsearch_url).values()}
    assert OTHER in titles
    assert TITLE not in titles
