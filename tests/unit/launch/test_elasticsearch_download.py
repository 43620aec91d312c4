"""Getting a server: only the expected file is unpacked, and each failure says what would help."""

from __future__ import annotations

import hashlib
import io
import os
import platform
import tarfile
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from launch.elasticsearch import NoElasticsearch, find_distribution
from launch.elasticsearch_download import (
    VERSION,
    _download,
    check_digest,
    fetch_with_maven,
    from_elastic,
    from_maven,
    install,
    sweep,
    unpacked,
    workshop,
)
from launch.java import Java
from tests.support.processes import is_alive

pytestmark = pytest.mark.slow

NOWHERE = "http://127.0.0.1:9/"


def quiet(_: str) -> None:
    """No progress lines in tests."""


def a_usable_java(home: Path) -> Java:
    return Java(home=home, version=25, is_full=True)


def an_archive(path: Path, name: str = f"elasticsearch-{VERSION}") -> Path:
    with zipfile.ZipFile(path, "w") as packed:
        launcher = zipfile.ZipInfo(f"{name}/bin/elasticsearch")
        launcher.external_attr = 0o100750 << 16
        packed.writestr(launcher, "#!/bin/sh\n")
        packed.writestr(f"{name}/config/jvm.options", "")
    return path


@contextmanager
def site(folder: Path) -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            """Quiet."""

    with serving(partial(Quiet, directory=str(folder))) as address:
        yield address


