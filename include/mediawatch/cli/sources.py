"""`mediawatch sources`: the catalogue from the command line."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from mediawatch.cli import options
from mediawatch.cli.output import PROGRESS, plain, print_json, print_table, progress

if TYPE_CHECKING:
    from mediawatch.workflow.source_health_today import SoFar

app = typer.Typer(help="List, check and add news sites.", no_args_is_help=True)


@app.command("list")
def list_sources(catalog: options.Catalog = None, as_json: options.AsJson = False) -> None:
    """Every source of the catalogue.

    Example: `mediawatch sources list --json`
    """
    found = options.context(catalog=catalog).catalogue.sources
    rows = [
        {
            "name": source.name,
            "title": source.title,
            "languages": ", ".join(source.languages),
            "country": source.country,
            "discovery": ", ".join(seed.kind for seed in source.discovery),
            "enabled": "yes" if source.enabled else "no",
            "cadence": _every(source.cadence.interval_hours),
            "status": source.standing,
        }
        for source in found
    ]
    if as_json:
        print_json(rows)
        return
    print_table(f"{len(rows)} sources", tuple(rows[0]), rows)


def _every(hours: float) -> str:
    return f"{hours * 60:.0f} min" if hours < 1 else f"{hours:g} h"


@app.command()
def check(
    names: Annotated[list[str] | None, typer.Argument(help="Sources; none means every enabled one.")] = None,
    is_all: Annotated[bool, typer.Option("--all", help="Every source, also those that are off.")] = False,
    write: Annotated[bool, typer.Option("--write", help="Mark the living as verified in their files.")] = False,
    catalog: options.Catalog = None,
    as_json: options.AsJson = False,
) -> None:
    """Visit sources politely and say what was found: feeds, newest item, robots, one article.

    Nothing is stored; with --write the entries of those that are alive become `verified`, with the day and the article
    that was read.  Ends with exit code 1 when not every source is alive.

    Example: `mediawatch sources check rthk`
    """
    from mediawatch.workflow.checking_sources import check_sources
    from mediawatch.workflow.verified_sources import mark_verified

    context = options.context(catalog=catalog)
    if is_all:
        names = [source.name for source in context.catalogue.sources]
    with progress("visiting") as report:
        said: list[str] = []
        findings = check_sources(context, names or (), said.append)
        if write:
            report(f"{mark_verified(context, findings)} entries written as verified")
    for line in said:
        PROGRESS.print(plain(line))
    if as_json:
        print_json([asdict(finding) for finding in findings])
        return
    columns = (
        "source",
        "verdict",
        "items",
        "newest_at",
        "robots",
        "article_title",
        "article_characters",
        "trouble",
        "advice",
    )
    print_table("Sources", columns, [asdict(finding) for finding in findings])
    if any(finding.verdict != "alive" for finding in findings):
        PROGRESS.print("Not every source is alive.")
        raise typer.Exit(1)


@app.command()
def add(url: Annotated[str, typer.Argument(help="The site's home page.")], as_json: options.AsJson = False) -> None:
    """Probe a site for feeds, sitemaps and a list page; print the YAML of a source and one extracted article.

    Example: `mediawatch sources add https://news.example/ > include/sources/example.yaml`
    """
    from mediawatch.workflow.adding_sources import probe

    with progress("probing") as report:
        found = probe(options.context(), url, report)
    if as_json:
        print_json({"yaml": found.yaml, "finding": asdict(found.finding)})
        return
    print(found.yaml)
    PROGRESS.print(plain(str(found.finding)))


@app.command()
def health(
    day: Annotated[str, typer.Option("--day", help="At the end of this day.", metavar="DAY")] = "yesterday",
    is_all: Annotated[bool, typer.Option("--all", help="Those that are well, too.")] = False,
    is_today: Annotated[bool, typer.Option("--today", help="Today, as far as it is built.")] = False,
    lake: options.Lake = None,
    as_json: options.AsJson = False,
) -> None:
    """How each source is by its own history: silent, blocked, shrinking and the like, since when, what says so, and
    what helps.

    Sources are judged when a day is closed; the newest judged day up to --day is shown.  With --today those that have
    brought less until now than they usually have by this hour.  Ends with 1 when a source is not well.

    Example: `mediawatch sources health --all`
    """
    from mediawatch.delivery.source_changes import evidence_words, remedy_words, state_words
    from mediawatch.errors import BadRequest
    from mediawatch.locale import words_of
    from mediawatch.records.times import parse_day
    from mediawatch.tables.health import WORSE
    from mediawatch.workflow.source_health import findings_of, health_on, last_judged
    from mediawatch.workflow.source_health_today import so_far

    context, say = options.context(lake), words_of("en")
    if is_today:
        if is_all or day != "yesterday":
            raise BadRequest("--today is about today and who is behind: leave out --day and --all")
        _today(so_far(context), as_json=as_json)
        return
    on = last_judged(context.store, parse_day(day, context.today))
    if on is None and as_json:
        print_json({"day": None, "sources": []})
        return
    if on is None:
        PROGRESS.print("No day was judged yet: `mediawatch close --day DAY` does it.")
        return
    found = health_on(context.store, on)
    shown = [one for one in found if is_all or one.state in WORSE]
    findings = {(f.source, f.metric): f for one in shown for f in findings_of(context.store, on, one.source)}
    rows = [
        {
            "source": one.source,
            "state": one.state if as_json else state_words(say, one),
            "since": one.since,
            "evidence": evidence_words(say, one, findings),
            "helps": remedy_words(say, one),
        }
        for one in shown
    ]
    if as_json:
        print_json({"day": on, "sources": rows})
    elif rows:
        print_table(f"Sources at the end of {on}", HEALTH, rows)
    else:
        PROGRESS.print(f"All {len(found)} sources were well at the end of {on}.")
    if any(one.state in WORSE for one in found):
        raise typer.Exit(1)


HEALTH = ("source", "state", "since", "evidence", "helps")
TODAY = ("source", "articles", "low", "high", "verdict")


def _today(found: SoFar | None, *, as_json: bool) -> None:
    """Print who is behind today; ends with 1 when somebody is."""
    behind = found.behind if found else []
    rows = [
        {
            "source": finding.source,
            "articles": int(finding.observed),
            "low": round(finding.low or 0.0),
            "high": round(finding.high or 0.0),
            "verdict": finding.standing,
        }
        for finding in behind
    ]
    if as_json:
        print_json({"until": found.hour if found else None, "judged": found.judged if found else 0, "sources": rows})
    elif found is None:
        PROGRESS.print("Nothing of today is built up to the first three hours yet: `mediawatch build` does it.")
    elif rows:
        print_table(f"Behind today, by articles until {found.hour:02}:00", TODAY, rows)
    else:
        PROGRESS.print(f"None of the {found.judged} sources that could be judged was behind at {found.hour:02}:00.")
    if rows:
        raise typer.Exit(1)
