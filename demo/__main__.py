"""`make demo`: the whole product at work on a newsroom of our own, from an empty folder to a Chinese search.

Starts Elasticsearch and six small news sites, replays their past by the stage functions, then starts Airflow and runs
today's harvest and build through it.  Stays up until Ctrl-C; with `--once` (or ONCE=1) it stops everything and exits 0
only if all of it worked.
"""

from __future__ import annotations

import argparse
import os
import shlex
import time
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import SecretStr

from demo.replay import Replay, replay
from demo.summary import show_addresses, show_alerts, show_day, show_search
from demo.today import run_today
from devsites import Newsroom as Sites
from launch.airflow import Airflow, end_earlier, running_airflow
from launch.claims import sole_use
from launch.console import leave, say, stay_up, teller, whole_number
from launch.elasticsearch import Server
from launch.index_server import index_server
from launch.retrying import Retrying
from mediawatch.errors import BadConfiguration
from mediawatch.settings import PREFIX, Settings, read_settings
from mediawatch.workflow.digests import folder_of

DEFAULT_DAYS = 45
FEWEST_DAYS = 20
"""Of the past, from which the day's new word is found: 14 to say what is usual, and the window before."""
COMMANDS = ("search 关税", "keywords", "alerts", 'why "关税"')
OWN_SCHEDULE = "55 5 * * *"
"""The demo's own schedule for harvests after the first, in case it stays up overnight."""


def main() -> None:
    """Parse the options and run."""
    leave(lambda: _run_as_asked(_parser().parse_args()))


def _run_as_asked(options: argparse.Namespace) -> int:
    days = whole_number("DAYS", os.environ.get("DAYS"), DEFAULT_DAYS) if options.days is None else options.days
    return run(options.folder, days, options.once)


def run(folder: Path, days: int, is_once: bool) -> int:
    """The demo in `folder`; the exit code."""
    began, progress = time.monotonic(), teller()
    with ExitStack() as stack:
        stack.enter_context(sole_use(folder, "make demo"))
        end_earlier(folder / "airflow", progress)
        index = stack.enter_context(index_server(folder / "elasticsearch", progress))
        sites = stack.enter_context(_sites(folder))
        sites.catalogue(folder / "sources")
        sites.names(folder / "aliases")
        sites.watchlists(folder / "watchlists")
        settings = settings_for(folder, index)
        progress(f"The newsroom is open: {', '.join(outlet.base_url for outlet in sites.outlets)}")
        replay(Replay(settings=settings, sites=sites, progress=progress, check=index.check), days)
        airflow = stack.enter_context(
            running_airflow(folder / "airflow", env=environment_of(settings), progress=progress)
        )
        day = run_today(airflow, progress)
        shown = Retrying("The summary", progress, index.check).run(lambda: _show(folder, settings, day, airflow, sites))
        say(f"\nDone in {time.monotonic() - began:.0f} seconds: {shown.admitted} articles of today admitted.")
        missing = shown.missing(has_index=bool(index.url), days=days)
        if missing:
            say(f"This demo did not do all it is for: {missing}.")
        if not is_once:
            say(f"\nPress Ctrl-C to stop everything; what was collected is kept in {folder}/.")
            stay_up()
            return 0
    say(f"Everything is stopped; what was collected is kept in {folder}/.")
    return 1 if missing else 0


def settings_for(folder: Path, index: Server) -> Settings:
    """The demo's settings: its own lake and catalogue, two shards, no waiting for anybody."""
    return read_settings(
        {},
        lake_url=str((folder / "lake").resolve()),
        catalog_dir=(folder / "sources").resolve(),
        aliases_dir=(folder / "aliases").resolve(),
        watchlists_dir=(folder / "watchlists").resolve(),
        elasticsearch_url=index.url,
        elasticsearch_username=index.username,
        elasticsearch_password=SecretStr(index.password),
        shards=2,
        harvest_schedule=OWN_SCHEDULE,
    )


def environment_of(settings: Settings) -> dict[str, str]:
    """`settings` as the environment of another process: those that differ from the defaults."""
    changed = settings.model_dump(exclude_defaults=True)
    return {f"{PREFIX}{name.upper()}": _plain(value) for name, value in changed.items()}


def _plain(value: object) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """How much there was to show: articles admitted today, alerts that began today, hits of the search."""

    admitted: int
    alerts: int
    hits: int

    def missing(self, *, has_index: bool, days: int) -> str:
        """What the demo is for and did not show, with `days` of past; empty when all is there."""
        found = {
            "no article of today was admitted": self.admitted > 0,
            "the search found nothing": self.hits > 0 or not has_index,
            "no alert began today": self.alerts > 0 or days < FEWEST_DAYS,
        }
        return ", ".join(name for name, is_there in found.items() if not is_there)


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
    say("\nTo ask for more")
    environment = _written_environment(folder, settings)
    for command in COMMANDS:
        say(f"  source {environment} && .venv/bin/mediawatch {command}")
    return Shown(admitted=admitted, alerts=len(alerts), hits=hits)


def _written_environment(folder: Path, settings: Settings) -> Path:
    """A file that a shell can source to have the demo's settings."""
    file = folder / "environment"
    lines = (f"export {name}={shlex.quote(value)}\n" for name, value in sorted(environment_of(settings).items()))
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
        stream.writelines(lines)  # perhaps with a password
    return file


def _sites(folder: Path) -> Sites:
    """The newsroom on the port it had in `folder` before: an article's address is what it is known by."""
    kept = folder / "newsroom-port"
    said = kept.read_text(errors="replace").strip() if kept.exists() else ""
    port = int(said) if said.isdecimal() and int(said) < 2**16 else 0
    try:
        sites = Sites(port=port)
    except OSError as error:
        raise BadConfiguration(
            f"Port {port}, on which the newsroom of {folder} lives, is in use: stop what uses it (another demo?), or "
            f"remove {folder} to begin anew."
        ) from error
    kept.with_suffix(".new").write_text(str(_port_of(sites)))
    kept.with_suffix(".new").replace(kept)
    return sites


def _port_of(sites: Sites) -> int:
    return int(sites.outlets[0].base_url.rpartition(":")[2])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path(".demo"), help="where everything is kept")
    parser.add_argument("--days", type=int, help="days of past to replay (45 unless told, also by DAYS)")
    parser.add_argument("--once", action="store_true", default=os.environ.get("ONCE") == "1", help="stop at the end")
    return parser


if __name__ == "__main__":
    main()
