"""`mediawatch keywords` and `why`: the words of a day, and why each made an alert or not."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mediawatch.cli import options
from mediawatch.cli.output import PROGRESS, RESULT, plain, print_csv, print_json, print_table, progress
from mediawatch.errors import BadRequest

if TYPE_CHECKING:
    from mediawatch.keywords import Explanation
    from mediawatch.stages.newsroom import Newsroom

COLUMNS = ("term", "kind", "articles", "stories", "voices", "usual", "ratio", "p_value", "score", "gate")
Day = Annotated[str, typer.Option("--day", help="Newsroom day: YYYY-MM-DD, today or yesterday.", metavar="DAY")]


def keywords(
    day: Day = "today",
    limit: Annotated[int, typer.Option(help="How many words, loudest first.", min=1, max=1000)] = 40,
    lake: options.Lake = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    as_json: options.AsJson = False,
) -> None:
    """The words of a day that may be news, loudest first, each with the gate that stopped it.

    Example: `mediawatch keywords --day yesterday`
    """
    from mediawatch.stages.detect import candidates_of

    newsroom = options.newsroom(lake)
    on = options.parse_day(day, newsroom.today)
    rows = [{name: getattr(row, name) for name in COLUMNS} for row in candidates_of(newsroom.store, on)[:limit]]
    if as_json:
        print_json(rows)
    elif as_csv:
        print_csv(COLUMNS, rows)
    elif rows:
        print_table(f"Words of {on}", COLUMNS, rows)
    else:
        PROGRESS.print(plain(_nothing(newsroom, on)))


def why(
    word: Annotated[str, typer.Argument(help="The word, in any spelling.", metavar="WORD")],
    day: Day = "today",
    lake: options.Lake = None,
    as_json: options.AsJson = False,
) -> None:
    """Why a word made an alert on a day, or why not.

    Example: `mediawatch why 关税 --day yesterday`
    """
    from mediawatch.stages.explaining import explained

    newsroom = options.newsroom(lake)
    on = options.parse_day(day, newsroom.today)
    with progress("why"):
        found = explained(newsroom, word, on)
    if as_json:
        document = {field.name: getattr(found, field.name) for field in fields(found)}
        print_json(document | {"voices": dict(found.voices), "reason": found.reason})
        return
    RESULT.print(plain(f"{found.term} on {on}: {found.reason}", "bold"))
    for name, value in _facts(found, newsroom):
        RESULT.print(plain(f"  {name:<22}{value}"))


def _facts(found: Explanation, newsroom: Newsroom) -> list[tuple[str, str]]:
    from mediawatch.stages.detect import name_of

    most_first = sorted(found.voices.items(), key=lambda voice: (-voice[1], voice[0]))
    voices = ", ".join(f"{name_of(newsroom, voice)} {count}" for voice, count in most_first)
    facts: list[tuple[str, Any]] = [
        ("gate", found.gate.value),
        ("kind", found.kind.value if found.kind else ""),
        ("stories", f"{found.stories} in {found.articles} articles; {found.today} stories of the day itself"),
        ("about it", f"{found.central} stories have it in the title, or twice"),
        ("voices", f"{len(found.voices)}: {voices}" if voices else "0"),
        ("before", f"{found.usual:g} in {found.baseline_days} days"),
        ("ratio", f"{found.ratio:.3g} times as often"),
        ("chance", f"{found.p_value:.2g}"),
        ("doubling", f"log2 of the ratio is {found.effect:.2g} at least"),
        ("score", f"{found.score:.3g}"),
        ("topic", f"{found.topic}, place {found.place} of the day" if found.topic else ""),
    ]
    return [(name, str(value)) for name, value in facts if value]


def _nothing(newsroom: Newsroom, day: date) -> str:
    """Why a day has no words: nobody looked, or there is too little before it."""
    from mediawatch.stages.past import LakeHistory
    from mediawatch.stages.rules import current_rule

    rules = current_rule(newsroom).rules
    past = LakeHistory(newsroom.store, day)
    collected = len(past.exposures(date.min, day))
    if not past.is_counted(day):
        raise BadRequest(f"Nobody has looked at {day}: `mediawatch watch run --day {day}` does.")
    if collected < rules.covered_days:
        return (
            f"{collected} days were collected before {day}, and what is new can be told after {rules.covered_days}. "
            "`mediawatch import-warc` fills in the past."
        )
    return f"No word of {day} stands out."


def add_to(app: typer.Typer) -> None:
    """Put the commands on `app`."""
    for command in (keywords, why):
        app.command()(command)
