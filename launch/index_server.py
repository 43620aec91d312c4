"""Elasticsearch when it can be had; a plain word and no index when it cannot."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from launch.console import Progress
from launch.elasticsearch import NoElasticsearch, Server, running_elasticsearch

NONE = Server(url="", how="none", stop=lambda: None, is_ours=False)


@contextmanager
def index_server(data_dir: Path, progress: Progress, *, port: int = 0, for_ever: bool = False) -> Iterator[Server]:
    """A running Elasticsearch, or one without a URL after saying that indexing has to wait."""
    with ExitStack() as stack:
        try:
            server = stack.enter_context(
                running_elasticsearch(data_dir, port=port, progress=progress, for_ever=for_ever)
            )
        except NoElasticsearch as missing:
            progress(f"{missing} Going on without: articles are admitted to the lake, and indexing waits.")
            progress("Once there is a server: MEDIAWATCH_ELASTICSEARCH_URL=... mediawatch index --pending")
            server = NONE
        yield server
