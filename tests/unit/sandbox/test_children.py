"""Where children may be started from, what they know of this process, and that none outlives it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from mediawatch.sandbox import Done, Sandbox, shared_sandbox
from tests.support.busy_sandbox import start_busy
from tests.support.hostile import task
from tests.support.processes import is_alive, soon_gone

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SECRETS = {
    "MEDIAWATCH_CHANNEL_NEWS": "mailto://user:canary@mail.example",
    "MEDIAWATCH_ELASTICSEARCH_PASSWORD": "canary",
    "AWS_SECRET_ACCESS_KEY": "canary",
    "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": "postgresql://user:canary@db.example/airflow",
    "HTTPS_PROXY": "http://user:canary@proxy.example",
}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


def value(sandbox: Sandbox, word: str) -> Any:
    result = sandbox.read(task(), word)
    assert isinstance(result, Done)
    return result.value


def test_no_secret_reaches_a_child(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, secret in SECRETS.items():
        monkeypatch.setenv(name, secret)
    seen, initial = value(sandbox, "environment")
    assert not SECRETS.keys() & seen.keys()
    assert b"canary" not in initial
    assert "PATH" in seen
    server = Path(f"/proc/{sandbox.children.server_pid}/environ").read_bytes()
    assert b"canary" not in server
    assert b"PATH=" in server


def test_several_threads_share_the_children(sandbox: Sandbox) -> None:
    asked = [[f"{thread} {n}" for n in range(20)] for thread in range(4)]
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda words: sandbox.read_all(task(), words), asked))
    assert [[result.value[0] for result in results if isinstance(result, Done)] for results in found] == asked
    assert sandbox.children.started <= 4


def _read_in_daemon(line: Any) -> None:
    result = shared_sandbox().read(task(), "a")
    line.send((multiprocessing.current_process().daemon, isinstance(result, Done)))


def test_a_daemonic_process_may_use_it() -> None:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_read_in_daemon, args=(theirs,), daemon=True)
    process.start()
    assert ours.recv() == (True, True)
    process.join(60)


def test_a_fork_has_children_of_its_own_from_the_same_server_and_leaves_its_parents_alone() -> None:
    sandbox = shared_sandbox()
    before, server = value(sandbox, "parents")
    pid = os.fork()
    if pid == 0:
        other, its_server = value(shared_sandbox(), "parents")
        is_right = shared_sandbox() is not sandbox and other != before and its_server == server
        os._exit(0 if is_right and is_alive(other) else 1)
    assert os.waitpid(pid, 0)[1] == 0
    assert value(sandbox, "parents") == (before, server)


def test_children_of_a_fork_end_with_it() -> None:
    value(shared_sandbox(), "a")
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.write(writing, b"%d" % value(shared_sandbox(), "parents")[0])
        os._exit(0)
    os.waitpid(pid, 0)
    child = int(os.read(reading, 20))
    assert soon_gone(child)


def test_a_server_that_was_killed_is_replaced(sandbox: Sandbox) -> None:
    assert value(sandbox, "a")
    server = sandbox.children.server_pid
    assert server is not None
    os.kill(server, signal.SIGKILL)
    assert isinstance(sandbox.read_all(task(), ["die"])[0].detail, str)  # type: ignore[union-attr]
    assert value(sandbox, "b")[0] == "b"
    assert sandbox.children.server_pid != server


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_outlives_a_process_that_is_ended_while_it_reads(ending: signal.Signals) -> None:
    process, server, children = start_busy()
    process.send_signal(ending)
    process.communicate(timeout=60)  # ends when all who have its output open have ended
    assert all(soon_gone(number) for number in (process.pid, server, *children))


def test_a_busy_child_does_not_outlive_the_process_that_it_was_forked_from() -> None:
    process, server, children = start_busy()
    process.send_signal(signal.SIGSTOP)  # so that it cannot end them either
    try:
        os.kill(server, signal.SIGKILL)
        assert all(soon_gone(number) for number in children)
    finally:
        process.kill()
        process.communicate()


def test_closing_ends_them_all(sandbox: Sandbox) -> None:
    child, server = value(sandbox, "parents")
    sandbox.close()
    assert not is_alive(server)
    assert soon_gone(child)
    assert value(sandbox, "parents")[1] != server


def test_what_children_print_does_not_get_between_the_lines_of_a_command() -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); from mediawatch.sandbox import *; "
        "from tests.support.hostile import task; shared_sandbox().read(task(function=print, name='p'), 'noise')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(Path(__file__).parents[3])],
        env={**os.environ, "PYTHONPATH": "include"},
        capture_output=True,
        check=True,
        timeout=120,
    )
    assert done.stdout == b""
