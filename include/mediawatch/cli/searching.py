"""`mediawatch search`, `provision`, `reindex`: the serving index from the command line."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from mediawatch.cli import options
from mediawatch.cli.output import PROGRESS, RESULT, clean, plain, print_csv, print_json, progress
from mediawatch.records.times import parse_day

if TYPE_CHECKING:
    from mediawatch.search import Excerpt, Hit
    from mediawatch.search.searching import Order

COLUMNS = ("published_at", "first_seen_at", "source", "language", "title", "url")


class SortOrder(StrEnum):
    """Orders of hits, as options name them."""

    RELEVANCE = "relevance"
    SEEN = "seen"
    PUBLISHED = "published"


def search(
    query: Annotated[str, typer.Argument(help="Words that must all occur, 川普 as 特朗普 too; see docs/search.md.")],
    size: Annotated[int, typer.Option(help="How many hits to show.", min=1, max=1000)] = 10,
    source: Annotated[list[str] | None, typer.Option(help="Only this source (repeatable).")] = None,
    language: Annotated[list[str] | None, typer.Option(help="Only this language, as in zh-Hant (repeatable).")] = None,
    since: Annotated[str | None, typer.Option(help="First day.", metavar="DAY")] = None,
    until: Annotated[str | None, typer.Option(help="Last day.", metavar="DAY")] = None,
    sort: Annotated[
        SortOrder, typer.Option(help="Best first, or newest first by when it was collected, or published.")
    ] = SortOrder.RELEVANCE,
    newest: Annotated[bool, typer.Option("--newest", help="The same as --sort seen.")] = False,
    stories: Annotated[bool, typer.Option("--stories", help="Of copies of one text show one.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print all hits as CSV, newest first.")] = False,
    as_json: options.AsJson = False,
) -> None:
    """Find articles, with the words marked in their text.  `mediawatch search --help` and docs/search.md say how.

    All words must occur; `OR`, `NOT`, `-word`, brackets and quotes do what one expects, and `title:`, `publisher:`,
    `site:`, `source:`, `author:`, `lang:`, `since:` and `until:` look there.

    Example: `mediawatch search '关税 -谈判 title:钢材 since:yesterday'`
    """
    from mediawatch.search import connect, count, count_stories, search_all
    from mediawatch.search import search as find
    from mediawatch.search.asking import check_sources, read_query, restricted

    context = options.context()
    check_sources(context, source or ())
    asked = restricted(
        read_query(context, query),
        sources=source or (),
        languages=language or (),
        first=parse_day(since, context.today) if since else None,
        last=parse_day(until, context.today) if until else None,
    )
    client = connect(context.settings)
    order: Order = "seen" if newest else sort.value
    if as_csv:
        everything = search_all(client, context.settings, asked, order="seen" if order == "relevance" else order)
        print_csv(COLUMNS, ({name: getattr(hit, name) for name in COLUMNS} for hit in everything))
        return
    hits = find(client, context.settings, asked, size=size, order=order, one_a_story=stories)
    if as_json:
        print_json([_row(hit) for hit in hits])
        return
    for hit in hits:
        print_hit(hit, order)
    told = f"{count_stories(client, context.settings, asked)} stories in " if stories else ""
    PROGRESS.print(f"{told}{count(client, context.settings, asked)} articles")


def print_hit(hit: Hit, order: Order = "relevance") -> None:
    """A hit on a few lines, its words marked, with the time that hits are ordered by, else that of publication."""
    when = hit.first_seen_at if order == "seen" else hit.published_at or hit.first_seen_at
    copies = f" · {hit.copies} copies" if hit.copies > 1 else ""
    RESULT.print(plain(hit.title, "bold"), Text(f" {clean(hit.source)} · {when:%Y-%m-%d %H:%M}{copies}", "dim"))
    for excerpt in hit.highlights[:2]:
        RESULT.print(_marked(excerpt))
    RESULT.print(Text.assemble("  ", (clean(hit.url), "blue")))


def _marked(excerpt: Excerpt) -> Text:
    text = clean(excerpt.text.replace("\n", " "))  # of the same length: the spans stay true
    line, at = Text("  "), 0
    for begin, end in excerpt.spans:
        line.append(text[at:begin]).append(text[begin:end], "reverse")
        at = end
    return line.append(text[at:])


def _row(hit: Hit) -> dict[str, Any]:
    return {
        "article_id": hit.article_id,
        **{name: getattr(hit, name) for name in COLUMNS},
        "highlights": [excerpt.text for excerpt in hit.highlights],
        "score": hit.score,
        "copies": hit.copies,
    }


def provision(
    roles: Annotated[
        bool, typer.Option("--roles", help="Make the roles for users of Elasticsearch too; needs its superuser.")
    ] = False,
) -> None:
    """Give Elasticsearch the templates and indices the product needs, and Kibana its dashboards; safe to repeat.

    Example: `mediawatch provision`
    """
    from mediawatch.workflow.dashboards import provision_dashboards
    from mediawatch.workflow.serving import make_roles
    from mediawatch.workflow.serving import provision as run

    context = options.context()
    if roles:
        PROGRESS.print(f"Roles: {', '.join(make_roles(context))}.")
    done = run(context)
    PROGRESS.print(str(done))
    with progress("provision") as report:
        warnings = [*done.warnings, *provision_dashboards(context, report)]
    for warning in warnings:
        PROGRESS.print(plain(warning, "yellow"))


def reindex(lake: options.Lake = None) -> None:
    """Build a new generation of the article index from the lake and swap it in; searches never see a gap.

    Then stories, rankings, ledger, words and alerts of every day are brought up to date.

    Example: `mediawatch reindex --lake s3://bucket/news`
    """
    from mediawatch.context import prefixed
    from mediawatch.workflow.closing import days_waiting, serve_day
    from mediawatch.workflow.serving import reindex as run

    context = options.context(lake)
    with progress("reindex") as report:
        done = run(context, report)
        for day in days_waiting(context):
            serve_day(context, day, prefixed(report, day))
    PROGRESS.print(f"{done['generation']} is live with {done['documents']} documents, {done['refused']} refused.")


def add_to(app: typer.Typer) -> None:
    """Put the commands on `app`."""
    for command in (search, provision, reindex):
        app.command()(command)
