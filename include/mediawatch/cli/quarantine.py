"""`mediawatch quarantine`: what the audit keeps out, and a person's word on it."""

from __future__ import annotations

import getpass
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from mediawatch.cli import options
from mediawatch.cli.output import PROGRESS, RESULT, plain, print_json, print_table, progress
from mediawatch.errors import BadRequest, Corrupt
from mediawatch.records.times import parse_day

if TYPE_CHECKING:
    from mediawatch.context import Context
    from mediawatch.quality.decisions import Word
    from mediawatch.workflow.quarantine import Held

COLUMNS = ("day", "what", "source", "rules", "articles", "state", "why", "by", "title", "id")
LAST = 7
_SHOWN = 400

app = typer.Typer(help="What the audit keeps out, why, and what people decide.", no_args_is_help=True)


class _Asked(NamedTuple):
    name: str
    source: str
    day: str | None


Name = Annotated[
    str, typer.Argument(help="Beginning of a link id as `quarantine list` shows it, or an address.", metavar="[ID]")
]
Day = Annotated[str | None, typer.Option("--day", help="Of this day; alone, the day itself.", metavar="DAY")]
Source = Annotated[str, typer.Option("--source", help="The whole source, of --day.", metavar="NAME")]
Why = Annotated[str, typer.Option("--why", help="The reason; kept with the decision.")]
By = Annotated[str, typer.Option("--by", help="Who decides; your user name unless told.", metavar="NAME")]


@app.command("list")
def list_held(
    day: Annotated[str | None, typer.Option("--day", help="Of this day only.", metavar="DAY")] = None,
    last: Annotated[int, typer.Option("--last", help="Without --day: how many days back.", min=1, max=3660)] = LAST,
    waiting: Annotated[bool, typer.Option("--waiting", help="Only what nobody has decided about.")] = False,
    lake: options.Lake = None,
    as_json: options.AsJson = False,
) -> None:
    """Days and sources that are held back and articles in quarantine, with the rules they failed and what was decided.

    Example: `mediawatch quarantine list --day yesterday --waiting`
    """
    from mediawatch.lake.partitions import partition_days
    from mediawatch.workflow.quarantine import held_over

    context = options.context(lake)
    days = [parse_day(day, context.today)] if day else partition_days(context.store, "audit")[-last:]
    found, faults = held_over(context, reversed(days))
    rows = [_row(held) for held in found if not waiting or held.decision is None]
    if as_json:
        print_json(rows)
    elif rows:
        print_table("Quarantine", COLUMNS, rows)
    elif not faults:
        PROGRESS.print("Nothing is in quarantine.")
    for fault in faults:
        PROGRESS.print(fault, style="red")
    if faults:
        raise typer.Exit(Corrupt.exit_code)


@app.command()
def show(
    name: Name,
    day: Day = None,
    lake: options.Lake = None,
    as_json: options.AsJson = False,
) -> None:
    """One article in quarantine: its page, where the bytes are archived, each rule it fails with what was observed and
    what is expected, and the beginning of its text.

    Example: `mediawatch quarantine show 3f9c12ab`
    """
    from mediawatch.workflow.quarantine import find_held, held_article

    context = options.context(lake)
    on = parse_day(day, context.today) if day else None
    found = held_article(context, find_held(context, name, day=on))
    page = found.page
    document = _row(found.held) | {
        "url": found.article.url,
        "archived": f"{page.warc_file} {page.warc_offset}" if page else "",
        "failed": [
            {"rule": one.rule, "title": one.title, "observed": one.observed, "expected": one.expected}
            for one in found.failed
        ],
        "text": found.article.text,
    }
    if as_json:
        print_json(document)
        return
    for key in ("day", "source", "title", "url", "archived", "state", "why", "by"):
        RESULT.print(plain(f"{key:<9} {document[key]}"))
    for rule in found.failed:
        RESULT.print(plain(f"failed    {rule.rule}: {rule.title} is {rule.observed}, expected {rule.expected}"))
    RESULT.print(plain(f"text      {found.article.text[:_SHOWN]}"))


@app.command()
def release(
    why: Why,
    name: Name = "",
    source: Source = "",
    day: Day = None,
    by: By = "",
    lake: options.Lake = None,
    catalog: options.Catalog = None,
) -> None:
    """Let an article, a source of a day, or a day through, and build the day again: it ends where it would have been.

    Example: `mediawatch quarantine release 3f9c12ab --why "a short flash, but news"`
    """
    _decide(options.context(lake, catalog), _Asked(name, source, day), word="released", why=why, by=by)


@app.command()
def reject(
    why: Why,
    name: Name = "",
    source: Source = "",
    day: Day = None,
    by: By = "",
    lake: options.Lake = None,
    catalog: options.Catalog = None,
) -> None:
    """Keep an article, a source of a day, or a day out for good: it waits no longer and is no loss.

    Example: `mediawatch quarantine reject --source paper --day yesterday --why "test pages of the site"`
    """
    _decide(options.context(lake, catalog), _Asked(name, source, day), word="rejected", why=why, by=by)


def _decide(context: Context, asked: _Asked, *, word: Word, why: str, by: str) -> None:
    from mediawatch.workflow.quarantine import settle

    held = _found(context, asked)
    with progress(f"build {held.day}") as report:
        settle(context, held, word=word, why=why, by=by or getpass.getuser(), report=report)
    what = {"article": held.title or held.name, "source": f"{held.name} of {held.day}", "day": str(held.day)}
    PROGRESS.print(plain(f"{word.capitalize()}: {what[held.scope]}. {held.day} is built again."))


def _found(context: Context, asked: _Asked) -> Held:
    """What a decision is about: an article, or with a day a source or the day itself."""
    from mediawatch.workflow.quarantine import find_held, held_on

    on = parse_day(asked.day, context.today) if asked.day else None
    if asked.name and not asked.source:
        return find_held(context, asked.name, day=on)
    if asked.name or on is None:
        raise BadRequest("Say what: an ID, --source NAME --day DAY, or --day DAY.")
    scope = "source" if asked.source else "day"
    for held in held_on(context, on):
        if (held.scope, held.name) == (scope, asked.source):
            return held
    what = asked.source or "the day"
    raise BadRequest(f"{what} is not held back on {on}: `mediawatch quarantine list --day {on}` shows what is.")


def _row(held: Held) -> dict[str, Any]:
    decision = held.decision
    day: date = held.day
    return {
        "day": day,
        "what": held.scope,
        "source": held.source,
        "rules": ", ".join(held.rules),
        "articles": held.articles,
        "state": held.state,
        "why": decision.why if decision else "",
        "by": decision.by if decision else "",
        "title": held.title,
        "url": held.url,
        "id": held.name if held.scope == "article" else "",
    }
