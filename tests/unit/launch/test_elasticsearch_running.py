"""Starting and stopping a real server, in the places where it is hard."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from launch.certificates import certificate_for
from launch.elasticsearch import NoElasticsearch, running_elasticsearch
from launch.elasticsearch_server import Guard, Port, answers, choose_port, hold
from launch.elasticsearch_user import SHARED, ServerUser, can_reach, check_temporary_folder, reachable, server_user

pytestmark = pytest.mark.slow

NOBODY = ServerUser(uid=65534, gid=65534, is_other=True)


def quiet(_: str) -> None:
    """No progress lines in tests."""


def port_of(url: str) -> int:
    return int(url.rpartition(":")[2])


@pytest.mark.server
def test_a_clone_in_a_closed_folder_runs_keeps_its_data_and_leaves_nothing_running(tmp_path: Path) -> None:
    from elasticsearch import Elasticsearch

    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    data = closed / "clone" / "elasticsearch"
    environ = {key: value for key, value in os.environ.items() if key != "ELASTICSEARCH_URL"}

    for run in (1, 2):
        with running_elasticsearch(data, heap_megabytes=256, progress=quiet, environ=environ) as server:
            port = port_of(server.url)
            client = Elasticsearch(server.url, request_timeout=120)
            client.index(index="notes", id=str(run), document={"run": run}, refresh=True)
            assert client.count(index="notes")["count"] == run
            assert server_processes(data_folder(data))
            assert 0 not in {status.st_uid for status in server_processes(data_folder(data))}
            client.close()
        assert not answers(Port(number=port))
        assert not server_processes(data_folder(data))
    if data_folder(data) != data:
        shutil.rmtree(data_folder(data))


@pytest.mark.server
@pytest.mark.timeout(900)
def test_a_guarded_server_speaks_tls_and_refuses_who_has_no_password(tmp_path: Path) -> None:
    from elasticsearch import Elasticsearch, TransportError
    from elasticsearch.exceptions import AuthenticationException

    guard = Guard(certificate=certificate_for(tmp_path / "tls", "elasticsearch"), password=secrets.token_hex(8))
    environ = {key: value for key, value in os.environ.items() if key != "ELASTICSEARCH_URL"}
    authority = str(guard.certificate.authority)

    with running_elasticsearch(
        tmp_path / "elasticsearch", heap_megabytes=256, progress=quiet, environ=environ, guard=guard
    ) as server:
        assert server.url.startswith("https://127.0.0.1:")
        known = Elasticsearch(server.url, ca_certs=authority, basic_auth=(server.username, server.password))
        assert known.cluster.health()["status"] in ("green", "yellow")
        for wrong in ({}, {"basic_auth": (server.username, "wrong")}):
            with pytest.raises(AuthenticationException):
                Elasticsearch(server.url, ca_certs=authority, **wrong).cluster.health()
        with pytest.raises(TransportError):  # another authority's word does not count
            Elasticsearch(server.url, basic_auth=(server.username, server.password)).cluster.health()


@pytest.mark.server
@pytest.mark.timeout(900)
def test_a_server_that_is_killed_comes_back_on_its_port_with_its_data(tmp_path: Path) -> None:
    from elasticsearch import Elasticsearch

    data, lines = tmp_path / "elasticsearch", list[str]()
    environ = {key: value for key, value in os.environ.items() if key != "ELASTICSEARCH_URL"}

    with running_elasticsearch(data, heap_megabytes=256, progress=lines.append, environ=environ) as server:
        client = Elasticsearch(server.url, request_timeout=120)
        client.index(index="notes", id="1", document={"run": 1}, refresh=True)
        victims = server_pids(data_folder(data))
        for pid in victims:
            os.kill(pid, signal.SIGKILL)
        eventually(lambda: set(server_pids(data_folder(data))).isdisjoint(victims))
        eventually(lambda: answers(Port(number=port_of(server.url))))
        assert client.count(index="notes")["count"] == 1
        client.close()
        server.check()
    assert not server_processes(data_folder(data))
    assert any("Elasticsearch ended by SIGKILL; starting it again now" in line for line in lines)


@pytest.mark.server
@pytest.mark.timeout(900)
def test_what_a_killed_launcher_left_running_makes_way_for_the_next_one(tmp_path: Path) -> None:
    data = tmp_path / "elasticsearch"
    code = (
        "import os, sys, time; from pathlib import Path; from launch.elasticsearch import running_elasticsearch\n"
        "import launch.elasticsearch_server as server; server.tied_to_us = list  # as where there is no setpriv\n"
        "with running_elasticsearch(Path(sys.argv[1]), heap_megabytes=256): print('UP', flush=True); time.sleep(900)"
    )
    environ = {key: value for key, value in os.environ.items() if key != "ELASTICSEARCH_URL"}
    launcher = subprocess.Popen(
        [sys.executable, "-c", code, str(data)],
        cwd=Path(__file__).resolve().parents[3],
        env={**environ, "PYTHONPATH": "include:."},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert launcher.stdout is not None
    assert any(line == "UP\n" for line in launcher.stdout)
    orphans = server_pids(data_folder(data))
    launcher.kill()
    launcher.wait()
    launcher.stdout.close()
    assert server_pids(data_folder(data)) == orphans != []

    lines: list[str] = []
    with running_elasticsearch(data, heap_megabytes=256, progress=lines.append, environ=environ):
        assert set(server_pids(data_folder(data))).isdisjoint(orphans)
    assert "Ended an Elasticsearch that an earlier run had left behind." in lines


def test_a_user_and_a_password_in_the_address_are_taken_out_of_it(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        address = f"127.0.0.1:{other.getsockname()[1]}"
        environ = {"ELASTICSEARCH_URL": f"http://ann:h%40rbour@{address}/"}
        with running_elasticsearch(tmp_path, progress=quiet, environ=environ) as server:
            assert (server.url, server.username, server.password) == (f"http://{address}/", "ann", "h@rbour")
            assert "rbour" not in repr(server)


def eventually(is_so: Callable[[], object], seconds: float = 600) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.2)


def server_pids(folder: Path) -> list[int]:
    """The numbers of the servers whose command line names `folder`."""
    found = psutil.process_iter(["pid", "name", "cmdline"])
    return sorted(p.pid for p in found if p.info["name"] == "java" and str(folder) in " ".join(p.info["cmdline"] or ()))


def data_folder(data: Path) -> Path:
    return reachable(data, server_user())


def server_processes(folder: Path) -> list[os.stat_result]:
    """The processes whose command line names `folder`."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            environment, owner = (process / "cmdline").read_bytes(), process.stat()
        except OSError:
            continue
        if os.fsencode(folder) in environment and int(process.name) != os.getpid():
            found.append(owner)
    return found


