"""`mediawatch`: the entry point, which turns the error tree into one clear sentence and an exit code."""

from __future__ import annotations

import sys

import typer

from mediawatch.cli import building, extracting, harvesting, searching, sources
from mediawatch.cli.output import PROGRESS, plain
from mediawatch.errors import MediawatchError

EXIT_CODES = """Exit codes: 0 done; 1 a fault in the program; 2 a request or setting that a person must mend; 3 the
audit holds the day back; 4 stored data is damaged; 69 a service does not answer; 75 another worker is at it;
130 interrupted."""

app = typer.Typer(
    help="An open news monitor: fetch the news sites, extract, audit and index their articles.\n\n" + EXIT_CODES,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)
for part in (harvesting, building, extracting, searching):
    part.add_to(app)
app.add_typer(sources.app, name="sources")


def main() -> None:
    """Run the command line; never shows a traceback for what a person can mend."""
    try:
        app()
    except MediawatchError as error:
        PROGRESS.print(f"[bold red]{type(error).__name__}[/]: {plain(str(error))}")
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        PROGRESS.print("Interrupted. What was checkpointed is kept; the same command takes it up again.")
        sys.exit(130)


if __name__ == "__main__":
    main()
