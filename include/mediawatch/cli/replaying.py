"""`mediawatch replay`: days built again from their facts, beside what stands."""

from __future__ import annotations

from typing import Annotated

import typer

from mediawatch.cli import options
from mediawatch.cli.output import RESULT, plain, print_json, progress
from mediawatch.records.times import parse_day


def replay(
    first: options.FirstDay,
    last: options.LastDay,
    from_stage: Annotated[
        str, typer.Option("--from-stage", help="Take what stages before this one made as it is.", metavar="STAGE")
    ] = "extract",
    keep: Annotated[bool, typer.Option("--keep", help="Publish what was built anew, once all of it is there.")] = False,
    lake: options.Lake = None,
    catalog: options.Catalog = None,
    as_json: options.AsJson = False,
) -> None:
    """Build days again from what was harvested, beside the lake, and say what comes out otherwise.

    Nothing of the lake, the index or any message changes; `--keep` publishes the result, and sends nothing either.

    Example: `mediawatch replay --from 2026-04-27 --to 2026-04-29`
    """
    from mediawatch.workflow.replaying import replay as run

    context = options.context(lake, catalog)
    days = parse_day(first, context.today), parse_day(last, context.today)
    options.warn_of_room(context)
    with progress("replay") as report:
        done = run(context, *days, start=from_stage, keep=keep, report=report)
    if as_json:
        print_json(done.document())
        return
    for line in done.lines():
        RESULT.print(plain(line))


def add_to(app: typer.Typer) -> None:
    """Put the command on `app`."""
    app.command()(replay)
