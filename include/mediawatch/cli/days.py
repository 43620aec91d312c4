"""`mediawatch days`: every day with its state, what is missing, and what repairs it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mediawatch.cli import options
from mediawatch.cli.output import PROGRESS, plain, print_json, print_table, progress
from mediawatch.locale import words_of

if TYPE_CHECKING:
    from mediawatch.workflow.day_states import DayState

COLUMNS = ("day", "harvests", "announced", "admitted", "indexed", "pending", "lost", "alerts_judged", "state", "repair")
DAYS = 14


def days(
    last: Annotated[int, typer.Option("--last", help="How many days back, today included.", min=1, max=3660)] = DAYS,
    repair: Annotated[bool, typer.Option("--repair", help="Do what can be done by machine, oldest day first.")] = False,
    lake: options.Lake = None,
    catalog: options.Catalog = None,
    as_json: options.AsJson = False,
) -> None:
    """Every day since the first harvest with its state, what it lacks, and the command that repairs it.

    Ends with 1 when a day lacks something. --repair builds, indexes, evaluates and closes what waits for it; what is
    held back, damaged or was never harvested waits for a person.

    Example: `mediawatch days --repair`
    """
    from mediawatch.pipeline.closed import raise_any
    from mediawatch.workflow.day_states import day_states, repair_days

    context = options.context(lake, catalog)
    found = day_states(context, days=last)
    failed = {}
    if repair:
        with progress("repair") as report:
            failed = repair_days(context, found, report)
        found = day_states(context, days=last)
    _show(found, as_json)
    raise_any(failed)
    if any(state.lacks for state in found):
        raise typer.Exit(1)


def _show(found: list[DayState], as_json: bool) -> None:
    if as_json:
        print_json([asdict(state) | {"repair": state.repair} for state in found])
    elif found:
        print_table("Days", COLUMNS, [_row(state) for state in found])
    else:
        PROGRESS.print(plain("Nothing was harvested yet: `mediawatch harvest` begins."))


def _row(state: DayState) -> dict[str, Any]:
    return {
        "day": state.day,
        "harvests": state.batches,
        "announced": state.announced,
        "admitted": state.admitted,
        "indexed": state.indexed,
        "pending": state.pending,
        "lost": state.lost,
        "alerts_judged": state.evaluations,
        "state": state_words(state),
        "repair": state.repair,
    }


def state_words(state: DayState) -> str:
    """What the day lacks, or how far it is."""
    say = words_of("en")
    if state.lacks:
        return "; ".join(say(f"lack.{lack}") for lack in state.lacks)
    return say("day_state.closed" if state.is_closed else "day_state.today" if state.is_today else "day_state.open")


def add_to(app: typer.Typer) -> None:
    """Put the command on `app`."""
    app.command()(days)
