"""`mediawatch backup`, `restore`: the facts of the lake, elsewhere and back."""

from __future__ import annotations

from typing import Annotated

import typer

from mediawatch.cli import options
from mediawatch.cli.output import PROGRESS, RESULT, plain, progress
from mediawatch.errors import BadRequest, Corrupt

Place = Annotated[str, typer.Argument(help="The backup: a folder or s3://bucket/prefix.", show_default=False)]


def backup(to: Place, lake: options.Lake = None, catalog: options.Catalog = None) -> None:
    """Copy what cannot be made again to another place, while everything runs; what is there already is left out.

    Nothing damaged is copied and nothing is removed.  Exits with 4 when something in the lake is damaged.

    Example: `mediawatch backup /backup/lake`
    """
    from mediawatch.lake.opening import open_store
    from mediawatch.workflow.backing_up import back_up

    context = options.context(lake, catalog)
    with progress("backup") as report:
        done = back_up(context.store, open_store(to), context.clock, report)
    _show(done.faults, done.line())


def restore(
    backup: Place,
    to: Annotated[
        str | None, typer.Argument(help="The new lake, an empty place: a folder or s3://bucket/prefix.")
    ] = None,
    drill: Annotated[
        bool, typer.Option("--drill", help="Try it in a folder that is removed again, and compare with the lake.")
    ] = False,
    days: Annotated[int, typer.Option("--days", min=0, help="Closed days to build in a drill, the newest.")] = 1,
    lake: options.Lake = None,
    catalog: options.Catalog = None,
) -> None:
    """Make a lake of a backup, or try whether that would work.

    A drill builds days from the backup and compares them with the lake, which it does not touch.  Exits with 4 when
    something in the backup is damaged, and a drill also with 1 when a day comes out otherwise.

    Example: `mediawatch restore /backup/lake --drill`
    """
    from mediawatch.lake.opening import open_store
    from mediawatch.workflow.backing_up import restore as run
    from mediawatch.workflow.backing_up_drill import drill as try_out

    if drill == (to is not None):
        raise BadRequest("Say either where the new lake is to be, or --drill.")
    context = options.context(lake, catalog)
    with progress("restore") as report:
        if to is not None:
            restored = run(open_store(backup), open_store(to), report)
        else:
            done = try_out(context, open_store(backup), days=days, report=report)
    if to is not None:
        _show(restored.faults, restored.line())
        return
    for line in done.lines():
        RESULT.print(plain(line))
    if not done.is_good:
        raise typer.Exit(Corrupt.exit_code if done.restored.faults or done.unbuilt else 1)


def _show(faults: list[str], summary: str) -> None:
    for fault in faults:
        RESULT.print(plain(f"damaged: {fault}"))
    PROGRESS.print(plain(summary))
    if faults:
        raise typer.Exit(Corrupt.exit_code)


def add_to(app: typer.Typer) -> None:
    """Put the commands on `app`."""
    app.command()(backup)
    app.command()(restore)
