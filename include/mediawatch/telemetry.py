"""Telemetry: a span and three counters around each partition that a stage makes and each shard of a harvest.

Only OpenTelemetry's interface is used, which does nothing until a process sets up its SDK: Airflow does so when its own
switches are on, and a command where the usual OTEL_ variables ask for it (`export_by_environment`).  Names of days,
batches and stages are sent, and the type of an error; never an address, a text or what an error says.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from opentelemetry import metrics, trace
from opentelemetry.trace import StatusCode

_NAME: Final = "mediawatch"
_tracer = trace.get_tracer(_NAME)
_meter = metrics.get_meter(_NAME)
_seconds = _meter.create_counter("mediawatch.stage.time", unit="s", description="Seconds that partitions took.")
_partitions = _meter.create_counter("mediawatch.stage.partitions", description="Partitions that were made or failed.")
_rows = _meter.create_counter("mediawatch.stage.rows", description="Rows that were written.")

_ENDPOINTS: Final = tuple(f"OTEL_EXPORTER_OTLP_{part}ENDPOINT" for part in ("", "TRACES_", "METRICS_"))
"""The variables of OpenTelemetry that say where to send to; one of them switches commands on."""


@contextmanager
def stage_work(stage: str, **about: object) -> Iterator[None]:
    """A span `stage NAME` with the attributes `about` around the block, and its seconds by stage."""
    started = time.monotonic()
    with span(f"stage {stage}", stage=stage, **about):
        outcome = "failed"
        try:
            yield
            outcome = "made"
        finally:
            _seconds.add(time.monotonic() - started, {"stage": stage})
            _partitions.add(1, {"stage": stage, "outcome": outcome})


def rows_written(stage: str, rows: Mapping[str, int]) -> None:
    """Count what a partition of `stage` has, by table."""
    for table, count in rows.items():
        _rows.add(count, {"stage": stage, "table": table})


@contextmanager
def span(name: str, **about: object) -> Iterator[None]:
    """A span around the block; an error ends it with the name of its type."""
    attributes = {f"{_NAME}.{key}": str(value) for key, value in about.items() if value not in ("", None)}
    with _tracer.start_as_current_span(
        name, attributes=attributes, record_exception=False, set_status_on_exception=False
    ) as current:
        try:
            yield
        except BaseException as error:
            current.set_status(StatusCode.ERROR, type(error).__name__)
            raise


def export_by_environment(environ: Mapping[str, str] = os.environ) -> bool:
    """Send what this process does where OTEL_EXPORTER_OTLP_ENDPOINT says, until its end; whether it is so.

    The protocol is HTTP, and OTEL_SDK_DISABLED switches all of it off.
    """
    if environ.get("OTEL_SDK_DISABLED", "").lower() == "true" or not any(environ.get(name) for name in _ENDPOINTS):
        return False
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    resource = Resource.create({} if environ.get("OTEL_SERVICE_NAME") else {"service.name": _NAME})
    provider = TracerProvider(resource=resource)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    reader = PeriodicExportingMetricReader(OTLPMetricExporter())
    metrics.set_meter_provider(MeterProvider(resource=resource, metric_readers=[reader]))
    return True
