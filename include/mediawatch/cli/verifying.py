"""`mediawatch verify`: the lake against its own digests."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from mediawatch.cli import options
from mediawatch.cli.output import PROGRESS, RESULT, plain, print_json, progress
from mediawatch.errors import Corrupt
from mediawatch.records.times import parse_day


def verify(
    day: Annotated[
        str | None, typer.Option("--day", help="One newsroom day only; else the whole lake.", metavar="DAY")
    ] = None,
    deep: Annotated[
        bool, typer.Option("--deep", help="Read every archived page on its own as well; takes many times as long.")
    ] = False,
    lake: options.Lake = None,
    catalog: options.Catalog = None,
    as_json: options.AsJson = False,
) -> None:
    """Read everything the lake holds, compare it with the digests of its manifests, and say what to do.

    Nothing is changed.  Exits with 4 when something is damaged or lost.

    Example: `mediawatch verify --day yesterday`
    """
    from mediawatch.workflow.verifying.lake import verify as run

    context = options.context(lake, catalog)
    on = parse_day(day, context.today) if day else None
    with progress("verify") as report:
        done = run(context, day=on, is_deep=deep, report=report)
    summary, *findings = done.lines()
    if as_json:
        print_json([asdict(finding) for finding in done.findings])
    for line in findings if not as_json else ():
        RESULT.print(plain(line))
    PROGRESS.print(plain(summary))
    if done.is_damaged:
        raise typer.Exit(Corrupt.exit_code)


def add_to(app: typer.Typer) -> None:
    """Put the command on `app`."""
    app.command()(verify)
