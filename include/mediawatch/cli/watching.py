"""`mediawatch watch`: watch lists tried before they go live, and a look at the news by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from mediawatch.cli import options
from mediawatch.cli.output import PROGRESS, RESULT, clean, plain, print_json, progress
from mediawatch.errors import BadRequest

if TYPE_CHECKING:
    from mediawatch.records import Article
    from mediawatch.stages.newsroom import Newsroom
    from mediawatch.watching import Find, Marked, Trial

app = typer.Typer(help="Watch lists, and a look at the news.", no_args_is_help=True)


@app.command("test")
def try_file(
    file: Annotated[Path, typer.Argument(help="A YAML file of watch lists.", metavar="FILE")],
    days: Annotated[int, typer.Option(help="How many days back to look.", min=1, max=366)] = 7,
    shown: Annotated[int, typer.Option(help="Articles to show for each list.", min=0, max=1000)] = 5,
    lake: options.Lake = None,
    as_json: options.AsJson = False,
) -> None:
    """Show what the lists of a file find in the articles of the last days, marked as they are written there.

    Example: `mediawatch watch test include/watchlists/examples.yaml --days 14`
    """
    from mediawatch.watching import read_watchlist_files, try_watchlists

    if not file.is_file():
        raise BadRequest(f"{file}: no such file")
    newsroom = options.newsroom(lake)
    lists = read_watchlist_files([file])
    trials = try_watchlists(lists, newsroom.aliases, _articles(newsroom, days), shown=shown)
    if as_json:
        print_json([asdict(trial) for trial in trials])
        return
    for trial in trials:
        _show(trial)


@app.command()
def run(
    day: Annotated[
        str | None, typer.Option("--day", help="Look at this day only; else at all that changed.", metavar="DAY")
    ] = None,
    lake: options.Lake = None,
    catalog: options.Catalog = None,
) -> None:
    """Count the words of the days that changed, judge them, and send what is due; safe to repeat.

    Example: `mediawatch watch run`
    """
    from mediawatch.board.edition import keep_digests
    from mediawatch.stages.watch import days_to_watch, tell, watch_day

    newsroom = options.newsroom(lake, catalog)
    days = [options.parse_day(day, newsroom.today)] if day else days_to_watch(newsroom)
    with progress("watch") as report:
        for on in days:
            watch_day(newsroom, on, lambda line, on=on: report(f"{on}: {line}"))  # type: ignore[misc]
        keep_digests(newsroom, (), report)
        done = tell(newsroom, days)
    for line in done.lines():
        PROGRESS.print(plain(line))


def _articles(newsroom: Newsroom, days: int) -> Iterator[Article]:
    from mediawatch.stages.serving import admitted_articles

    for back in range(days):
        yield from admitted_articles(newsroom.store, newsroom.today - timedelta(days=back))


def _show(trial: Trial) -> None:
    alerts = "would alert" if trial.would_alert else "would not alert"
    RESULT.print(plain(trial.watchlist, "bold"), f"{trial.articles} articles of {trial.voices} voices: {alerts}")
    if trial.by_term:
        RESULT.print(plain("  found: " + ", ".join(f"{term} {count}" for term, count in trial.by_term)))
    if trial.silent:
        RESULT.print(plain("  found nothing: " + ", ".join(trial.silent), "dim"))
    for find in trial.finds:
        _show_find(find)


def _show_find(find: Find) -> None:
    RESULT.print(Text("  ") + _marked(find.title), Text(f"({clean(find.source)})", "dim"))
    if find.excerpt:
        RESULT.print(Text("    ") + _marked(find.excerpt))
    RESULT.print(Text.assemble("    ", (clean(find.url), "blue")))


def _marked(pieces: Marked) -> Text:
    return Text.assemble(*((clean(text), "reverse" if is_found else "") for text, is_found in pieces))
