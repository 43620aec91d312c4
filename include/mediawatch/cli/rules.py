"""`mediawatch rules`: the rules that alert, and their report cards."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mediawatch.cli import options
from mediawatch.cli.output import PROGRESS, plain, print_json, print_table

if TYPE_CHECKING:
    from mediawatch.stages.newsroom import Newsroom
    from mediawatch.stages.rules import Card

NUMBERS = ("days", "planted", "recall", "lag_days", "alerts_a_day", "duplicates")
COLUMNS = ("name", "state", *NUMBERS, "watchlists", "dismissed", "floor")

app = typer.Typer(help="The rules that alert, and their report cards.", no_args_is_help=True)


@app.command("list")
def list_rules(lake: options.Lake = None, as_json: options.AsJson = False) -> None:
    """The rules, each with the report card of its last backtest.

    Example: `mediawatch rules list`
    """
    rows = _rows(options.newsroom(lake))
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
    """Make a rule the one that alerts; refused when its report card is missing or below the floor of its file.

    Example: `mediawatch rules publish include/watchlists/rules/keywords.yaml`
    """
    from mediawatch.stages.rules import publish_rule, read_rule

    rule = read_rule(file)
    publish_rule(options.newsroom(lake), rule, is_forced=force)
    PROGRESS.print(plain(f"{rule.name} alerts from the next look on."))


def watchlists_of(card: Card) -> str:
    """How many alerts a day each watch list makes, in words."""
    return ", ".join(f"{name} {rate:g} a day" for name, rate in card.watchlists.items())


def _rows(newsroom: Newsroom) -> list[dict[str, Any]]:
    from mediawatch.stages.dismissals import dismissals
    from mediawatch.stages.rules import card_of, current_rule, read_rule, rule_files

    current = current_rule(newsroom)
    rules = {rule.name: rule for rule in (*map(read_rule, rule_files(newsroom)), current)}
    dismissed = [each.rule for each in dismissals(newsroom.store)]
    rows = []
    for name, rule in sorted(rules.items()):
        card = card_of(newsroom.store, rule)
        rows.append(
            {
                "name": name,
                "state": "alerts" if name == current.name else "",
                "watchlists": watchlists_of(card) if card else "",
                "dismissed": dismissed.count(name),
                "floor": "; ".join(card.faults(rule.floor)) if card else "no card yet",
                **{key: getattr(card, key) if card else None for key in NUMBERS},
            }
        )
    return rows
