"""What a table of the lake is: its rows, who writes them, and which part of the lake one object of it covers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Generic, TypeVar

Row = TypeVar("Row")


class Per(StrEnum):
    """What one partition of a table covers."""

    SHARD = "shard"
    SEGMENT = "segment"
    BATCH = "batch"
    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(Generic[Row]):
    """A table of the lake: `name` within the partitions of `stage`, which writes it; one row is `row`.

    `sort_by` are the fields by which the rows of one part are sorted; () keeps the order in which they are written.
    `is_fact` marks what cannot be made again.  `about` says what a row stands for.  `formerly` is what the table was
    called before, "" for the same.
    """

    name: str
    stage: str
    row: type[Row]
    per: Per
    about: str
    sort_by: tuple[str, ...] = ()
    is_fact: bool = False
    formerly: str = ""

    @property
    def title(self) -> str:
        """How people call it: stage and name."""
        return f"{self.stage}.{self.name}"

    def called(self, name: str) -> Table[Row]:
        """A table of the same kind under another name: one of several that share the rows."""
        return replace(self, name=name)
