"""`mediawatch keywords` and `why`: the words of a day, and why each made an alert or not."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mediawatch.cli import options
from mediawatch.cli.output import PROGRESS, RESULT, plain, print_csv, print_json, print_table, progress
from mediawatch.errors import BadRequest
from mediawatch.records.times import parse_day

if TYPE_CHECKING:
    from mediawatch.context import Context
    from mediawatch.keywords import Count, Explanation

COLUMNS = ("term", "kind", "articles", "stories", "publishers", "usual", "ratio", "p_value", "score", "gate")
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
    from mediawatch.keywords.detect_stage import candidates_of

    context = options.context(lake)
    on = parse_day(day, context.today)
    rows = [{name: getattr(row, name) for name in COLUMNS} for row in candidates_of(context.store, on)[:limit]]
    if as_json:
        print_json(rows)
    elif as_csv:
        print_csv(COLUMNS, rows)
    elif rows:
        print_table(f"Words of {on}", COLUMNS, rows)
    else:
        PROGRESS.print(plain(_nothing(context, on)))


def why(
    word: Annotated[str, typer.Argument(help="The word, in any spelling.", metavar="WORD")],
    day: Day = "today",
    lake: options.Lake = None,
    as_json: options.AsJson = False,
) -> None:
    """Why a word made an alert on a day, or why not.

    Example: `mediawatch why 关税 --day yesterday`
    """
    from mediawatch.keywords.word_facts import explained

    context = options.context(lake)
    on = parse_day(day, context.today)
    with progress("why"):
        found = explained(context, word, on)
    if as_json:
        print_json(_document(found, context))
        return
    RESULT.print(plain(f"{found.term} on {on}: {found.reason}", "bold"))
    for name, value in _facts(found, context):
        RESULT.print(plain(f"  {name:<22}{value}"))


def _document(found: Explanation, context: Context) -> dict[str, Any]:
    from mediawatch.keywords.detect_stage import name_of

    document = {
        field.name: getattr(found, field.name) for field in fields(found) if field.name not in ("facts", "count")
    }
    counts = {"articles": found.articles, "stories": found.stories, "publishers": dict(found.publishers)}
    known = found.facts
    about = {
        "counted_from": found.count.since,
        "first_seen_on": known.first_seen_on if known else None,
        "first_publisher": name_of(context, known.first_publisher) if known else "",
        "recorded_since": known.recorded_since if known else None,
        "seen_before_on": known.last_before(found.count.since) if known else None,
        "today": found.today,
        "day_counts": _numbers(known.today) if known else None,
        "window_counts": _numbers(known.window) if known else None,
    }
    return document | counts | about | {"reason": found.reason}


def _facts(found: Explanation, context: Context) -> list[tuple[str, str]]:
    """What is known, a line each; what is not known has none."""
    from mediawatch.keywords.detect_stage import name_of

    publishers = ", ".join(f"{name_of(context, publisher)} {count}" for publisher, count in found.count.publishers)
    facts: list[tuple[str, str]] = [("gate", found.gate.value), ("kind", found.kind.value if found.kind else "")]
    if known := found.facts:
        since = found.count.since
        if known.window.articles != known.today.articles:
            facts.append((f"since {known.window.since}", _counted(known.window)))
        facts += [
            ("the day itself", _counted(known.today)),
            ("first seen", _first(known.first_seen_on, name_of(context, known.first_publisher), known.recorded_since)),
            ("before that", f"last seen on {last}" if (last := known.last_before(since)) else ""),
            ("usual", f"{known.usual(since)} articles in {known.baseline_days} days"),
        ]
    facts += [
        ("publishers", f"{len(found.count.publishers)}: {publishers}" if publishers else ""),
        ("about it", f"{found.central} stories have it in the title, or twice" if found.central else ""),
        ("judged against", f"{found.usual:g} stories in {found.baseline_days} days" if found.ratio else ""),
        ("ratio", f"{found.ratio:.3g} times as often" if found.ratio else ""),
        ("chance", f"{found.p_value:.2g}" if found.p_value is not None and found.articles else ""),
        ("doubling", f"{found.effect:.2g} doublings at least" if found.effect else ""),
        ("score", f"{found.score:.3g}" if found.score is not None else ""),
        ("topic", f"{found.topic}, place {found.place} of the day" if found.topic else ""),
    ]
    return [(name, value) for name, value in facts if value]


def _numbers(count: Count) -> dict[str, Any]:
    publishers = len(count.publishers)
    return {"since": count.since, "articles": count.articles, "stories": count.stories, "publishers": publishers}


def _counted(count: Count) -> str:
    return f"{count.articles} articles, {count.stories} stories, {len(count.publishers)} publishers"


def _first(day: date | None, publisher: str, since: date | None) -> str:
    if day is None:
        return ""
    return (
        f"{day}"
        + (f" by {publisher}" if publisher else "")
        + (f", in what is on record since {since}" if since else "")
    )


def _nothing(context: Context, day: date) -> str:
    """Why a day has no words: nobody looked, or there is too little before it."""
    from mediawatch.keywords.lake_history import LakeHistory
    from mediawatch.keywords.published_rules import current_rule

    rules = current_rule(context).rules
    past = LakeHistory(context.store, day)
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
