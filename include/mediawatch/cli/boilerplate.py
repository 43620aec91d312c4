"""`mediawatch boilerplate`: the lines that are held as template text of a site."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mediawatch.cli import options
from mediawatch.cli.output import PROGRESS, print_json, print_table
from mediawatch.errors import BadRequest
from mediawatch.records.times import parse_day

if TYPE_CHECKING:
    from mediawatch.context import Context

COLUMNS = ("pages", "first_on", "last_on", "example")


def boilerplate(
    site: Annotated[str, typer.Argument(help="A source's name, or a host of its pages.", metavar="SITE")],
    day: Annotated[str, typer.Option("--day", help="As held on: YYYY-MM-DD, today or yesterday.", metavar="DAY")] = (
        "today"
    ),
    lake: options.Lake = None,
    catalog: options.Catalog = None,
    as_json: options.AsJson = False,
) -> None:
    """List the lines that are taken out of a site's articles, with the pages and days they were seen on before DAY.

    Example: `mediawatch boilerplate rthk --day yesterday`
    """
    context = options.context(lake, catalog)
    on = parse_day(day, context.today)
    rows = held_for(context, site, on)
    if as_json:
        print_json(rows)
    elif rows:
        print_table(f"Template text of {site} on {on}", COLUMNS, rows)
    else:
        PROGRESS.print(f"No line of {site} is held as template text on {on}.")


def held_for(context: Context, site: str, day: date) -> list[dict[str, Any]]:
    """The lines held for the source or host `site`, most pages first.  Raises BadRequest when nobody has that name."""
    from mediawatch.extraction.template_memory import template_lines

    held = template_lines(context.store, day)
    known = context.catalogue.by_host(site.lower())
    name = known.name if known else site
    if name not in {line.source for line in held} | {source.name for source in context.catalogue.sources}:
        raise BadRequest(f"{site} is neither a source nor a host of one.")
    own = sorted((line for line in held if line.source == name), key=lambda line: (-line.pages, line.line))
    return [asdict(line) for line in own]


def add_to(app: typer.Typer) -> None:
    """Put the command on `app`."""
    app.command()(boilerplate)
