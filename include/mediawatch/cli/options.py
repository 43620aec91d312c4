"""Options that several commands share, and the newsroom they open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from mediawatch.cli.output import PROGRESS, plain
from mediawatch.errors import BadRequest
from mediawatch.records import Clock, Source, now

if TYPE_CHECKING:
    from mediawatch.context import Context

Lake = Annotated[
    str | None, typer.Option("--lake", help="Root of the lake: a folder or s3://bucket/prefix.", metavar="URL")
]
Catalog = Annotated[Path | None, typer.Option("--catalog", help="Folder of the source catalogue.", metavar="DIR")]
FirstDay = Annotated[str, typer.Option("--from", help="The first day: YYYY-MM-DD or yesterday.", metavar="DAY")]
LastDay = Annotated[str, typer.Option("--to", help="The last day, which has to be over.", metavar="DAY")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]


def context(
    lake: str | None = None, catalog: Path | None = None, index: str | None = None, clock: Clock = now
) -> Context:
    """The newsroom of the environment, with the command's options on top.  `index` "none" means no index."""
    from mediawatch import logs, telemetry
    from mediawatch.context import open_context
    from mediawatch.settings import read_settings

    url = "" if index == "none" else index
    settings = read_settings(lake_url=lake, catalog_dir=catalog, elasticsearch_url=url)
    logs.to_stderr(settings.log_level, settings.log_format)
    telemetry.export_by_environment()
    return open_context(settings, clock)


def warn_of_room(context: Context) -> None:
    """Say on stderr where a disk will be full before long."""
    from mediawatch.workflow.freshness import room_warnings

    for line in room_warnings(context):
        PROGRESS.print(plain(line, "yellow"))


def clock_of(today: date | None) -> Clock:
    """The machine's clock, or one that runs on the day `today` at the present time of day."""
    if today is None:
        return now
    shift = datetime.combine(today, datetime.min.time(), UTC) - datetime.combine(now().date(), datetime.min.time(), UTC)
    return lambda: now() + shift


def require_test_sites(sources: Sequence[Source]) -> None:
    """Raise BadRequest unless every source is on loopback or behind a proxy on loopback: a set clock is for tests."""
    real = [source.name for source in sources if not _is_loopback(source) and not _is_behind_local_proxy(source.home)]
    if real:
        raise BadRequest(
            "--today is for test newsrooms on loopback addresses or behind a proxy there; the feeds of real sites "
            f"announce the present only: {', '.join(real[:3])}{' and others' if real[3:] else ''}."
        )


def _is_loopback(source: Source) -> bool:
    return any(ip_network(network).is_loopback for network in source.allow_addresses)


def _is_behind_local_proxy(url: str) -> bool:
    from urllib.request import getproxies_environment, proxy_bypass

    parts = urlsplit(url)
    proxy = getproxies_environment().get(parts.scheme, "")
    if not proxy or proxy_bypass(parts.netloc):
        return False
    host = urlsplit(proxy if "://" in proxy else f"http://{proxy}").hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
