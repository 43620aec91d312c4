"""`mediawatch`: the entry point, which turns the error tree into one clear sentence and an exit code."""

from __future__ import annotations

import atexit
import errno
import os
import sys
import threading
from contextlib import suppress
from typing import Annotated, NoReturn

import typer
from rich.text import Text

from mediawatch import __version__
from mediawatch.cli import (
    alerts,
    backing_up,
    backtest,
    board,
    boilerplate,
    building,
    days,
    digest,
    doctor,
    extracting,
    harvesting,
    keywords,
    metrics,
    parser,
    quality,
    quarantine,
    recall,
    replaying,
    rules,
    searching,
    sources,
    tables,
    tracing,
    verifying,
    watching,
)
from mediawatch.cli.output import PROGRESS, clean
from mediawatch.errors import MediawatchError, Unavailable

INTERRUPTED = 130
EXIT_CODES = """Exit codes: 0 done; 1 a fault in the program; 2 a request or setting that a person must fix; 3 the
audit holds the day back; 4 stored data is damaged; 69 a service, or most sites, do not answer; 75 another worker is at
it, or what comes before is not made yet; 130 interrupted."""

_OF_THE_MACHINE = frozenset(
    {
        errno.ENOSPC,
        errno.EDQUOT,
        errno.EFBIG,
        errno.EACCES,
        errno.EPERM,
        errno.EROFS,
        errno.EMFILE,
        errno.ENFILE,
        errno.EIO,
    }
)
"""Errors of the operating system that a person can do something about, wherever they come from."""

app = typer.Typer(
    help="An open news monitor: fetch the news sites, extract, audit and index their articles.\n\n" + EXIT_CODES,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)


def _say_version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"mediawatch {__version__}")
        raise typer.Exit


@app.callback()
def of_all(
    version: Annotated[
        bool, typer.Option("--version", help="Which release this is.", is_eager=True, callback=_say_version)
    ] = False,
) -> None:
    """Typer takes what all commands have from here; the help is the app's."""


for part in (
    harvesting,
    building,
    days,
    extracting,
    boilerplate,
    searching,
    keywords,
    backtest,
    board,
    digest,
    doctor,
    metrics,
    parser,
    recall,
    tables,
    tracing,
    verifying,
    replaying,
    backing_up,
):
    part.add_to(app)
app.add_typer(sources.app, name="sources")
app.add_typer(alerts.app, name="alerts")
app.add_typer(watching.app, name="watch")
app.add_typer(rules.app, name="rules")
app.add_typer(quality.app, name="quality")
app.add_typer(quarantine.app, name="quarantine")


def entry() -> NoReturn:
    """Run the command line as a process of its own, and end it in order but for the libraries' own clearing up.

    Threads of a native library (OpenCC, Arrow and DuckDB have some) that are still there when the C++ runtime takes
    down its static objects end a process with SIGABRT although its work is done: exit code 134.  So what Python has
    registered to be done at the end is done, and the process ends without that.
    """
    code = 0
    try:
        main()
    except SystemExit as ended:
        code = _code_of(ended)
    # What the interpreter does at its end, in its order: join threads, then what was registered.
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        # Whoever reads may be gone: `mediawatch alerts | head`.
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def _code_of(ended: SystemExit) -> int:
    if ended.code is None or isinstance(ended.code, int):
        return ended.code or 0
    print(ended.code, file=sys.stderr)
    return 1


def main() -> None:
    """Run the command line; never shows a traceback for what a person can fix."""
    try:
        app()
    except MediawatchError as error:
        PROGRESS.print(Text.assemble((type(error).__name__, "bold red"), f": {clean(str(error))}"))
        sys.exit(error.exit_code)
    except OSError as error:
        if error.errno not in _OF_THE_MACHINE:
            raise
        PROGRESS.print(Text.assemble(("Unavailable", "bold red"), f": {clean(str(error))}"))
        sys.exit(Unavailable.exit_code)
    except KeyboardInterrupt:
        _leave_at_once()
    except SystemExit as ended:
        if ended.code == INTERRUPTED:  # what typer makes of Ctrl-C inside a command
            _leave_at_once()
        raise


def _leave_at_once() -> NoReturn:
    """End the process as a crash would, which is safe at any instant: an orderly exit would wait for pages to come."""
    PROGRESS.print("Interrupted. What was written is kept; the same command may be run again.")
    sys.stdout.flush()
    os._exit(INTERRUPTED)


if __name__ == "__main__":
    entry()
