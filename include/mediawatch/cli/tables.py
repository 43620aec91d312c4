"""`mediawatch tables`: the data dictionary."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from mediawatch.cli import options
from mediawatch.cli.output import print_json, print_table
from mediawatch.errors import BadRequest


def tables(
    name: Annotated[str, typer.Argument(help="A stage (`audit`) or a table (`audit.verdicts`); none means all.")] = "",
    as_json: options.AsJson = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print docs/tables.md, with its picture.")] = False,
) -> None:
    """Every table of the lake: its columns, who writes and reads it, and what to do when a file of it is damaged.

    Example: `mediawatch tables audit`
    """
    from mediawatch.workflow.lineage import described
    from mediawatch.workflow.lineage import markdown as as_markdown

    if markdown:
        print(as_markdown(), end="")
        return
    found = [table for table in described() if name in ("", table.written_by, table.table)]
    if not found:
        raise BadRequest(f"There is no table or stage {name!r}: `mediawatch tables` lists all.")
    if as_json:
        print_json([asdict(table) for table in found])
        return
    rows = [
        {
            "table": table.table,
            "about": table.about,
            "one part a": table.per,
            "read by": ", ".join(table.read_by),
            "columns": ", ".join(table.columns),
        }
        for table in found
    ]
    shown = tuple(rows[0]) if name else ("table", "about", "one part a", "read by")
    print_table(f"{len(rows)} tables", shown, rows)


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(tables)
