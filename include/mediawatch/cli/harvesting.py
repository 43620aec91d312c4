"""`mediawatch harvest` and `mediawatch import-warc`: facts into the lake."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mediawatch.cli import options
from mediawatch.cli.output import PROGRESS, plain, print_json, print_table, progress
from mediawatch.errors import BadRequest, MediawatchError, Outage
from mediawatch.records import Reason, now
from mediawatch.records.times import parse_day

if TYPE_CHECKING:
    from mediawatch.context import Context, Report
    from mediawatch.harvest.importing.imported import Imported
    from mediawatch.lake.batches import BatchKey, BatchManifest


def harvest(
    catalog: options.Catalog = None,
    lake: options.Lake = None,
    sources: Annotated[str, typer.Option(help="Only these sources, comma-separated.", metavar="A,B")] = "",
    due: Annotated[bool, typer.Option("--due", help="Only sources whose time has come.")] = False,
    today: Annotated[
        str | None, typer.Option(help="Pretend that it is this day (test newsrooms only).", metavar="DAY")
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """Visit the sources, fetch what they announce, and seal it as one batch.

    A run that was interrupted is taken up where it stopped.  What could not be fetched stays pending for the next run.
    Ends with 69 when most seeds did not answer, or a source named with --sources did not at all.

    Example: `mediawatch harvest --sources rthk,dw && mediawatch build --day today`
    """
    from mediawatch.harvest.harvesting import open_batch, open_due_batch, unsealed_batches

    day = parse_day(today, now().date()) if today else None
    context = options.context(lake, catalog, clock=options.clock_of(day))
    names = tuple(name for name in sources.split(",") if name)
    if day is not None:
        options.require_test_sites(context.catalogue.only(names).sources)
    options.warn_of_room(context)
    left_open = unsealed_batches(context, context.today)
    with progress("harvest") as report:
        if left_open:
            report(f"taking up {left_open[0].path}")
        key = left_open[0].batch if left_open else f"{context.clock():%Y%m%dT%H%M%SZ}"
        is_due = due and not names
        batch = (
            open_due_batch(context, day=context.today, run_key=key)
            if is_due
            else open_batch(context, day=context.today, run_key=key, sources=names)
        )
        if batch is None:
            report("no source is due")
            return
        manifest = harvest_batch(context, batch, report)
    _show_harvest(context, manifest, as_json)
    _require_answers(context, manifest, names)


def harvest_batch(context: Context, batch: BatchKey, report: Report) -> BatchManifest:
    """All shards of `batch` side by side, then the seal."""
    from concurrent.futures import ThreadPoolExecutor, wait

    from mediawatch.context import prefixed
    from mediawatch.harvest.harvesting import harvest_shard, seal_batch, shards_of

    numbers = shards_of(context, batch)

    def one(number: int) -> None:
        harvest_shard(context, batch, number, prefixed(report, f"shard {number}"))

    pool = ThreadPoolExecutor(len(numbers), thread_name_prefix="shard")
    shards = [pool.submit(one, number) for number in numbers]
    try:
        wait(shards)
    finally:
        pool.shutdown(wait=False)  # they are done, or somebody pressed Ctrl-C and does not wait for pages to come
    for shard in shards:
        shard.result()
    return seal_batch(context, batch)


def import_warc(
    files: Annotated[
        list[Path],
        typer.Argument(help="WARC or ARC files, plain or packed (gzip, Zstandard).", exists=True, dir_okay=False),
    ],
    catalog: options.Catalog = None,
    lake: options.Lake = None,
    any_host: Annotated[bool, typer.Option("--any-host", help="Also take hosts that no source names.")] = False,
    as_json: options.AsJson = False,
) -> None:
    """Bring pages of WARC files into the lake as batches of their capture days; also the way to backfill.

    A file imported before is left alone.  Says of each file what became of its records, and exits with 2 when one of
    them could not be read at all.  Build the days afterwards: `mediawatch build --day D`.

    Example: `mediawatch import-warc CC-NEWS-20260101.warc.gz --any-host`
    """
    from mediawatch.harvest.importing.files import import_warc as run

    context = options.context(lake, catalog)
    options.warn_of_room(context)
    with progress("import-warc") as report:
        imported = run(context, files, is_any_host=any_host, report=report)
    _show_imported(imported, as_json)
    if troubles := [one.trouble for one in imported if one.trouble]:
        raise BadRequest("\n".join(troubles))


def backfill(
    names: Annotated[list[str], typer.Argument(help="The sources.", metavar="NAME...")],
    first: options.FirstDay,
    last: options.LastDay,
    catalog: options.Catalog = None,
    lake: options.Lake = None,
    as_json: options.AsJson = False,
) -> None:
    """Fetch what sources still announce of past days, in dated sitemaps and archives, as batches of those days.

    The age limit of a source does not count, its pace does. Ended early, the same command goes on where it stopped.
    Build the days afterwards: `mediawatch build --day D`.

    Example: `mediawatch backfill harbour --from 2026-04-01 --to 2026-04-21`
    """
    from mediawatch.workflow.backfilling import backfill as run

    context = options.context(lake, catalog)
    days = parse_day(first, context.today), parse_day(last, context.today)
    options.warn_of_room(context)
    with progress("backfill") as report:
        done = run(context, names, *days, report=report)
    rows = [
        {
            "day": day.day,
            "announced": day.announced,
            "known": day.known,
            "taken": day.taken,
            "failed": ", ".join(f"{reason.value} {count}" for reason, count in day.failed.most_common()),
        }
        for day in done.days
    ]
    if as_json:
        print_json({"days": rows, "undated": done.undated, "unread": list(done.unread)})
        return
    if rows:
        print_table("Backfilled", tuple(rows[0]), rows)
    for line in done.unread:
        PROGRESS.print(plain(f"not read: {line}"))
    PROGRESS.print(f"{len(rows)} days had links; {done.undated} announcements had no date and were left out.")


def _show_harvest(context: Context, manifest: BatchManifest, as_json: bool) -> None:
    """What was sealed; the seeds that failed go to stderr, one a line, and into the JSON."""
    from mediawatch.harvest.visits import visits_of

    visits = visits_of(context.store, manifest)
    failed = [visit for visit in visits if visit.result == "failed"]
    row = _row(manifest) | {"seeds": len(visits), "seeds_failed": len(failed)}
    if as_json:
        named = [{"source": v.source, "url": v.url, "reason": v.reason, "detail": v.detail} for v in failed]
        print_json([row | {"failed": named}])
    else:
        print_table("Sealed", tuple(row), [row])
    PROGRESS.print(f"{len(visits) - len(failed)} of {len(visits)} seeds answered.")
    for visit in failed:
        PROGRESS.print(plain(f"failed: {visit.source} {visit.why} ({visit.url})"))


def _require_answers(context: Context, manifest: BatchManifest, names: tuple[str, ...]) -> None:
    """Raise Outage when most did not answer, and tell those who want to hear of failures.

    A harvest of a few sources, chosen by name, has somebody in front of it.
    """
    from mediawatch.harvest.visits import check_answers

    try:
        check_answers(context, manifest, chosen=names)
    except Outage as error:
        if not names:
            _tell(context, error)
        raise


def _tell(context: Context, error: Outage) -> None:
    """The message of the DAG's task, so that of a day's harvests by command and by DAG nobody gets more than one."""
    from mediawatch.delivery import TaskFailure
    from mediawatch.workflow.failing import tell_failure

    failure = TaskFailure(
        dag="harvest_news", task="sites_answered", label="", error=type(error).__name__, said=str(error), log_url=""
    )
    try:
        lines = list(tell_failure(context.settings, failure, clock=context.clock).lines())
    except MediawatchError as fault:
        lines = [f"not told: {fault}"]
    for line in lines:
        PROGRESS.print(plain(f"messages about this failure: {line}"))


def _show_imported(imported: list[Imported], as_json: bool) -> None:
    for one in imported:
        PROGRESS.print(plain(f"import-warc: {one.file.name}: {_sentence(one)}"))
    if not as_json:
        print_table("Read", ("file", "records", *_GROUPS), map(_numbers, imported))
    _show(
        [
            _row(manifest, file=str(one.file), outcomes=_by_word(one, manifest.day))
            for one in imported
            for manifest in one.manifests
        ],
        as_json,
    )


_GROUPS = ("taken", "known", "other_hosts", "refused", "unreadable")


def _numbers(one: Imported) -> dict[str, str | int]:
    """Records of the file, and its links by what became of them."""
    links = one.outcomes()
    known, other = links[Reason.KNOWN_ALREADY], links[Reason.OFF_SITE]
    unpacked = sum(one.unreadable_pages.values())
    return {
        "file": one.file.name,
        "records": one.records.total(),
        "taken": links[None],
        "known": known,
        "other_hosts": other,
        "refused": links.total() - links[None] - known - other - unpacked,
        "unreadable": unpacked + one.unreadable.total(),
    }


def _sentence(one: Imported) -> str:
    from mediawatch.harvest.importing.imported import told

    numbers = _numbers(one)
    counts = ", ".join(f"{numbers[name]} {name.replace('_', ' ')}" for name in _GROUPS)
    why = told({str(reason): count for reason, count in one.outcomes().items() if reason not in _COUNTED})
    line = f"{numbers['records']} records, {counts}"
    return "; ".join(filter(None, (line, f"why: {why}" if why else "", one.told())))


_COUNTED = frozenset({None, Reason.KNOWN_ALREADY, Reason.OFF_SITE})


def _show(rows: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        print_json(rows)
    else:
        print_table("Sealed", ("day", "batch", "links", "fetched", "missing_shards"), rows)


def _row(manifest: BatchManifest, **more: Any) -> dict[str, Any]:
    return {
        "day": manifest.day,
        "batch": manifest.batch,
        "links": manifest.counts.get("candidates", 0),
        "fetched": manifest.counts.get("fetched", 0),
        "missing_shards": len(manifest.missing_shards),
        **more,
    }


def _by_word(one: Imported, day: date) -> dict[str, int]:
    return {str(reason or "taken"): count for reason, count in one.outcomes(day).items()}


def add_to(app: typer.Typer) -> None:
    """Put the commands on `app`."""
    app.command()(harvest)
    app.command("import-warc")(import_warc)
    app.command()(backfill)
