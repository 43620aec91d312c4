"""`mediawatch digest`: the day on one page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from mediawatch.cli import options
from mediawatch.cli.output import PROGRESS, RESULT, clean
from mediawatch.errors import BadRequest
from mediawatch.records.times import parse_day


def digest(
    day: Annotated[str, typer.Option("--day", help="Newsroom day.", metavar="DAY")] = "today",
    language: Annotated[Literal["zh", "en"], typer.Option(help="Language of the digest.")] = "zh",
    out: Annotated[Path | None, typer.Option(help="Write the page (HTML) here instead of printing the text.")] = None,
    lake: options.Lake = None,
    catalog: options.Catalog = None,
) -> None:
    """The day on one page: new words, top stories by publishers, sources in trouble, numbers; kept in the lake too.

    Example: `mediawatch digest --day yesterday --language en --out digest.html`
    """
    from mediawatch.board.digest import keep_digest
    from mediawatch.board.local_index import refresh_day
    from mediawatch.board.state import open_board

    context = options.context(lake, catalog)
    on = parse_day(day, context.today)
    refresh_day(context, on)
    found = keep_digest(open_board(context), on)[language]
    if out is None:
        RESULT.print(clean(found.text), markup=False)
        return
    try:
        out.write_text(found.html, encoding="utf-8")
    except OSError as error:
        raise BadRequest(f"{out}: cannot be written: {error.strerror or error}") from error
    PROGRESS.print(f"{out}: the digest of {on}")


def add_to(app: typer.Typer) -> None:
    """Put the command on `app`."""
    app.command()(digest)
