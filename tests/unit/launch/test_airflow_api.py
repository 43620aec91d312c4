from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from launch.airflow import free_port
from launch.airflow_api import BUSY_TRIES, COMPONENTS, Api, Task, summary
from launch.airflow_login import Login
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
    }


def test_health_of_a_server_that_is_not_there() -> None:
    assert Api(url=f"http://127.0.0.1:{free_port()}").health() == dict.fromkeys(COMPONENTS, "no answer")


def test_a_refusal_keeps_airflows_words(api: Api) -> None:
    with pytest.raises(Unavailable, match=r"404 to GET .*no such thing"):
        api.state("harvest_news", "unknown")


def test_a_log_is_its_events_and_its_errors(api: Api) -> None:
    task = Task(dag_id="d", run_id="r", task_id="fetch_shard", map_index=1, attempt=2, state="failed")
    assert api.log(task).splitlines() == ["shard 1: 20 of 60 pages", "Task failed  Unavailable: no disk"]


def test_all_tasks_of_a_run_are_found_although_a_page_has_a_hundred() -> None:
    """Airflow gives no more than `maximum_page_limit` of [api], whatever it is asked for."""
    names = [f"t{number}" for number in range(250)]
    tasks = [
        {"task_id": name, "map_index": -1, "try_number": 1, "state": "success", "end_date": None} for name in names
    ]
    for item in tasks:
        item |= {"dag_id": "d", "dag_run_id": "r"}
    pages = [(200, {"task_instances": tasks[start : start + 100], "total_entries": 250}) for start in (0, 100, 200)]
    server = Troubled(*pages)
    with server.serving() as url:
        assert [task.task_id for task in Api(url=url).tasks("d", "r")] == names
    assert [path.partition("offset=")[2].partition("&")[0] for _, path, *_ in server.asked] == ["0", "100", "200"]


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


class Troubled:
    """A server that answers each request by the next of `replies`: a status with a body, or None for none at all."""

    def __init__(self, *replies: tuple[int, object] | None) -> None:
        self.replies = [*replies]
        self.asked: list[tuple[str, str, object, str]] = []

    @contextmanager
    def serving(self) -> Iterator[str]:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"] or 0))
                authorised = self.headers["Authorization"] or ""
                outer.asked.append((self.command, self.path, json.loads(body or b"null"), authorised))
                reply = outer.replies.pop(0)
                if reply is None:
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                self.send_response(reply[0])
                self.end_headers()
                self.wfile.write(json.dumps(reply[1]).encode())

            do_GET = do_POST = do_PATCH = answer  # noqa: N815 - the names are the library's

            def log_message(self, *_: object) -> None: ...

        server = HTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


class Clock:
    """A clock that only sleeping moves."""

    now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def client(url: str, **options: object) -> Api:
    clock = Clock()
    return Api(url=url, **{"clock": clock, "sleep": clock.sleep, **options})  # type: ignore[arg-type]


@pytest.mark.parametrize("hiccup", [None, (500, {}), (503, {})])
def test_what_gets_no_answer_or_that_of_a_busy_server_is_asked_again(hiccup: tuple[int, object] | None) -> None:
    troubled = Troubled(hiccup, hiccup, (200, {"state": "running"}))
    with troubled.serving() as url:
        assert client(url).state("d", "r") == "running"
    assert len(troubled.asked) == 3


def test_a_run_asked_for_twice_because_an_answer_was_lost_is_one_run() -> None:
    troubled = Troubled(None, (409, {"detail": "exists"}))
    with troubled.serving() as url:
        run_id = client(url).trigger("harvest_news", {"day": "2026-01-05"})
    bodies = [body for _, _, body, _ in troubled.asked]
    assert bodies[0] == bodies[1] == {"dag_run_id": run_id, "logical_date": None, "conf": {"day": "2026-01-05"}}


def test_two_runs_are_two() -> None:
    troubled = Troubled((200, {}), (200, {}))
    with troubled.serving() as url:
        api = client(url)
        assert api.trigger("harvest_news", {}) != api.trigger("harvest_news", {})


def test_a_server_that_stays_busy_is_believed_in_the_end() -> None:
    troubled = Troubled(*[(503, {"detail": "database is locked"})] * BUSY_TRIES)
    with troubled.serving() as url, pytest.raises(Unavailable, match="503 to GET .*database is locked"):
        client(url).state("d", "r")


def test_silence_is_put_up_with_for_a_good_while_and_then_said() -> None:
    clock = Clock()
    api = Api(url=f"http://127.0.0.1:{free_port()}", clock=clock, sleep=clock.sleep)
    with pytest.raises(Unavailable, match=r"has not answered GET dags/d/dagRuns/r for 8\d\d s"):
        api.state("d", "r")
    assert 800 < clock.now <= 900


def test_nobody_is_asked_again_once_that_is_hopeless() -> None:
    def check() -> None:
        raise Unavailable("Airflow's api-server was given up")

    with pytest.raises(Unavailable, match="was given up"):
        client(f"http://127.0.0.1:{free_port()}", check=check).state("d", "r")


@pytest.fixture
def login(tmp_path: Path) -> Login:
    return Login(username="ann", password="harbour", file=tmp_path / "passwords.json", options={})  # noqa: S106


def test_where_a_password_is_asked_for_the_client_logs_in_and_again_when_its_token_is_old(login: Login) -> None:
    troubled = Troubled(
        (401, {"detail": "Not authenticated"}),
        (201, {"access_token": "first"}),
        (200, {"state": "queued"}),
        (401, {"detail": "Token Expired"}),
        (503, {}),
        (401, {"detail": "Token Expired"}),
        (201, {"access_token": "second"}),
        (200, {"state": "running"}),
    )
    with troubled.serving() as url:
        api = client(url, login=login)
        assert [api.state("d", "r"), api.state("d", "r")] == ["queued", "running"]
    assert [path for _, path, _, _ in troubled.asked].count("/auth/token") == 3
    assert troubled.asked[1][2] == {"username": "ann", "password": "harbour"}
    assert [token for _, path, _, token in troubled.asked if path != "/auth/token"] == [
        *("", "Bearer first", "Bearer first", "Bearer first", "Bearer second")
    ]


def test_a_wrong_password_is_said_with_the_file_it_stands_in_and_not_shown(login: Login) -> None:
    troubled = Troubled((401, {}), (401, {"detail": "Invalid credentials"}))
    with troubled.serving() as url, pytest.raises(Unavailable) as failure:
        client(url, login=login).state("d", "r")
    assert f"refuses the password of ann in {login.file}" in str(failure.value)
    assert "harbour" not in str(failure.value) + repr(login)


def test_runs_that_are_not_over_are_found_and_ended() -> None:
    found = {
        "dag_id": "build_day",
        "dag_run_id": "r1",
        "state": "running",
        "queued_at": "2026-01-05T06:00:00Z",
        "start_date": None,
        "run_after": "2026-01-05T05:00:00Z",
    }
    troubled = Troubled((200, {"dag_runs": [found]}), (200, {}))
    with troubled.serving() as url:
        api = client(url)
        (run,) = api.active_runs()
        api.fail(run)
    assert (str(run), run.asked_at.isoformat()) == ("build_day r1 (running)", "2026-01-05T06:00:00+00:00")
    assert troubled.asked[1][:3] == ("PATCH", "/api/v2/dags/build_day/dagRuns/r1", {"state": "failed"})
