"""`mediawatch trace`: what became of one address."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from mediawatch.cli import options
from mediawatch.cli.output import PROGRESS, RESULT, plain, print_json, progress
from mediawatch.errors import BadRequest
from mediawatch.locale import words_of
from mediawatch.records.alert import alert_document

if TYPE_CHECKING:
    from mediawatch.workflow.revisions import RevisionChange
    from mediawatch.workflow.tracing import Trace, TraceStep

DAYS = 31
SHOWN_PARAGRAPHS = 6
_LONGEST = 100


def trace(
    url: Annotated[str, typer.Argument(help="An address as it was announced, or as the browser shows it.")],
    days: Annotated[int, typer.Option(help="How many days back to look.", min=1, max=3660)] = DAYS,
    lake: options.Lake = None,
    catalog: options.Catalog = None,
    as_json: options.AsJson = False,
) -> None:
    """Say what became of an address: announced where, each request, the archived bytes, what was read, the audit's
    word, its story, the index, its revisions, and the alerts that rest on it.

    Example: `mediawatch trace https://news.example/2026/04/29/1.html`
    """
    from mediawatch.workflow.revisions import changes
    from mediawatch.workflow.tracing import steps
    from mediawatch.workflow.tracing import trace as run

    context = options.context(lake, catalog)
    try:
        with progress("trace"):
            found = run(context, url, days=days)
    except ValueError as error:
        raise BadRequest(f"{url!r} is not the address of a page: {error}") from error
    told = [step for batch in found.batches for step in steps(batch)]
    for fault in found.faults:
        PROGRESS.print(plain(f"left out: {fault}"))
    if as_json:
        print_json(_document(found, told, list(changes(found.revisions))))
        return
    if not found.batches:
        PROGRESS.print(plain(f"No harvest of the last {days} days knew {url}. --days looks further back."))
        return
    for line in _lines(found, told, list(changes(found.revisions)), ZoneInfo(context.settings.timezone)):
        RESULT.print(plain(line))


def _lines(found: Trace, told: list[TraceStep], changed: list[RevisionChange], zone: ZoneInfo) -> Iterator[str]:
    from mediawatch.workflow.tracing import local

    say = words_of("en")
    yield found.batches[-1].announced.title or found.url
    batch = ""
    for step in told:
        if step.batch != batch:
            batch = step.batch
            yield f"{step.day} harvest {batch}"
        at = f"{step.at.astimezone(zone):%H:%M:%S} " if step.at else ""
        why = f"{say(f'reason.{step.reason.value}.name')}: " if step.reason else ""
        yield f"  {say(f'stage.{step.stage}'):<10} {at}{why}{say(step.key, **local(step.fields, zone))}".rstrip(": ")
    yield from _changed(changed)
    for document in found.documents:
        yield f"In the index: {document.index}/{document.article_id}, revision {document.revision}"
    for alert in found.alerts:
        yield f"Alert: {alert.day} {alert.kind.value} {alert.term} ({alert.alert_id})"


def _changed(changed: list[RevisionChange]) -> Iterator[str]:
    for one in changed:
        title = f"title was {one.title_before!r}; " if one.has_new_title else ""
        counts = f"{len(one.added)} paragraphs more, {len(one.removed)} fewer"
        yield f"Revision {one.revision}: {title}{counts}"
        for sign, lines in (("+", one.added), ("-", one.removed)):
            yield from (f"  {sign} {line[:_LONGEST]}" for line in lines[:SHOWN_PARAGRAPHS])


def _document(found: Trace, told: list[TraceStep], changed: list[RevisionChange]) -> dict[str, Any]:
    return {
        "url": found.url,
        "link_ids": found.links,
        "steps": [
            {
                "day": step.day,
                "batch": step.batch,
                "stage": step.stage,
                "at": step.at,
                "reason": step.reason.value if step.reason else None,
                "what": step.key.removeprefix("trace."),
                **step.fields,
            }
            for step in told
        ],
        "revisions": [
            {
                "revision": one.revision,
                "title_before": one.title_before,
                "title": one.title,
                "added": one.added,
                "removed": one.removed,
            }
            for one in changed
        ],
        "index": [
            {"index": document.index, "id": document.article_id, "revision": document.revision}
            for document in found.documents
        ],
        "alerts": [alert_document(alert) for alert in found.alerts],
    }


def add_to(app: typer.Typer) -> None:
    """Put the command on `app`."""
    app.command()(trace)
