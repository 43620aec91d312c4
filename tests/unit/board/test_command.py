"""`mediawatch board` as a process: it serves, says where, refuses a taken port, and ends on Ctrl-C."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.unit.board.printing import DAY, Front, Printed, an_article, print_day

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]
RUN = "import typer; from mediawatch.cli import board; app = typer.Typer(); board.add_to(app); app()"


@pytest.fixture(name="lake")
def _lake(tmp_path: Path) -> Path:
    print_day(Front(tmp_path).store, Printed(articles=[an_article("关税谈判")]))
    return tmp_path / "lake"


@contextmanager
def running(lake: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    environ = {key: value for key, value in os.environ.items() if not key.startswith("MEDIAWATCH_")}
    environ["PYTHONPATH"] = os.pathsep.join((str(ROOT / "include"), os.environ.get("PYTHONPATH", "")))
    command = [sys.executable, "-c", RUN, "--lake", str(lake), "--catalog", str(ROOT / "include/sources"), *options]
    with subprocess.Popen(command, env=environ, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def address_of(process: subprocess.Popen[str]) -> str:
    assert process.stderr is not None
    for line in process.stderr:
        if found := re.search(r"http://127\.0\.0\.1:\d+/", line):
            return found[0]
    raise AssertionError("the board ended without an address")


def test_it_serves_the_lake_and_ends_when_asked(lake: Path) -> None:
    with running(lake, "--port", "0") as process:
        with urllib.request.urlopen(address_of(process)) as answer:  # noqa: S310 -- our own address
            assert "关税谈判" in answer.read().decode()
        process.send_signal(signal.SIGINT)
        assert process.wait(30) in (0, 130)


def test_it_can_only_prepare_the_shelf(lake: Path) -> None:
    with running(lake, "--prepare") as process:
        assert process.wait(60) == 0
    assert (lake / "shelf" / f"day={DAY}").is_dir()
    assert not (lake / "bodies").exists()  # the day is long past


def test_a_taken_port_is_said(lake: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with running(lake, "--port", str(taken.getsockname()[1])) as process:
            _, told = process.communicate(timeout=60)
    assert process.returncode != 0
    assert "Choose another --port" in told
