"""`mediawatch board`: the newsroom board in a browser, without Airflow and without Kibana."""

from __future__ import annotations

from datetime import date
from threading import Event, Thread
from typing import TYPE_CHECKING, Annotated

import typer

from mediawatch.cli import options
from mediawatch.cli.output import PROGRESS, plain, progress
from mediawatch.errors import MediawatchError

if TYPE_CHECKING:
    from mediawatch.board.state import BoardState
    from mediawatch.context import Context, Report

LOOK_AGAIN_SECONDS = 60.0
"""How often the local index is compared with the lake; when nothing changed that costs some 40 small reads."""


def board(
    host: Annotated[
        str, typer.Option(help="Address to listen on; others than loopback are open to the network.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port; 0 takes a free one.", min=0, max=65535)] = 8765,
    allow_host: Annotated[
        list[str] | None, typer.Option(help="Another name in the Host header to answer (repeatable).", metavar="NAME")
    ] = None,
    prepare: Annotated[
        bool, typer.Option("--prepare", help="Only bring the board's local index up to date, and end.")
    ] = False,
    decisions: Annotated[
        bool, typer.Option("--decisions", help="Let every reader dismiss alerts, and decide about the quarantine.")
    ] = False,
    lake: options.Lake = None,
    catalog: options.Catalog = None,
    index: Annotated[str | None, typer.Option("--index", help="Elasticsearch, or `none`.", metavar="URL|none")] = None,
) -> None:
    """Show the day in a browser: new words, stories, search, alerts, sources, ledger.  Ctrl-C ends it.

    Example: `mediawatch board --lake .lake --port 8765`
    """
    from mediawatch.board.state import open_board

    context = options.context(lake, catalog, index)
    if prepare:
        with progress("local index") as report:
            _stock(context, report)
        return
    state = open_board(context)
    stopped = Event()
    Thread(target=_keep_fresh, args=(state, stopped), name="shelf", daemon=True).start()
    try:
        _serve(state, host, port, allow_host or [], is_deciding=decisions)
    finally:
        stopped.set()


def _stock(context: Context, report: Report) -> None:
    from mediawatch.board.local_index import refresh

    made = refresh(context, report, is_thorough=True)
    report(f"{made} days brought up to date" if made else "up to date")


def _keep_fresh(state: BoardState, stopped: Event) -> None:
    """Follow the lake while the board is up, all of it first; what goes wrong is told and tried again."""
    from mediawatch.board.local_index import first_body_day, refresh

    since = date.min
    while not stopped.is_set():
        try:
            made = refresh(state.context, since=since)
            since = first_body_day(state.today)
            state.finder.warm(state.today)
        except MediawatchError as error:
            PROGRESS.print(plain(f"local index: {type(error).__name__}: {error}", "yellow"))
        else:
            if made:
                PROGRESS.print(f"local index: {made} days brought up to date")
        stopped.wait(LOOK_AGAIN_SECONDS)


def _serve(state: BoardState, host: str, port: int, names: list[str], *, is_deciding: bool) -> None:
    import uvicorn

    from mediawatch.board.app import LOOPBACK, create_app
    from mediawatch.cli.listening import listener_at, shown

    listener = listener_at(host, port)
    app = create_app(lambda: state, hosts=[*LOOPBACK, *names], deciding=() if is_deciding else None)
    PROGRESS.print(f"The newsroom board is at http://{shown(listener)}/ (Ctrl-C ends it).")
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, server_header=False))
    server.run(sockets=[listener])


def add_to(app: typer.Typer) -> None:
    """Put the command on `app`."""
    app.command()(board)
