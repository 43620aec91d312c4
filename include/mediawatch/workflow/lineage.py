"""The data dictionary as people read it: every table, its columns, who writes it and who reads it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from textwrap import wrap
from typing import Any, Final

from mediawatch.lake.folders import remedy_of
from mediawatch.pipeline.stage import Stage
from mediawatch.tables import TABLES
from mediawatch.tables.declaration import Table
from mediawatch.workflow.runner import STAGES

WIDTH: Final = 118


@dataclass(frozen=True, slots=True, kw_only=True)
class TableDescription:
    """A table in words: `written_by` and `read_by` are stages, `remedy` what to do when a file of it is damaged."""

    table: str
    about: str
    per: str
    columns: tuple[str, ...]
    sorted_by: tuple[str, ...]
    written_by: str
    read_by: tuple[str, ...]
    is_fact: bool
    remedy: str


def described() -> list[TableDescription]:
    """All tables, in the order in which a day is made."""
    return [_described(table) for table in TABLES]


def edges() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """(from stage, to stage, tables): who reads what of whom, each pair once; a stage that reads its own past too."""
    for stage in STAGES.values():
        if units := stage.units:
            yield from _reads(units)
            yield units.name, stage.name, tuple(table.name for table in units.writes)
        yield from _reads(stage)


def _reads(stage: Stage) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for read in stage.reads:
        yield read.stage, stage.name, tuple(table.name for table in read.tables)


def markdown() -> str:
    """docs/tables.md: the picture of who reads whom, and a section a stage."""
    return "\n".join([_HEAD, *_picture(), "", *_sections()]).rstrip() + "\n"


def _described(table: Table[Any]) -> TableDescription:
    return TableDescription(
        table=table.title,
        about=table.about,
        per=table.per.value,
        columns=tuple(field.name for field in fields(table.row)),
        sorted_by=table.sort_by,
        written_by=table.stage,
        read_by=tuple(to for source, to, names in edges() if source == table.stage and table.name in names),
        is_fact=table.is_fact,
        remedy=remedy_of(f"{table.stage}/"),
    )


_HEAD = """# Tables of the lake

Every table is declared once, in `include/mediawatch/tables/`; what reads and writes it is declared with the stages.
This page is made from these declarations: `mediawatch tables --markdown > docs/tables.md`.

An arrow leads from the stage that writes to the one that reads. Stages in round boxes hold facts: they cannot be made
again and have to be backed up. Everything else is made again by the command that stands beside it.
"""


def _picture() -> Iterator[str]:
    yield "```mermaid"
    yield "flowchart LR"
    facts = sorted({table.stage for table in TABLES if table.is_fact})
    for name in dict.fromkeys(table.stage for table in TABLES):
        yield f"    {name}([{name}])" if name in facts else f"    {name}[{name}]"
    for source, to, names in edges():
        yield f"    {source} -->|{', '.join(names)}| {to}"
    yield "```"


def _sections() -> Iterator[str]:
    tables = described()
    for stage in dict.fromkeys(table.written_by for table in tables):
        yield from (f"## {stage}", "")
        own = [table for table in tables if table.written_by == stage]
        yield from (own[0].remedy, "")
        for table in own:
            yield from (*wrap(f"**{table.table}**: {table.about} One part covers a {table.per}.", WIDTH), "")
            yield from (*wrap(" ".join(_facts_of(table)), WIDTH), "")


def _facts_of(table: TableDescription) -> Iterator[str]:
    yield f"Columns: {_code(table.columns)}."
    if table.sorted_by:
        yield f"Sorted by {_code(table.sorted_by)}."
    if table.read_by:
        yield f"Read by {', '.join(table.read_by)}."


def _code(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
