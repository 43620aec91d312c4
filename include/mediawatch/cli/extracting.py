"""`mediawatch extract`: what one page says, and why; or many pages, one JSON line each."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mediawatch.cli import options
from mediawatch.cli.output import PROGRESS
from mediawatch.errors import BadRequest, MediawatchError

if TYPE_CHECKING:
    from mediawatch.sandbox import ChildTask
    from mediawatch.sources.publishers import Publishers

FIELDS = (
    "text",
    "title",
    "date",
    "author",
    "credits",
    "source",
    "language",
    "body_zh",
    "body_en",
    "captions",
    "ranking",
)
"""The keys of a line beside id and cpu, in this order."""

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
    date, author, credits, source, language, the body in Chinese and English, captions, ranking and the seconds.

    Example: `mediawatch extract https://news.example/1.html`
    """
    if jsonl == (page is not None):
        raise BadRequest("Name one page, or give --jsonl and the pages on stdin.")
    if jsonl:
        answer_lines(sys.stdin.buffer, publishers=_prepared(catalog))
        return
    from mediawatch.cli.reports import print_report

    print_report(page or "", url=url, source=source, catalog=catalog, as_json=as_json)


def answer_lines(lines: Iterable[bytes], *, publishers: Publishers) -> None:
    """Answer every line in order, flushed, whatever is on it; what cannot be read is told on stderr."""
    from mediawatch.cli.page_reading import fields_task

    task = fields_task(publishers)
    for number, line in enumerate(lines, start=1):
        if line.strip():
            print(json.dumps(_answer(line, number, task), ensure_ascii=False), flush=True)


def _answer(line: bytes, number: int, task: ChildTask[tuple[str, bytes], dict[str, Any]]) -> dict[str, Any]:
    from mediawatch.cli.page_reading import bytes_of
    from mediawatch.sandbox import Done, shared_sandbox

    start, cpu_seconds = time.process_time(), 0.0
    asked: dict[str, Any] = {}
    found: dict[str, Any] = {}
    try:
        asked = _asked(line)
        page = str(asked.get("url") or ""), bytes_of(Path(str(asked["html_path"])))
        result = shared_sandbox().read(task, page)
        cpu_seconds = result.cpu_seconds
        found = result.value if isinstance(result, Done) else {}
    except MediawatchError:
        raise
    except Exception as error:  # noqa: BLE001 - each line has its answer, whatever becomes of one page
        PROGRESS.print(f"error: line {number}: {type(error).__name__}: {error}", markup=False)
    spent = round(time.process_time() - start + cpu_seconds, 6)
    return {"id": asked.get("id"), **{key: found.get(key) for key in FIELDS}, "cpu": spent}


def _asked(line: bytes) -> dict[str, Any]:
    asked = json.loads(line.decode(errors="replace"))
    if not isinstance(asked, dict):
        raise ValueError("is not an object")
    return asked


def _prepared(catalog: Path | None) -> Publishers:
    """The publishers' names; pages are read where the settings say."""
    from mediawatch.sandbox import read_at
    from mediawatch.settings import read_settings
    from mediawatch.sources.publishers import FOLDER, SHIPPED, read_publishers

    settings = read_settings(catalog_dir=catalog)
    read_at(settings.parser_socket)
    folder = settings.catalog_dir / FOLDER
    # Without names the same page would say less in another working directory.
    return read_publishers(folder if catalog or folder.is_dir() else SHIPPED)


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(extract)
