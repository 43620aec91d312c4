"""How commands speak: progress on stderr (a live line on a terminal, plain lines elsewhere), results on stdout."""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from mediawatch.context import Report


PROGRESS = Console(stderr=True, highlight=False, soft_wrap=True)
RESULT = Console(highlight=False, soft_wrap=True, width=None if Console().is_terminal else 160)

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def clean(text: str) -> str:
    """`text` from the network without what would steer a terminal: control and direction-changing characters."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def plain(text: str, style: str = "") -> Text:
    """`clean(text)` as it stands: rich reads no markup in it, which no escaping makes sure of (backslashes)."""
    return Text(clean(text), style)


@contextmanager
def progress(what: str) -> Iterator[Report]:
    """A Report for the block: a spinner with the newest line on a terminal, one line each elsewhere."""
    if not PROGRESS.is_terminal:
        yield lambda line: PROGRESS.print(plain(f"{what}: {line}"))
        return
    with PROGRESS.status(what) as status:
        yield lambda line: status.update(plain(f"{what}: {line}"))


def print_json(value: Any) -> None:
    """`value` as JSON on stdout; days and instants in ISO 8601, characters that steer a terminal as \\u escapes."""
    text = json.dumps(value, ensure_ascii=False, indent=2, default=_json)
    print(_CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


def _json(value: Any) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form here")


def print_table(title: str, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """`rows` as a table; numbers to the right."""
    rows = list(rows)
    table = Table(title=plain(title), title_justify="left", title_style="bold")
    for name in columns:
        is_number = all(isinstance(row[name], int | float) for row in rows) and bool(rows)
        table.add_column(name.replace("_", " "), justify="right" if is_number else "left", overflow="fold")
    for row in rows:
        table.add_row(*(plain(_cell(row[name])) for name in columns))
    RESULT.print(table)


def print_csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """`rows` as CSV on stdout, with a line of column names; each row is written as it comes."""
    writer = csv.writer(sys.stdout)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_inert(row[name]) for name in columns])


def _inert(value: Any) -> str:
    """`value` so that no spreadsheet takes it for a formula, and no terminal for an order."""
    if isinstance(value, int | float):
        return str(value)
    text = "" if value is None else clean(value.isoformat() if isinstance(value, date | datetime) else str(value))
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.3g}"
    return str(value)
