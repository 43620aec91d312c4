"""`mediawatch watch`: watch lists tried before they go live, and an evaluation of the news by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from mediawatch.cli import options
from mediawatch.cli.output import PROGRESS, RESULT, clean, plain, print_json, progress
from mediawatch.errors import BadConfiguration, BadRequest
from mediawatch.records.times import parse_day

if TYPE_CHECKING:
    from mediawatch.context import Context
    from mediawatch.delivery import Recipient
    from mediawatch.keywords.watching import Find, Marked, WatchList
    from mediawatch.sources.yaml_entries import YamlEntry
    from mediawatch.workflow.rehearsing import Rehearsal

app = typer.Typer(help="Watch lists, and an evaluation of the news.", no_args_is_help=True)


@app.command("test")
def try_file(
    file: Annotated[Path, typer.Argument(help="A YAML file of watch lists.", metavar="FILE")],
    days: Annotated[int, typer.Option(help="How many days back to look.", min=1, max=366)] = 7,
    shown: Annotated[int, typer.Option(help="Articles to show for each list.", min=0, max=1000)] = 5,
    lake: options.Lake = None,
    catalog: options.Catalog = None,
    as_json: options.AsJson = False,
) -> None:
    """Show what the lists of a file find in the articles of the last days, marked as they are written there, and which
    messages they would have sent.

    What a list refers to (recipients, languages, sources) has to be there.  The file of recipients is checked as well,
    and so is that of words that never alert.

    Example: `mediawatch watch test include/watchlists/examples.yaml --days 14`
    """
    from mediawatch.keywords.watching.watchlist import OTHERS, enabled
    from mediawatch.workflow.rehearsing import rehearse

    if not file.is_file():
        raise BadRequest(f"{file}: no such file")
    context = options.context(lake, catalog)
    if file.name in OTHERS:
        PROGRESS.print(plain(_checked(context, file)))
        return
    entries, recipients = _checked_lists(context, file)
    lists = enabled(entries)
    if not lists:
        what = "holds no watch list" if not entries else "holds no watch list that is switched on"
        raise BadRequest(f"{file}: {what}; docs/alerts.md shows how one is written")
    rehearsals = rehearse(context, lists, recipients, days=days, shown=shown)
    if as_json:
        print_json([_document(rehearsal) for rehearsal in rehearsals])
        return
    for rehearsal in rehearsals:
        _show(rehearsal, next(each for each in lists if each.name == rehearsal.trial.watchlist))


@app.command()
def run(
    day: Annotated[
        str | None, typer.Option("--day", help="Look at this day only; else at all that changed.", metavar="DAY")
    ] = None,
    lake: options.Lake = None,
    catalog: options.Catalog = None,
) -> None:
    """Count the words of the days that changed, judge them, and send what is due; safe to repeat.

    A day that fails holds up no other: what the others brought is sent, and the failure told at the end.

    Example: `mediawatch watch run`
    """
    from mediawatch.board.digest import keep_digests
    from mediawatch.pipeline.closed import raise_any
    from mediawatch.workflow.watch import days_to_watch, tell, watch_days

    context = options.context(lake, catalog)
    days = [parse_day(day, context.today)] if day else days_to_watch(context)
    with progress("watch") as report:
        failed = watch_days(context, days, report)
        try:
            keep_digests(context, (), report)
        finally:
            for line in tell(context, days).lines():
                PROGRESS.print(plain(line))
    raise_any(failed)


def _checked_lists(context: Context, file: Path) -> tuple[list[YamlEntry[WatchList]], list[Recipient]]:
    """The lists of a file, and the recipients they are for.  Raises BadConfiguration for what is not there."""
    from mediawatch.delivery import recipient_entries
    from mediawatch.keywords.watching import read_watchlist_entries
    from mediawatch.workflow.references import of_watchlists, recipients_beside

    entries, recipients = read_watchlist_entries([file]), recipient_entries(recipients_beside(context, file))
    _require(of_watchlists(context, entries, recipients))
    return entries, [entry.value for entry in recipients if entry.value.enabled]


def _checked(context: Context, file: Path) -> str:
    """What a file beside the watch lists holds.  Raises BadConfiguration for faults in it."""
    from mediawatch.delivery import recipient_entries
    from mediawatch.keywords.watching import read_exclusions, read_watchlist_entries, watchlist_files
    from mediawatch.keywords.watching.watchlist import EXCLUSIONS
    from mediawatch.workflow.references import of_recipients

    if file.name == EXCLUSIONS:
        return f"{file}: {len(read_exclusions(file).entries)} entries of words that never alert"
    recipients = recipient_entries(file)
    _require(of_recipients(context, recipients, read_watchlist_entries(watchlist_files(file.parent))))
    return f"{file}: {len(recipients)} recipients, {sum(entry.value.enabled for entry in recipients)} switched on"


def _require(faults: Iterator[str]) -> None:
    if found := list(faults):
        raise BadConfiguration("\n".join(found))


def _document(rehearsal: Rehearsal) -> dict[str, Any]:
    messages = [{"day": day, "messages": count} for day, count in rehearsal.messages]
    would = {"would_alert": bool(messages), "would_send": rehearsal.count, "messages": messages}
    return asdict(rehearsal.trial) | would | {"recipients": rehearsal.recipients}


def _sent(rehearsal: Rehearsal, watchlist: WatchList) -> str:
    """What would have been sent, to whom."""
    if not rehearsal.messages:
        articles, publishers = rehearsal.best
        needed = f"a day needs {watchlist.min_articles} articles of {watchlist.min_publishers} publishers"
        return f"would not have sent a message: {needed}, the best had {articles} of {publishers}"
    days = ", ".join(f"{day}" + (f" ({count})" if count > 1 else "") for day, count in rehearsal.messages)
    whom = f"to each of {', '.join(rehearsal.recipients)}" if rehearsal.recipients else "but no recipient asks for it"
    number = f"{rehearsal.count} message{'' if rehearsal.count == 1 else 's'}"
    return f"would have sent {number}, on {days}, {whom}"


def _show(rehearsal: Rehearsal, watchlist: WatchList) -> None:
    trial = rehearsal.trial
    RESULT.print(plain(trial.watchlist, "bold"), f"{trial.articles} articles of {trial.publishers} publishers")
    RESULT.print(plain(f"  {_sent(rehearsal, watchlist)}"))
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
