"""`mediawatch quality`: daily figures judged by their own history."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from mediawatch.cli import options
from mediawatch.cli.output import PROGRESS, plain, print_json, print_table, progress
from mediawatch.errors import BadRequest, Corrupt
from mediawatch.records.times import parse_day

if TYPE_CHECKING:
    from mediawatch.quality.judging import Figure, Finding

app = typer.Typer(help="Judge daily figures of sources by their own history.", no_args_is_help=True)
COLUMNS = ("day", "source", "metric", "value")


@app.callback()
def _quality() -> None:
    """Judge daily figures of sources by their own history."""


@app.command()
def judge(
    history: Annotated[
        Path, typer.Option(help="CSV with the columns day, source, metric and value.", metavar="COUNTS.csv")
    ],
    out: Annotated[
        Path, typer.Option(help="Where the findings go, JSON lines; - prints them.", metavar="FINDINGS.jsonl")
    ],
    everything: Annotated[
        bool, typer.Option("--all", help="Write what is usual, or unknown for lack of days, as well.")
    ] = False,
) -> None:
    """Tell the days on which a figure left its own history: silent, low, high, frozen or drifting.

    Each source and metric is judged day by day, by what was known the day before: volume by weekday, shares, lengths,
    lags.  A day that is missing was not collected and is not judged; 14 days have to be known.

    Example: `mediawatch quality judge --history counts.csv --out findings.jsonl`
    """
    from mediawatch.quality.judging import NEEDED_DAYS
    from mediawatch.quality.judging import judge as run

    figures = list(read_figures(history))
    if out.exists() and out.samefile(history):
        raise BadRequest(f"{out} is what is read: name another file for the findings.")
    lines, short = [], 0
    for finding in run(figures, with_usual=True):
        short += finding.verdict == "unknown"
        if everything or finding.verdict not in ("usual", "unknown"):
            lines.append(json.dumps(row_of(finding), ensure_ascii=False))
    text = "".join(f"{line}\n" for line in lines)
    if str(out) == "-":
        typer.echo(text, nl=False)
    else:
        try:
            out.write_text(text, encoding="utf-8")
        except OSError as error:
            raise BadRequest(f"{out}: cannot be written: {error.strerror}") from error
    PROGRESS.print(
        f"{len(figures)} figures, {len(lines)} lines; {short} were not judged: fewer than {NEEDED_DAYS} days known."
    )


def read_figures(path: Path) -> Iterator[Figure]:
    """The figures of a CSV file.  Raises BadRequest with file and line for what is none."""
    from mediawatch.quality.judging import Figure

    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            if missing := [name for name in COLUMNS if name not in (rows.fieldnames or ())]:
                raise BadRequest(f"{path}:1: there is no column {', '.join(missing)}: {', '.join(COLUMNS)} are needed.")
            seen: set[tuple[date, str, str]] = set()
            for row in rows:
                figure = _figure(Figure, row, f"{path}:{rows.line_num}")
                key = (figure.day, figure.source, figure.metric)
                if key in seen:
                    raise BadRequest(f"{path}:{rows.line_num}: a second value of {figure.metric} on {figure.day}.")
                seen.add(key)
                yield figure
    except (OSError, UnicodeError, csv.Error) as error:
        raise BadRequest(f"{path}: cannot be read: {error}") from error


def _figure(make: type[Figure], row: dict[str, Any], where: str) -> Figure:
    try:
        day, value = date.fromisoformat(row["day"]), float(row["value"] or "nan")
        if math.isinf(value) or not row["source"] or not row["metric"]:
            raise ValueError
    except (TypeError, ValueError):
        raise BadRequest(
            f"{where}: needs a day as YYYY-MM-DD, a source, a metric, and a number (empty: not known)."
        ) from None
    return make(day=day, source=row["source"], metric=row["metric"], value=value)


def row_of(finding: Finding) -> dict[str, Any]:
    """A finding as a line: bounds to six digits, null where nothing was expected."""

    def number(value: float) -> float | None:
        return None if math.isnan(value) else float(f"{value:.6g}")

    return {
        "day": finding.day.isoformat(),
        "source": finding.source,
        "metric": finding.metric,
        "verdict": finding.verdict,
        "severity": finding.severity,
        "observed": number(finding.observed),
        "low": number(finding.low),
        "high": number(finding.high),
        "days_known": finding.days_known,
    }


@app.command()
def report(
    day: Annotated[str, typer.Option("--day", help="Newsroom day.", metavar="DAY")] = "yesterday",
    language: Annotated[Literal["zh", "en"], typer.Option(help="Language of the report.")] = "zh",
    out: Annotated[Path, typer.Option(help="Where the page (HTML) goes.", metavar="FILE")] = Path("quality.html"),
    lake: options.Lake = None,
    catalog: options.Catalog = None,
) -> None:
    """The quality of a day on one page that needs no network: ledger, failed rules, quarantine, sources against their
    own history, recall.

    Example: `mediawatch quality report --day yesterday --language en --out quality.html`
    """
    from mediawatch.board.quality_report import compose_report

    context = options.context(lake, catalog)
    on = parse_day(day, context.today)
    html = compose_report(context, on, language)
    try:
        out.write_text(html, encoding="utf-8")
    except OSError as error:
        raise BadRequest(f"{out}: cannot be written: {error.strerror or error}") from error
    PROGRESS.print(f"{out}: the quality of {on}")


TRIED = ("source", "articles", "would_fail", "share", "days_held", "examples")


@app.command("try")
def try_out(
    rule: Annotated[str, typer.Argument(help="A rule about articles, as `mediawatch ledger --lost` names it.")],
    least: Annotated[float | None, typer.Option(help="Another lower bound.")] = None,
    most: Annotated[float | None, typer.Option(help="Another upper bound.")] = None,
    days: Annotated[int, typer.Option(help="How many days back.", min=1, max=3660)] = 30,
    lake: options.Lake = None,
    as_json: options.AsJson = False,
) -> None:
    """What a rule would have kept out of the last days, by source, before it is switched on or gets other bounds.

    Example: `mediawatch quality try chinese_text_length --least 60`
    """
    from mediawatch.workflow.rule_trial import rule_to_try, try_rule

    context, tried = options.context(lake), rule_to_try(rule, least=least, most=most)
    with progress(f"try {rule}") as say:
        found, faults = try_rule(context, tried, days=days, report=say)
    rows = [
        {
            "source": one.source,
            "articles": one.articles,
            "would_fail": one.failed,
            "share": round(one.failed / one.articles, 3),
            "days_held": one.held_days,
            "examples": one.examples if as_json else " ".join(one.examples),
        }
        for one in found
        if one.failed or as_json
    ]
    if as_json:
        print_json(rows)
    elif rows:
        print_table(f"{rule} ({tried.expected}) over {days} days", TRIED, rows)
    else:
        count = sum(one.articles for one in found)
        PROGRESS.print(f"{rule} ({tried.expected}) would have kept out none of {count} articles in {days} days.")
    for fault in faults:
        PROGRESS.print(plain(fault), style="red")
    if faults:
        raise typer.Exit(Corrupt.exit_code)
