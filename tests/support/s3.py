"""Stores to test against: one folder, and one prefix on an S3-compatible server.

That is versitygw where it was built (`python -m launch.versitygw` does, and so does `make test`), else moto in this
process.  A test module takes the fixtures by `pytest_plugins = ("tests.support.s3",)`.
"""

from __future__ import annotations

import logging
import os
import secrets
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

import pytest

from launch.airflow_components import free_port
from launch.console import Progress
from launch.elasticsearch_server import reaches
from launch.patience import Manner, Patience, Watch, size_of
from launch.supervision import Supervisor
from launch.versitygw import S3Plan, built, server, usual_cache
from mediawatch.lake.opening import open_store
from mediawatch.lake.store import Store

BUCKET = "lake-bucket"


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server on a free port of 127.0.0.1 with one bucket; the AWS_* variables lead to it, also in child processes."""
    program = built(usual_cache())
    opened = running_moto() if program is None else running_versitygw(program, tmp_path_factory.mktemp("s3"))
    with opened as variables:
        before = {name: os.environ.get(name) for name in variables}
        os.environ.update(variables)
        _make_bucket()
        yield variables["AWS_ENDPOINT_URL"]
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


@contextmanager
def running_versitygw(program: Path, folder: Path) -> Iterator[Mapping[str, str]]:
    """The server that `make stack` runs; the environment of its clients."""
    plan = S3Plan(
        program=program, folder=folder, port=free_port(), access_key="tests", secret_key=secrets.token_hex(16)
    )
    progress: Progress = print
    with Supervisor([server(plan)], folder / "processes.json", progress) as supervisor:
        watch = Watch(signs={"its log": size_of(plan.log)}, log=plan.log)
        for _ in Patience("versitygw to answer", watch, progress, Manner(poll_seconds=0.05)).ticks():
            supervisor.check()
            if reaches("127.0.0.1", plan.port):
                break
        supervisor.settle()
        yield plan.variables


@contextmanager
def running_moto() -> Iterator[Mapping[str, str]]:
    """moto's server in this process; the environment of its clients.  Skips, and says so, where there is none."""
    moto = pytest.importorskip(
        "moto.server", reason="needs an S3-compatible server: neither versitygw (Go) nor moto is installed"
    )
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    threaded = moto.ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    threaded.start()
    host, port = threaded.get_host_and_port()
    threaded._server.app = _with_atomic_creates(threaded._server.app)
    names = ("AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_DEFAULT_REGION")
    yield dict(zip(names, (f"http://{host}:{port}", "key", "secret", "us-east-1", "us-east-1"), strict=True))
    threaded.stop()


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
