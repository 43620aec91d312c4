"""The contract of a store, on disk and on S3: what is there is whole, and of many creators one wins."""

from __future__ import annotations

import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mediawatch.errors import BadConfiguration, BadRequest, Unavailable
from mediawatch.lake.opening import open_store
from mediawatch.lake.store import Missing, Store
from tests.support.processes import in_processes, start_process

pytestmark = pytest.mark.slow

pytest_plugins = ("tests.support.s3",)

UNREADABLE = Path("/proc/self/mem")
"""Opens, and fails while it is read."""

BAD_KEYS = ["", "/", "/a", "a/", "a//b", "..", "../a", "a/../b", "a/..", "./a", ".tmp/a", "a\\b", "a\nb", "a\x00", "ä"]


def test_reads_back_what_was_put(store: Store) -> None:
    store.put("a/b=1/c.bin", b"0123456789")
    assert store.read("a/b=1/c.bin") == b"0123456789"
    assert store.size("a/b=1/c.bin") == 10
    assert store.exists("a/b=1/c.bin")
    assert not store.exists("a/b=1")


def test_reads_a_range_as_far_as_the_object_goes(store: Store) -> None:
    store.put("a", b"0123456789")
    spans = [(0, 3), (4, 2), (8, 10), (10, 5), (99, 1), (3, 0)]
    assert [store.read_range("a", *span) for span in spans] == [b"012", b"45", b"89", b"", b"", b""]


def test_says_what_is_missing(store: Store) -> None:
    for ask in (store.read, store.size, lambda key: store.read_range(key, 0, 1)):
        with pytest.raises(Missing, match="a/none"):
            ask("a/none")
    assert not store.exists("a/none")
    assert store.list("a") == store.folders("a") == []


def test_keeps_empty_objects(store: Store) -> None:
    store.put("empty", b"")
    assert store.create("empty-too", b"")
    assert (store.read("empty"), store.size("empty-too")) == (b"", 0)


def test_puts_replace_the_whole_object(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"from a file")
    store.put("a", b"first, and longer than what follows")
    store.put("a", b"second")
    assert store.read("a") == b"second"
    store.put("a", file)
    assert store.read("a") == file.read_bytes() == b"from a file"


def test_creates_only_where_nothing_is(store: Store) -> None:
    assert store.create("a/b", b"first")
    assert not store.create("a/b", b"second")
    store.delete("a/b")
    assert store.create("a/b", b"third")
    assert store.read("a/b") == b"third"


def test_of_many_threads_one_creates(store: Store) -> None:
    with ThreadPoolExecutor(12) as threads:
        for number in range(8):
            contents = [f"{number} by {thread}".encode() * 500 for thread in range(12)]
            won = list(threads.map(lambda data, key=f"race/{number}": store.create(key, data), contents))
            assert won.count(True) == 1
            assert store.read(f"race/{number}") == contents[won.index(True)]


CREATE = """
import sys
from mediawatch.lake.opening import open_store
store = open_store(sys.argv[1])
print(*[n for n in range(25) if store.create(f"race/{n}", sys.argv[2].encode() * 1000)])
"""


def test_of_many_processes_one_creates(lake_url: str, store: Store) -> None:
    printed = in_processes(CREATE, [(lake_url, name) for name in "pqr"])
    won = {name: [int(word) for word in words.split()] for name, words in zip("pqr", printed, strict=True)}
    assert sorted(n for numbers in won.values() for n in numbers) == list(range(25))
    for name, numbers in won.items():
        assert all(store.read(f"race/{n}") == name.encode() * 1000 for n in numbers)


def test_listings_are_never_old(lake_url: str, store: Store) -> None:
    other = open_store(lake_url)
    assert store.list("") == other.list("a") == []
    for step in range(3):
        other.put(f"a/{step}", b"")
        assert store.list("a") == [f"a/{n}" for n in range(step + 1)]
    other.delete("a/0")
    assert store.list("") == ["a/1", "a/2"]


def test_lists_folders_and_not_names_that_begin_alike(store: Store) -> None:
    for key in ("a/x/1", "a/x/2", "a/y/z/3", "ab/4", "a.5", "a/6"):
        store.put(key, b"")
    assert store.list("a") == store.list("a/") == ["a/6", "a/x/1", "a/x/2", "a/y/z/3"]
    assert store.list("") == sorted(["a/x/1", "a/x/2", "a/y/z/3", "ab/4", "a.5", "a/6"])
    assert store.folders("a") == ["x", "y"]
    assert store.folders("") == ["a", "ab"]


@pytest.mark.server
def test_says_how_long_everything_below_a_folder_is(store: Store) -> None:
    for key, data in (("a/b", b"x"), ("a/c/d", b"yy"), ("ab", b"")):
        store.put(key, data)
    assert store.sizes("a") == {"a/b": 1, "a/c/d": 2}
    assert store.sizes("") == {"a/b": 1, "a/c/d": 2, "ab": 0}
    assert store.sizes("none") == {}
    assert store.strays("") == []


