"""`mediawatch extract`: what one page says, and why; or many pages, one JSON line each."""

from __future__ import annotations

import gzip
import json
import sys
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mediawatch.cli import options
from mediawatch.cli.output import PROGRESS
from mediawatch.errors import BadRequest
from mediawatch.records import Reason, now

if TYPE_CHECKING:
    from mediawatch.extraction.reading import Reading
    from mediawatch.sources.publishers import Publishers

FIELDS = (
    "text",
    "title",
    "date",
    "author",
    "source",
    "language",
    "body_zh",
    "body_en",
    "captions",
    "ranking",
)
"""The keys of a line beside id and cpu, in this order."""

_GZIP = b"\x1f\x8b"
_LARGEST = 50_000_000
"""Bytes of a page after decompression; more is a bomb."""


def extract(
    page: Annotated[
        str | None, typer.Argument(help="A file (gzipped or plain) or an address.", metavar="FILE|URL")
    ] = None,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Read JSON lines from stdin and answer each.")] = False,
    url: Annotated[str, typer.Option(help="The address that FILE came from.")] = "",
    source: Annotated[str, typer.Option(help="Read it as a page of this source: its zone, its rules.")] = "",
    catalog: options.Catalog = None,
    as_json: options.AsJson = False,
) -> None:
    """Show what is found on a page: every field with its place, and each line that was cut with the reason.

    With --jsonl, each line {"id", "url", "html_path"} of stdin is answered on stdout by one line with the text, title,
    date, author, source, language, the body in Chinese and English, captions, ranking and the seconds it took.

    Example: `mediawatch extract https://news.example/1.html`
    """
    if jsonl == (page is not None):
        raise BadRequest("Name one page, or give --jsonl and the pages on stdin.")
    if jsonl:
        answer_lines(sys.stdin.buffer, publishers=_publishers(catalog))
        return
    from mediawatch.cli.reports import print_report

    print_report(page or "", url=url, source=source, catalog=catalog, as_json=as_json)


def answer_lines(lines: Iterable[bytes], *, publishers: Publishers) -> None:
    """Answer every line in order, flushed, whatever is on it; what cannot be read is told on stderr."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            print(json.dumps(_answer(line, number, publishers), ensure_ascii=False), flush=True)


def _answer(line: bytes, number: int, publishers: Publishers) -> dict[str, Any]:
    start = time.process_time()
    asked: dict[str, Any] = {}
    found: dict[str, Any] = {}
    try:
        asked = _asked(line)
        found = found_on(
            bytes_of(Path(str(asked["html_path"]))), url=str(asked.get("url") or ""), publishers=publishers
        )
    except Exception as error:  # noqa: BLE001 - each line has its answer, whatever becomes of one page
        PROGRESS.print(f"error: line {number}: {type(error).__name__}: {error}", markup=False)
    spent = round(time.process_time() - start, 6)
    return {"id": asked.get("id"), **{key: found.get(key) for key in FIELDS}, "cpu": spent}


def _asked(line: bytes) -> dict[str, Any]:
    asked = json.loads(line.decode(errors="replace"))
    if not isinstance(asked, dict):
        raise ValueError("is not an object")
    return asked


def bytes_of(path: Path) -> bytes:
    """The bytes of a page kept as a file, gzipped or not.  Raises OSError, EOFError or ValueError."""
    with path.open("rb") as file:
        head = file.read(2)
        file.seek(0)
        data = gzip.GzipFile(fileobj=file).read(_LARGEST + 1) if head == _GZIP else file.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise ValueError(f"more than {_LARGEST:,} bytes")
    return data


def found_on(markup: bytes, *, url: str, publishers: Publishers) -> dict[str, Any]:
    """The fields of one page of which nothing is known but its address, which may be empty.

    A challenge page has no text.  Whatever else is not an article for the product (a live blog, a teaser before a
    paywall) keeps what it says.
    """
    from mediawatch.extraction.circumstances import Circumstances
    from mediawatch.extraction.kinds import Refusal
    from mediawatch.extraction.reading import read_page

    reading = read_page(markup, Circumstances(url=url, asked=url, fetched_at=_latest(), publishers=publishers))
    if isinstance(reading, Refusal) or (reading.refusal and reading.refusal.reason is Reason.CHALLENGE):
        return {}
    return _fields(reading)


def _latest() -> datetime:
    """The instant after which no page can have been published: this one."""
    return now().astimezone(UTC)


def _fields(reading: Reading) -> dict[str, Any]:
    body = reading.body
    return {
        "text": body.text,
        "title": reading.headline.title or None,
        "date": reading.published.printed or None,
        "author": reading.byline.name or None,
        "source": reading.provenance.name or None,
        "language": body.language,
        "body_zh": body.body_zh,
        "body_en": body.body_en,
        "captions": list(reading.captions),
        "ranking": [{"rank": line.rank, "title": line.title, "url": line.url} for line in reading.rankings],
    }


def _publishers(catalog: Path | None) -> Publishers:
    from mediawatch.settings import read_settings
    from mediawatch.sources.publishers import FOLDER, read_publishers

    return read_publishers(read_settings(catalog_dir=catalog).catalog_dir / FOLDER)


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(extract)
