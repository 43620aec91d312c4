"""The requests that bring the dashboards into a Kibana, as a local sink receives them.

There is no Kibana here: this proves the requests and what is made of the answers, not that Kibana draws anything.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from mediawatch.errors import BadConfiguration, Unavailable
from mediawatch.kibana import render, stale_rules
from mediawatch.workflow.dashboards import PREFERENCES, Kibana, import_dashboards

OBJECTS = render("en").count(b"\n")


@dataclass(slots=True)
class Sink:
    """Answers as Kibana's documentation says; `answers` replaces the answer to one "METHOD path"."""

    url: str = ""
    requests: list[tuple[str, str, Message, bytes]] = field(default_factory=list)
    answers: dict[str, tuple[int, Any]] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    spaces: set[str] = field(default_factory=set)
    settings: dict[str, Any] = field(default_factory=dict)
    rules: dict[str, Any] = field(default_factory=dict)

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, Any]:
        """Status and JSON."""
        bare = urlsplit(path).path
        if f"{method} {bare}" in self.answers:
            return self.answers[f"{method} {bare}"]
        bare = "/" + bare.split("/", 3)[3] if bare.startswith("/s/") else bare
        if bare == "/api/status":
            return 200, {"version": {"number": "9.5.2"}}
        if bare.endswith("/_import"):
            return 200, {"success": True, "successCount": OBJECTS, "successResults": []}
        if bare.startswith("/api/spaces/space"):
            return self._space(method, bare, body)
        if bare == "/internal/kibana/settings":
            if method == "POST":
                self.settings |= {name: {"userValue": v} for name, v in json.loads(body)["changes"].items()}
            return 200, {"settings": self.settings}
        return self._rule(method, bare.rpartition("/")[2], body)

    def _space(self, method: str, path: str, body: bytes) -> tuple[int, Any]:
        if method == "POST":
            self.spaces.add(json.loads(body)["id"])
            return 200, json.loads(body)
        return (200, {"id": "news"}) if path.rpartition("/")[2] in self.spaces else (404, {"message": "Not Found"})

    def _rule(self, method: str, name: str, body: bytes) -> tuple[int, Any]:
        if method == "GET":
            return (200, self.rules[name]) if name in self.rules else (404, {"message": "no rule"})
        assert (method == "PUT") is (name in self.rules)
        self.rules[name] = json.loads(body)
        return 200, {"id": name}

    def asked(self) -> list[str]:
        """Methods and paths, in order."""
        return [f"{method} {path}" for method, path, _, _ in self.requests]


@pytest.fixture
def sink() -> Iterator[Sink]:
    """A server that notes what it is asked."""
    sink = Sink()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            sink.requests.append((self.command, self.path, self.headers, body))
            status, content = sink.answer(self.command, self.path, body)
            sent = content if isinstance(content, bytes) else json.dumps(content).encode()
            self.send_response(status)
            for name, value in sink.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        do_GET = do_POST = do_PUT = _answer  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    sink.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield sink
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def uploaded(headers: Message, body: bytes) -> Message:
    """The one part of a multipart request."""
    whole = message_from_bytes(f"Content-Type: {headers['Content-Type']}\r\n\r\n".encode() + body)
    (part,) = whole.get_payload()
    assert isinstance(part, Message)
    return part


def test_the_file_is_posted_as_it_is_generated(sink: Sink) -> None:
    done = import_dashboards(Kibana(url=sink.url, language="zh", prefix="gazette"))

    method, path, headers, body = sink.requests[1]
    part = uploaded(headers, body)
    assert (method, urlsplit(path).path) == ("POST", "/api/saved_objects/_import")
    assert parse_qs(urlsplit(path).query) == {"overwrite": ["true"]}
    assert headers["kbn-xsrf"]
    assert part.get_param("name", header="content-disposition") == "file"
    assert part.get_filename() == "mediawatch.zh.ndjson"
    assert part.get_payload(decode=True) == render("zh", "gazette")
    assert (done.version, done.objects, done.rules, done.warnings) == ("9.5.2", OBJECTS, 0, ())


def test_a_named_space_is_made_once_and_used(sink: Sink) -> None:
    kibana = Kibana(url=f"{sink.url}/", space="news")
    import_dashboards(kibana)
    import_dashboards(kibana)

    assert sink.spaces == {"news"}
    assert sink.asked().count("POST /api/spaces/space") == 1
    assert sink.asked().count("POST /s/news/api/saved_objects/_import?overwrite=true") == 2


def test_a_space_that_another_made_in_between_is_taken(sink: Sink) -> None:
    sink.answers["POST /api/spaces/space"] = (409, {"message": "exists"})

    assert import_dashboards(Kibana(url=sink.url, space="news")).objects == OBJECTS


