"""`make demo`: the whole product at work on a newsroom of our own, from an empty folder to a Chinese search.

Starts Elasticsearch and six small news sites, replays their past by the stage functions, then starts Airflow and runs
today's harvest and build through it.  Stays up until Ctrl-C; with `--once` (or ONCE=1) it stops everything and exits 0
only if all of it worked.
"""

from __future__ import annotations

import argparse
import os
import shlex
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import SecretStr

from demo.airflow import Airflow, running_airflow
from demo.console import Progress, exit_code_of, stay_up, teller
from demo.index_server import index_url
from demo.newsroom import Newsroom as Sites
from demo.replay import replay
from demo.summary import show_addresses, show_alerts, show_day, show_search
from mediawatch.errors import BadConfiguration, Unavailable
from mediawatch.records import now
from mediawatch.settings import PREFIX, Settings, read_settings
from mediawatch.stages.digests import folder_of

RUN_CEILING_SECONDS = 600.0
FEWEST_DAYS = 20
"""Of the past, from which the day's new word is found: 14 to say what is usual, and the window before."""
COMMANDS = ("search 关税", "keywords", "alerts", 'why "关税"')
OWN_SCHEDULE = "55 5 * * *"
"""The demo's own schedule for harvests after the first, in case it stays up overnight."""


def main() -> None:
    """Parse the options and run."""
    options = _parser().parse_args()
    sys.exit(exit_code_of(lambda: run(options.folder, options.days, options.once)))


def run(folder: Path, days: int, is_once: bool) -> int:
    """The demo in `folder`; the exit code."""
    began, progress = time.monotonic(), teller()
    with ExitStack() as stack:
        url = stack.enter_context(index_url(folder / "elasticsearch", progress))
        sites = stack.enter_context(_sites(folder))
        sites.catalogue(folder / "sources")
        sites.names(folder / "aliases")
        sites.watchlists(folder / "watchlists")
        settings = settings_for(folder, url)
        progress(f"The newsroom is open: {', '.join(outlet.base_url for outlet in sites.outlets)}")
        replay(settings, sites, days, progress)
        airflow = stack.enter_context(
            running_airflow(folder / "airflow", env=environment_of(settings), progress=progress)
        )
        day = run_today(airflow, progress)
        shown = _show(folder, settings, day, airflow, sites)
        print(
            f"\nDone in {time.monotonic() - began:.0f} seconds: {shown.admitted} articles of today admitted.",
            flush=True,
        )
        is_good = shown.is_good(has_index=bool(url), days=days)
        if is_once:
            return 0 if is_good else 1
        print(f"\nPress Ctrl-C to stop everything; what was collected is kept in {folder}/.", flush=True)
        stay_up()
        return 0


def settings_for(folder: Path, index: str) -> Settings:
    """The demo's settings: its own lake and catalogue, two shards, no waiting for anybody."""
    return read_settings(
        {},
        lake_url=str((folder / "lake").resolve()),
        catalog_dir=(folder / "sources").resolve(),
        aliases_dir=(folder / "aliases").resolve(),
        watchlists_dir=(folder / "watchlists").resolve(),
        elasticsearch_url=index,
        shards=2,
        harvest_schedule=OWN_SCHEDULE,
    )


def environment_of(settings: Settings) -> dict[str, str]:
    """`settings` as the environment of another process: those that differ from the defaults."""
    changed = settings.model_dump(exclude_defaults=True)
    return {f"{PREFIX}{name.upper()}": _plain(value) for name, value in changed.items()}


def _plain(value: object) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


def run_today(airflow: Airflow, progress: Progress) -> date:
    """Harvest and build today through Airflow; the day.  Raises Unavailable, with the task's log, when a run fails."""
    day = now().date()
    harvest = airflow.trigger("harvest_news")
    _await_success(airflow, "harvest_news", harvest, progress)
    build = airflow.await_woken("build_day", by=("harvest_news", harvest))
    _await_success(airflow, "build_day", build, progress)
    watch = airflow.await_woken("watch_keywords", by=("build_day", build))
    _await_success(airflow, "watch_keywords", watch, progress)
    return day


def _await_success(airflow: Airflow, dag_id: str, run_id: str, progress: Progress) -> None:
    state = airflow.wait(dag_id, run_id, ceiling=RUN_CEILING_SECONDS, progress=progress)
    if state != "success":
        raise Unavailable(f"{dag_id} ended as {state}:\n{airflow.complaints(dag_id, run_id)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """How much there was to show: articles admitted today, alerts that began today, hits of the search."""

    admitted: int
    alerts: int
    hits: int

    def is_good(self, *, has_index: bool, days: int) -> bool:
        """Whether the demo did what it is for, with `days` of past."""
        return self.admitted > 0 and (self.hits > 0 or not has_index) and (self.alerts > 0 or days < FEWEST_DAYS)


def _show(folder: Path, settings: Settings, day: date, airflow: Airflow, sites: Sites) -> Shown:
    """Print the summary."""
    admitted = show_day(settings, day)
    alerts = show_alerts(settings, day)
    hits = show_search(settings) if settings.elasticsearch_url else 0
    addresses = {
        "The newsroom board": f"{airflow.url}/board/",
        "The day on one page": f"{settings.lake_url}/{folder_of(day)}/zh.html",
        "Airflow": airflow.url,
        "A site of the newsroom": sites.outlets[0].base_url,
    }
    if settings.elasticsearch_url:
        addresses["Elasticsearch"] = f"{settings.elasticsearch_url}/_cat/indices/mediawatch-*?v"
    show_addresses(addresses)
    print("\nTo ask for more")
    environment = _written_environment(folder, settings)
    for command in COMMANDS:
        print(f"  source {environment} && .venv/bin/mediawatch {command}", flush=True)
    return Shown(admitted=admitted, alerts=len(alerts), hits=hits)


def _written_environment(folder: Path, settings: Settings) -> Path:
    """A file that a shell can source to have the demo's settings."""
    file = folder / "environment"
    lines = (f"export {name}={shlex.quote(value)}\n" for name, value in sorted(environment_of(settings).items()))
    file.write_text("".join(lines), encoding="utf-8")
    return file


def _sites(folder: Path) -> Sites:
    """The newsroom on the port it had in `folder` before: an article's address is what it is known by."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / "newsroom-port"
    port = int(kept.read_text()) if kept.exists() else 0
    try:
        sites = Sites(port=port)
    except OSError as error:
        raise BadConfiguration(
            f"Port {port}, on which the newsroom of {folder} lives, is in use: stop what uses it (another demo?), or "
            f"remove {folder} to begin anew."
        ) from error
    kept.write_text(str(_port_of(sites)))
    return sites


def _port_of(sites: Sites) -> int:
    return int(sites.outlets[0].base_url.rpartition(":")[2])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path(".demo"), help="where everything is kept")
    parser.add_argument("--days", type=int, default=int(os.environ.get("DAYS", "45")), help="days of past to replay")
    parser.add_argument("--once", action="store_true", default=os.environ.get("ONCE") == "1", help="stop at the end")
    return parser


if __name__ == "__main__":
    main()
