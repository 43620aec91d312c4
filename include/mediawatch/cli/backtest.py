"""`mediawatch backtest`: the detector over a stream, or over own history."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mediawatch.cli import options
from mediawatch.cli.output import PROGRESS, print_json, print_table, progress
from mediawatch.cli.rules import watchlists_of
from mediawatch.errors import BadRequest
from mediawatch.records.times import parse_day

if TYPE_CHECKING:
    from mediawatch.context import Context
    from mediawatch.keywords.published_rules import DetectionRule
    from mediawatch.language.aliases import Aliases
    from mediawatch.workflow.backtesting import DaySpan, Tallied

CARD = ("rule", "days", "injected", "recall", "lag_days", "alerts_a_day", "duplicates", "floor", "watchlists")


def backtest(
    stream: Annotated[Path | None, typer.Option(help="Articles, a JSON line each, by day; .gz and .xz too.")] = None,
    out: Annotated[Path | None, typer.Option(help="Where the alerts of a stream go, a JSON line each.")] = None,
    aliases: Annotated[Path | None, typer.Option(help="Names and their other spellings, as a JSON object.")] = None,
    watchlist: Annotated[Path | None, typer.Option(help="Watch lists to run along (YAML).")] = None,
    rule: Annotated[Path | None, typer.Option(help="The rule to try; else the one that alerts (YAML).")] = None,
    first: Annotated[str | None, typer.Option("--from", help="First day to judge.", metavar="DAY")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last day to judge.", metavar="DAY")] = None,
    lake: options.Lake = None,
    as_json: options.AsJson = False,
) -> None:
    """Run the detector over a stream of articles, or over own history with words injected into it; nothing is sent.

    Example: `mediawatch backtest --stream articles.jsonl.gz --out alerts.jsonl`
    """
    from mediawatch.keywords.published_rules import current_rule, read_rule
    from mediawatch.workflow.backtesting import DaySpan

    if (stream is None) == (lake is None):
        raise BadRequest("Say either --stream FILE, with --out FILE, or --lake URL.")
    if (stream is None) != (out is None):
        raise BadRequest("--out FILE goes with --stream FILE: the alerts of own history go into the scorecard.")
    context = options.context(lake)
    tried = read_rule(rule) if rule else current_rule(context)
    span = DaySpan(
        first=parse_day(first, context.today) if first else None,
        last=parse_day(last, context.today) if last else None,
    )
    if stream is None or out is None:
        _over_lake(context, tried, span, as_json)
        return
    done = _over_stream(context, tried, stream, out, span, _names(context, aliases), watchlist)
    if as_json:
        print_json(asdict(done))
    PROGRESS.print(
        f"{done.alerts} alerts in {done.judged} judged of {done.days} days, {done.articles} articles, "
        f"{done.faults} faulty lines: {out}"
    )


def _over_stream(
    context: Context,
    rule: DetectionRule,
    stream: Path,
    out: Path,
    span: DaySpan,
    names: Aliases,
    watchlist: Path | None,
) -> Tallied:
    from mediawatch.keywords.watching import read_exclusions, read_watchlist_files
    from mediawatch.keywords.watching.watchlist import EXCLUSIONS
    from mediawatch.workflow.backtesting import Backtest

    run = Backtest(
        rules=rule.rules,
        aliases=names,
        publishers=context.publishers,
        exclusions=read_exclusions(context.settings.watchlists_dir / EXCLUSIONS),
        watchlists=read_watchlist_files([watchlist]) if watchlist else (),
    )
    try:
        with progress("backtest") as report:
            return run.run(stream, out, span=span, report=report)
    except KeyboardInterrupt:
        PROGRESS.print(
            f"{out} has the alerts of {run.tallied.days} days; the same command begins with the first again."
        )
        raise


def _over_lake(context: Context, rule: DetectionRule, span: DaySpan, as_json: bool) -> None:
    from mediawatch.keywords.published_rules import keep_scorecard
    from mediawatch.workflow.scorecard import make_scorecard

    with progress("backtest") as report:
        scorecard = make_scorecard(context, rule, span=span, report=report)
    keep_scorecard(context.store, scorecard)
    row = asdict(scorecard) | {"floor": "; ".join(scorecard.faults(rule.floor)) or "reached"}
    if as_json:
        print_json(row)
        return
    row["watchlists"] = watchlists_of(scorecard)
    print_table(f"Scorecard of {rule.name}", CARD, [row])


def _names(context: Context, file: Path | None) -> Aliases:
    from mediawatch.language.aliases import Aliases

    if file is None:
        return context.aliases
    try:
        return Aliases.of(json.loads(file.read_text("utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise BadRequest(f"{file}: not a JSON object of names: {error}") from error


def add_to(app: typer.Typer) -> None:
    """Put the command on `app`."""
    app.command()(backtest)