def test_preferences_are_set_where_nobody_chose(sink: Sink) -> None:
    sink.settings["dateFormat:tz"] = {"userValue": "Asia/Shanghai"}

    (warning,) = import_dashboards(Kibana(url=sink.url)).warnings

    assert "dateFormat:tz is Asia/Shanghai" in warning
    assert sink.settings["courier:ignoreFilterIfFieldNotInIndex"] == {"userValue": True}
    assert sink.settings["dateFormat:tz"] == {"userValue": "Asia/Shanghai"}


def test_preferences_that_are_set_are_left_alone(sink: Sink) -> None:
    sink.settings |= {name: {"userValue": value} for name, value in PREFERENCES.items()}

    assert import_dashboards(Kibana(url=sink.url)).warnings == ()
    assert "POST /internal/kibana/settings" not in sink.asked()


def test_rules_are_created_and_then_changed(sink: Sink) -> None:
    kibana = Kibana(url=sink.url, space="news")
    rules = stale_rules("en", "mediawatch")

    assert import_dashboards(kibana, with_rules=True).rules == len(rules)
    created = dict(sink.rules)
    assert import_dashboards(kibana, with_rules=True).rules == len(rules)

    assert created == {rule.id("news"): dict(rule.body()) for rule in rules}
    assert all("rule_type_id" not in body and "consumer" not in body for body in sink.rules.values())


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ({}, None),
        ({"api_key": "a2V5"}, "ApiKey a2V5"),
        ({"username": "u", "password": "p"}, "Basic dTpw"),
        ({"username": "u", "password": "p", "api_key": "a2V5"}, "ApiKey a2V5"),
    ],
)
def test_credentials_are_sent(sink: Sink, given: dict[str, str], sent: str | None) -> None:
    import_dashboards(replace(Kibana(url=sink.url), **given))

    assert {headers["Authorization"] for _, _, headers, _ in sink.requests} == {sent}


def test_an_object_that_is_refused_is_named(sink: Sink) -> None:
    error = {"type": "dashboard", "id": "mw-overview", "error": {"type": "unknown", "message": "too new"}}
    sink.answers["POST /api/saved_objects/_import"] = (
        200,
        {"success": False, "successCount": OBJECTS - 1, "errors": [error]},
    )

    with pytest.raises(BadConfiguration, match=f"{OBJECTS - 1} of {OBJECTS} .*dashboard mw-overview: unknown too new"):
        import_dashboards(Kibana(url=sink.url))


def test_success_with_too_few_objects_is_no_success(sink: Sink) -> None:
    sink.answers["POST /api/saved_objects/_import"] = (200, {"success": True, "successCount": 3})

    with pytest.raises(BadConfiguration, match=f"3 of {OBJECTS}"):
        import_dashboards(Kibana(url=sink.url))


def test_objects_that_got_other_ids_are_warned_of(sink: Sink) -> None:
    moved = {"type": "dashboard", "id": "mw-overview", "destinationId": "0b1c"}
    sink.answers["POST /api/saved_objects/_import"] = (
        200,
        {"success": True, "successCount": OBJECTS, "successResults": [moved]},
    )

    (warning,) = import_dashboards(Kibana(url=sink.url)).warnings

    assert "mw-overview" in warning


@pytest.mark.parametrize(
    ("status", "content", "error", "says"),
    [
        (503, {"message": "starting"}, Unavailable, "not ready"),
        (429, {}, Unavailable, "busy"),
        (401, {"message": "no"}, BadConfiguration, "credentials"),
        (403, b"<html>", BadConfiguration, "credentials"),
        (404, {"message": "Not Found"}, BadConfiguration, "404"),
        (500, {"message": "missing encryption key"}, BadConfiguration, "encryption key"),
        (200, b"<html>", BadConfiguration, "not Kibana"),
        (200, {"version": {"number": "8.11.4"}}, BadConfiguration, "too old"),
    ],
)
def test_what_a_person_must_mend_differs_from_what_passes(
    sink: Sink, status: int, content: Any, error: type[Exception], says: str
) -> None:
    sink.answers["GET /api/status"] = (status, content)

    with pytest.raises(error, match=says):
        import_dashboards(Kibana(url=sink.url))
    assert len(sink.requests) == 1


def test_a_redirect_names_the_missing_base_path(sink: Sink) -> None:
    sink.headers["Location"] = "/kibana/login"
    sink.answers["GET /api/status"] = (302, b"")

    with pytest.raises(BadConfiguration, match="/kibana/login.*base path"):
        import_dashboards(Kibana(url=sink.url))


def test_nobody_there_is_a_matter_of_time() -> None:
    with pytest.raises(Unavailable, match="does not answer"):
        import_dashboards(Kibana(url="http://127.0.0.1:9"))


@pytest.mark.parametrize("url", ["", "kibana", "http://"])
def test_a_bad_address_is_a_matter_of_settings(url: str) -> None:
    with pytest.raises(BadConfiguration, match="MEDIAWATCH_KIBANA_URL"):
        import_dashboards(Kibana(url=url))
