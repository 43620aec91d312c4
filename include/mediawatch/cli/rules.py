"""`mediawatch rules`: the rules that alert, and their scorecards."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mediawatch.cli import options
from mediawatch.cli.output import PROGRESS, plain, print_json, print_table, progress

if TYPE_CHECKING:
    from mediawatch.context import Context
    from mediawatch.keywords.published_rules import Scorecard

NUMBERS = ("days", "injected", "recall", "lag_days", "alerts_a_day", "duplicates")
WEEKS_SHOWN = 12
COLUMNS = ("name", "state", *NUMBERS, "watchlists", "dismissed", "floor")

app = typer.Typer(help="The rules that alert, and their scorecards.", no_args_is_help=True)


@app.command("list")
def list_rules(lake: options.Lake = None, as_json: options.AsJson = False) -> None:
    """The rules, each with the scorecard of its last backtest.

    Example: `mediawatch rules list`
    """
    rows = _rows(options.context(lake))
    if as_json:
        print_json(rows)
        return
    print_table("Rules", COLUMNS, rows)


@app.command()
def publish(
    file: Annotated[Path, typer.Argument(help="The rule's YAML file.", metavar="FILE")],
    force: Annotated[bool, typer.Option("--force", help="Also without a card, or below the floor.")] = False,
    lake: options.Lake = None,
) -> None:
    """Make a rule the one that alerts; refused when its scorecard is missing or below the floor of its file.

    Example: `mediawatch rules publish include/watchlists/rules/keywords.yaml`
    """
    from mediawatch.keywords.published_rules import publish_rule, read_rule

    rule = read_rule(file)
    publish_rule(options.context(lake), rule, is_forced=force)
    PROGRESS.print(plain(f"{rule.name} alerts from the next evaluation on."))


@app.command()
def evaluate(
    days: Annotated[int, typer.Option(min=1, help="Counted days that are judged.", metavar="DAYS")] = 28,
    lake: options.Lake = None,
    as_json: options.AsJson = False,
) -> None:
    """Make this week's scorecard of the rule that alerts, once a week, and show it beside those of the weeks before.

    Example: `mediawatch rules evaluate`
    """
    from mediawatch.keywords.published_rules import weeks
    from mediawatch.workflow.scorecard import evaluate_week

    context = options.context(lake)
    with progress("evaluate") as report:
        monday, _, worse = evaluate_week(context, days=days, report=report)
    rows = [
        {"week": day, "name": card.rule, **{key: getattr(card, key) for key in NUMBERS}}
        for day, card in list(weeks(context.store).items())[-WEEKS_SHOWN:]
    ]
    if as_json:
        print_json(rows)
    else:
        print_table("Weeks", ("week", "name", *NUMBERS), rows)
    for line in worse:
        PROGRESS.print(plain(f"The week of {monday} is worse: {line}."))


def watchlists_of(scorecard: Scorecard) -> str:
    """How many alerts a day each watch list makes, in words."""
    return ", ".join(f"{name} {rate:g} a day" for name, rate in scorecard.watchlists.items())


def _rows(context: Context) -> list[dict[str, Any]]:
    from mediawatch.keywords.dismissals import dismissals
    from mediawatch.keywords.published_rules import current_rule, read_rule, rule_files, scorecard_of

    current = current_rule(context)
    rules = {rule.name: rule for rule in (*map(read_rule, rule_files(context)), current)}
    dismissed = [each.rule for each in dismissals(context.store)]
    rows = []
    for name, rule in sorted(rules.items()):
        scorecard = scorecard_of(context.store, rule)
        rows.append(
            {
                "name": name,
                "state": "alerts" if name == current.name else "",
                "watchlists": watchlists_of(scorecard) if scorecard else "",
                "dismissed": dismissed.count(name),
                "floor": "; ".join(scorecard.faults(rule.floor)) if scorecard else "no card yet",
                **{key: getattr(scorecard, key) if scorecard else None for key in NUMBERS},
            }
        )
    return rows
