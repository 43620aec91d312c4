"""`mediawatch harvest` and `mediawatch import-warc`: facts into the lake."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mediawatch.cli import options
from mediawatch.cli.output import print_json, print_table, progress
from mediawatch.lake.batches import BatchKey, BatchManifest
from mediawatch.records import now
from mediawatch.stages.newsroom import Newsroom, Report


def harvest(
    catalog: options.Catalog = None,
    lake: options.Lake = None,
    sources: Annotated[str, typer.Option(help="Only these sources, comma-separated.", metavar="A,B")] = "",
    today: Annotated[
        str | None, typer.Option(help="Pretend that it is this day (test newsrooms only).", metavar="DAY")
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """Visit the sources, fetch what they announce, and seal it as one batch.

    A run that was interrupted is taken up where it stopped.  What could not be fetched stays pending for the next run.

    Example: `mediawatch harvest --sources rthk,dw && mediawatch build --day today`
    """
    from mediawatch.stages.harvest import open_batch, unsealed_batches

    day = options.parse_day(today, now().date()) if today else None
    newsroom = options.newsroom(lake, catalog, clock=options.clock_of(day))
    names = tuple(name for name in sources.split(",") if name)
    if day is not None:
        options.require_test_sites(newsroom.catalogue.only(names).sources)
    options.warn_of_room(newsroom)
    left_open = unsealed_batches(newsroom, newsroom.today)
    with progress("harvest") as report:
        if left_open:
            report(f"taking up {left_open[0].path}")
        key = left_open[0].batch if left_open else f"{newsroom.clock():%Y%m%dT%H%M%SZ}"
        batch = open_batch(newsroom, day=newsroom.today, run_key=key, sources=names)
        manifest = harvest_batch(newsroom, batch, report)
    _show([manifest], as_json)


def harvest_batch(newsroom: Newsroom, batch: BatchKey, report: Report) -> BatchManifest:
    """All shards of `batch` side by side, then the seal."""
    from concurrent.futures import ThreadPoolExecutor, wait

    from mediawatch.stages.harvest import harvest_shard, seal_batch, shards_of

    numbers = shards_of(newsroom, batch)

    def one(number: int) -> None:
        harvest_shard(newsroom, batch, number, lambda line: report(f"shard {number}: {line}"))

    pool = ThreadPoolExecutor(len(numbers), thread_name_prefix="shard")
    shards = [pool.submit(one, number) for number in numbers]
    try:
        wait(shards)
    finally:
        pool.shutdown(wait=False)  # they are done, or somebody pressed Ctrl-C and does not wait for pages to come
    for shard in shards:
        shard.result()
    return seal_batch(newsroom, batch)


def import_warc(
    files: Annotated[list[Path], typer.Argument(help="WARC files, gzipped or plain.", exists=True, dir_okay=False)],
    catalog: options.Catalog = None,
    lake: options.Lake = None,
    any_host: Annotated[bool, typer.Option("--any-host", help="Also take hosts that no source names.")] = False,
    as_json: options.AsJson = False,
) -> None:
    """Bring pages of WARC files into the lake as batches of their capture days; also the way to backfill.

    A file imported before is left alone.  Build the days afterwards: `mediawatch build --day D`.

    Example: `mediawatch import-warc CC-NEWS-20260101.warc.gz --any-host`
    """
    from mediawatch.stages.importing import import_warc as run

    newsroom = options.newsroom(lake, catalog)
    options.warn_of_room(newsroom)
    with progress("import-warc") as report:
        manifests = run(newsroom, files, is_any_host=any_host, report=report)
    _show(manifests, as_json)


def _show(manifests: list[BatchManifest], as_json: bool) -> None:
    rows = [
        {
            "day": manifest.day,
            "batch": manifest.batch,
            "links": manifest.counts.get("candidates", 0),
            "fetched": manifest.counts.get("fetched", 0),
            "missing_shards": len(manifest.missing_shards),
        }
        for manifest in manifests
    ]
    if as_json:
        print_json(rows)
        return
    print_table("Sealed", ("day", "batch", "links", "fetched", "missing_shards"), rows)


def add_to(app: typer.Typer) -> None:
    """Put the commands on `app`."""
    app.command()(harvest)
    app.command("import-warc")(import_warc)
