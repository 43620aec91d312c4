"""The disk's own corners: temporaries that were left, folders that vanish, URLs of folders."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mediawatch.errors import BadConfiguration, BadRequest
from mediawatch.lake.opening import open_store
from mediawatch.lake.store import MAX_KEY, Missing


def test_a_file_url_is_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "a lake"
    open_store(folder.as_uri()).put("a", b"x")
    assert open_store(str(folder)).read("a") == open_store(folder).read("a") == b"x"
    assert open_store(folder).url("a") == str(folder / "a")


def test_a_relative_root_stays_where_it_was_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    store = open_store("lake")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    store.put("a", b"x")
    assert (tmp_path / "lake" / "a").read_bytes() == b"x"


def test_opening_makes_nothing(tmp_path: Path) -> None:
    assert open_store(tmp_path / "lake").list("") == []
    assert list(tmp_path.iterdir()) == []


def test_temporaries_of_killed_writers_go_after_a_day(tmp_path: Path) -> None:
    open_store(tmp_path).put("a", b"x")
    old, fresh = tmp_path / ".tmp" / "old", tmp_path / ".tmp" / "fresh"
    for path in (old, fresh):
        path.write_bytes(b"half")
    os.utime(old, (time.time() - 100_000,) * 2)
    store = open_store(tmp_path)
    assert not old.exists()
    assert fresh.exists()
    assert store.list("") == ["a"]


def test_foreign_hidden_files_are_no_objects(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    store.put("a/b", b"x")
    (tmp_path / "a" / ".DS_Store").write_bytes(b"")
    (tmp_path / ".git").mkdir()
    (tmp_path / "a" / "b (1)").write_bytes(b"")
    (tmp_path / "batch=copy (1)").mkdir()
    (tmp_path / "batch=copy (1)" / "c").write_bytes(b"")
    assert store.list("") == ["a/b"]
    assert store.sizes("") == {"a/b": 1}
    assert store.folders("") == ["a"]
    assert store.strays("") == ["a/.DS_Store", "a/b (1)", "batch=copy (1)/c"]


@pytest.mark.parametrize("below", ["", "lake"])
def test_a_file_where_the_lake_should_be_is_said_in_a_sentence(tmp_path: Path, below: str) -> None:
    (tmp_path / "file").write_text("a letter")
    with pytest.raises(BadConfiguration, match=f"^{tmp_path}/file is a file: the lake needs a folder; MEDIAWATCH_LAKE"):
        open_store(tmp_path / "file" / below)


READING = """
import os, sys
from mediawatch.errors import BadConfiguration
from mediawatch.lake.opening import open_store
store = open_store(sys.argv[1])
os.setegid(65534)
os.seteuid(65534)
for act in (lambda: store.read("shut/b"), lambda: store.list(""), lambda: store.folders("shut"),
            lambda: store.put("shut/c", b"x"), lambda: open_store(sys.argv[1] + "/shut/b/c")):
    try:
        print("done", act())
    except BadConfiguration as error:
        print(error)
"""


def test_what_may_not_be_read_or_written_is_said_in_a_sentence(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can become somebody else who may not read")
    store = open_store(tmp_path)
    store.put("shut/b", b"x")
    for folder in (tmp_path, *tmp_path.parents[:2]):  # not the shared folder above them
        folder.chmod(0o755)
    (tmp_path / "shut").chmod(0o700)
    environ = {**os.environ, "PYTHONPATH": "include"}
    done = subprocess.run(
        [sys.executable, "-c", READING, str(tmp_path)], env=environ, capture_output=True, text=True, check=False
    )
    lines = done.stdout.splitlines()
    assert (done.returncode, len(lines)) == (0, 5), done.stderr
    assert all("Permission denied" in line and "let the user of this process have it" in line for line in lines)
    assert lines[0].startswith(f"{tmp_path}/shut/b: cannot be read or written")


def test_puts_succeed_while_their_folder_is_being_removed(tmp_path: Path) -> None:
    store = open_store(tmp_path)

    def put(number: int) -> None:
        for step in range(30):
            store.put(f"a/b/{number}-{step}", b"x")

    with ThreadPoolExecutor(3) as threads:
        putting = [threads.submit(put, number) for number in range(2)]
        while not all(task.done() for task in putting):
            store.delete_all("a")
        for task in putting:
            task.result()
    store.put("a/b/last", b"x")
    assert "a/b/last" in store.list("a")


def test_the_longest_key_can_be_stored(tmp_path: Path) -> None:
    key = "/".join(["k" * 200] * 3)
    assert len(key) <= MAX_KEY
    store = open_store(tmp_path)
    store.put(key, b"x")
    assert store.read(key) == b"x"


def test_an_object_and_a_folder_cannot_have_one_name(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    store.put("a/b", b"x")
    for key in ("a", "a/b/c", "a/b/c/d"):
        for write in (store.put, store.create):
            with pytest.raises(BadRequest, match=key):
                write(key, b"y")
        store.delete(key)
        assert not store.exists(key)
        with pytest.raises(Missing):
            store.read(key)
    assert store.list("") == ["a/b"]
    assert not list(tmp_path.glob(".tmp/*"))
