""".ci/run on machines that it has not seen (with and without apt, as root and not), and the workflow that calls it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.papers import ROOT

RUN = ROOT / ".ci/run"
WORKFLOW = ROOT / ".github/workflows/ci.yml"


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


def workflow() -> dict[Any, Any]:
    found: dict[Any, Any] = yaml.safe_load(WORKFLOW.read_text())
    return found


def steps() -> list[dict[str, Any]]:
    return [step for job in workflow()["jobs"].values() for step in job["steps"]]


def test_the_workflow_builds_by_this_script_alone() -> None:
    assert [step["run"] for step in steps() if "run" in step] == [".ci/run"]
    assert [step["uses"].partition("@")[0] for step in steps() if "uses" in step] == [
        "actions/checkout",
        "actions/setup-python",
    ]


def test_its_actions_are_pinned_and_it_may_read_only() -> None:
    assert all(re.fullmatch(r"v\d+", step["uses"].partition("@")[2]) for step in steps() if "uses" in step)
    assert workflow()["permissions"] == {"contents": "read"}
    assert "secrets" not in WORKFLOW.read_text()


def test_it_tests_the_oldest_python_that_is_promised() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = [step["with"]["python-version"] for step in steps() if "python-version" in step.get("with", {})]

    assert [f">={version}" for version in asked] == [project["requires-python"]]


def test_the_workflow_follows_its_schema() -> None:
    subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", str(WORKFLOW)],
        check=True,
        timeout=60,
    )