@contextmanager
def serving(handler: Callable[..., BaseHTTPRequestHandler]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def published(folder: Path, digest: str = "") -> Path:
    """What Elastic offers for this machine: an archive and its digest."""
    machine = {"arm64": "aarch64", "amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    archive = folder / f"elasticsearch-{VERSION}-{platform.system().lower()}-{machine}.tar.gz"
    with tarfile.open(archive, "w:gz") as packed:
        for name in ("bin/elasticsearch", "jdk/bin/java"):
            member = tarfile.TarInfo(f"elasticsearch-{VERSION}/{name}")
            member.mode, member.size = 0o750, 3
            packed.addfile(member, io.BytesIO(b"#!\n"))
    digest = digest or hashlib.sha512(archive.read_bytes()).hexdigest()
    archive.with_name(archive.name + ".sha512").write_text(f"{digest}  {archive.name}\n")
    return archive


def a_maven(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put an `mvn` that runs `script` first on the PATH."""
    folder.mkdir()
    maven = folder / "mvn"
    maven.write_text(f"#!/bin/sh\n{script}\n")
    maven.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=":")


def test_another_file_is_not_taken(tmp_path: Path) -> None:
    archive = an_archive(tmp_path / "elasticsearch.zip")

    check_digest(archive, hashlib.sha256(archive.read_bytes()).hexdigest(), "sha256")
    with pytest.raises(NoElasticsearch, match="not the expected file"):
        check_digest(archive, "0" * 64, "sha256")


def test_a_file_from_maven_that_is_not_the_pinned_one_is_not_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = (
        f'for a in "$@"; do case $a in -DoutputDirectory=*) touch "${{a#*=}}/elasticsearch-{VERSION}.zip";; esac; done'
    )
    a_maven(tmp_path / "bin", script, monkeypatch)

    with pytest.raises(NoElasticsearch, match="not the expected file"):
        from_maven(tmp_path / "cache", tmp_path, quiet)

    assert list((tmp_path / "cache").iterdir()) == []


def test_a_maven_that_fails_is_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_maven(tmp_path / "bin", "echo '[ERROR] Could not transfer artifact'; exit 1", monkeypatch)

    with pytest.raises(NoElasticsearch, match="Could not transfer artifact"):
        from_maven(tmp_path / "cache", tmp_path, quiet)


def test_maven_runs_on_the_java_that_was_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_maven(tmp_path / "bin", 'echo "[ERROR] java is $JAVA_HOME"; exit 1', monkeypatch)

    with pytest.raises(NoElasticsearch, match="java is /opt/jdk-25"):
        from_maven(tmp_path / "cache", Path("/opt/jdk-25"), quiet)


def test_unpacking_keeps_what_can_be_run_and_lets_everybody_read(tmp_path: Path) -> None:
    with workshop(tmp_path / "cache") as folder:
        home = install(an_archive(tmp_path / "a.zip"), tmp_path / "cache" / f"elasticsearch-{VERSION}", folder)

    assert (home / "bin" / "elasticsearch").stat().st_mode & 0o777 == 0o754
    assert (home / "bin").stat().st_mode & 0o777 == 0o755
    assert unpacked(tmp_path / "cache") == home
    assert [path.name for path in (tmp_path / "cache").iterdir()] == [home.name]


def test_a_clone_that_was_faster_wins(tmp_path: Path) -> None:
    home = tmp_path / "cache" / f"elasticsearch-{VERSION}"
    for _ in range(2):
        with workshop(tmp_path / "cache") as folder:
            assert install(an_archive(tmp_path / "a.zip"), home, folder) == home

    assert unpacked(tmp_path / "cache") == home


def test_elastics_own_download_brings_its_java(tmp_path: Path) -> None:
    published(tmp_path)
    with site(tmp_path) as address:
        distribution = find_distribution(tmp_path / "cache", [], progress=quiet, site=address)

    assert distribution.java_home is None
    assert distribution.home == tmp_path / "cache" / f"elasticsearch-{VERSION}-full"
    # Unpacked already: no network is needed any more, and no Java of the system.
    assert find_distribution(tmp_path / "cache", [], progress=quiet, site=NOWHERE) == distribution


def test_a_damaged_download_is_not_unpacked(tmp_path: Path) -> None:
    published(tmp_path, digest="0" * 128)
    with site(tmp_path) as address, pytest.raises(NoElasticsearch, match="not the expected file"):
        from_elastic(tmp_path / "cache", quiet, address)

    assert unpacked(tmp_path / "cache") is None


def test_a_trimmed_server_without_java_is_of_no_use(tmp_path: Path) -> None:
    with workshop(tmp_path / "cache") as folder:
        home = install(an_archive(tmp_path / "a.zip"), tmp_path / "cache" / f"elasticsearch-{VERSION}", folder)
    java = a_usable_java(tmp_path)

    assert find_distribution(tmp_path / "cache", [java], progress=quiet, site=NOWHERE).home == home
    with pytest.raises(NoElasticsearch):
        find_distribution(tmp_path / "cache", [], progress=quiet, site=NOWHERE)


def test_with_nothing_to_be_had_each_way_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    too_old = Java(home=Path("/opt/jdk-17"), version=17, is_full=False)

    with pytest.raises(NoElasticsearch) as old:
        find_distribution(tmp_path / "cache", [too_old], progress=quiet, site=NOWHERE)
    with pytest.raises(NoElasticsearch) as no_maven:
        find_distribution(tmp_path / "cache", [a_usable_java(tmp_path)], progress=quiet, site=NOWHERE)

    assert "full JDK of version 21 or newer" in str(old.value)
    assert "/opt/jdk-17" in str(old.value)
    assert "Elastic's download cannot be reached" in str(old.value)
    assert "mvn) is not installed" in str(no_maven.value)


def test_a_full_disk_is_said_before_anything_is_fetched(tmp_path: Path) -> None:
    with pytest.raises(NoElasticsearch, match="make room"), workshop(tmp_path / "cache", needed_bytes=10**18):
        pytest.fail("must not come here")


def test_what_a_killed_launcher_left_half_fetched_is_swept_and_what_is_at_work_is_not(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    left = cache / "fetching-left"
    left.mkdir(parents=True)
    (left / "lock").touch()
    (left / "half.zip").write_bytes(b"half")

    with workshop(cache) as at_work:
        (at_work / "half.zip").write_bytes(b"half")
        with workshop(cache) as other:
            assert {path.name for path in cache.iterdir()} == {at_work.name, other.name}

    assert list(cache.iterdir()) == []


def test_a_workshop_that_is_just_being_made_is_not_swept(tmp_path: Path) -> None:
    new, old = tmp_path / "fetching-new", tmp_path / "fetching-old"
    for folder in (new, old):
        folder.mkdir()
    os.utime(old, (1, 1))

    sweep(tmp_path)

    assert list(tmp_path.iterdir()) == [new]


@pytest.mark.parametrize("damage", ["missing", "cut"])
def test_a_server_that_is_not_whole_any_more_is_got_anew_with_a_word(tmp_path: Path, damage: str) -> None:
    published(tmp_path)
    lines: list[str] = []
    with site(tmp_path) as address:
        home = find_distribution(tmp_path / "cache", [], progress=quiet, site=address).home
        file = home / "jdk" / "bin" / "java"
        if damage == "missing":
            file.unlink()
        else:
            file.write_bytes(b"#")
        assert find_distribution(tmp_path / "cache", [], progress=lines.append, site=address).home == home

    assert file.read_bytes() == b"#!\n"
    assert lines[0] == f"The Elasticsearch in {home} is damaged (jdk/bin/java): getting it anew."
    assert [path.name for path in (tmp_path / "cache").iterdir()] == [home.name]


def test_a_line_that_breaks_is_taken_up_where_it_broke(tmp_path: Path) -> None:
    content = bytes(range(256)) * 20_000
    asked: list[str] = []

    class Breaking(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.headers["Range"] or "")
            begin = int((self.headers["Range"] or "bytes=0-").removeprefix("bytes=").removesuffix("-"))
            self.send_response(206 if begin else 200)
            self.send_header("Content-Length", str(len(content) - begin))
            self.end_headers()
            self.wfile.write(content[begin : begin + 2_500_000])

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    lines: list[str] = []
    with serving(Breaking) as address:
        _download(f"{address}file", tmp_path / "file", lines.append)

    assert (tmp_path / "file").read_bytes() == content
    assert len(asked) == 3
    assert asked[0] == ""
    assert all("the line broke at" in line for line in lines)


def test_what_maven_has_kept_damaged_is_fetched_past_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = tmp_path / "asked"
    a_maven(
        tmp_path / "bin",
        f'echo "$@" >> {asked}\n'
        'for a in "$@"; do case $a in -DoutputDirectory=*) echo x > "${a#*=}/elasticsearch-'
        f'{VERSION}.zip";; esac; done',
        monkeypatch,
    )

    with pytest.raises(NoElasticsearch, match="not the expected file"):
        from_maven(tmp_path / "cache", tmp_path, quiet)

    first, second = asked.read_text().splitlines()
    assert "-Dmaven.repo.local" not in first
    assert "-Dmaven.repo.local" in second


def test_a_maven_that_is_interrupted_leaves_nothing_running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pid = tmp_path / "pid"
    a_maven(tmp_path / "bin", f"sleep 600 & echo $! > {pid}; wait", monkeypatch)

    def interrupt(line: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), workshop(tmp_path / "cache") as folder:
        fetch_with_maven("a:b:1:zip", folder, tmp_path, interrupt)

    assert not is_alive(int(pid.read_text()))
    assert list((tmp_path / "cache").iterdir()) == []
