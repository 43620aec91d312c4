from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from demo.airflow import free_port
from demo.airflow_api import COMPONENTS, Api, Task, summary
from mediawatch.errors import Unavailable

HEALTH = {
    "metadatabase": {"status": "healthy"},
    "scheduler": {"status": "unhealthy", "latest_scheduler_heartbeat": "2026-01-05T06:00:00+00:00"},
    "dag_processor": {"status": None},
}
LOG = {
    "content": [
        {"event": "::group::Pre Execute"},
        {"event": "shard 1: 20 of 60 pages", "level": "info"},
        {"event": "Task failed", "error_detail": [{"exc_type": "Unavailable", "exc_value": "no disk"}]},
    ]
}
ANSWERS = {
    "/api/v2/monitor/health": HEALTH,
    "/api/v2/dags/d/dagRuns/r/taskInstances/fetch_shard/logs/2?map_index=1&full_content=True": LOG,
}


@pytest.fixture
def api() -> Iterator[Api]:
    class Server(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = ANSWERS.get(self.path)
            self.send_response(200 if answer else 404)
            self.end_headers()
            self.wfile.write(json.dumps(answer or {"detail": "no such thing"}).encode())

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Server)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Api(url=f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    server.server_close()
    thread.join()


def test_health_names_every_component(api: Api) -> None:
    assert api.health() == {
        "metadatabase": "healthy",
        "scheduler": "unhealthy",
        "dag_processor": "not running",
        "triggerer": "not running",
    }


def test_health_of_a_server_that_is_not_there() -> None:
    assert Api(url=f"http://127.0.0.1:{free_port()}").health() == dict.fromkeys(COMPONENTS, "no answer")


def test_a_refusal_keeps_airflows_words(api: Api) -> None:
    with pytest.raises(Unavailable, match=r"404 to GET .*no such thing"):
        api.state("harvest_news", "unknown")


def test_a_log_is_its_events_and_its_errors(api: Api) -> None:
    task = Task(dag_id="d", run_id="r", task_id="fetch_shard", map_index=1, attempt=2, state="failed")
    assert api.log(task).splitlines() == ["shard 1: 20 of 60 pages", "Task failed  Unavailable: no disk"]


@pytest.mark.parametrize(("map_index", "label"), [(-1, "fetch_shard"), (0, "fetch_shard[0]"), (12, "fetch_shard[12]")])
def test_label(map_index: int, label: str) -> None:
    task = Task(dag_id="d", run_id="r", task_id="fetch_shard", map_index=map_index, attempt=1, state="success")
    assert task.label == label


@pytest.mark.parametrize(
    ("states", "line"),
    [
        ({}, ""),
        ({"a": "success", "b": "success", "c": "waiting"}, "2 success, 1 waiting"),
        ({"a": "success", "s[1]": "running", "s[0]": "running"}, "1 success; running s[0] s[1]"),
        ({"s[0]": "failed", "t": "upstream_failed"}, "1 upstream_failed; failed s[0]"),
        ({"s[0]": "running"}, "running s[0]"),
    ],
)
def test_summary(states: dict[str, str], line: str) -> None:
    assert summary(states) == line
