"""`mediawatch build`, `index`, `close`, `ledger`, `forget`: a day from its facts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mediawatch.cli import options
from mediawatch.cli.output import PROGRESS, plain, print_json, print_table, progress
from mediawatch.errors import BadRequest, Contended, GateClosed, MediawatchError, Unavailable
from mediawatch.records.times import parse_day

if TYPE_CHECKING:
    from mediawatch.context import Context, Report

Index = Annotated[str | None, typer.Option("--index", help="Elasticsearch to write to, or `none`.", metavar="URL|none")]
Day = Annotated[str, typer.Option("--day", help="Newsroom day: YYYY-MM-DD, today or yesterday.", metavar="DAY")]

SUMMARY = (
    "source",
    "visits",
    "failed",
    "announced",
    "known",
    "fetched",
    "extracted",
    "admitted",
    "indexed",
    "pending",
    "lost",
    "why",
)


def build(
    day: Annotated[
        list[str], typer.Option("--day", help="Newsroom day: YYYY-MM-DD, today or yesterday; may be given often.")
    ],
    lake: options.Lake = None,
    catalog: options.Catalog = None,
    index: Index = None,
    alone: Annotated[
        bool, typer.Option("--alone", help="Take the days before as they are, even if they are not up to date.")
    ] = False,
    as_json: options.AsJson = False,
) -> None:
    """Extract, audit, index and account for days, in their order; what is fresh is skipped, so it is safe to repeat.

    Open days before, whose stories a day joins, are brought up to date first where they are not.

    Example: `mediawatch build --day 2026-04-29 --index none`
    """
    from mediawatch.workflow.closing import build_days

    context = options.context(lake, catalog, index)
    days = sorted({parse_day(text, context.today) for text in day})
    for on in days:
        require_harvested(context, on)
    options.warn_of_room(context)
    with progress("build") as report:
        stopped = build_days(context, days, report, alone=alone)
    _show_built(context, [on for on in days if on not in stopped], as_json, is_one=len(days) == 1)
    for on, error in list(stopped.items())[1:]:
        PROGRESS.print(plain(f"{on}: {type(error).__name__}: {error}"))
    for error in stopped.values():
        raise error


def _show_built(context: Context, days: list[date], as_json: bool, *, is_one: bool) -> None:
    """The ledgers; as JSON one document, or of several days a list."""
    if is_one or not as_json:
        for on in days:
            _show_ledger(context, on, as_json)
        return
    print_json([{"day": on, "sources": summary(context, on)} for on in days])


def index(
    pending: Annotated[bool, typer.Option("--pending", help="Every day with articles that wait.")] = False,
    day: Annotated[str | None, typer.Option("--day", help="One day.", metavar="DAY")] = None,
    lake: options.Lake = None,
    catalog: options.Catalog = None,
) -> None:
    """Bring days into Elasticsearch that could not be indexed when they were built: articles, stories, words, alerts.

    Example: `mediawatch index --pending`
    """
    from mediawatch.pipeline.closed import raise_any
    from mediawatch.workflow.closing import days_waiting, serve_days

    if pending == (day is not None):
        raise BadRequest("Say either --pending or --day DAY.")
    context = options.context(lake, catalog)
    if not context.settings.elasticsearch_url:
        raise BadRequest("No Elasticsearch is configured: set MEDIAWATCH_ELASTICSEARCH_URL.")
    days = days_waiting(context) if day is None else [parse_day(day, context.today)]
    with progress("index") as report:
        failed = serve_days(context, days, report)
    done = len(days) - len(failed)
    PROGRESS.print(f"{done} of {len(days)} days brought up to date." if days else "Nothing was waiting.")
    raise_any(failed)


def close(day: Day, lake: options.Lake = None, catalog: options.Catalog = None, index: Index = None) -> None:
    """Close a day that is over: its links join the known ones for good, its numbers are final.

    Example: `mediawatch close --day yesterday`
    """
    from mediawatch.workflow.closing import close_day
    from mediawatch.workflow.freshness import send_heartbeat

    context = options.context(lake, catalog, index)
    on = parse_day(day, context.today)
    with progress(f"close {on}") as report:
        close_day(context, on, report)
        send_heartbeat(context, report)
    PROGRESS.print(f"{on} is closed.")


def ledger(
    day: Day,
    lake: options.Lake = None,
    catalog: options.Catalog = None,
    lost: Annotated[bool, typer.Option("--lost", help="List what failed, was lost or is pending, and why.")] = False,
    is_all: Annotated[bool, typer.Option("--all", help="List what was left out on purpose as well.")] = False,
    source: Annotated[str, typer.Option("--source", help="Of this source only.", metavar="NAME")] = "",
    as_json: options.AsJson = False,
) -> None:
    """What became of every link of a day, and of every visit to a seed, by source.

    Example: `mediawatch ledger --day yesterday --lost --source rthk`
    """
    context = options.context(lake, catalog)
    on = parse_day(day, context.today)
    if source:
        context.catalogue.named(source)
    if lost or is_all:
        _show_lost(context, on, as_json, source=source, with_policy=is_all)
        return
    _show_ledger(context, on, as_json, source=source)


def forget(
    url: Annotated[str, typer.Argument(help="The address to forget.")],
    why: Annotated[str, typer.Option(help="The reason, kept with the tombstone.")],
    lake: options.Lake = None,
    catalog: options.Catalog = None,
) -> None:
    """Remove an address from index, lake, archive and messages for good; a tombstone keeps it out of every rebuild.

    Run it again when it says that a harvest was under way.

    Example: `mediawatch forget https://news.example/a/17 --why "court order 4 of 2026"`
    """
    from mediawatch.workflow.forgetting.addresses import forget as run

    context = options.context(lake, catalog)
    with progress("forget") as report:
        try:
            done = run(context, url, why=why, report=report)
        except ValueError as error:
            raise BadRequest(f"{url!r}: {error}") from error
        failed = _rebuild(context, done.days, done.watched, report)
    days = ", ".join(day.isoformat() for day in done.days) or "no day"
    PROGRESS.print(f"Forgotten: {done.records} archived answers erased; to be built again: {days}.")
    if failed:
        raise failed
    if done.left_open:
        raise Contended(
            f"{', '.join(done.left_open)} is being harvested and may hold the address: run the same command again once "
            "it is sealed."
        )


def _rebuild(
    context: Context, days: Sequence[date], watched: Collection[date], report: Report
) -> MediawatchError | None:
    """Build `days`, and judge those of them that are `watched`, as far as it goes; the first error on the way."""
    from mediawatch.context import prefixed
    from mediawatch.tables.order import WATCHING
    from mediawatch.workflow.runner import build_day, run_stage

    first: MediawatchError | None = None
    for on in days:
        try:
            build_day(context, on, report)
        except (GateClosed, Unavailable) as error:  # the lake is as it should be all the same
            first = first or error
        for stage in WATCHING if on in watched else ():
            run_stage(context, stage, on, prefixed(report, stage))
    return first


def require_harvested(context: Context, day: date) -> None:
    """Raise BadRequest for a day without sealed batches."""
    from mediawatch.lake.batches import sealed_batches

    if not sealed_batches(context.store, day):
        raise BadRequest(f"Nothing was harvested on {day} in {context.settings.lake_url}.")


def _show_ledger(context: Context, day: date, as_json: bool, *, source: str = "") -> None:
    rows = [row for row in summary(context, day) if not source or row["source"] == source]
    if as_json:
        print_json({"day": day, "sources": rows})
        return
    print_table(f"Ledger of {day}", SUMMARY, rows)


def summary(context: Context, day: date) -> list[dict[str, Any]]:
    """One row a source and a last one for all.  Raises BadRequest when the day has no ledger."""
    from mediawatch.workflow.reporting import day_summary

    return [asdict(row) for row in day_summary(context, day)]


def _show_lost(context: Context, day: date, as_json: bool, *, source: str = "", with_policy: bool = False) -> None:
    from mediawatch.records.ledger import VISIT
    from mediawatch.workflow.reporting import failed_seeds, unfinished

    unread = [
        {
            "source": found.source,
            "stage": VISIT,
            "reason": found.reason.value if found.reason else "",
            "class": found.reason.kind.value if found.reason else "",
            "detail": f"{found.detail} (failed {found.failed} of {found.visits} times)".lstrip(),
            "url": found.url,
        }
        for found in failed_seeds(context, day)
    ]
    rows = unread + [
        {
            "source": outcome.source,
            "stage": outcome.stage,
            "reason": outcome.reason.value if outcome.reason else "",
            "class": outcome.reason.kind.value if outcome.reason else "",
            "detail": outcome.detail,
            "url": outcome.url,
        }
        for outcome in unfinished(context, day, with_policy=with_policy)
    ]
    rows = [row for row in rows if not source or row["source"] == source]
    if as_json:
        print_json(rows)
        return
    what = "Not admitted" if with_policy else "Lost or pending"
    print_table(f"{what} on {day}", ("source", "stage", "reason", "class", "detail", "url"), rows)


def add_to(app: typer.Typer) -> None:
    """Put the commands on `app`."""
    for command in (build, index, close, ledger, forget):
        app.command()(command)
