"""`mediawatch doctor`: whether all is well, with an exit code for cron."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from mediawatch.cli import options
from mediawatch.cli.output import PROGRESS, print_json, print_table


def doctor(
    freshness: Annotated[bool, typer.Option("--freshness", help="Only whether something is late.")] = False,
    lake: options.Lake = None,
    catalog: options.Catalog = None,
    as_json: options.AsJson = False,
) -> None:
    """Say whether all is well: settings, disk, clock, what is late, unfinished days, sources, watch lists, channels,
    the parser, Elasticsearch, Kibana and Airflow; each trouble with the command that helps.

    Ends with 0 when all is well and with 1 when not, so that cron, or a monitor of your own, notices a dead scheduler.

    Example: `mediawatch doctor --freshness || notify-somebody`
    """
    from mediawatch.workflow.checkup import everything, late

    context = options.context(lake, catalog)
    found = [asdict(result) for result in (late(context) if freshness else everything(context))]
    if as_json:
        print_json(found)
    else:
        print_table("Doctor", ("check", "seen", "trouble", "helps"), found)
    if any(result["trouble"] for result in found):
        PROGRESS.print("Something is late or in trouble." if not freshness else "Something is late.")
        raise typer.Exit(1)


def add_to(app: typer.Typer) -> None:
    """Put the command on `app`."""
    app.command()(doctor)
