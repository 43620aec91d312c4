"""`make start`: the product for real work on one machine, without a newsroom of our own.

The real catalogue, the lake in `.lake`, Airflow's home in `.airflow`, Elasticsearch's data in `.local`; every setting
can be given in the environment.  The UI is on the loopback, port 8080 (PORT=...), and asks for a password.  The first
harvest runs by schedule, or at once when you trigger `harvest_news` in the UI.  A server that ends is started again.
Ctrl-C stops everything and loses nothing.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path

from pydantic import SecretStr

from demo.__main__ import environment_of
from demo.summary import show_addresses
from launch.airflow import end_earlier, running_airflow
from launch.airflow_login import Login, login_of
from launch.claims import sole_use
from launch.console import Progress, leave, say, stay_up, teller, whole_number
from launch.elasticsearch import Server, bare
from launch.index_server import NONE, index_server
from mediawatch.errors import Unavailable
from mediawatch.settings import Settings, read_settings

DEFAULT_PORT = 8080
HOME = Path(".airflow")


def main() -> None:
    """Run until Ctrl-C."""
    leave(run)


def run() -> int:
    """Start Elasticsearch (unless the settings name one) and Airflow; the exit code."""
    progress, given, port = teller(), read_settings(), whole_number("PORT", os.environ.get("PORT"), DEFAULT_PORT)
    with ExitStack() as stack:
        stack.enter_context(sole_use(Path(".local"), "make start"))
        HOME.mkdir(parents=True, exist_ok=True)
        end_earlier(HOME, progress)
        login = login_of(HOME, os.environ)
        index = (
            NONE
            if given.elasticsearch_url
            else stack.enter_context(index_server(Path(".local/elasticsearch"), progress, for_ever=True))
        )
        settings = settings_for(given, index)
        _look_at_index(settings, progress)
        airflow = stack.enter_context(
            running_airflow(
                HOME,
                env=environment_of(settings),
                port=port,
                login=login,
                progress=progress,
                for_ever=True,
            )
        )
        show_addresses(
            {
                "Airflow": f"{airflow.url}{_how_to_log_in(login)}",
                "Elasticsearch": bare(settings.elasticsearch_url) or "none: indexing waits",
            }
        )
        say("\nTrigger harvest_news in the UI for a first harvest now.  Press Ctrl-C to stop everything.")
        stay_up()
    say("Everything is stopped.")
    return 0


def settings_for(given: Settings, index: Server) -> Settings:
    """The settings of the environment, with our own Elasticsearch where they name none, and whole paths."""
    return read_settings(
        elasticsearch_url=given.elasticsearch_url or index.url,
        elasticsearch_username=index.username or given.elasticsearch_username,
        elasticsearch_password=SecretStr(index.password) if index.username else given.elasticsearch_password,
        lake_url=given.lake_url if "://" in given.lake_url else str(Path(given.lake_url).resolve()),
        catalog_dir=given.catalog_dir.resolve(),
    )


def _look_at_index(settings: Settings, progress: Progress) -> None:
    """Say when Elasticsearch does not answer now.  Raises BadConfiguration when it refuses our credentials."""
    from mediawatch.search import connect

    if not settings.elasticsearch_url:
        return
    try:
        connect(settings).close()
    except Unavailable as error:
        progress(f"{error} Going on: articles wait in the lake until it does.")


def _how_to_log_in(login: Login | None) -> str:
    if login is None:
        return "  (no password: whoever can reach this machine's loopback is an administrator)"
    return f"  (log in as {login.username}; the password is in {login.file})"


if __name__ == "__main__":
    main()
