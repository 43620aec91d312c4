"""`make start`: the product for real work on one machine, without a newsroom of our own.

The real catalogue, the lake in `.lake`, Airflow's home in `.airflow`, Elasticsearch's data in `.local`; every setting
can be given in the environment.  The UI is on the loopback, port 8080 (PORT=...).  The first harvest runs by schedule,
or at once when you trigger `harvest_news` in the UI.  Ctrl-C stops everything and loses nothing.
"""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from pathlib import Path

from demo.__main__ import environment_of
from demo.airflow import running_airflow
from demo.console import exit_code_of, stay_up, teller
from demo.index_server import index_url
from demo.summary import show_addresses
from mediawatch.settings import read_settings

DEFAULT_PORT = 8080


def main() -> None:
    """Run until Ctrl-C."""
    sys.exit(exit_code_of(run))


def run() -> int:
    """Start Elasticsearch (unless the settings name one) and Airflow; the exit code."""
    progress, given = teller(), read_settings()
    with ExitStack() as stack:
        own_index = (
            "" if given.elasticsearch_url else stack.enter_context(index_url(Path(".local/elasticsearch"), progress))
        )
        settings = read_settings(
            elasticsearch_url=given.elasticsearch_url or own_index,
            lake_url=given.lake_url if "://" in given.lake_url else str(Path(given.lake_url).resolve()),
            catalog_dir=given.catalog_dir.resolve(),
        )
        airflow = stack.enter_context(
            running_airflow(
                Path(".airflow"),
                env=environment_of(settings),
                port=int(os.environ.get("PORT", DEFAULT_PORT)),
                progress=progress,
            )
        )
        show_addresses({"Airflow": airflow.url, "Elasticsearch": settings.elasticsearch_url or "none: indexing waits"})
        print("\nTrigger harvest_news in the UI for a first harvest now.  Press Ctrl-C to stop everything.", flush=True)
        stay_up()
    return 0


if __name__ == "__main__":
    main()
