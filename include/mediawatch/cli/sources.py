"""`mediawatch sources`: the catalogue from the command line."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from mediawatch.cli import options
from mediawatch.cli.output import PROGRESS, plain, print_json, print_table, progress

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
            "status": source.status,
        }
        for source in found
    ]
    if as_json:
        print_json(rows)
        return
    print_table(f"{len(rows)} sources", tuple(rows[0]), rows)


@app.command()
def check(
    names: Annotated[list[str] | None, typer.Argument(help="Sources; none means every enabled one.")] = None,
    catalog: options.Catalog = None,
    as_json: options.AsJson = False,
) -> None:
    """Visit sources politely and say what was found: feeds, newest item, robots, one article.  Stores nothing.

    Ends with exit code 1 when not every source is alive.

    Example: `mediawatch sources check rthk`
    """
    from mediawatch.workflow.checking_sources import check_sources

    with progress("visiting"):
        findings = check_sources(options.context(catalog=catalog), names or ())
    if as_json:
        print_json([asdict(finding) for finding in findings])
        return
    columns = ("source", "verdict", "items", "newest_at", "robots", "article_title", "article_characters", "trouble")
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

    with progress("probing"):
        found = probe(options.context(), url)
    if as_json:
        print_json({"yaml": found.yaml, "finding": asdict(found.finding)})
        return
    print(found.yaml)
    PROGRESS.print(plain(str(found.finding)))
