"""Spans and counters: nothing without a collector, and with one no more than what may leave."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mediawatch.telemetry import export_by_environment
from tests.support.sinks import HttpSink

INCLUDE = Path(__file__).parents[2] / "include"
WORK = """
from mediawatch import telemetry
print(telemetry.export_by_environment())
with telemetry.stage_work("extract", day="2026-04-29", batch=""):
    pass
telemetry.rows_written("extract", {"articles": 3})
try:
    with telemetry.stage_work("audit", day="2026-04-29"):
        raise ValueError("hunter2 is the password")
except ValueError:
    print("raised")
"""


def work(**variables: str) -> str:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("OTEL_")}
    environ["PYTHONPATH"] = f"{INCLUDE}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"
    return subprocess.run(
        [sys.executable, "-c", WORK], env=environ | variables, capture_output=True, text=True, check=True
    ).stdout


@pytest.mark.slow
def test_a_process_sends_what_it_did_and_not_what_an_error_says() -> None:
    with HttpSink() as sink:
        said = work(OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{sink.port}", OTEL_SERVICE_NAME="news")
    sent = {path: b"".join(p.body for p in sink.received if p.path == path) for path in ("/v1/traces", "/v1/metrics")}

    assert said.split() == ["True", "raised"]
    for word in (b"stage extract", b"stage audit", b"2026-04-29", b"ValueError", b"news"):
        assert word in sent["/v1/traces"]
    for word in (b"mediawatch.stage.time", b"mediawatch.stage.partitions", b"mediawatch.stage.rows", b"failed"):
        assert word in sent["/v1/metrics"]
    assert b"hunter2" not in b"".join(sent.values())


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": ""},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9", "OTEL_SDK_DISABLED": "true"},
    ],
)
def test_nothing_is_sent_unless_a_collector_is_named(variables: dict[str, str]) -> None:
    assert export_by_environment(variables) is False


@pytest.mark.slow
def test_without_a_collector_the_work_is_done_all_the_same() -> None:
    assert work().split() == ["False", "raised"]
