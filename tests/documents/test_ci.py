""".ci/run on machines that it has not seen: with and without apt, as root and not, without a terminal."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.support.papers import ROOT

RUN = ROOT / ".ci/run"


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A folder of stand-ins for what the script calls: packages missing, apt-get at work, `make check` green."""
    stand_in(tmp_path, "make", 'echo "make $*"; echo "12 passed, 1 skipped in 0.5s"')
    stand_in(tmp_path, "dpkg-query", "exit 1")
    stand_in(tmp_path, "apt-get", 'echo "apt-get $*" >> "$(dirname "$0")/apt.log"')
    return tmp_path


def stand_in(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def run_on(machine: Path) -> subprocess.CompletedProcess[str]:
    environ = os.environ | {"PATH": f"{machine}{os.pathsep}{os.environ['PATH']}", "TMPDIR": str(machine)}
    return subprocess.run(
        [str(RUN)],
        cwd=machine,
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_it_ends_with_what_make_check_says(machine: Path) -> None:
    done = run_on(machine)

    assert done.returncode == 0
    assert "make check" in done.stdout
    assert done.stdout.splitlines()[-1] == ".ci/run: pytest said: 12 passed, 1 skipped in 0.5s"


def test_a_red_check_is_red(machine: Path) -> None:
    stand_in(machine, "make", 'echo "3 failed, 9 passed in 0.5s"; exit 2')
    done = run_on(machine)

    assert done.returncode == 2
    assert "pytest said: 3 failed, 9 passed" in done.stdout


def test_a_check_that_ends_before_the_tests_says_so(machine: Path) -> None:
    stand_in(machine, "make", 'echo "lint: red"; exit 2')
    done = run_on(machine)

    assert done.returncode == 2
    assert "it was not reached" in done.stdout


@pytest.mark.skipif(os.geteuid() != 0, reason="only root installs packages")
def test_root_gets_the_packages_that_are_missing(machine: Path) -> None:
    run_on(machine)
    calls = (machine / "apt.log").read_text()

    assert "update" in calls.splitlines()[0]
    assert calls.splitlines()[1].endswith("chromium")
    assert calls.splitlines()[2].endswith("fonts-noto-cjk")


@pytest.mark.parametrize("script", ["exit 100", "echo no network >&2; exit 1"])
def test_an_apt_that_does_not_work_is_no_failure(machine: Path, script: str) -> None:
    stand_in(machine, "apt-get", script)
    done = run_on(machine)

    assert done.returncode == 0
    if os.geteuid() == 0:
        assert "chromium could not be installed" in done.stdout


def test_nothing_is_installed_that_is_there(machine: Path) -> None:
    stand_in(machine, "dpkg-query", "printf installed")
    done = run_on(machine)

    assert done.returncode == 0
    assert not (machine / "apt.log").exists()
    assert "no Debian package is missing" in done.stdout


def test_it_asks_nobody_and_leaves_nothing_behind(machine: Path) -> None:
    before = set(machine.iterdir())
    run_on(machine)

    assert set(machine.iterdir()) - before <= {machine / "apt.log"}
