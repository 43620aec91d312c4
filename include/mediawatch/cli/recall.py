"""`mediawatch recall`: how much of what sites list, or others have, was indexed."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from mediawatch.cli import options
from mediawatch.cli.output import PROGRESS, print_json, print_table, progress
from mediawatch.errors import BadRequest
from mediawatch.records.times import parse_day

SUMS = ("source", "headlines", "found", "recall", "missed")
MISSED = ("source", "list", "reason", "title", "url")


def recall(
    day: Annotated[str, typer.Option("--day", help="As of this day.", metavar="DAY")] = "yesterday",
    file: Annotated[
        Path | None, typer.Option("--list", help="An outside list: CSV or JSON lines with title, url, source.")
    ] = None,
    missed: Annotated[bool, typer.Option("--missed", help="List the headlines that were not found.")] = False,
    lake: options.Lake = None,
    as_json: options.AsJson = False,
) -> None:
    """Of the headlines on sites' own readers' lists, how many were indexed within the week, and why the others were
    not; with --list of those that somebody else has.

    A headline is found by its address, by its title in any script and width, or by a title that is almost the same.

    Example: `mediawatch recall --day yesterday --missed`
    """
    from mediawatch.workflow.recall import by_source, outside_list, own_lists
    from mediawatch.workflow.recall import recall as run

    if file is not None and not file.is_file():
        raise BadRequest(f"{file}: no such file")
    context = options.context(lake)
    on = parse_day(day, context.today)
    headlines = outside_list(file) if file else list(own_lists(context.store, on))
    if not headlines and as_json:
        print_json([])
        return
    if not headlines:
        PROGRESS.print(f"No page of {on} had a readers' list." if file is None else f"{file} has no headline.")
        return
    with progress("recall"):
        found = run(context, on, headlines)
    if as_json:
        print_json([asdict(one) for one in found])
    elif missed:
        rows = [
            {"list": one.headline.origin, "reason": one.reason, **asdict(one.headline)} for one in found if not one.by
        ]
        print_table(f"{len(rows)} of {len(found)} headlines of {on} were not found", MISSED, rows)
    else:
        rows = [
            {
                "source": one.source or "-",
                "headlines": one.headlines,
                "found": one.found,
                "recall": round(one.share, 3),
                "missed": ", ".join(f"{reason} {count}" for reason, count in one.missed.items()),
            }
            for one in by_source(found)
        ]
        print_table(f"Recall of {on}", SUMS, rows)


def add_to(app: typer.Typer) -> None:
    """Put the command on `app`."""
    app.command()(recall)
