"""`make quick` says in its last line how many tests it left out, in one process and in several."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.papers import ROOT

SUITE = """
import pytest

@pytest.mark.parametrize("n", range({slow}))
@pytest.mark.slow
def test_slow(n): pass

def test_quick(): pass
"""


def last_line(folder: Path, *options: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.support.left_out", *options, str(folder)],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return done.stdout.splitlines()[-1]


@pytest.mark.slow
@pytest.mark.parametrize("processes", ["0", "2"])
def test_what_is_left_out_is_counted(tmp_path: Path, processes: str) -> None:
    for number in (1, 2):
        (tmp_path / f"test_{number}.py").write_text(SUITE.format(slow=number))
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = slow\n")

    said = last_line(tmp_path, "-n", processes, "-m", "not slow", "--say-left-out")

    assert said == "make check runs the other 3 tests and checks the types."


@pytest.mark.slow
def test_without_being_asked_it_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "test_1.py").write_text(SUITE.format(slow=1))
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = slow\n")

    assert "passed" in last_line(tmp_path, "-m", "not slow")


def test_make_quick_asks_for_it() -> None:
    recipe = (ROOT / "Makefile").read_text().partition("\nquick:")[2].partition("\n\n")[0]

    assert '-m "not server and not slow" --say-left-out' in recipe
    assert "lint fence" in recipe.splitlines()[0]
