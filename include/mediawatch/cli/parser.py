"""`mediawatch parser`: the service that reads what sites sent, for whoever has the rest."""

from __future__ import annotations

from typing import Annotated

import typer

from mediawatch.cli.output import PROGRESS
from mediawatch.errors import BadConfiguration

MODULES = ("mediawatch.extraction.extractor", "mediawatch.harvest.markup", "mediawatch.harvest.discovery")
"""What it has loaded before anybody asks."""


def parser(
    socket: Annotated[
        str | None,
        typer.Option("--socket", help="Where it listens, if not MEDIAWATCH_PARSER_SOCKET.", metavar="PATH"),
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Only ask the one there whether it answers.")] = False,
) -> None:
    """Read pages, feeds, sitemaps and lists for other processes, over a Unix socket, without their settings and keys.

    Who has MEDIAWATCH_PARSER_SOCKET set has them read there, and not by child processes of its own.

    Example: `mediawatch parser --socket /run/mediawatch/parser`
    """
    from mediawatch.settings import read_settings

    path = read_settings(parser_socket=socket).parser_socket
    if not path:
        raise BadConfiguration("Say where: --socket PATH, or MEDIAWATCH_PARSER_SOCKET.")
    if check:
        from mediawatch.sandbox.server import Server

        Server.connect(path, patience=0).close()
        return
    from mediawatch.sandbox.parser import become, listen_at

    listener = listen_at(path)
    PROGRESS.print(f"The parser listens at {path} (Ctrl-C ends it).")
    become(listener, MODULES)


def add_to(app: typer.Typer) -> None:
    """Put the command on `app`."""
    app.command()(parser)