def test_lists_more_keys_than_one_page_of_s3_holds(s3_url: str) -> None:
    store = open_store(s3_url)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: store.put(f"a/{number:04d}", b""), range(1005)))
    assert store.list("a") == [f"a/{number:04d}" for number in range(1005)]
    store.delete_all("a")
    assert store.list("") == []


def test_deletes(store: Store) -> None:
    for key in ("a/1", "a/b/2", "ab/3"):
        store.put(key, b"x")
    store.delete("a/none")
    store.delete("a/1")
    assert store.list("") == ["a/b/2", "ab/3"]
    store.delete_all("a")
    store.delete_all("never/was")
    assert store.list("") == ["ab/3"]
    assert store.folders("") == ["ab"]


def test_never_deletes_the_root(store: Store) -> None:
    store.put("a", b"")
    for root in ("", "/"):
        with pytest.raises(BadRequest):
            store.delete_all(root)
    assert store.list("") == ["a"]


@pytest.mark.parametrize("key", BAD_KEYS)
def test_no_key_escapes_the_root(store: Store, key: str, tmp_path: Path) -> None:
    asks = [store.read, store.size, store.exists, store.delete, store.url, lambda k: store.read_range(k, 0, 1)]
    asks += [lambda k: store.put(k, b"x"), lambda k: store.put(k, UNREADABLE), lambda k: store.create(k, b"x")]
    for ask in asks:
        with pytest.raises(BadRequest):
            ask(key)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.parametrize("prefix", [key for key in BAD_KEYS if key not in {"", "/", "a/"}])
def test_no_listing_escapes_the_root(store: Store, prefix: str) -> None:
    for ask in (store.list, store.folders, store.delete_all):
        with pytest.raises(BadRequest):
            ask(prefix)


def test_a_put_that_fails_midway_leaves_what_was(store: Store, tmp_path: Path) -> None:
    store.put("old", b"whole")
    for key in ("old", "new"):
        with pytest.raises((OSError, Unavailable)):
            store.put(key, UNREADABLE)
    with pytest.raises(OSError, match="directory"):
        store.put("new", tmp_path)
    assert store.list("") == ["old"]
    assert store.read("old") == b"whole"
    assert not list((tmp_path / "lake").glob(".tmp/*"))


PUT_ON = """
import sys
from itertools import count
from mediawatch.lake.opening import open_store
store = open_store(sys.argv[1])
for n in count():
    letter = b"xyz"[n % 3 : n % 3 + 1]
    store.put(f"puts/{n}", letter * 3_000_000)
    store.put("again", letter * (3_000_000 + n % 3))
    store.create(f"creates/{n}", letter * 3_000_000)
    print(n, flush=True)
"""


def test_a_killed_writer_leaves_only_whole_objects(lake_url: str, store: Store) -> None:
    for pause in (0.0, 0.004, 0.011, 0.02):
        process = start_process(PUT_ON, lake_url)
        assert process.stdout is not None
        assert process.stdout.readline()
        time.sleep(pause)  # not to wait for anything: to be killed at different moments
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=30)
        contents = {key: store.read(key) for key in store.list("")}
        assert {"again", "puts/0", "creates/0"} <= set(contents)
        assert all(len(data) >= 3_000_000 and len(set(data)) == 1 for data in contents.values())
        store.delete_all("puts")
        store.delete_all("creates")


@pytest.mark.server
def test_says_that_a_bucket_is_not_there(s3_server: str) -> None:
    store = open_store("s3://no-such-bucket/lake")
    for ask in (store.read, store.list, lambda key: store.put(key, b""), lambda key: store.create(key, b"")):
        with pytest.raises(BadConfiguration, match="bucket"):
            ask("a")


@pytest.mark.server
def test_says_that_a_server_is_not_there(s3_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(Unavailable, match=f"{s3_url}/a"):
        open_store(s3_url).read("a")


@pytest.mark.parametrize("url", ["gs://bucket/lake", "http://lake.example", "s3://"])
def test_refuses_other_places(url: str) -> None:
    with pytest.raises(BadConfiguration, match=r"lake"):
        open_store(url)


def test_who_reads_while_another_puts_gets_one_or_the_other(store: Store, lake_url: str) -> None:
    store.put("a", b"x" * 300)
    is_over = False

    def put_on() -> None:
        other = open_store(lake_url)
        for number in range(150):
            other.put("a", bytes([65 + number % 26]) * (300 + number % 7))

    with ThreadPoolExecutor(1) as thread:
        putting = thread.submit(put_on)
        while not is_over:
            is_over = putting.done()
            assert len(set(store.read("a"))) == 1
        putting.result()
