"""`mediawatch doctor`: whether all is well, with an exit code for cron."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer

from mediawatch.cli import options
from mediawatch.cli.output import PROGRESS, print_json, print_table
from mediawatch.context import Context
from mediawatch.errors import MediawatchError

Finding = dict[str, str]
"""`check`, what was `seen`, and the `trouble` with it, "" when there is none."""


def doctor(
    freshness: Annotated[bool, typer.Option("--freshness", help="Only whether something is late.")] = False,
    lake: options.Lake = None,
    catalog: options.Catalog = None,
    as_json: options.AsJson = False,
) -> None:
    """Say whether something is late, which sources the last harvest did not reach, and whether the index answers.

    Ends with 0 when all is well and with 1 when not, so that cron, or a monitor of your own, notices a dead scheduler.

    Example: `mediawatch doctor --freshness || notify-somebody`
    """
    context = options.context(lake, catalog)
    findings = list(_freshness(context))
    findings += [] if freshness else [*_sources(context), *_index(context)]
    if as_json:
        print_json(findings)
    else:
        print_table("Doctor", ("check", "seen", "trouble"), findings)
    if any(finding["trouble"] for finding in findings):
        PROGRESS.print("Something is late or in trouble." if not freshness else "Something is late.")
        raise typer.Exit(1)


def _freshness(context: Context) -> Iterator[Finding]:
    from mediawatch.workflow.freshness import signs_of_life

    for sign in signs_of_life(context):
        yield {"check": f"last {sign.name}", "seen": sign.last, "trouble": sign.late}


def _sources(context: Context) -> Iterator[Finding]:
    """The newest harvest: which sources it did not reach."""
    from mediawatch.harvest.visits import answers, last_visits, summary

    visits = last_visits(context.store)
    failed = [source for source, found in answers(visits).items() if found.is_failed]
    trouble = f"not reached: {', '.join(failed)}" if failed else ""
    yield {"check": "seeds", "seen": summary(visits) or "no harvest", "trouble": trouble}


def _index(context: Context) -> Iterator[Finding]:
    if not context.settings.elasticsearch_url:
        return
    from mediawatch.workflow.serving import open_target

    try:
        name = open_target(context).name
    except MediawatchError as error:
        yield {"check": "index", "seen": "", "trouble": str(error)}
    else:
        yield {"check": "index", "seen": name, "trouble": ""}


def add_to(app: typer.Typer) -> None:
    """Put the command on `app`."""
    app.command()(doctor)
