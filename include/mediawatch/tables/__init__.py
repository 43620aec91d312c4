"""The data dictionary: every table of the lake, declared once."""

from __future__ import annotations

from typing import Any, Final

from mediawatch.tables import board, extraction, harvest, health, keywords, ledger, quality, search, stories
from mediawatch.tables.declaration import Per, Table

TABLES: Final[tuple[Table[Any], ...]] = tuple(
    value
    for module in (harvest, extraction, quality, stories, search, ledger, keywords, health, board)
    for value in vars(module).values()
    if isinstance(value, Table)
)
"""All of them, in the order in which a day is made."""

__all__ = ["TABLES", "Per", "Table"]