def test_a_server_that_is_named_is_used_and_not_stopped(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        url = f"http://127.0.0.1:{other.getsockname()[1]}"
        with running_elasticsearch(tmp_path, progress=quiet, environ={"ELASTICSEARCH_URL": url}) as server:
            assert server.url == url
        socket.create_connection(other.getsockname()).close()


@pytest.mark.parametrize(
    "url", ["harbour.example:9200", "ftp://127.0.0.1", "http://", "http://harbour.example:x", "http://h.example:99999"]
)
def test_a_name_that_is_no_address_is_said(tmp_path: Path, url: str) -> None:
    with (
        pytest.raises(NoElasticsearch, match="not an http"),
        running_elasticsearch(tmp_path, progress=quiet, environ={"ELASTICSEARCH_URL": url}),
    ):
        pytest.fail("must not come here")


def test_a_named_server_that_is_not_there_is_said(tmp_path: Path) -> None:
    with (
        pytest.raises(NoElasticsearch, match="nothing answers"),
        running_elasticsearch(tmp_path, environ={"ELASTICSEARCH_URL": f"http://127.0.0.1:{choose_port()}"}),
    ):
        pytest.fail("must not come here")


def test_a_port_in_use_is_said(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(NoElasticsearch, match=f"Port {port}"):
            choose_port(port)


def test_two_servers_do_not_share_a_folder(tmp_path: Path) -> None:
    first = hold(tmp_path, seconds=0)
    try:
        with pytest.raises(NoElasticsearch, match="Another Elasticsearch"):
            hold(tmp_path, seconds=0)
    finally:
        os.close(first)
    os.close(hold(tmp_path, seconds=0))


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everybody can get to (pytest's own are closed)."""
    with tempfile.TemporaryDirectory(dir=SHARED) as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


def test_who_can_get_where(open_folder: Path) -> None:
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    inside = closed / "inside"
    inside.mkdir(mode=0o755)

    assert can_reach(open_folder, NOBODY)
    assert can_reach(open_folder / "not there yet", NOBODY)
    assert not can_reach(inside, NOBODY)
    owner = inside.stat()
    assert can_reach(inside, ServerUser(uid=owner.st_uid, gid=owner.st_gid, is_other=True))


def test_a_folder_out_of_reach_has_a_stand_in_that_is_always_the_same(open_folder: Path) -> None:
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)

    assert reachable(open_folder / "data", NOBODY) == open_folder / "data"
    stand_in = reachable(closed / "data", NOBODY)
    assert stand_in == reachable(closed / "data", NOBODY)
    assert stand_in != reachable(closed / "other", NOBODY)
    assert stand_in.parent.parent == SHARED
    assert stand_in.parent.stat().st_uid == os.geteuid()
    assert stat.S_IMODE(stand_in.parent.stat().st_mode) == 0o755


def test_a_closed_temporary_folder_is_said_before_the_server_fails_in_it(open_folder: Path) -> None:
    with pytest.raises(NoElasticsearch, match=f"chmod 1777 {open_folder}"):
        check_temporary_folder(NOBODY, open_folder)
    open_folder.chmod(0o1777)
    check_temporary_folder(NOBODY, open_folder)


def test_we_ourselves_can_get_everywhere_we_are(tmp_path: Path) -> None:
    ourselves = ServerUser(uid=os.geteuid(), gid=os.getegid(), is_other=False)
    assert reachable(tmp_path / "data", ourselves) == tmp_path / "data"
