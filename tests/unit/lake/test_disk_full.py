"""A disk without room, for real: a file system of 300 KB, seen by one process only."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

IN_A_SMALL_FILE_SYSTEM = ["unshare", "--mount", "--map-root-user", "sh", "-c"]
MOUNT = 'mount -t tmpfs -o size=300k tmpfs "$0"'
WRITING = """
import sys
from mediawatch.errors import Unavailable
from mediawatch.lake.opening import open_store
store = open_store(sys.argv[1])
store.put("a", b"x")
try:
    store.put("b", b"x" * 1_000_000)
except Unavailable as error:
    print(error)
print(store.list(""), [path.name for path in (store.root / ".tmp").iterdir()])
"""


def in_a_small_file_system(folder: Path, command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            [*IN_A_SMALL_FILE_SYSTEM, command, str(folder), *arguments], capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        pytest.skip("there is no unshare here to mount a small file system with")


def test_without_room_it_says_so_and_leaves_nothing_half_written(tmp_path: Path) -> None:
    allowed = in_a_small_file_system(tmp_path, MOUNT)
    if allowed.returncode:
        pytest.skip(f"a small file system cannot be mounted here: {allowed.stderr.strip()}")
    done = in_a_small_file_system(tmp_path, f'{MOUNT} && exec "$1" -c "$2" "$0"', sys.executable, WRITING)
    assert done.stdout.splitlines() == [
        f"{tmp_path}: no room left (No space left on device); make some and run again",
        "['a'] []",
    ], done.stderr
