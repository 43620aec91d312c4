"""Stores to test against: one folder, and one prefix on an S3-compatible server (moto) in this process.

A test module takes the fixtures by `pytest_plugins = ("tests.support.s3",)`.
"""

from __future__ import annotations

import logging
import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Lock
from typing import Any

import pytest

from mediawatch.lake.opening import open_store
from mediawatch.lake.store import Store

BUCKET = "lake-bucket"
_VARIABLES = ("AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_DEFAULT_REGION")


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """A server on a free port of 127.0.0.1 with one bucket; the AWS_* variables lead to it, also in child processes."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    assert server._server is not None
    server._server.app = _with_atomic_creates(server._server.app)
    before = {name: os.environ.get(name) for name in _VARIABLES}
    values = (f"http://{host}:{port}", "key", "secret", "us-east-1", "us-east-1")
    os.environ.update(dict(zip(_VARIABLES, values, strict=True)))
    _make_bucket()
    yield os.environ["AWS_ENDPOINT_URL"]
    server.stop()
    for name, value in before.items():
        os.environ.pop(name) if value is None else os.environ.update({name: value})


@pytest.fixture
def s3_url(s3_server: str) -> str:
    """The URL of an empty lake on S3."""
    return f"s3://{BUCKET}/{uuid.uuid4().hex}/lake"


@pytest.fixture(params=["disk", pytest.param("s3", marks=pytest.mark.server)])
def lake_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty lake: each test runs once on disk and once on S3."""
    if request.param == "disk":
        return str(tmp_path / "lake")
    return str(request.getfixturevalue("s3_url"))


@pytest.fixture
def store(lake_url: str) -> Store:
    """An empty store."""
    return open_store(lake_url)


def _make_bucket() -> None:
    from s3fs import S3FileSystem

    S3FileSystem(skip_instance_cache=True).mkdir(BUCKET)


def _with_atomic_creates(app: Callable[..., Any]) -> Callable[..., Any]:
    """Conditional PUTs one at a time: S3 promises that, moto looks first and writes then."""
    lock = Lock()

    def serve(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        if "HTTP_IF_NONE_MATCH" not in environ:
            return app(environ, start_response)
        with lock:
            return app(environ, start_response)

    return serve
