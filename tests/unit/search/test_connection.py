"""Reaching a server: what we say who we are, and what each failure means."""

from __future__ import annotations

import base64
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from mediawatch.errors import BadConfiguration, Unavailable
from mediawatch.search import connect
from mediawatch.settings import Settings


@contextmanager
def answering(status: int, body: bytes = b"{}", product: str = "Elasticsearch") -> Iterator[tuple[str, list[Any]]]:
    """A server that gives every request the same answer; yields its address and the headers it received."""
    received: list[Any] = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            received.append(self.headers)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            if product:
                self.send_header("X-Elastic-Product", product)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", received
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_basic_authentication() -> None:
    with answering(200) as (url, received):
        connect(
            Settings(elasticsearch_url=url, elasticsearch_username="ann", elasticsearch_password=SecretStr("hunter2"))
        )

    assert received[0]["Authorization"] == "Basic " + base64.b64encode(b"ann:hunter2").decode()


def test_an_api_key_wins_over_a_password() -> None:
    with answering(200) as (url, received):
        connect(
            Settings(
                elasticsearch_url=url,
                elasticsearch_username="ann",
                elasticsearch_password=SecretStr("hunter2"),
                elasticsearch_api_key=SecretStr("a2V5"),
            )
        )

    assert received[0]["Authorization"] == "ApiKey a2V5"


def test_without_a_url_there_is_nothing_to_connect_to() -> None:
    with pytest.raises(BadConfiguration, match="MEDIAWATCH_ELASTICSEARCH_URL"):
        connect(Settings())


def test_nobody_answers() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        with pytest.raises(Unavailable):
            connect(Settings(elasticsearch_url=url))


@pytest.mark.parametrize("status", [429, 503])
def test_a_server_that_is_not_ready_can_be_asked_again(status: int) -> None:
    body = b'{"error": {"type": "x", "reason": "starting up"}}'
    with answering(status, body) as (url, _), pytest.raises(Unavailable, match="starting up"):
        connect(Settings(elasticsearch_url=url))


def test_wrong_credentials_need_a_person() -> None:
    body = b'{"error": {"type": "security_exception", "reason": "who are you"}}'
    with answering(401, body) as (url, _), pytest.raises(BadConfiguration, match="who are you"):
        connect(Settings(elasticsearch_url=url))


def test_a_key_that_may_not_see_the_health_is_good_enough() -> None:
    with answering(403) as (url, received):
        connect(Settings(elasticsearch_url=url))

    assert received


def test_another_major_version_needs_a_person() -> None:
    body = b'{"error": {"type": "media_type_header_exception", "reason": "Invalid media-type"}}'
    with answering(400, body) as (url, _), pytest.raises(BadConfiguration, match="Elasticsearch 9"):
        connect(Settings(elasticsearch_url=url))


def test_something_else_answers() -> None:
    with answering(200, product="") as (url, _), pytest.raises(BadConfiguration, match="not Elasticsearch"):
        connect(Settings(elasticsearch_url=url))


def test_a_missing_file_of_certificates_needs_a_person(tmp_path: Path) -> None:
    settings = Settings(elasticsearch_url="https://127.0.0.1:9", elasticsearch_ca_certs=str(tmp_path / "no.pem"))
    with pytest.raises(BadConfiguration, match=r"no\.pem"):
        connect(settings)


def test_an_address_that_is_none_needs_a_person() -> None:
    with pytest.raises(BadConfiguration):
        connect(Settings(elasticsearch_url="harbour.example"))
