"""The parser as a service, over a real socket and by real processes."""

from __future__ import annotations

import json
import logging
import os
import pickle
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import psutil
import pytest

from mediawatch import __version__
from mediawatch.errors import BadConfiguration, Unavailable
from mediawatch.extraction.extractor import Work, extraction
from mediawatch.records import Reason
from mediawatch.sandbox import Done, ReadFailure, Sandbox, examples, read_at, server, shared_sandbox
from mediawatch.sandbox.children import Children
from mediawatch.sandbox.parser import listen_at
from mediawatch.sandbox.server import Server
from mediawatch.sandbox.values import write_value
from mediawatch.sources.pages import page_of
from mediawatch.sources.publishers import read_publishers
from tests.support.busy_sandbox import start_busy
from tests.support.hostile import task
from tests.support.processes import soon_gone

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

ROOT = Path(__file__).resolve().parents[3]
SECRETS = {"AWS_SECRET_ACCESS_KEY": "canary", "MEDIAWATCH_LINK_KEY": "canary" * 6}


@pytest.fixture
def path() -> Iterator[str]:
    """Where a parser may listen; folders of tests have longer names than a socket may have."""
    with tempfile.TemporaryDirectory(prefix="parser-") as folder:
        yield f"{folder}/socket"


def start(path: str) -> subprocess.Popen[bytes]:
    """A parser that listens."""
    process = subprocess.Popen(
        [sys.executable, "-m", "mediawatch.cli.main", "parser", "--socket", path],
        env=os.environ | SECRETS | {"PYTHONPATH": f"{ROOT / 'include'}:{ROOT}"},
        stderr=subprocess.DEVNULL,
    )
    Server.connect(path).close()
    return process


def end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()


@contextmanager
def parser_at(path: str) -> Iterator[subprocess.Popen[bytes]]:
    process = start(path)
    try:
        yield process
    finally:
        end(process)


@pytest.fixture
def parser(path: str) -> Iterator[subprocess.Popen[bytes]]:
    with parser_at(path) as process:
        yield process


@pytest.fixture
def sandbox(path: str, parser: subprocess.Popen[bytes]) -> Iterator[Sandbox]:
    with Sandbox(Children(parser=path)) as sandbox:
        yield sandbox


def value(sandbox: Sandbox, word: str) -> Any:
    result = sandbox.read(task(), word)
    assert isinstance(result, Done)
    return result.value


def work() -> list[Work]:
    pages = [file.read_bytes() for file in sorted((ROOT / "tests/golden/pages").glob("*.html"))]
    known = [
        page_of(examples.answer("", "text/html"), link_id=f"{n:032x}", url=f"{examples.HOME}{n}.html",
                final_url=f"{examples.HOME}{n}.html", source="example")
        for n in range(len(pages))
    ]  # fmt: skip
    return [(page, body, examples.SOURCE) for page, body in zip(known, pages, strict=True)]


def test_it_reads_what_children_of_our_own_read_byte_for_byte(sandbox: Sandbox) -> None:
    asked = extraction(read_publishers(ROOT / "include/sources/publishers"))
    with Sandbox() as own:
        here = own.read_all(asked, work(), at_once=2)
    there = sandbox.read_all(asked, work(), at_once=2)
    assert len(there) > 10
    assert [write_value(each.value) for each in there if isinstance(each, Done)] == [
        write_value(each.value) for each in here if isinstance(each, Done)
    ]
    assert all(isinstance(each, Done) for each in there)


