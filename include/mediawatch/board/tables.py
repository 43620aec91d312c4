"""Tables: one definition for the page and for its CSV file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, TypeAlias
from urllib.parse import urlsplit

PIECE = 500
"""Rows sent at once: a server hands each piece to its network loop, which costs more than making a line."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True, kw_only=True)
class CellLink:
    """A text that leads to an article; in CSV two columns.  `language` is that of the text (BCP 47).

    `about` is the address of the board's own page about it, as a CellPage has it; empty for none.
    """

    text: str
    url: str
    language: str = ""
    note: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CellPage:
    """A text that leads to a page of the board: `address` is path and query, without where the board is mounted."""

    text: str
    address: str
    is_word: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CellMessage:
    """A word of our own vocabulary: `label` on the page, explained by `meaning`, and `word` as it is in CSV."""

    word: str
    label: str
    meaning: str = ""
    tone: str = ""


Cell: TypeAlias = "str | int | float | date | datetime | CellLink | CellPage | CellMessage | None"
Kind = Literal["text", "number", "link", "when"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownColumn:
    """A column; `key` is its name in CSV, its header the message `column.<key>`."""

    key: str
    kind: Kind = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownTable:
    """A table under a caption (the message `table.<name>`).  `csv` is the address of the whole, empty for none."""

    name: str
    columns: tuple[ShownColumn, ...]
    rows: Sequence[Sequence[Cell]]
    csv: str = ""


def columns(
    *keys: str, numbers: Sequence[str] = (), links: Sequence[str] = (), when: Sequence[str] = ()
) -> tuple[ShownColumn, ...]:
    """Columns in the order of `keys`; those not named in a list hold text."""
    kinds: dict[str, Kind] = dict.fromkeys(numbers, "number")
    kinds |= dict.fromkeys(links, "link")
    kinds |= dict.fromkeys(when, "when")
    return tuple(ShownColumn(key=key, kind=kinds.get(key, "text")) for key in keys)


def web_address(url: str) -> str:
    """`url` when a browser may be sent there (http or https with a host), else empty."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.hostname and not _CONTROL.search(url) else ""


def shown(text: str) -> str:
    """`text` from the network without control characters and without those that turn its direction."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def csv_pieces(table: ShownTable) -> Iterator[str]:
    """The table as CSV (RFC 4180), PIECE rows at a time; no cell is a formula to a spreadsheet."""
    yield "\N{ZERO WIDTH NO-BREAK SPACE}" + _lines([[name for column in table.columns for name in _names(column)]])
    for first in range(0, len(table.rows), PIECE):
        rows = (zip(row, table.columns, strict=True) for row in table.rows[first : first + PIECE])
        yield _lines([text for cell, column in row for text in _texts(cell, column)] for row in rows)


def _names(column: ShownColumn) -> tuple[str, ...]:
    return (column.key, "url") if column.kind == "link" else (column.key,)


def _texts(cell: Cell, column: ShownColumn) -> tuple[str, ...]:
    if column.kind == "link":
        return (_safe(cell.text), _safe(web_address(cell.url))) if isinstance(cell, CellLink) else (_plain(cell), "")
    return (_plain(cell),)


def _plain(cell: Cell) -> str:
    if isinstance(cell, date | datetime):
        return cell.isoformat()
    if isinstance(cell, int | float):
        return str(cell)
    if isinstance(cell, CellLink | CellPage):
        return _safe(cell.text)
    return "" if cell is None else _safe(cell.word if isinstance(cell, CellMessage) else cell)


def _safe(text: str) -> str:
    """No formula to a spreadsheet, no order to a terminal."""
    cleaned = shown(text)
    return f"'{cleaned}" if cleaned.lstrip(" ").startswith(_FORMULA) or text[:1] in _FORMULA else cleaned


def _lines(rows: Iterable[Sequence[str]]) -> str:
    lines = io.StringIO()
    csv.writer(lines).writerows(rows)
    return lines.getvalue()
