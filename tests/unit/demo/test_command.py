"""The demo's command line: what it says of itself, of what it cannot use, and how it ends when it is stopped."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]


def test_the_demo_explains_itself() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "demo", "--help"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": "include"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "`make demo`: the whole product at work" in done.stdout


@contextmanager
def a_demo(folder: Path, *arguments: str, **variables: str) -> Iterator[subprocess.Popen[str]]:
    """A demo on `folder`, in a process of its own, killed at the latest when the test is over."""
    environ = {key: value for key, value in os.environ.items() if key != "ELASTICSEARCH_URL"}
    process = subprocess.Popen(
        [sys.executable, "-m", "demo", "--folder", str(folder), *arguments],
        cwd=ROOT,
        env={**environ, "PYTHONPATH": "include", **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def test_a_second_demo_on_one_folder_is_told_which_process_has_it(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from launch.claims import sole_use\n"
        "with sole_use(Path(sys.argv[1]), 'make demo'): print('up', flush=True); time.sleep(600)"
    )
    holder = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout is not None
        holder.stdout.readline()
        with a_demo(tmp_path) as demo:
            said, _ = demo.communicate(timeout=120)
    finally:
        holder.kill()
        holder.communicate()
    assert demo.returncode == 2
    assert f"`make demo` runs on {tmp_path} already: stop it" in said
    assert f"`kill {holder.pid}`" in said


@pytest.mark.parametrize("days", ["", "many", "-1"])
def test_days_that_are_no_number_are_one_sentence(tmp_path: Path, days: str) -> None:
    (tmp_path / "folder").write_text("in the way")
    with a_demo(tmp_path / "folder", DAYS=days) as demo:
        said, _ = demo.communicate(timeout=120)
    assert demo.returncode == 2
    assert "Traceback" not in said
    assert (f"DAYS={days} is not a whole number." if days else "cannot be used as a folder of ours") in said


@pytest.mark.server
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(
    ("phase", "number", "code"),
    [
        ("Starting Elasticsearch", signal.SIGHUP, 129),
        ("The newsroom is open", signal.SIGTERM, 143),
        ("Starting Airflow", signal.SIGTERM, 143),
    ],
)
def test_in_every_phase_a_signal_ends_all_of_it_and_keeps_the_folder(
    open_folder: Path, phase: str, number: signal.Signals, code: int
) -> None:
    with a_demo(open_folder / "demo", "--once", "--days", "2") as demo:
        assert demo.stdout is not None
        said = []
        for line in demo.stdout:
            said.append(line)
            if phase in line:
                break
        started = psutil.Process(demo.pid).children(recursive=True)
        demo.send_signal(number)
        rest = demo.stdout.read()
        assert demo.wait(timeout=600) == code, "".join(said) + rest
    assert f"Stopped ({number.name}). Everything collected is kept" in rest
    assert "Traceback" not in rest
    assert left_of(started) == []
    assert not list(open_folder.rglob("*processes.json"))
    assert (open_folder / "demo").is_dir()


def test_a_port_that_the_newsroom_had_and_somebody_else_has_now_is_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.2", 0)) as other:
        port = other.getsockname()[1]
        (tmp_path / "newsroom-port").write_text(str(port))
        with a_demo(tmp_path, ELASTICSEARCH_URL=f"http://127.0.0.2:{port}") as demo:
            said, _ = demo.communicate(timeout=120)
    assert demo.returncode == 2
    assert f"Port {port}, on which the newsroom of {tmp_path} lives, is in use" in said


def left_of(started: list[psutil.Process]) -> list[psutil.Process]:
    """Those that run ten seconds later: one that was killed needs a moment to be gone."""
    end = time.monotonic() + 10
    while (left := [process for process in started if is_running(process)]) and time.monotonic() < end:
        time.sleep(0.05)
    return left


def is_running(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    return False


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everybody can get to, Elasticsearch's user too (pytest's own are closed)."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as name:
        Path(name).chmod(0o755)
        yield Path(name)