def test_who_reads_is_a_child_of_the_parser_and_knows_none_of_its_secrets(
    sandbox: Sandbox, parser: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://user:canary@proxy.example")
    child, its_server = value(sandbox, "parents")
    assert psutil.Process(its_server).ppid() == parser.pid
    seen, initial = value(sandbox, "environment")
    assert b"canary" not in initial
    assert "canary" not in str(seen)
    for pid in (child, its_server, parser.pid):
        assert b"canary" not in Path(f"/proc/{pid}/environ").read_bytes()


@pytest.mark.parametrize(("word", "detail"), [("loop", "took more than 1 s"), ("hoard", "MemoryError")])
def test_the_limits_are_the_same(sandbox: Sandbox, word: str, detail: str) -> None:
    before, bad, after = sandbox.read_all(task(), ["before", word, "after"])
    assert isinstance(bad, ReadFailure)
    assert bad.detail.startswith(detail)
    assert isinstance(before, Done)
    assert isinstance(after, Done)


def test_a_parser_that_is_killed_in_the_middle_costs_no_item(
    sandbox: Sandbox, parser: subprocess.Popen[bytes], path: str
) -> None:
    words = [f"nap {n}" for n in range(60)]
    heard: list[int] = []
    again: list[subprocess.Popen[bytes]] = []

    def beat() -> None:
        heard.append(len(heard))
        if len(heard) == 20:
            end(parser)
            threading.Timer(1.0, lambda: again.append(start(path))).start()

    try:
        results = sandbox.read_all(task(), words, at_once=3, beat=beat)
    finally:
        for process in again:
            end(process)
    assert again
    assert [result.value[0] for result in results if isinstance(result, Done)] == words


def test_all_that_it_started_ends_with_it(sandbox: Sandbox, parser: subprocess.Popen[bytes]) -> None:
    numbers = value(sandbox, "parents")
    parser.kill()
    parser.wait()
    assert all(soon_gone(number) for number in numbers)


def test_a_busy_child_does_not_outlive_the_process_of_its_line(path: str, parser: subprocess.Popen[bytes]) -> None:
    process, its_server, children = start_busy(path)
    process.send_signal(signal.SIGSTOP)  # so that the lines to the children stay open
    try:
        os.kill(its_server, signal.SIGKILL)
        assert all(soon_gone(number) for number in (its_server, *children))
    finally:
        process.kill()
        process.communicate()
    assert parser.poll() is None


def test_nothing_outlives_the_parser_even_where_the_process_of_a_line_hangs(
    path: str, parser: subprocess.Popen[bytes]
) -> None:
    process, its_server, children = start_busy(path)
    for number in (process.pid, its_server):
        os.kill(number, signal.SIGSTOP)
    try:
        end(parser)
        assert all(soon_gone(number) for number in (its_server, *children))
    finally:
        process.kill()
        process.communicate()


def test_what_was_started_for_one_that_is_gone_ends(path: str, parser: subprocess.Popen[bytes]) -> None:
    with Sandbox(Children(parser=path)) as sandbox:
        numbers = value(sandbox, "parents")
    assert all(soon_gone(number) for number in numbers)
    assert parser.poll() is None


def test_an_item_that_ends_the_process_of_its_line_costs_itself_and_no_other(
    sandbox: Sandbox, parser: subprocess.Popen[bytes], caplog: pytest.LogCaptureFixture
) -> None:
    words = [f"word {n}" for n in range(20)]
    words[7] = "end the server"
    with caplog.at_level(logging.WARNING):
        results = sandbox.read_all(task(), words, at_once=3)
    assert [n for n, result in enumerate(results) if isinstance(result, ReadFailure)] == [7]
    assert results[7] == ReadFailure(
        reason=Reason.UNPARSABLE, detail="the process that reads pages ended while it was read, 3 times"
    )
    assert "end the server: the process that reads pages ended; again" in caplog.text
    assert parser.poll() is None


def test_one_line_neither_sees_nor_ends_the_children_of_another(path: str, parser: subprocess.Popen[bytes]) -> None:
    with Sandbox(Children(parser=path)) as one, Sandbox(Children(parser=path)) as other:
        (child, one_server), (_, other_server) = value(one, "parents"), value(other, "parents")
        assert one_server != other_server
        with pytest.raises(OSError, match="no end of a child"):
            Server.connect(path).end(child)
        assert value(one, "parents") == (child, one_server)


def test_a_fork_uses_the_same_parser(path: str, parser: subprocess.Popen[bytes]) -> None:
    read_at(path)
    try:
        _, its_server = value(shared_sandbox(), "parents")
        pid = os.fork()
        if pid == 0:
            is_right = value(shared_sandbox(), "parents")[1] == its_server
            shared_sandbox().close()
            is_right = is_right and psutil.Process(value(shared_sandbox(), "parents")[1]).ppid() == parser.pid
            os._exit(0 if is_right else 1)
        assert os.waitpid(pid, 0)[1] == 0
    finally:
        read_at("")
    assert value(shared_sandbox(), "parents")[1] != its_server


def test_where_none_listens_it_is_said_with_what_helps(
    path: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def hurried(path: str) -> Server:
        return connect(path, patience=0.3)

    connect = Server.connect
    monkeypatch.setattr(Server, "connect", hurried)
    with caplog.at_level(logging.WARNING), pytest.raises(Unavailable, match=r"No such file.*mediawatch parser.*SOCKET"):
        Sandbox(Children(parser=path)).read(task(), "a")
    assert f"no parser answers at {path}" in caplog.text


@contextmanager
def impostor(path: str, *said: bytes) -> Iterator[None]:
    """Somebody who says these messages to each that connects, and reads nothing."""
    listener = listen_at(path)

    def answer() -> None:
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            kept.append(Connection(line.detach()))
            for each in said:
                kept[-1].send_bytes(each)

    kept: list[Connection] = []
    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    try:
        yield
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()
        for line in kept:
            line.close()


def test_one_of_another_release_is_refused(path: str) -> None:
    with impostor(path, b'"0.0.0"'), pytest.raises(BadConfiguration, match="not of the release"):
        Server.connect(path)


class Deed:
    """What runs where somebody unpickles it."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (f"{tempfile.gettempdir()}/never-made-by-a-parser",)


@pytest.mark.parametrize(
    "said",
    [
        pickle.dumps(Deed()),
        pickle.dumps(7),
        b"[" * 60_000,
        b"x" * (server.MOST_SAID + 1),
        b"",
        json.dumps("no").encode(),
    ],
    ids=["a deed", "a pickle", "depth", "size", "nothing", "a fault"],
)
def test_what_it_says_is_no_more_than_a_wrong_answer(path: str, said: bytes) -> None:
    with (
        impostor(path, json.dumps(__version__).encode(), said),
        pytest.raises((Unavailable, RuntimeError), match=r"ends as soon as it is started|cannot do obey"),
    ):
        Sandbox(Children(parser=path)).read(task(), "a")
    assert not Path(f"{tempfile.gettempdir()}/never-made-by-a-parser").exists()


@pytest.mark.parametrize(
    "said", [b"[0]", b'{"a": 1}', b"[0, NaN]", b'["9", 1]', b"[0, -5]", b"[0, true]", b"[0, 1%s]" % (b"0" * 400), b"7"]
)
def test_an_end_that_is_none_is_not_believed(path: str, said: bytes) -> None:
    with impostor(path, json.dumps(__version__).encode(), said), pytest.raises(OSError, match="no end of a child"):
        Server.connect(path).end(1)


def test_a_line_on_which_nothing_moves_is_given_up(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "_STILL_SECONDS", 1)
    with impostor(path, json.dumps(__version__).encode()):
        parser = Server.connect(path)
        line = parser._line
        with pytest.raises(OSError, match="nothing came"):
            server.said_on(line, 0.1)
        with pytest.raises(OSError, match="temporarily unavailable"):
            line.send_bytes(b"x" * 50_000_000)
        parser.close()


def test_nobody_else_may_connect(path: str) -> None:
    with listen_at(path):
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o600


def test_what_a_parser_that_is_gone_left_is_replaced_and_nothing_else(path: str) -> None:
    listen_at(path).close()
    with listen_at(path), pytest.raises(BadConfiguration, match="somebody listens there already"):
        listen_at(path)
    file = Path(path).with_name("file")
    file.write_text("kept")
    with pytest.raises(BadConfiguration, match="Cannot listen"):
        listen_at(str(file))
    assert file.read_text() == "kept"
    with pytest.raises(BadConfiguration, match="No such file"):
        listen_at(f"{path}-folder/socket")


def test_a_path_that_is_too_long_for_a_socket_is_said_to_be() -> None:
    for act in (listen_at, Server.connect):
        with pytest.raises(BadConfiguration, match="at most 100 bytes"):
            act("/" + "x" * 100)


def test_it_ends_by_a_signal_and_can_be_started_again_at_once(path: str) -> None:
    for ending in (signal.SIGTERM, signal.SIGINT):
        with parser_at(path) as process:
            process.send_signal(ending)
            assert process.wait(30) == -ending
