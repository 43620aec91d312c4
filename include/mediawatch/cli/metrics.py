"""`mediawatch metrics`: the newsroom's figures for Prometheus, printed, into a file, or at an address of their own."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Annotated

import typer

from mediawatch.cli import options
from mediawatch.cli.output import PROGRESS
from mediawatch.errors import BadRequest

if TYPE_CHECKING:
    from prometheus_client import Metric as Family
    from starlette.applications import Starlette

    from mediawatch.monitoring.metrics import Sample

KEPT_SECONDS = 60.0
"""So long what was read from the lake is answered again: the lake moves by runs, not by seconds."""
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def metrics(
    write: Annotated[
        Path | None, typer.Option("--write", help="Write them to a file that is replaced whole.", metavar="FILE")
    ] = None,
    port: Annotated[
        int | None, typer.Option(help="Serve them at /metrics on this port; 0 takes a free one.", min=0, max=65535)
    ] = None,
    host: Annotated[
        str, typer.Option(help="Address to listen on; others than loopback are open to the network.")
    ] = "127.0.0.1",
    allow_host: Annotated[
        list[str] | None, typer.Option(help="Another name in the Host header to answer (repeatable).", metavar="NAME")
    ] = None,
    lake: options.Lake = None,
    catalog: options.Catalog = None,
) -> None:
    """Print what a monitor wants to know, in the text format of Prometheus: links by stage, source and reason, the age
    of the newest article, what is late, messages, disk and leases.

    Example: `mediawatch metrics --port 9108`
    """
    from mediawatch.workflow.measuring import measured

    context = options.context(lake, catalog)
    if port is not None:
        serve(app_of(kept(lambda: exposition(measured(context))), allow_host or []), host, port)
    elif write is not None:
        replace_file(write, exposition(measured(context)))
    else:
        typer.echo(exposition(measured(context)), nl=False)


def exposition(samples: Iterable[Sample]) -> str:
    """`samples` in the text format of Prometheus."""
    from prometheus_client import CollectorRegistry, generate_latest
    from prometheus_client.registry import Collector

    class Collected(Collector):
        def collect(self) -> Iterator[Family]:
            return families(samples)

    registry = CollectorRegistry(auto_describe=False)
    registry.register(Collected())
    return generate_latest(registry).decode()


def families(samples: Iterable[Sample]) -> Iterator[Family]:
    """The samples of each metric together, in the order in which they first come."""
    from prometheus_client.core import GaugeMetricFamily

    found: dict[str, GaugeMetricFamily] = {}
    for sample in samples:
        metric = sample.metric
        family = found.setdefault(metric.name, GaugeMetricFamily(metric.name, metric.about, labels=metric.labels))
        family.add_metric(sample.labels, sample.value)
    yield from found.values()


def replace_file(path: Path, text: str) -> None:
    """Put `text` at `path` whole, so that nobody reads half of it, and readable for who collects it."""
    try:
        with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            file.write(text)
        os.chmod(file.name, 0o644)
        os.replace(file.name, path)
    except OSError as error:
        raise BadRequest(f"{path} cannot be written: {error.strerror}") from error


def kept(read: Callable[[], str], clock: Callable[[], float] = time.monotonic) -> Callable[[], str]:
    """`read`, asked again only when its last answer is older than KEPT_SECONDS, by one thread at a time."""
    lock = Lock()
    last: list[tuple[float, str]] = []

    def answer() -> str:
        with lock:
            if not last or clock() - last[0][0] >= KEPT_SECONDS:
                text = read()
                last[:] = [(clock(), text)]
            return last[0][1]

    return answer


def app_of(read: Callable[[], str], hosts: list[str]) -> Starlette:
    """What answers /metrics, to who asks for it by a name of the loopback or one of `hosts`."""
    from starlette.applications import Starlette
    from starlette.middleware import Middleware
    from starlette.middleware.trustedhost import TrustedHostMiddleware
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    from mediawatch.board.app import LOOPBACK

    def answer(request: Request) -> Response:
        return Response(read(), headers={"Content-Type": CONTENT_TYPE, "Cache-Control": "no-store"})

    names = [*LOOPBACK, *hosts]
    return Starlette(
        routes=[Route("/metrics", answer)],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=names, www_redirect=False)],
    )


def serve(app: Starlette, host: str, port: int) -> None:
    """Answer until Ctrl-C.  Raises BadRequest where nothing can listen."""
    import uvicorn

    from mediawatch.cli.listening import listener_at, shown

    listener = listener_at(host, port)
    PROGRESS.print(f"The metrics are at http://{shown(listener)}/metrics (Ctrl-C ends it).")
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, server_header=False))
    server.run(sockets=[listener])


def add_to(app: typer.Typer) -> None:
    """Put the command on `app`."""
    app.command()(metrics)
